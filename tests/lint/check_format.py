#!/usr/bin/env python3
"""Fails when clang-format 14 would change a C++ file. Usage: check_format.py [ROOT]. Exits 77 where
there is no clang-format 14: other versions break lines elsewhere."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

import tree

VERSION, BATCH = "14", 20


def find_tool(name):
    """The path of clang tool NAME in our version, or None."""
    for candidate in (f"{name}-{VERSION}", name):
        path = shutil.which(candidate)
        if path:
            said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
            if re.search(rf"version {VERSION}\.", said.stdout):
                return path
    return None


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    tool = find_tool("clang-format")
    if tool is None:
        print(f"skipped: no clang-format {VERSION}")
        return 77
    files = [str(path) for path in tree.cpp_files(root)]
    batches = [files[at:at + BATCH] for at in range(0, len(files), BATCH)]
    running, failed = [], False
    for batch in batches:
        if len(running) >= (os.cpu_count() or 1):
            failed |= running.pop(0).wait() != 0
        running.append(subprocess.Popen([tool, "--dry-run", "--Werror", *batch], cwd=root))
    for process in running:
        failed |= process.wait() != 0
    return "run clang-format -i on these files" if failed else 0


if __name__ == "__main__":
    sys.exit(main())

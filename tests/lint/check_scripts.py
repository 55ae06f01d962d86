#!/usr/bin/env python3
"""Fails when shellcheck finds something in a script, or a script isn't executable.
Usage: check_scripts.py [ROOT]. Exits 77 where there is no shellcheck."""
import os
import pathlib
import shutil
import subprocess
import sys

import tree

SHELLS = ("#!/usr/bin/env bash", "#!/bin/bash", "#!/bin/sh", "#!/usr/bin/env bats")


def scripts(root):
    for path in tree.text_files(root):
        with open(root / path, "rb") as file:
            first = file.readline(80).decode("utf-8", "replace").strip()
        if first in SHELLS or path.suffix in (".bash", ".sh", ".bats"):
            yield path, first


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    tool = shutil.which("shellcheck")
    if tool is None:
        print("skipped: no shellcheck")
        return 77
    found = list(scripts(root))
    failed = [f"{path}: not executable" for path, first in found
              if first.startswith("#!") and path.suffix != ".bats"
              and not os.access(root / path, os.X_OK)]
    checked = subprocess.run([tool, "-x", "--", *(str(path) for path, _ in found)], cwd=root,
                             check=False) if found else None
    if checked and checked.returncode != 0:
        failed.append("shellcheck found something")
    return "\n".join(failed) if failed else 0


if __name__ == "__main__":
    sys.exit(main())

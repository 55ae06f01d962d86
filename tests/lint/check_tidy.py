#!/usr/bin/env python3
"""Fails when clang-tidy 14 finds something in what a build directory compiles, tests left out.
Usage: check_tidy.py ROOT BUILD. Exits 77 where there is no clang-tidy 14.

A file that was found clean is not looked at again before it, a header it includes, its compile
command, .clang-tidy or clang-tidy itself changes: the cache, outside the tree in
$XDG_CACHE_HOME/kua/lint, holds one empty file for each such combination. Which headers a file
includes is known from ninja, so the build comes first; without it the file is checked each time."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from check_format import find_tool

KEEP_DAYS = 60
EXTRA = ("--extra-arg=-Wno-unknown-warning-option", "--quiet")
NOISE = re.compile(r"^\d+ (?:warnings?|errors?)\b|^Suppressed |^Use -header-filter|"
                   r"treated as error$|^Error while processing|^Found compiler error")


class Tidy:
    def __init__(self, root, build):
        self.root, self.build = root.resolve(), build.resolve()
        self.tool = find_tool("clang-tidy")
        self.files = {}  # path: what stands for its content
        home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
        self.cache = pathlib.Path(home, "kua", "lint")
        self.headers = self.known_headers()
        version = subprocess.run([self.tool, "--version"], capture_output=True, check=True).stdout
        rules = b"".join(path.read_bytes() for path in (
            self.root / folder / ".clang-tidy" for folder in ("", "cli", "tests")) if path.exists())
        self.common = version + rules + repr(EXTRA).encode()

    def known_headers(self):
        """What each object file was made from, as ninja remembers it."""
        if not (self.build / "build.ninja").exists():
            return {}
        said = subprocess.run(["ninja", "-C", str(self.build), "-t", "deps"], capture_output=True,
                              text=True, check=False).stdout
        found, current = {}, None
        for line in said.splitlines():
            if line.startswith("    "):
                found[current].append(line.strip())
            elif ": #deps" in line:
                current = line.split(": #deps")[0]
                found[current] = []
        return found

    def content(self, path):
        """Ours by content and place in the tree, the system's by size and time of change."""
        path = self.build / path
        if path not in self.files:
            if path.is_relative_to(self.root):
                digest = hashlib.sha256(path.read_bytes()).hexdigest()
                self.files[path] = f"{path.relative_to(self.root)} {digest}"
            else:
                state = path.stat()
                self.files[path] = f"{path} {state.st_size} {state.st_mtime_ns}"
        return self.files[path]

    def key(self, entry):
        """The name of the cache's file for ENTRY, or None if it can't have one."""
        made = entry.get("output") or re.search(r" -o (\S+)", entry["command"]).group(1)
        headers = self.headers.get(made)
        if not headers:
            return None
        try:
            parts = [self.content(entry["file"]), *sorted(self.content(path) for path in headers)]
        except OSError:  # a header is gone, so the build is older than the tree
            return None
        command = entry["command"].replace(str(self.root), "")
        return hashlib.sha256(
            self.common + "\n".join([command, *parts]).encode()).hexdigest()

    def run(self, entry):
        """What clang-tidy says about one file; empty when clean."""
        done = subprocess.run([self.tool, *EXTRA, "-p", str(self.build), entry["file"]],
                              capture_output=True, text=True, check=False, cwd=self.root)
        if done.returncode == 0:
            return ""
        lines = [line.replace(f"{self.root}/", "") for line in
                 (done.stdout + done.stderr).splitlines() if not NOISE.search(line)]
        return "\n".join(lines) or f"{entry['file']}: clang-tidy failed"

    def prune(self):
        for path in self.cache.iterdir():
            if path.stat().st_mtime < time.time() - KEEP_DAYS * 86400:
                path.unlink(missing_ok=True)

    def check(self, entries):
        self.cache.mkdir(parents=True, exist_ok=True)
        self.prune()
        keys = {entry["file"]: self.key(entry) for entry in entries}
        todo = [entry for entry in entries
                if not keys[entry["file"]] or not (self.cache / keys[entry["file"]]).exists()]
        print(f"{len(entries)} files, {len(entries) - len(todo)} known to be clean")
        failed, shown = False, set()  # a header's finding comes once for each file that includes it
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for entry, said in zip(todo, pool.map(self.run, todo)):
                failed |= bool(said)
                if said and said not in shown:
                    print(said, flush=True)
                shown.add(said)
                if said:
                    continue
                if keys[entry["file"]]:
                    (self.cache / keys[entry["file"]]).touch()
        return failed


def main():
    root, build = (pathlib.Path(argument) for argument in sys.argv[1:3])
    if find_tool("clang-tidy") is None:
        print("skipped: no clang-tidy 14")
        return 77
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    ours = [entry for entry in entries
            if pathlib.Path(entry["file"]).is_relative_to(root.resolve())
            and not pathlib.Path(entry["file"]).is_relative_to(build.resolve())
            and not pathlib.Path(entry["file"]).is_relative_to(root.resolve() / "tests")]
    return 1 if Tidy(root, build).check(ours) else 0


if __name__ == "__main__":
    sys.exit(main())

#!/usr/bin/env python3
"""Fails when clang-tidy 14 finds something in what a build directory compiles, tests left out.
Usage: check_tidy.py ROOT BUILD. Exits 77 where there is no clang-tidy 14.

Files of one folder that are compiled alike are looked at together, a dozen at a time, as what they
include is most of the work. Files that were found clean are not looked at again before one of them,
a header they include, their compile command, .clang-tidy or clang-tidy itself changes: the cache,
outside the tree in $XDG_CACHE_HOME/kua/lint, holds one empty file for each such combination. Which
headers a file includes is known from ninja, so the build comes first; without it the files are
checked each time."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

from check_format import find_tool

KEEP_DAYS = 60
TOGETHER = 12
EXTRA = ("--extra-arg=-Wno-unknown-warning-option", "--quiet",
         "--checks=-bugprone-suspicious-include")
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

    def parts(self, entry):
        """What stands for all that is read for ENTRY, or None if that isn't known."""
        made = entry.get("output") or re.search(r" -o (\S+)", entry["command"]).group(1)
        headers = self.headers.get(made)
        if not headers:
            return None
        try:
            return [self.content(entry["file"]), *sorted(self.content(path) for path in headers)]
        except OSError:  # a header is gone, so the build is older than the tree
            return None

    def key(self, group):
        """The name of the cache's file for GROUP, or None if it can't have one."""
        parts = [self.parts(entry) for entry in group]
        if None in parts:
            return None
        command = " ".join(options(group[0])).replace(str(self.root), "")
        texts = "\n".join(text for part in parts for text in part)
        return hashlib.sha256(self.common + f"{command}\n{texts}".encode()).hexdigest()

    def run(self, group):
        """What clang-tidy says about the files of GROUP; empty when clean."""
        with tempfile.TemporaryDirectory() as scratch:
            together = self.copy_rules(pathlib.Path(group[0]["file"]).parent, scratch)
            together.write_text("".join(f'#include "{entry["file"]}"\n' for entry in group),
                                encoding="utf-8")
            done = subprocess.run([self.tool, *EXTRA, str(together), "--", *options(group[0])],
                                  capture_output=True, text=True, check=False, cwd=self.build)
        if done.returncode == 0:
            return ""
        lines = [line.replace(f"{self.root}/", "") for line in
                 (done.stdout + done.stderr).splitlines() if not NOISE.search(line)]
        return "\n".join(lines) or f"{group[0]['file']} and others: clang-tidy failed"

    def copy_rules(self, folder, scratch):
        """Where a file of SCRATCH must lie for the rules of FOLDER to hold for it."""
        place = folder.relative_to(self.root)
        pathlib.Path(scratch, place).mkdir(parents=True, exist_ok=True)
        for above in (place, *place.parents):
            if (self.root / above / ".clang-tidy").exists():
                shutil.copyfile(self.root / above / ".clang-tidy",
                                pathlib.Path(scratch, above, ".clang-tidy"))
        return pathlib.Path(scratch, place, "together.cpp")

    def prune(self):
        for path in self.cache.iterdir():
            if path.stat().st_mtime < time.time() - KEEP_DAYS * 86400:
                path.unlink(missing_ok=True)

    def check(self, entries):
        self.cache.mkdir(parents=True, exist_ok=True)
        self.prune()
        groups = grouped(entries)
        keys = [self.key(group) for group in groups]
        todo = [(group, key) for group, key in zip(groups, keys)
                if not key or not (self.cache / key).exists()]
        clean = len(entries) - sum(len(group) for group, _ in todo)
        print(f"{len(entries)} files, {clean} known to be clean")
        failed, shown = False, set()  # a header's finding comes once for each group that has it
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for (_, key), said in zip(todo, pool.map(self.run, [group for group, _ in todo])):
                failed |= bool(said)
                if said and said not in shown:
                    print(said, flush=True)
                shown.add(said)
                if key and not said:
                    (self.cache / key).touch()
        return failed


def options(entry):
    """The compiler's options, without the files that are read and written."""
    kept, skip = [], False
    for word in shlex.split(entry["command"])[1:]:
        if not skip and word not in ("-c", "-o", entry["file"]):
            kept.append(word)
        skip = word == "-o"
    return kept


def grouped(entries):
    groups = {}
    for entry in sorted(entries, key=lambda entry: entry["file"]):
        key = (str(pathlib.Path(entry["file"]).parent), tuple(options(entry)))
        groups.setdefault(key, []).append(entry)
    return [group[at:at + TOGETHER] for group in groups.values()
            for at in range(0, len(group), TOGETHER)]


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

#!/usr/bin/env python3
"""Fails when clang-tidy 14 finds something in what a build directory compiles, tests left out.
Usage: check_tidy.py ROOT BUILD. Exits 77 where there is no clang-tidy 14.

All files of a layer are looked at as one, as what they include is most of the work. So names in
unnamed namespaces must differ within a layer, which KuaTogether.cmake asks for, too. Files that
were found clean are not looked at again before one of them, a
header they include, their compile command, .clang-tidy or clang-tidy itself changes: the cache,
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
import typing

from check_format import find_tool

KEEP_DAYS = 60
TOGETHER = re.compile(r"unity_\d+_cxx\.cxx")
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

    def key(self, unit):
        """The name of the cache's file for UNIT, or None if it can't have one."""
        headers = [path for made in unit.made for path in self.headers.get(made, ())]
        if any(made not in self.headers for made in unit.made):
            return None
        try:
            parts = [self.content(path) for path in (*unit.files, *headers)
                     if not (self.build / path).is_relative_to(self.build)]
        except OSError:  # a header is gone, so the build is older than the tree
            return None
        command = " ".join(unit.options).replace(str(self.root), "")
        texts = "\n".join(sorted(set(parts)))
        return hashlib.sha256(self.common + f"{command}\n{texts}".encode()).hexdigest()

    def run(self, unit):
        """What clang-tidy says about the files of UNIT; empty when clean."""
        with tempfile.TemporaryDirectory() as scratch:
            folders = [os.path.dirname(file) for file in unit.files]
            together = self.copy_rules(pathlib.Path(os.path.commonpath(folders)), scratch)
            together.write_text("".join(f'#include "{file}"\n' for file in unit.files),
                                encoding="utf-8")
            done = subprocess.run([self.tool, *EXTRA, str(together), "--", *unit.options],
                                  capture_output=True, text=True, check=False, cwd=self.build)
        if done.returncode == 0:
            return ""
        lines = [line.replace(f"{self.root}/", "") for line in
                 (done.stdout + done.stderr).splitlines() if not NOISE.search(line)]
        return "\n".join(lines) or f"{unit.files[0]} and others: clang-tidy failed"

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

    def check(self, units):
        self.cache.mkdir(parents=True, exist_ok=True)
        self.prune()
        todo = [(unit, key) for unit, key in ((unit, self.key(unit)) for unit in units)
                if not key or not (self.cache / key).exists()]
        count = sum(len(unit.files) for unit in units)
        clean = count - sum(len(unit.files) for unit, _ in todo)
        print(f"{count} files, {clean} known to be clean")
        known = {pathlib.Path(file) for unit in units for file in unit.files}
        passed_by = sorted(path for folder in ("vault", "cli")
                           for path in (self.root / folder).rglob("*.cpp") if path not in known)
        for path in passed_by:
            print(f"{path.relative_to(self.root)}: the build doesn't say how it is compiled")
        failed, shown = bool(passed_by), set()  # a header's finding comes from each that has it
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for (_, key), said in zip(todo, pool.map(self.run, [unit for unit, _ in todo])):
                failed |= bool(said)
                if said and said not in shown:
                    print(said, flush=True)
                shown.add(said)
                if key and not said:
                    (self.cache / key).touch()
        return failed


class Unit(typing.NamedTuple):
    """What is compiled at once."""
    files: list
    options: list
    made: list  # the object files


def options(entry):
    """The compiler's options, without what is read and written."""
    kept, skip = [], False
    for word in shlex.split(entry["command"])[1:]:
        if not skip and word not in ("-c", "-o", "-MMD", "-MF", "-include", "-Winvalid-pch",
                                     entry["file"]):
            kept.append(word)
        skip = word in ("-o", "-MF", "-include")
    return kept


def list_units(entries, root, build):
    """Those of the program, not of its tests: a target's, but for what is compiled by itself."""
    together = {}
    for entry in entries:
        path = pathlib.Path(entry["file"])
        if path.is_relative_to(build):
            of_program = path.relative_to(build).parts[0] in ("vault", "cli")
            if not of_program or not TOGETHER.fullmatch(path.name):
                continue
            files = re.findall(r'#include "(.+)"', path.read_text(encoding="utf-8"))
            place = (path.parent, *options(entry))
        elif path.is_relative_to(root) and not path.is_relative_to(root / "tests"):
            files = [] if path in together else [entry["file"]]
            place = path
        else:
            continue
        made = entry.get("output") or re.search(r" -o (\S+)", entry["command"]).group(1)
        unit = together.setdefault(place, Unit([], options(entry), []))
        unit.files.extend(files)
        unit.made.append(made)
    return list(together.values())


def main():
    root, build = (pathlib.Path(argument) for argument in sys.argv[1:3])
    if find_tool("clang-tidy") is None:
        print("skipped: no clang-tidy 14")
        return 77
    entries = json.loads((build / "compile_commands.json").read_text(encoding="utf-8"))
    units = list_units(entries, root.resolve(), build.resolve())
    return 1 if Tidy(root, build).check(units) else 0


if __name__ == "__main__":
    sys.exit(main())

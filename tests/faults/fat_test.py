#!/usr/bin/env python3
"""Two vaults exchange by a stick that is formatted: with FAT32, as sticks are, and with exFAT, as
large ones are.

    fat_test.py PROGRAM

With mtools the stick is a directory that is copied into an image of FAT32 and out of it again
between two people. Where the system lets this program mount images, or there is user-mode-linux,
kua writes to them itself; what couldn't be tried is named. After each visit the file system's own
checker and git find all well. There it is also pulled (pulled.py).
"""
import argparse
import contextlib
import os
import pathlib
import random
import shutil
import subprocess
import sys

import own_kernel
import pulled
from pair import Pair
from program import scratch

IMAGE_BYTES = 64 << 20
ROUNDS = 3


class Refused(Exception):
    """The system doesn't let it be mounted; says why."""


def must(*command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f"{command}: exit {done.returncode}: {done.stdout}{done.stderr}")
    return done.stdout


def tree(directory):
    """Of each file below it: its content, and its time in the steps of FAT."""
    return {path.relative_to(directory).as_posix():
            (path.read_bytes(), int(path.stat().st_mtime) // 2) if path.is_file() else None
            for path in directory.rglob("*")}


class Copied:
    """A stick that mtools copies into an image of FAT32 and back."""

    name = "FAT32, by mtools"
    needs = ("mcopy", "mkfs.vfat", "fsck.vfat")

    def __init__(self, image, stick):
        self.image, self.stick = image, stick
        must("mkfs.vfat", "-F", "32", "-s", "1", image)

    def carry(self, wrong):
        was = tree(self.stick)
        if must("mdir", "-b", "-i", self.image, "::/"):
            must("mdeltree", "-i", self.image, "::/kua")
        must("mcopy", "-s", "-m", "-Q", "-i", self.image, self.stick, "::/")
        shutil.rmtree(self.stick)
        must("mcopy", "-s", "-m", "-n", "-i", self.image, "::/KUA", self.stick.parent)
        must("fsck.vfat", "-n", self.image)
        # Asked for in capitals, a directory gets a name in capitals.
        if not self.stick.exists():
            (self.stick.parent / "KUA").rename(self.stick)
        now = tree(self.stick)
        if now != was:
            wrong.append("changed by the image: " + str(sorted(
                name for name in was.keys() | now.keys() if was.get(name) != now.get(name))))

    def close(self):
        pass


class Mounted:
    """A stick whose file system is mounted, each time anew."""

    def __init__(self, image, stick):
        self.image, self.directory, self.device = image, stick.parent, None
        must(*self.make, image)
        self.mount()

    def mount(self):
        self.device = self.loop_device()
        done = subprocess.run([*self.by, self.device, self.directory], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)
        if done.returncode != 0 or not os.path.ismount(self.directory):
            self.let_go()
            raise Refused((done.stderr or done.stdout).strip().replace("\n", " "))

    def loop_device(self):
        done = subprocess.run(["losetup", "-f", "--show", self.image], capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            raise Refused(done.stderr.strip())
        return done.stdout.strip()

    def let_go(self):
        if self.device:
            must("losetup", "-d", self.device)
            self.device = None

    def carry(self, _):
        self.close()
        must(*self.check, self.image)
        self.mount()

    def copy_device(self, to):
        """What the device has by now, without what only the system has."""
        shutil.copyfile(self.image, to)

    def plug_in(self, copy):
        """Another one, as the device was when the copy was made."""
        self.close()
        copy.replace(self.image)
        self.mount()

    def close(self):
        if os.path.ismount(self.directory):
            must("umount", self.directory)
        self.let_go()


class KernelFat(Mounted):
    name, by = "FAT32, by the kernel", ("mount", "-t", "vfat")
    needs = ("mkfs.vfat", "fsck.vfat")
    make, check = ("mkfs.vfat", "-F", "32", "-s", "1"), ("fsck.vfat", "-n")


class KernelExfat(Mounted):
    name, by = "exFAT, by the kernel", ("mount", "-t", "exfat")
    needs = ("mkfs.exfat", "fsck.exfat")
    make, check = ("mkfs.exfat",), ("fsck.exfat", "-n")


class FuseExfat(KernelExfat):
    name, by = "exFAT, by FUSE", ("mount.exfat-fuse",)
    needs = ("mount.exfat-fuse", *KernelExfat.needs)


KINDS = (Copied, KernelFat, KernelExfat, FuseExfat)


def exchange(pair, medium, rng):
    """Each adds something, brings it to the other, and hears that it arrived."""
    people = (pair.rosa, pair.mara)
    refs = {}
    for person in people:
        pair.name_remote(person)

    def visit(person):
        person.sync()
        medium.carry(pair.wrong)
        pair.check_stick(refs, is_done=True)
        refs.update(pair.refs())

    visit(pair.rosa)
    visit(pair.mara)
    pair.mara.must("case", "accept", "KT-17", "--unverified")
    visit(pair.mara)
    for _ in range(ROUNDS):
        for person in people:
            pair.add(person, [rng.randbytes(size) for size in (37, 511, 70_000)])
            visit(person)
    for person in (*people, *people):
        visit(person)
    pair.check_done({person.name: person.files() for person in people})
    return len(refs)


@contextlib.contextmanager
def pair_on(kind, program, root):
    """A pair whose stick is of this kind."""
    pair = Pair(program, root)
    image = root / "image"
    with image.open("wb") as file:
        file.truncate(IMAGE_BYTES)
    medium = None
    try:
        medium = kind(image, pair.stick)
        yield pair, medium
    finally:
        if medium:
            medium.close()


def under_own_kernel(program):
    """The same with Linux's own FAT all the same, if there is a kernel to be had."""
    if not own_kernel.is_there():
        print("FAT32, by a kernel of its own: not tried, there is no user-mode-linux")
        return []
    said, status = own_kernel.run(
        [sys.executable, "-B", pathlib.Path(__file__).resolve(), program.resolve(), "--only",
         KernelFat.__name__], timeout_s=600)
    print(f"under a kernel of its own: {said.strip()}")
    return [] if status == 0 else [f"under a kernel of its own: exit {status}"]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("--only")
    options = parser.parse_args()
    failed, done = [], 0
    with scratch("kua-fat-") as name:
        for kind in KINDS:
            if options.only not in (None, kind.__name__):
                continue
            missing = [tool for tool in ("git", *kind.needs) if not shutil.which(tool)]
            if missing:
                print(f"{kind.name}: not tried, there is no {missing[0]}")
                continue
            try:
                with pair_on(kind, options.program, pathlib.Path(name) / kind.__name__) as made:
                    refs = exchange(*made, random.Random(32))
                    times = pulled.check(*made) if issubclass(kind, Mounted) else 0
                    failed += [f"{kind.name}: {one}" for one in made[0].wrong]
                    print(f"{kind.name}: {made[0].items} items exchanged by {refs} refs, pulled "
                          f"{times} times, {len(made[0].wrong)} wrong")
                done += 1
            except Refused as why:
                print(f"{kind.name}: not tried, the system refuses: {why}")
                if kind is KernelFat and not options.only:
                    failed += under_own_kernel(options.program)
    print(*failed, sep="\n", end="\n" if failed else "")
    if not done:
        print("skipped: no file system of a stick could be had")
        return 77
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

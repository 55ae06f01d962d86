#!/usr/bin/env python3
"""[T35] Looks at a remote as its holder does: two vaults exchange two cases by a stick and,
if there is a git-daemon, by a git host; then everything that lies there is searched, inflated too,
for what it must not tell, and its commits, names and sizes are compared with the few that kua uses.

    host_view_test.py PROGRAM
"""
import argparse
import base64
import hashlib
import json
import math
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

from host import git_host
from program import Program, scratch

TITLES = ("Zhanaozen-title-canary", "Kokturz-second-title-canary")
OWNERS = ("Rosa-card-canary", "Mara-card-canary")
FACTS = {"--source": "P-481516", "--note": "he-wore-a-note-canary",
         "--place": "behind-the-place-canary", "--captured": "2017-11-23T15:04:31+05:00",
         "--captured-basis": "embedded"}
COMMIT = re.compile(
    rb"tree [0-9a-f]{40}\n(parent [0-9a-f]{40}\n)?"
                    rb"author kua <kua@invalid> 0 \+0000\n"
                    rb"committer kua <kua@invalid> 0 \+0000\n\n")
PART = re.compile(r"([0-9a-f]{64})\.([0-9]{6})")
AGE_CHUNK, AGE_TAG, AGE_NONCE = 65536, 16, 16
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def padme(size, floor):
    """The size that formats.md pads to, worked out here once more."""
    size = max(size, floor)
    exponent = math.floor(math.log2(size))
    step = 1 << (exponent - (math.floor(math.log2(exponent)) + 1))
    return -(-size // step) * step


def plaintext_size(age_file):
    """Of an age file, from its length alone, as anybody can tell."""
    payload = len(age_file) - age_file.index(b"\n", age_file.index(b"\n--- ") + 1) - 1 - AGE_NONCE
    return payload - AGE_TAG * -(-payload // (AGE_CHUNK + AGE_TAG))


def encodings(value):
    plain = base64.b64encode(value).rstrip(b"=")
    return {value, value.hex().encode(), value.hex().upper().encode(), plain,
            plain.replace(b"+", b"-").replace(b"/", b"_"),
            value.decode("latin-1").encode("utf-16-le")}


class Person:
    def __init__(self, program, root, name, directory):
        self.program, self.vault, self.name = program, root / directory, name
        self.card = root / (directory + ".card")
        done = subprocess.run([program.path, "init", self.vault, "--name", name, "--case",
                               f"case of {name}", "--kdf-memory", "1", "--kdf-passes", "1",
                               *program.common], capture_output=True, check=False)
        if done.returncode != 0:
            sys.exit(f"init: {done.stderr}")
        self.must("identity", "card", "--to", self.card)
        self.fingerprint = self.json("identity", "show")["identity"]["fingerprint"]

    def must(self, *arguments):
        return self.program.must(self.vault, *arguments)

    def json(self, *arguments):
        return self.program.must_json(self.vault, *arguments)


def exchange(people, remote):
    """Until neither has anything to say."""
    for person in people * 3:
        report = person.json("sync", remote)
        if any(one["failure"] or one["findings"] for one in report["remotes"]):
            sys.exit(f"sync {remote}: {json.dumps(report)}")


def share_cases(rosa, mara, media):
    """Both have both cases, and each adds the same files to each."""
    for one, other in ((rosa, mara), (mara, rosa)):
        one.must("contact", "add", other.card)
        one.must("remote", "add", "stick", media / "kua")
    for title in TITLES:
        rosa.must("case", "create", title)
        rosa.must("member", "add", mara.name, "--unverified", "--case", title)
    rosa.must("sync", "stick")
    mara.must("sync", "stick")
    for title in TITLES:
        mara.must("case", "accept", title, "--unverified")
        rosa.must("source", "add", FACTS["--source"], "--case", title)
    exchange([mara, rosa], "stick")


def add_files(people, folder, facts):
    for person in people:
        for title in TITLES:
            person.must("add", folder, "--case", title, *facts)
        exchange(people, "stick")


def git(repository, *arguments):
    return subprocess.run(["git", "-C", repository, *arguments], check=True,
                          capture_output=True).stdout


class Remote:
    """All that is in a repository: files as they are, and objects by name."""

    def __init__(self, directory):
        self.directory = directory
        self.files = {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}
        self.objects, batch, at = {}, git(directory, "cat-file", "--batch-all-objects",
                                          "--batch"), 0
        while at < len(batch):
            end = batch.index(b"\n", at)
            name, kind, size = batch[at:end].decode().split()
            self.objects[name] = kind, batch[end + 1:end + 1 + int(size)]
            at = end + 2 + int(size)
        self.refs = dict(line.split()[::-1] for line in git(
            directory, "for-each-ref", "--format=%(objectname) %(refname)").decode().splitlines())

    def tree(self, name):
        """(mode, name, id) of each entry."""
        content, at = self.objects[name][1], 0
        while at < len(content):
            end = content.index(b"\0", at)
            mode, entry = content[at:end].decode().split(" ", 1)
            yield mode, entry, content[end + 1:end + 21].hex()
            at = end + 21

    def reach(self, ref):
        return set(git(self.directory, "rev-list", "--objects", "--no-object-names",
                       self.refs[ref]).decode().split())


def search(remote, wanted):
    places = {f"file {path.name}": content for path, content in remote.files.items()}
    places |= {f"{kind} {name[:8]}": content for name, (kind, content) in remote.objects.items()}
    places["names of files"] = "\n".join(map(str, remote.files)).encode()
    places["names of refs"] = "\n".join(remote.refs).encode()
    needles = {needle: what for what, value in wanted.items() for needle in encodings(value)}
    return [f"{what} in {place}" for place, content in places.items()
            for needle, what in needles.items() if needle in content]


def check_shape(remote):
    """What is wrong with commits, names and sizes."""
    wrong, objects, counts = [], {}, {"bundle": 0, "grant": 0, "object": 0}
    for name, (kind, content) in remote.objects.items():
        if kind == "commit" and not COMMIT.fullmatch(content):
            wrong.append(f"commit {name} is {content}")
        if kind == "tag":
            wrong.append(f"tag {name}")
        if kind != "tree":
            continue
        for mode, entry, blob in remote.tree(name):
            part = PART.fullmatch(entry)
            if entry == "objects" and mode == "40000":
                continue
            age_file = remote.objects[blob][1]
            if mode != "100644" or not (part or entry in ("bundle.age", "grant.age")):
                wrong.append(f"{mode} {entry} in tree {name}")
            elif part:
                objects.setdefault(part[1], {})[int(part[2])] = age_file
            else:
                counts[entry[:-4]] += 1
                size = plaintext_size(age_file)
                if size != padme(size, 8192):
                    wrong.append(f"a {entry[:-4]} of {size} bytes")
    for digest, parts in objects.items():
        whole = b"".join(parts[number] for number in sorted(parts))
        size = plaintext_size(whole)
        counts["object"] += 1
        if hashlib.sha256(whole).hexdigest() != digest or size != padme(size, 4096):
            wrong.append(f"object {digest[:8]} of {size} bytes")
    if min(counts.values()) == 0:
        wrong.append(f"too little to look at: {counts}")
    wrong += [f"ref {ref}" for ref in remote.refs
              if not re.fullmatch("refs/heads/[0-9a-f]{32}", ref)]
    return wrong, counts


def shared_objects(remote):
    """Objects that two refs reach: they would link two cases, or two people."""
    reach = {ref: remote.reach(ref) - {EMPTY_TREE} for ref in remote.refs}
    return [f"{one} and {other} share {name}" for one in reach for other in reach if one < other
            for name in reach[one] & reach[other]]


def canaries(people, contents):
    wanted = {"title": TITLES[0], "second title": TITLES[1], "card": OWNERS[0],
              "second card": OWNERS[1], "captured day": "2017-11-23", "captured time": "15:04:31",
              "today": time.strftime("%Y-%m-%d", time.gmtime())}
    wanted |= {option: value for option, value in FACTS.items() if "captured" not in option}
    wanted = {what: value.encode() for what, value in wanted.items()}
    for person in people:
        wanted[f"fingerprint of {person.name}"] = bytes.fromhex(person.fingerprint)
        wanted |= {f"case {one['id'][:8]}": bytes.fromhex(one["id"])
                   for one in person.json("case", "list")["cases"]}
        wanted |= {f"line {number} of the card of {person.name}": line.split()[-1]
                   for number, line in enumerate(person.card.read_bytes().splitlines()[:5])}
    for name, content in contents.items():
        wanted |= {f"name {name}": name.encode(), f"digest of {name}":
                   hashlib.sha256(content).digest(), f"content of {name}": content[:32]}
    return wanted


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    options = parser.parse_args()
    if not shutil.which("git"):
        print("skipped: no git")
        return 77
    rng = random.Random(35)
    contents = {f"IMG-name-canary-{size}.jpg": rng.randbytes(size)
                for size in (64, 5_000, 70_000, 9_000_000)}
    with scratch("kua-host-") as name:
        root = pathlib.Path(name)
        program = Program(options.program, root)
        for folder in ("media", "first", "second", "hosts"):
            (root / folder).mkdir()
        for at, (file, content) in enumerate(contents.items()):
            (root / ("first", "second")[at % 2] / file).write_bytes(content)
        people = [Person(program, root, name, directory)
                  for name, directory in zip(OWNERS, ("rosa", "mara"))]
        share_cases(*people, root / "media")
        facts = [word for pair in FACTS.items() for word in pair]
        add_files(people, root / "first", facts)
        add_files(people, root / "second", facts)
        wanted, failed = canaries(people, contents), []
        remotes = [root / "media" / "kua"]
        with git_host(root / "hosts" / "base.git") as url:
            if url:
                for person in people:
                    person.must("remote", "add", "base", url)
                exchange(people, "base")
                remotes.append(root / "hosts" / "base.git")
        for directory in remotes:
            remote = Remote(directory)
            git(directory, "fsck", "--strict")
            wrong, counts = check_shape(remote)
            failed += wrong + search(remote, wanted) + shared_objects(remote)
            # Two cases with two authors each, one case of each author alone, one inbox.
            if len(remote.refs) != 7:
                failed.append(f"{len(remote.refs)} refs")
            print(f"{directory.name}: {len(remote.refs)} refs, {len(remote.objects)} objects of "
                  f"git, {counts}; {len(wanted)} canaries looked for")
        # The search itself has to be able to find something.
        blob = root / "media" / "planted"
        blob.write_bytes(b"x" + TITLES[0].encode())
        git(root / "media" / "kua", "hash-object", "-w", str(blob))
        if not search(Remote(root / "media" / "kua"), wanted):
            sys.exit("the search does not find what was put there")
    print(*failed, sep="\n", end="\n" if failed else "")
    print(f"told to the host: {len(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

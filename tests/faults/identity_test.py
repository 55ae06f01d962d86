#!/usr/bin/env python3
"""Who a source is must show nowhere but by `source identify`. Keeps it for P-07, with canaries in
it, then runs every command that the program has, with and without --json, and looks for the
canaries in all that they print and write, in the catalogs and segments decrypted, and on the stick.

    identity_test.py PROGRAM [SQLCIPHER]

The commands are those that --help names: one that this test doesn't run fails it. Exits 77 where
SQLCipher's shell is missing, after everything else was looked at.
"""
import argparse
import base64
import json
import os
import pathlib
import shutil
import subprocess
import sys

from commands import leaves
from program import Program, scratch

CANARIES = {"real_name": "Айгүл Identitycanary-Сәрсенова", "other_names": "the-baker-canary",
            "born": "1987-born-canary", "address": "canary-street 12", "workplace": "depot-canary",
            "phone": "+7-701-canary-5550", "safe_contact": "behind-the-mill-canary",
            "relatives": "brother-canary", "identity_documents": "N-canary-0471",
            "same_person_as": "P-99-canary"}
NAMES_KEY = ["--secret-passphrase-file", "names-passphrase"]
VTT = "WEBVTT\n\n0001.1\n00:00.000 --> 00:01.000\nwhat was said\n"
TESTIMONY = ("---\nformat: kua-testimony/1\nsource: P-07\ntestimony_kind: first_account\n---\n"
             "### 0001 answer P-07\nwhat was said\n")


def encodings(value):
    """How bytes may be written; base64 at each of its three alignments."""
    forms = {value, value.hex().encode(), value.hex().upper().encode(),
             value.decode().encode("utf-16-le"),
             json.dumps(value.decode()).strip('"').encode()}
    for shift in range(3):
        code = base64.b64encode(b"\0" * shift + value)[4 if shift else 0:]
        code = code[:len(code) // 4 * 4 - 4]
        forms |= {code, code.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


NEEDLES = {needle: fact for fact, text in CANARIES.items() for needle in encodings(text.encode())}


def found_in(data):
    return {fact for needle, fact in NEEDLES.items() if needle in data}


class Person:
    def __init__(self, program, root, vault):
        self.program, self.root, self.vault = program, root, root / vault

    def run(self, *words, typed=b""):
        where = [] if words[0] == "init" else ["--vault", self.vault]
        return subprocess.run(
            [self.program.path, *words, *where, *self.program.common], cwd=self.root,
            input=typed, capture_output=True, check=False,
            env={"PATH": os.environ["PATH"], "HOME": str(self.root / "home"),
                 "TMPDIR": str(self.root / "tmp"), "LANG": "C.UTF-8"})

    def must(self, *words):
        done = self.run(*words)
        if done.returncode != 0:
            sys.exit(f"{words}: exit {done.returncode}: {done.stdout!r} {done.stderr!r}")
        return done.stdout


class Walk:
    """Runs commands, notes which were run, and looks at what they print."""

    def __init__(self):
        self.covered, self.hits, self.runs = set(), [], 0

    def look(self, where, data):
        self.hits += [f"{fact} in {where}" for fact in sorted(found_in(data))]

    def step(self, person, expected, line, *more):
        words = [*line.split(), *more]
        command = next(" ".join(words[:n]) for n in (3, 2, 1) if " ".join(words[:n]) in ALL)
        self.covered.add(command)
        done = person.run(*words)
        self.runs += 1
        if done.returncode != expected:
            sys.exit(f"{line}: exit {done.returncode}, not {expected}: {done.stderr.decode()}")
        self.look(f"what {line} prints", done.stdout + done.stderr)

    def converse(self, person, line, dialogue):
        """A command that asks, on a terminal."""
        self.covered.add(line)
        self.runs += 1
        (person.root / "dialogue").write_text(dialogue, encoding="ascii")
        done = subprocess.run(
            [CONVERSE, "dialogue", person.program.path, *line.split(), "--vault", person.vault,
             *person.program.common], cwd=person.root, capture_output=True, check=False)
        if b"[status 0]" not in done.stdout:
            sys.exit(f"{line}: {done.stdout!r} {done.stderr!r}")
        self.look(f"what {line} shows", done.stdout + done.stderr)

    def script(self, person, *lines):
        """A shell in which these commands are typed, and that locks before the last."""
        self.covered.add("shell")
        self.runs += len(lines)
        done = person.run("shell", typed="\n".join([*lines[:-1], "lock", lines[-1]]).encode())
        if done.returncode != 0:
            sys.exit(f"shell: exit {done.returncode}: {done.stderr.decode()}")
        self.look("what a shell prints", done.stdout + done.stderr)

    def both(self, person, expected, line, *more):
        for rendering in ([], ["--json"]):
            self.step(person, expected, line, *more, *rendering)


ALL = set()
CONVERSE = pathlib.Path(__file__).resolve().parents[1] / "cli" / "converse.py"
TOLD = ("who tells it\tP-07\nwhere was it\t\nwhen (\t\nfirst account\tyes\nconsent level\t\n"
        "one line\t\nwhat was told\tWe ran.\n\t.\n")


def prepare(rosa, mara, root):
    """Two vaults whose owners know each other, and files to add."""
    for folder in ("home", "tmp", "in", "out"):
        (root / folder).mkdir()
    for name, content in (("names-passphrase", "a passphrase for names\n"),
                          ("second", "a second passphrase\n"),
                          ("third", "a third passphrase\n"), ("note.vtt", VTT),
                          ("account.md", TESTIMONY), ("in/clip.mp4", "frames"),
                          ("in/copy.jpg", "pixels"), ("in/later.jpg", "more pixels"),
                          ("who.txt", "".join(f"{k}: {v}\n" for k, v in CANARIES.items()))):
        (root / name).write_text(content, encoding="utf-8")
        (root / name).chmod(0o600)
    shutil.copy(root / "passphrase", root / "old")
    for person, name in ((rosa, "Rosa"), (mara, "Mara")):
        person.must("init", str(person.vault), "--name", name, "--case", f"case of {name}",
                    "--kdf-memory", "1", "--kdf-passes", "1")
        person.must("identity", "card", "--to", f"{name}.card")
        words = json.loads(person.must("identity", "show", "--json"))["identity"]["words"]
        (root / f"{name}.words").write_text(" ".join(words), encoding="ascii")


def keep_identity(walk, rosa, root):
    walk.step(rosa, 0, "source add P-07")
    walk.step(rosa, 0, "source identity-key create --to names.key", *NAMES_KEY)
    walk.step(rosa, 0, "source identity add P-07 --from who.txt")
    walk.step(rosa, 0, "source identity add P-07 --json --from who.txt")
    (root / "who.txt").unlink()
    walk.both(rosa, 0, "source identity-key show")
    walk.step(rosa, 0, "source identity-key show --to names.recipient")


def work(walk, rosa):
    """A day of casework in a vault that holds the identity."""
    walk.both(rosa, 0, "add in/clip.mp4 --source P-07")
    walk.step(rosa, 0, "add in/copy.jpg --derived-from clip.mp4 --recipe cut "
                       "--attributes-removed voice")
    walk.step(rosa, 0, "testimony add account.md")
    walk.both(rosa, 0, "testimony show account.md")
    walk.converse(rosa, "testimony new", TOLD)
    walk.step(rosa, 0, "transcript add account.md note.vtt --language en")
    walk.step(rosa, 0, "translation add account.md note.vtt --language ru")
    walk.both(rosa, 0, "consent give P-07 --level 2 --how-informed message")
    walk.both(rosa, 0, "consent show P-07")
    walk.step(rosa, 0, "consent show P-07 --notices notices")
    walk.both(rosa, 0, "describe clip.mp4 --note seen --comment why")
    walk.both(rosa, 0, "source describe P-07 --risk high --comment why")
    walk.both(rosa, 0, "case describe --mandate families --comment why")
    for line in ("list", "list --source P-07", "show clip.mp4", "show account.md", "status",
                 "status --rebuild", "log", "log --facts", "log clip.mp4", "source list",
                 "source show P-07", "case list", "case show", "passphrase list", "remote list",
                 "member list", "contact list", "identity show", "verify", "verify --sealed",
                 "key reveal --yes", "finding list"):
        walk.both(rosa, 0, line)
    walk.script(rosa, "source show P-07", "log --facts", "show account.md --json", "status",
                "source list")
    walk.step(rosa, 0, "export --all --to out/keep")
    walk.step(rosa, 0, "export --all --sealed --to out/sealed --json")
    walk.step(rosa, 3, "export --all --to out/court --purpose court")
    walk.both(rosa, 4, "custody hand-over clip.mp4 --to clerk --purpose court")
    walk.both(rosa, 0, "custody hand-over clip.mp4 --to Mara --purpose team")
    walk.both(rosa, 0, "custody returned clip.mp4 --from Mara")
    walk.both(rosa, 0, "custody received clip.mp4 --from courier")
    walk.both(rosa, 0, "log clip.mp4")
    walk.both(rosa, 2, "shred clip.mp4")
    walk.both(rosa, 8, "shred --withdrawn P-07 --yes")
    walk.both(rosa, 0, "consent withdraw P-07 --purpose court")
    walk.step(rosa, 0, "passphrase add --new-passphrase-file second")
    walk.step(rosa, 0, "passphrase remove 2")
    walk.step(rosa, 0, "passphrase change --new-passphrase-file third")
    shutil.copy(rosa.root / "third", rosa.root / "passphrase")
    walk.step(rosa, 0, "passphrase change --new-passphrase-file old")
    shutil.copy(rosa.root / "old", rosa.root / "passphrase")


def relate(walk, rosa):
    """What accounts tell of, how it hangs together, and looking for it."""
    shown = {}
    for kind, more in (("place", "landmarks"), ("event", "description"), ("act", "method"),
                       ("person", "occupation")):
        walk.step(rosa, 0, f"{kind} add first-{kind}")
        walk.both(rosa, 0, f"{kind} list")
        shown[kind] = json.loads(rosa.must(kind, "list", "--json"))[kind + "s"][0]["short_id"]
        walk.both(rosa, 0, f"{kind} describe {shown[kind]} --{more} more --comment why")
        walk.both(rosa, 0, f"{kind} show {shown[kind]}")
    walk.both(rosa, 0, f"link P-07 witness {shown['event']} --certainty probable")
    walk.both(rosa, 4, f"link P-07 same_person {shown['person']}")
    walk.both(rosa, 0, "tag clip.mp4 account.md q-order")
    for line in ("find ran", "find first", "find --source P-07", "todo", "list --tag q-order"):
        walk.both(rosa, 0, line)


def share(walk, rosa, mara):
    """Mara becomes a contributor, by a stick, and has the entry with the identity."""
    walk.step(rosa, 0, "identity card --to again.card")
    for one, other in ((rosa, "Mara"), (mara, "Rosa")):
        walk.step(one, 0, f"contact add {other}.card")
        walk.step(one, 0, f"contact verify {other} --words-file {other}.words")
        walk.both(one, 0, f"contact show {other}")
        walk.step(one, 0, "remote add stick stick")
    walk.step(rosa, 0, "member add Mara")
    walk.both(rosa, 0, "sync stick")
    walk.both(mara, 0, "sync stick")
    walk.step(mara, 0, "status")
    walk.step(mara, 0, "case decline")
    walk.step(mara, 0, "case accept", json.loads(rosa.must("case", "list", "--json"))
              ["cases"][0]["id"][:8])
    walk.both(mara, 0, "sync stick")
    walk.step(mara, 0, "case use", "case of Rosa")
    walk.both(mara, 0, "source show P-07")
    walk.both(mara, 0, "log --facts")
    walk.step(mara, 4, "source identity-key create --to other.key --replace", *NAMES_KEY)
    walk.step(mara, 0, "add in/later.jpg --source P-07")
    walk.step(mara, 0, "send --to sent.kua --everything")
    walk.both(rosa, 0, "take sent.kua")
    walk.step(rosa, 0, "sync stick")
    walk.step(rosa, 0, "member doubt Mara --yes")
    walk.step(rosa, 8, "finding export 1 --to fork")
    walk.step(rosa, 0, "member remove Mara --yes")
    walk.step(rosa, 2, "remote login stick --user rosa --secret-file passphrase")
    walk.step(rosa, 0, "remote remove stick")
    walk.step(mara, 0, "contact remove Rosa")


def seal(walk, rosa):
    walk.step(rosa, 0, "case key --to case.key", *NAMES_KEY)
    walk.step(rosa, 0, "case seal --yes --secret-to sealed.key", *NAMES_KEY)
    walk.both(rosa, 4, "source show P-07")
    walk.both(rosa, 4, "log")
    walk.step(rosa, 0, "case unseal sealed.key", *NAMES_KEY)
    walk.step(rosa, 0, "case create", "another case")
    walk.step(rosa, 0, "case list")


def with_the_key(rosa, wrong):
    """What must show it, and what must not although it has a key."""
    names = ["source", "identify", "P-07", "--identity-key"]
    for rendering in ([], ["--json"]):
        shown = rosa.must(*names, "names.key", *NAMES_KEY, *rendering, "--case", "case of Rosa")
        missing = set(CANARIES) - found_in(shown)
        if missing:
            wrong.append(f"identify {rendering} doesn't show {missing}")
    for file, passphrase in (("names.key", "second"), ("case.key", "names-passphrase")):
        done = rosa.run(*names, file, "--secret-passphrase-file", passphrase,
                        "--case", "case of Rosa")
        if done.returncode != 6 or found_in(done.stdout + done.stderr):
            wrong.append(f"identify with {file} and {passphrase}: exit {done.returncode}")


def dump(sqlcipher, person, root):
    """Each database of the vault as SQL text."""
    keys = json.loads(person.must("key", "reveal", "--yes", "--json"))["keys"]
    for key in keys:
        if key["file"]:
            copy = root / "tmp" / "copy.db"
            shutil.copy(person.vault / key["file"], copy)
            script = f"PRAGMA key = \"{key['secret']}\";\n{key['settings'] or ''}\n.dump\n"
            done = subprocess.run([sqlcipher, "-batch", str(copy)], input=script.encode(),
                                  capture_output=True, check=False)
            copy.unlink()
            if b"COMMIT" not in done.stdout:
                sys.exit(f"{key['file']} doesn't open: {done.stderr.decode()}")
            yield key["file"], done.stdout


def look_at_files(walk, root):
    files = [path for path in root.rglob("*") if path.is_file()]
    for path in files:
        walk.look(path.relative_to(root), path.read_bytes() + str(path).encode())
    (root / "planted").write_text(CANARIES["phone"], encoding="utf-8")
    if not found_in((root / "planted").read_bytes()):
        sys.exit("the search doesn't find what was put there")
    return len(files)


def look_at_catalogs(walk, sqlcipher, people, root):
    dumps = 0
    for person in people:
        for name, text in dump(sqlcipher, person, root):
            walk.look(f"{name} of {person.vault.name}, decrypted", text)
            dumps += 1
            # The dump has to show what is there: the entry, and that it is about P-07.
            if name == "catalog.db" and (b"source.identity" not in text or b"P-07" not in text):
                sys.exit(f"the catalog of {person.vault.name} doesn't show its entries")
    return dumps


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("sqlcipher", nargs="?", default="")
    options = parser.parse_args()
    with scratch("kua-identity-") as name:
        root = pathlib.Path(name)
        program = Program(options.program, root)
        ALL.update(leaves(program.path))
        rosa, mara = Person(program, root, "rosa"), Person(program, root, "mara")
        prepare(rosa, mara, root)
        walk, wrong = Walk(), []
        walk.step(rosa, 0, "init another --name Third --kdf-memory 1 --kdf-passes 1")
        keep_identity(walk, rosa, root)
        work(walk, rosa)
        relate(walk, rosa)
        share(walk, rosa, mara)
        seal(walk, rosa)
        with_the_key(rosa, wrong)
        walk.covered.add("source identify")
        files = look_at_files(walk, root)
        has_shell = os.access(options.sqlcipher, os.X_OK)
        dumps = look_at_catalogs(walk, options.sqlcipher, (rosa, mara), root) if has_shell else 0
    wrong += [f"this test doesn't run: kua {one}" for one in sorted(ALL - walk.covered)]
    wrong += walk.hits
    print(*wrong, sep="\n", end="\n" if wrong else "")
    print(f"{len(walk.covered)} of {len(ALL)} commands in {walk.runs} runs; {len(CANARIES)} "
          f"canaries looked for in what they print, {files} files, {dumps} decrypted databases")
    print(f"canaries leaked: {len(walk.hits)}")
    if not wrong and not has_shell:
        print("SKIPPED the decrypted databases: no shell of SQLCipher")
        return 77
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

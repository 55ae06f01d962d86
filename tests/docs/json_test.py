#!/usr/bin/env python3
"""Fails where an example of docs/json.md has other keys, or other types, than what kua prints.

usage: json_test.py KUA_PROGRAM REPOSITORY

Of the everyday commands and of casework. An example with the key "..." shows some keys only; {} and
[] stand for something that is described elsewhere. Facts differ from item to item and are left
out."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

BLOCK = re.compile(r"^##+ (?P<heading>[^\n]*)$|^```json\n(?P<block>.*?)^```$", re.S | re.M)
FREE = {"facts", "allowed", "changes"}  # names that depend on what was entered
CASEWORK = """
source add P-07 --connection ear_witness
source add P-12
testimony add {sample}/testimony-P-07.md --recording {sample}/interview-P-07.ogg
transcript add testimony-P-07.md {sample}/testimony-P-07.kk-ru.vtt
translation add testimony-P-07.md {sample}/testimony-P-07.en.vtt
add {sample}/IMG_0412.jpg {sample}/IMG_0419.jpg --source P-12
describe IMG_0412.jpg --carries content,time,place --third-parties not_identifiable --comment x
consent give P-12 --level 4 --how-informed explained_orally
add crop.jpg --derived-from IMG_0412.jpg --recipe cropped --attributes-removed place
place add Town --place-names ru=Город
event add Dispersal
link IMG_0412.jpg contradicts IMG_0419.jpg --certainty probable --comment x
tag IMG_0412.jpg crowd --tag-state verified
source identity-key create --to names.key --secret-passphrase-file passphrase
source identity add P-07 --from who
"""
# Heading and number of the example there: a command, and where in its answer the example stands.
EXAMPLES = {
    ("Items", 0): ("list", ["items", 0]),
    ("`show`", 0): ("show IMG_0412.jpg", []),
    ("`add`", 0): ("add new.txt {sample}/IMG_0419.jpg missing --source P-07", []),
    ("`export`", 0): ("export IMG_0412.jpg interview-P-07.ogg --to out --purpose court", []),
    ("`describe`, `source describe`, `case describe`", 0):
        ("describe IMG_0412.jpg --place Town --comment x", []),
    ("`verify`", 0): ("verify", []),
    ("`log`", 0): ("log", []),
    ("`custody hand-over`, `received`, `returned`", 0):
        ("custody hand-over IMG_0412.jpg --to clerk --purpose court --method disc", []),
    ("`log`", 1): ("log IMG_0412.jpg", []),
    ("`find`", 0): ("find town", []),
    ("`todo`", 0): ("todo", []),
    ("Relations", 0): ("place list", ["places", 0]),
    ("Relations", 1): ("link IMG_0419.jpg refers_to testimony-P-07.md", ["link"]),
    ("Sources and consent", 0): ("source show P-12", ["source"]),
    ("Sources and consent", 1): ("consent withdraw P-12 --purpose court", ["consent"]),
    ("`source identity-key`, `source identity`, `source identify`", 0):
        ("source identify P-07 --identity-key names.key --secret-passphrase-file passphrase", []),
    ("Testimony", 0):
        ("testimony add {sample}/testimony-P-07.md --recording {sample}/interview-P-07.ogg", []),
    ("Testimony", 1): ("testimony show testimony-P-07.md", ["accounts", 0, "turns", 0]),
    ("Testimony", 2): ("testimony show testimony-P-07.md", ["texts", 1]),
    ("`status`", 0): ("status", []),
    ("`status --rebuild`", 0): ("status --rebuild", []),
    ("Cases", 0): ("case list", ["cases", 0]),
}


def examples(page):
    heading, count = "", 0
    for match in BLOCK.finditer(page):
        if match["heading"]:
            heading, count = match["heading"], 0
        else:
            yield (heading, count), json.loads(match["block"])
            count += 1


def differences(shown, real, where):
    if isinstance(shown, dict) and isinstance(real, dict):
        if not shown:
            return
        if "..." not in shown:
            yield from (f"{where}: not on the page: {name}" for name in real if name not in shown)
        for name in shown:
            if name == "...":
                continue
            if name not in real:
                yield f"{where}: kua doesn't print {name}"
            elif name not in FREE:
                yield from differences(shown[name], real[name], f"{where}.{name}")
    elif isinstance(shown, list) and isinstance(real, list):
        if shown and real:
            yield from differences(shown[0], real[0], f"{where}[]")
    elif None not in (shown, real) and type(shown) is not type(real):
        yield f"{where}: {shown!r} on the page, but kua prints {real!r}"


class Vault:
    def __init__(self, program, sample, folder):
        self.program, self.sample, self.folder = program, sample, folder
        (folder / "passphrase").write_text("a lamp in the kitchen\n")
        (folder / "who").write_text("real_name: X\n")
        (folder / "new.txt").write_text("new\n")
        (folder / "crop.jpg").write_bytes((sample / "IMG_0412.jpg").read_bytes() + b"crop")

    def run(self, command):
        words = [word.format(sample=self.sample) for word in command.split()]
        done = subprocess.run(
            [self.program, "--json", "--vault", "vault", "--passphrase-file", "passphrase", *words],
            cwd=self.folder, capture_output=True, text=True, check=False)
        answer = json.loads(done.stdout)
        if "error" in answer:
            raise SystemExit(f"{command}: {answer['error']['text']}")
        return answer


def main():
    program, repository = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    os.umask(0o077)
    shown = dict(examples((repository / "docs" / "json.md").read_text(encoding="utf-8")))
    found = [f"docs/json.md has no example {which}" for which in EXAMPLES if which not in shown]
    with tempfile.TemporaryDirectory(prefix="kua-json.") as folder:
        vault = Vault(program, repository / "tests" / "sample-case", pathlib.Path(folder))
        subprocess.run(
            [program, "--quiet", "init", "vault", "--name", "Rosa", "--case", "KT-17",
             "--kdf-memory", "8", "--kdf-passes", "1", "--passphrase-file", "passphrase"],
            cwd=folder, check=True, capture_output=True)
        for command in CASEWORK.strip().splitlines():
            vault.run(command)
        for which, (command, path) in EXAMPLES.items():
            real = vault.run(command)
            for step in path:
                real = real[step]
            found += differences(shown.get(which), real, command.split("/")[0].strip())
    print(f"{len(EXAMPLES)} of {len(shown)} examples of docs/json.md compared")
    return "\n".join(found) if found else 0


if __name__ == "__main__":
    sys.exit(main())

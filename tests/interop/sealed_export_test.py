#!/usr/bin/env python3
"""Takes sealed objects out of a vault with `export --sealed`, their case's identity with
`key reveal`, and opens them with a program that others wrote: a classic case with age, a
post-quantum one with the npm package age-encryption. What comes out must be the original and, after
it, zeros up to the Padmé size. Exits 77 with a reason where that program is missing.

    sealed_export_test.py PROGRAM classic|hybrid
"""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

AGE_JS = pathlib.Path(__file__).resolve().parent / "node" / "age.cjs"
CONTENTS = {"empty.txt": b"", "one.txt": b"k", "short.txt": b"the first photo\n" * 20,
            "full.bin": bytes(range(256)) * 16, "chunk.bin": b"c" * 65536,
            "long.bin": bytes(range(251)) * 12_000}
FLOOR_BYTES = 4096


def skip(reason):
    print(f"SKIPPED sealed exports: {reason}")
    sys.exit(77)


def require_tools(kind):
    if kind == "classic":
        if shutil.which("age") is None:
            skip("no age")
    elif shutil.which("node") is None:
        skip("no node")
    elif subprocess.run(["node", "-e", "require.resolve('age-encryption')"], check=False,
                        stderr=subprocess.DEVNULL).returncode != 0:
        skip("Node does not find age-encryption")


def padme(size):
    """The size after padding: Nikitin et al., PETS 2019, section 4; at least the floor."""
    if size <= FLOOR_BYTES:
        return FLOOR_BYTES
    exponent = size.bit_length() - 1
    step = 1 << (exponent - exponent.bit_length())
    return -(-size // step) * step


class Vault:
    def __init__(self, program, scratch, kind):
        self.program, self.scratch = program, scratch
        (scratch / "passphrase").write_text("a lamp in the kitchen\n", encoding="ascii")
        self.run("init", "vault", "--name", "Rosa", "--kdf-memory", "8", "--kdf-passes", "1",
                 *(["--classic"] if kind == "classic" else []))

    def run(self, *arguments):
        where = [] if arguments[0] == "init" else ["--vault", "vault"]
        done = subprocess.run([self.program, *where, "--passphrase-file", "passphrase", "--json",
                               *arguments], cwd=self.scratch, check=True, capture_output=True)
        return json.loads(done.stdout)


def opened(scratch, kind, sealed):
    """What the other program makes of a sealed file."""
    out = scratch / "opened"
    out.unlink(missing_ok=True)
    command = (["age", "-d", "-i", "identity", "-o", out, sealed] if kind == "classic" else
               ["node", AGE_JS, "open", "identity", sealed, out])
    subprocess.run(command, cwd=scratch, check=True)
    return out.read_bytes()


def check(program, scratch, kind):
    originals = scratch / "originals"
    originals.mkdir()
    for name, content in CONTENTS.items():
        (originals / name).write_bytes(content)
    vault = Vault(program, scratch, kind)
    vault.run("add", "originals")
    names = {item["id"]: item["name"] for item in vault.run("list")["items"]}
    identities = [key["secret"] for key in vault.run("key", "reveal", "--yes")["keys"]
                  if key["secret"].startswith("AGE-SECRET-KEY-")]
    wanted = "AGE-SECRET-KEY-1" if kind == "classic" else "AGE-SECRET-KEY-PQ-1"
    assert len(identities) == 1 and identities[0].startswith(wanted), "no identity of that kind"
    (scratch / "identity").write_text(identities[0] + "\n", encoding="ascii")

    exported = vault.run("export", "--all", "--sealed", "--to", "sealed")["exported"]
    assert sorted(names[one["id"]] for one in exported) == sorted(CONTENTS), "not all came out"
    for one in exported:
        content = CONTENTS[names[one["id"]]]
        plain = opened(scratch, kind, scratch / one["path"])
        assert plain[:len(content)] == content, f"{names[one['id']]}: another content"
        assert plain[len(content):] == bytes(padme(len(content)) - len(content)), \
            f"{names[one['id']]}: another padding"
    print(f"{kind}: {len(exported)} sealed objects opened without kua")


def main():
    program, kind = sys.argv[1:]
    require_tools(kind)
    with tempfile.TemporaryDirectory(prefix="kua-sealed-") as scratch:
        check(program, pathlib.Path(scratch), kind)


if __name__ == "__main__":
    main()

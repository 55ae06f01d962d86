"""What `compare --sync` measures: everything of a new store goes to a second place."""
import os
import shutil
import subprocess

from evidence import read_all, same_files
from measuring import MIB, measure, touch_before_steps
from stores import PASSPHRASE, Copy, Kua, Restic

STEPS = ("sync", "receive")
TOUCHED_IDLE, TOUCHED_FULL = 512 * MIB, 3072 * MIB


class KuaExchange(Kua):
    """Rosa's vault, and Mara's, who is a member of the case."""

    def prepare(self, place, data):
        self.rosa, self.mara, self.there = place / "rosa", place / "mara", place / "there"
        self.create(self.rosa)
        self.run("init", self.mara, "--name", "Mara", "--case", "of Mara alone",
                 "--kdf-memory", 256, "--kdf-passes", 3)
        for vault, other in (self.rosa, self.mara), (self.mara, self.rosa):
            card = place / f"{vault.name}.card"
            self.run("--vault", vault, "identity", "card", "--to", card)
            self.run("--vault", other, "contact", "add", card)
            self.run("--vault", vault, "remote", "add", "stick", self.there)
        self.run("--vault", self.rosa, "member", "add", "Mara", "--unverified")
        self.intake(self.rosa, data)

    def exchange(self):
        yield "sync", self.run("--vault", self.rosa, "sync", "stick")
        self.run("--vault", self.mara, "sync", "stick")  # brings the invitation
        self.run("--vault", self.mara, "case", "accept", "--unverified")
        yield "receive", self.run("--vault", self.mara, "sync", "stick")

    def arrived(self, place, data):
        self.run("--vault", self.mara, "--case", "First case", "export", "--all", "--to",
                 place / "restored")
        return same_files(data, place / "restored")


class ResticExchange(Restic):
    def prepare(self, place, data):
        self.store, self.there = place / "store", place / "there"
        self.create(self.store)
        self.intake(self.store, data)
        self.run(self.there, "init", *self.origin(), "--copy-chunker-params")

    def origin(self):
        return "--from-repo", self.store, "--from-password-file", self.passphrase

    def exchange(self):
        yield "sync", self.run(self.there, "copy", *self.origin())

    def arrived(self, place, data):
        self.export(self.there, place / "restored")
        return same_files(data, place / "restored")


class GitAnnex:
    name = "git-annex"

    def __init__(self, root):
        home = root / "annex-home"
        (home / ".gnupg").mkdir(parents=True, mode=0o700)
        (home / ".gitconfig").write_text("[user]\nname = bench\nemail = bench@invalid\n",
                                         encoding="utf-8")
        self.environment = {"HOME": str(home), "GNUPGHOME": str(home / ".gnupg"),
                            "GIT_CONFIG_NOSYSTEM": "1"}

    def run(self, *arguments):
        return measure(["git", *arguments], self.store, self.environment)

    def prepare(self, place, data):
        self.store, self.there = place / "store", place / "there"
        self.there.mkdir()
        shutil.copytree(data, self.store)
        self.run("init", "--quiet")
        self.run("annex", "init", "--quiet", "bench")
        self.run("annex", "initremote", "--quiet", "there", "type=directory",
                 f"directory={self.there}", "encryption=shared")
        self.run("annex", "add", "--quiet", ".")
        self.run("commit", "--quiet", "--allow-empty", "--message", "bench")

    def exchange(self):
        yield "sync", self.run("annex", "copy", "--quiet", "--to", "there")

    def arrived(self, place, data):
        """To read all back takes it as long once more: one file of each kind is."""
        files, total = read_all(data)
        there, total_there = read_all(self.there)
        self.run("annex", "drop", "--quiet", "clips/VID_000.mp4", "texts/note_0000.txt")
        self.run("annex", "get", "--quiet", "clips/VID_000.mp4", "texts/note_0000.txt")
        return there >= files and total_there * 2 > total and all(
            (data / one).read_bytes() == (self.store / one).read_bytes()
            for one in ("clips/VID_000.mp4", "texts/note_0000.txt"))

    @staticmethod
    def version():
        said = subprocess.run(["git-annex", "version", "--raw"], capture_output=True, text=True,
                              check=True).stdout
        return f"git-annex {said}"


class CopyExchange(Copy):
    def prepare(self, place, data):
        self.data, self.there = data, place / "there"

    def exchange(self):
        yield "sync", self.intake(self.there, self.data)

    def arrived(self, place, data):
        return same_files(data, self.there)


def one_round(program, root, data, empty, full):
    """Step: usage, for one program on `data` or on `empty`."""
    place, content = root / "round", data if full else empty
    place.mkdir()
    try:
        touch_before_steps(0)
        program.prepare(place, content)
        read_all(content)
        touch_before_steps(TOUCHED_FULL if full else TOUCHED_IDLE)
        usage = dict(program.exchange())
        touch_before_steps(0)
        if full and not program.arrived(place, content):
            raise SystemExit(f"{program.name}: not everything arrived")
    finally:
        make_removable(place)
        shutil.rmtree(place)
    return usage


def make_removable(place):
    """git-annex takes the right to write away."""
    for folder, _, _ in os.walk(place):
        os.chmod(folder, 0o700)

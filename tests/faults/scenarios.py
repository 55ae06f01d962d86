"""The syncs that stick_test.py has something happen to."""
import json
import shutil
import subprocess

from pair import git


class Push:
    """A sync that something happens to. `begin` makes the pair ready for it, `finish` is what the
    two do after it has been done."""

    name = "push"

    def command(self, _):
        return "sync", "stick"

    def actor(self, pair):
        return pair.rosa

    def begin(self, pair, rng):
        pair.name_remote(pair.rosa)
        pair.name_remote(pair.mara)
        pair.join()
        pair.add(pair.rosa, [rng.randbytes(50_000), rng.randbytes(300)])

    def do(self, pair):
        """The same without trouble."""
        self.actor(pair).sync()

    def finish(self, pair):
        pair.other(self.actor(pair)).sync()


class First(Push):
    """The repository is empty, the other one not yet a member."""

    name = "first"

    def begin(self, pair, rng):
        pair.name_remote(pair.rosa)
        pair.name_remote(pair.mara)
        pair.add(pair.rosa, [rng.randbytes(50_000), rng.randbytes(300)])

    def finish(self, pair):
        pair.mara.sync()
        accepted = pair.program.run(pair.mara.vault, "case", "accept", "KT-17", "--unverified")
        pair.mara.expect(accepted.returncode == 0, f"case accept: {accepted.stderr}")
        pair.mara.sync()
        pair.rosa.sync()


class Make(First):
    """No sync, but what comes before: the repository is made and becomes a remote."""

    name = "make"

    def command(self, pair):
        return "remote", "add", "stick", pair.stick

    def begin(self, pair, rng):
        pair.add(pair.rosa, [rng.randbytes(300)])

    def do(self, pair):
        listed = pair.program.run(pair.rosa.vault, "remote", "list", "--json")
        if not json.loads(listed.stdout)["remotes"]:
            made = pair.program.run(pair.rosa.vault, *self.command(pair))
            pair.rosa.expect(made.returncode == 0, f"remote add: {made.stderr}")

    def finish(self, pair):
        pair.rosa.sync()
        made = pair.program.run(pair.mara.vault, *self.command(pair))
        pair.mara.expect(made.returncode == 0, f"remote add: {made.stderr}")
        super().finish(pair)


class Receive(Push):
    name = "receive"

    def actor(self, pair):
        return pair.mara

    def begin(self, pair, rng):
        super().begin(pair, rng)
        pair.rosa.sync()


class Merge(Push):
    """So many packs, all but a few by plain git, that the push makes one of them."""

    name = "merge"

    def begin(self, pair, rng):
        super().begin(pair, rng)
        for _ in range(50):
            made = subprocess.run(["git", "--git-dir", pair.stick, "hash-object", "-w", "--stdin"],
                                  input=rng.randbytes(100), capture_output=True, check=True)
            subprocess.run(["git", "--git-dir", pair.stick, "pack-objects", "-q",
                            pair.stick / "objects" / "pack" / "pack"], input=made.stdout,
                           stdout=subprocess.DEVNULL, check=True)
        git(pair.stick, "prune-packed")
        shutil.rmtree(pair.stick / "objects" / "info")  # as git leaves it


SCENARIOS = (Make(), First(), Push(), Receive(), Merge())

"""The program as the tests of this folder run it, and where they put what it writes."""
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

SHARED_MEMORY = pathlib.Path("/dev/shm")
SCRATCH_BYTES = 512 << 20


def scratch(prefix):
    """A temporary directory: in memory where there is room, since what these tests look for is the
    same there, and thousands of writes to a disk that is busy take minutes."""
    try:
        roomy = shutil.disk_usage(SHARED_MEMORY).free >= SCRATCH_BYTES
    except OSError:
        roomy = False
    if roomy:
        try:
            return tempfile.TemporaryDirectory(prefix=prefix, dir=SHARED_MEMORY)
        except OSError:
            pass  # not writable here
    return tempfile.TemporaryDirectory(prefix=prefix)


class Program:
    """kua with a passphrase that it reads from a file in `root`."""

    def __init__(self, path, root, passphrase="seven dry bridges"):
        self.path = str(pathlib.Path(path).resolve())
        file = root / "passphrase"
        file.touch(mode=0o600)
        file.write_text(passphrase + "\n")
        self.common = ["--passphrase-file", str(file)]

    def command(self, vault, *arguments):
        return [self.path, *(str(one) for one in arguments), "--vault", str(vault), *self.common]

    def run(self, vault, *arguments):
        return subprocess.run(self.command(vault, *arguments), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False)

    def must(self, vault, *arguments):
        """Runs what has to succeed; returns its standard output."""
        done = self.run(vault, *arguments)
        if done.returncode != 0:
            sys.exit(f"{arguments[0]}: exit {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def must_json(self, vault, *arguments):
        return json.loads(self.must(vault, *arguments, "--json"))

    def make_vault(self, vault, *arguments, name="Mara"):
        """A vault whose passphrase costs nothing to try."""
        command = [self.path, "init", str(vault), "--name", name, "--kdf-memory", "1",
                   "--kdf-passes", "1", *arguments, *self.common]
        made = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                              check=False)
        if made.returncode != 0:
            sys.exit(f"init: {made.stderr}")

"""The programs that kua is measured beside, and kua: how each makes a store, takes in, verifies and
gives back."""
import subprocess

from measuring import measure

PASSPHRASE = "seven dry bridges"


class Kua:
    name = "kua"

    def __init__(self, program, root):
        self.program = program
        self.passphrase = root / "passphrase"
        self.passphrase.touch(mode=0o600)
        self.passphrase.write_text(PASSPHRASE + "\n", encoding="utf-8")

    def command(self, *arguments):
        return [self.program, "--passphrase-file", self.passphrase, "--quiet", *arguments]

    def run(self, *arguments):
        return measure(self.command(*arguments))

    def create(self, store):
        # Calibrated, the empty store could take half a second less to unlock than the full one.
        self.run("init", store, "--name", "bench", "--kdf-memory", 256, "--kdf-passes", 3)

    def intake(self, store, data):
        return self.run("--vault", store, "add", "--no-inspect", data)

    def verify(self, store):
        return self.run("--vault", store, "verify")

    def export(self, store, to):
        return self.run("--vault", store, "export", "--all", "--to", to)

    def version(self):
        said = subprocess.run([self.program, "--version"], capture_output=True, text=True,
                              check=True).stdout
        return said.splitlines()[0]


class Restic:
    name = "restic"

    def __init__(self, root):
        self.passphrase = root / "restic-passphrase"
        self.passphrase.write_text(PASSPHRASE, encoding="utf-8")
        self.cache = root / "restic-cache"

    def run(self, store, *arguments):
        return measure(["restic", "-q", "-r", store, "--password-file", self.passphrase,
                        "--cache-dir", self.cache, *arguments])

    def create(self, store):
        self.run(store, "init")

    def intake(self, store, data):
        return self.run(store, "backup", data)

    def verify(self, store):
        return self.run(store, "check", "--read-data")

    def export(self, store, to):
        return self.run(store, "restore", "latest", "--target", to)

    @staticmethod
    def version():
        return subprocess.run(["restic", "version"], capture_output=True, text=True,
                              check=True).stdout.split(" compiled")[0]


class Borg:
    name = "borg"

    def __init__(self, root):
        home = root / "borg-home"
        self.environment = {"BORG_PASSPHRASE": PASSPHRASE, "BORG_BASE_DIR": str(home),
                            "BORG_RELOCATED_REPO_ACCESS_IS_OK": "yes"}

    def run(self, *arguments, cwd=None):
        return measure(["borg", *arguments], cwd, self.environment)

    def create(self, store):
        self.run("init", "-e", "repokey", store)

    def intake(self, store, data):
        return self.run("create", f"{store}::one", data)

    def verify(self, store):
        return self.run("check", "--verify-data", store)

    def export(self, store, to):
        to.mkdir()
        return self.run("extract", f"{store}::one", cwd=to)

    @staticmethod
    def version():
        return subprocess.run(["borg", "--version"], capture_output=True, text=True,
                              check=True).stdout.strip()


class Copy:
    """The floor: no encryption, no digest, no check."""

    name = "cp"

    @staticmethod
    def create(store):
        store.mkdir()

    @staticmethod
    def intake(store, data):
        return measure(["sh", "-c", 'cp -r "$1" "$2" && sync', "sh", data, store])

    @staticmethod
    def version():
        return "cp -r && sync"

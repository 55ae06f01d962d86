"""What happens off the page of the twelve workflows: the computers, sticks and cards of the sample
case, and what somebody else does meanwhile. Each scene is a function; its docstring is how the
page calls it."""
import fcntl
import json
import os
import pathlib
import re
import shutil
import subprocess
import time

PASSPHRASE = "a lamp in the kitchen"
CHEAP = "--kdf-memory 8 --kdf-passes 1"
CHEAP_WARNING = "warning: this vault's passphrase is cheap to guess; use it for tests only\n"
MEMBERS = (("Rosa", "contributor"), ("Dana", "contributor"), ("Adil", "depositor"))
SHOWN_WORDS = re.compile(r"^ {4}((?:[a-z-]+ ){5}[a-z-]+)$", re.M)
HOLDER = 1511740800  # 2017-11-27: what files on cards and sticks say of their time


class Missing(Exception):
    """A tool that a scene needs isn't there."""


class World:
    """Computers, sticks and cards. A home of each person, `media` for what is plugged in."""

    def __init__(self, program, repository, scratch, people):
        self.program, self.scratch = program, scratch
        self.sample = repository / "tests" / "sample-case"
        self.people = people
        self.passphrases = {}
        self.daemon = self.lock = None
        self.second = ""  # the passphrase in the safe
        (scratch / "media" / "disk").mkdir(parents=True)
        (scratch / "bin").mkdir()
        for who in people:
            self.home(who).mkdir()
        wrapper = scratch / "bin" / "kua"
        wrapper.write_text(
            "#!/bin/bash\n"
            f'[[ $1 == init ]] && set -- "$@" {CHEAP}\n'
            "if [[ -z $BY_HAND && -s $PASSPHRASE_FILE ]]; then\n"
            '    set -- --passphrase-file "$PASSPHRASE_FILE" "$@"\nfi\n'
            f'exec "{program}" "$@"\n')
        wrapper.chmod(0o700)

    def close(self):
        if self.daemon:
            self.daemon.kill()
            self.daemon.wait()
        for folder in (self.vault("rosa"), self.stick()):
            empty_again(folder)

    # How a command of the page is run.

    def home(self, who):
        return self.scratch / who

    def vault(self, who):
        return self.home(who) / "vault"

    def command(self, command):
        return command.replace("/media/", f"{self.scratch}/media/")

    def as_on_page(self, screen):
        text = screen.replace(CHEAP_WARNING, "").replace(f"{self.scratch}/media/", "/media/")
        for who in self.people:
            text = text.replace(f"{self.home(who)}/", "")
        return text.replace("127.0.0.1", "git.example")

    def environment(self, who, typed):
        kept = {name: value for name, value in os.environ.items() if name != "KUA_VAULT"}
        by_hand = "yes" if typed and "{passphrase}" in typed else ""
        vault = {"KUA_VAULT": str(self.vault(who))} if self.vault(who).exists() else {}
        return {**kept, **vault, "PATH": f"{self.scratch}/bin:{kept['PATH']}", "TERM": "xterm",
                "HOME": str(self.home(who)), "TZ": "UTC", "LC_ALL": "C.UTF-8",
                "BY_HAND": by_hand, "PASSPHRASE_FILE": str(self.home(who) / ".passphrase")}

    def answers(self, typed):
        waiting = [answer for answer in typed or [] if answer != "{passphrase}"]

        def answer(screen):
            if not waiting:
                return None
            words = SHOWN_WORDS.findall(screen)
            said = waiting.pop(0).replace("{enter}", "").replace("{second}", self.second)
            return said.replace("{words}", words[-1] if words else "")
        return answer

    def learn(self, who, command, screen):
        """Keeps passphrases that were generated for a vault."""
        words = SHOWN_WORDS.findall(screen)
        if words and "kua passphrase add" in command and not self.second:
            self.second = words[-1]
        elif words and ("kua init" in command or "kua passphrase add" in command):
            (self.home(who) / ".passphrase").write_text(words[-1] + "\n")

    # What others do, without a screen.

    def kua(self, who, *arguments, status=0):
        home = self.home(who)
        done = subprocess.run(
            [self.scratch / "bin" / "kua", *arguments], cwd=home, text=True,
            env=self.environment(who, None), stdin=subprocess.DEVNULL, capture_output=True,
            check=False)
        if done.returncode != status:
            raise AssertionError(f"{who}: kua {arguments} ended with {done.returncode}\n"
                                 f"{done.stdout}{done.stderr}")
        return done.stdout

    def words_of(self, who):
        return json.loads(self.kua(who, "identity", "show", "--json"))["identity"]["words"]

    def make_vault(self, who):
        (self.home(who) / ".passphrase").write_text(PASSPHRASE + "\n")
        self.kua(who, "init", "vault", "--name", who.capitalize())

    def copy_sample(self, folder, *names):
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            shutil.copyfile(self.sample / name, folder / name)
            os.utime(folder / name, (HOLDER, HOLDER))

    def write(self, path, text):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        os.utime(path, (HOLDER, HOLDER))

    def stick(self, name="stick"):
        return self.scratch / "media" / name

    def meanwhile(self, what):
        for name, scene in SCENES.items():
            if " ".join(scene.__doc__.split()) == what:
                return scene(self)
        raise AssertionError(f"nothing is known of: {what} ({', '.join(SCENES)})")


SCENES = {}


def scene(function):
    SCENES[function.__name__] = function
    return function


@scene
def come_together(world):
    """Rosa, Dana and Adil have vaults and are members of KT-17"""
    stick = str(world.stick() / "kua")
    world.stick().mkdir()
    world.kua("mara", "remote", "add", "stick", stick)
    world.kua("mara", "identity", "card", "--to", "mara.card")
    (world.home("mara") / "heard").write_text(" ".join(world.words_of("mara")))
    for name, role in MEMBERS:
        who = name.lower()
        world.make_vault(who)
        world.kua(who, "identity", "card", "--to", f"{who}.card")
        (world.home(who) / "heard").write_text(" ".join(world.words_of(who)))
        world.kua("mara", "contact", "add", f"../{who}/{who}.card")
        world.kua("mara", "contact", "verify", name, "--words-file", f"../{who}/heard")
        world.kua(who, "contact", "add", "../mara/mara.card")
        world.kua(who, "contact", "verify", "Mara", "--words-file", "../mara/heard")
        world.kua("mara", "member", "add", name, "--role", role)
    world.kua("mara", "sync", "stick")
    for name, _ in MEMBERS:
        who = name.lower()
        world.kua(who, "remote", "add", "stick", stick)
        for arguments in (("sync", "stick"), ("case", "accept"), ("sync", "stick")):
            world.kua(who, *arguments)
        cases = json.loads(world.kua(who, "case", "list", "--json"))["cases"]
        shared = [case["id"] for case in cases if case["title"] != "First case"]
        world.kua(who, "case", "use", shared[0])
    world.kua("mara", "sync", "stick")
    world.kua("rosa", "sync", "stick")


@scene
def last_night(world):
    """Rosa has written down what P-07 told"""
    world.copy_sample(world.home("rosa"), "testimony-P-07.md", "interview-P-07.ogg")


@scene
def turn_left_out(world):
    """a number is left out in account.md"""
    text = (world.sample / "testimony-P-07.md").read_text(encoding="utf-8")
    world.write(world.home("rosa") / "account.md", text.replace("### 0008", "### 0009", 1))


@scene
def busy(world):
    """another window adds a card"""
    world.lock = open(world.vault("rosa") / "lock", "r+b")
    fcntl.lockf(world.lock, fcntl.LOCK_EX)


@scene
def not_busy(world):
    """the other window is done"""
    world.lock.close()


@scene
def card(world):
    """P-12 has brought a card"""
    folder = world.scratch / "media" / "card" / "DCIM"
    world.copy_sample(folder, "IMG_0412.jpg", "VID_20171123_1512.mp4")
    shutil.copyfile(folder / "IMG_0412.jpg", folder / "IMG_0412_copy.jpg")
    whole = (folder / "VID_20171123_1512.mp4").read_bytes()
    (folder / "VID_20171123_1519.mp4").write_bytes(whole[:20000])
    (folder / "LOST.DIR").symlink_to("/nowhere")


@scene
def mara_syncs(world):
    """Mara syncs with the stick, and it comes back"""
    world.kua("mara", "sync", "stick")


@scene
def notice(world):
    """Rosa has copied a notice from a wall"""
    world.copy_sample(world.home("rosa"), "notice.ru.txt")


@scene
def pulled(world):
    """the stick is pulled out"""
    world.stick().rename(world.stick("pulled"))


@scene
def back(world):
    """the stick is back"""
    world.stick("pulled").rename(world.stick())


def mount(folder, kib, *more):
    return subprocess.run(["mount", "-t", "tmpfs", "-o", ",".join((f"size={kib}k", *more)), "none",
                           folder], capture_output=True, check=False).returncode == 0


def fill(folder, spare_kib):
    """Puts FOLDER on a device with so much room to spare, where a test may do that."""
    aside = folder.with_name(folder.name + ".aside")
    folder.rename(aside)
    folder.mkdir()
    if not mount(folder, 1 << 16):
        folder.rmdir()
        aside.rename(folder)
        return False
    shutil.copytree(aside, folder, dirs_exist_ok=True)
    room = os.statvfs(folder)
    used_kib = (room.f_blocks - room.f_bfree) * room.f_frsize // 1024
    return mount(folder, used_kib + spare_kib, "remount")


def empty_again(folder):
    aside = folder.with_name(folder.name + ".aside")
    if aside.exists():
        subprocess.run(["umount", folder], check=True)
        folder.rmdir()
        aside.rename(folder)


@scene
def disk_is_full(world):
    """the disk of Rosa's laptop is nearly full"""
    return fill(world.vault("rosa"), 64)


@scene
def disk_has_room(world):
    """there is room again"""
    empty_again(world.vault("rosa"))


@scene
def stick_is_full(world):
    """the stick is nearly full"""
    world.kua("rosa", "source", "add")
    return fill(world.stick(), 64)


@scene
def stick_has_room(world):
    """the stick has room again"""
    empty_again(world.stick())


@scene
def adil_brings(world):
    """Adil adds a form that P-03 had, and syncs"""
    world.copy_sample(world.home("adil"), "certificate-form.png")
    world.kua("adil", "source", "add", "P-03", "--connection", "document_holder")
    world.kua("adil", "add", "certificate-form.png", "--source", "P-03", "--acquired-method",
              "photo_of_document")
    world.kua("adil", "sync", "stick")


@scene
def remember(world):
    """what follows is tried on copies"""
    for folder in (*world.people, "media"):
        shutil.copytree(world.scratch / folder, world.scratch / "kept" / folder, symlinks=True)


@scene
def restore(world):
    """the copies are thrown away"""
    for folder in (*world.people, "media"):
        shutil.rmtree(world.scratch / folder)
    for folder in (world.scratch / "kept").iterdir():
        folder.rename(world.scratch / folder.name)


@scene
def long_clip(world):
    """Rosa adds a long clip"""
    (world.home("rosa") / "long.mp4").write_bytes(bytes(range(256)) * (22 << 12))
    world.kua("rosa", "add", "long.mp4", "--source", "P-12")


@scene
def keep_old_stick(world):
    """somebody copies the stick"""
    shutil.copytree(world.stick(), world.stick("older"))


@scene
def old_stick(world):
    """somebody puts the old copy on the stick"""
    shutil.rmtree(world.stick())
    world.stick("older").rename(world.stick())


@scene
def rosa_adds(world):
    """Rosa adds a note and syncs"""
    world.write(world.home("rosa") / "call-P-12.txt", "Called at 15:40: the square is empty.\n")
    world.kua("rosa", "add", "call-P-12.txt", "--source", "P-12")
    world.kua("rosa", "sync", "stick")


@scene
def changed(world):
    """on the way bytes of it are changed"""
    newest = max(world.stick().glob("kua/objects/pack/*.pack"), key=os.path.getmtime)
    with open(newest, "r+b") as file:
        for place in range(newest.stat().st_size // 40, newest.stat().st_size, 4096):
            file.seek(place)
            byte = file.read(1)[0] ^ 1
            file.seek(place)
            file.write(bytes([byte]))


@scene
def fork(world):
    """Rosa goes on in two copies of her vault, and syncs both"""
    shutil.copytree(world.vault("rosa"), world.home("rosa") / "copy")
    world.write(world.home("rosa") / "one.txt", "one\n")
    world.write(world.home("rosa") / "two.txt", "two\n")
    world.kua("rosa", "add", "one.txt")
    world.kua("rosa", "sync", "stick")
    world.kua("mara", "sync", "stick")
    world.kua("rosa", "--vault", "copy", "add", "two.txt")
    world.kua("rosa", "--vault", "copy", "remote", "add", "other", str(world.stick("other")))
    world.kua("rosa", "--vault", "copy", "sync", "other")
    world.kua("mara", "remote", "add", "other", str(world.stick("other")))


@scene
def host(world):
    """base is added as a remote by Mara and Rosa"""
    repository = world.scratch / "host" / "evidence.git"
    subprocess.run(["git", "init", "--quiet", "--bare", repository], check=True)
    core = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True)
    daemon = pathlib.Path(core.stdout.strip()) / "git-daemon"
    if not daemon.exists():
        raise Missing("no git-daemon")
    for port in range(20000 + os.getpid() % 20000, 60000):
        log = world.scratch / "daemon.log"
        with open(log, "wb") as out:
            world.daemon = subprocess.Popen(
                [daemon, "--verbose", "--export-all", "--enable=receive-pack",
                 "--listen=127.0.0.1", f"--port={port}", f"--base-path={repository.parent}",
                 repository.parent], stdout=out, stderr=out)
        while world.daemon.poll() is None and b"Ready to rumble" not in log.read_bytes():
            time.sleep(0.02)
        if world.daemon.poll() is None:
            break
    for who in ("mara", "rosa"):
        world.kua(who, "remote", "add", "base", f"git://127.0.0.1:{port}/evidence.git")


@scene
def host_is_down(world):
    """there is no network"""
    world.daemon.terminate()
    world.daemon.wait()


@scene
def message(world):
    """P-21 has sent a photo"""
    world.copy_sample(world.home("mara"), "IMG_0419.jpg")


@scene
def texts(world):
    """Dana has sent a transcript and a translation"""
    world.copy_sample(world.home("mara"), "testimony-P-07.kk-ru.vtt", "testimony-P-07.en.vtt")
    text = (world.sample / "testimony-P-07.en.vtt").read_text(encoding="utf-8")
    world.write(world.home("mara") / "other.vtt", text.replace("\n0012.1\n", "\n0013.1\n", 1))


@scene
def adil_again(world):
    """Adil adds something, and the stick comes to Mara"""
    world.write(world.home("adil") / "call.txt", "They called me in.\n")
    world.kua("adil", "add", "call.txt")
    world.kua("adil", "sync", "stick")
    world.kua("mara", "sync", "stick")


@scene
def rosa_syncs(world):
    """Rosa syncs, and the stick comes back"""
    world.kua("rosa", "sync", "stick")


@scene
def with_adils_laptop(world):
    """somebody goes on with Adil's laptop"""
    world.write(world.home("adil") / "lie.txt", "Nobody was on the square.\n")
    world.kua("adil", "add", "lie.txt")
    world.kua("adil", "sync", "stick")

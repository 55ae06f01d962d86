"""Two people who share a case by a stick, and what has to be so after something went wrong."""
import json
import re
import shutil
import subprocess
import sys

from program import Program

ON_STICK = re.compile(r"HEAD|config|(?:objects|refs)(?:/(?:info|pack|heads))?|"
                      r"refs/heads/[0-9a-f]{32}|objects/pack/pack-[0-9a-f]{40}\.(?:pack|idx)")
UNFINISHED = re.compile(r"(?:.*/)?tmp_kua_[^/]*")
FAILED = 9  # the exit status for storage


def git(repository, *arguments):
    return subprocess.run(["git", "--git-dir", repository, *arguments], check=False,
                          capture_output=True, text=True)


class Person:
    """One vault at `root`/`name`. `wrong` collects what shouldn't be, for all of a Pair."""

    def __init__(self, program, root, name, wrong):
        self.program, self.name, self.vault, self.wrong = program, name, root / name, wrong
        self.reports = []  # of sync, the newest last

    def must(self, *arguments):
        return self.program.must(self.vault, *arguments)

    def expect(self, holds, problem):
        if not holds:
            self.wrong.append(f"{self.name}: {problem}")

    def sync(self, remote="stick"):
        """What has to go well, with nothing found."""
        done = self.program.run(self.vault, "sync", remote, "--json")
        try:
            report = json.loads(done.stdout)["remotes"][0]
        except (ValueError, LookupError):
            self.expect(False, f"sync: exit {done.returncode}: {done.stdout}{done.stderr}")
            return None
        self.expect(done.returncode == 0 and not report["failure"] and not report["findings"],
                    f"sync: exit {done.returncode}: {report['failure']} {report['findings']} "
                    f"{done.stderr.strip()}")
        self.reports.append(report)
        return report

    def entries(self, of):
        """How many entries there were here of each journal of person `of`, at the last sync."""
        return {peer["case"]: peer["entries"] for peer in self.reports[-1]["peers"]
                if peer["self"] == (of is self) and peer["name"] == of.name}

    def verify(self, items=None):
        """That the vault opens and nothing in it is damaged; with `items`, that they are there."""
        done = self.program.run(self.vault, "verify", "--json")
        if done.returncode != 0:
            self.expect(False, f"verify: exit {done.returncode}: {done.stdout}{done.stderr}")
            return
        checked = json.loads(done.stdout)["items_checked"]
        self.expect(items is None or checked == items, f"{checked} items, not {items}")

    def files(self):
        return sorted(path.relative_to(self.vault).as_posix() for path in self.vault.rglob("*"))


class Pair:
    """Rosa's and Mara's vaults and a stick below `root`/now, where all is put back from
    `root`/before as often as wanted: remotes are known by their paths."""

    def __init__(self, path, root):
        self.root, self.now, self.wrong, self.items = root, root / "now", [], 0
        self.now.mkdir(parents=True)
        self.program = Program(path, root)
        self.rosa = Person(self.program, self.now, "Rosa", self.wrong)
        self.mara = Person(self.program, self.now, "Mara", self.wrong)
        self.stick = self.now / "media" / "kua"
        self.stick.parent.mkdir()
        for person, case in ((self.rosa, ["--case", "KT-17"]), (self.mara, [])):
            self.program.make_vault(person.vault, *case, name=person.name)
            person.must("identity", "card", "--to", root / f"{person.name}.card")
        self.rosa.must("contact", "add", root / "Mara.card")
        self.mara.must("contact", "add", root / "Rosa.card")
        self.rosa.must("member", "add", "Mara", "--unverified")

    def other(self, person):
        return self.mara if person is self.rosa else self.rosa

    def name_remote(self, person):
        """Makes the stick a remote; also makes the repository on it if there is none."""
        person.must("remote", "add", "stick", self.stick)

    def join(self):
        """Mara takes Rosa's invitation and Rosa hears of it."""
        self.rosa.sync()
        self.mara.sync()
        self.mara.must("case", "accept", "KT-17", "--unverified")
        self.mara.sync()
        self.rosa.sync()

    def add(self, person, contents):
        """Items of these contents, in one commit."""
        folder = self.root / "in"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for number, content in enumerate(contents):
            (folder / f"img{number}.jpg").write_bytes(content)
        person.must("add", folder, "--case", "KT-17")
        self.items += len(contents)

    def keep(self, name="before"):
        if self.wrong:
            sys.exit(f"while preparing: {self.wrong}")
        shutil.rmtree(self.root / name, ignore_errors=True)
        shutil.copytree(self.now, self.root / name)

    def put_back(self, name="before"):
        shutil.rmtree(self.now)
        shutil.copytree(self.root / name, self.now)
        self.wrong.clear()
        self.rosa.reports.clear()
        self.mara.reports.clear()

    def refs(self):
        listed = git(self.stick, "for-each-ref", "--format=%(refname) %(objectname)")
        return dict(line.split() for line in listed.stdout.splitlines())

    def check_repository(self, before):
        """That git reads all of it and no ref went back from `before`."""
        checked = git(self.stick, "fsck", "--strict", "--no-dangling", "--no-progress")
        told = [line for line in (checked.stdout + checked.stderr).splitlines()
                if not line.startswith("notice: ")]
        if checked.returncode != 0 or told:
            self.wrong.append(f"git fsck: exit {checked.returncode}: {told}")
        now = self.refs()
        for ref, tip in before.items():
            if now.get(ref) != tip and git(self.stick, "merge-base", "--is-ancestor", tip,
                                           now.get(ref, "none")).returncode != 0:
                self.wrong.append(f"{ref} went from {tip} to {now.get(ref)}")
        listed = git(self.stick, "log", "--all", "--format=%H %T")
        if listed.returncode != 0 or (now and not listed.stdout):
            self.wrong.append(f"git log: {listed.stderr}")

    def check_stick(self, before, is_done):
        """The same, and what there is beside it: until it `is_done` there may be unfinished files,
        and of a new stick nothing else."""
        names = [path.relative_to(self.stick).as_posix() for path in self.stick.rglob("*")]
        strange = [name for name in names
                   if not ON_STICK.fullmatch(name) and (is_done or not UNFINISHED.fullmatch(name))]
        if strange:
            self.wrong.append(f"on the stick: {strange}")
        if "HEAD" not in names:
            if is_done or before or any(name.startswith("objects/pack/") for name in names):
                self.wrong.append("the stick is no repository")
            return
        self.check_repository(before)

    def check_done(self, files):
        """That each has all of the other after the last syncs, and nothing lies around."""
        if self.wrong:
            return
        for author in (self.rosa, self.mara):
            own, there = author.entries(author), self.other(author).entries(author)
            if not there or any(own[case] != there[case] for case in there):
                self.wrong.append(f"of {author.name}'s entries, {own}, the other has {there}")
        for person in (self.rosa, self.mara):
            person.verify(self.items)
            if person.files() != files[person.name]:
                self.wrong.append(f"{person.name} has {person.files()}, not {files[person.name]}")

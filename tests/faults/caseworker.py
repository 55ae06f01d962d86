"""Works through the script of one vault, is killed now and then, and looks at what is left."""
import collections
import json
import os
import random
import re
import shutil
import signal
import subprocess
import time

from casework_command import sha256
from casework_model import Model, Wrong, compare, expect
from casework_script import Script
from casework_terminal import WAIT_S, converse

PART = re.compile(r"\.kua-[0-9a-f]{16}\.part")
REBUILD_EVERY = 10
IN_COMMIT = -1  # no part of the time, but when the catalog changes
COMMIT_S = 0.0003
KILLS_OF_ONE = 3  # of a command that left nothing, before it may run to its end
# The index of words holds the same in other pieces after it was made anew; its words are dumped.
INDEX = re.compile(r"INSERT INTO (search_data|search_idx|search_docsize) ")


def when_changed(path):
    try:
        return os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return None


class Run:
    """What became of a process. `told`: it reported success, whether or not it was killed then."""

    def __init__(self, status, out, err, seconds):
        self.killed = status == -signal.SIGKILL
        self.status, self.err, self.seconds = status, err, seconds
        try:
            self.result = json.loads(out)
        except ValueError:
            self.result = None
        self.told = self.result is not None and "error" not in self.result


class Caseworker:
    """One vault, its script and what was said in it."""

    def __init__(self, shared, number, seed):
        self.shared, self.program = shared, shared.program
        self.root = shared.root / f"case{number}"
        self.vault, self.files = self.root / "vault", self.root / "files"
        self.files.mkdir(parents=True)
        shutil.copytree(shared.root / "template", self.vault)
        self.script = Script(f"{seed} {number}")
        self.rng = random.Random(f"{seed} {number} moments")
        self.moments = []
        self.model = Model(self.ask, shared.inspected)
        self.entries = []
        self.hits, self.late = [], 0
        self.reads_killed = self.rolled_back = self.rebuilds = 0
        self.doing, self.problem = "", None
        self.new_entries()

    def ask(self, *words):
        done = self.program.run(self.vault, *words, "--json")
        expect(done.returncode == 0, f"{' '.join(map(str, words))}: exit {done.returncode}: "
               f"{done.stdout.strip()} {done.stderr.strip()}")
        return json.loads(done.stdout)

    # Running and killing.

    def command_line(self, command):
        words = [self.model.resolve(word) for word in command.words]
        name = command.name.split(" for ")[0].split(" with ")[0]
        name = name.replace(" again", "").replace("add derived", "add")
        return self.program.command(self.vault, *name.split(), *words)

    def run(self, command, moment=None):
        """Runs it, and kills it at that moment."""
        for name, content in command.files.items():
            if not (self.files / name).exists():  # its time counts, too
                (self.files / name).write_bytes(content)
                (self.files / name).chmod(0o600)
        line = self.command_line(command)
        after_s = None if moment is None else self.seconds(moment, command.name)
        if command.dialogue:
            # On a terminal, where what it reports is that it ends well. A shell comes first.
            after_s = after_s and max(0.005, after_s)
            status, screen, seconds = converse(line, command.dialogue, self.files, after_s)
            run = Run(status, b"{}" if status == 0 else b"", screen, seconds)
        else:
            run = self.execute([*line, "--json"], after_s, moment == IN_COMMIT)
        expect(moment is not None or not run.killed, "it hangs")
        return run

    def execute(self, line, after_s=None, in_commit=False):
        with subprocess.Popen(line, cwd=self.files, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            start = time.monotonic()
            if in_commit:
                self.kill_in_commit(process, start)
            try:
                out, err = process.communicate(timeout=WAIT_S if after_s is None else after_s)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
            seconds = time.monotonic() - start
        return Run(process.returncode, out, err, seconds)

    def kill_in_commit(self, process, start):
        """When a file of the vault changes: a commit takes less than a millisecond, which few
        moments would meet by chance."""
        files = ["catalog.db-journal", "catalog.db", "catalog.db"]
        path = self.vault / self.rng.choice(files)
        before = when_changed(path)
        while when_changed(path) in (before, None):
            if process.poll() is not None or time.monotonic() - start > WAIT_S:
                return
        end = time.monotonic() + self.rng.choice((0, 0, self.rng.random())) * COMMIT_S
        while time.monotonic() < end:
            pass
        process.kill()

    def moment(self):
        """A part of the time that a command takes; over a while they are spread evenly, with as
        many more towards the end, where things become durable and are reported, and in commits."""
        if not self.moments:
            spread = [(number + self.rng.random()) / 8 for number in range(8)]
            self.moments = spread + [0.55 + one * 0.45 for one in spread] + [IN_COMMIT] * 8
            self.rng.shuffle(self.moments)
        return self.moments.pop()

    def seconds(self, moment, name):
        if moment == IN_COMMIT:
            return WAIT_S
        return max(0.0005, moment * self.shared.typical(name))

    # What is left.

    def new_entries(self):
        """What the journal has more than before. What it had must be as it was."""
        entries = self.ask("log", "--facts")["entries"]
        for entry in entries:
            del entry["short_item"]  # may grow
        known = len(self.entries)
        expect(entries[:known] == self.entries,
               f"entries are gone or changed: {len(entries)} now, {known} before")
        new, self.entries = entries[known:], entries
        return new

    def settle(self, command, parts, run):
        """Compares what there is with what of a command could be there; returns what remains."""
        entries, done = self.new_entries(), 0
        while entries:
            expect(done < len(parts), f"more than was said: {entries}")
            count = len(parts[done])
            self.model.take(self.model.match(parts[done], entries[:count]))
            entries, done = entries[count:], done + 1
        rest = parts[done:]
        if run.told:
            missing = [said.type for one in rest for said in one]
            expect(not rest, f"reported, and not there: {missing}")
            self.check_report(command, run.result)
        if command.exported:
            self.check_exported(command, bool(rest), run)
        return rest

    def check_report(self, command, result):
        if command.dialogue:
            return
        compare(self.model.resolve(command.result), result, "report")
        text = json.dumps(result)
        for said in (said for commit in command.commits for said in commit):
            if said.name != "case" and said.type != "custody.derived":
                expect(self.model.ids[said.name] in text, f"report: not the id of {said.name}")

    def check_exported(self, command, is_rest, run):
        folder = self.files / command.to
        names = set(os.listdir(folder)) if folder.exists() else set()
        for name in names:
            if name in command.exported:
                expect(not is_rest, f"{name} has its name and is not in the journal")
                expect(sha256((folder / name).read_bytes()) == command.exported[name],
                       f"{name} is not complete")
            else:
                expect(PART.fullmatch(name), f"{name} was exported and never named")
        if run.told:
            expect(names >= set(command.exported), f"exported: {names}")

    def disturb(self):
        """Whatever tidies up after a kill must be fit to be killed, too."""
        line = [*self.program.command(self.vault, "list"), "--json"]
        after_s = self.rng.random() * self.shared.typical("list")
        self.reads_killed += self.execute(line, after_s).killed

    def check(self, command, hits):
        verified = self.ask("verify")
        expect(verified["ok"] and not verified["findings"], f"verify: {verified}")
        expect(verified["entries_checked"] == len(self.entries)
               and verified["items_checked"] == len(self.model.items), f"verified {verified}")
        for name in command.subjects():
            if name in self.model.ids or name == "case":
                self.model.check(name)
        if hits % 4 == 0:
            self.model.check(self.rng.choice(self.model.names()))
        words = [said.word for commit in command.commits for said in commit if said.word]
        for word in words:
            self.model.check_word(word, self.model.words.get(word, ("",))[0])
        if hits % REBUILD_EVERY == 0:
            self.rebuild()

    def rows(self):
        """All rows of the catalog."""
        copy = self.root / "copy.db"
        shutil.copy(self.vault / "catalog.db", copy)
        script = f"PRAGMA key = \"{self.shared.key}\";\n.dump\nSELECT * FROM search_word;\n"
        done = subprocess.run([self.shared.sqlcipher, "-batch", copy], input=script.encode(),
                              capture_output=True, check=False)
        copy.unlink()
        expect(b"COMMIT" in done.stdout and not done.stderr,
               f"the catalog doesn't open: {done.stderr.decode()}")
        return collections.Counter(line for line in done.stdout.decode().splitlines()
                                   if not INDEX.match(line))

    def rebuild(self):
        before = self.rows() if self.shared.sqlcipher else None
        rebuilt = self.ask("status", "--rebuild")
        expect(rebuilt["same"] and not rebuilt["findings"], f"rebuilt: {rebuilt}")
        expect(rebuilt["entries"] == len(self.entries), f"rebuilt: {rebuilt}")
        if before is not None:
            after = self.rows()
            expect(before == after, f"rows: {before - after} became {after - before}")
        self.rebuilds += 1

    # The whole way.

    def work(self, kills):
        try:
            for number, command in enumerate(self.script.commands(), 1):
                if kills and len(self.hits) >= kills or not kills and number > self.shared.round:
                    break
                self.do(number, command, kills)
            self.doing = "at the end"
            self.check_end()
        except Wrong as wrong:
            self.problem = f"{self.root.name}, {self.doing}: {wrong}"

    def do(self, number, command, kills):
        rest = command.commits
        for attempt in range(KILLS_OF_ONE + 1):
            moment = self.moment() if kills and attempt < KILLS_OF_ONE else None
            if moment == IN_COMMIT and command.dialogue:
                moment = 0.9
            self.doing = f"command {number} ({command.name}), moment {moment}"
            run = self.run(command, moment)
            if not run.killed:
                expect(run.told and run.status == 0, f"exit {run.status}: {run.err.decode()}")
                self.shared.learn(command.name, run.seconds)
            elif self.rng.random() < 0.25:
                self.disturb()
            journal = when_changed(self.vault / "catalog.db-journal")
            left = self.settle(command, rest, run)
            # One without effect lies there until the next that writes.
            self.rolled_back += journal != when_changed(self.vault / "catalog.db-journal")
            if run.killed:
                how = ("told" if run.told else "whole" if not left else
                       "nothing" if left == rest else "part")
                self.hits.append((command.name, moment, how))
                self.check(command, len(self.hits))
            elif moment is not None:
                self.late += 1
            rest = left
            if not rest:
                return
        expect(False, "it doesn't get done")

    def check_end(self):
        self.model.check_all(self.rng)
        self.rebuild()
        if not self.shared.sqlcipher:  # else all rows were seen to be the same
            self.model.check_all(self.rng)
        expect({path.name for path in self.vault.iterdir()} == self.shared.names,
               f"left lying about: {[path.name for path in self.vault.iterdir()]}")

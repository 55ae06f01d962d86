#!/usr/bin/env python3
"""Runs the commands of the twelve workflows in docs/user-guide.md, in order and as written, and
fails where kua prints something else than the page shows.

usage: workflows_test.py KUA_PROGRAM REPOSITORY [--record]

A command stands behind a name and `$`, at whose computer it is typed; what follows is what that
person sees, up to the next command. `(exit 4)` is the exit status, 0 unless it is there. A line of
only `...` stands for any lines. Ids, digests, dates of today, sizes and generated words may differ,
but what was one id must stay one id. Comments in the page, which readers don't see, say

  <!-- meanwhile: WHAT -->      what happens off the page: a function of workflow_scenes.py
  <!-- typed: A | B -->         what is typed when a command of the next block asks. {words} are
                                those shown last, {second} the passphrase in the safe, {enter}
                                nothing; {passphrase}: kua is left to ask for it
  <!-- not run: WHY -->         the next block is not run

--record writes what kua prints into the page where it isn't what stands there. Exits 77 with a
reason where a tool is missing."""
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import terminal_session
import workflow_scenes
from printed_text import Printed

CHAPTER = re.compile(r"^## The twelve workflows\n(.*?)(?=^## )", re.S | re.M)
BLOCK = re.compile(r"^<!-- (?P<word>meanwhile|typed|not run): (?P<text>.*?) -->$|"
                   r"^```\n(?P<block>.*?)^```$", re.S | re.M)
COMMAND = re.compile(r"^(?P<who>[a-z]+)\$ (?P<command>(?:.*\\\n)*.*)\n", re.M)
STATUS = re.compile(r"^\(exit (\d+)\)\n", re.M)
PEOPLE = ("mara", "rosa", "adil", "dana")
ALONE = "KUA_MOUNTS_ARE_ITS_OWN"
LEAST_COMMANDS = 60  # so that a chapter that lost its commands is noticed


class Failure(Exception):
    """What the page shows is not what happens."""


def commands_of(block):
    """Triples (who, command, what is printed after it) of a block."""
    found = list(COMMAND.finditer(block))
    if not found or found[0].start() != 0:
        raise Failure(f"a block that begins with no command:\n{block}")
    ends = [match.start() for match in found[1:]] + [len(block)]
    for match, end in zip(found, ends):
        yield match["who"], match["command"], block[match.end():end]


class Walk:
    """The people, their computers, and what was printed so far."""

    def __init__(self, program, repository, scratch, record):
        self.world = workflow_scenes.World(program, repository, scratch, PEOPLE)
        self.printed = Printed()
        self.record = record
        self.count = self.left_out = 0
        self.differences = []

    def run(self, who, command, shown, typed):
        """Runs COMMAND and gives what the page should show after it."""
        self.count += 1
        expected = STATUS.search(shown)
        status = int(expected[1]) if expected else 0
        text = STATUS.sub("", shown)
        screen, ended = terminal_session.run(
            self.world.command(self.printed.to_here(command)), self.world.home(who),
            self.world.environment(who, typed), self.world.answers(typed))
        screen = self.world.as_on_page(screen)
        self.world.learn(who, command, screen)
        if self.printed.fits(text, screen) and status == ended:
            return shown
        seen = self.printed.to_page(screen) + (f"(exit {ended})\n" if ended else "")
        if self.record:
            self.printed.fits(STATUS.sub("", seen), screen)
        else:
            self.differences.append(f"{who}$ {command}\n--- the page shows\n{shown}"
                                    f"--- but kua prints\n{seen}")
        return seen

    def block(self, block, typed):
        return "".join(f"{who}$ {command}\n{self.run(who, command, shown, typed)}"
                       for who, command, shown in commands_of(block))

    def chapter(self, text):
        """Runs all of TEXT and gives it as it should be."""
        typed, is_run, result, at = None, True, [], 0
        for match in BLOCK.finditer(text):
            result.append(text[at:match.start()])
            at = match.end()
            new = match.group(0)
            if match["word"] == "meanwhile":
                is_run = self.world.meanwhile(match["text"]) is not False
            elif match["word"] == "typed":
                typed = match["text"].split(" | ")
            elif match["word"] == "not run":
                is_run = False
            else:
                if is_run:
                    new = f"```\n{self.block(match['block'], typed)}```"
                else:
                    self.left_out += 1
                typed, is_run = None, True
            result.append(new)
        return "".join(result) + text[at:]


def go_where_mounting_is_allowed():
    """Full devices are mounted where only this program sees them. Elsewhere they are left out."""
    own = ["unshare", "--user", "--map-root-user", "--mount"]
    if os.environ.get(ALONE) or shutil.which(own[0]) is None:
        return
    if subprocess.run([*own, "mount", "-t", "tmpfs", "none", "/mnt"], capture_output=True,
                      check=False).returncode == 0:
        os.execvpe(own[0], [*own, sys.executable, "-B", *sys.argv], {**os.environ, ALONE: "1"})


def main():
    arguments = [argument for argument in sys.argv[1:] if argument != "--record"]
    program, repository = (pathlib.Path(argument).resolve() for argument in arguments)
    for tool in ("git", "bash"):
        if shutil.which(tool) is None:
            print(f"SKIPPED workflows: no {tool}")
            return 77
    go_where_mounting_is_allowed()
    page = repository / "docs" / "user-guide.md"
    whole = page.read_text(encoding="utf-8")
    chapter = CHAPTER.search(whole)
    if chapter is None:
        return "docs/user-guide.md has lost its chapter of workflows"
    os.umask(0o077)
    scratch = tempfile.mkdtemp(prefix="kua-workflows.")
    walk = Walk(program, repository, pathlib.Path(scratch), "--record" in sys.argv)
    try:
        text = walk.chapter(chapter[1])
    except workflow_scenes.Missing as missing:
        print(f"SKIPPED workflows: {missing}")
        return 77
    except Failure as failure:
        return "\n".join([*walk.differences, str(failure)])
    finally:
        walk.world.close()
        shutil.rmtree(scratch)
    if walk.record:
        page.write_text(whole[:chapter.start(1)] + text + whole[chapter.end(1):], encoding="utf-8")
    elif walk.count < LEAST_COMMANDS:
        return f"the chapter has only {walk.count} commands"
    print(f"{walk.count} commands of the twelve workflows; blocks not run: {walk.left_out}")
    return "\n".join(walk.differences) if walk.differences else 0


if __name__ == "__main__":
    sys.exit(main())

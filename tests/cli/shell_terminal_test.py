#!/usr/bin/env python3
"""kua shell on a terminal: keys, completion, Ctrl-C, Ctrl-Z, locking by itself.

    shell_terminal_test.py PROGRAM [SUSPENDED_CLOCK]

SUSPENDED_CLOCK is a library to be loaded into the program: the machine was suspended for as many
hours as the file that $KUA_TEST_SUSPENDED names has bytes.
"""
import argparse
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time

from screen import DEADLINE_S, Screen

PASSPHRASE = "a lamp in the kitchen"
CLEARED = "\x1b[H\x1b[2J\x1b[3J"
UP, TAB, CTRL_C, CTRL_D, CTRL_Z = "\x1b[A", "\t", "\x03", "\x04", "\x1a"


class Place:
    def __init__(self, program, clock, root):
        self.program, self.clock, self.root = program, clock, root
        (root / "home").mkdir()
        (root / "passphrase").touch(mode=0o600)
        (root / "passphrase").write_text(PASSPHRASE + "\n")
        (root / "in").mkdir()
        (root / "in" / "two words.jpg").write_text("pixels")
        self.kua("init", "vault", "--name", "Rosa", "--case", "KT 17", "--kdf-memory", "8",
                 "--kdf-passes", "1")
        self.kua("add", "in", vault=True)

    def kua(self, *words, vault=False):
        where = ["--vault", "vault"] if vault else []
        done = subprocess.run([self.program, *words, *where, "--passphrase-file", "passphrase"],
                              cwd=self.root, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, check=False)
        if done.returncode != 0:
            sys.exit(f"{words}: exit {done.returncode}: {done.stderr}")
        return done.stdout

    def shell(self, *options, unlock=True, env=None, **more):
        home = {"HOME": str(self.root / "home"), "TMPDIR": str(self.root / "home")}
        screen = Screen([self.program, "shell", "--vault", "vault", *options], cwd=self.root,
                        env={**home, **(env or {})}, **more)
        if unlock:
            unlocked(screen)
        return screen


def unlocked(screen):
    screen.until("passphrase: ")
    screen.line(PASSPHRASE)
    screen.until("kua KT 17> ")


def check(condition, what):
    if not condition:
        sys.exit(f"not so: {what}")


def leave(screen):
    screen.line("exit")
    check(screen.has_left() == 0, "it ends with 0")
    check(screen.types_visibly(), "typing is shown again")


def shows_case_and_lock(place):
    screen = place.shell()
    screen.line("lock")
    screen.until(CLEARED)
    screen.until("locked\r\n")
    screen.until("kua (locked)> ")
    screen.line("help lock")
    screen.until("Wipe the keys")  # asks nothing
    screen.until("kua (locked)> ")
    screen.line("list")
    screen.until("passphrase: ")
    screen.line("wrong")
    screen.until("wrong passphrase")
    screen.until("kua (locked)> ")
    screen.line("list")
    screen.until("passphrase: ")
    screen.line(PASSPHRASE)
    screen.until("two words.jpg")
    screen.until("kua KT 17> ")
    screen.press(CTRL_D)
    check(screen.has_left() == 0, "Ctrl-D leaves with 0")


def completes(place):
    item = place.kua("list", vault=True).splitlines()[1].split()[0]
    case = place.kua("case", "list", vault=True).splitlines()[1].split()[0]
    screen = place.shell()
    # What is typed, and what appears behind it.
    for typed, expected in (("stat" + TAB, "us "), ("pass" + TAB + "ch" + TAB, "ange "),
                            ("send --max" + TAB, "-size "), ("show " + item[:4] + TAB, item[4:]),
                            ("show 'two" + TAB, "words.jpg' "),
                            ("case use " + case[:3] + TAB, case[3:]),
                            ("add --case K" + TAB, "17 "), ("add in/tw" + TAB, "words.jpg ")):
        screen.press(typed)
        screen.until(expected)
        screen.press(CTRL_C)
        screen.until("kua KT 17> ")
    screen.press("case se" + TAB + TAB)
    screen.until("seal ")
    screen.press(CTRL_C)
    screen.until("kua KT 17> ")
    screen.press("case " + TAB)
    screen.until("unseal")
    screen.press(CTRL_C)
    screen.until("kua KT 17> ")
    screen.line("lock")
    screen.until("kua (locked)> ")
    screen.press("show " + TAB)
    screen.until("\x07")  # names nothing while it is locked
    screen.press("\x15stat" + TAB)
    screen.until("us ")
    screen.press(CTRL_C)
    leave(screen)


def has_history_in_memory_only(place):
    screen = place.shell()
    screen.line("case show 'KT 17'")
    screen.until("recipient")
    screen.until("kua KT 17> ")
    screen.press(UP)
    screen.until("case show 'KT 17'")
    screen.press("\r")
    screen.until("recipient")
    screen.until("kua KT 17> ")
    screen.press("\x1bxhistory save saved\r")  # a command of libedit's own
    screen.until("kua KT 17> ")
    screen.line("lock")
    screen.until("kua (locked)> ")
    start = len(screen.text)
    screen.press(UP)
    screen.line("help exit")
    screen.until("Leave the shell")
    check(b"case show" not in screen.text[start:], "locking forgets what was typed")
    leave(screen)
    check(not list((place.root / "home").iterdir()), "nothing is written to the home directory")
    check(not (place.root / "saved").exists(), "the history can't be saved")


def is_stopped_by_ctrl_c(place):
    """The line, a question, and a command at work; the vault stays open."""
    screen = place.shell()
    screen.press("list --nonsense")
    screen.until("--nonsense")
    screen.press(CTRL_C)
    screen.until("kua KT 17> ")
    screen.line("key reveal")
    screen.until("yes or no")
    screen.press(CTRL_C)
    screen.until("stopped")
    screen.until("kua KT 17> ")
    with open(place.root / "large.bin", "wb") as file:
        file.truncate(3 << 30)
    for _ in range(2):
        screen.line("add large.bin")
        screen.until("GiB")  # the progress bar
        screen.press(CTRL_C)
        screen.until("stopped")
        screen.until("kua KT 17> ")
    (place.root / "large.bin").unlink()
    screen.line("list")
    screen.until("two words.jpg")
    screen.until("1 item")
    screen.until("kua KT 17> ")
    leave(screen)


def locks_when_idle(place):
    screen = place.shell("--idle", "PT2S")
    screen.line("list")
    screen.until("two words.jpg")
    screen.until("kua KT 17> ")
    screen.press("case create never-finish")
    began = time.monotonic()
    screen.until(CLEARED)
    screen.until("locked: nothing was typed for 2 s")
    waited = time.monotonic() - began
    check(1 < waited < 30, f"it locks after two seconds, not {waited}")
    after = screen.until("kua (locked)> ")
    check("never-finish" not in after, "what was typed by halves is gone")
    screen.line("case list")
    unlocked(screen)
    # A question is given up, and then it locks, too.
    screen.line("key reveal")
    screen.until("yes or no")
    screen.until("stopped")
    screen.until("locked: nothing was typed")
    screen.until("kua (locked)> ")
    leave(screen)


def state_of(process):
    text = pathlib.Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii")
    return text.rpartition(")")[2].split()[0]


def locks_before_it_stops(place):
    screen = place.shell()
    screen.press(CTRL_Z)
    screen.until("locked before stopping")
    deadline = time.monotonic() + DEADLINE_S
    # Nobody's child: such a process group the system doesn't stop, so it goes on at once.
    while state_of(screen.program) != "T" and "(locked)> " not in screen.text.decode():
        screen.read_some()
        check(time.monotonic() < deadline, "it stops")
    os.killpg(screen.program.pid, signal.SIGCONT)
    screen.until("kua (locked)> ")
    leave(screen)


def ends_in_order(place):
    for name, status in ((signal.SIGTERM, 143), (signal.SIGHUP, 129)):
        screen = place.shell()
        screen.program.send_signal(name)
        check(screen.has_left() == status, f"{name} ends it with {status}")
        check(screen.types_visibly(), "typing is shown again")


def works_on_a_poor_terminal(place):
    screen = place.shell(terminal="dumb")
    screen.line("list")
    screen.until("two words.jpg")
    screen.until("kua KT 17> ")
    screen.line("lock")
    screen.until("kua (locked)> ")
    check(b"\x1b[" not in screen.text, "a terminal that can do nothing gets no sequences")
    leave(screen)


def shows_the_state_of_the_case(place):
    (place.root / "words").touch(mode=0o600)
    (place.root / "words").write_text("words for the key\n")
    screen = place.shell()
    screen.line("case create 'Страница \u202e2'")
    screen.until("created")
    screen.until("kua> ")  # none is chosen
    screen.line("case use 'KT 17'")
    screen.until("kua KT 17> ")
    screen.line("case seal --secret-to case.key --secret-passphrase-file words --yes")
    screen.until(" (sealed)> ")
    screen.line("case unseal case.key --secret-passphrase-file words")
    screen.until("kua KT 17> ")
    screen.line("case use 'Страница \u202e2'")
    screen.until("kua Страница \\u{202e}2> ")  # what others wrote drives no terminal
    leave(screen)


def locks_after_a_suspension(place):
    if not place.clock:
        print("SKIPPED the suspension: no library for the clock")
        return
    flag = place.root / "suspended"
    screen = place.shell(env={"LD_PRELOAD": str(place.clock), "KUA_TEST_SUSPENDED": str(flag)})
    screen.line("list")
    screen.until("two words.jpg")
    screen.until("kua KT 17> ")
    flag.write_text("1")
    screen.until("locked: the computer was suspended")
    screen.until("kua (locked)> ")
    # While it is locked, also while it asks for the passphrase, a suspension changes nothing.
    flag.write_text("12")
    screen.line("list")
    screen.until("passphrase: ")
    flag.write_text("123")
    screen.line(PASSPHRASE)
    screen.until("kua KT 17> ")
    screen.line("list")
    screen.until("two words.jpg")
    screen.until("kua KT 17> ")
    # Also when a question waited meanwhile.
    screen.line("key reveal")
    screen.until("yes or no")
    flag.write_text("1234")
    screen.until("locked: the computer was suspended")
    screen.until("kua (locked)> ")
    leave(screen)


TESTS = (shows_case_and_lock, completes, has_history_in_memory_only, is_stopped_by_ctrl_c,
         locks_when_idle, locks_before_it_stops, ends_in_order, works_on_a_poor_terminal,
         locks_after_a_suspension, shows_the_state_of_the_case)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("clock", nargs="?", type=pathlib.Path)
    options = parser.parse_args()
    clock = options.clock.resolve() if options.clock else None
    with tempfile.TemporaryDirectory(prefix="kua-shell-") as name:
        place = Place(str(options.program.resolve()), clock, pathlib.Path(name))
        for test in TESTS:
            test(place)
            print(f"{test.__name__.replace('_', ' ')}: yes", flush=True)


if __name__ == "__main__":
    main()

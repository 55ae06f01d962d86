#!/usr/bin/env python3
"""Runs a program on a terminal of its own and talks to it.

usage: converse.py DIALOGUE COMMAND [ARGUMENT...]

DIALOGUE is a file with one step per line: what to wait for, a tab, what to type. In what is typed,
{words} is the generated passphrase last shown, {asked} the one of the twelve words in $SPOKEN that
was last asked for by its number, ^C is Ctrl-C, ^D is Ctrl-D; a line break follows anything else.
$SCREEN_COLUMNS is how wide the terminal says it is. Prints what the screen got, then "[status N]"
and whether typing is shown again.
"""
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time

DEADLINE_S = 300
ASKED = re.compile(rb"word (\d+): ")
WORDS = re.compile(rb"\n\r?\n {4}((?:[a-z-]+ ){5}[a-z-]+)\r?\n")


def main():
    steps = [line.rstrip("\n").split("\t") for line in open(sys.argv[1], encoding="utf-8")]
    master, slave = pty.openpty()
    columns = int(os.environ.get("SCREEN_COLUMNS", "0"))
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 0, columns, 0, 0))
    program = subprocess.Popen(
        sys.argv[2:], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
        env={**os.environ, "TERM": "xterm"},
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    screen = b""
    seen = 0
    deadline = time.monotonic() + DEADLINE_S

    def read_some():
        nonlocal screen
        ready, _, _ = select.select([master], [], [], 0.1)
        if ready:
            try:
                screen += os.read(master, 65536)
            except OSError:
                return

    for expected, typed in steps:
        while expected.encode() not in screen[seen:]:
            if time.monotonic() > deadline or (program.poll() is not None and not select.select(
                    [master], [], [], 0.2)[0]):
                sys.stdout.buffer.write(screen)
                sys.exit(f"\nnever saw: {expected}")
            read_some()
        seen = screen.index(expected.encode(), seen) + len(expected)
        if typed == "^C":
            os.write(master, b"\x03")
        elif typed == "^D":
            os.write(master, b"\x04")
        else:
            shown = WORDS.findall(screen)
            words = shown[-1].decode() if shown else ""
            numbers = ASKED.findall(screen)
            spoken = os.environ.get("SPOKEN", "").split()
            asked = spoken[int(numbers[-1]) - 1] if numbers and spoken else ""
            os.write(master,
                     typed.replace("{words}", words).replace("{asked}", asked).encode() + b"\n")
    while program.poll() is None and time.monotonic() < deadline:
        read_some()
    while select.select([master], [], [], 0.2)[0]:
        read_some()
    echo = bool(termios.tcgetattr(slave)[3] & termios.ECHO)
    if program.poll() is None:
        program.kill()
        sys.exit("\nstill running")
    status = program.returncode if program.returncode >= 0 else 128 - program.returncode
    sys.stdout.buffer.write(screen)
    print(f"\n[status {status}]\n[typing is {'shown' if echo else 'hidden'}]")


main()

"""Runs one command on a terminal of its own and answers what it asks."""
import fcntl
import os
import pty
import re
import select
import subprocess
import termios
import time

DEADLINE_S = 60
QUIET_S = 0.2  # a line without an end that stands that long is a question
QUIETER = 8  # so many times longer, and a whole line is one, too, if somebody has an answer
ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def text_of(screen):
    """SCREEN as a person reads it: no escapes, of a line written over only what is left."""
    text = ESCAPES.sub("", screen.decode("utf-8", "replace")).replace("\r\n", "\n")
    return "\n".join(line.rsplit("\r", 1)[-1].rstrip() for line in text.split("\n"))


def run(command, folder, environment, answers):
    """What COMMAND, for bash, shows, and its exit status. ANSWERS is called with what is on the
    screen when it asks, and gives what to type, or None. One that doesn't end has status -1."""
    master, slave = pty.openpty()
    program = subprocess.Popen(
        ["bash", "-c", command], cwd=folder, env=environment, stdin=slave, stdout=slave,
        stderr=slave, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
    os.close(slave)
    screen, answered, quiet, deadline = b"", 0, 0, time.monotonic() + DEADLINE_S
    try:
        while True:
            ready, _, _ = select.select([master], [], [], QUIET_S)
            if ready:
                try:
                    read = os.read(master, 65536)
                except OSError:  # the other end is closed: all has ended
                    break
                screen, quiet = screen + read, 0
                continue
            quiet += 1
            asks = (len(screen) > answered and not screen.rstrip().endswith(b"...")  # it works
                    and (not screen.endswith(b"\n") or quiet >= QUIETER))
            answer = answers(text_of(screen)) if asks and program.poll() is None else None
            if answer is not None:
                os.write(master, answer.encode() + b"\n")
                answered = len(screen)
            elif time.monotonic() > deadline:
                return f"{text_of(screen)}\nIT DOESN'T END\n", -1
        return text_of(screen), program.wait(DEADLINE_S)
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()
        os.close(master)

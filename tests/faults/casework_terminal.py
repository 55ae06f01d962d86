"""A conversation with a program on a terminal of its own, which may be cut short by a kill."""
import os
import pty
import select
import subprocess
import time

# The leader of a session gets the first terminal that it opens.
ON_TERMINAL = ["sh", "-c", 'exec "$@" <"$0" >"$0" 2>&1']
WAIT_S = 120


def converse(line, dialogue, folder, after_s=None):
    """`dialogue`: what to wait for, a tab and what to type, in each line. Returns its exit status,
    what stood on the screen and how long it took."""
    steps = [step.split("\t") for step in dialogue.splitlines()]
    master, slave = pty.openpty()
    screen, seen, start = b"", 0, time.monotonic()
    end = start + (WAIT_S if after_s is None else after_s)
    command = [*ON_TERMINAL, os.ttyname(slave), *line]
    try:
        with subprocess.Popen(command, cwd=folder, start_new_session=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            while process.poll() is None:
                now = time.monotonic()
                if now >= end:
                    process.kill()
                    process.wait()
                    break
                # Short, to see soon that it has ended.
                if select.select([master], [], [], min(0.002, end - now))[0]:
                    screen += os.read(master, 1 << 16)
                if steps and steps[0][0].encode() in screen[seen:]:
                    expected, typed = steps.pop(0)
                    seen = screen.index(expected.encode(), seen) + len(expected)
                    os.write(master, typed.encode() + b"\n")
            seconds = time.monotonic() - start
            while select.select([master], [], [], 0)[0]:
                screen += os.read(master, 1 << 16)
    finally:
        os.close(master)
        os.close(slave)
    return process.returncode, screen, seconds

"""A program on a terminal of its own, for tests that press keys."""
import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

DEADLINE_S = 60


class Screen:
    def __init__(self, command, columns=100, terminal="xterm", **more):
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
        self.program = subprocess.Popen(
            [str(word) for word in command], stdin=slave, stdout=slave, stderr=slave,
            start_new_session=True, env={**os.environ, "TERM": terminal, **more.pop("env", {})},
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0), **more)
        self.slave = slave
        self.text, self.seen = b"", 0

    def read_some(self, seconds=0.1):
        if select.select([self.master], [], [], seconds)[0]:
            try:
                self.text += os.read(self.master, 65536)
            except OSError:
                pass  # nobody writes there any more

    def until(self, expected):
        """Waits until that is shown, after what was waited for before; returns all up to it."""
        wanted, deadline = expected.encode(), time.monotonic() + DEADLINE_S
        while wanted not in self.text[self.seen:]:
            self.read_some()
            if time.monotonic() > deadline or (self.program.poll() is not None and not
                                               select.select([self.master], [], [], 0.2)[0]):
                self.fail(f"never saw {expected!r}")
        start = self.seen
        self.seen = self.text.index(wanted, start) + len(wanted)
        return self.text[start:self.seen].decode("utf-8", "replace")

    def press(self, keys):
        os.write(self.master, keys.encode())

    def line(self, text):
        self.press(text + "\r")

    def has_left(self):
        """Its exit status, negative for a signal, once it has ended."""
        deadline = time.monotonic() + DEADLINE_S
        while self.program.poll() is None and time.monotonic() < deadline:
            self.read_some()
        if self.program.poll() is None:
            self.fail("it doesn't end")
        return self.program.returncode

    def types_visibly(self):
        return bool(termios.tcgetattr(self.slave)[3] & termios.ECHO)

    def fail(self, why):
        self.program.send_signal(signal.SIGKILL)
        sys.stdout.buffer.write(self.text)
        sys.exit(f"\n{why}; the rest was {self.text[self.seen:]!r}")

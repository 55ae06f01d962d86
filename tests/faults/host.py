"""A git host on loopback, and a line to it that can be cut."""
import contextlib
import pathlib
import random
import select
import socket
import subprocess
import sys
import threading
import time


def daemon_program():
    """git's own server, or None."""
    path = subprocess.run(["git", "--exec-path"], capture_output=True, text=True, check=True)
    daemon = pathlib.Path(path.stdout.strip()) / "git-daemon"
    return daemon if daemon.exists() else None


@contextlib.contextmanager
def git_host(base):
    """The URL of a repository that git's own server serves, or None. Made unless it is there."""
    daemon = daemon_program()
    if not daemon:
        yield None
        return
    if not base.exists():
        subprocess.run(["git", "init", "--quiet", "--bare", base], check=True)
    for _ in range(20):
        port = random.randrange(20000, 40000)
        log = base.parent / "daemon.log"
        with log.open("wb") as out:
            server = subprocess.Popen(
                [daemon, "--verbose", "--export-all", "--enable=receive-pack",
                 "--listen=127.0.0.1", f"--port={port}", f"--base-path={base.parent}", base],
                stdout=out, stderr=out)
        try:
            while server.poll() is None and b"Ready to rumble" not in log.read_bytes():
                time.sleep(0.02)
            if server.poll() is None:
                yield f"git://127.0.0.1:{port}/{base.name}"
                return
        finally:
            server.terminate()
            server.wait()
    sys.exit("no port was free")


class Line:
    """Stands between a client and a server on loopback, counts what the two say and, at `cut_at`,
    hangs up on both; from then on nobody answers. `direction` is what counts: "up" to the server
    or "down" from it."""

    def __init__(self, server_port):
        self.server_port = server_port
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.lock = threading.Lock()
        self.set()
        self.thread = threading.Thread(target=self.listen, daemon=True)
        self.thread.start()

    def set(self, direction=None, cut_at=None):
        self.counts = {"up": 0, "down": 0}
        self.direction, self.cut_at, self.is_cut = direction, cut_at, cut_at == 0

    def listen(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                client.close()
                continue
            threading.Thread(target=self.carry, args=(client,), daemon=True).start()

    def allowed(self, direction, size):
        """How many bytes of so many pass."""
        with self.lock:
            if self.is_cut:
                return 0
            if direction == self.direction and self.counts[direction] + size >= self.cut_at:
                size = self.cut_at - self.counts[direction]
                self.is_cut = True
            self.counts[direction] += size
            return size

    def carry(self, client):
        with client, socket.create_connection(("127.0.0.1", self.server_port)) as server:
            open_ends = {client: ("up", server), server: ("down", client)}
            with contextlib.suppress(OSError):
                while open_ends and not self.is_cut:
                    for end in select.select(list(open_ends), [], [], 0.2)[0]:
                        direction, other = open_ends[end]
                        data = end.recv(1 << 14)
                        other.sendall(data[:self.allowed(direction, len(data))])
                        if not data:
                            other.shutdown(socket.SHUT_WR)
                            del open_ends[end]

    def close(self):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()

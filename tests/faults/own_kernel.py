"""Runs a program under a kernel of its own, where there is user-mode-linux: a Linux that is a
process, with the files of this machine for its root. So tests mount what the machine's kernel
doesn't know, or doesn't let them.

Outside, `run()` starts it; inside, this file is its first process and the parent of the program.
"""
import ctypes
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

KERNEL = "linux.uml"
MODULES = ("nls_cp437", "nls_iso8859-1", "nls_ascii", "fat", "vfat", "loop")
END = "end-of-command"  # the kernel adds words of its own
FINIT_MODULE, POWER_OFF = 313, 0x4321FEDC  # of the system's interface, on x86-64


def is_there():
    return shutil.which(KERNEL) is not None and os.uname().machine == "x86_64"


def run(command, timeout_s):
    """What the command printed, and its exit status; None where it didn't come to one."""
    # Not in /dev/shm: inside, that is another one.
    with tempfile.TemporaryDirectory(prefix="kua-kernel-", dir="/var/tmp") as name:
        out = pathlib.Path(name, "out")
        # Of its console only what is wanted goes anywhere.
        subprocess.run(
            [KERNEL, "mem=1500M", "root=/dev/root", "rootfstype=hostfs", "rootflags=/", "rw",
             "quiet", "con=null", "con0=null", "ssl=null", f"init={sys.executable}", "--",
             str(pathlib.Path(__file__).resolve()), str(out), os.environ["PATH"],
             *map(str, command), END],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            check=False, timeout=timeout_s)
        if not out.exists():
            return "", None
        *lines, status = out.read_text().split("\n")
        return "\n".join(lines), int(status) if status.isdigit() else None


def load_modules(system):
    folder = pathlib.Path("/usr/lib/uml/modules", os.uname().release)
    for module in MODULES:
        for path in folder.rglob(module + ".ko"):
            with path.open("rb") as file:
                system.syscall(FINIT_MODULE, file.fileno(), b"", 0)


def main():
    out, path, *command = sys.argv[1:sys.argv.index(END)]
    os.environ.update(PATH=path, HOME="/")
    system = ctypes.CDLL(None)
    os.makedirs("/dev/shm", exist_ok=True)
    for kind, where in (("proc", "/proc"), ("tmpfs", "/dev/shm")):
        subprocess.run(["mount", "-t", kind, "none", where], check=False)
    load_modules(system)
    with open(out, "w", encoding="utf-8") as file:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file,
                              stderr=subprocess.STDOUT, check=False)
    with open(out, "a", encoding="utf-8") as file:
        file.write(str(done.returncode))
    os.sync()
    system.reboot(ctypes.c_int(POWER_OFF))


if __name__ == "__main__":
    main()

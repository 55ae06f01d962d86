"""What a process gives away of its memory: to others of the same user, and in a core file."""
import os
import resource
import shutil
import subprocess
import sys

NOBODY = 65534

# Runs "$@" and says whether a process of the same user may open its memory, once the program had
# time to forbid it.
LOOK = """
rounds=$1; shift
"$@" >/dev/null 2>&1 &
pid=$! answer=readable
while [ "$rounds" -gt 0 ] && [ "$answer" = readable ]; do
    (: <"/proc/$pid/mem") 2>/dev/null || answer=denied
    rounds=$((rounds - 1))
    sleep 0.02
done
kill -0 "$pid" || answer=ended
kill -KILL "$pid"
echo "$answer"
"""


def look_at_memory(rounds, command, asked, cwd):
    """What a process of the same user gets of the memory of `command`: "readable" or "denied"."""
    other = {}
    if os.geteuid() == 0:  # root may read everything
        other = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
    return subprocess.run(["/bin/sh", "-c", LOOK, "sh", str(rounds), *command], pass_fds=[asked],
                          cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True, check=False, **other).stdout.strip()


def compare_memory(original, root):
    """kua's memory, and that of a program that does nothing about it."""
    root.chmod(0o711)
    nobody = root / "nobody"
    nobody.mkdir(mode=0o755)
    program = nobody / "kua"
    shutil.copy(original, program)
    program.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(nobody, NOBODY, NOBODY)
    asked, answer = os.pipe()  # nothing comes: it waits for its passphrase
    command = [str(program), "init", "vault", "--name", "N", "--passphrase-fd", str(asked)]
    found = (look_at_memory(500, command, asked, nobody),
             look_at_memory(5, ["sleep", "60"], asked, nobody))
    os.close(asked)
    os.close(answer)
    shutil.rmtree(nobody)
    return found


def crash_unprotected(cwd, canary):
    """A process that protects nothing and dies with a canary in memory; returns whether a core file
    of it was written where it can be found, and removes that."""
    script = "import os, sys; kept = sys.stdin.buffer.read() * 3; os.abort()"
    subprocess.run([sys.executable, "-c", script], input=canary, cwd=cwd, check=False,
                   stderr=subprocess.DEVNULL, preexec_fn=allow_cores)
    cores = list(cwd.glob("core*"))
    found = [core for core in cores if canary in core.read_bytes()]
    for core in cores:
        core.unlink()
    return bool(found)


def allow_cores():
    """In a child: as many core files as may be."""
    most = resource.getrlimit(resource.RLIMIT_CORE)[1]
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
    except (ValueError, PermissionError):
        resource.setrlimit(resource.RLIMIT_CORE, (most, most))

"""A stick with a file system of its own is pulled: as soon as kua is done with it, and while kua
writes to a vault on it. What was said to be safe is there on what the device has got by then."""
import contextlib
import hashlib
import json
import os
import pathlib
import random
import signal
import subprocess

MOMENTS = 6  # at which it is pulled while kua writes
FILES, AT_ONCE = 24, 2


def check(pair, medium):
    """How many times it was pulled; what was lost goes into pair.wrong."""
    return pulled_when_done(pair, medium) + pulled_while_adding(pair, medium)


def pull(medium, copy):
    medium.copy_device(copy)
    medium.plug_in(copy)


def pulled_when_done(pair, medium):
    out, vault, copy = medium.directory / "out", medium.directory / "vault", pair.root / "copy"
    exported = pair.program.must_json(pair.rosa.vault, "export", "--all", "--to", out)["exported"]
    pull(medium, copy)
    lost = [one["path"] for one in exported if digest(pathlib.Path(one["path"])) != one["digest"]]
    if lost or len(exported) != pair.items:
        pair.wrong.append(f"of {len(exported)} exported files a pulled stick lost {len(lost)}")
    photo = pair.root / "photo.jpg"
    photo.write_bytes(random.Random(33).randbytes(150_000))
    pair.program.make_vault(vault)
    for items, step in enumerate(([], ["add", photo])):
        if step:
            pair.program.must(vault, *step)
        pull(medium, copy)
        check_vault(pair, vault, f"after {step or 'init'}", items)
    return 3


def pulled_while_adding(pair, medium):
    rng = random.Random(34)
    vault, folder = medium.directory / "vault", pair.root / "card"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:02}.txt").write_bytes(rng.randbytes(rng.choice((9, 5_000, 90_000))))
    copies, safe = [], 0  # of the device, and how many items were said to be safe
    with subprocess.Popen(
            pair.program.command(vault, "add", folder, "--commit-every", AT_ONCE),
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True) as adding:
        for line in adding.stdout:
            safe += line.startswith("added ")
            if line.startswith("added ") and safe % (FILES // MOMENTS) == 1:
                copies.append((pair.root / f"copy{safe}", safe))
                with stopped(adding):
                    copy_quietly(medium, copies[-1][0])
    if adding.returncode != 0 or safe != FILES:
        pair.wrong.append(f"add to a vault on a stick: exit {adding.returncode}, {safe} added")
    for copy, safe in copies:
        medium.plug_in(copy)
        check_vault(pair, vault, f"while {safe} files were added", 1 + safe)
    return len(copies)


@contextlib.contextmanager
def stopped(process):
    """All its threads stand still, each behind what it was doing in the kernel."""
    process.send_signal(signal.SIGSTOP)
    try:
        tasks = pathlib.Path("/proc", str(process.pid), "task")
        while process.poll() is None and any(
                state(task) not in "TZX" for task in tasks.glob("*")):
            os.sched_yield()
        yield
    finally:
        process.send_signal(signal.SIGCONT)


def state(task):
    try:
        return (task / "stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "X"  # gone meanwhile


def copy_quietly(medium, to):
    """Until nothing was on its way to the device."""
    before = None
    while before != (now := digest(medium.image)):
        before = now
        medium.copy_device(to)


def digest(path):
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return None


def check_vault(pair, vault, when, safe):
    """That the vault opens, nothing is damaged, and at least so many items are there."""
    checked = pair.program.run(vault, "verify", "--json")
    if checked.returncode != 0:
        pair.wrong.append(f"a vault on a stick pulled {when}: {checked.stderr}")
    elif json.loads(checked.stdout)["items_checked"] < safe:
        pair.wrong.append(f"a vault on a stick pulled {when}: fewer than {safe} items")

"""A stick with a file system of its own is pulled: as soon as kua is done with it, and while kua
writes to a vault on it. What was said to be safe is there on what the device has got by then."""
import hashlib
import json
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
    lost = [one["path"] for one in exported
            if hashlib.sha256(pathlib.Path(one["path"]).read_bytes()).hexdigest() != one["digest"]]
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
    vault, folder, said = medium.directory / "vault", pair.root / "card", pair.root / "said"
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:02}.txt").write_bytes(rng.randbytes(rng.choice((9, 5_000, 90_000))))
    copies = []  # of the device, and how many items were said to be safe
    with said.open("wb") as output, subprocess.Popen(
            pair.program.command(vault, "add", folder, "--commit-every", AT_ONCE),
            stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT) as adding:
        for safe in range(0, FILES, FILES // MOMENTS):
            while told(said) < safe and adding.poll() is None:
                pass
            adding.send_signal(signal.SIGSTOP)
            copies.append((pair.root / f"copy{safe}", told(said)))
            medium.copy_device(copies[-1][0])
            adding.send_signal(signal.SIGCONT)
    if adding.returncode != 0 or told(said) != FILES:
        pair.wrong.append(f"add to a vault on a stick: exit {adding.returncode}, "
                          f"{told(said)} added")
    for copy, safe in copies:
        medium.plug_in(copy)
        check_vault(pair, vault, f"while {safe} files were added", 1 + safe)
    return len(copies)


def told(said):
    return sum(line.startswith("added ") for line in said.read_text().splitlines())


def check_vault(pair, vault, when, safe):
    """That the vault opens, nothing is damaged, and at least so many items are there."""
    checked = pair.program.run(vault, "verify", "--json")
    if checked.returncode != 0:
        pair.wrong.append(f"a vault on a stick pulled {when}: {checked.stderr}")
    elif json.loads(checked.stdout)["items_checked"] < safe:
        pair.wrong.append(f"a vault on a stick pulled {when}: fewer than {safe} items")

#!/usr/bin/env python3
"""[T32] Looks for keys, passphrases, names and content in the memory of kua shell: they must be
gone when it is locked, by whatever locked it, and found before, or the search would prove nothing.

    memory_test.py PROGRAM SECRETS

SECRETS is kua_secrets. Reading the memory takes root: the program forbids it to its own user. Exits
77 without.
"""
import argparse
import os
import pathlib
import subprocess
import sys

from program import Program, scratch

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "cli"))
from screen import Screen  # noqa: E402

PASSPHRASE = "gravel-owl-passphrase-canary"
TITLE = "zhanaozen-title-canary"
NAME = "witness-name-canary.txt"
NOTE = "he-wore-a-note-canary"
CONTENT = "what-was-said-content-canary " * 40
TYPED = "typed-by-halves-canary"
CTRL_C, CTRL_Z = "\x03", "\x1a"
WHOLE_VAULT = {"vault key", "catalog key"}  # in use while a command has the vault open


def needles(secrets, vault):
    """Bytes to look for, by what they are; keys also as SQLCipher and age take them."""
    wanted = {"passphrase": PASSPHRASE.encode(), "title": TITLE.encode(), "name": NAME.encode(),
              "note": NOTE.encode(), "content": CONTENT[:64].encode(), "typed": TYPED.encode()}
    said = subprocess.run([secrets, vault, PASSPHRASE], capture_output=True, text=True,
                          check=True).stdout
    for line in said.splitlines():
        what, digits = line.split("\t")
        wanted[what] = bytes.fromhex(digits)
        if len(digits) == 64:
            wanted[what + " in digits"] = digits.encode()
            wanted[what + " in capital digits"] = digits.upper().encode()
    return wanted


def memory_of(pid):
    """All that can be read of it, guarded pages too."""
    maps = pathlib.Path(f"/proc/{pid}/maps").read_text(encoding="ascii").splitlines()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in maps:
            if line.endswith(("[vvar]", "[vsyscall]", "[vvar_vclock]")):
                continue
            start, end = (int(one, 16) for one in line.split()[0].split("-"))
            try:
                memory.seek(start)
                yield memory.read(end - start)
            except OSError:
                pass  # guards, and what was mapped for somebody else


def found_in(screen, wanted):
    found, searched = set(), 0
    for part in memory_of(screen.program.pid):
        searched += len(part)
        found |= {what for what, bytes_ in wanted.items() if bytes_ in part}
    if searched < 1 << 20:
        sys.exit(f"only {searched} bytes of memory could be read")
    return found


class Search:
    def __init__(self, program, vault, root, wanted):
        self.command = [program, "shell", "--vault", vault]
        self.root, self.wanted, self.wrong, self.looks = root, wanted, [], 0

    def unlocked_shell(self, *options):
        screen = Screen([*self.command, *options], cwd=self.root)
        screen.until("passphrase: ")
        screen.line(PASSPHRASE)
        screen.until(TITLE + "> ")
        return screen

    def use(self, screen):
        """A little of everything that puts something into memory."""
        for line, shown in (("list", NAME), (f"show {NAME}", NOTE), ("key reveal --yes", "AGE-"),
                            ("verify", "nothing was altered"),
                            (f"export {NAME} --to out-{self.looks}", NAME),
                            (f"describe {NAME} --device {TYPED}", "device")):
            screen.line(line)
            screen.until(shown)
            screen.until(TITLE + "> ")

    def expect(self, screen, where, there):
        self.looks += 1
        found = found_in(screen, self.wanted)
        if there - found:
            self.wrong.append(f"{where}: not found, so this proves nothing: {there - found}")

    def expect_nothing(self, screen, where):
        self.looks += 1
        found = found_in(screen, self.wanted)
        self.wrong += [f"{where}: {one} is in memory" for one in sorted(found)]

    def by_command(self):
        screen = self.unlocked_shell()
        self.use(screen)
        screen.line("passphrase add --own-passphrase")
        screen.until("new passphrase: ")  # the vault is open meanwhile
        self.expect(screen, "in a command", WHOLE_VAULT | {"key of the passphrase"})
        screen.press(CTRL_C)
        screen.until(TITLE + "> ")
        self.expect(screen, "unlocked", {"key of the passphrase", "title", "name"})
        screen.line("lock")
        screen.until("(locked)> ")
        self.expect_nothing(screen, "after lock")
        screen.line("list")  # and everything works again
        screen.until("passphrase: ")
        screen.line(PASSPHRASE)
        screen.until(TITLE + "> ")
        self.expect(screen, "unlocked again", {"key of the passphrase"})
        screen.line("lock")
        screen.until("(locked)> ")
        self.expect_nothing(screen, "after the second lock")
        screen.line("exit")
        screen.has_left()

    def by_idleness(self):
        screen = self.unlocked_shell("--idle", "PT8S")
        self.use(screen)
        screen.press(f"case create {TYPED}")
        screen.until(TYPED)
        self.expect(screen, "before it was idle", {"key of the passphrase"})
        screen.until("(locked)> ")
        self.expect_nothing(screen, "after it was idle")
        screen.line("exit")
        screen.has_left()

    def by_stopping(self):
        screen = self.unlocked_shell()
        self.use(screen)
        screen.press(CTRL_Z)
        screen.until("locked before stopping")
        screen.read_some(1)
        self.expect_nothing(screen, "after Ctrl-Z")
        screen.program.kill()
        screen.program.wait()

    def by_a_passphrase_that_is_gone(self, program, vault):
        screen = self.unlocked_shell()
        self.use(screen)
        new = self.root / "new"
        new.touch(mode=0o600)
        new.write_text("another passphrase")
        program.must(vault, "passphrase", "change", "--new-passphrase-file", new)
        screen.line("list")
        screen.until("(locked)> ")
        self.expect_nothing(screen, "after the passphrase was changed")
        screen.line("exit")
        screen.has_left()


def may_read_memory():
    sleeping = subprocess.Popen(["sleep", "60"])
    try:
        return os.geteuid() == 0 and any(memory_of(sleeping.pid))
    except OSError:
        return False
    finally:
        sleeping.kill()
        sleeping.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=pathlib.Path)
    parser.add_argument("secrets", type=pathlib.Path)
    options = parser.parse_args()
    if not may_read_memory():
        print("SKIPPED: reading the memory of other processes takes root")
        return 77
    with scratch("kua-memory-") as name:
        root, vault = pathlib.Path(name), pathlib.Path(name) / "vault"
        program = Program(options.program, root, PASSPHRASE)
        program.make_vault(vault, "--case", TITLE)
        (root / NAME).write_text(CONTENT, encoding="ascii")
        program.must(vault, "add", root / NAME, "--note", NOTE)
        wanted = needles(options.secrets.resolve(), vault)
        search = Search(program.path, vault, root, wanted)
        search.by_command()
        search.by_idleness()
        search.by_stopping()
        search.by_a_passphrase_that_is_gone(program, vault)
    print(*search.wrong, sep="\n", end="\n" if search.wrong else "")
    print(f"{search.looks} looks into the memory of a shell for {len(wanted)} secrets, names and"
          f" texts; left when locked: {len(search.wrong)}")
    return 1 if search.wrong else 0


if __name__ == "__main__":
    sys.exit(main())

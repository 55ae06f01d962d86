#!/usr/bin/env python3
"""Every command of the program stands in the list of what can leave a vault, and no others do.

Usage: ways_out_test.py PROGRAM

The list is vault/evidence/outgoing/ways_out.cpp; the commands are those that --help names.
"""
import pathlib
import re
import sys

from commands import leaves

LIST = pathlib.Path(__file__).parents[2] / "vault/evidence/outgoing/ways_out.cpp"


def main():
    there = leaves(sys.argv[1])
    listed = re.findall(r'CommandOut\{"([a-z -]+)"', LIST.read_text(encoding="utf-8"))
    for name in sorted(set(there) - set(listed)):
        print(f"{name}: say in {LIST.name} what it lets out, and what it asks before")
    for name in sorted(set(listed) - set(there)):
        print(f"{name}: listed, and no command")
    print(f"{len(there)} commands, {len(listed)} listed")
    sys.exit(0 if sorted(there) == sorted(listed) and len(there) > 50 else 1)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Fails when a relative link in a page (*.md) leads nowhere: no such file, no such heading.
Usage: check_links.py [ROOT]"""
import os
import pathlib
import re
import sys
import urllib.parse

SKIPPED = {".git", "build", "vectors", "corpus", "vaults"}
FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.S | re.M)
CODE = re.compile(r"`[^`\n]*`")
LINK = re.compile(r"\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.M)


def pages(root):
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        yield from (pathlib.Path(folder, name) for name in sorted(files) if name.endswith(".md"))


def anchors(page):
    """The fragments that a page's headings can be reached by, as git hosts make them."""
    found = {}
    for heading in HEADING.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        name = re.sub(r"[^\w\- ]", "", text).strip().replace(" ", "-")
        count = found.get(name, 0)
        found[name] = count + 1
        yield f"{name}-{count}" if count else name


def broken_links(root):
    for page in pages(root):
        text = CODE.sub("", FENCE.sub("", page.read_text(encoding="utf-8")))
        for link in LINK.findall(text):
            if re.match(r"[a-z][a-z0-9+.-]*:", link):
                continue
            path, _, fragment = urllib.parse.unquote(link).partition("#")
            target = page.parent / path if path else page
            if not target.exists():
                yield f"{page.relative_to(root)}: no file for {link}"
            elif fragment and target.suffix == ".md" and fragment not in set(anchors(target)):
                yield f"{page.relative_to(root)}: no heading for {link}"


if __name__ == "__main__":
    problems = list(broken_links(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
    sys.exit("\n".join(problems) if problems else 0)

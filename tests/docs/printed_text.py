"""Compares what a page shows with what was printed in another run: ids, digests, today's dates,
sizes and generated words differ, all else doesn't."""
import re

ID = r"\b(?:i|ev|ac|pe|pl)-[0-9a-z]{5,16}\b"
HEX = r"\b(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8})\b"
EACH_BOUND = re.compile(f"{ID}|{HEX}")
VARYING = re.compile(
    rf"(?P<ids>{ID}(?:, {ID})+)|(?P<id>{ID})|"
    r"(?P<card>\b[0-9a-f]{4}(?: [0-9a-f]{4}){15}\b)|"
    rf"(?P<hex>{HEX})|"
    r"(?P<time>\b20(?:19|[2-9]\d)-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d)?(?: UTC|Z)?)?)|"
    r"(?P<free>\b\d+(?:\.\d+)? [KMGT]iB(?= free))|"
    r"(?P<size>\b\d+(?:\.\d+)? (?:B|KiB|MiB|GiB)(?= |$|[),;]))|"
    r"(?P<more>\b\d+(?= more bytes))|"
    r"(?P<words>^ {4}(?:[a-z-]+ ){5}[a-z-]+$)")
# What must stay the same thing from its first line to its last; ids are also written in full.
BOUND = ("id", "hex")
UNITS = {"B": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30}
# Journals, members, cases and entries of one moment come in the order of fingerprints and ids.
ANY_ORDER = re.compile(r"  [A-Z][a-z]+(?: in case [0-9a-f]+)?: |  [A-Z][A-Z ]+ journal of |"
                       r"[0-9a-f]{8}  | +\d+  [A-Z][a-z]+ +20")
CUT = "..."


def short_id(text):
    """What stands for TEXT: of the id of an item or thing its first five characters."""
    kind, dash, rest = text.partition("-")
    return kind + dash + rest[:5]


def pieces(line):
    """LINE as pairs (kind, text); text that doesn't vary has the kind None."""
    at, found = 0, []
    for match in VARYING.finditer(line.rstrip()):
        found.append((None, " ".join(line[at:match.start()].split())))
        found.append((match.lastgroup, match.group(0)))
        at = match.end()
    found.append((None, " ".join(line[at:].split())))
    return found


def are_near(left, right):
    """Sizes of sealed things differ a little from run to run, never by much."""
    values = [float(number) * UNITS[unit] for number, unit in (left.split(), right.split())]
    return max(values) <= 1.3 * min(values) + 64


class Printed:
    """What stood for what so far."""

    def __init__(self):
        self.here = {}  # what the page calls something: what it is called in this run

    def to_here(self, text):
        return self._renamed(text, self.here)

    def to_page(self, text):
        return self._renamed(text, {here: page for page, here in self.here.items()})

    @staticmethod
    def _renamed(text, names):
        def renamed(match):
            short = short_id(match.group(0))
            return names.get(short, short) + match.group(0)[len(short):]
        return EACH_BOUND.sub(renamed, text)

    @staticmethod
    def _piece_fits(kind, expected, text, names):
        """NAMES with what these two add, or None where they don't fit."""
        if kind in BOUND:
            expected, text = short_id(expected), short_id(text)
            if expected in names or text in names.values():
                return names if names.get(expected) == text else None
            return {**names, expected: text}
        fits = {None: lambda: expected == text, "size": lambda: are_near(expected, text),
                "ids": lambda: expected.count(",") == text.count(",")}
        return names if fits.get(kind, lambda: True)() else None

    def _line_fits(self, page, seen, names):
        left, right = pieces(page), pieces(seen)
        if page.endswith(CUT):
            start = left.pop()[1].removesuffix(CUT).rstrip()
            if len(right) <= len(left) or not right[len(left)][1].startswith(start):
                return None
            right = right[:len(left)]
        if [kind for kind, _ in left] != [kind for kind, _ in right]:
            return None
        for (kind, expected), (_, text) in zip(left, right):
            if names is not None:
                names = self._piece_fits(kind, expected, text, names)
        return names

    def _fit(self, page, seen, names):
        if not page:
            return names if not seen else None
        if page[0].strip() == CUT:
            tails = (self._fit(page[1:], seen[skipped:], names)
                     for skipped in range(len(seen) + 1))
            return next((found for found in tails if found is not None), None)
        for chosen, line in enumerate(seen):
            if chosen > 0 and not (ANY_ORDER.match(line) and ANY_ORDER.match(page[0])):
                break
            found = self._line_fits(page[0], line, names)
            if found is not None:
                found = self._fit(page[1:], seen[:chosen] + seen[chosen + 1:], found)
            if found is not None:
                return found
        return None

    def fits(self, page, seen):
        """Whether SEEN is what PAGE shows. If so, what stands for what is remembered."""
        names = self._fit(page.splitlines(), seen.splitlines(), self.here)
        if names is not None:
            self.here = names
        return names is not None

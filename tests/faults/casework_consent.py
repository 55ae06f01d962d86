"""What a source allows, as docs/user-guide.md has it: written down a second time, so that what kua
says can be compared with it."""
ATTRIBUTES = ("content", "time", "place", "voice", "face", "name")
PURPOSES = ("keep", "team", "commission", "court", "partner", "publish")
FACTS = ATTRIBUTES[:3]  # nobody is known by them
ALL = {(purpose, one) for purpose in PURPOSES for one in ATTRIBUTES}
LEVELS = {  # from which levels on, by purpose; those that have to be ticked stand apart
    "keep": {one: range(6) for one in ATTRIBUTES},
    "team": {one: range(1, 6) for one in ATTRIBUTES if one != "name"},
    "commission": {one: range(2, 6) if one in FACTS else (3, 5) for one in ATTRIBUTES},
    "court": {one: range(2, 6) if one in FACTS else (3, 5) for one in ATTRIBUTES},
    "partner": {one: (4, 5) for one in FACTS},
    "publish": {"content": (4, 5), "time": (5,), "place": (5,)},
}


class Consent:
    """Of one source, for all items."""

    def __init__(self):
        self.cells = self.at_level(0, [])
        self.taken_back = set()  # cells that were refused by name, and not allowed since
        self.refused = set()  # those that were refused in any way
        self.statements = 0
        self.level = None
        self.withdrawn = False

    @staticmethod
    def at_level(level, ticked):
        cells = {(purpose, attribute) for purpose in PURPOSES for attribute in ATTRIBUTES
                 if level in LEVELS[purpose].get(attribute, ())}
        if level == 5:
            cells |= {(purpose, one) for purpose in ("partner", "publish") for one in ticked}
        return cells

    def say(self, facts):
        self.statements += 1
        self.withdrawn = False
        if "level" in facts:
            self.level = facts["level"]
            self.cells = self.at_level(self.level, facts.get("ticked", []))
            # Of a text that doesn't say when it was told, as accounts here have it: it may be older
            # than anything, so it lifts no refusal.
            if facts.get("how_informed") == "explained_orally":
                self.cells -= self.refused
            else:
                self.taken_back, self.refused = set(), set()
            if self.level > 0:
                self.refused |= ALL - self.at_level(self.level, facts.get("ticked", []))
            return
        said = {(purpose, one) for purpose in facts["purposes"] for one in facts["attributes"]}
        is_allowed = facts["decision"] == "allow"
        self.cells = self.cells | said if is_allowed else self.cells - said
        self.taken_back = self.taken_back - said if is_allowed else self.taken_back | said
        self.refused = self.refused - said if is_allowed else self.refused | said

    def withdraw(self, facts):
        self.statements += 1
        self.withdrawn = True
        self.cells = {cell for cell in self.cells if cell[0] not in facts["purposes"]}
        taken = {(purpose, one) for purpose in facts["purposes"] for one in ATTRIBUTES}
        self.taken_back |= taken
        self.refused |= taken

    def may_be_outdated(self, level):
        """Whether a text that doesn't say when it was told allows what was taken back."""
        return bool(self.at_level(level, []) & self.taken_back)

    def allows(self, purpose, *attributes):
        return all((purpose, one) in self.cells for one in attributes)

    def allowed(self):
        """As `consent show --json` has it."""
        found = {purpose: [one for one in ATTRIBUTES if (purpose, one) in self.cells]
                 for purpose in PURPOSES}
        return {purpose: attributes for purpose, attributes in found.items() if attributes}

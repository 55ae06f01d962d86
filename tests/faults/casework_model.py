"""What was said in a vault, kept beside it by casework_kill_test.py, and whether the vault says the
same: by `show`, `list`, `find`, `log` and so on, with --json."""
import dataclasses
import re

from casework_command import Id
from casework_consent import Consent

KINDS = ("place", "event", "act", "person")
NUMBERED = re.compile(r"(turn|segment)_\d+")


class Wrong(Exception):
    """The vault doesn't say what was said."""


def expect(holds, problem):
    if not holds:
        raise Wrong(problem)


def compare(said, shown, where):
    """`shown` may have more keys than `said`, and nothing else."""
    if isinstance(said, dict) and isinstance(shown, dict):
        for key, value in said.items():
            expect(key in shown, f"{where}: no {key}")
            compare(value, shown[key], f"{where}: {key}")
    elif isinstance(said, list) and isinstance(shown, list):
        expect(len(said) == len(shown), f"{where}: {len(shown)}, not {len(said)}")
        for number, (one, other) in enumerate(zip(said, shown)):
            compare(one, other, f"{where} {number}")
    else:
        expect(said == shown, f"{where}: {shown!r}, not {said!r}")


@dataclasses.dataclass
class Item:
    facts: dict
    arrivals: int = 1
    sources: set = dataclasses.field(default_factory=set)
    labels: dict = dataclasses.field(default_factory=dict)
    links: list = dataclasses.field(default_factory=list)
    moves: list = dataclasses.field(default_factory=list)
    accounts: list = dataclasses.field(default_factory=list)
    texts: list = dataclasses.field(default_factory=list)
    entries: int = 0


@dataclasses.dataclass
class Source:
    facts: dict
    consent: Consent = dataclasses.field(default_factory=Consent)
    identities: int = 0


class Model:
    """`ask(words...)` runs a command with --json and returns what it prints."""

    def __init__(self, ask, inspected):
        self.ask = ask
        self.inspected = inspected  # kind: what media say about themselves
        self.ids = {"P-01": "P-01", "case": None}
        self.items = {}
        self.sources = {"P-01": Source({})}
        self.things = {}  # name: (kind, facts, links)
        self.case_facts = {}
        self.words = {}  # word: name

    def resolve(self, value):
        if isinstance(value, Id):
            return self.ids[value.name]
        if isinstance(value, dict):
            return {key: self.resolve(one) for key, one in value.items()}
        return value

    # Entries.

    def match(self, commit, entries):
        """Which entry is which part of a commit."""
        expect(len(entries) == len(commit), f"half a commit: {[one['type'] for one in entries]} of "
               f"{[said.type for said in commit]}")
        rest, pairs = list(entries), []
        for said in commit:
            found = [one for one in rest if one["type"] == said.type and self.is_about(said, one)]
            expect(found, f"no entry {said.type} about {said.name}")
            if said.name not in self.ids:
                kind = said.type.partition(".")[0]
                self.ids[said.name] = found[0]["item"] or found[0]["facts"][kind]
            self.compare_entry(said, found[0])
            pairs.append((said, found[0]))
            rest.remove(found[0])
        return pairs

    def is_about(self, said, entry):
        if said.name in self.ids:
            return entry["item"] == self.ids[said.name]
        named = said.facts.get("name")
        return named is None or entry["facts"].get("name") == named

    def compare_entry(self, said, entry):
        facts = self.resolve(said.facts)
        compare(facts, entry["facts"], f"entry {entry['seq']}, {said.type}")
        surplus = {one for one in entry["facts"] if NUMBERED.match(one)} - set(facts)
        expect(not surplus, f"entry {entry['seq']}: {sorted(surplus)} was never said")
        kind = facts.get("kind")
        if said.type == "item.added" and kind in self.inspected and "derived_from" not in facts:
            claimed = {one: entry["facts"].get(one) for one in self.inspected[kind]}
            expect(claimed == self.inspected[kind] or not any(claimed.values()),
                   f"entry {entry['seq']}: half of what the file says: {claimed}")

    def take(self, pairs):
        """What these entries say holds from now on."""
        for said, _ in pairs:
            self.note(said, self.resolve(said.facts))
            if said.name in self.items:
                self.items[said.name].entries += 1
            if said.word:
                if "note" in said.facts:  # takes the place of the one before
                    self.words = {word: (name, fact) for word, (name, fact) in self.words.items()
                                  if (name, fact) != (said.name, "note")}
                self.words[said.word] = (said.name, "note" if "note" in said.facts else "")

    def note(self, said, facts):
        kind, _, what = said.type.partition(".")
        if said.type == "item.added":
            self.items[said.name] = Item(facts, sources={facts["source"]})
        elif said.type == "item.described":
            self.items[said.name].facts.update(
                {name: value for name, value in facts.items() if name != "comment"})
        elif said.type == "item.tagged":
            self.items[said.name].labels[facts["tag"]] = facts
        elif said.type == "item.linked":
            self.note_link(said)
        elif kind == "custody":
            self.note_custody(said, what, facts)
        elif kind == "testimony":
            self.items[said.name].accounts.append(facts)
        elif kind in ("transcript", "translation"):
            self.items[said.name].texts.append((kind, facts))
        elif kind == "source":
            self.note_source(said.name, what, facts)
        elif kind == "consent":
            consent = self.sources[said.name].consent
            (consent.withdraw if what == "withdrawn" else consent.say)(facts)
        elif kind == "case":
            self.case_facts = facts
        else:
            self.things[said.name] = (kind, facts, [])

    def note_link(self, said):
        facts = self.resolve(said.facts)
        shown = {"subject": {"id": facts["subject"]}, "relation": facts["relation"],
                 "target": {"id": facts["target"]}, "facts": {"certainty": facts["certainty"]}}
        for end in (said.facts["subject"].name, said.facts["target"].name):
            if end in self.items:
                links = self.items[end].links
            elif end in self.things:
                links = self.things[end][2]
            else:
                continue
            # Said again with another certainty, the last counts.
            links[:] = [one for one in links if (one["subject"], one["relation"], one["target"])
                        != (shown["subject"], shown["relation"], shown["target"])] + [shown]

    def note_custody(self, said, what, facts):
        item = self.items[said.name]
        if what == "received" and "from" not in facts:  # by hand it is no arrival of the bytes
            item.arrivals += 1
        if what != "derived":
            item.moves.append({"type": said.type, **{name: facts[name] for name in
                               ("from", "to", "purpose", "at", "result") if name in facts}})

    def note_source(self, name, what, facts):
        if what == "identity":
            self.sources[name].identities += 1
        elif what == "described":
            self.sources[name].facts.update(
                {fact: value for fact, value in facts.items() if fact != "comment"})
        else:
            self.sources[name] = Source({fact: value for fact, value in facts.items()
                                         if fact != "pseudonym"})

    # Does the vault say so, too?

    def check(self, name):
        if name in self.items:
            self.check_item(name)
        elif name in self.sources:
            self.check_source(name)
        elif name in self.things:
            kind, facts, links = self.things[name]
            shown = self.ask(kind, "show", self.ids[name])[kind]
            compare(facts, shown["facts"], name)
            self.compare_links(links, shown["links"], name)
        elif name == "case" and self.case_facts:
            shown = self.ask("case", "show")["case"]
            compare({"description": self.case_facts["description"],
                     "items": len(self.items)}, shown, "case")

    def check_item(self, name):
        item = self.items[name]
        shown = self.ask("show", self.ids[name])["item"]
        compare(item.facts, shown["facts"], name)
        compare({"arrivals": item.arrivals}, shown, name)
        labels = {one["tag"]: one["facts"] for one in shown["labels"]}
        expect(set(labels) == set(item.labels), f"{name}: tags {labels}, not {item.labels}")
        for tag, facts in item.labels.items():
            compare({"tag_state": facts["tag_state"], "strength": facts["strength"]}, labels[tag],
                    f"{name}: {tag}")
        self.compare_links(item.links, shown["links"], name)
        # Its own, and those of links that begin at others.
        expect(len(shown["history"]) >= item.entries, f"{name}: {len(shown['history'])} entries")
        if item.moves:
            logged = self.ask("log", self.ids[name])["custody"]
            moves = [one for one in logged["arrivals"] + logged["moves"]
                     if one["type"] != "item.added"]
            unique = {one["seq"]: one for one in moves}
            compare(item.moves, [unique[seq] for seq in sorted(unique)], f"{name}: custody")
        if item.accounts or item.texts:
            self.check_testimony(name)

    def compare_links(self, said, shown, where):
        def order(link):
            return link["subject"]["id"], link["relation"], link["target"]["id"]
        compare(sorted(said, key=order), sorted(shown, key=order), f"{where}: links")

    def check_testimony(self, name):
        item = self.items[name]
        shown = self.ask("testimony", "show", self.ids[name])
        expect(len(shown["accounts"]) == len(item.accounts), f"{name}: accounts")
        for facts, account in zip(item.accounts, shown["accounts"]):
            turns = [{"turn": fact[-4:], **facts[fact]} for fact in sorted(facts)
                     if NUMBERED.match(fact)]
            compare(turns, account["turns"], f"{name}: turns")
            expect(account["facts"]["turns"] == len(turns), f"{name}: number of turns")
        expect(len(shown["texts"]) == len(item.texts), f"{name}: texts")
        for (kind, facts), text in zip(item.texts, shown["texts"]):
            segments = [{**facts[fact], "part": 1} for fact in sorted(facts)
                        if NUMBERED.match(fact)]
            compare({"kind": kind, "segments": segments}, text, name)

    def source_shown(self, name):
        source = self.sources[name]
        return {"pseudonym": name, "facts": source.facts, "identities": source.identities,
                "statements": source.consent.statements, "level": source.consent.level,
                "withdrawn": source.consent.withdrawn, "contested": False}

    def check_source(self, name):
        shown = self.ask("consent", "show", name)["consent"]
        compare(self.source_shown(name), shown["source"], name)
        # No purpose more, and none less.
        expect(shown["allowed"] == self.sources[name].consent.allowed(),
               f"{name}: allows {shown['allowed']}")
        expect(len(shown["history"]) == self.sources[name].consent.statements,
               f"{name}: {len(shown['history'])} statements")

    def check_word(self, word, name):
        """That `find` finds it there and nowhere else."""
        found = self.ask("find", word)
        ids = [one["id"] for one in found["items"] + found["things"]]
        expect(ids == ([self.ids[name]] if name else []), f"find {word}: {ids}, not {name}")

    def check_lists(self):
        """That everything is there and nothing else."""
        listed = {one["id"]: one for one in self.ask("list")["items"]}
        expect(set(listed) == {self.ids[name] for name in self.items},
               f"list: {len(listed)} items, not {len(self.items)}")
        for name, item in self.items.items():
            compare({"arrivals": item.arrivals, **{fact: value for fact, value in item.facts.items()
                     if fact in ("name", "digest", "bytes", "kind", "source")}},
                    listed[self.ids[name]], name)
        sources = self.ask("source", "list")["sources"]
        compare([self.source_shown(name) for name in sorted(self.sources)], sources, "sources")
        for kind in KINDS:
            ids = [one["id"] for one in self.ask(kind, "list")[f"{kind}s"]]
            said = [self.ids[name] for name, thing in self.things.items() if thing[0] == kind]
            expect(sorted(ids) == sorted(said), f"{kind} list: {ids}, not {said}")

    def names(self):
        return [*self.items, *self.sources, *self.things, "case"]

    def check_all(self, rng):
        self.check_lists()
        for name in self.names():
            self.check(name)
        for word in rng.sample(sorted(self.words), min(8, len(self.words))):
            self.check_word(word, self.words[word][0])

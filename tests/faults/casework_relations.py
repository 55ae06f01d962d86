"""The part of the script of casework_script.py that is about how things hang together and what
becomes of them outside."""
from casework_command import COMMENT, OWNER, Command, Id, Said


class Relations:
    """Commands; names, items and chance come from Script."""

    # What accounts tell of, and how it hangs together.

    def thing(self, kind, fact, options, more):
        name, word = self.name(kind), self.word()
        self.things[kind].append(name)
        facts = {fact: word, **more}
        return Command(f"{kind} add", [word, *options],
                       [[Said(f"{kind}.added", name, facts, word)]],
                       {"change": "added", kind: {"facts": facts}})

    def do_place(self):
        return self.thing("place", "place_name",
                          ["--place-kind", "site", "--place-names", "ru=\u043a\u0435\u043d"],
                          {"place_kind": "site", "place_names": {"ru": "\u043a\u0435\u043d"}})

    def do_event(self):
        if not self.things["place"]:
            return None
        place = Id(self.rng.choice(self.things["place"]))
        return self.thing("event", "event_title",
                          ["--place", place, "--occurred", "2017-11-23", "--count-claim",
                           "killed;16;notice;2017-11-24"], {"place": place,
                                                            "occurred": "2017-11-23"})

    def do_act(self):
        if not self.things["event"]:
            return None
        event = Id(self.rng.choice(self.things["event"]))
        return self.thing("act", "act_kind", ["--event", event, "--number", "3"],
                          {"event": event})

    def do_person(self):
        return self.thing("person", "label", ["--person-status", "missing"],
                          {"person_status": "missing"})

    def link(self, subject, relation, target):
        certainty = self.rng.choice(("possible", "probable", "certain"))
        facts = {"subject": Id(subject), "relation": relation, "target": Id(target),
                 "certainty": certainty}
        return Command("link", [Id(subject), relation, Id(target), "--certainty", certainty],
                       [[Said("item.linked", subject, facts)]],
                       {"link": {"relation": relation, "facts": {"certainty": certainty}}})

    def do_link_items(self):
        if len(self.items) < 2:
            return None
        one, other = self.rng.sample(sorted(self.items), 2)
        return self.link(one, self.rng.choice(("contradicts", "corroborates", "refers_to")), other)

    def do_link_witness(self):
        events = self.things["event"]
        return self.link(self.source(), "witness", self.rng.choice(events)) if events else None

    def do_tag(self):
        if len(self.items) < 2:
            return None
        items = self.rng.sample(sorted(self.items), 2)
        tag = self.name("q")
        facts = {"tag": tag, "tag_state": "verified", "strength": "some"}
        return Command("tag", [*(Id(item) for item in items), tag, "--tag-state", "verified",
                               "--strength", "some"],
                       [[Said("item.tagged", item, facts) for item in items]], {"tag": tag})

    def do_case_describe(self):
        word = self.word()
        facts = {"description": f"about {word}", "mandate": f"for {word}"}
        return Command("case describe", ["--description", facts["description"],
                                         "--mandate", facts["mandate"], *COMMENT],
                       [[Said("case.described", "case", {**facts, "comment": "why"})]],
                       {"kind": "case"})

    # What changes hands.

    def custody(self, change, words, item, facts, who):
        return Command(f"custody {change}", [Id(item), *words],
                       [[Said(f"custody.{change.replace('hand-over', 'handed_over')}", item,
                              facts)]],
                       {"change": change.replace("hand-over", "handed_over"), "who": who,
                        "failed": []})

    def do_hand_over(self):
        item, who = self.may_go_to_court(), self.name("clerk")
        if not item:
            return None
        self.handed_over.append((item, who))
        return self.custody("hand-over", ["--to", who, "--purpose", "court", "--at", "2018-01-20",
                                          "--method", "by hand"], item,
                            {"to": who, "purpose": "court", "at": "2018-01-20",
                             "method": "by hand", "from": OWNER}, who)

    def do_returned(self):
        if not self.handed_over:
            return None
        item, who = self.handed_over.pop(self.rng.randrange(len(self.handed_over)))
        return self.custody("returned", ["--from", who, "--result", "ok"], item,
                            {"from": who, "to": OWNER, "result": "ok"}, who)

    def do_received(self):
        item, who = self.item(), self.name("courier")
        if not item:
            return None
        return self.custody("received", ["--from", who, "--result", "ok"], item,
                            {"from": who, "to": OWNER, "result": "ok"}, who)

    def export(self, items, purpose, words, facts):
        to = self.name("out")
        facts = {"purpose": purpose, "method": "original", "to": to, **facts}
        return Command(f"export for {purpose}" if words else "export",
                       [*(Id(item) for item in items), "--to", to, *words],
                       [[Said("custody.exported", item, facts) for item in items]], {"failed": []},
                       exported={item: self.items[item][2] for item in items}, to=to)

    def do_export(self):
        fitting = sorted(name for name, (_, _, digest) in self.items.items() if digest)
        if len(fitting) < 3:
            return None
        return self.export(self.rng.sample(fitting, 3), "keep", [], {})

    def do_export_for_court(self):
        item, who = self.may_go_to_court(), self.name("court")
        if not item:
            return None
        return self.export([item], "court", ["--purpose", "court", "--recipient", who],
                           {"to": who})

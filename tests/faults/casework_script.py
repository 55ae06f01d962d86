"""Casework as casework_kill_test.py has it done: a random script of commands, each with what it
must have entered once it is through.

A script is the same for the same seed: it names things by names of its own, and ids, which kua
draws, are filled in when a command is run.
"""
import pathlib
import random

from casework_command import COMMENT, OWNER, Command, Id, Said, sha256
from casework_consent import Consent
from casework_relations import Relations

SAMPLES = pathlib.Path(__file__).resolve().parents[1] / "sample-case"
MEDIA = {"photo": "IMG_0412.jpg", "video": "VID_20171123_1512.mp4", "audio": "interview-P-07.ogg"}


class Script(Relations):
    """Commands without end; in one round all kinds of them, in any order that makes sense."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.number = 0
        self.consents = {"P-01": Consent()}  # sources; that one is there at the start
        self.items = {}  # name: (kind, source, digest)
        self.handed_over = []  # item, to whom
        self.things = {"place": [], "event": [], "act": [], "person": []}

    def commands(self):
        while True:
            waiting = [getattr(self, name) for name in dir(Script) if name.startswith("do_")]
            self.rng.shuffle(waiting)
            while waiting:
                # Some need what others have to make first.
                for one in list(waiting):
                    command = one()
                    if command:
                        waiting.remove(one)
                        yield command

    def name(self, front, end=""):
        self.number += 1
        return f"{front}-{self.number}{end}"

    def word(self):
        self.number += 1
        return "".join(self.rng.choice("bdfgklmnprstvz") + self.rng.choice("aeiou")
                       for _ in range(5))

    def source(self):
        return self.rng.choice(sorted(self.consents))

    def item(self, *kinds):
        fitting = [name for name, (kind, _, _) in self.items.items() if not kinds or kind in kinds]
        return self.rng.choice(fitting) if fitting else None

    def may_go_to_court(self):
        """A testimony that may, or None."""
        fitting = [name for name, (kind, source, _) in self.items.items() if kind == "testimony"
                   and self.consents[source].allows("court", "content", "time", "place")]
        return self.rng.choice(fitting) if fitting else None

    # Sources and what they allow.

    def do_source_add(self):
        source, word = f"P-{len(self.consents) + 1:02}", self.word()
        self.consents[source] = Consent()
        facts = {"connection": "eye_witness", "note": word}
        return Command("source add", [source, "--connection", "eye_witness", "--note", word],
                       [[Said("source.added", source, {"pseudonym": source, **facts}, word)]],
                       {"change": "added", "source": {"pseudonym": source, "facts": facts}})

    def do_source_describe(self):
        source, word = self.source(), self.word()
        return Command("source describe", [source, "--reliability-reason", word, *COMMENT],
                       [[Said("source.described", source,
                              {"reliability_reason": word, "comment": "why"})]],
                       {"kind": "source", "id": source})

    def do_source_identity_add(self):
        source, file = self.source(), self.name("who", ".txt")
        content = f"real_name: {self.word()}\nphone: {self.number}\n".encode()
        return Command("source identity add", [source, "--from", file],
                       [[Said("source.identity", source, {"pseudonym": source})]],
                       {"pseudonym": source}, {file: content})

    def do_consent_level(self):
        source, level = self.source(), self.rng.randrange(1, 6)
        ticked = ["face"] if level == 5 else []
        facts = {"source": source, "how_informed": "message", "level": level,
                 **({"ticked": ticked} if ticked else {})}
        self.consents[source].say(facts)
        more = [part for one in ticked for part in ("--ticked", one)]
        return Command("consent give", [source, "--level", level, "--how-informed", "message",
                                        *more],
                       [[Said("consent.given", source, facts)]],
                       {"change": "given", "source": source,
                        "consent": {"allowed": self.consents[source].allowed()}})

    def do_consent_decision(self):
        source, decision = self.source(), self.rng.choice(("allow", "refuse"))
        purposes, attributes = ["commission", "partner"], ["voice", "time"]
        facts = {"source": source, "how_informed": "read_aloud", "decision": decision,
                 "purposes": purposes, "attributes": attributes}
        self.consents[source].say(facts)
        return Command("consent give",
                       [source, "--decision", decision, "--purpose", ",".join(purposes),
                        "--attribute", ",".join(attributes), "--how-informed", "read_aloud"],
                       [[Said("consent.given", source, facts)]],
                       {"change": "given", "consent": {"allowed": self.consents[source].allowed()}})

    def do_consent_withdraw(self):
        source, purpose = self.source(), self.rng.choice(("publish", "partner", "commission"))
        facts = {"source": source, "purposes": [purpose]}
        self.consents[source].withdraw(facts)
        return Command("consent withdraw", [source, "--purpose", purpose],
                       [[Said("consent.withdrawn", source, facts)]],
                       {"change": "withdrawn",
                        "consent": {"allowed": self.consents[source].allowed()}})

    # Items.

    def media(self, kind, source):
        """A new file and the entry that it must become."""
        sample = SAMPLES / MEDIA[kind]
        content = sample.read_bytes() + self.rng.randbytes(8)
        file = self.name(kind, sample.suffix)
        self.items[file] = (kind, source, sha256(content))
        return file, content, Said("item.added", file, {
            "name": file, "kind": kind, "source": source, "bytes": len(content),
            "digest": sha256(content)})

    def do_add(self):
        return self.add(["photo"])

    def do_add_several(self):
        return self.add(["audio", "photo", "video"])

    def add(self, kinds):
        source, word = self.source(), self.word()
        all_media = [self.media(kind, source) for kind in kinds]
        for _, _, said in all_media:
            said.facts["note"] = word if len(kinds) == 1 else "one of several"
            said.word = word if len(kinds) == 1 else ""
        note = all_media[0][2].facts["note"]
        return Command("add", [*(file for file, _, _ in all_media), "--source", source,
                               "--note", note],
                       [[said for _, _, said in all_media]],
                       {"failed": [], "skipped": [], "known": []},
                       {file: content for file, content, _ in all_media})

    def do_add_again(self):
        """The same bytes from somebody else."""
        item = self.item("photo")
        if not item:
            return None
        witness = self.name("witness")
        facts = {"acquired_place": "depot", "witnesses": [witness]}
        return Command("add again", [item, "--source", self.source(), "--acquired-place", "depot",
                                     "--witnesses", witness],
                       [[Said("custody.received", item, facts)]],
                       {"added": [], "failed": []})

    def do_add_derived(self):
        original = self.item("photo")
        if not original:
            return None
        content, file = self.rng.randbytes(2000), self.name("cropped", ".jpg")
        source = self.items[original][1]
        self.items[file] = ("photo-part", source, sha256(content))
        facts = {"derived_from": Id(original), "recipe": "cropped", "attributes_removed": ["face"]}
        return Command("add derived", [file, "--derived-from", Id(original), "--recipe", "cropped",
                                       "--attributes-removed", "face"],
                       [[Said("item.added", file, {"name": file, "kind": "photo", "source": source,
                                                   "digest": sha256(content), **facts}),
                         Said("custody.derived", original, {
                             "derivative": Id(file), "digest_out": sha256(content),
                             "recipe": "cropped", "attributes_removed": ["face"]})]],
                       {"known": [], "failed": []}, {file: content})

    def do_describe(self):
        item, word = self.item(), self.word()
        if not item:
            return None
        facts = {"note": word, "place": f"beside {word}"}
        return Command("describe", [Id(item), "--note", word, "--place", facts["place"], *COMMENT],
                       [[Said("item.described", item, {**facts, "comment": "why"}, word)]],
                       {"kind": "item"})

    # What people tell.

    def turns(self, source, word):
        """Some, as they stand in a text and in an entry. The last one has the word."""
        text, facts = "", {}
        count = self.rng.randrange(1, 25)
        for number in range(1, count + 1):
            role, speaker = ("question", OWNER) if number % 2 else ("answer", source)
            start, end = f"00:{number:02}:00.000", f"00:{number:02}:30.500"
            said = f"words of turn {number}" if number < count else f"something about {word}"
            text += f"### {number:04} {role} {speaker} {start}-{end} kk [place]\n{said}\n"
            facts[f"turn_{number:04}"] = {"role": role, "speaker": speaker, "start": start,
                                          "end": end, "language": ["kk"], "carries": ["place"],
                                          "text": said}
        return text, {"turns": count, **facts}

    def testimony(self, front, level=None, recording=False):
        source, word, file = self.source(), self.word(), self.name("account", ".md")
        body, turns = self.turns(source, word)
        text = f"---\nformat: kua-testimony/1\nsource: {source}\ntestimony_kind: interview\n"
        if level is not None:
            text += f"consent_level: {level}\nhow_informed: explained_orally\n"
        content = f"{text}{front}---\n{body}".encode()
        self.items[file] = ("testimony", source, sha256(content))
        facts = {"source": source, "testimony_kind": "interview", **turns}
        commits, files, more = [], {file: content}, []
        if recording:
            name, sound, said = self.media("audio", source)
            files[name] = sound
            commits.append([said])  # it comes first, and may stay alone
            facts["recording"] = Id(name)
            more = ["--recording", name]
        entered = [Said("item.added", file, {"name": file, "kind": "testimony", "source": source,
                                             "digest": sha256(content)}),
                   Said("testimony.recorded", file, facts, word)]
        if level is not None and self.consents[source].may_be_outdated(level):
            level = None  # nothing of it is entered
        if level is not None:
            given = {"source": source, "level": level, "how_informed": "explained_orally"}
            self.consents[source].say(given)
            entered.append(Said("consent.given", source, given))
        return Command("testimony add" + (" with recording" if recording else ""), [file, *more],
                       [*commits, entered],
                       {"recorded": True, "source": source, "turns": turns["turns"],
                        "consent_level": level, "item": {"digest": sha256(content)}}, files)

    def do_testimony_add(self):
        return self.testimony("note: short\n", self.rng.randrange(1, 6))

    def do_testimony_add_silently(self):
        return self.testimony("")

    def do_testimony_add_with_recording(self):
        return self.testimony("", self.rng.choice((None, 2)), True)

    def do_testimony_new(self):
        source, word, item = self.source(), self.word(), self.name("typed")
        self.items[item] = ("typed", source, "")
        self.consents[source].say({"level": 2})
        return Command("testimony new", [], [[
            Said("item.added", item, {"source": source, "kind": "testimony",
                                      "acquired_method": "dictated"}),
            Said("testimony.recorded", item, {"turns": 1, "source": source, "turn_0001": {
                "role": "answer", "speaker": source, "text": word}}, word),
            Said("consent.given", source, {"source": source, "level": 2})]],
            dialogue=f"who tells it\t{source}\nwhere was it\t\nwhen (\t\nfirst account\tyes\n"
                     f"consent level\t2\none line\t\nwhat was told\t{word}\n\t.\n")

    def lay_over(self, kind, language, *more):
        item, word = self.item("audio"), self.word()
        if not item:
            return None
        file, count = self.name(kind, ".vtt"), self.rng.randrange(1, 30)
        text, facts = "WEBVTT\n", {"segments": count, "language": [language]}
        for number in range(1, count + 1):
            start, end = f"00:{number:02}:00.000", f"00:{number:02}:12.345"
            said = f"segment {number}" if number < count else f"at last {word}"
            text += f"\n{number:04}.1\n{start} --> {end}\n{said}\n"
            facts[f"segment_{number:04}_1"] = {"turn": f"{number:04}", "start": start, "end": end,
                                               "text": said}
        return Command(f"{kind} add", [Id(item), file, "--language", language, *more],
                       [[Said(f"{kind}.added", item, {"author_of": "Dana", **facts}, word)]],
                       {"kind": kind, "recorded": True, "segments": count},
                       {file: text.encode()})

    def do_transcript(self):
        return self.lay_over("transcript", "kk", "--by", "Dana")

    def do_translation(self):
        return self.lay_over("translation", "en", "--by", "Dana", "--from-language", "kk")

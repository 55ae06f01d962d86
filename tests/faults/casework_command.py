"""A command of casework and what it must have entered once it is through."""
import dataclasses
import hashlib
import typing

OWNER = "Mara"
COMMENT = ("--comment", "why")


@dataclasses.dataclass(frozen=True)
class Id:
    """Stands for the id that kua gave to what the script calls `name`."""

    name: str


@dataclasses.dataclass
class Said:
    """One entry that must be in the journal: at least these facts, and no more turns or segments
    than these. `name` is what the script calls what it is about, `word` a word of it that nothing
    else has."""

    type: str
    name: str
    facts: dict
    word: str = ""


@dataclasses.dataclass
class Command:
    """`commits`: what it enters, in the order and in the parts in which it becomes durable; of each
    part all or nothing. `result`: at least this stands in what it prints in the end."""

    name: str
    words: list
    commits: list
    result: dict = dataclasses.field(default_factory=dict)
    files: dict = dataclasses.field(default_factory=dict)  # name: content, made before
    exported: typing.Optional[dict] = None  # file name: SHA-256
    to: str = ""
    dialogue: str = ""

    def subjects(self):
        """What it touches, by the script's names."""
        return list(dict.fromkeys(said.name for commit in self.commits for said in commit))


def sha256(content):
    return hashlib.sha256(content).hexdigest()

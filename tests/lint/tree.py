"""What the checks of this folder share: which files there are, and C++ without comments."""
import os
import pathlib
import re

CODE_FOLDERS = ("include", "vault", "cli", "tests")
CPP = (".h", ".cpp")
_TEXT = (*CPP, ".py", ".cmake", ".txt", ".md", ".bats", ".bash", ".sh", ".json", "")
_FOREIGN = (".git", "build", "vectors", "corpus", "vaults")
_TOKEN = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"([^\s()\\]{0,16})\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|'
    r"(?<![0-9A-Fa-f])'(?:\\.|[^'\\\n])+'", re.S)


def cpp_files(root):
    """Our C++ files below ROOT, as paths relative to it."""
    root = pathlib.Path(root)
    return sorted(path.relative_to(root) for top in CODE_FOLDERS
                  for path in (root / top).rglob("*") if path.suffix in CPP and path.is_file())


def text_files(root):
    """Everything below ROOT that people write: code, scripts, build files, pages; no vectors."""
    for folder, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name not in _FOREIGN)
        for name in sorted(set(files) - set(_FOREIGN)):
            path = pathlib.Path(folder, name)
            if path.suffix in _TEXT and not path.is_symlink():
                yield path.relative_to(root)


def read(path):
    return path.read_text(encoding="utf-8", errors="replace")


def code_only(text):
    """TEXT with comments blanked and literals emptied; every line keeps its number."""
    def blank(match):
        found = match.group(0)
        quote = "" if found.startswith("/") else ("'" if found.startswith("'") else '"')
        return quote + "\n" * found.count("\n") + quote if quote else "\n" * found.count("\n")
    return _TOKEN.sub(blank, text)


def line_of(text, offset):
    return text.count("\n", 0, offset) + 1

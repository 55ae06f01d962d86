#!/usr/bin/env python3
"""Fails when code calls what docs/style.md bans, and names what to use instead.
Usage: check_banned.py [ROOT]. Prints FILE:LINE: REASON for each breach, then exits 1.

Lexical: comments and literals don't count, except for the rules in TEXT_RULES, which hold in
scripts and build files as well."""
import pathlib
import re
import sys

import tree

PRODUCTION = ("include/", "vault/", "cli/")
EVERYWHERE = PRODUCTION + ("tests/",)
ALL_TEXT = ("",)
C_HOMES = ("vault/base/", "vault/crypto/", "vault/store/sqlite/", "vault/exchange/git/")
TERMINAL = ("cli/main.cpp", "cli/output", "cli/terminal")
FREE = r"(?<![\w.>:])(?:std::|::)?"  # a free function, not somebody's member

# name: (pattern, where the rule holds, where it doesn't, what to use instead)
RULES = {
    "memcmp": (FREE + r"(?:(?:mem|strn?|strn?case)cmp|bcmp)\s*\(", PRODUCTION, (),
               "crypto::equal(); for what is no secret, == of base::text_of()"),
    "memset": (FREE + r"(?:memset|bzero|explicit_bzero)\s*\(", PRODUCTION, (),
               "the destructor of crypto::SecretBytes"),
    "rand": (FREE + r"(?:s?rand|rand_r|[dlm]rand48|getrandom|getentropy|arc4random\w*)\s*\(|"
             r"\bstd::(?:random_device|mt19937\w*|minstd_rand0?|\w+_distribution)\b",
             EVERYWHERE, ("vault/base/",), "base::Random"),
    "clock": (r"\b\w*_clock::now\s*\(|" + FREE +
              r"(?:time\s*\(\s*(?:nullptr|NULL|0|&\w+)\s*\)|"
              r"(?:gettimeofday|clock_gettime|gmtime|localtime|mktime|strftime)(?:_r)?\s*\()",
              PRODUCTION, ("vault/base/",), "base::Clock, base/ for calendars"),
    "sleep": (r"\bsleep_(?:for|until)\s*\(|" + FREE + r"(?:u|nano)?sleep\s*\(", EVERYWHERE, (),
              "a condition to wait for"),
    "files": (r"\bstd::(?:basic_)?[io]?fstream\b|\bf(?:d|re)?open\s*\(|"
              r"\b(?:std::filesystem|fs)::(?!path\b|u8path\b)\w+", PRODUCTION, ("vault/base/",),
              "base::FileSystem; of std::filesystem only path"),
    "json": (r"\bjson::(?:parse|accept|sax_parse|from_\w+)\s*\(", PRODUCTION, ("vault/base/json",),
             "base/json.h, which has limits"),
    "parse": (r"\bsto(?:i|l|ll|ul|ull|f|d|ld)\s*\(|" + FREE +
              r"(?:ato(?:i|l|ll|f)|strto\w+|v?f?scanf|sscanf)\s*\(|" + FREE +
              r"is(?:alpha|digit|alnum|space|upper|lower|punct|xdigit|print|cntrl|graph)\s*\(|" +
              FREE + r"to(?:upper|lower)\s*\(|\bstd::w?regex\w*\b|\bstd::locale\b",
              PRODUCTION, (), "base/parse.h"),
    "print": (r"\bstd::w?(?:cout|cerr|clog|cin)\b|" + FREE +
              r"(?:v?[fds]?n?printf|v?asprintf|f?puts|f?putc|putchar|perror)\s*\(|"
              r"\bstd::format_to\s*\(\s*std::ostream", PRODUCTION, TERMINAL, "context.output()"),
    "environment": (FREE + r"(?:secure_)?(?:getenv|setenv|putenv|unsetenv)\s*\(", PRODUCTION,
                    ("vault/base/",), "base/environment.h"),
    "exit": (FREE + r"(?:_?exit|_Exit|quick_exit|at_quick_exit|atexit|abort|terminate|raise)"
             r"\s*\(|\bassert\s*\(", PRODUCTION, ("cli/main.cpp",), "Error or KUA_CHECK"),
    "system": (FREE + r"(?:system|popen|v?fork|exec[lv]p?e?|execveat|posix_spawnp?)\s*\(",
               PRODUCTION, (), "a library"),
    "new": (r"\bnew\b(?!\s*;)", EVERYWHERE, (), "std::make_unique"),
    "delete": (r"(?<![=\w])(?<!= )\bdelete\b", EVERYWHERE, (), "std::unique_ptr"),
    "malloc": (FREE + r"(?:malloc|calloc|realloc|free|strn?dup)\s*\(", EVERYWHERE,
               ("tests/faults/scarce_memory.cpp",),  # takes their place
               "a container, or a handle with CDeleter"),
    "reinterpret_cast": (r"\breinterpret_cast\b", PRODUCTION, C_HOMES,
                         "base/bytes.h, or the home of the C library"),
    "using namespace": (r"\busing\s+namespace\b(?!\s+std::(?:\w+::)*\w*literals\b)", EVERYWHERE,
                        ("tests/fuzz/targets/",), "names"),  # one function, one program there
    "test hook": (r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b.*(?:TEST|MOCK|FUZZ)", PRODUCTION, (),
                  "the seams in base/"),
    "code switched off": (r"^\s*#\s*if\s+(?:0|false)\b", EVERYWHERE, (), "deletion"),
    "detach": (r"\.detach\s*\(\s*\)", EVERYWHERE, (), "a thread somebody joins"),
}
TEXT_RULES = {  # the same, but comments and literals count too
    "later": (r"\b(?:TOD[O]|FIXM[E]|XX[X]|HAC[K])\b", ALL_TEXT, (), "an issue"),
    "test switched off": (r"//\s*(?:TEST_CASE|SECTION|TEMPLATE_TEST_CASE)\b|"
                          r"TEST_CASE\([^)]*\[(?:\.|!mayfail|!shouldfail)", ("tests/",),
                          ("tests/lint/",),
                          "a mended test, or none"),
    "machine path": (r"(?<![\w.])/(?:root|work|home/\w+)/", ALL_TEXT,
                     ("docs/", "README.md"),
                     "a path that comes from outside"),
}
CATCH_ALL = re.compile(r"catch\s*\(\s*\.\.\.\s*\)\s*\{([^}]*)")
CATCH_ALL_AT = ("cli/main.cpp",)
BAD_NAMES = re.compile(r"(?:^|_)(?:utils?|helpers?|managers?|common|misc)(?:_|$)")

EXEMPT = {  # (file, name of the rule): reason
    # cli/ doesn't see vault/base/; these are its only files that talk to the system.
    ("cli/terminal.cpp", "environment"): "TERM, before there is a vault",
    ("cli/terminal.cpp", "clock"): "a progress bar's rate, nothing that is kept",
    ("cli/terminal_files.cpp", "environment"): "KUA_VAULT",
    ("cli/terminal_input.cpp", "environment"): "TERM, before there is a vault",
    ("cli/terminal_input.cpp", "exit"): "passes a caught signal on, the terminal put right",
    ("cli/terminal_editor.cpp", "files"): "the terminal, as libedit wants it",
    ("cli/terminal_restart.cpp", "system"): "becomes kua itself anew, so that its memory is gone",
    ("cli/terminal_restart.cpp", "exit"): "passes a caught signal on, the terminal put right",
    ("cli/terminal_line.h", "memset"): "wipes what was typed until Passphrase takes it over",
    ("cli/inspector.cpp", "system"): "starts kua-inspect, by its full path",
    # Of programs that link none of the layers (docs/decisions/0034).
    ("cli/inspect/sandbox.cpp", "environment"): "leaves nothing of it but a time zone",
    ("cli/inspect/server.cpp", "system"): "a process for each file",
    ("cli/inspect/server.cpp", "exit"): "the end of such a process",
    ("tests/unit/format/merkle_test.cpp", "using namespace"): "the whole header is under test",
    ("vault/store/sqlite/vfs.cpp", "sleep"): "SQLite asks its VFS to sleep",
    ("vault/store/sqlite/connection.cpp", "sleep"):
        "another process holds a lock that nothing tells us about",
}


def matches(rules, file, text):
    for name, (pattern, where, but_not, instead) in rules.items():
        if not file.startswith(where) or (but_not and file.startswith(but_not)) or (
                file, name) in EXEMPT:
            continue
        for match in re.finditer(pattern, text, re.M):
            shown = match.group(0).strip()
            yield tree.line_of(text, match.start()), f"{name}: `{shown}`; use {instead}"


def catch_alls(file, code):
    """`catch (...)` carries the exception over a C boundary or a thread's end, or throws it on."""
    if file.startswith("tests/") or file in CATCH_ALL_AT or (file, "catch (...)") in EXEMPT:
        return
    for match in CATCH_ALL.finditer(code):
        if not re.search(r"current_exception|\bthrow;", match.group(1)):
            yield (tree.line_of(code, match.start()),
                   "catch (...): keep std::current_exception(), throw it on, or catch what it is")


def names(path):
    for part in (*path.parts[:-1], path.stem):
        if BAD_NAMES.search(part) and (path.as_posix(), "name") not in EXEMPT:
            yield f"name: `{part}` says nothing; name what is in it"


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found = []
    for path in tree.text_files(root):
        file, text = path.as_posix(), tree.read(root / path)
        breaches = [*matches(TEXT_RULES, file, text)]
        if path.suffix in tree.CPP and file.startswith(EVERYWHERE):
            code = tree.code_only(text)
            breaches += [*matches(RULES, file, code), *catch_alls(file, code),
                         *((1, why) for why in names(path))]
        found += [f"{file}:{number}: {why}" for number, why in sorted(breaches)]
    return "\n".join(found) if found else 0


if __name__ == "__main__":
    sys.exit(main())

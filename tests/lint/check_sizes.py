#!/usr/bin/env python3
"""Fails when a file, a function or a line is longer than docs/style.md allows.
Usage: check_sizes.py [ROOT]. Prints FILE:LINE: REASON for each breach, then exits 1."""
import ast
import pathlib
import re
import statistics
import sys

import tree

MAX_FILE_LINES, WARN_FILE_LINES, MAX_MEDIAN_LINES = 500, 300, 150
MAX_FUNCTION_LINES, MAX_COLUMNS = 70, 100
EXEMPT_FILES = {}  # file: why it may be longer
EXEMPT_FUNCTIONS = {}  # (file, first line of the function as written): why it may be longer

SCOPE = re.compile(r'\s*(?:\[\[[^\]]*\]\]\s*)*(?:inline\s+|export\s+)*'
                   r'(?:(?:namespace|class|struct|union|enum)\b|extern\s*""\s*$)')
TEMPLATE = re.compile(r'^\s*template\s*<')


def without_template(header):
    """HEADER without the template clauses in front of it."""
    while match := TEMPLATE.match(header):
        depth, at = 1, match.end()
        while depth and at < len(header):
            depth += {"<": 1, ">": -1}.get(header[at], 0)
            at += 1
        header = header[at:]
    return header


def functions(text):
    """Pairs (first line, last line) of the function bodies at namespace and class scope.

    Lexical, so that it needs no compiler: a brace whose header holds a parenthesis, and doesn't
    declare a scope, opens a function; what lies inside one is not looked at."""
    code = re.sub(r'^[ \t]*#(?:\\\n|[^\n])*', lambda m: "\n" * m.group(0).count("\n"),
                  tree.code_only(text), flags=re.M)
    scopes, depth, start, begin = 0, 0, 0, 0  # depth: braces open inside a body
    is_function = False
    for match in re.finditer(r'[{};]', code):
        at, char = match.start(), match.group(0)
        if depth:
            depth += {"{": 1, "}": -1}.get(char, 0)
            if depth == 0:
                follows = re.match(r'\s*([,{])', code[at + 1:])
                if follows:  # a member's initialiser: the body is still to come
                    continue
                if is_function:
                    yield begin, tree.line_of(code, at)
                start, is_function = at + 1, False
            continue
        header = without_template(code[start:at])
        if char == "{" and not SCOPE.match(header):
            depth, is_function = 1, is_function or "(" in header
            begin = tree.line_of(code, start + len(code[start:at]) - len(code[start:at].lstrip()))
            continue
        scopes += {"{": 1, "}": -1}.get(char, 0)
        start = at + 1


def python_functions(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield node.lineno, node.end_lineno


def breaches(file, text):
    lines = text.splitlines()
    if len(lines) > MAX_FILE_LINES and file not in EXEMPT_FILES:
        yield f"{file}:{len(lines)}: {len(lines)} lines, more than {MAX_FILE_LINES}"
    for number, line in enumerate(lines, 1):
        if len(line) > MAX_COLUMNS and file not in EXEMPT_FILES:
            yield f"{file}:{number}: {len(line)} columns, more than {MAX_COLUMNS}"
    for first, last in (python_functions if file.endswith(".py") else functions)(text):
        named = (file, lines[first - 1].strip())
        if last - first + 1 > MAX_FUNCTION_LINES and named not in EXEMPT_FUNCTIONS:
            yield (f"{file}:{first}: function of {last - first + 1} lines, "
                   f"more than {MAX_FUNCTION_LINES}")


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else ".")
    found, sizes = [], []
    python = sorted(path.relative_to(root) for path in (root / "tests").rglob("*.py"))
    for path in tree.cpp_files(root) + python:
        text = tree.read(root / path)
        size = len(text.splitlines())
        found += breaches(path.as_posix(), text)
        if path.as_posix() not in EXEMPT_FILES:
            sizes.append(size)
            if WARN_FILE_LINES < size <= MAX_FILE_LINES:
                print(f"{path}: warning: {size} lines, more than {WARN_FILE_LINES}")
    if sizes and statistics.median(sizes) > MAX_MEDIAN_LINES:
        found.append(f"half of the files have more than {MAX_MEDIAN_LINES} lines")
    return "\n".join(found) if found else 0


if __name__ == "__main__":
    sys.exit(main())

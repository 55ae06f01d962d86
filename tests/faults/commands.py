"""The commands of the program, as --help names them."""
import re
import subprocess


def leaves(path, words=()):
    """Every command that has none below it: "custody hand-over"."""
    text = subprocess.run([path, *words, "--help"], capture_output=True, text=True,
                          check=True).stdout
    if "COMMAND ..." not in text:
        return [" ".join(words)]
    names = text.split("\noptions:")[0].split("\nfor every command:")[0]
    return [leaf for name in re.findall(r"^  ([a-z][a-z-]*)  +\S", names, re.MULTILINE)
            for leaf in leaves(path, (*words, name))]

#!/usr/bin/env python3
"""Looks for the words by which `diagnose` knows a log line in the sources of Authelia and of its OAuth 2.0 provider.

usage: record/messages.py FOLDER...

FOLDER is a checkout of github.com/authelia/authelia, and one of github.com/authelia/oauth2-provider at the version in its go.mod.
Words that are not found have probably changed. A value in them (a client's id, a method) is anything.
"""

import argparse
import pathlib
import re
import sys

KNOWN = pathlib.Path(__file__).resolve().parent.parent / "src/authelia/log/known"


def known_words():
    """Each cause with the words of its line: the first list of each `KnownFailure::new`, and what stands in for it."""
    for path in sorted(KNOWN.glob("*.rs")):
        text = re.sub(r"\\\n\s*", "", path.read_text(encoding="utf-8"))
        for name, words in re.findall(r'KnownFailure::new\(\s*"([^"]+)",\s*&\[(.*?)\]', text, re.S):
            yield name, re.findall(r'"((?:[^"\\]|\\.)*)"', words)


def literals(folders):
    """All string literals of the Go sources, joined where they are added to each other, as one text."""
    texts = []
    for folder in folders:
        for path in folder.rglob("*.go"):
            if path.name.endswith("_test.go"):
                continue
            source = re.sub(r'"\s*\+\s*"', "", path.read_text(encoding="utf-8", errors="replace"))
            texts += re.findall(r'"((?:[^"\\\n]|\\.)*)"', source) + re.findall(r"`([^`]*)`", source)
    return texts


def occurs(word, texts):
    parts = re.split(r"'[^']*'?|`[^`]*`", word.replace('\\"', '"'))
    parts = [re.escape(part) for part in parts]
    pattern = re.compile(r"""(?:'[^']*'?|`[^`]*`|%[a-z]|'%s')""".join(parts))
    return any(pattern.search(text.replace('\\"', '"')) for text in texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="+", type=pathlib.Path)
    texts = literals(parser.parse_args().folder)
    known = [(name, word) for name, words in known_words() for word in words]
    if not known or not texts:
        sys.exit(f"nothing to compare: {len(known)} texts, {len(texts)} literals")
    missing = [(name, word) for name, word in known if not occurs(word, texts)]
    for name, word in missing:
        print(f"{name}: {word}")
    print(f"{len(known)} texts, {len(missing)} not found in {len(texts)} literals")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()

"""Compares recorded facts with what the real program says now, or records them anew."""

import argparse
import json
import pathlib
import sys

DATA = pathlib.Path(__file__).resolve().parent.parent / "tests/data"


def arguments(description):
    """The options that every recorder has; add the recorder's own."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--write", action="store_true", help="record what differs, instead of reporting it")
    return parser


def compare(name, facts, write):
    """Holds the cases of a file of JSON lines against `facts`, which gives for all cases the members that were recorded.

    Reports each difference, or writes it into the file. Returns how many cases differ.
    """
    path = DATA / name
    text = path.read_text(encoding="utf-8")
    lines = text.startswith("[")
    cases = json.loads(text) if lines else [json.loads(line) for line in text.splitlines()]
    different = 0
    for case, found in zip(cases, facts(cases), strict=True):
        changed = {member: value for member, value in found.items() if case.get(member) != value}
        if changed:
            different += 1
            title = case.get("id") or case.get("digest") or case.get("wrong")
            for member, value in changed.items():
                print(f"{name}: {title}: {member}\n  recorded  {show(case.get(member))}\n  now       {show(value)}")
            case.update(changed)
    print(f"{name}: {len(cases)} cases, {different} differ")
    if write and different:
        written = [json.dumps(case, ensure_ascii=False) for case in cases]
        path.write_text("[\n" + ",\n".join(written) + "\n]\n" if lines else "".join(f"{line}\n" for line in written), encoding="utf-8")
    return different


def show(value):
    return json.dumps(value, ensure_ascii=False)[:400]


def finish(different, write):
    """Exits 1 if something differs and was not written."""
    sys.exit(1 if different and not write else 0)

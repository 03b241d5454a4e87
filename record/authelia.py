#!/usr/bin/env python3
"""Records what Authelia says of configurations and digests.

usage: record/authelia.py CHECKOUT [--replace MODULE=FOLDER]... [--write]

CHECKOUT is a checkout of github.com/authelia/authelia at the version to record. It is not changed. Go compiles a small program
with Authelia's packages; --replace takes a module from a folder instead of the network.
"""

import json
import os
import pathlib
import subprocess

import golang
import recorded
from verdict_paths import option_paths

HERE = pathlib.Path(__file__).resolve().parent


def ask(program, questions):
    stdin = "".join(json.dumps(question) + "\n" for question in questions)
    # Authelia reads its own environment variables.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AUTHELIA")}
    ran = subprocess.run([program], input=stdin, capture_output=True, text=True, check=True, env=environment)
    return [json.loads(line) for line in ran.stdout.splitlines()]


def verdicts(program):
    base = (recorded.DATA / "authelia/base.yml").read_text(encoding="utf-8")

    def facts(cases):
        questions = [{"files": [base, *case.get("with", []), case["yaml"]]} for case in cases]
        for case, answer in zip(cases, ask(program, questions), strict=True):
            found = {
                (severity, path)
                for severity, messages in (("error", answer["errors"]), ("warning", answer["warnings"]))
                for message in messages or []
                for path in option_paths(message, answer["clients"] or [])
            }
            # In the recorded order, as far as it is the same.
            known = [(finding["severity"], finding["path"]) for finding in case.get("expect", [])]
            ordered = [pair for pair in known if pair in found] + sorted(found - set(known))
            expect = [{"severity": severity, "path": path} for severity, path in ordered]
            yield {"expect": expect, "stops": answer["stops"]}

    return facts


def digests(program):
    def facts(cases):
        questions = [{"digest": case["digest"], "secret": case["secret"]} for case in cases]
        return [{"matches": answer["matches"]} for answer in ask(program, questions)]

    return facts


def main():
    def comparisons(program, _folder):
        return (
            ("authelia/verdicts.jsonl", verdicts(program)),
            ("authelia/further.jsonl", verdicts(program)),
            ("authelia/digests.json", digests(program)),
        )

    golang.record(__doc__, "./cmd/record", comparisons, {"cmd/record/main.go": HERE / "authelia/main.go"})


if __name__ == "__main__":
    main()

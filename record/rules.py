#!/usr/bin/env python3
"""Records what Nix makes of secrets.nix files.

usage: record/rules.py [--write]

It needs nix-instantiate, and neither a store nor a network.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import recorded

EXPRESSION = """
let rules = import ./secrets.nix; in
builtins.mapAttrs (name: rule: { keys = rule.publicKeys; armor = rule.armor or null; }) rules
"""


def evaluated(case):
    with tempfile.TemporaryDirectory() as folder:
        for name, text in case["files"].items():
            path = pathlib.Path(folder) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        command = ["nix-instantiate", "--eval", "--strict", "--json", "--readonly-mode", "-E", EXPRESSION]
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if ran.returncode != 0:
        return {"error": True}
    return {"rules": json.loads(ran.stdout)}


def main():
    given = recorded.arguments(__doc__).parse_args()
    if shutil.which("nix-instantiate") is None:
        sys.exit("nix-instantiate is missing")
    print(subprocess.run(["nix-instantiate", "--version"], capture_output=True, text=True, check=True).stdout.strip())
    different = recorded.compare("rules/rules.jsonl", lambda cases: map(evaluated, cases), given.write)
    recorded.finish(different, given.write)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Records what sops decrypts from sops files, what it says of damaged ones, and which recipients it chooses.

usage: record/sops.py [--sops PROGRAM] [--write]

The files themselves were written by several versions of sops, so they are kept; what is compared is what sops reads in them.
"""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import recorded

KEYS = recorded.DATA / "sops/keys"
TYPES = {".yaml": "yaml", ".yml": "yaml", ".json": "json", ".env": "dotenv", ".ini": "ini"}


class World:
    """A folder with a configuration, and an environment with keys."""

    def __init__(self, sops, keys, config, folder):
        self.sops, self.folder = sops, pathlib.Path(folder)
        self.environment = {"HOME": folder, "PATH": "/usr/bin:/bin"}
        text = ""
        for name in keys:
            oracle = KEYS / "oracle" / f"{name}.txt"
            if oracle.exists():
                text += oracle.read_text()
            elif name.endswith(".txt"):
                text += (KEYS / name).read_text()
            else:
                key = self.put(name, (KEYS / name).read_text())
                key.chmod(0o600)
                self.environment["SOPS_AGE_SSH_PRIVATE_KEY_FILE"] = str(key)
        if text:
            self.environment["SOPS_AGE_KEY_FILE"] = str(self.put("keys.txt", text))
        self.put(".sops.yaml", config or "creation_rules: []\n")

    def put(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))
        return path

    def run(self, *words):
        return subprocess.run([self.sops, *words], cwd=self.folder, env=self.environment, capture_output=True, text=True)


def decrypted(sops, case):
    """The tree of a file that sops opens; what sops says of one that it refuses."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(sops, case["keys"], case["config"], folder)
        world.put(case["name"], case["text"])
        if case.get("sops_says"):
            ran = world.run("decrypt", case["name"])
            return {"sops_says": {**case["sops_says"], "rc": ran.returncode}}
        if case["tree"] is None:
            return {}
        store = TYPES.get(pathlib.Path(case["name"]).suffix, "binary")
        ran = world.run("decrypt", "--output-type", "binary" if store == "binary" else "json", case["name"])
        if ran.returncode != 0:
            return {"tree": ran.stderr}
        return {"tree": ran.stdout if store == "binary" else json.loads(ran.stdout)}


def main():
    parser = recorded.arguments(__doc__)
    parser.add_argument("--sops", default="sops")
    given = parser.parse_args()
    sops = shutil.which(given.sops)
    if sops is None:
        sys.exit(f"{given.sops} is not a program; --sops names one")
    version = subprocess.run([sops, "--version", "--disable-version-check"], capture_output=True, text=True, check=True)
    print(version.stdout.splitlines()[0])
    different = recorded.compare("sops/cases.jsonl", lambda cases: [decrypted(sops, case) for case in cases], given.write)
    recorded.finish(different, given.write)


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Records what sops decrypts from sops files, what it says of damaged ones, and which recipients it chooses for new ones.

usage: record/sops.py [--sops PROGRAM] [--write]

The files in cases.jsonl and nested.jsonl were written by several versions of sops, so they are kept; what is compared is what
sops reads in them. For rules.jsonl, sops encrypts each plaintext by the recorded .sops.yaml.
"""

import json
import os
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

    def run(self, *words, folder="."):
        folder = self.folder / folder
        return subprocess.run([self.sops, *words], cwd=folder, env=self.environment, capture_output=True, text=True)


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


# The kinds of refusals that are sops' own; the others are agepatch's, about a place in a file that sops opens.
CLOSED = {"damaged", "no-identity"}


def inside(sops, case):
    """What sops finds at the leaf of a file, if the recorded edit changes nothing; whether it opens the file otherwise."""
    if case["container"] != "sops":
        return {}
    with tempfile.TemporaryDirectory() as folder:
        world = World(sops, case["keys"], case["config"], folder)
        world.put(case["name"], case["text"])
        is_closed = case["refuse"] is not None and bool(CLOSED & set(case["refuse"]["kind"]))
        ran = world.run("decrypt", case["name"])
        if (ran.returncode != 0) != is_closed:
            return {"text": ran.stderr or "sops decrypts it"}
        if not case["noop"]:
            return {}
        leaf = "".join(f"[{json.dumps(key)}]" for key in case["leaf_keys"])
        return {"want_inner": world.run("decrypt", "--extract", leaf, case["name"]).stdout}


SELECTORS = [f"{kind}_{part}" for kind in ("unencrypted", "encrypted") for part in ("suffix", "regex", "comment_regex")]


def chosen(sops, case, file, beside=False):
    """The metadata that sops gives a new file, or its refusal."""
    with tempfile.TemporaryDirectory() as folder:
        world = World(sops, [], None, folder)
        (world.folder / ".sops.yaml").unlink()
        for name, text in {case["config_name"]: case["config"], **case["more_files"]}.items():
            world.put(name, text)
        world.put(file["path"], file["plain"])
        place, name = os.path.split(file["path"]) if beside else (".", file["path"])
        ran = world.run("encrypt", "--output-type", "json", name, folder=place)
    if ran.returncode != 0:
        recorded_words = file["want"].get("refused", "").splitlines()
        is_same = recorded_words and recorded_words[-1] in ran.stderr
        return {"refused": file["want"]["refused"] if is_same else ran.stderr.strip(), "rc": ran.returncode}
    metadata = json.loads(ran.stdout)["sops"]
    groups = metadata.get("key_groups") or [metadata]
    return {
        "groups": [[key["recipient"] for key in group.get("age") or []] for group in groups],
        "threshold": metadata.get("shamir_threshold", 0),
        "selectors": {name: metadata[name] for name in SELECTORS if metadata.get(name)},
        "mac_only_encrypted": metadata.get("mac_only_encrypted", False),
    }


def rules(sops, case):
    """The recorded files with what sops chooses for each."""
    files = []
    for file in case["files"]:
        file = {**file, "want": chosen(sops, case, file)}
        if "from_its_folder" in file:
            file["from_its_folder"] = chosen(sops, case, file, beside=True)
        files.append(file)
    return {"files": files}


def main():
    parser = recorded.arguments(__doc__)
    parser.add_argument("--sops", default="sops")
    given = parser.parse_args()
    sops = shutil.which(given.sops)
    if sops is None:
        sys.exit(f"{given.sops} is not a program; --sops names one")
    version = subprocess.run([sops, "--version", "--disable-version-check"], capture_output=True, text=True, check=True)
    print(version.stdout.splitlines()[0])
    different = 0
    for name, facts in (("cases", decrypted), ("nested", inside), ("rules", rules)):
        found = lambda cases: [facts(sops, case) for case in cases]
        different += recorded.compare(f"sops/{name}.jsonl", found, given.write)
    recorded.finish(different, given.write)


if __name__ == "__main__":
    main()

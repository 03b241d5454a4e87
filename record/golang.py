"""Builds a Go program in a checkout's module, without a change to the checkout, and compares recorded files with it."""

import json
import pathlib
import shutil
import subprocess
import sys
import tempfile

import recorded


def arguments(parser):
    """Adds the options of a recorder that compiles Authelia."""
    parser.add_argument("checkout", type=pathlib.Path)
    parser.add_argument("--replace", action="append", default=[], metavar="MODULE=FOLDER")


def version(checkout):
    """The version of a checkout, as git knows it."""
    described = subprocess.run(["git", "describe", "--tags"], cwd=checkout, capture_output=True, text=True)
    return described.stdout.strip() or "of an unknown version"


def build(checkout, replaced, folder, package, added=None):
    """The program of `package`, built into `folder`. `added` are files that only this build has, by their paths in the checkout."""
    for name in ("go.mod", "go.sum"):
        shutil.copy(checkout / name, folder / name)
    for replacement in replaced:
        subprocess.run(["go", "mod", "edit", f"-replace={replacement}", folder / "go.mod"], check=True)
    overlay = folder / "overlay.json"
    files = {str(checkout / path): str(source) for path, source in (added or {}).items()}
    overlay.write_text(json.dumps({"Replace": files}))
    program = folder / "program"
    modules = [f"-modfile={folder / 'go.mod'}", "-mod=mod"]
    built = subprocess.run(["go", "build", *modules, f"-overlay={overlay}", "-o", program, package], cwd=checkout)
    if built.returncode:
        sys.exit("Go cannot build it; --replace MODULE=FOLDER takes a module that cannot be downloaded from its sources")
    return program


def record(description, package, comparisons, added=None):
    """Compiles `package` of the checkout that the arguments name, and compares the recorded files with what it says.
    `comparisons` takes the program and a temporary folder, and gives the names of the files with their facts."""
    parser = recorded.arguments(description)
    arguments(parser)
    given = parser.parse_args()
    checkout = given.checkout.resolve()
    print("Authelia", version(checkout))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        program = build(checkout, given.replace, folder, package, added)
        different = sum(recorded.compare(name, facts, given.write) for name, facts in comparisons(program, folder))
    recorded.finish(different, given.write)

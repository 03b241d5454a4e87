"""Reads a JSON list of YAML texts on stdin and prints what PyYAML (or ruamel.yaml) makes of each, as a JSON list."""
import datetime
import json
import math
import sys


def pyyaml():
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if sys.argv[2:] == ["c"] else yaml.SafeLoader
    return lambda text: yaml.load(text, Loader=loader)


def ruamel():
    from ruamel.yaml import YAML

    return lambda text: YAML(typ="safe", pure=True).load(text)


def plain(value):
    if isinstance(value, dict):
        return {key(name): plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return {"!": "number"}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return {"!": type(value).__name__}


def key(name):
    if name is None:
        return "null"
    if isinstance(name, bool):
        return str(name).lower()
    return name if isinstance(name, str) else str(name)


def main():
    load = {"pyyaml": pyyaml, "ruamel": ruamel}[sys.argv[1]]()
    found = []
    for text in json.load(sys.stdin):
        try:
            found.append({"value": plain(load(text))})
        except Exception as error:  # whatever a reader may say
            found.append({"error": type(error).__name__})
    json.dump(found, sys.stdout)


main()

#!/usr/bin/env python3
"""Records how Authelia's documentation registers applications: data/applications.json.

usage: record/applications.py CHECKOUT [--write]

CHECKOUT is a checkout of github.com/authelia/authelia, whose folder docs/ is read. It needs PyYAML. The guides change between
releases. What they say in prose only is added by hand, and stays as it is.
"""

import json
import pathlib
import re
import sys

import yaml

import recorded

FILE = recorded.DATA.parent.parent / "data/applications.json"
PAGES = "docs/content/integration/openid-connect/clients"
# What every registration chooses for itself.
OWN = ("client_name", "client_secret", "authorization_policy")
# What the guides have outside of the registration, where they have it at all; it is added by hand.
PROSE = ("root_url", "fixed_secret", "id_token_claims", "lifespans", "user_attributes")


def plain(text):
    """Without Hugo's shortcodes: variables have their default."""
    return re.sub(r'\{\{[<%] *sitevar [^>%]*?nojs="([^"]*)"[^>%]*[>%]\}\}', r"\1", text)


def registrations(page):
    text = plain(page.read_text(encoding="utf-8"))
    title = re.search(r'^title: "(.*)"$', text, re.M)[1]
    root = re.search(r"(?:__|\*\*)Application Root URL:(?:__|\*\*) `([^`]+)`", text)
    number = 0
    for block in re.findall(r"^ *```yaml[^\n]*\n(.*?)^ *```", text, re.M | re.S):
        try:
            provider = yaml.safe_load(block)["identity_providers"]["oidc"]
            clients = provider["clients"]
        except (yaml.YAMLError, KeyError, TypeError):
            continue
        also = {name: value for name, value in provider.items() if name in ("claims_policies", "scopes")}
        for client in clients:
            number += 1
            secret = str(client.get("client_secret") or "")
            # A plain secret without the prefix stands for its digest, as does one that the page forgot.
            kind = "none" if client.get("public") else "plaintext" if secret.startswith("$plaintext$") else "digest"
            facts = {
                "slug": page.parent.name if number == 1 else f"{page.parent.name}-{number}",
                "title": title,
                "root_url": root and root[1],
                "client_id": str(client["client_id"]),
                "secret": kind,
                **{name: value for name, value in client.items() if name not in ("client_id", *OWN)},
            }
            if also:
                facts["also"] = also
            yield facts


def main():
    parser = recorded.arguments(__doc__)
    parser.add_argument("checkout", type=pathlib.Path)
    given = parser.parse_args()
    pages = sorted((given.checkout / PAGES).glob("*/index.md"))
    found = [facts for page in pages for facts in registrations(page)]
    if not found:
        sys.exit(f"no registration below {given.checkout / PAGES}")

    def names(all_facts):
        return {(facts["slug"], facts["client_id"]): facts for facts in all_facts}

    before, after = names(json.loads(FILE.read_text(encoding="utf-8"))), names(found)
    for name, facts in after.items():
        by_hand = {member: before.get(name, {}).get(member) for member in PROSE if not facts.get(member)}
        facts.update({member: value for member, value in by_hand.items() if value})
    different = 0
    for name in sorted({*before, *after}):
        old, new = before.get(name), after.get(name)
        if old != new:
            different += 1
            changed = sorted(key for key in {*(old or {}), *(new or {})} if (old or {}).get(key) != (new or {}).get(key))
            print(f"{'/'.join(name)}: {'new' if old is None else 'gone' if new is None else ', '.join(changed)}")
    print(f"{len(found)} registrations, {different} differ")
    if given.write and different:
        lines = ",\n".join(json.dumps(facts, ensure_ascii=False) for facts in found)
        FILE.write_text(f"[\n{lines}\n]\n", encoding="utf-8")
    recorded.finish(different, given.write)


if __name__ == "__main__":
    main()

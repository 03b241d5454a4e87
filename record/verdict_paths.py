"""Where in a configuration a message of Authelia belongs: the option, with clients named by id."""

import re

PROVIDER = "identity_providers.oidc"


def option_paths(message, clients):
    """The options that a message is about; `clients` are the ids of the configuration's clients, None where one has none."""
    if message.startswith("failed to load configuration from file"):
        return ["(file yaml)"]
    if "decoding failed due to the following error(s)" in message:
        return [decoded(path, clients) for path in re.findall(r"^'([^']+)' ", message, re.M)]
    for pattern in (
        r"configuration key '([^']+)' is deprecated",
        r"configuration key not expected: (.+)$",
        r"invalid configuration key '([^']+)' was replaced",
        r"^configuration option '([^']+)' ",
    ):
        if found := re.search(pattern, message):
            return [found[1]]
    if message.startswith("identity_providers: oidc: "):
        return provider(message.removeprefix("identity_providers: oidc: "), clients)
    sections, option = re.match(r"((?:[a-z0-9_]+: )*)option '([^']+)'", message).groups()
    return [".".join([*sections.replace(": ", " ").split(), option])]


def decoded(path, clients):
    """A path as the decoder writes it: positions and the names of maps in brackets."""
    path = re.sub(r"\[([^\]0-9][^\]]*|)\]", r".\1", path)
    return re.sub(r"(oidc\.clients)\[(\d+)\]", lambda found: f"{found[1]}[{client_name(int(found[2]), clients)}]", path)


def client_name(position, clients):
    return clients[position] if position < len(clients) and clients[position] else f"#{position + 1}"


def provider(message, clients):
    if found := re.match(r"clients: client '((?:[^']|'(?!: ))*)': (.*)", message, re.S):
        nameless = [client_name(place, clients) for place, name in enumerate(clients) if not name] or ["#1"]
        names = [found[1]] if found[1] else nameless
        return [f"{PROVIDER}.clients[{name}].{client_option(found[2])}" for name in names]
    if message.startswith("clients: option 'id' is required"):
        return [f"{PROVIDER}.clients[{place}].client_id" for place in re.findall(r"#\d+", message)]
    if message.startswith("clients: option 'id' must be unique"):
        names = message.split("share the following 'id' values ")[1]
        return [f"{PROVIDER}.clients[{name}].client_id" for name in re.findall(r"'([^']*)'", names)]
    if message.startswith("clients: warnings for clients above"):
        return []
    if found := re.match(r"jwks: key #(\d+)[^:]*: option ['`]([^'`]+)['`]", message):
        return [f"{PROVIDER}.jwks[{int(found[1]) - 1}].{found[2]}"]
    if message.startswith("jwks: keys: "):
        return [f"{PROVIDER}.jwks"]
    if message.startswith("authorization_policies: authorization policies must have a name"):
        return [f"{PROVIDER}.authorization_policies"]
    if found := re.match(r"authorization_policies: policy '([^']*)': (.*)", message, re.S):
        rule = re.match(r"rules: rule #(\d+): option '([^']+)'", found[2])
        below = f"rules[{int(rule[1]) - 1}].{rule[2]}" if rule else re.match(r"option '([^']+)'", found[2])[1]
        return [f"{PROVIDER}.authorization_policies.{found[1]}.{below}"]
    if found := re.match(r"scopes: scope with name '([^']*)'", message):
        return [f"{PROVIDER}.scopes.{found[1]}"]
    if found := re.match(r"scopes: ([^:]*): ", message):
        return [f"{PROVIDER}.scopes.{found[1]}.claims"]
    if found := re.match(r"claims_policies: ([^:]*): (?:option '([^']+)'|([a-z_]+):|claim)", message):
        return [f"{PROVIDER}.claims_policies.{found[1]}.{found[2] or found[3] or 'custom_claims'}"]
    if found := re.match(r"((?:[a-z_]+: )*)option ['`]([^'`]+)['`]", message):
        return [".".join([PROVIDER, *found[1].replace(": ", " ").split(), found[2]])]
    raise ValueError(f"a message of an unknown form: {message}")


def client_option(message):
    if found := re.match(r"jwks: key #(\d+)[^:]*: option '([^']+)'", message):
        return f"jwks[{int(found[1]) - 1}].{found[2]}"
    section, option = re.match(r"((?:[a-z_]+: )*)option '([^']+)'", message).groups()
    names = {("", "id"): "client_id", ("consent: ", "mode"): "consent_mode"}
    return names.get((section, option), option)

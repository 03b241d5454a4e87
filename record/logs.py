#!/usr/bin/env python3
"""Records what Authelia logs about requests that it refuses.

usage: record/logs.py CHECKOUT [--replace MODULE=FOLDER]... [--write]

CHECKOUT is a checkout of github.com/authelia/authelia at the version to record. It is not changed. Go compiles Authelia, with a C
compiler for its database; --replace takes a module from a folder instead of the network. Authelia then runs on a port of this
machine, with the recorded registrations, one user, and all its files in a temporary folder.
"""

import base64
import hashlib
import http.client
import json
import os
import re
import socket
import subprocess
import time
import urllib.parse

import golang
import recorded

SECRET = "insecure_secret"
PASSWORD = "a-throwaway-password"
CALLBACK = "https://media.example.com/api/v1/auth/oauth/callback"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(b"v" * 43).digest()).decode().rstrip("=")


def basic(client, secret=SECRET):
    pair = base64.b64encode(f"{client}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


class Server:
    """A running Authelia, and what it has logged."""

    def __init__(self, program, registrations, folder):
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.log = folder / "log"
        (folder / "users.yml").write_text(json.dumps({"users": {"user": {"displayname": "User", "password": digest(PASSWORD)}}}))
        local = {
            "server": {"address": f"tcp://127.0.0.1:{self.port}/"},
            "log": {"format": "text"},
            "ntp": {"disable_startup_check": True},
            "authentication_backend": {"file": {"path": str(folder / "users.yml")}},
            "storage": {"local": {"path": str(folder / "db.sqlite3")}},
            "notifier": {"filesystem": {"filename": str(folder / "notification.txt")}},
        }
        (folder / "local.yml").write_text(json.dumps(local))
        files = [recorded.DATA / "authelia/base.yml", recorded.DATA / "authelia" / registrations, folder / "local.yml"]
        options = [option for file in files for option in ("--config", str(file))]
        # Authelia reads its own environment variables.
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AUTHELIA")}
        with self.log.open("w") as log:
            self.process = subprocess.Popen([program, *options], stdout=log, stderr=log, env=environment, cwd=folder)
        self.cookie = None
        deadline = time.monotonic() + 60
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit(f"Authelia does not start:\n{self.log.read_text()}")
            time.sleep(0.2)

    def answers(self):
        try:
            return self.request("GET", "/api/health").status == 200
        except OSError:
            return False

    def request(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "auth.example.com", **(headers or {})}
        if self.cookie:
            sent["Cookie"] = self.cookie
        connection.request(method, path, body, sent)
        response = connection.getresponse()
        response.read()
        connection.close()
        return response

    def post(self, endpoint, fields, headers=None):
        form = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
        return self.request("POST", f"/api/oidc/{endpoint}", urllib.parse.urlencode(fields), form)

    def token(self, fields, headers=None):
        return self.post("token", fields, headers)

    def authorize(self, client, **changed):
        """Requests authorization as a browser would; an option of None is left out."""
        fields = {
            "client_id": client,
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": "openid",
            "state": "a-state-of-some-length",
            **changed,
        }
        given = {name: value for name, value in fields.items() if value is not None}
        return self.request("GET", f"/api/oidc/authorization?{urllib.parse.urlencode(given)}")

    def sign_in(self):
        credentials = json.dumps({"username": "user", "password": PASSWORD, "keepMeLoggedIn": False})
        response = self.request("POST", "/api/firstfactor", credentials, {"Content-Type": "application/json"})
        self.cookie = response.getheader("Set-Cookie", "").split(";")[0]
        if response.status != 200 or not self.cookie:
            raise SystemExit(f"the user cannot sign in:\n{self.log.read_text()}")

    def code(self, client, **changed):
        """An authorization code for the user, who consents."""
        self.sign_in()
        location = self.authorize(client, **changed).getheader("Location", "")
        found = urllib.parse.parse_qs(urllib.parse.urlsplit(location).query).get("code")
        if not found:
            raise SystemExit(f"no code for {client}:\n{self.log.read_text()}")
        return {"grant_type": "authorization_code", "code": found[0], "redirect_uri": CALLBACK}

    def logged(self, request):
        """The first error that Authelia logs because of a request."""
        self.cookie = None
        before = len(self.log.read_text())
        request(self)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            lines = self.log.read_text()[before:].splitlines()
            errors = [line for line in lines if "level=error" in line]
            if errors:
                return errors[0]
            time.sleep(0.05)
        return None

    def stop(self):
        self.process.terminate()
        self.process.wait()


def digest(password):
    """A digest as the users' file wants it."""
    salt = b"a throwaway salt"
    key = hashlib.pbkdf2_hmac("sha512", password.encode(), salt, 310000)
    text = [base64.b64encode(part).decode().rstrip("=").replace("+", ".") for part in (salt, key)]
    return f"$pbkdf2-sha512$310000${text[0]}${text[1]}"


CODE = {"grant_type": "authorization_code", "code": "authelia_ac_unknown.unknown", "redirect_uri": CALLBACK}


def in_body(client, **fields):
    return {"client_id": client, "client_secret": SECRET, **fields}


def signed_in(request):
    def after(server):
        server.sign_in()
        request(server)

    return after


def used_twice(server):
    code = server.code("two")
    server.token(code, basic("two"))
    server.token(code, basic("two"))


# The request that is refused, by what is wrong with it.
REQUESTS = {
    "auth method: basic used, post registered": lambda s: s.token(CODE, basic("mediamanager")),
    "auth method: post used, basic registered": lambda s: s.token(in_body("basic", **CODE)),
    "auth method: none used, basic registered": lambda s: s.token({"client_id": "basic", **CODE}),
    "auth method: basic used by a public client": lambda s: s.token(CODE, basic("public")),
    "wrong secret": lambda s: s.token(CODE, basic("basic", "wrong")),
    "unknown client": lambda s: s.token(CODE, basic("nobody")),
    "right client, unknown code": lambda s: s.token(CODE, basic("basic")),
    "grant not allowed": lambda s: s.token({"grant_type": "client_credentials"}, basic("basic")),
    "refresh grant not allowed": lambda s: s.token(
        {"grant_type": "refresh_token", "refresh_token": "authelia_rt_unknown.unknown"}, basic("basic")
    ),
    "redirect uri mismatch": lambda s: s.authorize("basic", redirect_uri="https://media.example.com/web/auth/callback"),
    "unknown client at authorization": lambda s: s.authorize("nobody"),
    "scope not allowed": lambda s: s.authorize("basic", scope="openid groups"),
    "response type not allowed": lambda s: s.authorize("basic", response_type="id_token"),
    "state too short": lambda s: s.authorize("basic", state="short"),
    "response mode not allowed": lambda s: s.authorize("basic", response_mode="form_post.jwt"),
    "introspection with another method than registered": lambda s: s.post("introspection", in_body("basic", token="x")),
    "revocation with another method than registered": lambda s: s.post("revocation", in_body("basic", token="x")),
    "pushed authorization request with another method than registered": lambda s: s.post(
        "pushed-authorization-request",
        in_body("basic", redirect_uri=CALLBACK, response_type="code", scope="openid", state="a-state-of-some-length"),
    ),
    "pkce missing": signed_in(lambda s: s.authorize("pkce")),
    "pkce plain where S256 is required": signed_in(
        lambda s: s.authorize("pkce", code_challenge="v" * 43, code_challenge_method="plain")
    ),
    "pkce verifier missing": lambda s: s.token(
        s.code("pkce", code_challenge=CHALLENGE, code_challenge_method="S256"), basic("pkce")
    ),
    "redirect uri at the token endpoint differs": lambda s: s.token(
        {**s.code("two"), "redirect_uri": "https://media.example.com/other"}, basic("two")
    ),
    "code used twice": used_twice,
    "code of another client": lambda s: s.token(s.code("two"), basic("basic")),
    "secret url-encoded wrongly": lambda s: s.token(CODE, basic("basic", "insecure%255Fsecret")),
    "unknown response mode": lambda s: s.authorize("basic", response_mode="zzz"),
    "redirect uri with another case": lambda s: s.authorize("basic", redirect_uri=CALLBACK.upper()),
    "redirect uri with a trailing slash": lambda s: s.authorize("basic", redirect_uri=f"{CALLBACK}/"),
    "redirect uri missing": lambda s: s.authorize("two", redirect_uri=None),
    "refresh token unknown": lambda s: s.token(
        {"grant_type": "refresh_token", "refresh_token": "authelia_rt_unknown.unknown"}, basic("refresh")
    ),
    "userinfo with a bad token": lambda s: s.request(
        "GET", "/api/oidc/userinfo", headers={"Authorization": "Bearer authelia_at_unknown.unknown"}
    ),
}


def settled(line):
    """A line without what differs from run to run: the time, and the ids of requests."""
    line = re.sub(r'^time="[^"]*"', 'time="…"', line or "")
    return re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "…", line)


def logs(program, folder):
    def facts(cases):
        found = {}
        for registrations in sorted({case["registrations"] for case in cases}):
            own = folder / registrations.removesuffix(".yml")
            own.mkdir()
            server = Server(program, registrations, own)
            try:
                for case in cases:
                    if case["registrations"] == registrations:
                        found[case["wrong"]] = server.logged(REQUESTS[case["wrong"]])
            finally:
                server.stop()
        for case in cases:
            line = found[case["wrong"]]
            yield {"log": case["log"] if settled(line) == settled(case.get("log")) else line}

    return facts


def main():
    golang.record(__doc__, "./cmd/authelia", lambda program, folder: [("authelia/logs.jsonl", logs(program, folder))])


if __name__ == "__main__":
    main()

//! The life of an encrypted file in twelve steps, with the real `age`, `git`, and `ssh-keygen`, armored and binary.

use std::process::Command;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const CLIENTS: &str = "identity_providers.oidc.clients";
const DIGEST: &str = "$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng";
const BEGINNING: &str = "## The provider of the house

identity_providers:
  oidc:
    hmac_secret: 'marker-hmac-0123456789abcdef0123456789abcdef0123456789abcdef'   # marker-comment

    ## Everyone who logs in.
    clients:
      - client_id: grafana
        client_name: \"Grafana\"
        client_secret: 'DIGEST'  # marker-comment
        redirect_uris:
          - https://grafana.example.com/login/generic_oauth
        token_endpoint_auth_method: client_secret_basic
";

struct Life {
    sandbox: Sandbox,
    expected: String,
}

impl Life {
    fn begin(armored: bool) -> Self {
        let sandbox = Sandbox::empty();
        let expected = BEGINNING.replace("DIGEST", DIGEST);
        let life = Self { sandbox, expected };
        for key in ["home/.ssh/id_ed25519", "host"] {
            let key = format!("../{key}");
            life.run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &key]);
        }
        let public = |key: &str| {
            let path = life.sandbox.repo().join(format!("../{key}.pub"));
            std::fs::read_to_string(path).expect("a public key").trim().to_owned()
        };
        let keys = [public("home/.ssh/id_ed25519"), public("host")];
        let rules = format!(
            "let\n  me = \"{}\";\n  host = \"{}\";\nin {{\n  \"{FILE}\".publicKeys = [ me host ];\n}}\n",
            keys[0], keys[1]
        );
        life.sandbox.write("secrets.nix", &rules);
        life.sandbox.write("../plain", &life.expected);
        let armor: &[&str] = if armored { &["--armor"] } else { &[] };
        life.run("age", &[armor, &["-r", &keys[0], "-r", &keys[1], "-o", FILE, "../plain"]].concat());
        life.sandbox.write("backlog/tasks/task-118 - Fix the login.md", "# Fix the login\n");
        life.run("git", &["init", "--quiet", "--initial-branch=main"]);
        life.run("git", &["config", "user.name", "A"]);
        life.run("git", &["config", "user.email", "a@example.com"]);
        life.run("git", &["add", "."]);
        life.run("git", &["commit", "--quiet", "-m", "feat(cloud): begin"]);
        life
    }

    fn run(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(program);
        command.env_clear().envs(self.sandbox.environment()).current_dir(self.sandbox.repo()).args(arguments);
        let output = command.output().expect("the program runs");
        assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs an edit, and compares the content with the expected one, with both keys.
    fn edit(&self, arguments: &[&str], input: &str, code: i32) -> String {
        let edit = self.sandbox.agepatch(arguments).write_stdin(input).assert().code(code);
        let output = edit.get_output();
        let said = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
        let said = String::from_utf8(said).expect("text");
        assert!(!said.contains("marker") && !said.contains("pbkdf2"), "a secret in: {said}");
        for key in ["../home/.ssh/id_ed25519", "../host"] {
            assert_eq!(self.run("age", &["-d", "-i", key, FILE]), self.expected, "{arguments:?}");
        }
        said
    }

    /// Records the expected effect of the next edits.
    fn expect(&mut self, from: &str, to: &str) {
        assert!(self.expected.contains(from), "{from}");
        self.expected = self.expected.replacen(from, to, 1);
    }

    fn commits(&self) -> usize {
        self.run("git", &["rev-list", "--count", "HEAD"]).trim().parse().expect("a number")
    }
}

fn play(armored: bool) {
    let mut life = Life::begin(armored);
    let client = |id: &str| {
        format!(
            "      - client_id: {id}
        client_name: {id}
        client_secret: {DIGEST}
        redirect_uris:
          - https://{id}.example.com/callback
        token_endpoint_auth_method: client_secret_post
"
        )
    };
    // 1 to 4: four clients.
    for id in ["mediamanager", "gitea", "vault", "nextcloud"] {
        life.expected += &client(id);
        let value = format!(
            r#"{{"client_id":"{id}","client_name":"{id}","client_secret":"{DIGEST}","redirect_uris":["https://{id}.example.com/callback"],"token_endpoint_auth_method":"client_secret_post"}}"#
        );
        let patch = format!(r#"[{{"op": "append", "path": "{CLIENTS}", "value": {value}}}]"#);
        life.edit(&["apply", FILE], &patch, 0);
    }
    // 5: a confidential client cannot go without a method.
    let vault = format!("{CLIENTS}[vault]");
    let method = |id: &str| format!("{CLIENTS}[{id}].token_endpoint_auth_method");
    let refused = life.edit(&["set", FILE, &method("vault"), "none"], "", 4);
    assert!(refused.contains("token_endpoint_auth_method"), "{refused}");
    // 6: it becomes a public one, all at once.
    let old = client("vault");
    let new = old
        .replace(&format!("        client_secret: {DIGEST}\n"), "")
        .replace("client_secret_post\n", "none\n        public: true\n");
    life.expect(&old, &new);
    let patch = format!(
        "- {{ op: remove, path: '{vault}.client_secret' }}\n- {{ op: set, path: '{vault}.public', value: true }}\n- {{ op: set, path: '{}', value: none }}\n",
        method("vault")
    );
    life.edit(&["apply", FILE], &patch, 0);
    // 7: another redirect URI.
    let uri = "https://media.example.com/api/v1/auth/oauth/callback";
    life.expect("https://mediamanager.example.com/callback", uri);
    life.edit(&["set", FILE, &format!("{CLIENTS}[mediamanager].redirect_uris[0]"), uri], "", 0);
    // 8: the method that the application uses, committed.
    let media = life.expected.find(uri).expect("it is there");
    let tail = life.expected[media..].replacen("client_secret_post", "client_secret_basic", 1);
    life.expected.replace_range(media.., &tail);
    let commit = ["set", FILE, &method("mediamanager"), "client_secret_basic", "--commit", "--task", "task-118"];
    life.edit(&commit, "", 0);
    let message = life.run("git", &["log", "-1", "--format=%B"]);
    assert!(message.contains("set mediamanager token_endpoint_auth_method to client_secret_basic"), "{message}");
    assert!(message.contains("\nResolves: task-118\n"), "{message}");
    assert_eq!(life.commits(), 2);
    // 9: the same again.
    let before = life.sandbox.read(FILE);
    let again = life.edit(&commit, "", 0);
    assert!(again.contains("nothing changed") && life.commits() == 2 && life.sandbox.read(FILE) == before);
    // 10: a task that does not exist.
    let lost = [&commit[..3], &["client_secret_post", "--commit", "--task", "task-999"]].concat();
    life.edit(&lost, "", 4);
    assert!(life.sandbox.read(FILE) == before);
    // 11: two more URIs, the second one a duplicate.
    let gitea = "          - https://gitea.example.com/callback\n";
    life.expect(gitea, &format!("{gitea}          - https://a.example.com/\n          - https://b.example.com/\n"));
    let uris = format!("{CLIENTS}[gitea].redirect_uris");
    let patch = format!(
        "- {{ op: append, path: '{uris}', value: 'https://a.example.com/' }}\n- {{ op: append, path: '{uris}', value: 'https://b.example.com/' }}\n"
    );
    life.edit(&["apply", FILE], &patch, 0);
    assert!(life.edit(&["apply", FILE], &patch, 0).contains("nothing changed"));
    // 12: one is renamed, one removed.
    life.expect("client_id: gitea", "client_id: forgejo");
    let renamed =
        life.edit(&["set", FILE, &format!("{CLIENTS}[gitea].client_id"), "forgejo", "--output", "json"], "", 0);
    assert!(renamed.contains(r#""kind":"renamed""#), "{renamed}");
    life.expect(&client("nextcloud"), "");
    life.edit(&["remove", FILE, CLIENTS, "nextcloud"], "", 0);
    assert_eq!(life.sandbox.read(FILE).starts_with(b"-----BEGIN AGE"), armored);
    let history = life.run("git", &["log", "-p", "--text", "--all"]);
    assert!(!history.contains("marker"));
}

#[test_with::executable(age, git, ssh-keygen)]
#[test]
fn of_an_armored_file() {
    play(true);
}

#[test_with::executable(age, git, ssh-keygen)]
#[test]
fn of_a_binary_file() {
    play(false);
}

//! Commit messages: type, subject, body, the user's own words, trailers, templates, notes.

use predicates::prelude::PredicateBooleanExt;
use predicates::str::contains;

use crate::sandbox::Sandbox;

const FILE: &str = "authelia-secrets.age";
const FRAGMENT: &str = "identity_providers:
  oidc:
    hmac_secret: 'marker-hmac'
    clients:
      - client_id: media
        client_name: Media
        client_secret: 'marker-secret'
        redirect_uris:
          - https://media.example.com/old
        token_endpoint_auth_method: client_secret_post
      - client_id: photos
        client_name: Photos
        token_endpoint_auth_method: client_secret_post
";

fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[(FILE, FRAGMENT), ("media-env.age", "A=marker-a\nB=marker-b\n")]);
    sandbox.git_init();
    sandbox
}

/// The message of `agepatch commit -n` after a file was changed to this text.
fn message(sandbox: &Sandbox, file: &str, text: &str, more: &[&str]) -> String {
    sandbox.seal(file, text.as_bytes());
    let shown = sandbox.agepatch([&["commit", "-n"][..], more].concat()).assert().success();
    let message = String::from_utf8(shown.get_output().stdout.clone()).expect("text");
    assert!(!message.contains("marker"), "{message}");
    message
}

fn subject(sandbox: &Sandbox, file: &str, text: &str) -> String {
    message(sandbox, file, text, &[]).lines().next().expect("a line").to_owned()
}

#[test_with::executable(git)]
#[test]
fn subjects_name_what_the_changes_have_in_common() {
    let sandbox = repository();
    let client = "      - client_id: new\n        client_name: New\n";
    let photos = &FRAGMENT[FRAGMENT.find("      - client_id: photos").expect("the second")..];
    let cases = [
        (FRAGMENT.replace("/old", "/new"), "fix(authelia): correct redirect_uris of media"),
        (
            FRAGMENT.replace("/old", "/new").replacen("_post", "_basic", 1),
            "fix(authelia): correct redirect_uris and token_endpoint_auth_method of media",
        ),
        (
            FRAGMENT.replace("/old\n", "/old\n          - https://media.example.com/x\n"),
            "fix(authelia): add https://media.example.com/x to media redirect_uris",
        ),
        (FRAGMENT.replace("_post", "_basic"), "fix(authelia): correct token_endpoint_auth_method of media and photos"),
        (FRAGMENT.replace("Photos", "Fotos"), "fix(authelia): set photos client_name to Fotos"),
        (FRAGMENT.replace("marker-secret", "marker-new"), "fix(authelia): rotate the secret of media"),
        (FRAGMENT.replace("client_id: photos", "client_id: fotos"), "fix(authelia): rename client photos to fotos"),
        (FRAGMENT.to_owned() + client, "feat(authelia): register new"),
        (FRAGMENT.to_owned() + client + &client.replace("new", "more"), "feat(authelia): register new and more"),
        (FRAGMENT.replace(photos, ""), "chore(authelia): remove client photos"),
        (
            FRAGMENT
                .replace("        client_name: Photos\n", "        client_name: Photos\n        scopes: [openid]\n"),
            "fix(authelia): set photos scopes to [\"openid\"]",
        ),
        (
            FRAGMENT
                .replace("Media", "Films")
                .replace("/old", "/new")
                .replacen("_post", "_basic", 1)
                .replace("marker-secret", "x"),
            "fix(authelia): correct 4 options of media",
        ),
        (
            FRAGMENT.replace("marker-hmac", "x").replace("Photos", "Fotos"),
            "fix(authelia): correct hmac_secret and client_name of photos",
        ),
    ];
    for (text, expected) in cases {
        assert_eq!(subject(&sandbox, FILE, &text), expected);
    }
    sandbox.seal(FILE, FRAGMENT.as_bytes());
    sandbox.git(&["checkout", "--quiet", FILE]);
    assert_eq!(subject(&sandbox, "media-env.age", "A=marker-c\nB=marker-b\n"), "chore(media-env): change A");
    assert_eq!(subject(&sandbox, "media-env.age", "A=marker-c\nB=marker-d\n"), "chore(media-env): change A and B");
    sandbox.write("agepatch.toml", "[commit]\ndetail = \"none\"\n");
    let bare = message(&sandbox, "media-env.age", "A=marker-c\nB=marker-d\n", &[]);
    assert_eq!(bare, "chore(media-env): change 2 values in media-env.age\n");
    sandbox.write("agepatch.toml", "[commit]\ndetail = \"keys\"\n");
    let keys = message(&sandbox, FILE, &FRAGMENT.replace("Photos", "Fotos"), &["--", FILE]);
    assert!(!keys.contains("Fotos") && keys.contains("- changed "), "{keys}");
}

#[test_with::executable(git)]
#[test]
fn subjects_of_nested_values_name_the_values_or_what_contains_them() {
    let text = "db:
  password: marker-1
  user: marker-2
smtp:
  password: marker-3
  user: marker-4
app-env: |
  A=marker-5
  B=marker-6
  C=marker-7
";
    let sandbox = Sandbox::with_files(&[("host.yaml.age", text)]);
    sandbox.git_init();
    let cases = [
        (&["1"][..], "chore(host): change db.password"),
        (&["1", "3"], "chore(host): change db.password and smtp.password"),
        (&["1", "2", "3", "4"], "chore(host): change db and smtp"),
        (&["4", "5"], "chore(host): change smtp.user and A"),
        (&["3", "4", "5", "6", "7"], "chore(host): change smtp and app-env"),
    ];
    for (changed, expected) in cases {
        let new = changed
            .iter()
            .fold(text.to_owned(), |text, at| text.replace(&format!("marker-{at}\n"), &format!("marker-new-{at}\n")));
        assert_eq!(subject(&sandbox, "host.yaml.age", &new), expected);
    }
    let more = format!("{text}one: marker\n").replace("marker-1\n", "x\n").replace("marker-2\n", "x\n");
    let more = more.replace("A=marker-5", "A=x").replace("B=marker-6", "B=x");
    assert_eq!(subject(&sandbox, "host.yaml.age", &more), "feat(host): change db, one and app-env");
    sandbox.write("agepatch.toml", "[commit]\nscope = \"cloud\"\n");
    assert_eq!(subject(&sandbox, "host.yaml.age", &more), "feat(cloud): change db, one and app-env in host");
    sandbox.write("agepatch.toml", "[commit]\nscope = \"cloud\"\n[files.\"host.yaml.age\"]\npublic = [\"port\"]\n");
    sandbox.agepatch(["trust"]).assert().success();
    let port = format!("{text}port: 80\n");
    assert_eq!(subject(&sandbox, "host.yaml.age", &port), "feat(cloud): set port to 80 in host");
}

#[test_with::executable(git)]
#[test]
fn the_body_is_wrapped_and_the_breaking_change_is_a_footer() {
    let sandbox = repository();
    let text = FRAGMENT.replace("/old", "/new").replacen("_post", "_basic", 1);
    insta::assert_snapshot!(message(&sandbox, FILE, &text, &["--scope", "cloud", "--breaking", "--task", "task-1", "--task", "task-2.1", "--relation", "Part-of"]), @"
    fix(cloud)!: correct redirect_uris and token_endpoint_auth_method of media

    - changed identity_providers.oidc.clients[media].redirect_uris[0]:
      https://media.example.com/old -> https://media.example.com/new
    - changed identity_providers.oidc.clients[media].token_endpoint_auth_method:
      client_secret_post -> client_secret_basic

    Part-of: task-1
    Part-of: task-2.1
    BREAKING-CHANGE: programs that read this file must be changed as well
    ");
}

#[test_with::executable(git)]
#[test]
fn the_words_of_the_user_are_kept_and_their_trailers_joined() {
    let sandbox = repository();
    let text = FRAGMENT.replace("Photos", "Fotos");
    let own = "feat(login)!: greet them\n\nIn their language.\n\nResolves: task-1\nCo-authored-by: B <b@example.com>";
    insta::assert_snapshot!(message(&sandbox, FILE, &text, &["-m", own, "--task", "task-1", "task-2"]), @"
    feat(login)!: greet them

    In their language.

    - changed identity_providers.oidc.clients[photos].client_name:
      Photos -> Fotos

    Resolves: task-1
    Co-authored-by: B <b@example.com>
    Resolves: task-2
    BREAKING-CHANGE: programs that read this file must be changed as well
    ");
    let said = message(&sandbox, FILE, &text, &["-m", own, "--type", "fix", "--scope", "x"]);
    assert!(said.starts_with("fix(x)!: greet them\n"), "{said}");
    let short = message(&sandbox, FILE, &text, &["-m", "greet them"]);
    assert!(short.starts_with("fix(authelia): greet them\n\n- changed "), "{short}");
    sandbox.agepatch(["commit", "-m", " "]).assert().code(2).stderr(contains("one line that is not empty"));
    sandbox.agepatch(["commit", "--task", "a\nb"]).assert().code(2).stderr(contains("by its ID"));
    sandbox.agepatch(["commit", "--scope", "a b"]).assert().code(2).stderr(contains("single words"));
    // The commit as parsed by git.
    sandbox.agepatch(["commit", "-m", own, "--task", "task-2"]).assert().success();
    let trailers = sandbox.git(&["log", "-1", "--format=%(trailers:only,unfold)"]);
    assert_eq!(
        trailers.trim(),
        "Resolves: task-1\nCo-authored-by: B <b@example.com>\nResolves: task-2\nBREAKING-CHANGE: programs that read this file must be changed as well"
    );
}

#[test_with::executable(git)]
#[test]
fn a_template_arranges_the_parts_of_a_message() {
    let sandbox = repository();
    let text = FRAGMENT.replace("Photos", "Fotos");
    sandbox.write("agepatch.toml", "[commit]\ntemplate = \"\"\"\n{header}\n\nin {files}:\n{body}\n\"\"\"\n");
    insta::assert_snapshot!(message(&sandbox, FILE, &text, &["--task", "task-1"]), @"
    fix(authelia): set photos client_name to Fotos

    in authelia-secrets.age:
    - changed identity_providers.oidc.clients[photos].client_name:
      Photos -> Fotos

    Resolves: task-1
    ");
    sandbox.write("agepatch.toml", "[commit]\ntemplate = \"{heder}\"\n");
    sandbox.agepatch(["commit"]).assert().code(6).stderr(contains("names `heder`").and(contains("{header}")));
    sandbox.write("agepatch.toml", "[commit]\ntasks = \"nowhere\"\n");
    sandbox.agepatch(["commit", "--task", "1"]).assert().code(6).stderr(contains("`commit.tasks` does not exist"));
}

#[test_with::executable(git)]
#[test]
fn a_note_is_added_to_the_task_file() {
    let sandbox = repository();
    sandbox.seal(FILE, FRAGMENT.replace("Photos", "Fotos").replace("marker-hmac", "marker-x").as_bytes());
    sandbox.agepatch(["commit", "--note"]).assert().code(2).stderr(contains("--task ID"));
    sandbox.agepatch(["commit", "--note", "--task", "4.1"]).assert().code(4).stderr(contains("keeps no tasks"));
    sandbox.write("backlog/tasks/task-4.1 - Greet.md", "---\nid: task-4.1\n---\n\n# Greet\n");
    sandbox.agepatch(["commit", "--note", "--task", "4.1", "-n"]).assert().success();
    assert!(!String::from_utf8(sandbox.read("backlog/tasks/task-4.1 - Greet.md")).unwrap().contains("Notes"));
    sandbox
        .agepatch(["commit", "--note", "--task", "4.1"])
        .assert()
        .success()
        .stderr(contains("noted in backlog/tasks"));
    let id = sandbox.git(&["rev-parse", "--short=8", "HEAD"]);
    let task = String::from_utf8(sandbox.read("backlog/tasks/task-4.1 - Greet.md")).expect("text");
    assert!(
        task.contains(&format!(
            "\n## Implementation Notes\n\n- fix(authelia): correct hmac_secret and client_name of photos ({})\n",
            id.trim()
        )),
        "{task}"
    );
    assert!(task.contains("    Photos -> Fotos") && !task.contains("marker"), "{task}");
    assert_eq!(sandbox.git(&["log", "-1", "--format=%(trailers:key=Resolves,valueonly)"]).trim(), "task-4.1");
}

/// commitlint with its conventional rules, if `.ci/run` has installed it.
#[test_with::path(target/commitlint/node_modules/@commitlint/cli)]
#[test]
fn commitlint_accepts_the_messages() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("target/commitlint");
    let program = folder.join("node_modules/.bin/commitlint");
    let sandbox = repository();
    let many: String = (0..30)
        .map(|number| format!("      - client_id: client-with-a-long-name-{number}\n        client_name: N\n"))
        .collect();
    let client = "      - client_id: new\n        client_name: New\n";
    let messages = [
        message(
            &sandbox,
            FILE,
            &FRAGMENT.replace("/old", "/new").replacen("_post", "_basic", 1),
            &["--task", "task-118"],
        ),
        message(&sandbox, FILE, &FRAGMENT.replace("marker-hmac", "x"), &["--scope", "cloud", "--breaking"]),
        message(
            &sandbox,
            FILE,
            &(FRAGMENT.to_owned() + client),
            &["--task", "task-4.1", "task-5", "--relation", "Part-of"],
        ),
        message(&sandbox, FILE, &(FRAGMENT.to_owned() + &many), &[]),
        message(&sandbox, FILE, &format!("# marker\n{FRAGMENT}"), &[]),
        message(&sandbox, FILE, FRAGMENT, &["-m", "greet them\n\nIn their language.\n\nRefs: #1"]),
    ];
    for message in messages {
        assert!(message.lines().next().is_some_and(|line| line.chars().count() <= 100), "{message}");
        let mut check = std::process::Command::new(&program)
            .args(["--extends", "@commitlint/config-conventional", "--verbose"])
            .current_dir(&folder)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .expect("commitlint runs");
        std::io::Write::write_all(&mut check.stdin.take().expect("stdin"), message.as_bytes()).expect("written");
        let said = check.wait_with_output().expect("it ends");
        assert!(said.status.success(), "{message}\n{}", String::from_utf8_lossy(&said.stdout));
    }
}

//! Files for GitHub: workflows with pinned actions, the release's archives, the report on a pull request, hooks.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_yaml::Value as Yaml;

use crate::sandbox::Sandbox;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn program() -> PathBuf {
    assert_cmd::cargo::cargo_bin!("agepatch").to_path_buf()
}

fn yaml(path: &Path) -> Yaml {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn workflows() -> Vec<PathBuf> {
    let folder = fs::read_dir(root().join(".github/workflows")).expect("workflows");
    folder.flatten().map(|entry| entry.path()).collect()
}

/// A tag can be moved to other code, but a commit cannot.
#[test]
fn actions_are_pinned_to_commits() {
    let mut pinned = 0;
    for path in workflows() {
        let text = fs::read_to_string(&path).expect("a workflow");
        for line in text.lines().filter_map(|line| line.trim().trim_start_matches("- ").strip_prefix("uses: ")) {
            let (action, version) = line.split_once(" # v").unwrap_or_else(|| panic!("{line}: no version"));
            let commit = action.split_once('@').map(|(_, commit)| commit).unwrap_or_default();
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{line}");
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{line}");
            pinned += 1;
        }
    }
    assert!(pinned > 10, "they were found");
}

#[test]
fn workflows_may_only_read_by_default() {
    for path in workflows() {
        let workflow = yaml(&path);
        assert_eq!(workflow["permissions"]["contents"].as_str(), Some("read"), "{}", path.display());
    }
}

#[test_with::executable(actionlint)]
fn actionlint_accepts_the_workflows() {
    let ran = Command::new("actionlint").args(["-no-color"]).args(workflows()).output().expect("it runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
}

/// The programs that read hooks and templates are not available, so their required parts are checked.
#[test]
fn hooks_and_templates_are_complete() {
    let hooks = yaml(&root().join(".pre-commit-hooks.yaml"));
    let hooks = hooks.as_sequence().expect("a list");
    assert_eq!(hooks.len(), 2);
    for hook in hooks {
        assert!(["id", "name", "entry", "language"].iter().all(|key| hook[*key].is_string()), "{hook:?}");
        let entry = hook["entry"].as_str().expect("a command");
        let sandbox = Sandbox::empty();
        let words = entry.split(' ').skip(1).chain(["--help"]);
        sandbox.agepatch(words).assert().success();
    }
    for name in ["bug.yml", "rule.yml", "feature.yml"] {
        let template = yaml(&root().join(".github/ISSUE_TEMPLATE").join(name));
        assert!(template["name"].is_string() && template["description"].is_string(), "{name}");
        assert!(template["body"].as_sequence().is_some_and(|body| !body.is_empty()), "{name}");
    }
    let updates = yaml(&root().join(".github/dependabot.yml"));
    assert_eq!(updates["version"].as_i64(), Some(2));
}

/// The newest version in the changelog.
fn described_version() -> String {
    let changelog = fs::read_to_string(root().join("CHANGELOG.md")).expect("a changelog");
    let mut sections = changelog.split("\n## ").skip(1).filter_map(|section| section.split_once('\n'));
    let (heading, _) = sections.find(|(heading, _)| *heading != "Unreleased").expect("a section");
    heading.split(' ').next().unwrap_or_default().to_owned()
}

#[test_with::executable(tar, sha256sum)]
fn a_release_has_everything_that_a_package_installs() {
    let folder = tempfile::tempdir().expect("a folder");
    let built = folder.path().join("built/x86_64-unknown-linux-musl");
    fs::create_dir_all(&built).expect("made");
    fs::copy(program(), built.join("agepatch")).expect("copied");
    let version = described_version();
    let pack = |version: &str| -> Output {
        let mut command = Command::new(root().join(".ci/package"));
        command.arg(version).arg(folder.path().join("built")).arg(folder.path().join("archives"));
        command.output().expect("it runs")
    };
    let ran = pack(&version);
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let archives = folder.path().join("archives");
    let name = format!("agepatch-{version}-x86_64-unknown-linux-musl");
    let listed =
        Command::new("tar").arg("tzf").arg(archives.join(format!("{name}.tar.gz"))).output().expect("tar runs");
    let listed = String::from_utf8_lossy(&listed.stdout);
    let files = ["agepatch", "LICENSE-MIT", "man/agepatch-set.1", "completions/_agepatch", "completions/agepatch.nu"];
    for file in files {
        assert!(listed.lines().any(|line| line == format!("{name}/{file}")), "{file} is missing:\n{listed}");
    }
    let checked = Command::new("sha256sum").args(["--check", "SHA256SUMS"]).current_dir(&archives).output();
    assert!(checked.expect("sha256sum runs").status.success());
    assert!(fs::read_to_string(archives.join("notes.md")).expect("notes").contains("### "));
    assert!(!pack("99.0.0").status.success(), "a version that the changelog does not have");
}

/// The action's report since the first commit, with this key.
fn report(sandbox: &Sandbox, identity: Option<&str>) -> String {
    let path = std::env::var("PATH").unwrap_or_default();
    let folder = program();
    let mut command = Command::new(root().join("action/report"));
    command.env_clear().envs(sandbox.environment()).current_dir(sandbox.repo()).arg("main");
    command.env("PATH", format!("{}:{path}", folder.parent().expect("a folder").display()));
    command.env("HOME", "/nonexistent").envs(identity.map(|identity| ("AGEPATCH_ACTION_IDENTITY", identity)));
    let ran = command.output().expect("it runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("text")
}

#[test_with::executable(git, bash)]
fn the_action_reports_changes_without_secrets() {
    let sandbox = Sandbox::with_files(&[("authelia.age", "theme: dark\njwt_secret: marker-old\n"), ("a.age", "A=1\n")]);
    sandbox.write("agepatch.toml", "[files.\"authelia.age\"]\nschema = \"authelia\"\n");
    sandbox.git_init();
    sandbox.git(&["switch", "--quiet", "--create", "topic"]);
    sandbox.seal("authelia.age", b"theme: light\njwt_secret: marker-new\n");
    // The settings of the pull request are ignored.
    sandbox.write("agepatch.toml", "[files.\"authelia.age\"]\nschema = \"none\"\n");
    sandbox.git(&["commit", "--quiet", "--all", "-m", "change"]);
    let keys = fs::read_to_string(sandbox.home().join(".config/age/keys.txt")).expect("a key");
    let text = report(&sandbox, Some(&keys));
    assert!(text.contains("theme: dark → light"), "{text}");
    assert!(text.contains("jwt_secret") && !text.contains("marker") && !text.contains("`a.age`"), "{text}");
    let text = report(&sandbox, None);
    assert!(text.contains("no key") && text.contains("`authelia.age`") && !text.contains("light"), "{text}");
}

/// Runs the action's comment with a stand-in for GitHub's program: its calls, and the text that it was given.
fn commented(comments: &str) -> (String, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("written");
    write("report.md", "### Encrypted files\n");
    write("comments.json", comments);
    // It answers with jq, as the real one does, and keeps the file that it is given.
    let stand_in = "#!/usr/bin/env bash\n\
        printf '%s ' \"${@/#body=@*/body}\" | sed \"s|/[^ ]*/tmp[^ ]*|FILE|\" >> calls; echo >> calls\n\
        for argument; do file=${argument#body=@}; [ -f \"$file\" ] && cat \"$file\" > body; done\n\
        [ \"$2\" != view ] || jq --raw-output \"${@: -1}\" comments.json\n";
    write("gh", stand_in);
    let path = format!("{}:{}", folder.path().display(), std::env::var("PATH").unwrap_or_default());
    fs::set_permissions(folder.path().join("gh"), std::os::unix::fs::PermissionsExt::from_mode(0o755)).expect("set");
    let mut command = Command::new(root().join("action/comment"));
    let ran = command.args(["o/r", "7", "report.md"]).current_dir(folder.path()).env("PATH", path).output();
    let ran = ran.expect("it runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).expect("written by the stand-in");
    (read("calls"), read("body"))
}

#[test_with::executable(bash, jq)]
fn the_action_updates_its_own_comment_only() {
    let comment = |own: bool, body: &str, id: u32| {
        serde_json::json!({
            "viewerDidAuthor": own,
            "body": body,
            "url": format!("https://github.com/o/r/pull/7#issuecomment-{id}"),
        })
    };
    let others = [comment(true, "another workflow", 1), comment(false, "<!-- agepatch -->\n\nforged", 2)];
    let own = [comment(true, "<!-- agepatch -->\n\n### Encrypted files", 3)];
    for (comments, call) in [
        (others.to_vec(), "pr comment 7 --repo o/r --body-file FILE"),
        ([&others[..], &own].concat(), "api --silent --method PATCH repos/o/r/issues/comments/3 --field body"),
    ] {
        let (calls, body) = commented(&serde_json::json!({ "comments": comments }).to_string());
        assert!(calls.lines().last().is_some_and(|last| last.trim() == call), "{calls}");
        assert_eq!(body, "<!-- agepatch -->\n\n### Encrypted files\n");
    }
}

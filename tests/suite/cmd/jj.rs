//! Jujutsu: the configuration of its tools, how they work when run according to its documentation, and a repository
//! without `.git`, read through a fake jj.

use std::fs;
use std::path::PathBuf;

use predicates::prelude::PredicateBooleanExt as _;
use predicates::str::contains;
use serde_json::Value as Json;

use crate::sandbox::Sandbox;

const TEXT: &str = "a: marker-a\n# marker-comment\nb: marker-b\nc: 1\n";

/// A Jujutsu repository with age files and a sops file.
fn repository() -> Sandbox {
    let sandbox = Sandbox::with_files(&[("x.age", TEXT), ("same.age", "y: 1\n")]);
    let rules = String::from_utf8(sandbox.read("secrets.nix")).expect("text");
    let key = rules.split('"').nth(1).expect("a key").to_owned();
    sandbox.write(".sops.yaml", &format!("creation_rules:\n  - age: {key}\n"));
    sandbox.agepatch(["write", "s.yaml"]).write_stdin(TEXT).assert().success();
    fs::create_dir_all(sandbox.repo().join(".jj/repo")).expect("created");
    sandbox
}

/// The versions of a file that jj passes to a merge tool: in a temporary folder, with an empty file for the output.
fn versions(sandbox: &Sandbox, name: &str, [base, ours, theirs]: [&str; 3]) -> [PathBuf; 4] {
    let folder = sandbox.repo().join("../tmp/jj-resolve");
    fs::create_dir_all(&folder).expect("created");
    let sides = [("base", base), ("left", ours), ("right", theirs)];
    let [base, left, right] = sides.map(|(side, text)| {
        sandbox.agepatch(["write", name]).write_stdin(text.to_owned()).assert().success();
        let path = folder.join(format!("{side}-{name}"));
        fs::copy(sandbox.repo().join(name), &path).expect("copied");
        path
    });
    let output = folder.join(format!("output-{name}"));
    fs::write(&output, "").expect("written");
    [base, left, right, output]
}

fn resolve(
    sandbox: &Sandbox,
    name: &str,
    [base, left, right, output]: &[PathBuf; 4],
    favor: &[&str],
) -> assert_cmd::assert::Assert {
    let mut command = sandbox.agepatch(["merge-file"]);
    command.args([base, left, right]).arg(name).arg("-o").arg(output).args(favor);
    command.current_dir(sandbox.repo()).assert()
}

fn opened(sandbox: &Sandbox, path: &PathBuf) -> String {
    let mut show = sandbox.agepatch(["show", "--reveal"]);
    let shown = show.arg(path).assert().success();
    String::from_utf8(shown.get_output().stdout.clone()).expect("text")
}

#[test]
fn a_merge_tool_fills_the_output_and_leaves_the_sides() {
    for name in ["x.age", "s.yaml"] {
        let sandbox = repository();
        let (ours, theirs) = (TEXT.replace("marker-a", "marker-ours"), TEXT.replace("marker-b", "marker-theirs"));
        let files = versions(&sandbox, name, [TEXT, &ours, &theirs]);
        let before: Vec<Vec<u8>> = files.iter().take(3).map(|path| fs::read(path).expect("there")).collect();
        resolve(&sandbox, name, &files, &[]).success();
        assert_eq!(opened(&sandbox, &files[3]), ours.replace("marker-b", "marker-theirs"), "{name}");
        for (path, before) in files.iter().zip(before) {
            assert!(fs::read(path).expect("there") == before, "{name}");
        }
        // If only one side changed, it is the output, too.
        let files = versions(&sandbox, name, [TEXT, &ours, TEXT]);
        resolve(&sandbox, name, &files, &[]).success();
        assert_eq!(opened(&sandbox, &files[3]), ours, "{name}");
    }
}

#[test]
fn a_conflict_leaves_the_output_empty_and_the_tools_for_one_side_decide_it() {
    let sandbox = repository();
    let ours = TEXT.replace("marker-a", "marker-ours");
    let theirs = TEXT.replace("marker-a", "marker-theirs").replace("c: 1", "c: 2");
    let files = versions(&sandbox, "s.yaml", [TEXT, &ours, &theirs]);
    let refused = resolve(&sandbox, "s.yaml", &files, &[]).code(1);
    refused.stderr(
        contains("  a\n").and(contains("jj resolve --tool agepatch-theirs s.yaml")).and(contains("marker").not()),
    );
    assert_eq!(fs::read(&files[3]).expect("there"), b"", "jj takes this for unresolved");
    resolve(&sandbox, "s.yaml", &files, &["--favor", "theirs"]).success();
    assert_eq!(opened(&sandbox, &files[3]), theirs);
}

#[test]
fn setup_prints_the_tools_as_toml() {
    let sandbox = repository();
    let output = sandbox.agepatch(["jj", "setup"]).assert().success().get_output().stdout.clone();
    let config: toml_edit::DocumentMut = String::from_utf8(output).expect("text").parse().expect("TOML");
    let tool = |name: &str, key: &str| -> Vec<String> {
        let list = config["merge-tools"][name][key].as_array().expect("a list");
        list.iter().map(|item| item.as_str().expect("a text").to_owned()).collect()
    };
    assert_eq!(tool("agepatch", "merge-args"), ["merge-file", "$base", "$left", "$right", "$path", "-o", "$output"]);
    assert_eq!(tool("agepatch", "diff-args"), ["diff", "--no-index", "$left", "$right"]);
    assert_eq!(tool("agepatch-theirs", "merge-args")[7..], ["--favor", "theirs"]);
    let program = config["merge-tools"]["agepatch"]["program"].as_str().expect("a text");
    assert!(program.ends_with("agepatch"), "{program}");
}

#[test]
fn a_diff_tool_compares_two_folders_or_files() {
    let sandbox = repository();
    let folder = sandbox.repo().join("../tmp/jj-diff");
    for side in ["left", "right"] {
        fs::create_dir_all(folder.join(side).join("sub")).expect("created");
    }
    let copy = |from: &str, to: &str| {
        fs::copy(sandbox.repo().join(from), folder.join(to)).expect("copied");
    };
    copy("x.age", "left/x.age");
    copy("s.yaml", "left/sub/s.yaml");
    sandbox.agepatch(["set", "x.age", "b", "--from-file", "-"]).write_stdin("marker-new").assert().success();
    copy("x.age", "right/x.age");
    copy("same.age", "right/same.age");
    fs::write(folder.join("left/README.md"), "old").expect("written");
    fs::write(folder.join("right/README.md"), "new").expect("written");
    let diff = |left: &str, right: &str| {
        let mut diff = sandbox.agepatch(["diff", "--no-index"]);
        diff.arg(folder.join(left)).arg(folder.join(right)).assert()
    };
    let shown = diff("left", "right").success();
    let text = String::from_utf8_lossy(&shown.get_output().stdout).into_owned();
    assert!(text.contains("x.age\n  ~ b") && !text.contains("marker"), "{text}");
    assert!(text.contains("same.age (added)") && text.contains("sub/s.yaml (removed)"), "{text}");
    shown.stderr(contains("1 other file differs"));
    diff("left/x.age", "right/x.age").success().stdout(contains("~ b"));
    diff("left/x.age", "right").code(2).stderr(contains("two files, or two folders"));
    // Two files in the repository are still compared with git, unless `--no-index` is set.
    sandbox.git_init();
    sandbox.agepatch(["diff", "x.age", "same.age"]).assert().success().stdout("");
    let two = sandbox.agepatch(["diff", "--no-index", "x.age", "same.age"]).assert().success();
    two.stdout(contains("same.age").and(contains("marker").not()));
}

/// A fake jj, whose revision `@-` is the folder `.jj/parent`.
fn stand_in(sandbox: &Sandbox) -> std::ffi::OsString {
    use std::os::unix::fs::PermissionsExt;
    let folder = sandbox.home().join("bin");
    fs::create_dir_all(&folder).expect("created");
    let script = r#"#!/bin/sh
echo "$*" >> "$HOME/jj-calls"
[ "$1 $2 $3 $4" = "--ignore-working-copy --no-pager --color never" ] || exit 9
shift 4
command="$1 $2"
case "$command" in
"config set") exit 0 ;;
"log --no-graph")
    [ "$3 $4 $5" = "-r ::@ -T" ] || exit 5
    printf 'abcdef0123456789\t2026-05-02\tAda\tchange b\n@-\t2026-05-01\tAda\t\n'
    exit 0 ;;
"file list"|"file show") [ "$3" = "-r" ] || exit 8 ;;
*) exit 7 ;;
esac
root=.jj/parent
[ "$4" = "abcdef0123456789" ] && root=.jj/newer
[ "$4" = "@-" ] || [ -d .jj/newer -a $root = .jj/newer ] || { echo "Error: Revision \`$4\` doesn't exist" >&2; exit 1; }
path=${5#root-file:\"}; path=${path%\"}
cd $root || exit 6
case "$command $5" in
"file list ") find . -type f | sed 's|^\./||' ;;
"file list "*) [ -f "$path" ] && echo "$path"; exit 0 ;;
"file show "*) exec cat "$path" ;;
esac
"#;
    let path = folder.join("jj");
    fs::write(&path, script).expect("written");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("own file");
    let rest = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths([folder].into_iter().chain(std::env::split_paths(&rest))).expect("a path")
}

#[cfg(unix)]
#[test]
fn a_repository_without_git_is_read_through_jj() {
    let sandbox = repository();
    let path = stand_in(&sandbox);
    fs::create_dir_all(sandbox.repo().join(".jj/parent")).expect("created");
    for name in ["x.age", "s.yaml", "same.age"] {
        fs::copy(sandbox.repo().join(name), sandbox.repo().join(".jj/parent").join(name)).expect("copied");
    }
    fs::copy(sandbox.repo().join("same.age"), sandbox.repo().join(".jj/parent/gone.age")).expect("copied");
    let run = |arguments: &[&str]| {
        let mut command = sandbox.agepatch(arguments);
        command.env("PATH", &path).assert()
    };
    run(&[]).success().stdout(contains("x.age").and(contains("repository  none").not()));
    run(&["check"]).success();
    run(&["doctor"]).success();
    run(&["diff", "x.age", "s.yaml"]).success().stdout("");
    run(&["set", "s.yaml", "c", "--json-value", "2", "--public"]).success();
    let json = run(&["diff", "--output", "json"]).success();
    let json: Json = serde_json::from_slice(&json.get_output().stdout).expect("JSON");
    let files: Vec<String> = json["files"]
        .as_array()
        .expect("files")
        .iter()
        .map(|file| format!("{} {}", file["path"], file["status"]))
        .collect();
    assert_eq!(files, [r#""gone.age" "removed""#, r#""s.yaml" "modified""#]);
    run(&["diff", "nowhere"]).code(6).stderr(contains("Revision `nowhere` doesn't exist"));
    fs::create_dir_all(sandbox.repo().join(".jj/newer")).expect("created");
    fs::copy(sandbox.repo().join("s.yaml"), sandbox.repo().join(".jj/newer/s.yaml")).expect("copied");
    let log = run(&["log", "s.yaml", "c"]).success();
    let log = String::from_utf8_lossy(&log.get_output().stdout).into_owned();
    let lines: Vec<&str> = log.lines().collect();
    assert!(lines[0].starts_with("abcdef01 2026-05-02 Ada  change b") && lines[1].contains('c'), "{log}");
    assert!(lines[2].contains("2026-05-01 Ada  (no description set)") && lines[3].contains("added"), "{log}");
    // Commands that need git report that, and what to do.
    let restore = run(&["restore", "s.yaml", "--source", "@-"]).code(6);
    restore.stderr(contains("has no .git").and(contains("jj git colocation enable")));
    run(&["set", "s.yaml", "c", "--json-value", "3", "--public", "--commit"]).code(6).stderr(contains("has no .git"));
    run(&["jj", "setup", "--write"]).success().stdout(contains("set  merge-tools.agepatch.merge-args"));
    let calls = fs::read_to_string(sandbox.home().join("jj-calls")).expect("it was run");
    assert!(calls.contains("config set --repo merge-tools.agepatch.diff-args"), "{calls}");
    // Without jj, the error suggests installing it.
    let mut diff = sandbox.agepatch(["diff"]);
    diff.env("PATH", "/nonexistent").assert().code(6).stderr(contains("cannot run jj"));
}

#[test_with::executable(git)]
#[test]
fn an_edit_is_committed_in_a_colocated_repository() {
    let sandbox = repository();
    // jj's own folder ignores itself, and HEAD is detached at the parent of the working copy.
    sandbox.write(".jj/.gitignore", "/*\n");
    sandbox.git_init();
    sandbox.git(&["checkout", "--quiet", "--detach"]);
    sandbox.write("other.txt", "of the working copy\n");
    sandbox.agepatch(["set", "s.yaml", "c", "--json-value", "2", "--public", "--commit"]).assert().success();
    assert_eq!(sandbox.git(&["show", "--format=", "--name-only"]), "s.yaml\n");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "?? other.txt\n");
    sandbox.agepatch(["log", "s.yaml"]).assert().success().stdout(contains("c: ").or(contains("~ c")));
}

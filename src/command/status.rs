//! `agepatch` without a command: where one stands.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::app::Context;
use crate::app::context::usual_identities;
use crate::app::encrypted::is_encrypted;
use crate::app::opening::KeyFile;
use crate::app::recovery;
use crate::error::{Error, Result};
use crate::input::{self, Limit};
use crate::rules::SopsRules;
use crate::shown;
use crate::shown::{FileName, Json, Sentence, Shown};
use crate::workspace::Target;

/// How many files are listed to a person.
const LISTED: usize = 20;

/// An identity file, and what it is good for.
struct Key {
    path: String,
    /// How many of the files it opens; `None` where that was not tried.
    opens: Option<usize>,
    /// Why it cannot be used, or was not tried.
    problem: Option<String>,
}

/// A file of the rules.
struct Secret {
    path: String,
    state: &'static str,
}

/// What there is.
struct Status {
    directory: String,
    repository: Option<String>,
    rules: Option<String>,
    /// `.sops.yaml`
    sops_rules: Option<String>,
    rules_problem: Option<Error>,
    settings: Option<String>,
    settings_problem: Option<Error>,
    keys: Vec<Key>,
    secrets: Vec<Secret>,
    /// What has become of interrupted changes, or what stands in the way of finishing one.
    interrupted: Vec<Shown>,
    /// The files that git has in conflict.
    unmerged: Vec<String>,
    /// Temporary files of runs that were killed.
    temporary: Vec<String>,
}

/// Names the repository, the rules, the identities that work and the files, and what to try next. Nobody is asked for a
/// passphrase, and nothing that is wrong here is a failure: it is what is told.
pub(crate) fn run(context: &mut Context) -> Result<ExitCode> {
    let status = look(context)?;
    let next = status.next();
    if context.out.is_json() {
        context.out.json(&status.json(&next))?;
        return Ok(ExitCode::SUCCESS);
    }
    for (name, lines) in status.sections(&next) {
        for (index, line) in lines.into_iter().enumerate() {
            let name = if index == 0 { name } else { "" };
            context.out.listing(&shown!("{:>10}  {}", name, Sentence::shown(line)))?;
        }
    }
    context.out.note(&Shown::fixed("\n`agepatch help` lists the commands"))?;
    Ok(ExitCode::SUCCESS)
}

fn look(context: &Context) -> Result<Status> {
    let workspace = &context.workspace;
    workspace.refuse_missing_rules()?;
    let interrupted = match recovery::settle(context) {
        Ok(recovered) => recovered.iter().map(|one| recovery::describe(one, context)).collect(),
        Err(error) => vec![error.shown().clone()],
    };
    let _snapshot = recovery::snapshot(context).ok();
    let sops = workspace.sops_rules();
    let targets = match (workspace.rules_path(), &sops) {
        (None, Ok(None)) => Ok(Vec::new()),
        _ => workspace.targets(),
    };
    let (targets, rules_problem) = targets.map_or_else(|error| (Vec::new(), Some(error)), |targets| (targets, None));
    let contents: Vec<Option<Vec<u8>>> =
        targets.iter().map(|target| input::read(&target.path, Limit::Secret).ok()).collect();
    let mut opened = vec![false; targets.len()];
    let mut may_open = false;
    let mut keys = Vec::new();
    // Where the settings cannot be read, the usual places are looked at all the same.
    for path in context.identity_paths().unwrap_or_else(|_| usual_identities()) {
        keys.push(try_key(&path, (&targets, &contents), &mut opened, &mut may_open));
    }
    let secret = |((target, content), opened): ((&Target, &Option<Vec<u8>>), &bool)| Secret {
        path: target.display.clone(),
        state: match content {
            None => "absent",
            Some(bytes) if !is_encrypted(target, bytes) => "damaged",
            Some(_) if *opened => "readable",
            Some(_) if may_open => "locked",
            Some(_) => "unreadable",
        },
    };
    let settings = workspace.settings_path();
    Ok(Status {
        directory: workspace.current().display().to_string(),
        repository: workspace.top().map(|path| path.display().to_string()),
        rules: workspace.rules_path().map(|path| workspace.display(path)),
        sops_rules: SopsRules::find(workspace.current(), workspace.top()).map(|path| workspace.display(&path)),
        rules_problem,
        settings: settings.is_file().then(|| workspace.display(&settings)),
        settings_problem: workspace.config().err(),
        secrets: targets.iter().zip(&contents).zip(&opened).map(secret).collect(),
        keys,
        interrupted,
        unmerged: recovery::conflicts(&targets, context),
        temporary: recovery::leftovers(&targets, context).iter().map(|one| workspace.display(&one.path)).collect(),
    })
}

/// What the identity file is good for. One that would ask a person for something is not tried.
fn try_key(
    path: &Path,
    (targets, contents): (&[Target], &[Option<Vec<u8>>]),
    opened: &mut [bool],
    may_open: &mut bool,
) -> Key {
    let name = path.display().to_string();
    let file = match KeyFile::load(PathBuf::from(path)) {
        Ok(file) if file.may_ask() => {
            *may_open = true;
            let problem = Some("it asks for something when it is used, so it was not tried".to_owned());
            return Key { path: name, opens: None, problem };
        }
        Ok(file) => file,
        Err(error) => return Key { path: name, opens: None, problem: Some(error.message().to_owned()) },
    };
    let mut opens = 0;
    for ((target, content), opened) in targets.iter().zip(contents).zip(opened) {
        if content.as_ref().is_some_and(|content| file.keys().open(target, content).is_ok()) {
            *opened = true;
            opens += 1;
        }
    }
    Key { path: name, opens: Some(opens), problem: None }
}

impl Status {
    /// What to try next, from what is there.
    fn next(&self) -> Vec<String> {
        let command = |words: &str| format!("agepatch {words}");
        if self.rules.is_none() {
            return vec![command("-C DIR"), command("demo")];
        }
        if self.rules_problem.is_some() {
            return vec![command("recipients")];
        }
        let mut next = Vec::new();
        let name = |secret: &Secret| secret.path.trim_end_matches(".age").to_owned();
        let authelia = |secret: &&Secret| secret.path.to_lowercase().contains("authelia");
        let readable = || self.secrets.iter().filter(|secret| secret.state == "readable");
        if let Some(secret) = readable().find(authelia).or_else(|| readable().next()) {
            next.push(command(&format!("show {}", name(secret))));
        } else if self.secrets.iter().any(|secret| secret.state == "unreadable") {
            next.push(command("-i FILE"));
            next.push(command("recipients"));
        }
        if readable().any(|secret| authelia(&secret)) {
            next.push(command("check"));
        }
        if let Some(secret) = self.secrets.iter().find(|secret| secret.state == "absent") {
            next.push(command(&format!("edit {}", name(secret))));
        }
        let fixes = !self.temporary.is_empty() || !self.interrupted.is_empty();
        next.push(command(if fixes { "doctor --fix" } else { "doctor" }));
        next
    }

    fn sections(&self, next: &[String]) -> Vec<(&'static str, Vec<String>)> {
        let or = |found: &Option<String>, none: &str| found.clone().unwrap_or_else(|| none.to_owned());
        let mut rules: Vec<String> = self.rules.iter().chain(&self.sops_rules).cloned().collect();
        if rules.is_empty() {
            rules.push(
                "none: no secrets.nix or .sops.yaml here or above, and no secrets/secrets.nix (--rules FILE)".into(),
            );
        }
        let problem = |error: &Error| match error.line_column() {
            Some((line, column)) => format!("line {line}, column {column}: {}", error.message()),
            None => error.message().to_owned(),
        };
        rules.extend(self.rules_problem.as_ref().map(problem));
        let settings: Vec<String> =
            self.settings.iter().cloned().chain(self.settings_problem.as_ref().map(problem)).collect();
        let present = self.secrets.iter().filter(|secret| !matches!(secret.state, "absent" | "damaged")).count();
        let key = |key: &Key| match (&key.problem, key.opens) {
            (Some(problem), _) => format!("{}: {problem}", key.path),
            (None, Some(opens)) if present > 0 => format!("{}: opens {opens} of {present} files", key.path),
            (None, _) => key.path.clone(),
        };
        let mut keys: Vec<String> = self.keys.iter().map(key).collect();
        if keys.is_empty() {
            keys.push("none: no ssh key and no ~/.config/age/keys.txt (-i FILE names one)".to_owned());
        }
        let width = self.secrets.iter().map(|secret| secret.path.chars().count()).max().unwrap_or_default();
        let file = |secret: &Secret| match secret.state {
            "readable" => secret.path.clone(),
            state => format!("{:width$}  {}", secret.path, words(state)),
        };
        let mut files: Vec<String> = self.secrets.iter().take(LISTED).map(file).collect();
        if self.secrets.len() > LISTED {
            files.push(format!("and {} more", self.secrets.len() - LISTED));
        }
        let mut sections = vec![
            ("repository", vec![or(&self.repository, "none: no folder above has a .git or .jj")]),
            ("rules", rules),
        ];
        sections.extend(Some(("settings", settings)).filter(|(_, lines)| !lines.is_empty()));
        sections.push(("identities", keys));
        sections.push(("files", files));
        let interrupted = self.interrupted.iter().map(ToString::to_string).collect();
        let more =
            [("unfinished", interrupted), ("unmerged", self.unmerged.clone()), ("temporary", self.temporary.clone())];
        sections.extend(more.into_iter().filter(|(_, lines)| !lines.is_empty()));
        sections.push(("try next", next.to_vec()));
        sections
    }

    fn json(&self, next: &[String]) -> Json {
        let text = |text: &String| Json::from(FileName::shown(text));
        let maybe = |found: &Option<String>| found.as_ref().map_or(Json::NULL, text);
        let key = |key: &Key| {
            let opens = key.opens.into();
            Json::object([("path", text(&key.path)), ("opens", opens), ("problem", maybe(&key.problem))])
        };
        let secret = |secret: &Secret| Json::object([("path", text(&secret.path)), ("state", secret.state.into())]);
        let problem = |error: &Option<Error>| error.as_ref().map(|error| error.message().to_owned());
        Json::object([
            ("directory", text(&self.directory)),
            ("repository", maybe(&self.repository)),
            ("rules", maybe(&self.rules)),
            ("sops_rules", maybe(&self.sops_rules)),
            ("rules_problem", maybe(&problem(&self.rules_problem))),
            ("settings", maybe(&self.settings)),
            ("settings_problem", maybe(&problem(&self.settings_problem))),
            ("identities", Json::list(self.keys.iter().map(key))),
            ("files", Json::list(self.secrets.iter().map(secret))),
            ("interrupted", Json::list(self.interrupted.iter().map(Json::from))),
            ("unmerged", Json::list(self.unmerged.iter().map(text))),
            ("temporary", Json::list(self.temporary.iter().map(text))),
            ("next", Json::list(next.iter().map(text))),
        ])
    }
}

/// A state that is worth a remark.
fn words(state: &str) -> Shown {
    match state {
        "absent" => Shown::fixed("not there yet"),
        "damaged" => Shown::fixed("no age file"),
        "locked" => Shown::fixed("perhaps readable by a key that was not tried"),
        _ => Shown::fixed("none of the identities opens it"),
    }
}

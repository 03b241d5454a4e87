//! One scalar changed in one encrypted file, by every available route.

use std::cell::RefCell;
use std::fs;
use std::path::PathBuf;

use crate::Result;
use crate::damage::{self, Damage};
use crate::documents::{self, OPTION, VALUES};
use crate::durability::Storage;
use crate::race::{self, Route};
use crate::stage::{Stage, finish};
use crate::tables::Tables;
use crate::tools::Tools;

/// The program under test, built by this run.
pub(crate) const AGEPATCH: &str = env!("CARGO_BIN_EXE_agepatch");

/// Each route's name and the damage that it did.
type Damages = RefCell<Vec<(String, Damage)>>;

/// What a route edits.
struct Work<'a> {
    stage: &'a Stage,
    storage: Storage,
    original: &'a str,
    client: usize,
    damages: &'a Damages,
}

/// Races the routes over a file with this many clients.
pub(crate) fn race(tools: &Tools, storage: Storage, clients: usize, runs: usize, tables: &mut Tables) -> Result<()> {
    let stage = Stage::new(storage)?;
    let original = documents::fragment(clients);
    let files: Vec<String> = ["agepatch", "floor", "yq", "agenix", "ragenix"].map(|name| format!("{name}.age")).into();
    stage.rules(&files)?;
    for file in &files {
        stage.seal(file, &original)?;
    }
    let damages = Damages::default();
    let work = Work { stage: &stage, storage, original: &original, client: clients / 2, damages: &damages };
    let mut routes = vec![work.floor(), work.agepatch()];
    if tools.have(&["yq"]) {
        routes.push(work.pipeline());
    }
    for (name, arguments) in [("agenix", "-e"), ("ragenix", "--edit")] {
        if tools.have(&[name, "yq", "nix-instantiate"]) {
            routes.push(work.editor(name, arguments));
        }
    }
    if tools.have(&["sops"]) {
        routes.push(work.sops()?);
    }
    let timings = race::interleaved(routes, runs)?;
    let title = format!("One edit in {clients} clients ({} KB), {}", original.len() / 1000, storage.name());
    tables.race(&title, &timings, &damages.borrow())
}

fn value(round: usize) -> &'static str {
    VALUES[round % 2]
}

impl<'a> Work<'a> {
    /// Checks that the result has the expected value, without which a route does not count.
    fn hold(&'a self, name: &str, round: usize, made: &str, base: &str) -> Result<()> {
        let expected = documents::edited(base, self.client, value(round));
        let read = |text: &str| serde_yaml::from_str::<serde_yaml::Value>(text);
        if read(made)? != read(&expected)? {
            return Err("the edit did not make what it was to make".into());
        }
        if round == 0 {
            self.damages.borrow_mut().push((name.to_owned(), damage::of(made, &expected)));
        }
        Ok(())
    }

    fn route(&'a self, name: &str, file: &'static str, mut run: impl FnMut(usize) -> Result<()> + 'a) -> Route<'a> {
        let (title, settles) = (name.to_owned(), file != "agepatch.age");
        let path = self.stage.repo().join(file);
        Route {
            name: name.to_owned(),
            run: Box::new(move |round| {
                run(round)?;
                if settles {
                    self.storage.settle(std::slice::from_ref(&path))?;
                }
                Ok(())
            }),
            verify: Box::new(move |round| self.hold(&title, round, &self.stage.open(file)?, self.original)),
        }
    }

    /// The two age processes that every route over age needs at least: decrypting and encrypting, without an edit.
    fn floor(&'a self) -> Route<'a> {
        let (identity, plain) = (self.stage.identity(), self.stage.scratch("floor"));
        let file = self.stage.repo().join("floor.age");
        Route {
            name: "age -d, then age (no edit)".into(),
            run: Box::new(move |_| {
                finish(self.stage.command("age").arg("-d").arg("-i").arg(&identity).arg("-o").arg(&plain).arg(&file))?;
                let recipients = self.stage.recipients();
                finish(self.stage.command("age").args(recipients).arg("-o").arg(&file).arg(&plain))?;
                self.storage.settle(std::slice::from_ref(&file))?;
                Ok(())
            }),
            verify: Box::new(move |_| match self.stage.open("floor.age")? == self.original {
                true => Ok(()),
                false => Err("the text is not what it was".into()),
            }),
        }
    }

    fn agepatch(&'a self) -> Route<'a> {
        let path = format!("identity_providers.oidc.clients[app-{}].{OPTION}", self.client);
        self.route("agepatch set", "agepatch.age", move |round| {
            self.stage.run(AGEPATCH, &["set", "agepatch.age", &path, value(round)]).map(drop)
        })
    }

    fn yq(&self, round: usize) -> String {
        format!(".identity_providers.oidc.clients[{}].{OPTION} = \"{}\"", self.client, value(round))
    }

    fn pipeline(&'a self) -> Route<'a> {
        let identity = self.stage.identity();
        self.route("age -d | yq | age", "yq.age", move |round| {
            let recipients: Vec<String> = self.stage.recipients().iter().map(|word| format!("'{word}'")).collect();
            let line = format!(
                "age -d -i {} yq.age | yq '{}' | age {} -o yq.new && mv yq.new yq.age",
                identity.display(),
                self.yq(round),
                recipients.join(" ")
            );
            self.stage.shell(&line).map(drop)
        })
    }

    /// yq as an editor. agenix reads the content from stdin unless it is a terminal, which `script` provides.
    fn editor(&'a self, name: &'static str, flag: &'static str) -> Route<'a> {
        let file = if name == "agenix" { "agenix.age" } else { "ragenix.age" };
        let expression = self.stage.scratch(&format!("{name}.yq"));
        self.route(&format!("{name} {flag}, editor yq -i"), file, move |round| {
            fs::write(&expression, self.yq(round))?;
            let editor = format!("yq -i --from-file {}", expression.display());
            let line = format!("{name} {flag} {file}");
            finish(self.stage.command("script").args(["-qec", &line, "/dev/null"]).env("EDITOR", editor)).map(drop)
        })
    }

    /// sops on its own file with the same content; converting it to sops' format is measured separately.
    fn sops(&'a self) -> Result<Route<'a>> {
        let file = self.stage.repo().join("sops.yaml");
        let key = self.stage.scratch("../home/sops.txt");
        finish(self.stage.command("age-keygen").arg("-o").arg(&key))?;
        let recipient = finish(self.stage.command("age-keygen").arg("-y").arg(&key))?;
        fs::write(&file, self.original)?;
        finish(self.stage.command("sops").args(["encrypt", "-i", "--age", recipient.trim(), "sops.yaml"]))?;
        let imported = self.sops_text()?;
        self.damages.borrow_mut().push(("sops, taking the file in".into(), damage::of(&imported, self.original)));
        let index = self.sops_index(&file, &imported)?;
        Ok(Route {
            name: "sops set".into(),
            run: Box::new(move |round| {
                self.sops_set(index, value(round))?;
                self.storage.settle(std::slice::from_ref(&file))?;
                Ok(())
            }),
            verify: Box::new(move |round| self.hold("sops set", round, &self.sops_text()?, &imported)),
        })
    }

    fn sops_text(&self) -> Result<String> {
        self.stage.run("sops", &["decrypt", "sops.yaml"])
    }

    fn sops_set(&self, index: usize, value: &str) -> Result<()> {
        let place = format!("[\"identity_providers\"][\"oidc\"][\"clients\"][{index}][\"{OPTION}\"]");
        self.stage.run("sops", &["set", "sops.yaml", &place, &format!("\"{value}\"")]).map(drop)
    }

    /// sops counts comments among list items, so the index of the client is found by trying.
    fn sops_index(&self, file: &PathBuf, imported: &str) -> Result<usize> {
        let untouched = fs::read(file)?;
        let expected = documents::edited(imported, self.client, VALUES[0]);
        for index in [self.client, 2 * self.client, 2 * self.client + 1] {
            let right = self.sops_set(index, VALUES[0]).is_ok() && self.sops_text()? == expected;
            fs::write(file, &untouched)?;
            if right {
                return Ok(index);
            }
        }
        Err("no index of sops means the client".into())
    }
}

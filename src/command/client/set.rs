//! `client set`: sets options of a client.

use std::process::ExitCode;

use super::find::find;
use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Argument, Creates, Destination, Draft, Job, View, Work};
use crate::app::options::{EditOptions, ValueArgs};
use crate::document::{Edit, Pointer, Value, nearest};
use crate::error::{Error, ErrorKind, Result};
use crate::patch::Patch;
use crate::schema::authelia::client_options;
use crate::shown;
use crate::shown::KeyName;
use clap::Args;

/// The operation on an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Set,
    Append,
    TakeOut,
}

/// `KEY=VALUE`, `LIST+=VALUE`, `LIST-=VALUE`.
struct Assignment {
    key: String,
    sign: Sign,
    value: ValueArgs,
}

impl Assignment {
    fn parse(text: &str) -> Result<Self> {
        let wrong = || {
            Error::new(ErrorKind::Usage, "not an assignment: KEY=VALUE, LIST+=VALUE, or LIST-=VALUE")
                .hint("for example: token_endpoint_auth_method=client_secret_basic redirect_uris+=https://…")
        };
        let (left, value) = text.split_once('=').ok_or_else(wrong)?;
        let (key, sign) = match left.strip_suffix('+') {
            Some(key) => (key, Sign::Append),
            None => left.strip_suffix('-').map_or((left, Sign::Set), |key| (key, Sign::TakeOut)),
        };
        let is_name = |key: &str| key.split('.').all(|part| !part.is_empty() && !part.contains(char::is_whitespace));
        if !is_name(key) {
            return Err(wrong());
        }
        let source = ValueArgs { value: Some(value.to_owned()), ..ValueArgs::default() };
        Ok(Self { key: key.to_owned(), sign, value: source })
    }

    /// Rejects an option that does not exist.
    fn refuse_unknown(&self) -> Result<()> {
        let option = self.key.split('.').next().unwrap_or_default();
        if client_options().any(|known| known == option) {
            return Ok(());
        }
        let error = Error::new(ErrorKind::Path, shown!("no client has an option `{}`", KeyName::shown(option)));
        Err(match nearest::name(client_options(), option) {
            Some(near) => error.hint(shown!("did you mean `{}`?", KeyName::shown(near))),
            None => error.hint("`agepatch client show ID` shows those that are set"),
        })
    }

    fn edits(&self, client: &Pointer, view: &View<'_>, context: &Context) -> Result<Vec<Edit>> {
        let argument = Argument::new(&self.value, false)?;
        let root = view.document.value();
        self.refuse_unknown()?;
        let at = self.key.split('.').fold(client.clone(), |at, token| at.child(token));
        if self.sign == Sign::Set {
            let old = at.get(root);
            let value = argument.value(&Destination { at: at.clone(), old }, view, context)?;
            return Ok(vec![Edit::Set { path: at, value }]);
        }
        let items = match at.get(root) {
            Some(Value::List(items)) => items.as_slice(),
            None => &[],
            Some(_) => {
                return Err(Error::new(ErrorKind::Path, shown!("`{}` is not a list", KeyName::shown(&self.key)))
                    .at_path(&at)
                    .hint("KEY=VALUE sets it"));
            }
        };
        let place = Destination { at: at.child("-"), old: items.last() };
        let value = argument.value(&place, view, context)?;
        if self.sign == Sign::Append {
            return Ok(vec![Edit::Append { path: at, value }]);
        }
        let matching = (0..items.len()).rev().filter(|index| items[*index] == value);
        Ok(matching.map(|index| Edit::Remove { path: at.child(index.to_string()) }).collect())
    }
}

/// `client set`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client set grafana authorization_policy=one_factor
  agepatch client set grafana scopes+=groups scopes-=email --commit")]
pub(crate) struct SetArgs {
    /// Its `client_id`.
    #[arg(add = complete::client_ids())]
    pub(crate) id: String,
    /// The assignments.
    #[arg(required = true, value_name = "KEY=VALUE", add = complete::client_options())]
    pub(crate) assignments: Vec<String>,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// Sets options of a client, in one patch.
pub(super) fn run(file: &str, args: &SetArgs, context: &mut Context) -> Result<ExitCode> {
    let assignments = args.assignments.iter().map(|text| Assignment::parse(text)).collect::<Result<Vec<_>>>()?;
    let work = Work::make(|view, context| {
        let (at, _) = find(view.document.value(), &args.id)?;
        let edits = assignments.iter().map(|one| one.edits(&at, view, context)).collect::<Result<Vec<_>>>()?;
        Ok(Draft::Patch(Patch::from(edits.concat())))
    });
    flow::run(vec![Job { file: file.to_owned(), work, creates: Creates::Nothing }], &args.options, context)?;
    Ok(ExitCode::SUCCESS)
}

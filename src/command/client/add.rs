//! `client add`: registers an application, and stores its secret on both sides.

use std::process::ExitCode;

use super::find::id_of;
use super::halves::place;
use super::handover::Handover;
use super::secret::{self, Fresh};
use crate::app::Context;
use crate::app::complete;
use crate::app::flow::{self, Creates, Draft, Job, Work};
use crate::app::options::EditOptions;
use crate::authelia::application::{self, Application, RegisteredSecret};
use crate::authelia::{clients, clients_at};
use crate::document::{Edit, Map, MapKey, Text, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::patch::Patch;
use crate::shown;
use crate::shown::{ClientName, Shown};
use clap::Args;

/// `client add`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  agepatch client profiles
  agepatch client add --profile grafana --url https://grafana.example.com \\
    --secret-to grafana-env.age#GF_AUTH_GENERIC_OAUTH_CLIENT_SECRET
  agepatch client add notes --public --redirect-uri https://notes.example.com/cb")]
pub(crate) struct AddArgs {
    /// The new `client_id` [default: the profile's].
    pub(crate) id: Option<String>,
    /// The application, as `client profiles` lists it.
    #[arg(long, value_name = "APP")]
    #[arg(add = complete::profiles())]
    pub(crate) profile: Option<String>,
    /// The application's address.
    #[arg(long, value_name = "URL")]
    pub(crate) url: Option<String>,
    /// Where the application reads the secret.
    ///
    /// The default is the place in agepatch.toml.
    #[arg(long, value_name = "FILE#PATH", add = complete::files())]
    pub(crate) secret_to: Option<String>,
    /// A redirect URI (repeatable).
    #[arg(long = "redirect-uri", value_name = "URI")]
    pub(crate) redirect_uris: Vec<String>,
    /// Register a public client, without a secret.
    #[arg(long)]
    pub(crate) public: bool,
    /// The authorization policy.
    #[arg(long, value_name = "POLICY", add = complete::policies())]
    pub(crate) policy: Option<String>,
    /// Save the application's side in agepatch.toml.
    #[arg(long)]
    pub(crate) save: bool,
    /// The options of every editing command.
    #[command(flatten)]
    pub(crate) options: EditOptions,
}

/// The default policy.
const POLICY: &str = "two_factor";

/// A registration to create.
struct Registration {
    client_id: String,
    entry: Map,
    profile: Option<&'static Application>,
    notes: Vec<Shown>,
}

/// Adds the client, and stores its secret where the relying party reads it, atomically.
pub(super) fn run(file: &str, args: &AddArgs, context: &mut Context) -> Result<ExitCode> {
    context.rehearse(args.options.dry_run);
    let mut new_client = registration(args)?;
    let secret_kind = match new_client.profile {
        _ if args.public => RegisteredSecret::None,
        Some(profile) => profile.registered_secret(),
        None => RegisteredSecret::Digest,
    };
    let fixed =
        new_client.profile.and_then(Application::fixed_secret).filter(|_| secret_kind != RegisteredSecret::None);
    let fresh = match fixed {
        Some(fixed) => Some(secret::of(Text::new(fixed), secret_kind == RegisteredSecret::Plaintext)?),
        None if secret_kind == RegisteredSecret::None => None,
        None => Some(secret::fresh(secret_kind == RegisteredSecret::Plaintext)?),
    };
    if let Some(fresh) = &fresh {
        new_client.entry = with_secret(&new_client.entry, fresh);
    }
    let place = place(args.secret_to.as_deref(), &new_client.client_id, context)?;
    match (&fresh, &place) {
        (None, Some(_)) if args.secret_to.is_some() => {
            return Err(Error::new(ErrorKind::Usage, "a public client has no secret")
                .hint("leave out --secret-to"));
        }
        (Some(_), None) if fixed.is_some() => {
            new_client.notes.push(Shown::fixed("the secret is built into the application, so it is not secret"));
        }
        (Some(_), None) if !context.global.reveal && args.options.dry_run => new_client.notes.push(Shown::fixed(
            "only the digest of the secret would be stored; --secret-to FILE#PATH also stores the secret for the application",
        )),
        (Some(_), None) if !context.global.reveal => new_client.notes.push(shown!(
            "only the digest of the secret was stored; `agepatch client rotate {} --secret-to FILE#PATH` generates one and also stores it for the application",
            ClientName::shown(&new_client.client_id)
        )),
        _ => {}
    }
    let Registration { client_id, entry, profile, notes } = new_client;
    let url = args.url.as_deref().map(|url| url.trim_end_matches('/'));
    let handover = Handover::of(&Value::Map(entry.clone()), url, place.as_ref());
    let work = Work::make(move |view, _| {
        let root = view.document.value();
        if clients(root).iter().any(|client| id_of(client) == Some(&client_id)) {
            return Err(Error::new(
                ErrorKind::Path,
                shown!("the client `{}` already exists", ClientName::shown(&client_id)),
            )
            .hint("`agepatch client set` changes it, `agepatch client rotate` gives it a new secret"));
        }
        Ok(Draft::Patch(Patch::from(edits(entry, profile, root))))
    });
    let mut jobs = vec![Job { file: file.to_owned(), work, creates: Creates::File }];
    if let (Some(fresh), Some(place)) = (&fresh, &place) {
        jobs.push(secret::delivery(place, &fresh.secret));
    }
    let save = args.save && file != flow::FILTER;
    handover.saved_before(save, &args.options, context, |context| match &fresh {
        Some(fresh) => flow::run_with_secret(jobs, &fresh.secret, &args.options, context),
        None => flow::run(jobs, &args.options, context),
    })?;
    for note in notes {
        context.out.note(&note)?;
    }
    if file != flow::FILTER {
        handover.finish(args.save, &args.options, context)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn registration(args: &AddArgs) -> Result<Registration> {
    let policy = args.policy.as_deref();
    let Some(slug) = &args.profile else { return plain(args, policy.unwrap_or(POLICY)) };
    let profile = application::find(slug).ok_or_else(|| {
        let near = application::nearest(slug);
        let hint = if near.is_empty() {
            Shown::fixed("`agepatch client profiles` lists them")
        } else {
            shown!(
                "did you mean {}? `agepatch client profiles` lists them",
                Shown::join(near.into_iter().map(ClientName::shown), " or ")
            )
        };
        Error::new(ErrorKind::Usage, shown!("unknown application `{}`", ClientName::shown(slug))).hint(hint)
    })?;
    let url = args.url.as_deref().ok_or_else(|| {
        Error::new(ErrorKind::Usage, "the address of the application is missing").hint("--url https://app.example.com")
    })?;
    let url = address(url)?;
    let mut notes = Vec::new();
    let uris = if args.redirect_uris.is_empty() {
        let mut uris = profile.redirect_uris(&url);
        if profile.names_its_own_uris() {
            notes.push(shown!(
                "{} displays its redirect URI: replace the one written here with it",
                ClientName::shown(&profile.title)
            ));
        }
        if uris.is_empty() && profile.names_its_own_uris() {
            uris.push(format!("{url}/"));
        }
        uris
    } else {
        args.redirect_uris.clone()
    };
    let policy = policy.unwrap_or(if profile.is_its_own_user() { "one_factor" } else { POLICY });
    let client_id = args.id.clone().unwrap_or_else(|| profile.client_id.clone());
    let mut entry = profile.registration(&client_id, &url, &uris, policy);
    if args.public {
        entry.insert(MapKey::string("public"), Value::Bool(true));
        entry.insert(MapKey::string("token_endpoint_auth_method"), Value::string("none"));
    }
    if let Some(policy) = profile.claims_policy() {
        entry.insert(MapKey::string("claims_policy"), Value::string(policy));
    }
    if let Some(lifespan) = profile.lifespan() {
        entry.insert(MapKey::string("lifespan"), Value::string(lifespan));
    }
    Ok(Registration { client_id, entry, profile: Some(profile), notes })
}

/// A registration without a profile: what every client needs.
fn plain(args: &AddArgs, policy: &str) -> Result<Registration> {
    let client_id = args.id.clone().ok_or_else(|| {
        Error::new(ErrorKind::Usage, "the client's id is missing").hint("`agepatch client add ID …`, or --profile APP")
    })?;
    if args.redirect_uris.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "without a profile the redirect URI must be given")
            .hint("--redirect-uri https://app.example.com/callback, or --profile APP --url URL"));
    }
    let mut entry = Map::new();
    let mut put = |key: &str, value: Value| drop(entry.insert(MapKey::string(key), value));
    let list = |items: &[&str]| Value::List(items.iter().map(|item| Value::string(*item)).collect());
    put("client_id", Value::string(client_id.as_str()));
    put("client_name", Value::string(client_id.as_str()));
    if args.public {
        put("public", Value::Bool(true));
    }
    put("authorization_policy", Value::string(policy));
    if args.public {
        put("require_pkce", Value::Bool(true));
        put("pkce_challenge_method", Value::string("S256"));
    }
    put("redirect_uris", list(&args.redirect_uris.iter().map(String::as_str).collect::<Vec<_>>()));
    put("scopes", list(&["openid", "profile", "email"]));
    put("response_types", list(&["code"]));
    put("grant_types", list(&["authorization_code"]));
    put("token_endpoint_auth_method", Value::string(if args.public { "none" } else { "client_secret_basic" }));
    Ok(Registration { client_id, entry, profile: None, notes: Vec::new() })
}

fn address(url: &str) -> Result<String> {
    let parsed = url::Url::parse(url).ok().filter(|parsed| parsed.has_host() && parsed.query().is_none());
    if parsed.is_none() {
        return Err(Error::new(ErrorKind::Usage, "the application's address must be a complete URL without a query")
            .hint("for example: --url https://media.example.com"));
    }
    Ok(url.trim_end_matches('/').to_owned())
}

/// The entry with its secret after the client's name, as in the documentation.
fn with_secret(entry: &Map, fresh: &Fresh) -> Map {
    let mut map = Map::new();
    for (key, value) in entry.iter() {
        map.insert(key.clone(), value.clone());
        if key.text() == "client_name" {
            map.insert(MapKey::string("client_secret"), Value::String(fresh.registered.clone()));
        }
    }
    map
}

/// The definitions that the client needs and the document lacks, then the client itself.
fn edits(entry: Map, profile: Option<&Application>, root: &Value) -> Vec<Edit> {
    let definitions = profile.map(Application::definitions).unwrap_or_default();
    let missing = definitions
        .into_iter()
        .filter_map(|(path, value)| path.get(root).is_none().then_some(Edit::Set { path, value }));
    let path = clients_at();
    let client = Value::Map(entry);
    // In an empty `[]` the first client would end up on one line.
    let first = path.get(root).and_then(Value::as_list).is_none_or(<[Value]>::is_empty);
    let edit =
        if first { Edit::Set { path, value: Value::list(vec![client]) } } else { Edit::Append { path, value: client } };
    missing.chain([edit]).collect()
}

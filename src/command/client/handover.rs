//! The remaining steps after a client was registered or got a new secret: the application's own settings, and the lines
//! of agepatch.toml that later commands use.

use crate::app::Context;
use crate::app::options::EditOptions;
use crate::authelia::Registration;
use crate::document::Value;
use crate::error::Result;
use crate::shown;
use crate::shown::{Address, ClientName, FileName, KeyName, Setting, Shown};
use crate::workspace::{RelyingParty, SecretPlace};

/// A client, as its application needs to know it.
pub(super) struct Handover {
    id: String,
    is_public: bool,
    method: Option<String>,
    redirect_uris: Vec<String>,
    party: RelyingParty,
}

impl Handover {
    /// From a client's entry; `url` is the application's address, `place` where it reads the secret.
    pub(super) fn of(client: &Value, url: Option<&str>, place: Option<&SecretPlace>) -> Self {
        let registration = Registration(client);
        let texts = |key: &str| -> Vec<String> {
            let items = client.get(key).and_then(Value::as_list).unwrap_or_default();
            items.iter().filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let id = registration.id().unwrap_or_default().to_owned();
        let method = registration.text("token_endpoint_auth_method").map(str::to_owned);
        let redirect_uris = texts("redirect_uris");
        let url = url.map(str::to_owned).or_else(|| redirect_uris.iter().find_map(|uri| origin(uri)));
        let below =
            |uri: &String| Some(uri.strip_prefix(url.as_deref()?)?.to_owned()).filter(|path| path.starts_with('/'));
        let party = RelyingParty {
            client: id.clone(),
            redirect_paths: redirect_uris.iter().filter_map(below).collect(),
            url,
            token_endpoint_auth_method: method.clone(),
            secret: place.cloned(),
        };
        Self { id, is_public: registration.is_public(), method, redirect_uris, party }
    }

    /// Performs the edit, and before it saves the lines of agepatch.toml if the edit is committed, since the commit
    /// includes them. If the edit fails, they are removed again.
    ///
    /// # Errors
    /// Errors of the edit, and from writing agepatch.toml.
    pub(super) fn saved_before(
        &self,
        save: bool,
        options: &EditOptions,
        context: &mut Context,
        edit: impl FnOnce(&mut Context) -> Result<()>,
    ) -> Result<()> {
        if !(save && options.commit && !options.dry_run) || self.is_known(context)? {
            return edit(context);
        }
        let saved = context.workspace.add_relying_party(&self.party)?;
        let edited = context.reloaded().and_then(|mut context| edit(&mut context));
        if edited.is_err() {
            saved.undo()?;
        }
        edited
    }

    /// Whether agepatch.toml has the application already.
    fn is_known(&self, context: &Context) -> Result<bool> {
        Ok(context.workspace.config()?.relying_party(&self.id).is_some())
    }

    /// Prints the settings for the application, and saves the lines of agepatch.toml, or prints them if it has none
    /// yet.
    ///
    /// # Errors
    /// Errors from writing agepatch.toml.
    pub(super) fn finish(&self, save: bool, options: &EditOptions, context: &Context) -> Result<()> {
        context.out.note(&self.settings())?;
        if self.is_known(context)? {
            return Ok(());
        }
        if save && !options.dry_run {
            let path = match options.commit {
                true => context.workspace.settings_to_extend(),
                false => context.workspace.add_relying_party(&self.party)?.path,
            };
            let file = FileName::shown(context.workspace.display(&path));
            return context.out.note(&shown!("\nsaved under [[relying-party]] in {}", file));
        }
        let lines: Vec<Shown> = self.party.to_toml().lines().map(Setting::shown).collect();
        let head = "\nkeep this in agepatch.toml, or pass --save, so that `client verify`, `probe`, and `rotate` need no flags:\n\n";
        context.out.note(&shown!("{}{}", head, Shown::join(&lines, "\n")))
    }

    /// The settings for the application.
    fn settings(&self) -> Shown {
        let mut rows =
            vec![("issuer", Shown::fixed("the address of your Authelia")), ("client ID", ClientName::shown(&self.id))];
        match (&self.party.secret, self.is_public) {
            (_, true) => rows.push(("client secret", Shown::fixed("none, the client is public"))),
            (Some(place), _) if place.path == "." => {
                rows.push(("client secret", shown!("in {}", FileName::shown(&place.file))));
            }
            (Some(place), _) => rows.push((
                "client secret",
                shown!("in {}, as {}", FileName::shown(&place.file), KeyName::shown(&place.path)),
            )),
            (None, _) => rows.push(("client secret", Shown::fixed("not stored for the application"))),
        }
        rows.extend(self.method.clone().map(|method| ("auth method", Setting::shown(method))));
        for (index, uri) in self.redirect_uris.iter().enumerate() {
            rows.push((if index == 0 { "redirect URI" } else { "" }, Address::shown(uri)));
        }
        let line = |(name, value): (&'static str, Shown)| shown!("  {:<14} {}", name, value);
        let lines: Vec<Shown> = rows.into_iter().map(line).collect();
        shown!("\nset in the application:\n{}", Shown::join(&lines, "\n"))
    }
}

/// Scheme and host of an address.
fn origin(uri: &str) -> Option<String> {
    let url = url::Url::parse(uri).ok().filter(|url| url.scheme().starts_with("http"))?;
    Some(url.origin().ascii_serialization())
}

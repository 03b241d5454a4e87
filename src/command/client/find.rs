//! Finds a client by its id.

use crate::authelia::{clients, clients_at};
use crate::document::{Pointer, Value};
use crate::error::{Error, ErrorKind, Result};
use crate::shown;
use crate::shown::{ClientName, Shown};

/// A client's `client_id`.
pub(super) fn id_of(client: &Value) -> Option<&str> {
    client.get("client_id").and_then(Value::as_str)
}

/// The client with this id, and its place.
///
/// # Errors
/// `path` if there is none, with the nearest ids; `ambiguous` if there are several.
pub(super) fn find<'v>(document: &'v Value, id: &str) -> Result<(Pointer, &'v Value)> {
    let all = clients(document);
    let named = |ids: &[&str], separator| Shown::join(ids.iter().map(|id| ClientName::shown(*id)), separator);
    let mut found = all.iter().enumerate().filter(|(_, client)| id_of(client) == Some(id));
    let Some((index, client)) = found.next() else {
        let known: Vec<&str> = all.iter().filter_map(id_of).collect();
        let error = Error::new(ErrorKind::Path, shown!("there is no client `{}`", ClientName::shown(id)));
        let near = known.iter().filter(|known| strsim::jaro_winkler(id, known) > 0.7).copied().collect::<Vec<_>>();
        return Err(match (near.as_slice(), known.as_slice()) {
            (_, []) => error.hint("the file registers no clients under identity_providers.oidc.clients"),
            ([], known) => error.hint(shown!("the file registers {}", named(known, ", "))),
            (near, _) => error.hint(shown!("did you mean {}?", named(near, " or "))),
        });
    };
    if found.next().is_some() {
        return Err(Error::new(
            ErrorKind::Ambiguous,
            shown!("several clients have the id `{}`", ClientName::shown(id)),
        )
        .hint("`agepatch check` lists them; give each client an id of its own"));
    }
    Ok((clients_at().child(index.to_string()), client))
}

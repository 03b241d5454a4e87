//! The clients whose findings an edit can change.
//!
//! Rules look at one client at a time and at what is around the clients, but for those that compare clients: with the same
//! id, the same redirect URI, the same secret. So where an edit stays within the list of clients, the findings about a
//! client that it left alone are the same before and after, unless that client shares one of these with one that it
//! touched; of those the first two decide. A large file is checked in the time that the edit takes, not the file.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use foldhash::fast::RandomState;

use super::{Filters, Options};
use crate::authelia::{clients, clients_at};
use crate::document::{Document, Map, Sequence, Untouched, Value};

/// The options that clients are compared by, under the old names too.
const COMPARED: [&str; 5] = ["client_id", "id", "client_secret", "secret", "redirect_uris"];

/// The positions of the clients of which an edit can change what is found.
#[derive(Debug, PartialEq, Eq)]
pub struct Touched {
    /// Those of the document before.
    pub before: BTreeSet<usize>,
    /// Those of the document after.
    pub after: BTreeSet<usize>,
}

impl Touched {
    /// Compares the two versions; `None` where the edit may have changed anything that is found.
    pub fn of(before: &Document, after: &Document, options: &Options) -> Option<Self> {
        let is_plain = options.filters == Filters::default() && options.relying_parties.is_empty();
        if !is_plain || [before, after].into_iter().any(has_layout) {
            return None;
        }
        let Untouched { first, last } = Untouched::of(before, after, &clients_at())?;
        let (old, new) = (clients(before.value()), clients(after.value()));
        let touched = [old, new].map(|clients| first..clients.len() - last);
        let mut texts = Texts::default();
        for (clients, touched) in [old, new].into_iter().zip(&touched) {
            clients[touched.clone()].iter().try_for_each(|client| compared(client, &mut texts))?;
        }
        let [before, after] = touched;
        Some(Self { before: with_sharers(old, before, texts.clone()), after: with_sharers(new, after, texts) })
    }
}

/// The number of clients that decide what is found about all that share a secret or an address: the first one has it,
/// and the second repeats it.
const DECISIVE: usize = 2;

/// The texts that clients are compared by, each with how many clients are known to have it besides those that were touched.
#[derive(Clone, Default)]
struct Texts<'v> {
    counts: HashMap<&'v str, usize, RandomState>,
    /// The lengths of the texts, a bit for each: most other texts have another one. The last bit is for all longer ones.
    lengths: u128,
}

impl<'v> Texts<'v> {
    fn length(text: &str) -> u128 {
        1 << text.len().min(127)
    }

    /// How often the text is known to occur, to be changed.
    fn count_mut(&mut self, text: &'v str) -> &mut usize {
        self.lengths |= Self::length(text);
        self.counts.entry(text).or_default()
    }

    fn count(&self, text: &str) -> Option<usize> {
        if self.lengths & Self::length(text) == 0 { None } else { self.counts.get(text).copied() }
    }
}

/// How often the clients are searched for more that share a text. A chain of them could take a search for each client.
const SEARCHES: usize = 8;

/// The touched clients, and the first of those that share a text with one of them. What shares something with these may share
/// something else with a third. All clients, if the searches find more each time.
fn with_sharers<'v>(clients: &'v [Value], touched: Range<usize>, mut texts: Texts<'v>) -> BTreeSet<usize> {
    let mut known: BTreeSet<usize> = touched.collect();
    let mut options = KnownOptions::default();
    for _ in 0..SEARCHES {
        let before = known.len();
        for (index, client) in clients.iter().enumerate() {
            if !known.contains(&index) && may_share(client, &texts, &mut options) {
                known.insert(index);
                let options = client.as_map().into_iter().flat_map(Map::iter);
                let own = options.flat_map(|(key, value)| texts_of(key.text(), value)).filter_map(Value::as_str);
                own.for_each(|text| *texts.count_mut(text) += 1);
            }
        }
        if known.len() == before {
            return known;
        }
    }
    (0..clients.len()).collect()
}

/// Whether the layout of the whole text decides what Go's library reads of it, or escapes that it does not know.
fn has_layout(document: &Document) -> bool {
    let decides = |byte: u8| matches!(byte, b'\t' | b'\\' | b'\r' | b'!');
    // In pieces that are examined as a whole, which takes a fraction of the time.
    let any = |bytes: &[u8]| bytes.iter().fold(false, |so_far, byte| so_far | decides(*byte));
    document.bytes().chunks(256).any(any)
}

/// Collects the texts that a client could share with another; `None` where what it has is not the same text to everyone.
fn compared<'v>(client: &'v Value, texts: &mut Texts<'v>) -> Option<()> {
    for (key, value) in client.as_map()?.iter() {
        if !is_clear(key.text()) {
            return None;
        }
        for item in texts_of(key.text(), value) {
            *texts.count_mut(item.as_str().filter(|text| !may_be_number(text))?) = 0;
        }
    }
    Some(())
}

/// What is known of the options of clients, of which all have the same few.
type KnownOptions<'v> = Sequence<&'v str, Role>;

/// What clients are compared by in an option.
#[derive(Clone, Copy)]
enum Role {
    /// Readers may not agree about which option it is.
    Unclear,
    /// By nothing.
    None,
    /// By texts of which the first two clients that have one decide what is found.
    Text,
    /// By the name of the client.
    Name,
}

impl Role {
    fn of(key: &str) -> Self {
        match key {
            key if !is_clear(key) => Self::Unclear,
            key if is_name(key) => Self::Name,
            key if is_compared(key) => Self::Text,
            _ => Self::None,
        }
    }
}

/// Whether a client may be one of the first that share a text with one that is known.
fn may_share<'v>(client: &'v Value, texts: &Texts<'_>, options: &mut KnownOptions<'v>) -> bool {
    let Some(map) = client.as_map() else { return true };
    map.iter().any(|(key, value)| {
        let decisive = match options.get_or_add(key.text(), |key| Role::of(key)) {
            Role::Unclear => return true,
            Role::None => return false,
            Role::Name => usize::MAX,
            Role::Text => DECISIVE,
        };
        let shares = |item: &Value| {
            let is_shared = |text: &str| texts.count(text).is_some_and(|count| count < decisive);
            item.as_str().is_none_or(|text| is_shared(text) || may_be_number(text))
        };
        items_of(value).iter().any(shares)
    })
}

/// Whether the option names the client. Findings about clients of one name are counted together, however many there are.
fn is_name(key: &str) -> bool {
    ["client_id", "id"].iter().any(|name| key.eq_ignore_ascii_case(name))
}

/// Whether clients are compared by the option.
fn is_compared(key: &str) -> bool {
    COMPARED.iter().any(|name| key.eq_ignore_ascii_case(name))
}

/// What an option has that clients are compared by.
fn texts_of<'v>(key: &str, value: &'v Value) -> &'v [Value] {
    if is_compared(key) { items_of(value) } else { &[] }
}

fn items_of(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::List(items) => items,
        single => std::slice::from_ref(single),
    }
}

/// Whether Go may read a number in what is a string to others, as in `1_000` and `0b1`.
fn may_be_number(text: &str) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    let allowed = |byte: u8| byte.is_ascii_hexdigit() || b"_.+xobXOB".contains(&byte);
    digits.starts_with(|first: char| first.is_ascii_digit() || first == '.') && digits.bytes().all(allowed)
}

/// Whether readers that ignore case agree about a key: some fold non-ASCII letters to ASCII ones.
fn is_clear(key: &str) -> bool {
    key.is_ascii()
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::check::{self, Finding, Severity, Source};
    use crate::document::Format;
    use crate::shown::Shown;

    const CLIENTS: [&str; 18] = [
        "",
        "client_id: 'a'\nclient_name: 'A'\nclient_secret: '$plaintext$x'\nredirect_uris: ['https://a.example.com/cb']\n",
        "client_id: 'b'\nclient_name: 'B'\nclient_secret: '$plaintext$y'\nredirect_uris:\n  - 'https://b.example.com/cb'\n",
        "client_id: 'b'\nclient_secret: 'secret'\nredirect_uris: ['http://b.example.com/other']\n",
        "client_id: 'c'\npublic: true\nredirect_uris: 'https://a.example.com/cb'\n",
        "client_id: 'd'\nclient_secret: '$plaintext$x'\nauthorization_policy: 'nobody'\n",
        "id: 'b'\nsecret: '$plaintext$x'\n",
        "Client_ID: 'a'\n",
        "client_id: 1_000\nredirect_uri: x\n",
        "client_id: '1000'\npublic: maybe\n",
        "client_id: 1000\n",
        "client_id: ''\nclient_secret:\n",
        "client_id: 'e f'\nclient_secret: '$wrong'\n",
        "client_id: 'immich'\ntoken_endpoint_auth_method: 'none'\n",
        "client_id: 'grafana'\nscopes: ['openid', 'groups', 'groups', 'x']\n",
        "client_id: 'g'\nclaims_policy: 'none'\nlifespan: 'none'\njwks_uri: 'https://x:y/'\n",
        "client_id: [x]\n",
        "client_id: 'h'\nnote: \"\\/\"\n",
    ];

    fn document(clients: &[&str], more: &str) -> Document {
        let mut text = format!("identity_providers:\n  oidc:\n{more}    clients:\n");
        for client in clients {
            let lead = std::iter::once("      - ").chain(std::iter::repeat("        "));
            match client.lines().count() {
                0 => text.push_str("      - {}\n"),
                _ => client.lines().zip(lead).for_each(|(line, lead)| writeln!(text, "{lead}{line}").expect("written")),
            }
        }
        Document::parse(text.as_bytes(), Format::Yaml).expect("YAML")
    }

    type Seen = (&'static str, Severity, String, String, Option<(usize, usize)>, String);

    /// Of a finding of which there are several under one path, the last one is new; which that is does not matter.
    fn by_path(found: Vec<Seen>) -> Vec<(&'static str, Severity, String)> {
        let mut paths: Vec<_> = found.into_iter().map(|(rule, severity, path, ..)| (rule, severity, path)).collect();
        paths.sort();
        paths
    }

    fn found(documents: [&Document; 2], touched: Option<&Touched>) -> Vec<Seen> {
        let options = Options::default();
        let run = |document, clients| {
            check::run(&[Source { clients, ..Source::new(Shown::fixed("auth.yml"), Ok(document)) }], &options)
        };
        let [before, after] = documents;
        let before = run(before, touched.map(|touched| &touched.before));
        let after = run(after, touched.map(|touched| &touched.after));
        let seen = |finding: Finding| {
            let path = finding.path.as_str().to_owned();
            let message = finding.message.as_str().to_owned();
            (finding.rule, finding.severity, path, finding.pointer.to_string(), finding.line, message)
        };
        check::introduced(&before, &after).into_iter().map(seen).collect()
    }

    /// Whether no three clients have one name.
    fn is_unique(clients: &[&str]) -> bool {
        let name = |client: &&str| {
            client.split_once("id: ").map(|(_, rest)| rest.lines().next().unwrap_or_default().to_owned())
        };
        let names: Vec<_> = clients.iter().map(name).collect();
        names.iter().all(|name| names.iter().filter(|other| *other == name).count() < 3)
    }

    #[test]
    fn what_is_left_out_changes_nothing_that_is_found() {
        let (mut reduced, mut smaller) = (0, 0);
        let around = [&CLIENTS[1..8], &CLIENTS[8..15], &[CLIENTS[1], CLIENTS[3], CLIENTS[10], CLIENTS[15]]];
        for clients in around {
            for position in 0..=clients.len() {
                for new in CLIENTS {
                    let (above, below) = clients.split_at(position);
                    let inserted = [above, &[new], below].concat();
                    let replaced: Vec<&str> = [above, &[new], below.get(1..).unwrap_or_default()].concat();
                    for (old, new) in [(clients, &inserted[..]), (&inserted, clients), (clients, &replaced)] {
                        let documents = [document(old, ""), document(new, "")];
                        let [before, after] = &documents;
                        let Some(touched) = Touched::of(before, after, &Options::default()) else { continue };
                        reduced += 1;
                        smaller += usize::from(touched.after.len() < new.len());
                        let has_names = |list: &[&str]| !list.iter().any(|one| one.is_empty() || one.contains("''"));
                        // Clients without an id are named by their position, so that those below an insertion have
                        // other findings by name.
                        if has_names(old) && has_names(new) {
                            let (all, some) = (found([before, after], None), found([before, after], Some(&touched)));
                            if is_unique(old) && is_unique(new) {
                                assert_eq!(some, all, "{old:?} {new:?}");
                            }
                            assert_eq!(by_path(some), by_path(all), "{old:?} {new:?}");
                        }
                    }
                }
            }
        }
        assert!(reduced > 500 && smaller > 500, "{reduced} {smaller}");
    }

    #[test]
    fn a_long_chain_of_clients_that_share_something_is_checked_as_a_whole() {
        let chain = |last: &str| {
            let client = |number: usize| {
                let uris = format!("['https://{number}.example.com/cb', 'https://{}.example.com/cb']", number + 1);
                format!("client_id: 'c{number}'\nredirect_uris: {uris}\n")
            };
            let mut clients: Vec<String> = (0..40).map(client).collect();
            clients.push(format!(
                "client_id: 'last'\nclient_name: '{last}'\nredirect_uris: ['https://40.example.com/cb']\n"
            ));
            document(&clients.iter().map(String::as_str).collect::<Vec<_>>(), "")
        };
        let touched = Touched::of(&chain("a"), &chain("b"), &Options::default()).expect("only a client changed");
        assert_eq!(touched.after, (0..41).collect());
    }

    #[test]
    fn an_edit_beside_the_clients_is_checked_as_a_whole() {
        let clients = &CLIENTS[1..4];
        let plain = document(clients, "");
        let options = Options::default();
        assert_eq!(Touched::of(&plain, &document(clients, "    hmac_secret: 'x'\n"), &options), None);
        let edited = document(&[clients[0], clients[1], "client_id: 'z'\n"], "");
        assert!(Touched::of(&plain, &edited, &options).is_some_and(|touched| touched.after.len() < 3));
        let filters = Filters::named(["template"]).expect("a filter");
        assert_eq!(Touched::of(&plain, &edited, &Options { filters, ..options }), None);
    }
}

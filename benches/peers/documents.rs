//! The document to edit: Authelia's OIDC section with comments and blank lines, in any size.

/// The option that every route changes, in the middle client.
pub(crate) const OPTION: &str = "token_endpoint_auth_method";
/// Its values, used alternately, so that every edit is a change.
pub(crate) const VALUES: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// The fragment with this many clients. Each starts with a comment and has another after a value.
pub(crate) fn fragment(clients: usize) -> String {
    let mut text = String::from(
        "# the house's single sign-on\nidentity_providers:\n  oidc:\n    # made once, kept for good\n    hmac_secret: 'b'\n\n    clients:\n",
    );
    for index in 0..clients {
        let client = format!(
            "      # number {index}, asked for by somebody\n      - client_id: 'app-{index}'\n        client_name: \"Application {index}\"   # shown when asking for consent\n        \
             client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng'\n        \
             authorization_policy: two_factor\n\n        redirect_uris:\n          - https://app-{index}.example.com/oauth/callback\n          - https://app-{index}.example.com/oauth/mobile\n        \
             scopes: [ openid, profile, email ]\n        {OPTION}: {}\n",
            VALUES[1]
        );
        text += &client;
    }
    text
}

/// The expected text after the client at `index` got the value, whether or not a program removed the quotes.
pub(crate) fn edited(text: &str, index: usize, value: &str) -> String {
    let ids = [format!("client_id: 'app-{index}'\n"), format!("client_id: app-{index}\n")];
    let begin = ids.iter().find_map(|id| text.find(id)).unwrap_or_default();
    let option = format!("{OPTION}: ");
    let at = begin + text[begin..].find(&option).unwrap_or_default() + option.len();
    let end = at + text[at..].find('\n').unwrap_or_default();
    format!("{}{value}{}", &text[..at], &text[end..])
}

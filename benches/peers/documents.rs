//! The document that is edited: Authelia's OIDC section with comments and blank lines, in any size.

/// The option that every route changes, of the client in the middle.
pub(crate) const OPTION: &str = "token_endpoint_auth_method";
/// What it is set to, in turns: a change that changes nothing would not be one.
pub(crate) const VALUES: [&str; 2] = ["client_secret_basic", "client_secret_post"];

/// The fragment with so many clients. Every one begins with a comment and has another behind a value.
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

/// The text as it must be once the client at `index` has the value, whether or not a program took the quotes away.
pub(crate) fn edited(text: &str, index: usize, value: &str) -> String {
    let ids = [format!("client_id: 'app-{index}'\n"), format!("client_id: app-{index}\n")];
    let begin = ids.iter().find_map(|id| text.find(id)).unwrap_or_default();
    let option = format!("{OPTION}: ");
    let at = begin + text[begin..].find(&option).unwrap_or_default() + option.len();
    let end = at + text[at..].find('\n').unwrap_or_default();
    format!("{}{value}{}", &text[..at], &text[end..])
}

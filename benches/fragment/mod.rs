//! An Authelia fragment of any size, for the benches.

/// The OIDC section with this many clients, about 600 bytes each, including comments.
pub(crate) fn authelia(clients: usize) -> String {
    let mut text = String::from("identity_providers:\n  oidc:\n    hmac_secret: 'benchmark'\n    clients:\n");
    for index in 0..clients {
        text += &format!(
            "      # client number {index}\n      - client_id: 'client-{index}'\n        client_name: 'Client {index}'\n        \
             client_secret: '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng'\n        \
             authorization_policy: 'two_factor'\n        redirect_uris:\n          - 'https://app-{index}.example.com/callback'\n        \
             scopes: ['openid', 'profile', 'email', 'groups']  # what it asks for\n        \
             token_endpoint_auth_method: 'client_secret_basic'\n"
        );
    }
    text
}

//! `diagnose` for the messages that applications show, which name no client.

use serde_json::Value as Json;

use crate::sandbox::Sandbox;

/// Two clients that send their secrets in the header, and one that sends its secret in the body.
const REGISTERED: &str = "identity_providers:
  oidc:
    clients:
      - client_id: media
        client_secret: '$plaintext$abc'
        redirect_uris: [https://media.example.com/callback]
      - client_id: photos
        client_secret: '$plaintext$abc'
        redirect_uris: [https://photos.example.com/callback]
      - client_id: files
        client_secret: '$plaintext$abc'
        token_endpoint_auth_method: client_secret_post
        redirect_uris: [https://files.example.com/callback]
";

fn registered() -> Sandbox {
    Sandbox::with_files(&[("authelia-secrets.age", REGISTERED)])
}

/// The findings of `diagnose` in the text, with these arguments.
fn found(sandbox: &Sandbox, text: &str, arguments: &[&str]) -> Vec<Json> {
    let mut command = sandbox.agepatch([&["diagnose", "--output", "json"], arguments].concat());
    let output = command.write_stdin(text).output().expect("it runs");
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    json["diagnoses"].as_array().expect("a list").clone()
}

#[test]
fn the_message_that_an_application_shows_is_enough() {
    let sandbox = registered();
    let hint = "The request was determined to be using 'token_endpoint_auth_method' method 'client_secret_post', however the OAuth 2.0 client registration does not allow this method.";
    for text in [
        hint.to_owned(),
        format!("oauth2: \"invalid_client\" \"Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method). {hint}\""),
        "determined to be using 'client_secret_post', however the OAuth 2.0 client registration does not allow this method".to_owned(),
        "invalid_client / token_endpoint_auth_method 'client_secret_post' however the OAuth 2.0 client registration does not allow this method".to_owned(),
        format!("https://media.example.com/callback?error=invalid_client&error_description={}&state=x", hint.replace('\'', "%27").replace(' ', "+")),
    ] {
        let all = found(&sandbox, &text, &[]);
        assert_eq!(all.len(), 1, "{text}: {all:?}");
        assert_eq!((&all[0]["cause"], &all[0]["requested"]), (&"auth-method".into(), &"client_secret_post".into()), "{text}");
        assert_eq!(all[0]["option"], "token_endpoint_auth_method", "{text}");
        assert_eq!(all[0]["candidates"], serde_json::json!(["media", "photos"]), "{text}");
        assert!(all[0]["client"].is_null() && all[0]["patch"].is_null());
        let chosen = found(&sandbox, &text, &["--client", "photos"]);
        assert_eq!(chosen[0]["client"], "photos", "{text}");
        assert!(chosen[0]["patch"].is_array(), "{text}: {chosen:?}");
    }
    // After the fix, there is no proposal.
    let fixed = found(&sandbox, &hint.replace("client_secret_post", "client_secret_basic"), &["--client", "media"]);
    assert!(fixed.is_empty() || fixed[0]["patch"].is_null());
    sandbox.agepatch(["diagnose", "--apply", "--client", "media"]).write_stdin(hint).assert().success();
    let mut named = hint.to_owned();
    named.push_str(" The registered client with id 'media' is configured to only support 'token_endpoint_auth_method' method 'client_secret_basic'.");
    let fixed = found(&sandbox, &named, &[]);
    assert!(fixed[0]["patch"].is_null(), "{fixed:?}");
    let message = fixed[0]["message"].as_str().expect("a message");
    assert!(message.contains("this file has it so already") && !message.contains("register `"), "{message}");
}

#[test]
fn the_address_to_which_the_browser_was_sent_back_is_read() {
    let sandbox = registered();
    let url = "https://media.example.com/callback?error=invalid_request&error_description=The+request+is+missing+a+required+parameter.+The+%27redirect_uri%27+parameter+does+not+match+any+of+the+OAuth+2.0+Client%27s+pre-registered+%27redirect_uris%27.";
    let mut command = sandbox.agepatch(["diagnose", "--output", "json", "--url", url]);
    let output = command.output().expect("it runs");
    let json: Json = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["diagnoses"][0]["cause"], "redirect-uri");
    assert_eq!(json["diagnoses"][0]["candidates"].as_array().map(Vec::len), Some(3));
}

#[test]
fn a_request_without_client_authentication_is_not_one_with_an_assertion() {
    let sandbox = registered();
    for text in [
        "The request parameter 'client_assertion' must be set when using 'client_assertion_type' of 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'.",
        "Unknown client_assertion_type ''.",
        "Client Authentication failed with no known authentication method.",
    ] {
        assert_eq!(found(&sandbox, text, &[])[0]["cause"], "credentials-missing", "{text}");
    }
    let assertion = "OAuth 2.0 client with id 'media' provided a client assertion that was expired.";
    assert_eq!(found(&sandbox, assertion, &[])[0]["cause"], "client-assertion");
    let bare = "invalid_client: Client authentication failed (e.g., unknown client, no client authentication included, or unsupported authentication method).";
    assert_eq!(found(&sandbox, bare, &[])[0]["cause"], "client-authentication");
}

#[test]
fn an_error_of_the_configuration_points_to_check() {
    let sandbox = registered();
    let log = "level=error msg=\"Configuration: identity_providers: oidc: clients: client 'media': option 'redirect_uris' has an invalid value\"\nlevel=fatal msg=\"Can't continue due to the errors loading the configuration\"\n";
    let all = found(&sandbox, log, &[]);
    assert_eq!(all[0]["cause"], "configuration", "{all:?}");
    assert!(all[0]["message"].as_str().is_some_and(|message| message.contains("`agepatch check`")));
    assert!(all.iter().all(|one| one["candidates"] == serde_json::json!([])));
}

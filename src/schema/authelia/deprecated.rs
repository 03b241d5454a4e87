//! Old names of options, and names that Authelia rejects.

/// How Authelia handles an old name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Uses the value for the new name, with a warning; if the new name is set, too, drops the value with a warning.
    Moved,
    /// Still reads the value under the old name, with a warning.
    Kept,
    /// Ignores the value, with a warning.
    Dropped,
    Refused,
    /// Combines it with others into one new option (host, port, and path become an address), with a warning.
    Joined,
}

/// An old name of an option.
#[derive(Debug, Clone, Copy)]
pub struct Deprecated {
    /// The old name, in the notation of [`Field::pattern`](crate::schema::Field).
    pub old: &'static str,
    /// The name that replaces it; empty if none does.
    pub new: &'static str,
    /// The version that deprecated it.
    pub since: &'static str,
    /// How Authelia handles it.
    pub fate: Fate,
}

impl Deprecated {
    /// The minor version of Authelia 4 that deprecated it.
    pub fn minor(&self) -> u8 {
        self.since.split('.').nth(1).and_then(|minor| minor.parse().ok()).unwrap_or(0)
    }
}

macro_rules! deprecated {
    ($($since:literal $fate:ident $old:literal => $new:literal;)*) => {
        /// Every old name.
        pub const DEPRECATED: &[Deprecated] = &[
            $(Deprecated { old: $old, new: $new, since: $since, fate: Fate::$fate }),*
        ];
    };
}

deprecated! {
    "4.7" Moved "logs_level" => "log.level";
    "4.7" Moved "logs_file" => "log.file_path";
    "4.25" Moved "authentication_backend.ldap.skip_verify" => "authentication_backend.ldap.tls.skip_verify";
    "4.25" Moved "authentication_backend.ldap.minimum_tls_version" => "authentication_backend.ldap.tls.minimum_version";
    "4.25" Moved "notifier.smtp.disable_verify_cert" => "notifier.smtp.tls.skip_verify";
    "4.25" Refused "notifier.smtp.trusted_cert" => "certificates_directory";
    "4.30" Moved "host" => "server.host";
    "4.30" Moved "port" => "server.port";
    "4.30" Moved "tls_key" => "server.tls.key";
    "4.30" Moved "tls_cert" => "server.tls.certificate";
    "4.30" Moved "log_level" => "log.level";
    "4.30" Moved "log_file_path" => "log.file_path";
    "4.30" Moved "log_format" => "log.format";
    "4.36" Moved "storage.postgres.sslmode" => "storage.postgres.ssl.mode";
    "4.36" Moved "authentication_backend.disable_reset_password" => "authentication_backend.password_reset.disable";
    "4.36" Moved "server.read_buffer_size" => "server.buffers.read";
    "4.36" Moved "server.write_buffer_size" => "server.buffers.write";
    "4.38" Moved "session.remember_me_duration" => "session.remember_me";
    "4.38" Moved "server.enable_pprof" => "server.endpoints.enable_pprof";
    "4.38" Moved "server.enable_expvars" => "server.endpoints.enable_expvars";
    "4.38" Moved "identity_providers.oidc.clients[].userinfo_signing_algorithm" => "identity_providers.oidc.clients[].userinfo_signed_response_alg";
    "4.38" Moved "identity_providers.oidc.clients[].id" => "identity_providers.oidc.clients[].client_id";
    "4.38" Moved "identity_providers.oidc.clients[].secret" => "identity_providers.oidc.clients[].client_secret";
    "4.38" Moved "identity_providers.oidc.clients[].description" => "identity_providers.oidc.clients[].client_name";
    "4.38" Moved "identity_providers.oidc.clients[].sector_identifier" => "identity_providers.oidc.clients[].sector_identifier_uri";
    "4.38" Moved "identity_providers.oidc.access_token_lifespan" => "identity_providers.oidc.lifespans.access_token";
    "4.38" Moved "identity_providers.oidc.authorize_code_lifespan" => "identity_providers.oidc.lifespans.authorize_code";
    "4.38" Moved "identity_providers.oidc.id_token_lifespan" => "identity_providers.oidc.lifespans.id_token";
    "4.38" Moved "identity_providers.oidc.refresh_token_lifespan" => "identity_providers.oidc.lifespans.refresh_token";
    "4.38" Kept "identity_providers.oidc.issuer_private_key" => "identity_providers.oidc.jwks";
    "4.38" Kept "identity_providers.oidc.issuer_certificate_chain" => "identity_providers.oidc.jwks";
    "4.38" Moved "authentication_backend.ldap.url" => "authentication_backend.ldap.address";
    "4.38" Moved "authentication_backend.ldap.username_attribute" => "authentication_backend.ldap.attributes.username";
    "4.38" Moved "authentication_backend.ldap.mail_attribute" => "authentication_backend.ldap.attributes.mail";
    "4.38" Moved "authentication_backend.ldap.display_name_attribute" => "authentication_backend.ldap.attributes.display_name";
    "4.38" Moved "authentication_backend.ldap.group_name_attribute" => "authentication_backend.ldap.attributes.group_name";
    "4.38" Moved "jwt_secret" => "identity_validation.reset_password.jwt_secret";
    "4.39" Moved "webauthn.user_verification" => "webauthn.selection_criteria.user_verification";
    "4.39.16" Dropped "authentication_backend.ldap.permit_feature_detection_failure" => "";
    "4.38" Joined "notifier.smtp.host" => "notifier.smtp.address";
    "4.38" Joined "notifier.smtp.port" => "notifier.smtp.address";
    "4.38" Joined "storage.postgres.host" => "storage.postgres.address";
    "4.38" Joined "storage.postgres.port" => "storage.postgres.address";
    "4.38" Joined "storage.mysql.host" => "storage.mysql.address";
    "4.38" Joined "storage.mysql.port" => "storage.mysql.address";
    "4.38" Joined "server.host" => "server.address";
    "4.38" Joined "server.port" => "server.address";
    "4.38" Joined "server.path" => "server.address";
}

//! Options of the `OpenID` Connect provider: its keys, policies, scopes, and claims.

use super::table::{Row, options};

options! {
    in "" {
        holder Map "identity_providers.oidc";
    }
    in "identity_providers.oidc." {
        holder Map "authorization_policies";
        holder Map "authorization_policies.*" since 39;
        public String "authorization_policies.*.default_policy";
        holder MapList "authorization_policies.*.rules";
        public StringList "authorization_policies.*.rules[].networks" since 39;
        public String "authorization_policies.*.rules[].policy";
        public Any "authorization_policies.*.rules[].subject";
        holder Map "claims_policies" since 39;
        holder Map "claims_policies.*" since 39;
        public StringList "claims_policies.*.access_token" since 39;
        holder Map "claims_policies.*.custom_claims" since 39;
        holder Map "claims_policies.*.custom_claims.*" since 39;
        public String "claims_policies.*.custom_claims.*.attribute" since 39;
        public String "claims_policies.*.custom_claims.*.name" since 39;
        public StringList "claims_policies.*.id_token" since 39;
        public String "claims_policies.*.id_token_audience_mode" since 39;
        holder MapList "clients";
        holder Map "clients[]";
        public StringList "cors.allowed_origins";
        public Bool "cors.allowed_origins_from_client_redirect_uris";
        public StringList "cors.endpoints";
        public String "discovery_signed_response_alg";
        public String "discovery_signed_response_key_id";
        public Bool "enable_client_debug_messages";
        public Bool "enable_jwt_access_token_stateless_introspection";
        public Bool "enable_pkce_plain_challenge";
        public String "enforce_pkce";
        secret String "hmac_secret";
        secret String "issuer_certificate_chain";
        secret String "issuer_private_key";
        holder MapList "jwks";
        public String "jwks[].algorithm";
        secret String "jwks[].certificate_chain";
        secret String "jwks[].key";
        public String "jwks[].key_id";
        public String "jwks[].use";
        public Integer "minimum_parameter_entropy";
        public Bool "require_pushed_authorization_requests";
        holder Map "scopes" since 39;
        holder Map "scopes.*" since 39;
        public StringList "scopes.*.claims" since 39;
    }
}

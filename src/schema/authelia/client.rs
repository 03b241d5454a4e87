//! Options of a registered client.

use super::table::{Row, options};

options! {
    in "identity_providers.oidc.clients[]." {
        public String "access_token_encrypted_response_alg" since 39;
        public String "access_token_encrypted_response_enc" since 39;
        public String "access_token_encrypted_response_key_id" since 39;
        public String "access_token_signed_response_alg";
        public String "access_token_signed_response_key_id";
        public Bool "allow_multiple_auth_methods";
        public StringList "audience";
        public String "authorization_encrypted_response_alg" since 39;
        public String "authorization_encrypted_response_enc" since 39;
        public String "authorization_encrypted_response_key_id" since 39;
        public String "authorization_policy";
        public String "authorization_signed_response_alg";
        public String "authorization_signed_response_key_id";
        public String "claims_policy" since 39;
        public String "client_id";
        public String "client_name";
        secret String "client_secret";
        public String "consent_mode";
        public StringList "grant_types";
        public String "id_token_encrypted_response_alg" since 39;
        public String "id_token_encrypted_response_enc" since 39;
        public String "id_token_encrypted_response_key_id" since 39;
        public String "id_token_signed_response_alg";
        public String "id_token_signed_response_key_id";
        public String "introspection_encrypted_response_alg" since 39;
        public String "introspection_encrypted_response_enc" since 39;
        public String "introspection_encrypted_response_key_id" since 39;
        public String "introspection_endpoint_auth_method" since 39;
        public String "introspection_endpoint_auth_signing_alg" since 39;
        public String "introspection_signed_response_alg";
        public String "introspection_signed_response_key_id";
        holder MapList "jwks";
        public String "jwks[].algorithm";
        secret String "jwks[].certificate_chain";
        secret String "jwks[].key";
        public String "jwks[].key_id";
        public String "jwks[].use";
        public String "jwks_uri";
        public String "lifespan";
        public String "pkce_challenge_method";
        public Duration "pre_configured_consent_duration";
        public Bool "public";
        public String "pushed_authorization_request_endpoint_auth_method" since 39;
        public String "pushed_authorization_request_endpoint_auth_signing_alg" since 39;
        public StringList "redirect_uris";
        public String "request_object_encryption_alg" since 39;
        public String "request_object_encryption_enc" since 39;
        public String "request_object_signing_alg";
        public StringList "request_uris";
        public String "requested_audience_mode";
        public Bool "require_pkce";
        public Bool "require_pushed_authorization_requests";
        public StringList "response_modes";
        public StringList "response_types";
        public String "revocation_endpoint_auth_method" since 39;
        public String "revocation_endpoint_auth_signing_alg" since 39;
        public StringList "scopes";
        public String "sector_identifier_uri";
        public String "token_endpoint_auth_method";
        public String "token_endpoint_auth_signing_alg";
        public String "userinfo_encrypted_response_alg" since 39;
        public String "userinfo_encrypted_response_enc" since 39;
        public String "userinfo_encrypted_response_key_id" since 39;
        public String "userinfo_signed_response_alg";
        public String "userinfo_signed_response_key_id";
    }
}

//! Options for the lifespans of tokens, and custom sets of them.

use super::table::{Row, options};

options! {
    in "identity_providers.oidc.lifespans." {
        public Duration "access_token";
        public Duration "authorize_code";
        holder Map "custom";
        holder Map "custom.*" since 39;
        public Duration "custom.*.access_token";
        public Duration "custom.*.authorize_code";
        public Duration "custom.*.device_code" since 39;
        public Duration "custom.*.grants.authorize_code.access_token";
        public Duration "custom.*.grants.authorize_code.authorize_code";
        public Duration "custom.*.grants.authorize_code.id_token";
        public Duration "custom.*.grants.authorize_code.refresh_token";
        public Duration "custom.*.grants.client_credentials.access_token";
        public Duration "custom.*.grants.client_credentials.authorize_code";
        public Duration "custom.*.grants.client_credentials.id_token";
        public Duration "custom.*.grants.client_credentials.refresh_token";
        public Duration "custom.*.grants.device_code.access_token" since 39;
        public Duration "custom.*.grants.device_code.authorize_code" since 39;
        public Duration "custom.*.grants.device_code.id_token" since 39;
        public Duration "custom.*.grants.device_code.refresh_token" since 39;
        public Duration "custom.*.grants.implicit.access_token";
        public Duration "custom.*.grants.implicit.authorize_code";
        public Duration "custom.*.grants.implicit.id_token";
        public Duration "custom.*.grants.implicit.refresh_token";
        public Duration "custom.*.grants.jwt_bearer.access_token";
        public Duration "custom.*.grants.jwt_bearer.authorize_code";
        public Duration "custom.*.grants.jwt_bearer.id_token";
        public Duration "custom.*.grants.jwt_bearer.refresh_token";
        public Duration "custom.*.grants.refresh_token.access_token";
        public Duration "custom.*.grants.refresh_token.authorize_code";
        public Duration "custom.*.grants.refresh_token.id_token";
        public Duration "custom.*.grants.refresh_token.refresh_token";
        public Duration "custom.*.id_token";
        public Duration "custom.*.refresh_token";
        public Duration "device_code" since 39;
        public Duration "id_token";
        public Duration "jwt_secured_authorization";
        public Duration "refresh_token";
    }
}

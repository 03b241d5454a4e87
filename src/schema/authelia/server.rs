//! Options of the HTTP server and its telemetry.

use super::table::{Row, options};

options! {
    in "server." {
        public String "address";
        public String "asset_path";
        public Integer "buffers.read";
        public Integer "buffers.write";
        public Bool "disable_healthcheck";
        holder Map "endpoints.authz";
        holder Map "endpoints.authz.*" since 39;
        holder MapList "endpoints.authz.*.authn_strategies";
        public String "endpoints.authz.*.authn_strategies[].name";
        public Duration "endpoints.authz.*.authn_strategies[].scheme_basic_cache_lifespan" since 39;
        public StringList "endpoints.authz.*.authn_strategies[].schemes";
        public String "endpoints.authz.*.implementation";
        public Bool "endpoints.enable_expvars";
        public Bool "endpoints.enable_pprof";
        holder MapList "endpoints.rate_limits.openid_connect_introspection.buckets" since 39;
        public Duration "endpoints.rate_limits.openid_connect_introspection.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.openid_connect_introspection.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.openid_connect_introspection.enable" since 39;
        holder MapList "endpoints.rate_limits.openid_connect_pushed_authorization_request.buckets" since 39;
        public Duration "endpoints.rate_limits.openid_connect_pushed_authorization_request.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.openid_connect_pushed_authorization_request.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.openid_connect_pushed_authorization_request.enable" since 39;
        holder MapList "endpoints.rate_limits.openid_connect_revocation.buckets" since 39;
        public Duration "endpoints.rate_limits.openid_connect_revocation.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.openid_connect_revocation.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.openid_connect_revocation.enable" since 39;
        holder MapList "endpoints.rate_limits.openid_connect_token.buckets" since 39;
        public Duration "endpoints.rate_limits.openid_connect_token.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.openid_connect_token.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.openid_connect_token.enable" since 39;
        holder MapList "endpoints.rate_limits.openid_connect_userinfo.buckets" since 39;
        public Duration "endpoints.rate_limits.openid_connect_userinfo.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.openid_connect_userinfo.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.openid_connect_userinfo.enable" since 39;
        holder MapList "endpoints.rate_limits.reset_password_finish.buckets" since 39;
        public Duration "endpoints.rate_limits.reset_password_finish.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.reset_password_finish.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.reset_password_finish.enable" since 39;
        holder MapList "endpoints.rate_limits.reset_password_start.buckets" since 39;
        public Duration "endpoints.rate_limits.reset_password_start.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.reset_password_start.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.reset_password_start.enable" since 39;
        holder MapList "endpoints.rate_limits.second_factor_duo.buckets" since 39;
        public Duration "endpoints.rate_limits.second_factor_duo.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.second_factor_duo.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.second_factor_duo.enable" since 39;
        holder MapList "endpoints.rate_limits.second_factor_totp.buckets" since 39;
        public Duration "endpoints.rate_limits.second_factor_totp.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.second_factor_totp.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.second_factor_totp.enable" since 39;
        holder MapList "endpoints.rate_limits.session_elevation_finish.buckets" since 39;
        public Duration "endpoints.rate_limits.session_elevation_finish.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.session_elevation_finish.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.session_elevation_finish.enable" since 39;
        holder MapList "endpoints.rate_limits.session_elevation_start.buckets" since 39;
        public Duration "endpoints.rate_limits.session_elevation_start.buckets[].period" since 39;
        public Integer "endpoints.rate_limits.session_elevation_start.buckets[].requests" since 39;
        public Bool "endpoints.rate_limits.session_elevation_start.enable" since 39;
        secret String "headers.csp_template";
        public Duration "timeouts.idle";
        public Duration "timeouts.read";
        public Duration "timeouts.write";
        public String "tls.certificate";
        public StringList "tls.client_certificates";
        secret String "tls.key";
    }
    in "telemetry." {
        public String "metrics.address";
        public Integer "metrics.buffers.read";
        public Integer "metrics.buffers.write";
        public Bool "metrics.enabled";
        public Duration "metrics.timeouts.idle";
        public Duration "metrics.timeouts.read";
        public Duration "metrics.timeouts.write";
    }
}

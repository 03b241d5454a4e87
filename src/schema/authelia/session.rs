//! Options for sessions and their cookies.

use super::table::{Row, options};

options! {
    in "" {
        holder Map "session";
    }
    in "session." {
        holder MapList "cookies";
        holder Map "cookies[]";
        public String "cookies[].authelia_url";
        public String "cookies[].default_redirection_url";
        public String "cookies[].domain";
        public Duration "cookies[].expiration";
        public Duration "cookies[].inactivity";
        public String "cookies[].name";
        public Duration "cookies[].remember_me";
        public String "cookies[].same_site";
        public String "domain";
        public Duration "expiration";
        public Duration "inactivity";
        public String "name";
        public Integer "redis.database_index";
        holder MapList "redis.high_availability.nodes";
        secret String "redis.high_availability.nodes[].host";
        public Integer "redis.high_availability.nodes[].port";
        public Bool "redis.high_availability.route_by_latency";
        public Bool "redis.high_availability.route_randomly";
        secret String "redis.high_availability.sentinel_name";
        secret String "redis.high_availability.sentinel_password";
        secret String "redis.high_availability.sentinel_username";
        secret String "redis.host";
        public Integer "redis.max_retries";
        public Integer "redis.maximum_active_connections";
        public Integer "redis.minimum_idle_connections";
        secret String "redis.password";
        public Integer "redis.port";
        public Duration "redis.timeout";
        secret String "redis.tls.certificate_chain";
        public String "redis.tls.maximum_version";
        public String "redis.tls.minimum_version";
        secret String "redis.tls.private_key";
        public String "redis.tls.server_name";
        public Bool "redis.tls.skip_verify";
        secret String "redis.username";
        public Duration "remember_me";
        public String "same_site";
        secret String "secret";
    }
}

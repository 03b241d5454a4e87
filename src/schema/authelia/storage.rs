//! Options for the database.

use super::table::{Row, options};

options! {
    in "storage." {
        secret String "encryption_key";
        public String "local.path";
        secret String "mysql.address";
        public String "mysql.database";
        secret String "mysql.password";
        public Duration "mysql.timeout";
        secret String "mysql.tls.certificate_chain";
        public String "mysql.tls.maximum_version";
        public String "mysql.tls.minimum_version";
        secret String "mysql.tls.private_key";
        public String "mysql.tls.server_name";
        public Bool "mysql.tls.skip_verify";
        secret String "mysql.username";
        secret String "postgres.address";
        public String "postgres.database";
        secret String "postgres.password";
        public String "postgres.schema";
        holder MapList "postgres.servers" since 39;
        secret String "postgres.servers[].address" since 39;
        holder Map "postgres.servers[].tls" since 39;
        secret String "postgres.servers[].tls.certificate_chain" since 39;
        public String "postgres.servers[].tls.maximum_version" since 39;
        public String "postgres.servers[].tls.minimum_version" since 39;
        secret String "postgres.servers[].tls.private_key" since 39;
        public String "postgres.servers[].tls.server_name" since 39;
        public Bool "postgres.servers[].tls.skip_verify" since 39;
        secret String "postgres.ssl.certificate";
        secret String "postgres.ssl.key";
        public String "postgres.ssl.mode";
        secret String "postgres.ssl.root_certificate";
        public Duration "postgres.timeout";
        secret String "postgres.tls.certificate_chain";
        public String "postgres.tls.maximum_version";
        public String "postgres.tls.minimum_version";
        secret String "postgres.tls.private_key";
        public String "postgres.tls.server_name";
        public Bool "postgres.tls.skip_verify";
        secret String "postgres.username";
    }
}

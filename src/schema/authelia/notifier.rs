//! Options for sending messages to users.

use super::table::{Row, options};

options! {
    in "notifier." {
        public Bool "disable_startup_check";
        public String "filesystem.filename";
        secret String "smtp.address";
        public Bool "smtp.disable_html_emails";
        public Bool "smtp.disable_require_tls";
        public Bool "smtp.disable_starttls";
        secret String "smtp.host";
        secret String "smtp.identifier";
        secret String "smtp.password";
        public Integer "smtp.port";
        secret String "smtp.sender";
        secret String "smtp.startup_check_address";
        secret String "smtp.subject";
        public Duration "smtp.timeout";
        secret String "smtp.tls.certificate_chain";
        public String "smtp.tls.maximum_version";
        public String "smtp.tls.minimum_version";
        secret String "smtp.tls.private_key";
        public String "smtp.tls.server_name";
        public Bool "smtp.tls.skip_verify";
        secret String "smtp.username";
        public String "template_path";
    }
}

//! All other options.

use super::table::{Row, options};

options! {
    in "" {
        public String "certificates_directory";
        public String "default_2fa_method";
        public String "default_redirection_url";
        public String "theme";
    }
    in "log." {
        public String "file_path";
        public String "format";
        public Bool "keep_stdout";
        public String "level";
    }
    in "ntp." {
        secret String "address";
        public Bool "disable_failure";
        public Bool "disable_startup_check";
        public Duration "max_desync";
        public Integer "version";
    }
    in "privacy_policy." {
        public Bool "enabled";
        public String "policy_url";
        public Bool "require_user_acceptance";
    }
    in "regulation." {
        public Duration "ban_time";
        public Duration "find_time";
        public Integer "max_retries";
        public StringList "modes" since 39;
    }
}

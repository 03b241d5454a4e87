//! Options for second factors and the password policy.

use super::table::{Row, options};

options! {
    in "duo_api." {
        public Bool "disable";
        public Bool "enable_self_enrollment";
        secret String "hostname";
        secret String "integration_key";
        secret String "secret_key";
    }
    in "identity_validation." {
        public Integer "elevated_session.characters";
        public Duration "elevated_session.code_lifespan";
        public Duration "elevated_session.elevation_lifespan";
        public Bool "elevated_session.require_second_factor";
        public Bool "elevated_session.skip_second_factor";
        public String "reset_password.jwt_algorithm";
        public Duration "reset_password.jwt_lifespan";
        secret String "reset_password.jwt_secret";
    }
    in "password_policy." {
        public Bool "standard.enabled";
        public Integer "standard.max_length";
        public Integer "standard.min_length";
        public Bool "standard.require_lowercase";
        public Bool "standard.require_number";
        public Bool "standard.require_special";
        public Bool "standard.require_uppercase";
        public Bool "zxcvbn.enabled";
        public Integer "zxcvbn.min_score";
    }
    in "totp." {
        public String "algorithm";
        public StringList "allowed_algorithms";
        public Any "allowed_digits";
        public Any "allowed_periods";
        public Integer "digits";
        public Bool "disable";
        public Bool "disable_reuse_security_policy";
        public String "issuer";
        public Integer "period";
        public Integer "secret_size";
        public Integer "skew";
    }
    in "webauthn." {
        public String "attestation_conveyance_preference";
        public Bool "disable";
        public String "display_name";
        public Bool "enable_passkey_login" since 39;
        public Bool "experimental_enable_passkey_upgrade" since 39;
        public Bool "experimental_enable_passkey_uv_two_factors" since 39;
        public StringList "filtering.permitted_aaguids" since 39;
        public Bool "filtering.prohibit_backup_eligibility" since 39;
        public StringList "filtering.prohibited_aaguids" since 39;
        public String "metadata.cache_policy" since 39;
        public Bool "metadata.enabled" since 39;
        public Bool "metadata.validate_entry" since 39;
        public Bool "metadata.validate_entry_permit_zero_aaguid" since 39;
        public Bool "metadata.validate_status" since 39;
        public StringList "metadata.validate_status_permitted" since 39;
        public StringList "metadata.validate_status_prohibited" since 39;
        public Bool "metadata.validate_trust_anchor" since 39;
        public String "selection_criteria.attachment" since 39;
        public String "selection_criteria.discoverability" since 39;
        public String "selection_criteria.user_verification" since 39;
        public Duration "timeout";
    }
}

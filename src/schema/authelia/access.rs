//! Options for access control, and the definitions that its rules refer to.

use super::table::{Row, options};

options! {
    in "access_control." {
        public String "default_policy";
        holder MapList "networks";
        public String "networks[].name";
        public StringList "networks[].networks";
        holder MapList "rules";
        public StringList "rules[].domain";
        public StringList "rules[].domain_regex";
        public StringList "rules[].methods";
        public StringList "rules[].networks";
        public String "rules[].policy";
        secret Any "rules[].query";
        secret String "rules[].query[][].key";
        secret String "rules[].query[][].operator";
        secret String "rules[].query[][].value";
        public StringList "rules[].resources";
        public Any "rules[].subject";
    }
    in "definitions." {
        holder Map "network" since 39;
        public StringList "network.*" since 39;
        holder Map "user_attributes" since 39;
        holder Map "user_attributes.*" since 39;
        secret String "user_attributes.*.expression" since 39;
    }
}

//! How the enums of the layers below are named on the command line.

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::check::Severity;
use crate::document::Format;
use crate::output::Color;

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        Self::NAMED
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()).help(self.help()))
    }
}

impl ValueEnum for Severity {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Advice, Self::Warning, Self::Error]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Self::Advice => "agepatch's own advice",
            Self::Warning => "Authelia would start, with a warning",
            Self::Error => "Authelia would not start",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

impl ValueEnum for Color {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Auto, Self::Always, Self::Never]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Auto => PossibleValue::new("auto").help("On a terminal, unless `NO_COLOR` is set"),
            Self::Always => PossibleValue::new("always").help("Always"),
            Self::Never => PossibleValue::new("never").help("Never"),
        })
    }
}

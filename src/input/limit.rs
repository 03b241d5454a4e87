//! Limits for the size of files, and the environment variables that override them.

use std::io;

use super::refused;

const KIB: u64 = 1 << 10;
pub(super) const MIB: u64 = 1 << 20;

/// Limits for the size of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limit {
    /// An encrypted file, a document, a patch, a value, a log: 64 MiB.
    Secret,
    /// Rules, settings, identities, tasks: 1 MiB.
    Settings,
    /// The header of an age file: 64 KiB.
    Header,
}

impl Limit {
    /// The environment variable that overrides the limit.
    pub(crate) fn variable(self) -> &'static str {
        match self {
            Self::Secret => "AGEPATCH_MAX_SECRET",
            Self::Settings => "AGEPATCH_MAX_SETTINGS",
            Self::Header => "AGEPATCH_MAX_HEADER",
        }
    }

    fn default(self) -> u64 {
        match self {
            Self::Secret => 64 * MIB,
            Self::Settings => MIB,
            Self::Header => 64 * KIB,
        }
    }

    /// The limit in bytes: that of its environment variable, or the default.
    ///
    /// # Errors
    /// If the variable is not a size.
    pub(crate) fn bytes(self) -> io::Result<u64> {
        let name = self.variable();
        let Some(value) = std::env::var_os(name).filter(|value| !value.is_empty()) else { return Ok(self.default()) };
        let size = value.to_str().and_then(size);
        size.ok_or_else(|| {
            refused(format!("the environment variable {name} is not a size such as 500000, 256K, or 2M"))
        })
    }

    /// The error for a larger file, with how to allow it.
    ///
    /// # Errors
    /// See [`Limit::bytes`].
    pub(crate) fn exceeded(self) -> io::Result<String> {
        let bytes = self.bytes()?;
        let allowed = match bytes {
            bytes if bytes % MIB == 0 => format!("{} MiB", bytes / MIB),
            bytes if bytes % KIB == 0 => format!("{} KiB", bytes / KIB),
            bytes => format!("{bytes} bytes"),
        };
        Ok(format!("larger than {allowed}; the environment variable {} sets another limit", self.variable()))
    }
}

/// `64M` in bytes.
fn size(text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|end: char| end.is_ascii_alphabetic());
    let unit = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => KIB,
        "m" | "mib" => MIB,
        "g" | "gib" => 1024 * MIB,
        _ => return None,
    };
    digits.trim().parse::<u64>().ok()?.checked_mul(unit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes() {
        let cases = [
            ("0", Some(0)),
            ("500000", Some(500_000)),
            ("64K", Some(65_536)),
            ("1 MiB", Some(MIB)),
            ("2g", Some(2_048 * MIB)),
            ("", None),
            ("-1", None),
            ("x", None),
            ("1.5M", None),
            ("99999999999G", None),
        ];
        for (text, bytes) in cases {
            assert_eq!(size(text), bytes, "{text:?}");
        }
    }
}

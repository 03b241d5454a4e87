//! An age file as a container; the view is its complete content.

use super::{AgeRecipients, header, is_armored, open, seal};
use crate::container::{Back, Container, ContainerKind, Identities, OpenOptions, Opened, Recipients, Sealed, Sealing};
use crate::error::Result;

/// An age file, binary or armored.
pub(in crate::container) struct AgeFile<'b> {
    bytes: &'b [u8],
}

impl<'b> AgeFile<'b> {
    pub(in crate::container) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes }
    }

    /// Armor is preserved.
    fn form(&self) -> WrittenForm {
        WrittenForm { armor: is_armored(self.bytes) }
    }
}

impl Container for AgeFile<'_> {
    fn kind(&self) -> ContainerKind {
        ContainerKind::Age
    }

    fn recipients(&self) -> Result<Recipients> {
        header::read(self.bytes)
    }

    fn open(&self, identities: &Identities, options: OpenOptions) -> Result<Opened> {
        let (text, identity) = open::open(self.bytes, identities, options.ask)?;
        let mut opened = Opened::new(text, self.form());
        opened.identity = Some(identity);
        Ok(opened)
    }

    fn replace(&self, text: &[u8], sealing: &Sealing<'_>) -> Result<Sealed> {
        self.form().back(text, sealing)
    }

    fn rekey(&self, sealing: &Sealing<'_>, _rotate: bool) -> Result<Sealed> {
        let none = Identities::none();
        let opened = self.open(sealing.identities.unwrap_or(&none), OpenOptions::default())?;
        opened.back(opened.text.expose(), sealing)
    }
}

/// A new age file, armored if the rules require it.
///
/// # Errors
/// See [`Back::back`].
pub(in crate::container) fn create(text: &[u8], sealing: &Sealing<'_>) -> Result<Sealed> {
    WrittenForm { armor: sealing.rule()?.armor.unwrap_or(false) }.back(text, sealing)
}

/// The properties of an age file that an edit preserves.
struct WrittenForm {
    armor: bool,
}

impl Back for WrittenForm {
    fn back(&self, view: &[u8], sealing: &Sealing<'_>) -> Result<Sealed> {
        let recipients = AgeRecipients::parse(&sealing.rule()?.keys)?;
        seal(view, &recipients, self.armor, sealing.identities)
    }
}

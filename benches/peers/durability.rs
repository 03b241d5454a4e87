//! The storage of the files, and how to make every route equally durable.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

/// A kind of storage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Storage {
    /// Memory-backed: only the programs' own work is measured.
    Memory,
    /// A disk: every route waits until the file and its folder are synced.
    Disk,
}

impl Storage {
    /// Memory-backed storage, if available.
    pub(crate) fn memory() -> Option<Self> {
        Path::new("/dev/shm").is_dir().then_some(Self::Memory)
    }

    /// The folder to work in.
    pub(crate) fn folder(self) -> PathBuf {
        match self {
            Self::Memory => PathBuf::from("/dev/shm"),
            Self::Disk => std::env::current_dir().unwrap_or_default().join("target"),
        }
    }

    /// For the tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Memory => "in memory",
            Self::Disk => "on disk, synced",
        }
    }

    /// Syncs the file and its folder for a peer, as agepatch does itself.
    pub(crate) fn settle(self, files: &[PathBuf]) -> io::Result<()> {
        if self == Self::Memory {
            return Ok(());
        }
        for file in files {
            File::open(file)?.sync_all()?;
        }
        let folder = files.first().and_then(|file| file.parent());
        folder.map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    }
}

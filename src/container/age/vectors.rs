//! The age test vectors of C2SP/CCTV: invalid files must fail with the right error, and supported ones must open.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::open::open;
use super::{header, is_age};
use crate::container::{Identities, detect};
use crate::error::ErrorKind;
use crate::hex::hex;

/// A vector: a text before the empty line, and the file after it.
struct Vector {
    name: String,
    head: Vec<(String, String)>,
    file: Vec<u8>,
}

impl Vector {
    fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/age-vectors/testdata");
        let mut paths: Vec<PathBuf> =
            fs::read_dir(folder).expect("the vectors").map(|entry| entry.expect("an entry").path()).collect();
        paths.sort();
        paths.iter().map(|path| Self::read(path)).collect()
    }

    fn read(path: &Path) -> Self {
        let bytes = fs::read(path).expect("a vector");
        let end = bytes.windows(2).position(|pair| pair == b"\n\n").expect("an empty line");
        let text = std::str::from_utf8(&bytes[..end]).expect("text");
        let pair = |line: &str| line.split_once(": ").map(|(key, value)| (key.to_owned(), value.to_owned()));
        let head: Vec<_> = text.lines().map(|line| pair(line).expect("a key and a value")).collect();
        let rest = &bytes[end + 2..];
        let compressed = head.iter().any(|(key, value)| key == "compressed" && value == "zlib");
        let file = match compressed {
            true => miniz_oxide::inflate::decompress_to_vec_zlib(rest).expect("zlib"),
            false => rest.to_vec(),
        };
        Self { name: path.file_name().expect("a name").to_string_lossy().into_owned(), head, file }
    }

    fn get(&self, wanted: &str) -> Vec<&str> {
        self.head.iter().filter(|(key, _)| key == wanted).map(|(_, value)| value.as_str()).collect()
    }

    /// The identities, and whether all their kinds are supported.
    fn identities(&self, folder: &Path) -> (Identities, bool) {
        let keys = self.get("identity");
        let known = keys.iter().any(|key| key.parse::<age::x25519::Identity>().is_ok());
        if keys.is_empty() {
            return (Identities::none(), known);
        }
        let path = folder.join(&self.name);
        fs::write(&path, keys.join("\n")).expect("written");
        // A file with other kinds of keys, or keys in lower case, may be rejected.
        (Identities::load_usable(&[path]), known)
    }
}

#[test]
fn each_vector_has_its_expected_result() {
    let folder = tempfile::tempdir().expect("a folder");
    let vectors = Vector::all();
    assert_eq!(vectors.len(), 143);
    let (mut wrong, mut opened) = (Vec::new(), 0);
    for vector in &vectors {
        let expected = vector.get("expect")[0];
        let (identities, known) = vector.identities(folder.path());
        let result = open(&vector.file, &identities, false).map(|(text, _)| hex(&Sha256::digest(text.expose())));
        opened += usize::from(result.is_ok());
        let fits = match (expected, &result) {
            ("success", Ok(payload)) => vector.get("payload") == [payload.as_str()],
            // Passphrases are not entered, and post-quantum identities are not supported.
            ("success" | "no match" | "payload failure" | "HMAC failure" | "header failure", Err(error)) if !known => {
                matches!(error.kind(), ErrorKind::NoIdentity | ErrorKind::Damaged)
            }
            ("no match", Err(error)) => error.kind() == ErrorKind::NoIdentity,
            ("payload failure" | "HMAC failure" | "header failure" | "armor failure", Err(error)) => {
                error.kind() == ErrorKind::Damaged
            }
            _ => false,
        };
        if !fits {
            let result = result.map_err(|error| format!("{:?}: {}", error.kind(), error.message()));
            wrong.push(format!("{}: {expected}: {result:?}", vector.name));
        }
        // A file that is not age is plaintext; otherwise its header lists its readers. Nothing panics.
        if is_age(&vector.file) {
            let _readers = header::read(&vector.file);
            assert!(detect("x.age", &vector.file).kind().is_encrypted());
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(opened >= 15, "only {opened} were opened");
}

//! Finished points of an unfinished design, a line each in one file that only grows.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Mutex;

use serde::{Deserialize, Serialize};

use super::error::StoreError;
use crate::study::{JournalError, PointJournal};

/// One line.
#[derive(Serialize, Deserialize)]
struct Line {
    key: String,
    values: BTreeMap<String, f64>,
    digest: String,
}

impl Line {
    fn new(key: &str, values: &BTreeMap<String, f64>) -> Line {
        let text = serde_json::to_vec(&(key, values)).expect("invariant: numbers can be written");
        let digest = blake3::hash(&text).to_hex().to_string();
        Line { key: key.to_owned(), values: values.clone(), digest }
    }
}

/// Points kept in a file.
pub struct KeptPoints {
    known: BTreeMap<String, BTreeMap<String, f64>>,
    file: Mutex<File>,
}

impl KeptPoints {
    /// Opens the points kept in a folder of finished replications. A line that was being written
    /// when the program was killed is left out.
    ///
    /// # Errors
    /// [`StoreError`] when the file cannot be read or written.
    pub(super) fn open(folder: &Path) -> Result<KeptPoints, StoreError> {
        let path = folder.join("points.jsonl");
        let bytes = if path.exists() {
            std::fs::read(&path).map_err(StoreError::on("read", &path))?
        } else {
            Vec::new()
        };
        let mut known = BTreeMap::new();
        for text in bytes.split(|&byte| byte == b'\n') {
            let Ok(line) = serde_json::from_slice::<Line>(text) else { continue };
            if Line::new(&line.key, &line.values).digest == line.digest {
                known.insert(line.key, line.values);
            }
        }
        let file = File::options().create(true).append(true).open(&path);
        let mut file = file.map_err(StoreError::on("write", &path))?;
        if bytes.last().is_some_and(|&byte| byte != b'\n') {
            file.write_all(b"\n").map_err(StoreError::on("write", &path))?;
        }
        Ok(KeptPoints { known, file: Mutex::new(file) })
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.known.len()
    }

    /// Are there none?
    pub fn is_empty(&self) -> bool {
        self.known.is_empty()
    }
}

impl PointJournal for KeptPoints {
    fn load(&self, key: &str) -> Option<BTreeMap<String, f64>> {
        self.known.get(key).cloned()
    }

    fn save(&self, key: &str, values: &BTreeMap<String, f64>) -> Result<(), JournalError> {
        let line = Line::new(key, values);
        let mut bytes = serde_json::to_vec(&line).expect("invariant: numbers can be written");
        bytes.push(b'\n');
        let mut file = self.file.lock().expect("invariant: writing does not panic");
        // In one piece, and on the disk before the next point is counted as safe.
        file.write_all(&bytes)
            .and_then(|()| file.sync_data())
            .map_err(|error| JournalError(error.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_torn_or_spoiled_line_is_run_again() {
        // Catches: a half-written last line that hides the next one, a number changed on disk.
        let folder = tempfile::tempdir().unwrap();
        let values = |v: f64| BTreeMap::from([("on_time_share".to_owned(), v)]);
        let kept = KeptPoints::open(folder.path()).unwrap();
        assert!(kept.is_empty());
        kept.save("a @1", &values(0.1)).unwrap();
        kept.save("b @1", &values(0.3)).unwrap();
        let path = folder.path().join("points.jsonl");
        let mut text = std::fs::read_to_string(&path).unwrap().replace("0.3", "0.4");
        text.push_str("{\"key\":\"c @1\",\"val");
        std::fs::write(&path, text).unwrap();
        let kept = KeptPoints::open(folder.path()).unwrap();
        assert_eq!(kept.len(), 1);
        assert_eq!(kept.load("a @1"), Some(values(0.1)));
        assert_eq!(kept.load("b @1"), None);
        kept.save("d @1", &values(0.5)).unwrap();
        let again = KeptPoints::open(folder.path()).unwrap();
        assert_eq!(again.load("d @1"), Some(values(0.5)));
    }
}

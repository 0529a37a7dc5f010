//! Digest of a value: equal digests, equal values to the last bit.

use std::io::BufWriter;

use serde::Serialize;

/// BLAKE3 of a value's JSON, in hexadecimal.
///
/// # Panics
/// If the value cannot be written as JSON, such as a map whose keys are no text.
pub fn digest_of(value: &impl Serialize) -> String {
    // The text comes in words of a few letters, and the digest is quick with many at once.
    let mut text = BufWriter::with_capacity(1 << 16, blake3::Hasher::new());
    serde_json::to_writer(&mut text, value).expect("a value that JSON can hold");
    let hasher = text.into_inner().expect("invariant: a digest takes whatever is written");
    hasher.finalize().to_hex().to_string()
}

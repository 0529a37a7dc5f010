//! `ro-crate-metadata.json`: what the folder is and how it was made, for archives (RO-Crate 1.1
//! with the terms of a Process Run Crate).
//!
//! No clock: the day of publication is known to whoever publishes, who says it with `huying report
//! DIR --published DATE`. Until then the crate is a draft and has no `datePublished`.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::manifest::Manifest;

/// Size and digest of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct FileFacts {
    /// BLAKE3.
    pub(super) digest: String,
    /// Bytes.
    pub(super) size: u64,
}

fn reference(id: &str) -> Value {
    json!({"@id": id})
}

/// The metadata of a result with these files.
pub(super) fn crate_metadata(manifest: &Manifest, files: &BTreeMap<String, FileFacts>) -> Vec<u8> {
    let word = |key: &str| manifest.words.get(key).cloned().unwrap_or_default();
    let parts: Vec<Value> = files.keys().map(|name| reference(name)).collect();
    let inputs: Vec<String> =
        manifest.inputs.iter().map(|input| format!("#input/{}", input.path)).collect();
    let mut root = json!({
        "@id": "./",
        "@type": "Dataset",
        "name": word("title_en"),
        "alternateName": word("title_zh"),
        "description": word("question_en"),
        "conformsTo": [reference("https://w3id.org/ro/wfrun/process/0.5")],
        "hasPart": parts,
        "mentions": [reference("#run")],
    });
    match &manifest.published {
        Some(day) => root["datePublished"] = json!(day),
        None => root["creativeWorkStatus"] = json!("Draft"),
    }
    let mut graph = vec![
        json!({
            "@id": "ro-crate-metadata.json",
            "@type": "CreativeWork",
            "about": reference("./"),
            "conformsTo": [reference("https://w3id.org/ro/crate/1.1")],
        }),
        root,
        json!({
            "@id": "#huying",
            "@type": "SoftwareApplication",
            "name": "huying",
            "softwareVersion": manifest.version,
            "softwareRequirements": format!("Rust {}", manifest.toolchain),
            "license": "MIT OR Apache-2.0",
        }),
        json!({
            "@id": "#run",
            "@type": "CreateAction",
            "name": format!("huying {}", manifest.command.join(" ")),
            "instrument": reference("#huying"),
            "object": inputs.iter().map(|id| reference(id)).collect::<Vec<_>>(),
            "result": parts,
        }),
    ];
    for (id, input) in inputs.iter().zip(&manifest.inputs) {
        graph.push(json!({
            "@id": id,
            "@type": "File",
            "name": input.path,
            "identifier": format!("blake3:{}", input.digest),
        }));
    }
    for (name, facts) in files {
        graph.push(json!({
            "@id": name,
            "@type": "File",
            "encodingFormat": format_of(name),
            "contentSize": facts.size.to_string(),
            "identifier": format!("blake3:{}", facts.digest),
        }));
    }
    let whole = json!({"@context": "https://w3id.org/ro/crate/1.1/context", "@graph": graph});
    let mut bytes =
        serde_json::to_vec_pretty(&whole).expect("invariant: plain values can be written");
    bytes.push(b'\n');
    bytes
}

/// Media type by the end of the name.
fn format_of(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("csv") => "text/csv",
        Some("json") => "application/json",
        Some("html") => "text/html",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("xes") => "application/xml",
        Some("parquet") => "application/vnd.apache.parquet",
        Some("xlsx") => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        _ => "application/octet-stream",
    }
}

//! The embedded Chinese font: its bytes, how wide a text is, and which characters it lacks.
//!
//! Charts must look the same on a machine with no fonts at all, so widths are measured from the
//! font file itself: the tables `cmap` (character to glyph, format 4) and `hmtx` (advance widths)
//! of the OpenType specification. The file covers GB 2312, which every name of the model's tables
//! lies in; [`missing_glyphs`] is the check for names that users bring.

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

/// Noto Sans SC, subset to GB 2312; SIL Open Font License 1.1 (`assets/fonts/OFL.txt`).
pub const FONT: &[u8] = include_bytes!("../../assets/fonts/NotoSansSC-GB2312-Regular.otf");

/// What the SVG files name as font, best first; a reader's own font shows inlined pictures.
pub const FAMILIES: &str = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, Microsoft YaHei, \
                            PingFang SC, WenQuanYi Micro Hei, sans-serif";

/// Characters of `text` for which the embedded font has no glyph, sorted, each once.
///
/// Control characters and white space count as covered: nothing is drawn for them.
#[must_use]
pub fn missing_glyphs(text: &str) -> Vec<char> {
    let metrics = metrics();
    let lacking: BTreeSet<char> = text
        .chars()
        .filter(|c| !c.is_control() && !c.is_whitespace() && metrics.glyph(*c) == 0)
        .collect();
    lacking.into_iter().collect()
}

/// Width of `text` \[px\] at a font size \[px\]; a character without a glyph counts as one em.
pub(super) fn text_width(text: &str, size: f64) -> f64 {
    let metrics = metrics();
    let units: f64 = text.chars().map(|c| metrics.advance(metrics.glyph(c))).sum();
    units / metrics.units_per_em * size
}

/// Font data base that holds the embedded font alone, built once per process.
pub(super) fn database() -> Arc<resvg::usvg::fontdb::Database> {
    static DATABASE: OnceLock<Arc<resvg::usvg::fontdb::Database>> = OnceLock::new();
    DATABASE
        .get_or_init(|| {
            let mut database = resvg::usvg::fontdb::Database::new();
            database.load_font_data(FONT.to_vec());
            let family = database.faces().next().and_then(|face| face.families.first()).cloned();
            if let Some((family, _)) = family {
                database.set_sans_serif_family(family);
            }
            Arc::new(database)
        })
        .clone()
}

/// One run of characters with consecutive treatment in a `cmap` table of format 4.
struct Segment {
    first: u16,
    last: u16,
    delta: u16,
    /// Place of the segment's glyph ids in the file; zero when `delta` alone gives them.
    ids: usize,
}

/// What is needed to measure text.
struct Metrics {
    segments: Vec<Segment>,
    advances: Vec<f64>,
    units_per_em: f64,
}

impl Metrics {
    /// Glyph id of a character; zero when the font has none.
    fn glyph(&self, c: char) -> u16 {
        let Ok(code) = u16::try_from(u32::from(c)) else { return 0 };
        let index = self.segments.partition_point(|segment| segment.last < code);
        match self.segments.get(index) {
            Some(segment) if segment.first <= code => {
                if segment.ids == 0 {
                    return code.wrapping_add(segment.delta);
                }
                let at = segment.ids + 2 * usize::from(code - segment.first);
                match word(at) {
                    0 => 0,
                    id => id.wrapping_add(segment.delta),
                }
            }
            _ => 0,
        }
    }

    /// Advance width of a glyph in font units; beyond the table the last width holds.
    fn advance(&self, glyph: u16) -> f64 {
        let last = self.advances.len() - 1;
        self.advances[usize::from(glyph).min(last)]
    }
}

/// Big-endian 16-bit word of the font file.
fn word(at: usize) -> u16 {
    u16::from_be_bytes([FONT[at], FONT[at + 1]])
}

/// Big-endian 32-bit offset of the font file.
fn offset(at: usize) -> usize {
    usize::from(word(at)) << 16 | usize::from(word(at + 2))
}

/// Start of a table of the font file.
fn table(tag: &[u8; 4]) -> usize {
    (0..usize::from(word(4)))
        .map(|index| 12 + 16 * index)
        .find(|&entry| &FONT[entry..entry + 4] == tag)
        .map(|entry| offset(entry + 8))
        .expect("invariant: the embedded font has the table")
}

/// The parsed tables, once per process.
fn metrics() -> &'static Metrics {
    static METRICS: OnceLock<Metrics> = OnceLock::new();
    METRICS.get_or_init(|| {
        let (cmap, hmtx) = (table(b"cmap"), table(b"hmtx"));
        let count = usize::from(word(table(b"hhea") + 34));
        Metrics {
            segments: segments(cmap),
            advances: (0..count).map(|glyph| f64::from(word(hmtx + 4 * glyph))).collect(),
            units_per_em: f64::from(word(table(b"head") + 18)),
        }
    })
}

/// Segments of the first sub-table of format 4.
fn segments(cmap: usize) -> Vec<Segment> {
    let start = (0..usize::from(word(cmap + 2)))
        .map(|index| cmap + offset(cmap + 8 + 8 * index))
        .find(|&start| word(start) == 4)
        .expect("invariant: the embedded font has a cmap of format 4");
    let doubled = usize::from(word(start + 6));
    (0..doubled / 2)
        .map(|index| {
            let last_at = start + 14 + 2 * index;
            let first_at = last_at + doubled + 2;
            let range_at = first_at + 2 * doubled;
            let range = usize::from(word(range_at));
            Segment {
                first: word(first_at),
                last: word(last_at),
                delta: word(first_at + doubled),
                ids: if range == 0 { 0 } else { range_at + range },
            }
        })
        .collect()
}

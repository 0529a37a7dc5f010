//! PNG pictures and outlines of the same SVG text, drawn with the embedded font alone.

use super::font;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, WriteOptions};

/// Pixels of the picture per pixel of the page.
const SCALE: f32 = 2.0;

/// The same picture with every letter as an outline: it looks the same on a machine without fonts.
///
/// # Panics
/// If the text is not an SVG: it is always one that this module's neighbors wrote.
#[must_use]
pub fn outlined(svg: &str) -> String {
    let options = Options { fontdb: font::database(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).expect("invariant: our own SVG can be read");
    tree.to_string(&WriteOptions { coordinates_precision: 3, ..WriteOptions::default() })
}

/// Renders an SVG text of our own making.
///
/// # Panics
/// If the text is not an SVG: it is always one that this module's neighbors wrote.
pub(super) fn png(svg: &str) -> Vec<u8> {
    let options = Options { fontdb: font::database(), ..Options::default() };
    let tree = Tree::from_str(svg, &options).expect("invariant: our own SVG can be read");
    let size = tree.size();
    let pixels = |length: f32| (length * SCALE).ceil() as u32;
    let mut picture = Pixmap::new(pixels(size.width()), pixels(size.height()))
        .expect("invariant: a chart has a size");
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut picture.as_mut());
    picture.encode_png().expect("invariant: a picture in memory can be encoded")
}

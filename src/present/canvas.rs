//! Drawing in pixels of a page: lines, boxes, hatches, marks and text, ended as one SVG.
//!
//! Shapes are collected first and drawn at the end, so that a chart may find its height while it
//! draws. The SVG back end takes whole numbers only; shapes are therefore drawn [`FINE`] times as
//! large and the file's view box scales them back, which keeps curves smooth.

use super::font;
use plotters::prelude::{DrawingBackend, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{Color as _, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};

/// Steps per pixel.
const FINE: f64 = 10.0;

/// Width of every chart \[px\]: printed over a page's 170 mm, 12 px are 8 points.
pub(super) const WIDTH: f64 = 760.0;

/// A color that also differs in grey.
pub(super) type Color = (u8, u8, u8);

/// Text and axes.
pub(super) const INK: Color = (34, 34, 34);
/// Secondary text.
pub(super) const SOFT: Color = (92, 92, 92);
/// Lines of the grid.
pub(super) const GRID: Color = (218, 218, 218);
/// Ground of every other row.
pub(super) const STRIPE: Color = (245, 245, 245);
/// Paper.
pub(super) const PAPER: Color = (255, 255, 255);

/// How a line is drawn.
#[derive(Clone, Copy)]
pub(super) struct Pen {
    /// Color of the line.
    pub color: Color,
    /// Width \[px\].
    pub width: f64,
    /// Lengths of dash and gap in turn \[px\]; empty for a full line.
    pub dash: &'static [f64],
    /// Opacity, 0 to 1.
    pub alpha: f64,
}

impl Pen {
    /// A full line.
    pub(super) const fn new(color: Color, width: f64) -> Pen {
        Pen { color, width, dash: &[], alpha: 1.0 }
    }

    /// The same line dashed.
    pub(super) const fn dashed(self, dash: &'static [f64]) -> Pen {
        Pen { dash, ..self }
    }
}

/// Direction of the strokes of a hatch.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Hatch {
    /// No strokes.
    None,
    /// Rising to the right.
    Rising,
    /// Falling to the right.
    Falling,
    /// Upright.
    Upright,
    /// Level.
    Level,
    /// Both slopes.
    Crossed,
}

/// Shape of a mark.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Filled disc.
    Disc,
    /// Ring with a paper center.
    Ring,
    /// Filled square.
    Square,
    /// Filled diamond.
    Diamond,
    /// Filled triangle, point up.
    Triangle,
    /// Hollow square.
    Box,
}

/// Which end of a text stands at the given place.
#[derive(Clone, Copy)]
pub(super) enum Align {
    /// The text starts there.
    Left,
    /// Its middle is there.
    Center,
    /// It ends there.
    Right,
}

/// A point \[px\], origin at the upper left.
pub(super) type Point = (f64, f64);

/// A shape to draw; places in pixels.
enum Shape {
    Line(Point, Point, Pen),
    Path(Vec<Point>, Pen),
    Area(Vec<Point>, Color, f64),
    Rect(Point, Point, Color, f64),
    Disc(Point, f64, Color),
    Text { text: String, at: Point, size: f64, color: Color, align: Align, upright: bool },
}

/// A page that collects shapes.
#[derive(Default)]
pub(super) struct Canvas {
    shapes: Vec<Shape>,
}

impl Canvas {
    /// A straight line.
    pub(super) fn line(&mut self, from: Point, to: Point, pen: Pen) {
        if pen.dash.is_empty() {
            self.shapes.push(Shape::Line(from, to, pen));
        } else {
            self.path(&[from, to], pen);
        }
    }

    /// A line through points, dashed if the pen says so.
    pub(super) fn path(&mut self, points: &[Point], pen: Pen) {
        if pen.dash.is_empty() {
            self.shapes.push(Shape::Path(points.to_vec(), pen));
        } else {
            for piece in dashes(points, pen.dash) {
                self.shapes.push(Shape::Path(piece, pen));
            }
        }
    }

    /// A filled polygon.
    pub(super) fn area(&mut self, points: Vec<Point>, color: Color, alpha: f64) {
        self.shapes.push(Shape::Area(points, color, alpha));
    }

    /// A filled box between two corners.
    pub(super) fn rect(&mut self, from: Point, to: Point, color: Color) {
        self.shapes.push(Shape::Rect(from, to, color, 1.0));
    }

    /// The outline of a box.
    pub(super) fn frame(&mut self, from: Point, to: Point, pen: Pen) {
        let corners = [from, (to.0, from.1), to, (from.0, to.1), from];
        self.path(&corners, pen);
    }

    /// Strokes over a box, `gap` pixels apart.
    pub(super) fn hatch(&mut self, from: Point, to: Point, hatch: Hatch, pen: Pen, gap: f64) {
        let (width, height) = (to.0 - from.0, to.1 - from.1);
        let slopes: &[f64] = match hatch {
            Hatch::None => &[],
            Hatch::Rising => &[1.0],
            Hatch::Falling => &[-1.0],
            Hatch::Crossed => &[1.0, -1.0],
            Hatch::Upright => {
                let mut x = from.0 + gap / 2.0;
                while x < to.0 {
                    self.line((x, from.1), (x, to.1), pen);
                    x += gap;
                }
                &[]
            }
            Hatch::Level => {
                let mut y = from.1 + gap / 2.0;
                while y < to.1 {
                    self.line((from.0, y), (to.0, y), pen);
                    y += gap;
                }
                &[]
            }
        };
        for &slope in slopes {
            let mut start = gap / 2.0 - height;
            while start < width {
                // A stroke of 45 degrees enters at the lower edge at `start` and rises `height`.
                let (a, b) = (start.max(0.0), (start + height).min(width));
                if b - a > 0.3 {
                    let y = |x: f64| {
                        let up = x - start;
                        if slope > 0.0 { to.1 - up } else { from.1 + up }
                    };
                    self.line((from.0 + a, y(a)), (from.0 + b, y(b)), pen);
                }
                start += gap * std::f64::consts::SQRT_2;
            }
        }
    }

    /// A mark of a given radius \[px\].
    pub(super) fn mark(&mut self, at: Point, mark: Mark, radius: f64, color: Color) {
        let (x, y) = at;
        let r = radius;
        match mark {
            Mark::Disc => self.shapes.push(Shape::Disc(at, r, color)),
            Mark::Ring => {
                self.shapes.push(Shape::Disc(at, r, color));
                self.shapes.push(Shape::Disc(at, r - 1.4, PAPER));
            }
            Mark::Square => {
                self.rect((x - r * 0.9, y - r * 0.9), (x + r * 0.9, y + r * 0.9), color)
            }
            Mark::Box => {
                self.rect((x - r * 0.9, y - r * 0.9), (x + r * 0.9, y + r * 0.9), color);
                let inner = r * 0.9 - 1.4;
                self.rect((x - inner, y - inner), (x + inner, y + inner), PAPER);
            }
            Mark::Diamond => {
                let r = r * 1.25;
                self.area(vec![(x - r, y), (x, y - r), (x + r, y), (x, y + r)], color, 1.0);
            }
            Mark::Triangle => {
                let r = r * 1.15;
                self.area(vec![(x - r, y + 0.8 * r), (x, y - r), (x + r, y + 0.8 * r)], color, 1.0);
            }
        }
    }

    /// A line of text, centered in height on `at`.
    pub(super) fn text(&mut self, text: &str, at: Point, size: f64, color: Color, align: Align) {
        if text.is_empty() {
            return;
        }
        let text = text.to_owned();
        self.shapes.push(Shape::Text { text, at, size, color, align, upright: false });
    }

    /// A line of text that reads from bottom to top, centered on `at`.
    pub(super) fn text_up(&mut self, text: &str, at: Point, size: f64, color: Color) {
        let text = text.to_owned();
        let align = Align::Center;
        self.shapes.push(Shape::Text { text, at, size, color, align, upright: true });
    }

    /// The SVG text of a page of the given height \[px\].
    pub(super) fn finish(self, height: f64) -> String {
        let size = (fine(WIDTH).unsigned_abs(), fine(height).unsigned_abs());
        let mut svg = String::new();
        {
            let mut backend = SVGBackend::with_string(&mut svg, size);
            let paper = ShapeStyle::from(&RGBColor(PAPER.0, PAPER.1, PAPER.2)).filled();
            let corner = (fine(WIDTH), fine(height));
            draw(backend.draw_rect((0, 0), corner, &paper, true));
            for shape in &self.shapes {
                put(&mut backend, shape);
            }
            draw(backend.present());
        }
        let old = format!("width=\"{}\" height=\"{}\"", size.0, size.1);
        let new = format!("width=\"{WIDTH}\" height=\"{}\"", height.round());
        svg.replacen(&old, &new, 1)
    }
}

/// Writing to a text cannot fail; anything else would be a fault of the back end.
fn draw<T, E: std::fmt::Debug>(outcome: Result<T, E>) {
    outcome.expect("invariant: drawing into a text does not fail");
}

/// Pixels to whole steps of the file.
fn fine(pixels: f64) -> i32 {
    (pixels * FINE).round() as i32
}

/// A point in steps.
fn fine_point(point: Point) -> (i32, i32) {
    (fine(point.0), fine(point.1))
}

/// Style of a line or fill.
fn style(color: Color, alpha: f64, width: f64) -> ShapeStyle {
    let color = RGBColor(color.0, color.1, color.2).mix(alpha);
    ShapeStyle { color, filled: true, stroke_width: fine(width).unsigned_abs() }
}

/// Draws one shape.
fn put(backend: &mut SVGBackend<'_>, shape: &Shape) {
    match shape {
        Shape::Line(from, to, pen) => draw(backend.draw_line(
            fine_point(*from),
            fine_point(*to),
            &style(pen.color, pen.alpha, pen.width),
        )),
        Shape::Path(points, pen) => draw(backend.draw_path(
            points.iter().map(|point| fine_point(*point)),
            &style(pen.color, pen.alpha, pen.width),
        )),
        Shape::Area(points, color, alpha) => draw(backend.fill_polygon(
            points.iter().map(|point| fine_point(*point)),
            &style(*color, *alpha, 0.0),
        )),
        Shape::Rect(from, to, color, alpha) => draw(backend.draw_rect(
            fine_point(*from),
            fine_point(*to),
            &style(*color, *alpha, 0.0),
            true,
        )),
        Shape::Disc(at, radius, color) => draw(backend.draw_circle(
            fine_point(*at),
            fine(*radius).unsigned_abs(),
            &style(*color, 1.0, 0.0),
            true,
        )),
        Shape::Text { text, at, size, color, align, upright } => {
            put_text(backend, text, *at, *size, *color, (*align, *upright));
        }
    }
}

/// Draws a text centered in height on a point.
///
/// The back end moves text of the anchor "top" down by 0.76 em to its base line; the middle of
/// Chinese characters and figures lies about 0.36 em above the base line, so the text is first
/// moved up by 0.40 em. All viewers agree on em.
fn put_text(
    backend: &mut SVGBackend<'_>,
    text: &str,
    at: Point,
    size: f64,
    color: Color,
    (align, upright): (Align, bool),
) {
    let h_pos = match align {
        Align::Left => HPos::Left,
        Align::Center => HPos::Center,
        Align::Right => HPos::Right,
    };
    let ink = RGBColor(color.0, color.1, color.2);
    // The back end divides sizes by 1.24.
    let mut style = TextStyle::from((
        FontFamily::Name(font::FAMILIES),
        (size * FINE).round() * 1.24,
        FontStyle::Normal,
    ))
    .color(&ink)
    .pos(Pos::new(h_pos, VPos::Top));
    let mut place = (at.0, at.1 - 0.40 * size);
    if upright {
        style = style.transform(plotters::style::FontTransform::Rotate270);
        // Rotation is about the place itself: upwards is now to the left.
        place = (at.0 - 0.40 * size, at.1);
    }
    draw(backend.draw_text(text, &style, fine_point(place)));
}

/// Cuts a line through points into the pieces that are drawn.
fn dashes(points: &[Point], pattern: &[f64]) -> Vec<Vec<Point>> {
    let mut pieces = Vec::new();
    let mut piece = Vec::new();
    let (mut index, mut left) = (0, pattern[0]);
    for pair in points.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        loop {
            let length = libm::hypot(to.0 - from.0, to.1 - from.1);
            let drawn = index % 2 == 0;
            if drawn && piece.is_empty() {
                piece.push(from);
            }
            if length <= left {
                left -= length;
                if drawn {
                    piece.push(to);
                }
                break;
            }
            let share = left / length;
            from = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            if drawn {
                piece.push(from);
                pieces.push(std::mem::take(&mut piece));
            }
            index = (index + 1) % pattern.len();
            left = pattern[index];
        }
    }
    if piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

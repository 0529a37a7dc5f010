//! Numbers as readers see them: decimals that fit the interval, a true minus, percent for shares.

/// A number with fixed decimals, thousands set off, and the minus sign of print.
///
/// Not a number gives a dash: a value that is not known is not a zero.
pub(super) fn fixed(value: f64, decimals: usize) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let text = format!("{:.decimals$}", value.abs());
    let (whole, rest) = text.split_once('.').map_or((text.as_str(), ""), |parts| parts);
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let zero = text.chars().all(|c| c == '0' || c == '.');
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{grouped}{point}{rest}")
}

/// The same with a plus sign before what is above zero, for differences.
pub(super) fn signed(value: f64, decimals: usize) -> String {
    let text = fixed(value, decimals);
    let zero = text.chars().all(|c| matches!(c, '0' | '.' | '–'));
    if value > 0.0 && !zero { format!("+{text}") } else { text }
}

/// Decimals at which a half width shows two figures; without one, three figures of the value.
pub(super) fn decimals(value: f64, low: f64, high: f64) -> usize {
    let half = (high - low).abs() / 2.0;
    let (scale, figures) =
        if half.is_finite() && half > 0.0 { (half, 2) } else { (value.abs(), 3) };
    if !scale.is_finite() || scale <= 0.0 {
        return 0;
    }
    let magnitude = libm::log10(scale).floor() as i32;
    usize::try_from((figures - 1 - magnitude).clamp(0, 4)).unwrap_or(0)
}

/// How a unit is shown: what values are multiplied by, and the words after level and difference.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct UnitView {
    /// Factor from the table's number to the shown one.
    pub factor: f64,
    /// Unit of a level, with the space before it.
    pub level: String,
    /// Unit of a difference, with the space before it.
    pub difference: String,
}

impl UnitView {
    /// Decimals that suit a value with its interval, in shown units.
    pub(super) fn places(&self, value: f64, low: f64, high: f64) -> usize {
        decimals(value * self.factor, low * self.factor, high * self.factor).min(3)
    }

    /// A level with its unit.
    pub(super) fn level(&self, value: f64, places: usize) -> String {
        if !value.is_finite() {
            return fixed(value, 0);
        }
        format!("{}{}", fixed(value * self.factor, places), self.level)
    }

    /// A level with half the width of its interval and its unit: "63.2 ± 0.7 h".
    pub(super) fn level_within(&self, value: f64, half: f64, places: usize) -> String {
        if !value.is_finite() || !half.is_finite() {
            return self.level(value, places);
        }
        // A width that is not zero is not shown as zero.
        let step = |places: usize| libm::pow(10.0, -(places as f64));
        let mut places = places;
        while places < 3 && half > 0.0 && half * self.factor < step(places) / 2.0 {
            places += 1;
        }
        let [value, half] = [value, half].map(|x| fixed(x * self.factor, places));
        format!("{value} ± {half}{}", self.level)
    }

    /// A difference with its sign and unit.
    pub(super) fn difference(&self, value: f64, places: usize) -> String {
        if !value.is_finite() {
            return fixed(value, 0);
        }
        format!("{}{}", signed(value * self.factor, places), self.difference)
    }

    /// A number of a column: with its sign if the column holds differences.
    pub(super) fn difference_or_level(&self, column: &str, value: f64, places: usize) -> String {
        let signed = ["difference", "contribution"];
        if signed.iter().any(|word| column.contains(word)) {
            self.difference(value, places)
        } else {
            self.level(value, places)
        }
    }

    /// Bounds of an interval in brackets, without the unit; those of a difference with signs.
    pub(super) fn interval(&self, low: f64, high: f64, places: usize, signs: bool) -> String {
        if !low.is_finite() || !high.is_finite() {
            return "–".to_owned();
        }
        let show = if signs { signed } else { fixed };
        format!("[{}, {}]", show(low * self.factor, places), show(high * self.factor, places))
    }
}

/// Step between ticks: 1, 2 or 5 times a power of ten, so that about `wanted` fit into the range.
pub(super) fn tick_step(range: f64, wanted: f64) -> f64 {
    let rough = (range / wanted).max(1e-9);
    let power = libm::pow(10.0, libm::log10(rough).floor());
    let lead = rough / power;
    let nice = if lead <= 1.0 {
        1.0
    } else if lead <= 2.0 {
        2.0
    } else if lead <= 5.0 {
        5.0
    } else {
        10.0
    };
    nice * power
}

/// Multiples of `step` from `low` to `high`, both included when they are multiples.
pub(super) fn ticks(low: f64, high: f64, step: f64) -> Vec<f64> {
    let first = (low / step - 1e-9).ceil() as i64;
    let last = (high / step + 1e-9).floor() as i64;
    (first..=last).map(|index| index as f64 * step).collect()
}

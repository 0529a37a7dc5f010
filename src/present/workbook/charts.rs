//! Native charts of the workbook. They keep to the colors of the drawn ones and carry intervals.

use rust_xlsxwriter::{
    Chart, ChartAxisLabelPosition, ChartFormat, ChartLegendPosition, ChartLine, ChartLineDashType,
    ChartRange, ChartSolidFill, ChartType, Color,
};

use super::page::{Page, error_bars};

/// Light gray for the baseline, then dark and clearly different in print.
const COLORS: [u32; 6] = [0x9a_a5b1, 0x10_3e6e, 0xc8_7814, 0x4f_8a5b, 0x8a_4f7d, 0x2a_2a2a];

/// A series of a chart with bars or lines.
pub(super) struct Series {
    pub(super) name: String,
    pub(super) values: ChartRange,
    /// Half-widths of the intervals.
    pub(super) half: Option<ChartRange>,
}

fn fill(index: usize) -> ChartFormat {
    let mut format = ChartFormat::new();
    let color = Color::RGB(COLORS[index % COLORS.len()]);
    format.set_solid_fill(ChartSolidFill::new().set_color(color));
    format
}

fn line(index: usize) -> ChartFormat {
    let mut line = ChartLine::new();
    line.set_color(Color::RGB(COLORS[index % COLORS.len()])).set_width(2.0);
    if index == 0 {
        line.set_dash_type(ChartLineDashType::Dash);
    }
    let mut format = ChartFormat::new();
    format.set_line(&line);
    format
}

fn start(kind: ChartType, title: &str, axis: &str, rows: u32) -> Chart {
    let mut chart = Chart::new(kind);
    chart.title().set_name(title);
    chart.legend().set_position(ChartLegendPosition::Bottom);
    chart.set_width(720).set_height((180 + rows * 34).clamp(320, 1400));
    chart.y_axis().set_name(axis);
    chart
}

/// Axes of a chart with horizontal bars: values run along the bottom, and categories, which Excel
/// counts from below, stand in the order of the table.
fn lay_down(chart: &mut Chart, axis: &str) {
    chart.y_axis().set_name("").set_reverse();
    chart.x_axis().set_name(axis).set_min(0).set_label_position(ChartAxisLabelPosition::High);
}

/// Horizontal bars, one group per category from top to bottom, with intervals.
pub(super) fn bars(
    title: &str,
    [axis, shown]: [&str; 2],
    categories: &ChartRange,
    series: &[Series],
    n_categories: u32,
) -> Chart {
    let mut chart = start(ChartType::Bar, title, axis, n_categories * series.len() as u32 / 2);
    for (index, one) in series.iter().enumerate() {
        let added = chart.add_series();
        added.set_categories(categories).set_values(&one.values).set_name(one.name.as_str());
        added.set_format(&mut fill(index)).set_gap(60);
        if let Some(half) = &one.half {
            added.set_x_error_bars(&error_bars(half));
        }
    }
    lay_down(&mut chart, axis);
    chart.x_axis().set_num_format(shown);
    chart
}

/// Bars made of parts, one bar per category.
pub(super) fn stacked(
    title: &str,
    axis: &str,
    categories: &ChartRange,
    series: &[Series],
    n_categories: u32,
) -> Chart {
    let mut chart = start(ChartType::BarStacked, title, axis, n_categories + 6);
    for one in series {
        let added = chart.add_series();
        added.set_categories(categories).set_values(&one.values).set_name(one.name.as_str());
        added.set_gap(60);
    }
    lay_down(&mut chart, axis);
    chart.x_axis().set_num_format("#,##0");
    chart.legend().set_position(ChartLegendPosition::Right);
    chart
}

/// Lines over a column of numbers.
pub(super) fn lines(
    title: &str,
    [x, y]: [&str; 2],
    across: &ChartRange,
    series: &[Series],
) -> Chart {
    let mut chart = start(ChartType::ScatterStraight, title, y, 8);
    for (index, one) in series.iter().enumerate() {
        let added = chart.add_series();
        added.set_categories(across).set_values(&one.values).set_name(one.name.as_str());
        added.set_format(&mut line(index));
    }
    chart.x_axis().set_name(x);
    chart.x_axis().set_min(0);
    chart.y_axis().set_min(0).set_max(1).set_num_format("0%");
    chart
}

/// Puts a chart to the right of the columns, `below` the first row of the sheet.
pub(super) fn put(
    page: &mut Page<'_>,
    chart: &Chart,
    row: u32,
    column: usize,
) -> Result<(), rust_xlsxwriter::XlsxError> {
    page.sheet.insert_chart(row, super::page::at(column), chart)?;
    Ok(())
}

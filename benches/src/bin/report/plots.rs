//! Plots, as SVG beside the document.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use plotters::prelude::*;
use zoho_token_store_benches::figures::Figure;

const SIZE: (u32, u32) = (760, 440);
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(0, 158, 115),
    RGBColor(230, 159, 0),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(213, 94, 0),
    RGBColor(90, 90, 90),
];

/// One curve: its name, and a value for each number of tokens.
type Curve = (String, Vec<(f64, f64)>);

/// `stem` is the document's path without its ending.
pub fn draw(figures: &[Figure], stem: &Path) -> Result<(), Box<dyn Error>> {
    let path = |name: &str| stem.with_file_name(format!("performance-{name}.svg"));
    let hits = curves(figures, "ns", |figure| {
        (figure.what == "hit by id").then(|| figure.who.clone())
    });
    plot(
        &path("hits"),
        "A hit by id, one thread",
        "nanoseconds",
        hits,
    )?;
    let bulk = |figure: &Figure| {
        let is_bulk = ["import", "list", "purge"].contains(&&*figure.what);
        is_bulk.then(|| format!("{}, {}", figure.what, figure.who))
    };
    let calls = curves(figures, "calls", bulk);
    plot(&path("calls"), "Calls for all tokens", "API calls", calls)?;
    let times = curves(figures, "virtual ms", bulk);
    plot(
        &path("time"),
        "Time for all tokens, at 10 ms a call",
        "milliseconds",
        times,
    )
}

fn curves(figures: &[Figure], unit: &str, name: impl Fn(&Figure) -> Option<String>) -> Vec<Curve> {
    let mut curves: Vec<Curve> = Vec::new();
    for figure in figures.iter().filter(|figure| figure.unit == unit) {
        let Some(name) = name(figure) else { continue };
        let point = (figure.tokens as f64, figure.value);
        match curves.iter_mut().find(|curve| curve.0 == name) {
            Some(curve) => curve.1.push(point),
            None => curves.push((name, vec![point])),
        }
    }
    curves
}

fn plot(path: &Path, title: &str, unit: &str, curves: Vec<Curve>) -> Result<(), Box<dyn Error>> {
    let points = || curves.iter().flat_map(|curve| &curve.1);
    let (x, y) = (
        around(points().map(|point| point.0), 1.25),
        // The names of the curves are above them.
        around(points().map(|point| point.1), 6.0),
    );
    let area = SVGBackend::new(path, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(40)
        .y_label_area_size(70)
        .build_cartesian_2d(x.log_scale(), y.log_scale())?;
    let apart = |value: &f64| crate::table::number(*value);
    chart
        .configure_mesh()
        .x_desc("tokens")
        .y_desc(unit)
        .x_label_formatter(&apart)
        .y_label_formatter(&apart)
        .light_line_style(TRANSPARENT)
        .draw()?;
    for ((name, points), colour) in curves.into_iter().zip(COLOURS.into_iter().cycle()) {
        let dots = points
            .iter()
            .map(|point| Circle::new(*point, 3, colour.filled()));
        chart.draw_series(dots.collect::<Vec<_>>())?;
        chart
            .draw_series(LineSeries::new(points, colour.stroke_width(2)))?
            .label(name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 16, y)], colour.stroke_width(2)));
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .background_style(WHITE.mix(0.8))
        .border_style(TRANSPARENT)
        .draw()?;
    area.present()?;
    Ok(())
}

/// A range with some room below and above; on these axes room is a factor.
fn around(values: impl Iterator<Item = f64>, above: f64) -> Range<f64> {
    let fold = |(low, high): (f64, f64), value: f64| (low.min(value), high.max(value));
    let (low, high) = values.fold((f64::INFINITY, 1.0), fold);
    low.max(1.0).min(high) * 0.8..high * above
}

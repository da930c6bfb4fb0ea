//! Tables: figures side by side.

use std::fmt;

use zoho_token_store_benches::figures::{Figure, SIDES};

/// Rows of equal length; the first one is the head.
pub struct Table(pub Vec<Vec<String>>);

impl Table {
    /// A row for each thing done, a column for each who did it.
    pub fn of(figures: &[Figure], wanted: impl Fn(&Figure) -> bool) -> Self {
        let figures: Vec<_> = figures.iter().filter(|figure| wanted(figure)).collect();
        let (mut things, mut columns) = (Vec::new(), Vec::new());
        for figure in &figures {
            let thing = (&figure.what, figure.tokens, &figure.unit);
            if !things.contains(&thing) {
                things.push(thing);
            }
            if !columns.contains(&&figure.who) {
                columns.push(&figure.who);
            }
        }
        columns.sort_by_key(|who| SIDES.iter().position(|side| side == *who));
        let head = ["", "tokens", "unit"].map(str::to_owned).into_iter();
        let mut rows = vec![
            head.chain(columns.iter().map(|who| who.to_string()))
                .collect(),
        ];
        for thing @ (what, tokens, unit) in things {
            let cell = |who: &&String| {
                let figure = figures.iter().find(|figure| {
                    (&figure.what, figure.tokens, &figure.unit) == thing && &figure.who == *who
                });
                figure.map_or(String::new(), |figure| number(figure.value))
            };
            let mut row = vec![what.clone(), number(tokens as f64), unit.clone()];
            row.extend(columns.iter().map(cell));
            rows.push(row);
        }
        Self(rows)
    }

    pub fn markdown(&self) -> String {
        let line = |row: &Vec<String>| format!("| {} |\n", row.join(" | "));
        let mut text = String::new();
        for (n, row) in self.0.iter().enumerate() {
            text += &line(row);
            if n == 0 {
                text += &line(&row.iter().map(|_| "---".to_owned()).collect());
            }
        }
        text
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.0.first().map_or(0, Vec::len);
        let width = |n: usize| self.0.iter().map(|row| row[n].chars().count()).max();
        let widths: Vec<_> = (0..columns).map(|n| width(n).unwrap_or(0)).collect();
        for row in &self.0 {
            for (n, (cell, width)) in row.iter().zip(&widths).enumerate() {
                match n {
                    0 => write!(f, "{cell:<width$}")?,
                    _ => write!(f, "  {cell:>width$}")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// Three digits that count, thousands apart.
pub fn number(value: f64) -> String {
    let decimals = match value.abs() {
        size if size == 0.0 || size >= 100.0 || value.fract() == 0.0 => 0,
        size if size >= 10.0 => 1,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    let (whole, part) = text
        .split_once('.')
        .map_or((&*text, None), |(a, b)| (a, Some(b)));
    let mut apart = String::new();
    for (n, digit) in whole.chars().enumerate() {
        if n > 0 && (whole.len() - n).is_multiple_of(3) && digit.is_ascii_digit() {
            apart.push(',');
        }
        apart.push(digit);
    }
    part.map_or(apart.clone(), |part| format!("{apart}.{part}"))
}

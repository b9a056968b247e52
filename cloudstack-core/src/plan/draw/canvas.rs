//! The few shapes the picture is made of, written as SVG.

use std::fmt::Write as _;

/// What a bar shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Fill {
    Cpu,
    Ram,
    Space,
    Address,
}

impl Fill {
    pub(super) const fn class(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::Ram => "ram",
            Self::Space => "space",
            Self::Address => "address",
        }
    }
}

const STYLE: &str = "\
text{font-family:Inter,'Segoe UI','DejaVu Sans',Helvetica,Arial,sans-serif;fill:#1e293b}\
.strong{font-weight:600;fill:#0f172a}.muted{fill:#64748b}\
.zone{fill:#ffffff;stroke:#cbd5e1}.pod{fill:#f1f5f9;stroke:#cbd5e1}.cluster{fill:#e2e8f0;stroke:#cbd5e1}\
.card{fill:#ffffff;stroke:#d5dde8}.track{fill:#e8edf3}\
.cpu{fill:#2f7fe0}.ram{fill:#7c5cd6}.space{fill:#0f9a8a}.address{fill:#c2862a}.full{fill:#d9372c}\
.up{fill:#22a559}.down{fill:#d9372c}";

/// A picture in the making.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    out: String,
}

impl Canvas {
    pub(super) fn finish(self, width: i64, height: i64) -> String {
        let size = format!("width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\"");
        let back = format!("<rect width=\"{width}\" height=\"{height}\" fill=\"#eef2f7\"/>");
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" {size}>\n<style>{STYLE}</style>\n{back}\n{}</svg>\n",
            self.out
        )
    }

    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing into a text does not fail.
        let _ = self.out.write_fmt(line);
        self.out.push('\n');
    }

    pub(super) fn rect(&mut self, x: i64, y: i64, width: i64, height: i64, round: i64, class: &str) {
        self.line(format_args!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{round}\" class=\"{class}\"/>"
        ));
    }

    pub(super) fn dot(&mut self, x: i64, y: i64, up: bool) {
        let class = if up { "up" } else { "down" };
        self.line(format_args!("<circle cx=\"{x}\" cy=\"{y}\" r=\"4\" class=\"{class}\"/>"));
    }

    /// Text from `x` to the right, cut to `room` pixels.
    pub(super) fn text(&mut self, x: i64, y: i64, size: i64, class: &str, text: &str, room: i64) {
        let text = fit(text, room, size);
        self.line(format_args!("<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" class=\"{class}\">{text}</text>"));
    }

    /// Text from `x` to the left, cut to `room` pixels.
    pub(super) fn text_end(&mut self, x: i64, y: i64, size: i64, class: &str, text: &str, room: i64) {
        let text = fit(text, room, size);
        self.line(format_args!(
            "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" text-anchor=\"end\" class=\"{class}\">{text}</text>"
        ));
    }

    #[expect(clippy::too_many_arguments, reason = "a place, a size, a measure and a colour")]
    pub(super) fn bar(&mut self, x: i64, y: i64, width: i64, height: i64, used: u64, total: u64, fill: Fill) {
        self.rect(x, y, width, height, height / 2, "track");
        let part = (i128::from(used) * i128::from(width)).checked_div(total.into()).unwrap_or(0);
        let long = i64::try_from(part).unwrap_or(width).min(width);
        let full = u128::from(used) * 100 > u128::from(total) * 85;
        if used > 0 {
            self.rect(x, y, long.max(height), height, height / 2, if full { "full" } else { fill.class() });
        }
    }

    /// A box around what `inside` draws; it answers where the content ends.
    pub(super) fn panel(
        &mut self,
        x: i64,
        y: i64,
        width: i64,
        class: &str,
        inside: impl FnOnce(&mut Self) -> i64,
    ) -> i64 {
        let before = std::mem::take(&mut self.out);
        let bottom = inside(self);
        let content = std::mem::replace(&mut self.out, before);
        self.rect(x, y, width, bottom - y, 9, class);
        self.out.push_str(&content);
        bottom
    }

    /// Shapes that share a text shown when they are pointed at.
    pub(super) fn group(&mut self, title: &str, inside: impl FnOnce(&mut Self)) {
        self.line(format_args!("<g><title>{}</title>", escape(title)));
        inside(self);
        self.line(format_args!("</g>"));
    }
}

/// Cuts a text to what fits, by widths that are generous for every usual font, and makes it safe.
fn fit(text: &str, room: i64, size: i64) -> String {
    // In hundredths of the font size.
    let wide = |c: char| match c {
        ' ' | '.' | ',' | ':' | ';' | 'i' | 'l' | 'j' | '|' | '·' | '\'' => 36,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 96,
        c if c.is_ascii_uppercase() => 72,
        c if c.is_ascii() => 62,
        _ => 100,
    };
    let room = room * 100 / size.max(1);
    if text.chars().map(wide).sum::<i64>() <= room {
        return escape(text);
    }
    // The middle goes: names of hosts differ at their end.
    let keep = |chars: &mut dyn Iterator<Item = char>, room: i64| -> Vec<char> {
        let mut used = 0;
        let fits = |c: &char| {
            used += wide(*c);
            used <= room
        };
        chars.take_while(fits).collect()
    };
    let half = (room - 100).max(0) / 2;
    let (head, tail) = (keep(&mut text.chars(), half), keep(&mut text.chars().rev(), half));
    let cut: String = head.into_iter().chain(['…']).chain(tail.into_iter().rev()).collect();
    escape(&cut)
}

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars().filter(|c| !c.is_control()) {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            // Not allowed in XML, though no control characters.
            '\u{fffe}' | '\u{ffff}' => {}
            other => safe.push(other),
        }
    }
    safe
}

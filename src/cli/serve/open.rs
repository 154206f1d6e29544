//! The findings that are open, as a few lines that stay under all that is printed. Must not know how editions are made.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::lines::cut;
use crate::diagnostic::{Diagnostic, Severity};
use crate::report::LineIndex;
use crate::serve::engine::Edition;
use crate::text::count;

/// So many findings stay in sight: the terminal is for other things too.
const SHOWN: usize = 8;

/// Findings in one line each, and how many rows of the terminal hold them now.
#[derive(Default)]
pub(super) struct Open {
    lines: Vec<(Severity, String)>,
    more: usize,
    rows: usize,
}

impl Open {
    /// The findings of an edition that aren't new: those of the files that were just saved first, then errors before warnings.
    pub(super) fn of(edition: &Edition<'_>, prefix: &str) -> Self {
        let saved: BTreeSet<&str> = edition.changed.iter().map(String::as_str).collect();
        let rank = |finding: &Diagnostic| {
            let is_saved = saved.contains(finding.path.as_str());
            usize::from(!is_saved) * 2 + usize::from(finding.severity != Severity::Error)
        };
        let mut fresh = edition.fresh.iter().peekable();
        let mut ranked: [Vec<&Diagnostic>; 4] = Default::default();
        let mut all = 0;
        for finding in &edition.build.diagnostics {
            // Both are in the same order.
            if fresh.next_if(|fresh| *fresh == finding).is_some() {
                continue;
            }
            all += 1;
            if let Some(list) = ranked.get_mut(rank(finding)).filter(|list| list.len() < SHOWN) {
                list.push(finding);
            }
        }
        let shown = ranked.into_iter().flatten().take(SHOWN);
        let lines: Vec<_> = shown.map(|finding| (finding.severity, line(finding, edition, prefix))).collect();
        Self { more: all - lines.len(), lines, rows: 0 }
    }

    /// What takes the rows away that hold the findings.
    pub(super) fn erase(&mut self) -> String {
        match std::mem::take(&mut self.rows) {
            0 => String::new(),
            rows => format!("\x1b[{rows}A\x1b[J"),
        }
    }

    /// The rows that hold the findings from now on.
    pub(super) fn draw(&mut self, width: usize, has_color: bool) -> String {
        let mut text = String::new();
        for (severity, line) in &self.lines {
            let line = cut(&format!("  {line}"), width);
            let color = if *severity == Severity::Error { "31" } else { "33" };
            // Writing into a text never fails.
            let _ = if has_color { writeln!(text, "\x1b[{color}m{}\x1b[0m", line.trim_end()) } else { write!(text, "{line}") };
        }
        if self.more > 0 {
            text += &cut(&format!("  and {} more; `opsbook check` lists them all", count(self.more, "finding")), width);
        }
        self.rows = text.matches('\n').count();
        text
    }
}

/// `content/a.md:12 error broken-link: there is no page 'b.md'`
fn line(finding: &Diagnostic, edition: &Edition<'_>, prefix: &str) -> String {
    let index = edition.text(&finding.path).map(LineIndex::new);
    let at = index.map_or(1, |index| index.position(finding.span.start().min(index.text().len())).line);
    let prefix = if finding.path.is_embedded() { "" } else { prefix };
    let path = edition.sources.mounts.shown(&finding.path).unwrap_or_else(|| format!("{prefix}{}", finding.path));
    let text = format!("{path}:{at} {} {}: {}", finding.severity.name(), finding.kind.code, finding.message);
    // A control character would move the cursor.
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_is_what_is_erased() {
        let lines = vec![(Severity::Error, "a.md:1 error a: long message".to_owned()), (Severity::Warning, "b.md:2".to_owned())];
        let mut open = Open { lines, more: 3, rows: 0 };
        assert_eq!(open.erase(), "");
        assert_eq!(open.draw(16, false), "  a.md:1 error…\n  b.md:2\n  and 3 findin…\n");
        assert_eq!(open.erase(), "\x1b[3A\x1b[J");
        assert_eq!(open.erase(), "");
        assert_eq!(open.draw(100, true).matches("\x1b[31m").count(), 1);
        assert_eq!(Open::default().draw(100, true), "");
    }
}

use std::borrow::Cow;

/// A cell that no spreadsheet runs as a formula: one that begins like a formula gets an apostrophe before it, which
/// spreadsheets take for 'this is text'. <https://owasp.org/www-community/attacks/CSV_Injection>
#[must_use]
pub fn harmless_cell(cell: &str) -> Cow<'_, str> {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) { format!("'{cell}").into() } else { cell.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_begins_like_a_formula() {
        for cell in ["=1+1", "+1", "-1", "@SUM(1)", "\t=1"] {
            assert_eq!(harmless_cell(cell), format!("'{cell}"));
        }
        assert_eq!(harmless_cell("a=b"), "a=b");
    }
}

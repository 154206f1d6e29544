//! Facts about plain text: spans, slugs, folded titles, near misses.
//!
//! Knows strings only. Must not know Markdown, files or diagnostics.

mod cell;
mod excerpt;
mod nearest;
mod slug;
mod span;
mod title;

pub use cell::harmless_cell;
pub use excerpt::Excerpt;
pub use nearest::{nearest, within};
pub use slug::{Slugger, slug};
pub use span::Span;
pub use title::{collapse, fold_title};

/// `"1 page"`, `"2 pages"`: a count with its noun, for messages.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

/// Shortens `text` to at most `limit` characters, ending in an ellipsis where something was cut.
#[must_use]
pub fn shorten(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    // Between two words, unless the last word is most of the text.
    let whole = kept.rfind(char::is_whitespace).and_then(|at| kept.get(..at)).filter(|whole| whole.len() * 2 > kept.len());
    format!("{}…", whole.unwrap_or(&kept).trim_end())
}

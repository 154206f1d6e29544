use std::borrow::Borrow;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use super::Span;

/// A string that is a part of a text which is kept anyway, or one of its own where it stands nowhere as it is.
///
/// It takes the room of a `String`, and a part needs no memory besides. Equal strings are equal, however they are kept.
#[derive(Clone)]
pub struct Excerpt(Kept);

#[derive(Clone)]
enum Kept {
    /// Bytes of a text, which begin and end where characters do.
    In(Arc<str>, u32, u32),
    Own(Box<str>),
}

impl Excerpt {
    /// `string`, kept as a part of `text` if it stands there at `start`.
    #[must_use]
    pub fn of(text: &Arc<str>, start: usize, string: &str) -> Self {
        let stands_there = text.get(start..).is_some_and(|rest| rest.starts_with(string));
        match (u32::try_from(start), u32::try_from(start.saturating_add(string.len()))) {
            (Ok(start), Ok(end)) if stands_there && !string.is_empty() => Self(Kept::In(Arc::clone(text), start, end)),
            _ => Self(Kept::Own(Box::from(string))),
        }
    }

    /// `string`, kept as a part of `text` if it stands somewhere in `span`.
    #[must_use]
    pub fn within(text: &Arc<str>, span: Span, string: &str) -> Self {
        let there = span.of(text);
        // Most often it begins there, and a search costs more to begin than to do.
        let at = if there.starts_with(string) { 0 } else { there.find(string).unwrap_or(0) };
        Self::of(text, span.start() + at, string)
    }

    /// The string.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Kept::In(text, start, end) => text.get(*start as usize..*end as usize).unwrap_or_default(),
            Kept::Own(string) => string,
        }
    }
}

impl Default for Excerpt {
    fn default() -> Self {
        Self(Kept::Own(Box::default()))
    }
}

impl Deref for Excerpt {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl AsRef<str> for Excerpt {
    fn as_ref(&self) -> &str {
        self
    }
}

impl Borrow<str> for Excerpt {
    fn borrow(&self) -> &str {
        self
    }
}

impl From<String> for Excerpt {
    fn from(string: String) -> Self {
        Self(Kept::Own(string.into_boxed_str()))
    }
}

impl From<&str> for Excerpt {
    fn from(string: &str) -> Self {
        Self(Kept::Own(Box::from(string)))
    }
}

impl PartialEq for Excerpt {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for Excerpt {}

impl PartialEq<str> for Excerpt {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for Excerpt {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl Hash for Excerpt {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

impl fmt::Display for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_str().fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_text_is_no_copy() {
        let text: Arc<str> = Arc::from("# Überschrift\n\nA `b` c\n");
        let is_inside = |part: &Excerpt| matches!(part.0, Kept::In(..));
        let heading = Excerpt::within(&text, Span::new(0, text.len()), "Überschrift");
        assert_eq!((heading.as_str(), is_inside(&heading)), ("Überschrift", true));
        for (start, string) in [(0, "A b c"), (3, "berschrift"), (text.len(), "x"), (usize::MAX, "x"), (0, "")] {
            let part = Excerpt::of(&text, start, string);
            assert_eq!((part.as_str(), is_inside(&part)), (string, false), "{start}");
        }
        assert_eq!(heading, Excerpt::from("Überschrift"), "however it is kept");
        assert_eq!(size_of::<Excerpt>(), size_of::<String>());
    }
}

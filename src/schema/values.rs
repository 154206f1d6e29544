//! What values of the front matter may look like: dates, lengths of time, addresses and so on.
//!
//! Knows single values. Whether a role or a document is there is known to the checks of the whole handbook.

use jiff::Timestamp;
use jiff::civil::Date;
use url::Url;

use crate::data::{Node, Value};

/// What the value of a front matter key must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// Any text.
    String,
    /// A day of the calendar: `2026-11-20`.
    Date,
    /// A moment with its zone: `2026-11-20T10:00+01:00`.
    Time,
    /// A length of time: `90d`, `6 months`.
    Duration,
    /// A number.
    Number,
    /// `true` or `false`.
    Bool,
    /// One of the values that the schema lists.
    Enum,
    /// An absolute address: `https://…`.
    Url,
    /// A role of registry.yaml.
    Role,
    /// Another document, by its path from this one or its path in the content folder.
    Document,
    /// A list.
    List,
}

impl ValueType {
    /// Every type, in the order of [`ValueType::WORDS`].
    pub const ALL: [Self; 11] = [
        Self::String,
        Self::Date,
        Self::Time,
        Self::Duration,
        Self::Number,
        Self::Bool,
        Self::Enum,
        Self::Url,
        Self::Role,
        Self::Document,
        Self::List,
    ];
    /// The words for them in a schema.
    pub const WORDS: [&str; 11] = ["string", "date", "time", "duration", "number", "bool", "enum", "url", "role", "document", "list"];

    /// What a value of this type looks like, with its article.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::String => "text",
            Self::Date => "a date such as 2026-11-20",
            Self::Time => "a time with its zone such as 2026-11-20T10:00+01:00",
            Self::Duration => "a length of time such as 90d or 6 months",
            Self::Number => "a number",
            Self::Bool => "true or false",
            Self::Enum => "one of the allowed values",
            Self::Url => "an absolute URL such as https://status.example.org",
            Self::Role => "a role",
            Self::Document => "a document such as ../guides/restore.md",
            Self::List => "a list",
        }
    }

    /// A value to show.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Self::String | Self::Enum => "…",
            Self::Date => "2026-11-20",
            Self::Time => "2026-11-20T10:00+01:00",
            Self::Duration => "90d",
            Self::Number => "1",
            Self::Bool => "true",
            Self::Url => "https://…",
            Self::Role => "ops-lead",
            Self::Document => "other.md",
            Self::List => "[…]",
        }
    }

    /// Whether a value is of this type.
    #[must_use]
    pub fn accepts(self, node: &Node) -> bool {
        match self {
            Self::Number => matches!(node.value, Value::Integer(_) | Value::Float(_)),
            Self::Bool => matches!(node.value, Value::Bool(_)),
            Self::List => matches!(node.value, Value::List(_)),
            _ => node.scalar().is_some_and(|text| self.accepts_text(&text)),
        }
    }

    /// Whether a value that is written so is of this type.
    pub(super) fn accepts_text(self, text: &str) -> bool {
        let text = text.trim();
        match self {
            Self::String | Self::Enum | Self::Role | Self::Document | Self::List => true,
            Self::Date => date(text).is_some(),
            Self::Time => text.parse::<Timestamp>().is_ok(),
            Self::Duration => duration_days(text).is_some(),
            Self::Number => text.parse::<f64>().is_ok(),
            Self::Bool => matches!(text, "true" | "false"),
            Self::Url => Url::parse(text).is_ok_and(|url| url.has_host() || url.scheme() == "mailto"),
        }
    }

    /// What a limit on values of this type is compared by; none if it is no such limit.
    pub(super) fn limit(self, text: &str) -> Option<f64> {
        let text = text.trim();
        match self {
            Self::Number => text.parse().ok(),
            Self::String | Self::List => text.parse::<u32>().ok().map(f64::from),
            Self::Date => date(text).map(day_number),
            Self::Time => text.parse::<Timestamp>().ok().map(moment),
            Self::Duration => duration_days(text),
            Self::Bool | Self::Enum | Self::Url | Self::Role | Self::Document => None,
        }
    }

    /// What a limit on values of this type looks like.
    pub(super) fn limit_words(self) -> &'static str {
        match self {
            Self::String => "a number of characters",
            Self::List => "a number of items",
            Self::Bool | Self::Enum | Self::Url | Self::Role | Self::Document => "no limit: values of this type have no order",
            _ => self.words(),
        }
    }

    /// What a value of this type is compared by with its limits.
    pub(super) fn measure(self, node: &Node) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "numbers of items and characters are far below 2^52")]
        match (self, &node.value) {
            (Self::List, Value::List(items)) => Some(items.len() as f64),
            (Self::String, _) => node.scalar().map(|text| text.chars().count() as f64),
            (Self::List, _) => None,
            _ => self.limit(&node.scalar()?),
        }
    }
}

/// A day, with or without a time of day behind it.
#[must_use]
pub fn date(text: &str) -> Option<Date> {
    let (day, rest) = text.split_at_checked(10)?;
    let is_day = rest.is_empty() || rest.starts_with(['T', 't', ' ']);
    day.parse().ok().filter(|_| is_day && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'))
}

fn day_number(date: Date) -> f64 {
    moment(date.to_zoned(jiff::tz::TimeZone::UTC).map_or(Timestamp::UNIX_EPOCH, |zoned| zoned.timestamp()))
}

#[expect(clippy::cast_precision_loss, reason = "seconds of the years 1 to 9999 are far below 2^52")]
fn moment(timestamp: Timestamp) -> f64 {
    timestamp.as_second() as f64
}

/// A number and a unit of time, in days: `90d`, `6 months`, `2 business days`. A month counts 30 days, a quarter 90, a year 365, a sprint 14.
#[must_use]
pub fn duration_days(text: &str) -> Option<f64> {
    const UNITS: [(&[&str], f64); 10] = [
        (&["s", "second"], 1.0 / 86_400.0),
        (&["min", "minute"], 1.0 / 1_440.0),
        (&["h", "hour"], 1.0 / 24.0),
        (&["d", "day", "business day", "working day"], 1.0),
        (&["w", "week"], 7.0),
        (&["sprint"], 14.0),
        (&["m", "mo", "month"], 30.0),
        (&["quarter"], 90.0),
        (&["y", "yr", "year"], 365.0),
        (&["business week"], 7.0),
    ];
    let text = text.trim().to_lowercase();
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let number: f64 = text.strip_suffix(unit)?.parse().ok()?;
    let unit = unit.trim();
    let is = |names: &[&str]| names.iter().any(|name| unit == *name || unit.strip_suffix('s').is_some_and(|one| one == *name));
    UNITS.iter().find(|(names, _)| is(names)).map(|(_, days)| number * days)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::yaml;

    #[test]
    fn values_are_of_their_types() {
        for (value_type, value, fits) in [
            (ValueType::Date, "2026-11-20", true),
            (ValueType::Date, "2024-02-29", true),
            (ValueType::Date, "2026-02-29", false),
            (ValueType::Date, "2026-13-01", false),
            (ValueType::Date, "26-1-1", false),
            (ValueType::Date, "20261120", false),
            (ValueType::Date, "2026-11-20T10:00", true),
            (ValueType::Date, "2026-11-20x", false),
            (ValueType::Date, "ⓐ2026-11-20", false),
            (ValueType::Time, "2026-11-20T10:00+01:00", true),
            (ValueType::Time, "2026-11-20 10:00:30Z", true),
            (ValueType::Time, "2026-11-20T10:00", false),
            (ValueType::Duration, "90d", true),
            (ValueType::Duration, "6 months", true),
            (ValueType::Duration, "2 business days", true),
            (ValueType::Duration, "soon", false),
            (ValueType::Duration, "90", false),
            (ValueType::Duration, "d", false),
            (ValueType::Url, "https://a.example/x", true),
            (ValueType::Url, "mailto:ops@a.example", true),
            (ValueType::Url, "a.example/x", false),
            (ValueType::Url, "/x", false),
            (ValueType::Number, "1.5", true),
            (ValueType::Number, "'1.5'", false),
            (ValueType::Bool, "true", true),
            (ValueType::Bool, "'true'", false),
            (ValueType::List, "[a]", true),
            (ValueType::List, "a", false),
            (ValueType::String, "[a]", false),
        ] {
            assert_eq!(value_type.accepts(&yaml::parse(value).unwrap()), fits, "{value} as {value_type:?}");
        }
    }

    #[test]
    fn values_are_compared_with_limits() {
        for (value_type, value, limit) in [
            (ValueType::Duration, "6 months", "180d"),
            (ValueType::Duration, "1 quarter", "3 months"),
            (ValueType::List, "[a, b]", "2"),
            (ValueType::String, "äb", "2"),
            (ValueType::Number, "2.5", "2.5"),
            (ValueType::Date, "2026-11-20", "2026-11-20"),
            (ValueType::Time, "2026-11-20T10:00+01:00", "2026-11-20T09:00Z"),
        ] {
            assert_eq!(value_type.measure(&yaml::parse(value).unwrap()), value_type.limit(limit), "{value} {limit}");
            assert!(value_type.limit(limit).is_some(), "{limit}");
        }
    }

    #[test]
    fn every_type_has_its_word() {
        assert_eq!(ValueType::ALL.len(), ValueType::WORDS.len());
        for value_type in ValueType::ALL {
            assert_eq!(ValueType::WORDS[value_type as usize], format!("{value_type:?}").to_lowercase());
        }
    }
}

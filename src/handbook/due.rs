//! The day by which a document must be reviewed again. Whether that day is past is for the reader's clock to say.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

use crate::document::Meta;
use crate::registry::{Length, Unit};

/// The day by which the next review is due, if the front matter says when the last was and how often there must be one.
#[must_use]
pub fn review_due(meta: &Meta) -> Option<Date> {
    let reviewed: Date = meta.reviewed.as_ref()?.0.trim().parse().ok()?;
    reviewed.checked_add(length_of_time(&meta.review_every.as_ref()?.0)?).ok()
}

/// A length of time as people write it: `90d`, `3 months`, `quarterly`.
#[must_use]
pub fn length_of_time(every: &str) -> Option<Span> {
    let every = every.trim().to_lowercase();
    // Minutes are no way to count reviews, so `6m` and `6mo` are months.
    let months = every.strip_suffix("mo").or_else(|| every.strip_suffix('m')).and_then(|count| count.trim().parse::<i64>().ok());
    if let Some(months) = months {
        return Span::new().try_months(months).ok();
    }
    let length = Length::parse(&every)?;
    let count = i64::from(length.count);
    let span = match length.unit {
        Unit::Minute | Unit::Hour | Unit::BusinessHour => Ok(0.days()),
        Unit::Day => Span::new().try_days(count),
        // Five of them are a week.
        Unit::BusinessDay => Span::new().try_days(count / 5 * 7 + count % 5),
        Unit::Week => Span::new().try_weeks(count),
        Unit::Sprint => Span::new().try_weeks(count.saturating_mul(2)),
        Unit::Month => Span::new().try_months(count),
        Unit::Quarter => Span::new().try_months(count.saturating_mul(3)),
        Unit::Year => Span::new().try_years(count),
    };
    span.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reviews_are_due_after_their_time() {
        for (reviewed, every, due) in [
            ("2026-11-20", "90d", Some("2027-02-18")),
            ("2026-11-30", "3 months", Some("2027-02-28")),
            ("2026-11-20", "6m", Some("2027-05-20")),
            ("2026-11-20", "quarterly", Some("2027-02-20")),
            ("2026-11-20", "10 business days", Some("2026-12-04")),
            ("2026-11-20", "soon", None),
            ("yesterday", "90d", None),
            ("2026-11-20", "4294967295 years", None),
        ] {
            let at = crate::text::Span::at(0);
            let meta = Meta { reviewed: Some((reviewed.to_owned(), at)), review_every: Some((every.to_owned(), at)), ..Meta::default() };
            assert_eq!(review_due(&meta).map(|date| date.to_string()).as_deref(), due, "{reviewed} {every}");
        }
    }
}

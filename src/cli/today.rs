//! Which day and what time it is: what decides whether a waiver or a freeze holds.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Failure;

/// Today's date in UTC, the same for everyone: of `SOURCE_DATE_EPOCH` if that is set, so that old builds can be repeated, else of the clock.
pub(super) fn today() -> Result<Date, Failure> {
    Ok(TimeZone::UTC.to_datetime(moment()?).date())
}

/// What time it is: of `SOURCE_DATE_EPOCH` if that is set, else of the clock.
pub(super) fn moment() -> Result<Timestamp, Failure> {
    source_date_epoch().map_or_else(|| Ok(now()), |seconds| read(&seconds))
}

/// The moment that `SOURCE_DATE_EPOCH` gives: <https://reproducible-builds.org/specs/source-date-epoch/>.
fn read(seconds: &str) -> Result<Timestamp, Failure> {
    let moment = seconds.parse().ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    moment.ok_or_else(|| {
        let message = format!("SOURCE_DATE_EPOCH is '{seconds}', which is no time");
        Failure::new(message, "give it a number of seconds since 1970, as in `SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)`, or unset it")
    })
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the clock is read")]
fn now() -> Timestamp {
    Timestamp::now()
}

#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
fn source_date_epoch() -> Option<String> {
    std::env::var("SOURCE_DATE_EPOCH").ok().filter(|seconds| !seconds.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_seconds_and_nothing_else() {
        let day = |seconds: &str| read(seconds).map(|moment| TimeZone::UTC.to_datetime(moment).date().to_string());
        assert_eq!(day("1795132799").ok().as_deref(), Some("2026-11-19"));
        assert_eq!(day("1795132800").ok().as_deref(), Some("2026-11-20"));
        for bad in ["yesterday", "1e9", "99999999999999999"] {
            assert!(day(bad).is_err(), "{bad}");
        }
    }
}

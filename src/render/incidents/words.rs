//! Moments and lengths of time in words.

use jiff::Timestamp;

pub(super) use crate::blocks::incident::local;

/// `UTC`, `UTC+01:00`.
pub(super) fn zone(ahead: i32) -> String {
    if ahead == 0 {
        "UTC".to_owned()
    } else {
        format!("UTC{}{:02}:{:02}", if ahead < 0 { '−' } else { '+' }, ahead.abs() / 3600, ahead.abs() / 60 % 60)
    }
}

/// `2026-10-06 04:10 UTC`
pub(super) fn moment(at: Timestamp, ahead: i32) -> String {
    format!("{} {}", local(at, ahead).strftime("%Y-%m-%d %H:%M"), zone(ahead))
}

/// A length of time in its two largest units: `45 s`, `27 min`, `2 h 15 min`, `3 d 4 h`.
pub(super) fn length(seconds: i64) -> String {
    let two = |large: i64, unit: &str, small: i64, smaller: &str| {
        if small == 0 { format!("{large} {unit}") } else { format!("{large} {unit} {small} {smaller}") }
    };
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3600 => format!("{} min", seconds / 60),
        3600..86_400 => two(seconds / 3600, "h", seconds / 60 % 60, "min"),
        _ => two(seconds / 86_400, "d", seconds / 3600 % 24, "h"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_said_in_two_units() {
        for (seconds, words) in
            [(0, "0 s"), (59, "59 s"), (60, "1 min"), (1620, "27 min"), (3600, "1 h"), (8100, "2 h 15 min"), (86_400, "1 d"), (273_600, "3 d 4 h")]
        {
            assert_eq!(length(seconds), words);
        }
        assert_eq!(moment("2026-11-04T12:05:00Z".parse().unwrap(), 3600), "2026-11-04 13:05 UTC+01:00");
        assert_eq!(moment("2026-11-04T12:05:00Z".parse().unwrap(), -19_800), "2026-11-04 06:35 UTC−05:30");
    }
}

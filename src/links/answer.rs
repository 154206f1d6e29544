//! What a server said about one page, as a plain value.

use std::collections::BTreeMap;

/// What came of asking about one page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status, or why there is none.
    pub outcome: Outcome,
    /// The address that the page has for good, if that is another one.
    pub moved: Option<String>,
    /// The anchors that were looked for.
    pub anchors: BTreeMap<String, Anchor>,
    /// How many seconds the server wants to be left alone, if it was in trouble and said so.
    pub wait_s: Option<u64>,
}

/// How asking ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The server answered with this status.
    Status(u16),
    /// There was no answer that says anything.
    Fault(Fault),
}

/// Why there was no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// It took too long.
    Timeout,
    /// Nobody knows the name of the host.
    NoHost,
    /// The host doesn't take connections.
    NoConnection,
    /// The certificate, or what else encryption needs, isn't right.
    Encryption,
    /// The connection ended in the middle.
    CutOff,
    /// What came was no HTTP.
    NoHttp,
    /// Redirects that have no end.
    Redirects,
    /// Anything else.
    Other,
    /// Nobody asked: the host had failed too often before.
    GivenUp,
}

/// What became of an anchor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// The page has it.
    There,
    /// The page doesn't, and the nearest that it has.
    Missing(Option<String>),
    /// It can't be told: no HTML, or a page that a script makes.
    Unknown,
}

impl Answer {
    /// An answer about a page of which nothing else is known.
    #[must_use]
    pub fn new(outcome: Outcome) -> Self {
        Self { outcome, moved: None, anchors: BTreeMap::new(), wait_s: None }
    }
}

impl Fault {
    /// Every fault, with the number by which it is kept and the words for it after "the server".
    const ALL: [(Self, u16, &'static str); 9] = [
        (Self::Timeout, 1, "didn't answer in time"),
        (Self::NoHost, 2, "isn't known: there is no such host"),
        (Self::NoConnection, 3, "takes no connection"),
        (Self::Encryption, 4, "has no certificate that can be trusted, or doesn't encrypt as it should"),
        (Self::CutOff, 5, "ended the connection in the middle"),
        (Self::NoHttp, 6, "doesn't speak HTTP"),
        (Self::Redirects, 7, "redirects without end"),
        (Self::Other, 8, "couldn't be asked"),
        (Self::GivenUp, 9, "wasn't asked: its host had failed too often"),
    ];

    /// What the server did, to follow "the server".
    #[must_use]
    pub fn words(self) -> &'static str {
        Self::ALL.iter().find(|(fault, ..)| *fault == self).map_or("couldn't be asked", |(_, _, words)| words)
    }
}

impl Outcome {
    /// The number by which it is kept: a status, or a smaller one.
    pub(super) fn number(self) -> u16 {
        match self {
            Self::Status(status) => status,
            Self::Fault(fault) => Fault::ALL.iter().find(|(other, ..)| *other == fault).map_or(0, |(_, number, _)| *number),
        }
    }

    /// What such a number stands for.
    pub(super) fn from_number(number: u16) -> Option<Self> {
        if (100..=999).contains(&number) {
            return Some(Self::Status(number));
        }
        Fault::ALL.iter().find(|(_, other, _)| *other == number).map(|(fault, ..)| Self::Fault(*fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_are_kept_as_numbers() {
        for number in 0..2000 {
            if let Some(outcome) = Outcome::from_number(number) {
                assert_eq!(outcome.number(), number);
            }
        }
        for (fault, number, words) in Fault::ALL {
            assert_eq!(Outcome::from_number(number), Some(Outcome::Fault(fault)));
            assert_eq!(fault.words(), words);
        }
    }
}

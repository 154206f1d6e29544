//! What is said while servers are asked, and at the end.

use std::sync::Arc;

use crate::links::ask::Event;
use crate::text::count;

/// What goes on while servers are asked.
pub(super) struct Watch {
    total: usize,
    answered: usize,
    /// Requests under way by host, the host that has been waited for longest first.
    hosts: Vec<(Arc<str>, usize)>,
}

impl Watch {
    pub(super) fn new(total: usize) -> Self {
        Self { total, answered: 0, hosts: Vec::new() }
    }

    pub(super) fn see(&mut self, event: &Event) {
        match event {
            Event::Asking(host) => {
                // Asked again, it isn't waited for twice.
                if !self.hosts.iter().any(|(known, _)| known == host) {
                    self.hosts.push((Arc::clone(host), self.answered));
                }
            }
            Event::Answered(host, ..) => {
                self.answered += 1;
                self.hosts.retain(|(known, _)| known != host);
            }
        }
    }

    pub(super) fn words(&self) -> String {
        let waiting = self.hosts.first().map_or_else(String::new, |(host, _)| format!(" · waiting for {host}"));
        format!("asking other servers: {} of {}{waiting}", self.answered, count(self.total, "page"))
    }
}

/// What is said at the end.
#[derive(Default)]
pub(super) struct Told {
    pub(super) known: usize,
    pub(super) asked: usize,
    pub(super) not_asked: usize,
    pub(super) given_up: usize,
    pub(super) left_out: usize,
    pub(super) oldest_s: u64,
    pub(super) mended: Vec<String>,
}

impl Told {
    pub(super) fn line(&self) -> String {
        let total = self.known + self.asked + self.not_asked;
        let mut parts = Vec::new();
        let mut part = |number: usize, words: String| {
            if number > 0 {
                parts.push(format!("{number} {words}"));
            }
        };
        part(self.asked.saturating_sub(self.given_up), "asked".to_owned());
        part(self.known, format!("known from earlier runs, up to {} old", age(self.oldest_s)));
        part(self.given_up, "not asked, for their hosts failed too often".to_owned());
        part(self.not_asked, "not asked, for nobody has asked before and this run is offline".to_owned());
        part(self.left_out, "left out".to_owned());
        let pages = if total == 1 { "1 page elsewhere".to_owned() } else { format!("{total} pages elsewhere") };
        if parts.is_empty() { pages } else { format!("{pages}: {}", parts.join(", ")) }
    }
}

/// An age as people say it.
fn age(seconds: u64) -> String {
    match seconds {
        0..120 => count(usize::try_from(seconds).unwrap_or(0), "second"),
        120..7_200 => format!("{} minutes", seconds / 60),
        7_200..172_800 => format!("{} hours", seconds / 3_600),
        _ => format!("{} days", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::links::{Answer, Outcome, Question};

    #[test]
    fn the_line_counts_what_there_is() {
        let told = Told { known: 3, asked: 5, given_up: 1, left_out: 2, oldest_s: 200_000, ..Told::default() };
        assert_eq!(
            told.line(),
            "8 pages elsewhere: 4 asked, 3 known from earlier runs, up to 2 days old, 1 not asked, for their hosts failed too often, 2 left out"
        );
        assert_eq!(
            Told { not_asked: 1, ..Told::default() }.line(),
            "1 page elsewhere: 1 not asked, for nobody has asked before and this run is offline"
        );
        assert_eq!(Told::default().line(), "0 pages elsewhere");
    }

    #[test]
    fn the_host_that_is_waited_for_is_named() {
        let mut watch = Watch::new(3);
        let (a, b): (Arc<str>, Arc<str>) = ("a.org".into(), "b.org".into());
        assert_eq!(watch.words(), "asking other servers: 0 of 3 pages");
        watch.see(&Event::Asking(Arc::clone(&a)));
        watch.see(&Event::Asking(Arc::clone(&b)));
        watch.see(&Event::Asking(Arc::clone(&a)));
        assert_eq!(watch.words(), "asking other servers: 0 of 3 pages · waiting for a.org");
        let question = Question { key: crate::memo::Digest::default(), url: url::Url::parse("https://a.org/").unwrap(), anchors: BTreeSet::new() };
        watch.see(&Event::Answered(a, question, Answer::new(Outcome::Status(200))));
        assert_eq!(watch.words(), "asking other servers: 1 of 3 pages · waiting for b.org");
    }
}

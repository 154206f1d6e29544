//! Asks other servers. The only module of the program that uses the network.
//!
//! Knows addresses and manners: how many at once, how fast, how long, how often. Must not know the handbook, findings or the cache, and prints nothing.
//!
//! Each host has a line of its own, so a slow one keeps nobody else waiting. Most pages are asked about by lychee-lib ([`plain`]), which knows the oddities of
//! well-known sites. It reads pages of any length, sends headers on to whoever a page redirects to, and names the page that somebody comes from; so where
//! a page must be read, or where there is a secret, [`careful`] asks.

mod anchors;
mod careful;
mod fault;
mod host;
mod plain;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{self, UnboundedSender};
use tokio::sync::{Semaphore, SemaphorePermit};
use tokio::task::JoinSet;
use url::Url;

use super::address::secrets;
use super::headers::Sent;
use super::{Anchor, Answer, Fault, Outcome, Question};
use crate::config::LinkSettings;

use careful::Careful;
use host::Host;
use plain::Plain;

/// Requests at the same time, to all hosts together.
const AT_ONCE: usize = 64;
/// Redirects that are followed.
const HOPS: usize = 10;

/// How servers are asked.
#[derive(Debug, Clone)]
pub struct Manners {
    /// How long a server has for its answer.
    pub timeout: Duration,
    /// How often a server that couldn't answer is asked again.
    pub retries: usize,
    /// How long to wait before that; twice as long each time.
    pub first_pause: Duration,
    /// The longest wait that a server may ask for. Whoever wants more isn't asked again.
    pub longest_pause: Duration,
    /// Connections to one host at the same time.
    pub connections: usize,
    /// The time from one request to one host to the next.
    pub interval: Duration,
    /// Whether `HEAD` is tried first.
    pub head_first: bool,
    /// What we call ourselves.
    pub user_agent: String,
    /// Headers for some addresses.
    pub headers: Vec<Sent>,
    /// Bytes of a page that are searched for anchors.
    pub page_bytes: usize,
}

impl Manners {
    /// What book.toml says.
    #[must_use]
    pub fn new(settings: &LinkSettings, headers: Vec<Sent>) -> Self {
        let interval = if settings.rate == 0 { Duration::ZERO } else { Duration::from_secs(1) / u32::try_from(settings.rate).unwrap_or(u32::MAX) };
        let agent = || concat!("opsbook/", env!("CARGO_PKG_VERSION")).to_owned();
        Self {
            timeout: Duration::from_secs(settings.timeout_s),
            retries: settings.retries,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_mins(1),
            connections: settings.connections,
            interval,
            head_first: settings.head_first,
            user_agent: settings.user_agent.clone().unwrap_or_else(agent),
            headers,
            page_bytes: 4 << 20,
        }
    }
}

/// What is told while servers are asked.
#[derive(Debug)]
pub enum Event {
    /// A request to this host begins.
    Asking(Arc<str>),
    /// An answer about a page of this host.
    Answered(Arc<str>, Question, Answer),
}

/// Why nobody can be asked at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unable(String);

impl fmt::Display for Unable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for Unable {}

/// What one request gave.
struct Attempt {
    outcome: Outcome,
    /// Statuses and targets of the redirects on the way.
    hops: Vec<(u16, Url)>,
    /// How long the server wants to be left alone.
    retry_after: Option<Duration>,
    anchors: BTreeMap<String, Anchor>,
}

impl Attempt {
    fn new(outcome: Outcome, hops: Vec<(u16, Url)>) -> Self {
        Self { outcome, hops, retry_after: None, anchors: BTreeMap::new() }
    }

    /// Whether the same request may go better in a moment.
    fn is_passing(&self) -> bool {
        matches!(self.outcome, Outcome::Status(408 | 425 | 429 | 500 | 502 | 503 | 504) | Outcome::Fault(Fault::Timeout | Fault::CutOff))
    }

    /// Whether it speaks against the host rather than the page.
    fn is_trouble(&self) -> bool {
        self.is_passing() || matches!(self.outcome, Outcome::Fault(fault) if fault != Fault::Redirects)
    }

    /// The address that the page has for good: every redirect on the way says so.
    fn moved(&self, asked: &Url) -> Option<String> {
        let for_good = self.hops.iter().all(|(status, _)| matches!(status, 301 | 308));
        let (_, last) = self.hops.last().filter(|_| for_good)?;
        (last != asked).then(|| last.to_string())
    }
}

/// Asks all questions and tells each answer as it comes. Returns when all are answered.
///
/// # Errors
///
/// If the machine lacks what it takes: certificates to trust, sockets.
pub fn ask(questions: Vec<Question>, manners: &Manners, tell: &mut dyn FnMut(Event)) -> Result<(), Unable> {
    if questions.is_empty() {
        return Ok(());
    }
    let unable = |error: &dyn fmt::Display| Unable(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| unable(&error))?;
    let asker = Arc::new(Asker {
        plain: Plain::new(manners).map_err(|error| unable(&error))?,
        careful: Careful::new(manners).map_err(|error| unable(&error))?,
        manners: manners.clone(),
        at_once: Semaphore::new(AT_ONCE),
    });
    let mut hosts: BTreeMap<String, Vec<Question>> = BTreeMap::new();
    for question in questions {
        hosts.entry(host_of(&question.url)).or_default().push(question);
    }
    runtime.block_on(async {
        let (events, mut told) = mpsc::unbounded_channel();
        let mut workers = JoinSet::new();
        for (name, questions) in hosts {
            let number = manners.connections.min(questions.len());
            let host = Arc::new(Host::new(name.into(), questions, manners));
            for _ in 0..number {
                workers.spawn(work(Arc::clone(&asker), Arc::clone(&host), events.clone()));
            }
        }
        drop(events);
        while let Some(event) = told.recv().await {
            tell(event);
        }
    });
    // A look-up of a name that hangs is left alone.
    runtime.shutdown_background();
    Ok(())
}

fn host_of(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// Answers questions about one host until none is left.
async fn work(asker: Arc<Asker>, host: Arc<Host>, events: UnboundedSender<Event>) {
    while let Some(question) = host.next() {
        let answer = if host.is_given_up() { Answer::new(Outcome::Fault(Fault::GivenUp)) } else { asker.answer(&host, &question, &events).await };
        // Whoever listens goes away last.
        let _ = events.send(Event::Answered(Arc::clone(&host.name), question, answer));
    }
}

struct Asker {
    plain: Plain,
    careful: Careful,
    manners: Manners,
    at_once: Semaphore,
}

impl Asker {
    /// Asks until there is an answer or it is no use.
    async fn answer(&self, host: &Host, question: &Question, events: &UnboundedSender<Event>) -> Answer {
        let mut pause = self.manners.first_pause;
        let mut round = 0;
        let mut told = None;
        // The first answer, if it may hide how long the server wants to be left alone.
        let mut mute: Option<Attempt> = None;
        let attempt = loop {
            host.turn().await;
            let _ = events.send(Event::Asking(Arc::clone(&host.name)));
            let attempt = match mute.take() {
                Some(first) => self.again(question, first).await,
                None => self.attempt(host, question).await,
            };
            if let Some(wait) = attempt.retry_after.filter(|_| attempt.is_passing()) {
                told = Some(wait);
                if wait > self.manners.longest_pause {
                    host.give_up();
                    break attempt;
                }
                host.pause(wait);
            }
            // Where others have failed for good already, once is enough.
            if !attempt.is_passing() || round >= self.manners.retries || host.has_failed() {
                break attempt;
            }
            round += 1;
            if attempt.retry_after.is_none() {
                tokio::time::sleep(pause).await;
                pause = pause.saturating_mul(2).min(self.manners.longest_pause);
            }
            let may_hide = round == 1 && attempt.retry_after.is_none() && matches!(attempt.outcome, Outcome::Status(429 | 503));
            mute = may_hide.then_some(attempt);
        };
        host.learn(attempt.is_trouble());
        let wait_s = told.filter(|_| attempt.is_passing()).map(|wait| wait.as_secs());
        Answer { outcome: attempt.outcome, moved: attempt.moved(&question.url), anchors: attempt.anchors, wait_s }
    }

    /// Asks again so that the server's time to wait is heard, which lychee-lib keeps to itself. Of other answers only good ones count here: lychee-lib
    /// knows better how to ask some sites.
    async fn again(&self, question: &Question, first: Attempt) -> Attempt {
        let Some(_permit) = self.permit().await else { return first };
        let attempt = self.careful.ask(question, &self.manners.headers).await;
        let is_good = matches!(attempt.outcome, Outcome::Status(200..=299));
        if is_good || attempt.is_passing() { attempt } else { first }
    }

    /// One request, or two where `HEAD` wasn't liked.
    async fn attempt(&self, host: &Host, question: &Question) -> Attempt {
        let needs_care = !question.anchors.is_empty()
            || !secrets(question.url.as_str()).is_empty()
            || self.manners.headers.iter().any(|sent| sent.is_for(&question.url));
        let Some(_permit) = self.permit().await else { return Attempt::new(Outcome::Fault(Fault::Other), Vec::new()) };
        if needs_care {
            return self.careful.ask(question, &self.manners.headers).await;
        }
        let first = self.plain.ask(&question.url).await;
        // Servers that don't like the method say so in many ways.
        let is_disliked = matches!(first.outcome, Outcome::Status(400..=499 | 501 | 503) | Outcome::Fault(Fault::CutOff | Fault::NoHttp));
        if self.manners.head_first && is_disliked && !matches!(first.outcome, Outcome::Status(429)) {
            host.turn().await;
            return self.careful.ask(question, &self.manners.headers).await;
        }
        first
    }

    async fn permit(&self) -> Option<SemaphorePermit<'_>> {
        self.at_once.acquire().await.ok()
    }
}

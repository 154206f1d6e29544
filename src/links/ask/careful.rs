//! Pages that are read, and addresses with secrets: each redirect is looked at before it is followed, and no page is read further than it must be.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::fmt::rfc2822;
use reqwest::header::{CONTENT_TYPE, DATE, HeaderName, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::{Client, Response, redirect};
use url::Url;

use super::anchors::{self, Page};
use super::fault::fault;
use super::{Anchor, Attempt, Fault, HOPS, Manners, Outcome, Question, Sent};

/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct Careful {
    client: Client,
    page_bytes: usize,
}

impl Careful {
    pub(super) fn new(manners: &Manners) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .referer(false)
            .gzip(true)
            .timeout(manners.timeout)
            .connect_timeout(CONNECT_TIMEOUT.min(manners.timeout))
            .user_agent(manners.user_agent.clone())
            .build()?;
        Ok(Self { client, page_bytes: manners.page_bytes })
    }

    pub(super) async fn ask(&self, question: &Question, headers: &[Sent]) -> Attempt {
        let mut hops: Vec<(u16, Url)> = Vec::new();
        loop {
            let url = hops.last().map_or(&question.url, |(_, url)| url);
            let response = match self.get(url, headers).await {
                Ok(response) => response,
                Err(error) => return Attempt::new(Outcome::Fault(fault(&error)), hops),
            };
            let status = response.status().as_u16();
            if matches!(status, 301 | 302 | 303 | 307 | 308)
                && let Some(next) = target(url, &response)
            {
                if hops.len() >= HOPS || hops.iter().any(|(_, seen)| *seen == next) || next == question.url {
                    return Attempt::new(Outcome::Fault(Fault::Redirects), hops);
                }
                hops.push((status, next));
                continue;
            }
            let retry_after = retry_after(&response);
            let mut attempt = Attempt { retry_after, ..Attempt::new(Outcome::Status(status), hops) };
            if !question.anchors.is_empty() && response.status().is_success() {
                match self.anchors(response, &question.anchors).await {
                    Ok(anchors) => attempt.anchors = anchors,
                    Err(error) => attempt.outcome = Outcome::Fault(fault(&error)),
                }
            }
            return attempt;
        }
    }

    /// One request, with the headers that are for this very address.
    async fn get(&self, url: &Url, headers: &[Sent]) -> Result<Response, reqwest::Error> {
        let mut request = self.client.get(url.clone());
        for (name, value) in headers.iter().filter(|sent| sent.is_for(url)).flat_map(|sent| &sent.headers) {
            if let (Ok(name), Ok(mut value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                value.set_sensitive(true);
                request = request.header(name, value);
            }
        }
        request.send().await
    }

    /// Reads the page as far as it is wanted and looks for the anchors.
    async fn anchors(&self, mut response: Response, wanted: &BTreeSet<String>) -> Result<BTreeMap<String, Anchor>, reqwest::Error> {
        let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default().to_ascii_lowercase();
        if !kind.starts_with("text/html") && !kind.starts_with("application/xhtml+xml") {
            return Ok(anchors::unknown(wanted));
        }
        let mut bytes = Vec::new();
        let mut is_whole = true;
        while let Some(chunk) = response.chunk().await? {
            let room = self.page_bytes.saturating_sub(bytes.len());
            bytes.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            if chunk.len() > room {
                is_whole = false;
                break;
            }
        }
        Ok(Page::read(&bytes, is_whole).look_for(wanted))
    }
}

/// Where a redirect leads, if it leads to a page.
fn target(from: &Url, response: &Response) -> Option<Url> {
    let location = response.headers().get(LOCATION)?;
    let mut next = from.join(std::str::from_utf8(location.as_bytes()).ok()?).ok()?;
    next.set_fragment(None);
    matches!(next.scheme(), "http" | "https").then_some(next)
}

/// How long the server wants to be left alone: seconds, or a moment by the server's own clock.
fn retry_after(response: &Response) -> Option<Duration> {
    let header = |name| response.headers().get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    wait(header(RETRY_AFTER)?, header(DATE))
}

fn wait(retry_after: &str, date: Option<&str>) -> Option<Duration> {
    if let Ok(seconds) = retry_after.trim().parse() {
        return Some(Duration::from_secs(seconds));
    }
    let moment = |text: &str| rfc2822::parse(text).ok().map(|moment| moment.timestamp().as_second());
    let seconds = moment(retry_after)?.saturating_sub(moment(date?)?);
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_say_how_long_to_wait() {
        let date = Some("Sat, 21 Nov 2026 10:00:00 GMT");
        for (retry_after, date, expected) in [
            ("7", None, Some(7)),
            ("Sat, 21 Nov 2026 10:00:30 GMT", date, Some(30)),
            ("Sat, 21 Nov 2026 09:00:00 GMT", date, Some(0)),
            ("Sat, 21 Nov 2026 10:00:30 GMT", None, None),
            ("soon", date, None),
            ("-1", date, None),
        ] {
            assert_eq!(wait(retry_after, date), expected.map(Duration::from_secs), "{retry_after}");
        }
    }
}

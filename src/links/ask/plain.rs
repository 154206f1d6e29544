//! Pages of which only the status matters, asked about by lychee-lib.

use std::collections::HashSet;
use std::time::Duration;

use lychee_lib::ratelimit::RateLimitConfig;
use lychee_lib::{Client, ClientBuilder, ErrorKind, Redirects, Status, Uri};
use reqwest::{Method, StatusCode};
use url::Url;

use super::fault::fault;
use super::{Attempt, Fault, HOPS, Manners, Outcome};

pub(super) struct Plain {
    client: Client,
}

impl Plain {
    pub(super) fn new(manners: &Manners) -> Result<Self, ErrorKind> {
        // Every status is an answer; what it means is judged elsewhere, and we ask again ourselves: lychee-lib doesn't after 500 to 599.
        let accepted: HashSet<StatusCode> = (100..1000).filter_map(|code| StatusCode::from_u16(code).ok()).collect();
        let client = ClientBuilder::builder()
            .accepted(accepted)
            .max_retries(0_u64)
            .max_redirects(HOPS)
            .timeout(Some(manners.timeout))
            .user_agent(manners.user_agent.clone())
            .method(if manners.head_first { Method::HEAD } else { Method::GET })
            .rate_limit_config(RateLimitConfig { concurrency: manners.connections.max(1), request_interval: Duration::ZERO })
            .build()
            .client()?;
        Ok(Self { client })
    }

    /// One request, which waits for nothing that the server has asked for before: that is for the host's line to do.
    pub(super) async fn ask(&self, url: &Url) -> Attempt {
        let (status, redirects) = self.client.check_website(&Uri::from(url.clone()), None).await;
        let hops = redirects.as_ref().map(hops).unwrap_or_default();
        let outcome = match &status {
            Status::Timeout(None) => Outcome::Fault(Fault::Timeout),
            Status::Error(ErrorKind::NetworkRequest(error) | ErrorKind::ReadResponseBody(error))
            | Status::Unsupported(ErrorKind::ReadResponseBody(error) | ErrorKind::BuildRequestClient(error)) => Outcome::Fault(fault(error)),
            other => other.code().map_or(Outcome::Fault(Fault::Other), |code| Outcome::Status(code.as_u16())),
        };
        let outcome = match outcome {
            // The page before the redirect that was too much.
            Outcome::Status(300..=399) if hops.len() >= HOPS => Outcome::Fault(Fault::Redirects),
            outcome => outcome,
        };
        // lychee-lib remembers pauses by host: up to a minute before every page, whatever the bound here is.
        if let Some(host) = url.host_str() {
            let _ = self.client.host_pool().remove_host(host);
        }
        Attempt::new(outcome, hops)
    }
}

/// The redirects on the way, which lychee-lib tells as text alone: `https://a/ --[301]--> https://b/`. An address holds no spaces.
fn hops(redirects: &Redirects) -> Vec<(u16, Url)> {
    let text = redirects.to_string();
    let hop = |part: &str| {
        let (status, url) = part.split_once("]--> ")?;
        Some((status.parse().ok()?, Url::parse(url).ok()?))
    };
    text.split(" --[").skip(1).filter_map(hop).collect()
}

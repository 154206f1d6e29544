//! `[links]`: which addresses elsewhere `opsbook links` asks, and how.

use std::fmt;

use regex::{Regex, RegexBuilder};
use url::Url;

use super::keys::{LINK_KEYS, METHODS};
use super::kinds::INVALID_CONFIG;
use super::{Config, Reader};
use crate::data::{Fields, Node, Value};
use crate::text::Span;

/// A regular expression that is compiled to more than this is a mistake.
const REGEX_BYTES: usize = 1 << 20;
/// No server is worth more of somebody's time.
const LONGEST_TIMEOUT: u64 = 600;

/// What `[links]` says, with a default for everything.
#[derive(Debug, Clone)]
pub struct LinkSettings {
    /// Only addresses that one of these finds are asked; all, if there are none.
    pub include: Vec<Regex>,
    /// Addresses that one of these finds are not asked.
    pub exclude: Vec<Regex>,
    /// Statuses that count as good besides 200 to 299, from and to.
    pub accept: Vec<(u16, u16)>,
    /// Headers for some addresses.
    pub headers: Vec<HeaderRule>,
    /// Seconds that a server has for its answer.
    pub timeout_s: u64,
    /// How often a server that couldn't answer is asked again.
    pub retries: usize,
    /// Connections to one host at the same time.
    pub connections: usize,
    /// Requests a second to one host; 0: no limit.
    pub rate: usize,
    /// Seconds for which a good answer is believed.
    pub cache_age_s: u64,
    /// Seconds for which any other answer is believed.
    pub failure_age_s: u64,
    /// Whether anchors are looked for where the server gives HTML.
    pub anchors: bool,
    /// Whether `HEAD` is tried first.
    pub head_first: bool,
    /// What opsbook calls itself.
    pub user_agent: Option<String>,
}

/// Headers for the addresses below one.
#[derive(Clone, PartialEq, Eq)]
pub struct HeaderRule {
    /// The address that they are for, and all below it.
    pub below: Url,
    /// Where it stands in book.toml.
    pub span: Span,
    /// Names and values; a value may name variables of the environment.
    pub headers: Vec<Header>,
}

/// One header.
#[derive(Clone, PartialEq, Eq)]
pub struct Header {
    /// Its name, in lower case.
    pub name: String,
    /// Its value as it is written. Nobody may print it.
    pub value: String,
    /// Where the value stands in book.toml.
    pub span: Span,
}

/// Whatever is printed of a rule, its values aren't.
impl fmt::Debug for HeaderRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.headers.iter().map(|header| header.name.as_str()).collect();
        formatter.debug_struct("HeaderRule").field("below", &self.below.as_str()).field("names", &names).finish_non_exhaustive()
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Header").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            include: Vec::new(),
            exclude: Vec::new(),
            accept: Vec::new(),
            headers: Vec::new(),
            timeout_s: 20,
            retries: 2,
            connections: 2,
            rate: 4,
            cache_age_s: 7 * DAY_S,
            failure_age_s: 60 * 60,
            anchors: true,
            head_first: false,
            user_agent: None,
        }
    }
}

impl LinkSettings {
    /// Whether a status counts as good.
    #[must_use]
    pub fn accepts(&self, status: u16) -> bool {
        (200..=299).contains(&status) || self.accept.iter().any(|(from, to)| (*from..=*to).contains(&status))
    }
}

impl HeaderRule {
    /// Whether an address lies below that of the rule: the same scheme, host and port, and a path that goes on where the rule's ends.
    #[must_use]
    pub fn is_for(&self, url: &Url) -> bool {
        let same_origin = url.scheme() == self.below.scheme()
            && url.host() == self.below.host()
            && url.port_or_known_default() == self.below.port_or_known_default();
        let prefix = self.below.path();
        let rest = url.path().strip_prefix(prefix);
        same_origin && rest.is_some_and(|rest| rest.is_empty() || prefix.ends_with('/') || rest.starts_with('/'))
    }
}

impl Reader<'_> {
    pub(super) fn links(&mut self, root: &Node, config: &mut Config) {
        let Some(table) = root.get("links") else { return };
        self.known(table, "[links]", LINK_KEYS, &[]);
        let mut fields = Fields::new(table, "[links]", &INVALID_CONFIG, self.path, self.diagnostics);
        let links = &mut config.links;
        links.include = patterns(&mut fields, "include");
        links.exclude = patterns(&mut fields, "exclude");
        links.accept = statuses(&mut fields);
        links.headers = header_rules(&mut fields);
        set(&mut links.timeout_s, seconds(&mut fields, "timeout", 1, LONGEST_TIMEOUT));
        set(&mut links.retries, number(&mut fields, "retries", 0, 10));
        set(&mut links.connections, number(&mut fields, "connections", 1, 32));
        set(&mut links.rate, number(&mut fields, "rate", 0, 1000));
        set(&mut links.cache_age_s, seconds(&mut fields, "cache-age", 0, 3650 * DAY_S));
        set(&mut links.failure_age_s, seconds(&mut fields, "failure-age", 0, 3650 * DAY_S));
        set(&mut links.anchors, fields.flag("anchors"));
        set(&mut links.head_first, fields.choice("method", &METHODS).map(|choice| choice == 1));
        links.user_agent = user_agent(&mut fields);
    }
}

fn set<T>(place: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *place = value;
    }
}

/// Regular expressions that addresses are searched with.
fn patterns(fields: &mut Fields<'_>, key: &str) -> Vec<Regex> {
    let mut patterns = Vec::new();
    for (written, span) in fields.texts(key) {
        match RegexBuilder::new(&written).size_limit(REGEX_BYTES).build() {
            Ok(pattern) => patterns.push(pattern),
            Err(error) => {
                // The last line says what is wrong, those above draw the pattern.
                let why = error.to_string();
                let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                fields.report(
                    span,
                    format!("'{written}' is no regular expression: {why}"),
                    "mend it; a dot stands for any character, `\\.` for a dot",
                );
            }
        }
    }
    patterns
}

/// Codes and ranges of codes: `[403, "500-599"]`.
fn statuses(fields: &mut Fields<'_>) -> Vec<(u16, u16)> {
    let mut ranges = Vec::new();
    for (written, span) in fields.texts("accept") {
        let (from, to) = written.split_once('-').unwrap_or((&written, &written));
        let code = |text: &str| text.trim().parse::<u16>().ok().filter(|code| (100..=999).contains(code));
        match (code(from), code(to)) {
            (Some(from), Some(to)) if from <= to => ranges.push((from, to)),
            _ => fields.report(span, format!("'{written}' is no status"), "write a number as 403, or a range as \"500-599\""),
        }
    }
    ranges
}

fn number(fields: &mut Fields<'_>, key: &str, least: usize, most: usize) -> Option<usize> {
    let number = fields.number(key)?;
    if (least..=most).contains(&number) {
        return Some(number);
    }
    let span = fields.get(key).map_or(Span::at(0), |node| node.span);
    fields.report(span, format!("'{key}' of [links] can't be {number}"), format!("write a number from {least} to {most}"));
    None
}

/// The seconds of a minute, an hour, a day and a week.
const UNITS: [(char, u64); 5] = [('s', 1), ('m', 60), ('h', 60 * 60), ('d', DAY_S), ('w', 7 * DAY_S)];
const DAY_S: u64 = 24 * 60 * 60;

fn seconds(fields: &mut Fields<'_>, key: &str, least: u64, most: u64) -> Option<u64> {
    let written = fields.text(key)?;
    let seconds = length(&written).filter(|seconds| (least..=most).contains(seconds));
    if seconds.is_none() {
        let span = fields.get(key).map_or(Span::at(0), |node| node.span);
        let message = format!("'{key}' of [links] can't be '{written}'");
        fields.report(span, message, format!("write a length of time as `20s`, `10m`, `12h` or `7d`, at most `{most}s`"));
    }
    seconds
}

/// A length of time: a whole number and its unit; `0` needs none.
fn length(written: &str) -> Option<u64> {
    let written = written.trim();
    if written == "0" {
        return Some(0);
    }
    let unit = written.chars().next_back()?;
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit)?;
    written.strip_suffix(unit)?.trim_end().parse::<u64>().ok()?.checked_mul(*factor)
}

fn header_rules(fields: &mut Fields<'_>) -> Vec<HeaderRule> {
    let Some(node) = fields.get("headers") else { return Vec::new() };
    if !matches!(node.value, Value::Map(_)) {
        fields.report(
            node.span,
            "'headers' of [links] must be a mapping",
            "write `[links.headers.\"https://git.example.com/\"]` and the headers below it",
        );
        return Vec::new();
    }
    let mut rules = Vec::new();
    for (key, headers) in node.entries() {
        let below = Url::parse(&key.name).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.host().is_some());
        // What it was instead may be a secret in the wrong place.
        let is_plain = |url: &Url| url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
        let Some(below) = below.filter(is_plain) else {
            fields.report(key.span, "this is no address that headers can be for", "write `https://`, a host and perhaps a path, without query");
            continue;
        };
        if !matches!(headers.value, Value::Map(_)) {
            fields.report(key.span, "no headers stand here", "write names and values: `Authorization = \"Bearer ${TOKEN}\"`");
            continue;
        }
        let headers = headers.entries().iter().filter_map(|(name, value)| header(fields, &name.name, key.span, value)).collect();
        rules.push(HeaderRule { below, span: key.span, headers });
    }
    rules
}

/// A header that a server can be sent. Messages name the header, never its value, and stand at the address: reports show the line that a finding is at.
fn header(fields: &mut Fields<'_>, name: &str, span: Span, node: &Node) -> Option<Header> {
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte));
    if !is_name {
        fields.report(span, "a name below it is no name of a header", "write letters, digits and hyphens, as in `PRIVATE-TOKEN`");
        return None;
    }
    let name = name.to_ascii_lowercase();
    if matches!(name.as_str(), "host" | "content-length" | "transfer-encoding" | "connection") {
        fields.report(span, format!("'{name}' is a header that opsbook sets itself"), "take it out");
        return None;
    }
    let value = node.as_str().filter(|value| value.bytes().all(|byte| (32..127).contains(&byte)));
    let Some(value) = value else {
        fields.report(span, format!("the value of '{name}' is no text of one line"), "write it in double quotes, without line breaks");
        return None;
    };
    Some(Header { name, value: value.to_owned(), span: node.span })
}

fn user_agent(fields: &mut Fields<'_>) -> Option<String> {
    let written = fields.text("user-agent")?;
    if !written.is_empty() && written.bytes().all(|byte| (32..127).contains(&byte)) {
        return Some(written);
    }
    let span = fields.get("user-agent").map_or(Span::at(0), |node| node.span);
    fields.report(span, "'user-agent' of [links] isn't plain ASCII", "write letters, digits and punctuation");
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Diagnostic;
    use crate::source::{SitePath, Source};

    fn parse(text: &str) -> (LinkSettings, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let source = Source::new(SitePath::new("book.toml").unwrap(), text);
        (Config::parse(Some(&source), &mut diagnostics).links, diagnostics)
    }

    #[test]
    fn everything_can_be_said() {
        let (links, diagnostics) = parse(
            "[links]\ninclude = '^https:'\nexclude = ['a', 'b']\naccept = [403, '500-503']\ntimeout = '5s'\nretries = 0\nconnections = 1\nrate = 0\n\
             cache-age = '2w'\nfailure-age = '0'\nanchors = false\nmethod = 'head'\nuser-agent = 'us'\n\
             [links.headers.'https://git.example.com/team']\nPRIVATE-TOKEN = '${TOKEN}'\n",
        );
        assert_eq!(diagnostics, []);
        assert_eq!((links.include.len(), links.exclude.len(), links.accept.as_slice()), (1, 2, [(403, 403), (500, 503)].as_slice()));
        assert_eq!((links.timeout_s, links.retries, links.connections, links.rate), (5, 0, 1, 0));
        assert_eq!((links.cache_age_s, links.failure_age_s, links.anchors, links.head_first), (14 * DAY_S, 0, false, true));
        assert_eq!((links.user_agent.as_deref(), links.headers[0].headers[0].name.as_str()), (Some("us"), "private-token"));
    }

    #[test]
    fn headers_are_for_what_lies_below() {
        let (links, _) = parse("[links.headers.'https://git.example.com/team']\na = 'b'\n[links.headers.'http://127.0.0.1:80/']\na = 'b'\n");
        let is_for = |rule: usize, url: &str| links.headers[rule].is_for(&Url::parse(url).unwrap());
        for url in ["https://git.example.com/team", "https://GIT.example.com:443/team/a?b#c", "https://git.example.com/team/"] {
            assert!(is_for(0, url), "{url}");
        }
        for url in [
            "https://git.example.com/teams",
            "http://git.example.com/team",
            "https://git.example.com:444/team",
            "https://git.example.com.evil.test/team",
            "https://evil.test/?https://git.example.com/team",
            "https://git.example.com/team/../other",
        ] {
            assert!(!is_for(0, url), "{url}");
        }
        assert!(is_for(1, "http://127.0.0.1/x"));
    }

    #[test]
    fn faults_stand_at_their_place_and_tell_no_value() {
        for (text, place, message) in [
            ("exclude = ['(']", "'('", "'(' is no regular expression: unclosed group"),
            ("include = ['a{99999}{99999}']", "'a{99999}{99999}'", "'a{99999}{99999}' is no regular expression: "),
            ("accept = [20]", "20", "'20' is no status"),
            ("accept = ['599-500']", "'599-500'", "'599-500' is no status"),
            ("timeout = '5 fortnights'", "'5 fortnights'", "'timeout' of [links] can't be '5 fortnights'"),
            ("timeout = '0s'", "'0s'", "'timeout' of [links] can't be '0s'"),
            ("cache-age = '99999999999999999999d'", "'99999999999999999999d'", "'cache-age' of [links] can't be"),
            ("retries = 99", "99", "'retries' of [links] can't be 99"),
            ("connections = 0", "0", "'connections' of [links] can't be 0"),
            ("method = 'post'", "'post'", "'method' of [links] can't be 'post'"),
            ("user-agent = 'ü'", "'ü'", "'user-agent' of [links] isn't plain ASCII"),
            ("headers = 1", "1", "'headers' of [links] must be a mapping"),
            ("headers.'https://u:s3cret@a.example'.x = 'y'", "'https://u:s3cret@a.example'", "this is no address that headers can be for"),
            ("headers.'git.example.com'.x = 'y'", "'git.example.com'", "this is no address"),
            ("headers.'https://a.example/'.'x y' = 's3cret'", "'https://a.example/'", "a name below it is no name of a header"),
            ("headers.'https://a.example/'.host = 's3cret'", "'https://a.example/'", "'host' is a header that opsbook sets itself"),
            ("headers.'https://a.example/'.x = \"s3cret\\n\"", "'https://a.example/'", "the value of 'x' is no text of one line"),
            ("headers.'https://a.example/' = 'y'", "'https://a.example/'", "no headers stand here"),
            ("exlude = []", "exlude", "unknown key 'exlude' in [links]"),
        ] {
            let text = format!("[links]\n{text}\n");
            let (_, diagnostics) = parse(&text);
            assert_eq!(diagnostics.len(), 1, "{text}: {diagnostics:?}");
            assert_eq!(diagnostics[0].span.of(&text), place, "{text}");
            assert!(diagnostics[0].message.starts_with(message), "{text}: {}", diagnostics[0].message);
            assert!(!diagnostics[0].message.contains("s3cret") && !diagnostics[0].helps[0].contains("s3cret"));
        }
    }

    #[test]
    fn values_stand_in_no_debug_output() {
        let (links, _) = parse("[links.headers.'https://a.example/']\nauthorization = 's3cret'\n");
        let shown = format!("{links:?} {:?}", links.headers[0].headers);
        assert!(!shown.contains("s3cret") && shown.contains("authorization"), "{shown}");
    }
}

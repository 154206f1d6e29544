//! Headers for some addresses, with the values that the environment gives. Nothing here is ever printed.

use std::fmt;

use url::Url;

use crate::config::{HeaderRule, LinkSettings};
use crate::text::Span;

/// Headers as they are sent, and the addresses that they are for.
#[derive(Clone)]
pub struct Sent {
    rule: HeaderRule,
    /// Names and values.
    pub headers: Vec<(String, String)>,
}

impl fmt::Debug for Sent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rule.fmt(formatter)
    }
}

impl Sent {
    /// Whether the headers may go to this address.
    #[must_use]
    pub fn is_for(&self, url: &Url) -> bool {
        self.rule.is_for(url)
    }
}

/// A variable that a header names and the environment doesn't have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingVariable {
    /// Its name.
    pub name: String,
    /// Where the value stands in book.toml.
    pub span: Span,
}

/// The headers with their variables filled in.
///
/// # Errors
///
/// If one that `asked` needs can't be filled in, or would break the request. Where nobody needs a rule, nobody misses its variables.
pub fn sent(settings: &LinkSettings, asked: &[&Url], variable: &dyn Fn(&str) -> Option<String>) -> Result<Vec<Sent>, MissingVariable> {
    let mut filled = Vec::new();
    for rule in &settings.headers {
        let headers = rule.headers.iter().map(|header| {
            let value = fill(&header.value, variable).map_err(|name| MissingVariable { name, span: header.span })?;
            Ok((header.name.clone(), value))
        });
        match headers.collect::<Result<Vec<_>, _>>() {
            Ok(headers) => filled.push(Sent { rule: rule.clone(), headers }),
            Err(missing) if asked.iter().any(|url| rule.is_for(url)) => return Err(missing),
            Err(_) => {}
        }
    }
    Ok(filled)
}

/// A value with `$NAME` and `${NAME}` filled in; `$$` is a dollar, and so is one before anything else. The name of a variable that isn't there, is empty,
/// or holds what can't stand in a header.
fn fill(value: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut filled = String::new();
    let mut rest = value;
    while let Some((before, after)) = rest.split_once('$') {
        filled.push_str(before);
        if let Some(next) = after.strip_prefix('$') {
            filled.push('$');
            rest = next;
            continue;
        }
        let (name, next) = match after.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
            Some(braced) => braced,
            None => after.split_at(after.find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_').unwrap_or(after.len())),
        };
        if name.is_empty() {
            filled.push('$');
            rest = after;
            continue;
        }
        let found = variable(name).filter(|found| !found.is_empty() && found.bytes().all(|byte| byte >= 32 && byte != 127));
        filled.push_str(&found.ok_or_else(|| name.to_owned())?);
        rest = next;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;
    use crate::source::{SitePath, Source};

    fn environment(name: &str) -> Option<String> {
        match name {
            "TOKEN" => Some("s3cret".to_owned()),
            "LINES" => Some("a\r\nb: c".to_owned()),
            "NONE" => Some(String::new()),
            _ => None,
        }
    }

    #[test]
    fn variables_are_filled_in() {
        for (value, expected) in [
            ("Bearer $TOKEN", Ok("Bearer s3cret")),
            ("${TOKEN}x$TOKEN-", Ok("s3cretxs3cret-")),
            ("a$$TOKEN $ 5$", Ok("a$TOKEN $ 5$")),
            ("${TOKEN", Ok("${TOKEN")),
            ("$MISSING", Err("MISSING")),
            ("$NONE", Err("NONE")),
            ("${LINES}", Err("LINES")),
        ] {
            assert_eq!(fill(value, &environment), expected.map(str::to_owned).map_err(str::to_owned), "{value}");
        }
    }

    #[test]
    fn only_those_who_need_a_variable_miss_it_and_nothing_is_shown() {
        let text = "[links.headers.'https://a.example/']\nx = '$TOKEN'\n[links.headers.'https://b.example/']\ny = '$MISSING'\n";
        let settings = Config::parse(Some(&Source::new(SitePath::new("book.toml").unwrap(), text)), &mut Vec::new()).links;
        let [a, b] = ["https://a.example/1", "https://b.example/1"].map(|url| Url::parse(url).unwrap());
        let filled = sent(&settings, &[&a], &environment).unwrap();
        assert_eq!((filled.len(), filled[0].headers[0].1.as_str(), filled[0].is_for(&a), filled[0].is_for(&b)), (1, "s3cret", true, false));
        assert!(!format!("{filled:?}").contains("s3cret"));
        assert_eq!(sent(&settings, &[&a, &b], &environment).unwrap_err().name, "MISSING");
    }
}

//! What a page must never hold, whatever its document says: scripts, styles, handlers, links that run something, links in links.

use std::cell::{Cell, RefCell};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// Elements that run, load or restyle something. `script` and `link` are the theme's own in the head; see [`faults`].
const FORBIDDEN: [&str; 13] =
    ["applet", "base", "embed", "foreignobject", "form", "frame", "iframe", "math", "meta", "object", "set", "style", "animate"];
/// Attributes whose values are addresses.
const ADDRESSES: [&str; 7] = ["href", "src", "xlink:href", "action", "formaction", "poster", "data"];
/// Schemes that a link of a diagram, matrix or process may have. Those of Markdown links are the check unsafe-link's matter.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// What is unsafe in the main part of a page.
pub(crate) fn faults(html: &str) -> Vec<String> {
    let main = html.split_once("<main").map_or(html, |(_, main)| main);
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(main));
    let _done = tokenizer.feed(&input);
    tokenizer.end();
    let mut found = tokenizer.sink.found.into_inner();
    found.extend((tokenizer.sink.links.get() > 0).then(|| "a link that is never closed".to_owned()));
    found
}

#[derive(Default)]
struct Sink {
    found: RefCell<Vec<String>>,
    /// Open links.
    links: Cell<usize>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        let is_link = &*tag.name == "a";
        if tag.kind == TagKind::EndTag {
            match self.links.get() {
                _ if !is_link => {}
                0 => self.found.borrow_mut().push("</a> without a link".to_owned()),
                open => self.links.set(open - 1),
            }
            return TokenSinkResult::Continue;
        }
        if is_link && self.links.get() > 0 {
            self.found.borrow_mut().push("a link in a link".to_owned());
        }
        self.links.set(self.links.get() + usize::from(is_link));
        self.found.borrow_mut().extend(tag_faults(&tag));
        match &*tag.name {
            "script" => TokenSinkResult::RawData(RawKind::ScriptData),
            "style" => TokenSinkResult::RawData(RawKind::Rawtext),
            _ => TokenSinkResult::Continue,
        }
    }
}

fn tag_faults(tag: &Tag) -> Vec<String> {
    let name = tag.name.to_ascii_lowercase();
    let mut found = Vec::new();
    if FORBIDDEN.contains(&&*name) || matches!(&*name, "script" | "link") {
        found.push(format!("element <{name}>"));
    }
    for attribute in &tag.attrs {
        let key = attribute.name.local.to_ascii_lowercase();
        if key.starts_with("on") || &*key == "style" || &*key == "srcdoc" {
            found.push(format!("attribute {key} of <{name}>: {}", &*attribute.value));
        }
        // Browsers drop white space and control characters in front of and inside a scheme.
        let value: String = attribute.value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
        let scheme = value.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_scheme = |scheme: &String| !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
        if ADDRESSES.contains(&&*key)
            && let Some(scheme) = scheme.filter(is_scheme)
            && !SCHEMES.contains(&scheme.as_str())
        {
            found.push(format!("{key} of <{name}>: {value}"));
        }
        if value.to_ascii_lowercase().contains("url(") && matches!(&*key, "fill" | "stroke" | "filter" | "mask" | "clip-path") {
            found.push(format!("{key} of <{name}>: {value}"));
        }
    }
    found
}

//! The HTML of one page as a part of another: ids get a prefix, links lead where they led before, headings find their level.
//!
//! Read by html5ever's tokenizer, so that raw HTML and drawings are rewritten as surely as what opsbook wrote. Must not know the handbook.

use std::cell::RefCell;
use std::fmt::Write as _;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use percent_encoding::percent_decode_str;

use super::super::escape::{attribute, encode_path, href, text};
use super::Part;
use crate::source::SitePath;

/// Attributes that name ids, one or several.
const REFERENCES: [&str; 12] = [
    "aria-activedescendant",
    "aria-controls",
    "aria-describedby",
    "aria-details",
    "aria-errormessage",
    "aria-flowto",
    "aria-labelledby",
    "aria-owns",
    "for",
    "form",
    "headers",
    "popovertarget",
];

/// Where a page of the site is found.
pub(super) enum Target<'a> {
    /// It is a part of the page to print.
    Here { id: &'a str, number: &'a str },
    /// It isn't; perhaps it is the page of a name.
    Elsewhere { is_name: bool },
}

/// What a part is fitted into.
pub(super) struct Frame<'a> {
    pub part: &'a Part,
    /// The page that the HTML was made for.
    pub from: &'a SitePath,
    /// The page to print.
    pub to: &'a SitePath,
    /// The absolute address of the site, if it has one.
    pub base: Option<&'a str>,
    pub target: &'a dyn Fn(&SitePath) -> Target<'a>,
}

/// Rewrites HTML that is right for one page so that it is right as a part of another.
pub(super) fn rewrite(html: &str, frame: &Frame<'_>) -> String {
    let state = State { out: String::with_capacity(html.len() + html.len() / 8), ..State::default() };
    let tokenizer = Tokenizer::new(Sink { frame, state: RefCell::new(state) }, TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // The tokenizer only stops early to run a script, which this sink never asks for.
    let _done = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.state.into_inner().out
}

struct Sink<'f, 'a> {
    frame: &'f Frame<'a>,
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    out: String,
    /// What to write behind each open link.
    links: Vec<String>,
    /// How many svg and math elements are open: in them no element holds raw text, and no text stands beside a link.
    foreign: usize,
    /// The element that holds raw text and is open.
    raw: bool,
    is_numbered: bool,
}

impl TokenSink for Sink<'_, '_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let state = &mut *self.state.borrow_mut();
        match token {
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => state.end(self.frame, &tag),
            Token::TagToken(tag) => {
                state.start(self.frame, &tag);
                // What these hold is no markup.
                let raw = match &*tag.name {
                    _ if state.foreign > 0 => return TokenSinkResult::Continue,
                    "textarea" | "title" => return TokenSinkResult::RawData(RawKind::Rcdata),
                    "iframe" | "noembed" | "noframes" | "style" | "xmp" => RawKind::Rawtext,
                    "script" => RawKind::ScriptData,
                    _ => return TokenSinkResult::Continue,
                };
                state.raw = true;
                return TokenSinkResult::RawData(raw);
            }
            Token::CharacterTokens(words) if state.raw => state.out.push_str(&words),
            Token::CharacterTokens(words) => state.out.push_str(&text(&words)),
            Token::CommentToken(_) | Token::DoctypeToken(_) | Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn start(&mut self, frame: &Frame<'_>, tag: &Tag) {
        let level = heading_level(&tag.name);
        let class = value(tag, "class").unwrap_or_default();
        let mut reference = String::new();
        self.out.push('<');
        match level {
            Some(level) => drop(write!(self.out, "h{} data-level=\"{level}\"", shifted(level, frame.part))),
            None => self.out.push_str(&tag.name),
        }
        let mut is_external = false;
        for attr in &tag.attrs {
            let (name, value) = (&*attr.name.local, &*attr.value);
            let value = match name {
                "loading" if &*tag.name == "img" => continue,
                "open" if &*tag.name == "details" => continue,
                "data-level" | "class" => continue,
                "id" | "name" if name == "id" || matches!(&*tag.name, "a" | "map") => prefixed(frame, value),
                "href" | "xlink:href" => {
                    let link = link(frame, value);
                    is_external = link.is_external && &*tag.name == "a" && !class.split(' ').any(|class| class == "mention");
                    reference = link.number;
                    link.href
                }
                "src" | "poster" | "usemap" | "cite" | "data" => source(frame, value),
                // Regions of a page have names that differ.
                "aria-label" if matches!(&*tag.name, "section" | "nav" | "aside" | "form") && !frame.part.number.is_empty() => {
                    format!("{value} ({})", frame.part.number)
                }
                _ if REFERENCES.contains(&name) => value.split_ascii_whitespace().map(|id| prefixed(frame, id)).collect::<Vec<_>>().join(" "),
                _ if value.contains("url(") => urls(frame, value),
                _ => value.to_owned(),
            };
            self.out.extend([" ", name, "=\"", &attribute(&value), "\""]);
        }
        let class = if is_external && self.foreign == 0 { format!("{class} external") } else { class.to_owned() };
        if !class.trim().is_empty() {
            self.out.extend([" class=\"", &attribute(class.trim()), "\""]);
        }
        if &*tag.name == "details" {
            self.out.push_str(" open");
        }
        self.out.push_str(if tag.self_closing { "/>" } else { ">" });
        match &*tag.name {
            "svg" | "math" if !tag.self_closing => self.foreign += 1,
            "a" if self.foreign == 0 => {
                let mark = if reference.is_empty() { reference } else { format!("<span class=\"print-ref\"> (§&#160;{reference})</span>") };
                self.links.push(mark);
            }
            _ => {}
        }
        if level == Some(1) && !self.is_numbered {
            self.is_numbered = true;
            if !frame.part.number.is_empty() {
                self.out.extend(["<span class=\"print-number\">", &frame.part.number, "</span> "]);
            }
        }
    }

    fn end(&mut self, frame: &Frame<'_>, tag: &Tag) {
        self.raw = false;
        match heading_level(&tag.name) {
            Some(level) => drop(write!(self.out, "</h{}>", shifted(level, frame.part))),
            None => self.out.extend(["</", &tag.name, ">"]),
        }
        match &*tag.name {
            "svg" | "math" => self.foreign = self.foreign.saturating_sub(1),
            "a" if self.foreign == 0 => self.out.extend(self.links.pop()),
            _ => {}
        }
    }
}

fn value<'a>(tag: &'a Tag, name: &str) -> Option<&'a str> {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
}

fn heading_level(name: &str) -> Option<u8> {
    let level = name.strip_prefix('h')?.parse().ok()?;
    (1..=6).contains(&level).then_some(level)
}

fn shifted(level: u8, part: &Part) -> u8 {
    (level + part.level - 1).min(6)
}

fn prefixed(frame: &Frame<'_>, id: &str) -> String {
    format!("{}-{id}", frame.part.id)
}

/// Where a link of the part leads from the page to print.
#[derive(Default)]
struct Fitted {
    href: String,
    /// The number of the part that it leads to, if that is another one.
    number: String,
    /// Whether readers on paper want its address.
    is_external: bool,
}

fn link(frame: &Frame<'_>, written: &str) -> Fitted {
    if let Some(id) = written.strip_prefix('#') {
        let id = if id.is_empty() { frame.part.id.clone() } else { prefixed(frame, id) };
        return Fitted { href: format!("#{id}"), ..Fitted::default() };
    }
    let Some((place, suffix)) = place(frame, written) else { return Fitted { href: written.to_owned(), ..Fitted::default() } };
    match (frame.target)(&place) {
        Target::Here { id, number } => {
            let fragment = suffix.split_once('#').map_or("", |(_, fragment)| fragment);
            // What leads to a text, not to an id, would lead to the first place that has it.
            let inside = if fragment.is_empty() || fragment.starts_with(":~:") { String::new() } else { format!("-{fragment}") };
            let number = if id == frame.part.id { String::new() } else { number.to_owned() };
            Fitted { href: format!("#{id}{inside}"), number, is_external: false }
        }
        Target::Elsewhere { is_name } => match frame.base {
            Some(base) => Fitted { href: format!("{base}{}{suffix}", encode_path(place.as_str())), number: String::new(), is_external: !is_name },
            None => Fitted { href: format!("{}{suffix}", href(frame.to, &place)), ..Fitted::default() },
        },
    }
}

/// Where something that the page shows lies: always beside the page, so that it shows without a network.
fn source(frame: &Frame<'_>, written: &str) -> String {
    if let Some(id) = written.strip_prefix('#') {
        return format!("#{}", prefixed(frame, id));
    }
    place(frame, written).map_or_else(|| written.to_owned(), |(place, suffix)| format!("{}{suffix}", href(frame.to, &place)))
}

/// The file of the site that a relative address of the part means, and what stands behind its path.
fn place<'a>(frame: &Frame<'_>, written: &'a str) -> Option<(SitePath, &'a str)> {
    let (path, suffix) = written.split_at_checked(written.find(['#', '?']).unwrap_or(written.len()))?;
    let first = path.split('/').next().unwrap_or_default();
    if path.starts_with('/') || first.contains(':') {
        return None;
    }
    let path = percent_decode_str(path).decode_utf8_lossy();
    let path = if path.is_empty() { frame.from.clone() } else { SitePath::join(frame.from.folder(), &path)? };
    Some((path, suffix))
}

/// The value of an attribute of a drawing that refers to ids: `url(#tip)`.
fn urls(frame: &Frame<'_>, value: &str) -> String {
    let mut out = String::with_capacity(value.len() + 8);
    let mut rest = value;
    while let Some((before, after)) = rest.split_once("url(") {
        let quote = after.chars().next().filter(|first| matches!(first, '"' | '\'')).map_or("", |first| if first == '"' { "\"" } else { "'" });
        let inside = after.strip_prefix(quote).unwrap_or(after);
        out.extend([before, "url(", quote]);
        if let Some(id) = inside.strip_prefix('#') {
            out.extend(["#", &frame.part.id, "-"]);
            rest = id;
        } else {
            rest = inside;
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handbook::NodeId;

    fn adapted(html: &str, base: Option<&str>) -> String {
        let part = Part { node: NodeId::default(), page: None, title: String::new(), number: "4.2".to_owned(), id: "s4.2".to_owned(), level: 3 };
        let path = |path: &str| SitePath::new(path).unwrap();
        let target = |place: &SitePath| match place.as_str() {
            "guides/a.html" => Target::Here { id: "s4.2", number: "4.2" },
            "b.html" => Target::Here { id: "s1", number: "1" },
            other => Target::Elsewhere { is_name: other.starts_with("registry/") },
        };
        rewrite(html, &Frame { part: &part, from: &path("guides/a.html"), to: &path("print.html"), base, target: &target })
    }

    #[test]
    fn ids_and_all_that_names_them_get_the_prefix() {
        for (html, expected) in [
            ("<p id=\"x\">t</p>", "<p id=\"s4.2-x\">t</p>"),
            ("<a href=\"#x\">t</a>", "<a href=\"#s4.2-x\">t</a>"),
            ("<a href=\"a.html#%C3%A9\">t</a>", "<a href=\"#s4.2-%C3%A9\">t</a>"),
            ("<a name=\"x\"></a>", "<a name=\"s4.2-x\"></a>"),
            ("<p aria-labelledby=\"a b\">", "<p aria-labelledby=\"s4.2-a s4.2-b\">"),
            (
                "<svg viewBox=\"0 0 1 1\" aria-labelledby=\":p-t\"><path marker-end=\"url(#:p-m)\" d=\"M0\"/><a href=\"#s\"><text>x</text></a></svg>",
                "<svg viewbox=\"0 0 1 1\" aria-labelledby=\"s4.2-:p-t\"><path marker-end=\"url(#s4.2-:p-m)\" d=\"M0\"/><a href=\"#s4.2-s\"><text>x</text></a></svg>",
            ),
            ("<p title=\"a &amp; &lt;b&gt; &quot;\">1 &lt; 2 &amp; 3</p>", "<p title=\"a &amp; &lt;b&gt; &quot;\">1 &lt; 2 &amp; 3</p>"),
            ("<script>if (a < b && c) {}</script><p>&amp;</p>", "<script>if (a < b && c) {}</script><p>&amp;</p>"),
            ("a<!-- x -->b", "ab"),
            ("<section aria-label=\"Footnotes\">", "<section aria-label=\"Footnotes (4.2)\">"),
        ] {
            assert_eq!(adapted(html, None), expected, "{html}");
        }
    }

    #[test]
    fn links_lead_where_they_led() {
        let base = Some("https://h.example/");
        for (html, base, expected) in [
            ("<a href=\"../b.html\">B</a>", None, "<a href=\"#s1\">B</a><span class=\"print-ref\"> (§&#160;1)</span>"),
            ("<a href=\"../b.html#y\">B</a>", None, "<a href=\"#s1-y\">B</a><span class=\"print-ref\"> (§&#160;1)</span>"),
            ("<a href=\"../c.html?q#y\">C</a>", None, "<a href=\"c.html?q#y\">C</a>"),
            ("<a class=\"k\" href=\"c%20d.html#y\">C</a>", base, "<a href=\"https://h.example/guides/c%20d.html#y\" class=\"k external\">C</a>"),
            ("<a class=\"mention\" href=\"x.html\">C</a>", base, "<a href=\"https://h.example/guides/x.html\" class=\"mention\">C</a>"),
            ("<a href=\"../registry/r.html\">R</a>", base, "<a href=\"https://h.example/registry/r.html\">R</a>"),
            ("<a href=\"https://x.org/a?b#c\">X</a>", base, "<a href=\"https://x.org/a?b#c\">X</a>"),
            ("<a href=\"mailto:a@b.c\">X</a>", base, "<a href=\"mailto:a@b.c\">X</a>"),
            ("<a href=\"../../../up.html\">X</a>", base, "<a href=\"../../../up.html\">X</a>"),
            ("<img src=\"i.png\" loading=\"lazy\" alt=\"\">", base, "<img src=\"guides/i.png\" alt=\"\">"),
            ("<img src=\"data:image/png;base64,AA\">", base, "<img src=\"data:image/png;base64,AA\">"),
        ] {
            assert_eq!(adapted(html, base), expected, "{html}");
        }
    }

    #[test]
    fn headings_find_their_level_and_details_are_open() {
        for (html, expected) in [
            (
                "<h1 id=\"t\">T</h1><h2>U</h2>",
                "<h3 data-level=\"1\" id=\"s4.2-t\"><span class=\"print-number\">4.2</span> T</h3><h4 data-level=\"2\">U</h4>",
            ),
            ("<h6>T</h6>", "<h6 data-level=\"6\">T</h6>"),
            ("<details class=\"a\"><summary>s</summary>t</details>", "<details class=\"a\" open><summary>s</summary>t</details>"),
            ("<header><hr></header>", "<header><hr></header>"),
        ] {
            assert_eq!(adapted(html, None), expected, "{html}");
        }
    }
}

//! Audits a finished site: every reference in every page leads to a file of the site, every fragment to an id in it.

use std::collections::{BTreeMap, BTreeSet};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use opsbook::site::{Site, SiteFile};
use opsbook::source::SitePath;
use percent_encoding::percent_decode_str;
use std::cell::RefCell;

/// Schemes that a link may have.
const SCHEMES: [&str; 12] = ["http", "https", "mailto", "tel", "sms", "ftp", "ssh", "git", "irc", "xmpp", "slack", "matrix"];
/// Attributes that hold one URL.
const URLS: [&str; 9] = ["href", "src", "action", "formaction", "cite", "poster", "data", "background", "longdesc"];
/// Elements that must not stand in a page's main part.
const ACTIVE: [&str; 9] = ["script", "style", "iframe", "object", "embed", "form", "base", "link", "meta"];

/// One tag of a page.
struct Element {
    name: String,
    attributes: Vec<(String, String)>,
    in_main: bool,
}

/// The faults of a site's pages, each as `page: what`. Pages work from any folder, so a link with a leading slash is one.
pub(crate) fn faults(site: &Site) -> Vec<String> {
    let pages: BTreeMap<&SitePath, Vec<Element>> = site
        .files
        .iter()
        .filter_map(|(path, file)| match file {
            SiteFile::Bytes(bytes) if path.extension() == Some("html") => Some((path, elements(&String::from_utf8_lossy(bytes)))),
            _ => None,
        })
        .collect();
    let ids: BTreeMap<&SitePath, BTreeSet<&str>> = pages.iter().map(|(path, elements)| (*path, ids(elements))).collect();
    let mut faults = Vec::new();
    for (path, elements) in &pages {
        // The 404 page of a site with an address has a base: what it links to is found from there.
        let base = elements.iter().any(|element| element.name == "base");
        for element in elements {
            for (attribute, value) in &element.attributes {
                if URLS.contains(&attribute.as_str())
                    && let Some(fault) = reference(site, &ids, path, element, value)
                    && !base
                {
                    faults.push(format!("{path}: <{} {attribute}=\"{value}\"> {fault}", element.name));
                }
                let active = attribute.starts_with("on") || matches!(attribute.as_str(), "style" | "srcdoc" | "srcset");
                if element.in_main && active {
                    faults.push(format!("{path}: <{} {attribute}=\"{value}\"> in the main part", element.name));
                }
            }
            if element.in_main && ACTIVE.contains(&element.name.as_str()) {
                faults.push(format!("{path}: <{}> in the main part", element.name));
            }
        }
        let mut seen = BTreeSet::new();
        for (_, id) in elements.iter().flat_map(|element| &element.attributes).filter(|(name, _)| name == "id") {
            if !seen.insert(id) && !id.is_empty() {
                faults.push(format!("{path}: the id '{id}' is there twice"));
            }
        }
    }
    faults
}

/// What is wrong with one URL of a page.
fn reference(site: &Site, ids: &BTreeMap<&SitePath, BTreeSet<&str>>, page: &SitePath, element: &Element, url: &str) -> Option<String> {
    // Browsers take these out before they read on. <https://url.spec.whatwg.org/#concept-basic-url-parser>
    let url: String = url.trim_matches(|c: char| c <= ' ').chars().filter(|c| !matches!(c, '\t' | '\n' | '\r')).collect();
    if let Some(scheme) = scheme(&url) {
        // The icon that holds nothing keeps browsers from asking for one.
        let no_icon = element.name == "link" && url == "data:,";
        let picture = no_icon || element.name == "img" && scheme == "data" && url.to_ascii_lowercase().starts_with("data:image/");
        return (!SCHEMES.contains(&scheme.as_str()) && !picture).then(|| format!("has the scheme '{scheme}'"));
    }
    if url.starts_with("//") || url.starts_with("\\\\") {
        return None;
    }
    if url.starts_with(['/', '\\']) {
        return Some("begins at the root of the server".to_owned());
    }
    let (file, fragment) = url.split_once('#').map_or((url.as_str(), None), |(file, fragment)| (file, Some(fragment)));
    let file = percent_decode_str(file.split('?').next().unwrap_or_default()).decode_utf8_lossy().into_owned();
    // An image whose source is missing is written without one; the finding was made before.
    let target = if file.is_empty() { Some(page.clone()) } else { SitePath::join(page.folder(), &file) };
    let Some(target) = target.filter(|target| site.files.contains_key(target)) else { return Some("leads to no file of the site".to_owned()) };
    let fragment = percent_decode_str(fragment.unwrap_or_default()).decode_utf8_lossy().into_owned();
    let known = fragment.is_empty() || fragment == "top" || fragment.starts_with(":~:");
    let has = ids.get(&target).is_some_and(|ids| ids.contains(fragment.as_str()));
    (!known && !has).then(|| format!("leads to no id of '{target}'"))
}

fn scheme(url: &str) -> Option<String> {
    let (scheme, _) = url.split_once(':')?;
    let valid = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    valid.then(|| scheme.to_ascii_lowercase())
}

fn ids(elements: &[Element]) -> BTreeSet<&str> {
    let is_anchor = |element: &Element, name: &str| name == "id" || name == "name" && element.name == "a";
    elements
        .iter()
        .flat_map(|element| element.attributes.iter().filter(move |(name, _)| is_anchor(element, name)))
        .map(|(_, value)| value.as_str())
        .collect()
}

fn elements(html: &str) -> Vec<Element> {
    #[derive(Default)]
    struct Sink {
        found: RefCell<(Vec<Element>, bool)>,
    }
    impl TokenSink for Sink {
        type Handle = ();

        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            if let Token::TagToken(Tag { kind, name, attrs, .. }) = token {
                let (found, in_main) = &mut *self.found.borrow_mut();
                match (kind, &*name) {
                    (TagKind::EndTag, "main") => *in_main = false,
                    (TagKind::EndTag, _) => {}
                    (TagKind::StartTag, _) => {
                        let attributes = attrs.iter().map(|attribute| (attribute.name.local.to_string(), attribute.value.to_string())).collect();
                        found.push(Element { name: name.to_string(), attributes, in_main: *in_main });
                        *in_main |= &*name == "main";
                    }
                }
            }
            TokenSinkResult::Continue
        }
    }
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let _done = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.found.into_inner().0
}

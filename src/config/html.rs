//! `[output.html]`: what the web site is like.

use super::color::{DARK_PAGE, LIGHT_PAGE, TEXT_CONTRAST};
use super::keys::{FOREIGN_HTML, FOREIGN_PRINT, FOREIGN_SEARCH, HTML_KEYS, LINKABLE, PRINT_KEYS, SEARCH_KEYS};
use super::kinds::{INVALID_CONFIG, LOW_CONTRAST};
use super::{Accent, Color, Config, Reader, files};
use crate::data::{Fields, Node, Value};
use crate::diagnostic::Diagnostic;
use crate::source::SitePath;
use crate::text::Span;

impl Reader<'_> {
    pub(super) fn html(&mut self, root: &Node, config: &mut Config) {
        let Some(output) = root.get("output") else { return };
        for (key, _) in output.entries() {
            if key.name != "html" {
                self.unused(key.span, &format!("[output.{}]", key.name));
            }
        }
        let Some(table) = output.get("html") else { return };
        self.known(table, "[output.html]", HTML_KEYS, FOREIGN_HTML);
        let mut fields = Fields::new(table, "[output.html]", &INVALID_CONFIG, self.path, self.diagnostics);
        config.site_url = fields.text("site-url").map(|url| if url.ends_with('/') { url } else { format!("{url}/") });
        config.repository = fields.text("git-repository-url");
        config.edit_url = fields.text("edit-url-template");
        config.accent = accent(&mut fields);
        config.logo =
            files(&mut fields, "logo").into_iter().next().and_then(|path| SitePath::new(&path)).zip(table.get("logo").map(|node| node.span));
        config.css = files(&mut fields, "additional-css");
        config.js = files(&mut fields, "additional-js");
        config.link_names = link_names(&mut fields);
        config.trust_html = fields.choice("raw-html", &["sanitize", "trust"]) == Some(1);
        config.published.markdown = fields.flag("markdown").unwrap_or(true);
        config.published.history = fields.flag("history").unwrap_or(true);
        config.published.highlight = fields.flag("highlight").unwrap_or(true);
        if let Some(search) = table.get("search") {
            self.known(search, "[output.html.search]", SEARCH_KEYS, FOREIGN_SEARCH);
            config.published.search =
                Fields::new(search, "[output.html.search]", &INVALID_CONFIG, self.path, self.diagnostics).flag("enable") != Some(false);
        }
        if let Some(table) = table.get("print") {
            self.known(table, "[output.html.print]", PRINT_KEYS, FOREIGN_PRINT);
            config.published.print = Fields::new(table, "[output.html.print]", &INVALID_CONFIG, self.path, self.diagnostics).flag("enable");
        }
    }
}

/// The colour of links: one for both pages, the dark one's made of it, or one each. A shade that can't be read is replaced.
fn accent(fields: &mut Fields<'_>) -> Option<Accent> {
    let node = fields.get("accent-color")?;
    if !matches!(node.value, Value::Map(_)) {
        let (written, span) = color(fields, "accent-color")?;
        return Some(Accent { light: readable(fields, written, LIGHT_PAGE, "light", span), dark: written.readable_on(DARK_PAGE) });
    }
    let path = fields.path();
    let mut fields = Fields::new(node, "accent-color of [output.html]", &INVALID_CONFIG, path, fields.diagnostics());
    fields.only(super::keys::ACCENT_KEYS);
    let light = color(&mut fields, "light").map(|(written, span)| readable(&mut fields, written, LIGHT_PAGE, "light", span));
    let dark = color(&mut fields, "dark").map(|(written, span)| readable(&mut fields, written, DARK_PAGE, "dark", span));
    let light_of = |dark: Color| dark.readable_on(LIGHT_PAGE);
    Some(Accent { light: light.or(dark.map(light_of))?, dark: dark.or(light.map(|light| light.readable_on(DARK_PAGE)))? })
}

fn color(fields: &mut Fields<'_>, key: &str) -> Option<(Color, Span)> {
    let written = fields.text(key)?;
    let span = fields.get(key).map_or(Span::at(0), |node| node.span);
    let color = Color::parse(&written);
    if color.is_none() {
        fields.report(span, format!("'{written}' is not a colour"), "write it as `#` and six hexadecimal digits: `#0b5394`");
    }
    color.map(|color| (color, span))
}

fn readable(fields: &mut Fields<'_>, written: Color, page: Color, name: &str, span: Span) -> Color {
    let contrast = written.contrast(page);
    if contrast >= TEXT_CONTRAST {
        return written;
    }
    let nearest = written.readable_on(page);
    let message = format!("the contrast of '{written}' on the {name} page is {contrast:.1}, and text needs {TEXT_CONTRAST}");
    let path = fields.path().clone();
    let finding = Diagnostic::new(&LOW_CONTRAST, &path, span, message)
        .help(format!("write '{nearest}', the nearest shade that can be read; the site uses it already"));
    fields.diagnostics().push(finding);
    nearest
}

/// The parts of registry.yaml whose names become links: all, none, or those of a list.
fn link_names(fields: &mut Fields<'_>) -> Vec<&'static str> {
    match fields.get("link-names").map(|node| &node.value) {
        None | Some(Value::Bool(true)) => return LINKABLE.to_vec(),
        Some(Value::Bool(false)) => return Vec::new(),
        Some(_) => {}
    }
    let mut found = Vec::new();
    for (written, span) in fields.texts("link-names") {
        if let Some(kind) = LINKABLE.iter().find(|kind| **kind == written) {
            found.push(*kind);
        } else {
            let help = format!("write `true`, `false`, or a list of: {}", LINKABLE.join(", "));
            fields.report(span, format!("'link-names' of [output.html] can't be '{written}'"), help);
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    type Read = (Option<(String, String)>, Vec<(&'static str, String)>);

    fn accent_of(line: &str) -> Read {
        let mut diagnostics = Vec::new();
        let source = Source::new(SitePath::new("book.toml").unwrap(), format!("[output.html]\naccent-color = {line}\n"));
        let config = Config::parse(Some(&source), &mut diagnostics);
        let accent = config.accent.map(|accent| (accent.light.to_string(), accent.dark.to_string()));
        (accent, diagnostics.into_iter().map(|finding| (finding.kind.code, finding.message)).collect())
    }

    #[test]
    fn a_colour_is_readable_on_both_pages() {
        let pair = |light: &str, dark: &str| Some((light.to_owned(), dark.to_owned()));
        assert_eq!(accent_of("'#0b5394'"), (pair("#0b5394", "#5c8cb7"), vec![]));
        assert_eq!(accent_of("{ light = '#0b5394', dark = '#9fc5e8' }"), (pair("#0b5394", "#9fc5e8"), vec![]));
        assert_eq!(accent_of("{ dark = '#9fc5e8' }").1, []);
        let (accent, found) = accent_of("'#f0b45f'");
        assert_eq!(accent, pair("#8e6a38", "#f0b45f"));
        assert_eq!(found, [("low-contrast", "the contrast of '#f0b45f' on the light page is 1.7, and text needs 4.5".to_owned())]);
        assert_eq!(accent_of("{ dark = '#0b5394' }").1.len(), 1);
    }

    #[test]
    fn what_is_no_colour_is_named() {
        for (line, message) in [
            ("'red'", "'red' is not a colour"),
            ("{ lihgt = '#000' }", "unknown key 'lihgt' in accent-color of [output.html]"),
            ("{ light = 'x' }", "'x' is not a colour"),
            ("['#000']", "'accent-color' of [output.html] must be text, not a list"),
        ] {
            assert_eq!(accent_of(line), (None, vec![("invalid-config", message.to_owned())]), "{line}");
        }
    }
}

//! Why a template failed, in the engine's words and at its place.

use std::time::Duration;

use tera::ErrorKind;

use super::INVALID_TEMPLATE;
use crate::diagnostic::Diagnostic;
use crate::source::{SitePath, Sources};
use crate::text::Span;

/// Why a template failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::render) struct TemplateFault {
    template: String,
    span: Span,
    message: String,
}

impl TemplateFault {
    pub(super) fn new(template: &str, error: &tera::Error) -> Self {
        let report = match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => Some(report),
            _ => None,
        };
        let blamed = match error.kind() {
            // The end of the chain is in the circle; a template of the theme may only lead to it.
            ErrorKind::CircularExtend { tpl, inheritance_chain } => inheritance_chain.last().unwrap_or(tpl),
            ErrorKind::CircularInclude { tpl, .. } | ErrorKind::MissingParent { current: tpl, .. } => tpl,
            _ => template,
        };
        let lines = |text: String| text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("the template failed").to_owned();
        match report {
            Some(report) => {
                Self { template: report.filename().to_owned(), span: report.span().range.clone().into(), message: lines(report.message().to_owned()) }
            }
            None => Self { template: blamed.to_owned(), span: Span::at(0), message: lines(error.to_string()) },
        }
    }

    /// The fault of a template that writes more than any page can hold.
    pub(super) fn endless(template: &str) -> Self {
        let message = format!("it writes more than {} MB; a loop may never end", super::PAGE_BYTES >> 20);
        Self { template: template.to_owned(), span: Span::at(0), message }
    }

    /// The fault of a template that doesn't end in time.
    pub(super) fn late(template: &str, limit: Duration) -> Self {
        let message = format!("it takes more than {} s to make one page; a loop may never end", limit.as_secs());
        Self { template: template.to_owned(), span: Span::at(0), message }
    }

    /// What the engine says of filters, functions and templates that don't exist is a report in words: `error: Unknown filter ⏎ --> page.html:3:8`.
    pub(super) fn in_report(error: &tera::Error, texts: &[(&str, &str)]) -> Option<Self> {
        let ErrorKind::Msg(report) = error.kind() else { return None };
        let mut lines = report.lines().map(str::trim).filter(|line| !line.is_empty());
        let message = lines.next()?.trim_start_matches("error: ").to_owned();
        let mut place = lines.find_map(|line| line.strip_prefix("--> "))?.rsplitn(3, ':');
        let (column, line): (usize, usize) = (place.next()?.parse().ok()?, place.next()?.parse().ok()?);
        let template = place.next()?;
        let (_, text) = texts.iter().find(|(name, _)| *name == template)?;
        let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        let place = Span::at(text.floor_char_boundary(before + column.saturating_sub(1)));
        Some(Self { template: template.to_owned(), span: place, message })
    }

    /// The finding about it: in the book's own file, else in the embedded one, which a template of the book's own misuses.
    pub(in crate::render) fn diagnostic(&self, sources: &Sources) -> Option<Diagnostic> {
        let own = SitePath::join("themes", &self.template).filter(|path| sources.texts.contains_key(path));
        let path = own.or_else(|| SitePath::embedded(&format!("themes/{}", self.template)))?;
        let finding = Diagnostic::new(&INVALID_TEMPLATE, &path, self.span, format!("template can't be used: {}", self.message));
        Some(finding.help("mend the template in themes/, or remove it so that the embedded one is used"))
    }
}

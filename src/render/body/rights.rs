//! Lists of what is allowed and what isn't, side by side.
//!
//! Knows the order of the text. The words stay the author's; the columns and marks are for the style sheet.

use std::cell::LazyCell;
use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use super::Writer;
use crate::blocks::policy::{Policy, Statement};
use crate::document::{BlockKind, Document};
use crate::handbook::Page;

/// The pairs of lists of a document.
pub(super) struct Rights {
    /// Whether something is allowed and whether the list is the second of its pair, by the place where its lead begins.
    starts: BTreeMap<usize, (bool, bool)>,
    /// The list that is being written: whether it is the second, and how many lists are open.
    open: Option<(bool, usize)>,
}

impl Rights {
    pub(super) fn of(page: &Page) -> Self {
        let document = LazyCell::new(|| page.document.whole());
        let allowed = |policy: &Policy| match &policy.statement {
            Statement::Permission { allowed, .. } if is_list(&document, policy) => Some(*allowed),
            _ => None,
        };
        let mut starts = BTreeMap::new();
        let lists: Vec<(&Policy, bool)> = page.blocks.policies.iter().filter_map(|policy| Some((policy, allowed(policy)?))).collect();
        let mut rest = lists.as_slice();
        while let [(first, one), (second, other), ..] = rest {
            let between = page.document.text.get(first.span.end()..second.span.start());
            let is_pair = one != other && between.is_some_and(|between| between.trim().is_empty());
            if is_pair {
                starts.insert(first.span.start(), (*one, false));
                starts.insert(second.span.start(), (*other, true));
            }
            rest = rest.get(if is_pair { 2 } else { 1 }..).unwrap_or_default();
        }
        Self { starts, open: None }
    }
}

/// Whether a rule stands as a paragraph with a list right behind it, at the left margin: not in a list, a quote or a table.
fn is_list(document: &Document, policy: &Policy) -> bool {
    let at_margin = policy.span.start() == 0 || document.text.get(..policy.span.start()).is_some_and(|before| before.ends_with('\n'));
    let mut blocks = document.blocks_in(policy.span);
    let (Some(lead), Some(first)) = (blocks.next(), blocks.next()) else { return false };
    let Some(item) = first.item else { return false };
    let is_behind = document.text.get(lead.span.end()..item.span.start()).is_some_and(|between| between.trim().is_empty());
    at_margin && is_behind && lead.item.is_none() && lead.kind == BlockKind::Paragraph
}

impl Writer<'_> {
    /// Opens the columns before the lead of a list.
    pub(super) fn open_rights(&mut self, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::Start(Tag::Paragraph) => {
                let Some((allowed, is_second)) = self.rights.starts.remove(&(self.document.body.start() + range.start)) else { return };
                if !is_second {
                    self.out.push_str("<div class=\"rights\">\n");
                }
                let class = if allowed { "rights-allowed" } else { "rights-forbidden" };
                self.put(format_args!("<div class=\"{class}\">\n"));
                self.rights.open = Some((is_second, 0));
            }
            Event::Start(Tag::List(_)) => {
                if let Some((_, depth)) = &mut self.rights.open {
                    *depth += 1;
                }
            }
            _ => {}
        }
    }

    /// Closes them behind the list.
    pub(super) fn close_rights(&mut self, event: &Event<'_>) {
        let (Some((is_second, depth)), Event::End(TagEnd::List(_))) = (&mut self.rights.open, event) else { return };
        *depth = depth.saturating_sub(1);
        if *depth == 0 {
            self.out.push_str(if *is_second { "</div>\n</div>\n" } else { "</div>\n" });
            self.rights.open = None;
        }
    }
}

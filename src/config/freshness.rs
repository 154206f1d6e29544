//! `[freshness]`: how long a review may be overdue.

use super::keys::FRESHNESS_KEYS;
use super::kinds::INVALID_CONFIG;
use super::{Config, Reader};
use crate::data::{Fields, Node};

impl Reader<'_> {
    pub(super) fn freshness(&mut self, root: &Node, config: &mut Config) {
        let Some(table) = root.get("freshness") else { return };
        let mut fields = Fields::new(table, "[freshness]", &INVALID_CONFIG, self.path, self.diagnostics);
        fields.only(FRESHNESS_KEYS);
        let span = table.get("grace").map(|node| node.span);
        config.grace = fields.text("grace").zip(span);
    }
}

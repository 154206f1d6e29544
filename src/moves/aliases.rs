//! Former places of documents that change theirs, and alerts that were named by their files, written into their front matter.

use super::names::Names;
use super::{Changes, Refused, alerts, line_end, line_start, scalar};
use crate::data::{Node, Value};
use crate::diagnostic::Edit;
use crate::document::Document;
use crate::handbook::{Handbook, Page, alias_place};
use crate::mend::apply;
use crate::source::{SitePath, Source};
use crate::text::Span;

/// Adds its former place to each document whose place changes, if places are kept, and takes out a former place that it comes back to.
pub(super) fn keep(handbook: &Handbook, names: &Names, is_kept: bool, changes: &mut Changes) -> Result<(), Refused> {
    for (index, (page, (address, path))) in handbook.pages.iter().zip(names.addresses.iter().zip(&names.paths)).enumerate() {
        if page.address == *address {
            continue;
        }
        let alert = alerts::named_by_file(handbook, index, path, is_kept);
        let same = |place: &SitePath, other: &SitePath| place.as_str().to_lowercase() == other.as_str().to_lowercase();
        let listed: Vec<(usize, SitePath)> =
            page.document.meta.aliases.iter().enumerate().filter_map(|(index, (written, _))| Some((index, alias_place(written).ok()?))).collect();
        let gone: Vec<usize> = listed.iter().filter(|(_, place)| same(place, address)).map(|(index, _)| *index).collect();
        let is_listed = listed.iter().any(|(_, place)| same(place, &page.address));
        let is_taken = names.is_taken(&page.address);
        if is_kept && is_taken && !same(&page.address, address) {
            let message = format!("no redirect is kept at '{}', where something else lies now", page.address);
            changes.left(&page.document.path, Span::at(0), message);
        }
        let written = written(&page.address);
        if is_kept && !is_listed && !is_taken && written.is_none() {
            changes.left(&page.document.path, Span::at(0), format!("no redirect is kept: none can lie at '{}'", page.address));
        }
        let new = written.as_deref().filter(|_| is_kept && !is_listed && !is_taken);
        changes.redirects += usize::from((new.is_some() || is_listed) && !is_taken);
        if new.is_none() && gone.is_empty() && alert.is_none() {
            continue;
        }
        let planned = |alert| edits(page, &gone, new, alert).filter(|edits| holds(page, edits, &gone, new, alert));
        let with_alert = alert.and_then(|alert| planned(Some(alert)));
        match (alert, &with_alert) {
            (Some(alert), Some(_)) => changes.alerts.push((page.document.path.clone(), alert.to_owned())),
            (Some(alert), None) => {
                changes.left(&page.document.path, Span::at(0), format!("write `alerts: [{alert}]`: the alert was the file's name"));
            }
            (None, _) => {}
        }
        if with_alert.is_none() && new.is_none() && gone.is_empty() {
            continue;
        }
        let edits = with_alert.or_else(|| planned(None)).ok_or_else(|| {
            if new.is_none() {
                let message = format!("the alias that leads to the new place of '{}' can't be taken out of its front matter", page.document.path);
                return Refused::new(message, "take it out yourself, or write the front matter as plain lines `key: value`");
            }
            Refused::new(
                format!("the front matter of '{}' can't take an alias", page.document.path),
                "write the front matter as plain lines `key: value`, or move without an alias",
            )
        })?;
        changes.edits.entry(page.document.path.clone()).or_default().extend(edits);
    }
    Ok(())
}

/// A place as an alias names it; none if no alias can.
fn written(address: &SitePath) -> Option<String> {
    // Aliases are decoded, and lead from whole pages.
    let written = address.as_str().replace('%', "%25").replace('#', "%23").replace('?', "%3F");
    alias_place(&written).is_ok_and(|place| place == *address).then_some(written)
}

/// Whether the document says what it should once the edits are made, and nothing else than before besides.
fn holds(page: &Page, edits: &[Edit], gone: &[usize], new: Option<&str>, alert: Option<&str>) -> bool {
    let mut edits = edits.to_vec();
    edits.sort_by_key(|edit| edit.span);
    let text = apply(&page.document.text, &edits);
    let (after, findings) = Document::parse(&Source::new(page.document.path.clone(), text));
    let (_, before) = Document::parse(&Source::new(page.document.path.clone(), std::sync::Arc::clone(&page.document.text)));
    let kept = page.document.meta.aliases.iter().enumerate().filter(|(index, _)| !gone.contains(index)).map(|(_, (written, _))| written.as_str());
    let mut wanted: Vec<&str> = kept.chain(new).collect();
    let mut found: Vec<&str> = after.meta.aliases.iter().map(|(written, _)| written.as_str()).collect();
    wanted.sort_unstable();
    found.sort_unstable();
    let others = |front: Option<&Node>| -> Vec<(String, Node)> {
        let is_other = |name: &str| name != "aliases" && (alert.is_none() || name != "alerts");
        let entries = front.map(Node::entries).unwrap_or_default().iter().filter(|(key, _)| is_other(&key.name) && !key.span.is_empty());
        entries.map(|(key, value)| (key.name.clone(), value.clone().unplaced())).collect()
    };
    let is_kept = others(page.document.front_matter.as_ref()) == others(after.front_matter.as_ref());
    let answers = alert.is_none_or(|alert| after.meta.alerts.iter().map(|(name, _)| name.as_str()).eq([alert]));
    is_kept && answers && wanted == found && findings.len() == before.len() && after.links.len() == page.document.links.len()
}

fn edits(page: &Page, gone: &[usize], new: Option<&str>, alert: Option<&str>) -> Option<Vec<Edit>> {
    let document = &page.document;
    let text = &*document.text;
    let line = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let start = if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 };
    let insert = |at: usize, replacement: String| Edit { span: Span::at(at), replacement };
    let block = |indent: &str, key: &str, value: &str| format!("{indent}{key}:{line}{indent}  - {}{line}", scalar::yaml(value));
    // What book.toml says of a document isn't written there.
    let Some(front) = document.front_matter.as_ref().filter(|_| document.body.start() > start) else {
        let keys: String = [("alerts", alert), ("aliases", new)].into_iter().filter_map(|(key, value)| Some(block("", key, value?))).collect();
        let is_writable = !keys.is_empty() && !document.has_unreadable_front_matter();
        return is_writable.then(|| vec![insert(start, format!("---{line}{keys}---{line}{line}"))]);
    };
    let is_toml = text.get(start..)?.starts_with("+++");
    let write = |value: &str| if is_toml { scalar::quoted(value) } else { scalar::yaml(value) };
    let entry = |name: &str| front.entries().iter().find(|(key, _)| key.name == name);
    let append = |key: &str, value: &str| {
        if is_toml {
            return insert(line_end(text, start), format!("{key} = [{}]{line}", scalar::quoted(value)));
        }
        let indent = front.entries().first().map_or(0, |(key, _)| key.span.start() - line_start(text, key.span.start()));
        insert(line_start(text, document.body.start().saturating_sub(1)), block(&" ".repeat(indent), key, value))
    };
    let mut edits = match (alert, entry("alerts")) {
        (Some(alert), Some((key, value))) => add(text, key.span, value, &[], &write(alert), line, is_toml)?,
        (Some(alert), None) => vec![append("alerts", alert)],
        (None, _) => Vec::new(),
    };
    if new.is_none() && gone.is_empty() {
        return (!edits.is_empty()).then_some(edits);
    }
    let Some((key, value)) = entry("aliases") else {
        edits.push(append("aliases", new?));
        return Some(edits);
    };
    let items: Vec<Span> = match &value.value {
        Value::List(items) => items.iter().filter(|item| item.scalar().is_some()).map(|item| item.span).collect(),
        Value::Null => Vec::new(),
        _ => vec![value.span],
    };
    edits.extend(match (gone, new) {
        // The new one takes the place of the one that goes.
        ([first], Some(new)) => vec![Edit { span: *items.get(*first)?, replacement: write(new) }],
        ([], Some(new)) => add(text, key.span, value, &items, &write(new), line, is_toml)?,
        (_, None) => remove(text, key.span, front, value, &items, gone, start, document.body.start())?,
        _ => return None,
    });
    Some(edits)
}

fn add(text: &str, key: Span, value: &Node, items: &[Span], new: &str, line: &str, is_toml: bool) -> Option<Vec<Edit>> {
    let is_block = matches!(value.value, Value::List(_)) && !is_toml && dash(text, items).is_some();
    let edit = match (&value.value, items.last()) {
        (Value::List(_), Some(last)) if is_block => {
            let (start, dash) = (line_start(text, last.start()), dash(text, items)?);
            let indent = text.get(start..dash)?;
            let end = line_end(text, last.end());
            Edit { span: Span::at(end), replacement: format!("{indent}- {new}{line}") }
        }
        (Value::List(_), Some(last)) => Edit { span: Span::at(last.end()), replacement: format!(", {new}") },
        (Value::List(_), None) => Edit { span: Span::at(value.span.start() + 1), replacement: new.to_owned() },
        (Value::Null, _) => Edit { span: Span::at(key.end() + 1), replacement: format!(" [{new}]") },
        _ => Edit { span: value.span, replacement: format!("[{}, {new}]", value.span.of(text)) },
    };
    Some(vec![edit])
}

/// Takes items out, and the key with the last of them; front matter that held nothing else goes too.
#[expect(clippy::too_many_arguments, reason = "one step of `edits`, which knows all of it")]
fn remove(text: &str, key: Span, front: &Node, value: &Node, items: &[Span], gone: &[usize], start: usize, body: usize) -> Option<Vec<Edit>> {
    let cut = |from: usize, to: usize| Edit { span: Span::new(from, to), replacement: String::new() };
    if gone.len() == items.len() {
        let last = items.last()?.end().max(value.span.end());
        let (from, to) = (line_start(text, key.start()), line_end(text, last));
        let fence = line_end(text, start);
        let close = line_start(text, body.saturating_sub(1));
        let is_blank = |from: usize, to: usize| text.get(from..to).is_some_and(|rest| rest.trim().is_empty());
        if front.entries().len() == 1 && is_blank(fence, from) && is_blank(to, close) {
            let empty = text.get(body..)?;
            let blank = if empty.starts_with("\r\n") { 2 } else { usize::from(empty.starts_with('\n')) };
            return Some(vec![cut(start, body + blank)]);
        }
        // Whatever else stands on these lines is not ours to take out.
        let behind = text.get(last..to)?.trim_start_matches([' ', '\t', ']']).trim_end();
        let is_alone = is_blank(from, key.start()) && (behind.is_empty() || behind.starts_with('#'));
        return is_alone.then(|| vec![cut(from, to)]);
    }
    let is_block = dash(text, items).is_some();
    gone.iter()
        .map(|index| {
            let item = *items.get(*index)?;
            if is_block {
                return Some(cut(line_start(text, item.start()), line_end(text, item.end())));
            }
            // With the comma before it, or the one behind it.
            Some(match index.checked_sub(1).and_then(|before| items.get(before)) {
                Some(before) => cut(before.end(), item.end()),
                None => cut(item.start(), items.get(index + 1)?.start()),
            })
        })
        .collect()
}

/// Where the dash of the last item of a list in block style stands.
fn dash(text: &str, items: &[Span]) -> Option<usize> {
    let last = items.last()?;
    let start = line_start(text, last.start());
    let before = text.get(start..last.start())?;
    (before.trim() == "-").then(|| start + before.len() - before.trim_start().len())
}

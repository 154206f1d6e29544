use super::{Check, Grounds, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::document::FRONT_MATTER_KEYS;
use crate::handbook::Page;
use crate::schema::rules::front_matter::judges_other_keys;
use crate::text::within;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Alone(run) };

const KIND: Kind = Kind {
    code: "misspelt-key",
    severity: Severity::Warning,
    subject: Subject::Text,
    summary: "a key of the front matter is one letter away from one that opsbook reads",
    docs: "Documents may hold keys of their own, so a key that opsbook doesn't know is no fault. One that differs from a known key by a \
letter, or by its case, was most likely meant to be that key, and does nothing.

    ---
    stauts: draft
    ---

Write the key that was meant:

    ---
    status: draft
    ---

A key of your own that happens to look like this is known as soon as the document's schema names it.",
};

/// Shorter keys are too much alike.
const SHORTEST: usize = 5;

fn run(_: &Grounds<'_>, page: &Page, found: &mut Vec<Diagnostic>) {
    let document = &page.document;
    let Some(front) = &document.front_matter else { return };
    let schema = page.binding.as_ref().map(|(schema, _)| schema);
    // A schema that allows no other keys says so itself.
    if schema.is_some_and(|schema| judges_other_keys(schema)) {
        return;
    }
    let is_demanded = |key: &str| schema.is_some_and(|schema| schema.front_matter.iter().any(|demand| demand.key == key));
    let known = || FRONT_MATTER_KEYS.iter().map(|docs| docs.key);
    for (key, _) in front.entries() {
        let name = key.name.as_str();
        if name.len() < SHORTEST || known().any(|known| known == name) || is_demanded(name) {
            continue;
        }
        // `owners` for several is a key of its own in many handbooks.
        let is_meant =
            |known: &&str| name.strip_suffix('s') != Some(known) && within(&name.to_lowercase(), known, 1).is_some() && front.get(known).is_none();
        let Some(meant) = known().find(is_meant) else { continue };
        let finding = Diagnostic::new(&KIND, &document.path, key.span, format!("the front matter's key '{name}' does nothing"));
        found.push(finding.label(format!("did you mean '{meant}'?")).help(format!("write `{meant}:`")).edit(key.span, meant));
    }
}

#[cfg(test)]
mod tests {
    use super::super::test::findings;

    fn marked(front: &str) -> Vec<String> {
        let text = format!("---\n{front}\n---\n# A\n");
        findings(&[("content/a.md", &text)], "misspelt-key").iter().filter_map(|found| Some(found.split(" | ").nth(1)?.to_owned())).collect()
    }

    #[test]
    fn keys_a_letter_off_are_found() {
        for (front, key) in [("stauts: draft", "stauts"), ("serach: false", "serach"), ("Placeholders: {}", "Placeholders"), ("alert: X", "alert")] {
            assert_eq!(marked(front), [key]);
        }
    }

    #[test]
    fn other_keys_are_the_authors_own() {
        for front in ["tags: [a]\nowners: [b]\nauthor: c\ntype: d\ndraft: true", "status: draft\nStatus: mine", "titel2: x"] {
            assert_eq!(marked(front), Vec::<String>::new(), "{front}");
        }
    }
}

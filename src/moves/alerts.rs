//! Alerts that documents answer for because their files are called so: a file that is renamed must not rename its alert.

use crate::handbook::Handbook;
use crate::source::SitePath;
use crate::text::fold_title;

/// The alert that a document answers for by the name of its file, if that name changes and anybody may know the alert. `is_published` says whether
/// the document had readers.
pub(super) fn named_by_file<'a>(handbook: &'a Handbook, index: usize, after: &SitePath, is_published: bool) -> Option<&'a str> {
    let page = handbook.pages.get(index)?;
    let claim = handbook.runbooks.claims.iter().find(|claim| claim.page == index && !claim.written)?;
    let name = claim.name.as_str();
    let is_titled = page.document.meta.title.as_ref().is_some_and(|(title, _)| !title.trim().is_empty())
        || page.document.sections.iter().any(|section| !section.title.trim().is_empty());
    if is_titled && page.title.trim() == name || after.stem() == name && !after.is_folder_page() {
        return None;
    }
    let is_it = |other: &str| fold_title(other) == fold_title(name);
    let has_fired = || handbook.incidents.all.iter().flat_map(|report| &report.record.alerts).any(|alert| is_it(alert));
    // Where no rules are read they may well name it.
    let has_rule = if handbook.rules.configured { handbook.rules.all.iter().any(|rule| is_it(&rule.alert)) } else { is_published };
    (has_rule || has_fired()).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::super::move_files;
    use crate::compile::{Cache, compile};
    use crate::source::{SitePath, Sources};

    /// The text of a document after its file was renamed.
    fn renamed(files: &[(&str, &str)], from: &str, to: &str, is_published: bool) -> String {
        let path = |path: &str| SitePath::new(path).unwrap();
        let mut sources = Sources { content: "content".into(), ..Sources::default() };
        for (name, text) in files {
            sources.insert(path(name), *text);
        }
        let build = compile(&sources, &mut Cache::default());
        let changes = move_files(&build.handbook, &sources, &[(path(from), path(to))].into(), is_published).unwrap();
        assert_eq!(changes.left, [], "{from}");
        changes.applied(&path(from), &sources.text(from).unwrap().text)
    }

    #[test]
    fn an_alert_keeps_its_name() {
        const BOOK: &str = "[alerts]\nrules = 'r.yaml'\n";
        const RULES: &str = "groups:\n- rules:\n  - { alert: Disk-full, expr: a }\n  - { alert: new, expr: b }\n";
        const TYPED: &str = "---\ntype: alert-runbook\n---\n# Two words\n";
        let kept = |keys: &str| format!("---\ntype: alert-runbook\n{keys}---\n# Two words\n");
        let aliases = "aliases:\n  - disk-full.html\n";
        let alerts = "alerts:\n  - disk-full\n";
        let report = ("content/i/r.md", "---\ntype: incident-report\nalerts: [disk-full]\n---\n# R\n");
        let rules = [("book.toml", BOOK), ("r.yaml", RULES)];
        for (text, others, to, is_published, expected) in [
            (TYPED, &[][..], "new", true, kept(&format!("{alerts}{aliases}"))),
            (TYPED, &[], "new", false, TYPED.to_owned()),
            (TYPED, &[report], "new", false, kept(alerts)),
            (TYPED, &rules, "new", false, kept(alerts)),
            (TYPED, &[], "x/disk-full", true, kept(aliases)),
            (TYPED, &[], "x/index", true, kept(&format!("{alerts}{aliases}"))),
            (TYPED, &[rules[0], ("r.yaml", "groups:\n- rules:\n  - { alert: new, expr: b }\n")], "new", true, kept(aliases)),
            ("---\ntype: alert-runbook\nalerts:\n---\n# Two words\n", &[], "new", true, kept(&format!("alerts: [disk-full]\n{aliases}"))),
            ("---\ntype: alert-runbook\n---\n# DiskFull\n", &[], "new", true, kept(aliases).replace("Two words", "DiskFull")),
            (
                "+++\ntype = \"alert-runbook\"\n+++\n# Two words\n",
                &[],
                "new",
                true,
                "+++\nalerts = [\"disk-full\"]\naliases = [\"disk-full.html\"]\ntype = \"alert-runbook\"\n+++\n# Two words\n".to_owned(),
            ),
            (
                "# Two words\n",
                &[("book.toml", "[types]\nalert-runbook = ['*.md']\n")],
                "new",
                true,
                format!("---\n{alerts}{aliases}---\n\n# Two words\n"),
            ),
        ] {
            let files = [others, &[("content/disk-full.md", text)]].concat();
            assert_eq!(renamed(&files, "content/disk-full.md", &format!("content/{to}.md"), is_published), expected, "{to} {others:?}");
        }
    }
}

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::{AliasFault, Handbook};

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "invalid-alias",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "a former place of a document is no place in the site",
    docs:
        "`aliases` in the front matter lists the places that a document had before, from the content folder. Each becomes a page that leads to the \
document. A place outside the site, of another site, or within a page can't lead anywhere.

    ---
    aliases: [../wiki/restore.html, guides/restore.html#steps]
    ---

Write each as a path or an address from the content folder:

    ---
    aliases: [wiki/restore.html, guides/restore.html]
    ---",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    for alias in &handbook.aliases.refused {
        let (AliasFault::Invalid(why), Some(page)) = (&alias.why, handbook.pages.get(alias.page)) else { continue };
        found.push(
            Diagnostic::new(&KIND, &page.document.path, alias.span, format!("the alias '{}' is no place in the site: {why}", alias.written.trim()))
                .help("write the former place from the content folder, as `guides/restore.html`"),
        );
    }
}

#[cfg(test)]
mod tests {
    use crate::checks::test::findings;

    #[test]
    fn an_alias_is_a_place_in_the_site() {
        for (alias, expected) in [
            ("/old/page/", None),
            ("old/page.html", None),
            ("old.md", None),
            ("../x.html", Some("it leads out of the site or around in it: write it from the content folder, without '..'")),
            ("'a.html#b'", Some("it holds '#' or '?', and a redirect leads from a whole page")),
            ("https://a.example/b", Some("it is an address of another site")),
        ] {
            let found = findings(&[("content/a.md", &format!("---\naliases: {alias}\n---\n# A\n"))], "invalid-alias");
            let expected =
                expected.map(|why| format!("content/a.md | {alias} | the alias '{}' is no place in the site: {why}", alias.trim_matches('\'')));
            assert_eq!(found, expected.into_iter().collect::<Vec<_>>());
        }
    }
}

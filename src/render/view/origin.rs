//! Where a document comes from: its path there, what opens it for editing, and the repository if it isn't the handbook's own.

use crate::config::{Config, SourceTable};
use crate::mounted::Tables;
use crate::render::escape::encode_path;
use crate::source::{Mount, SitePath};

/// The other folder or repository that a document comes from.
#[derive(Debug, Clone, Hash, serde::Serialize)]
pub(in crate::render) struct Origin {
    /// What it is called: `payments`.
    name: String,
    /// Where people look at it.
    href: Option<String>,
    /// The branch or tag that was asked for; none of a folder.
    reference: Option<String>,
    /// So much of the commit as people read.
    commit: Option<String>,
}

/// The path that a page shows, what opens it for editing, where it comes from.
type Said = (Option<String>, Option<String>, Option<Origin>);

/// Says of documents where they come from.
pub(super) struct Origins<'a>(pub(super) Tables<'a>);

impl Origins<'_> {
    pub(super) fn of(&self, config: &Config, path: &SitePath) -> Said {
        let Some((mount, table, inside)) = self.0.of_file(path) else {
            let edit = config.edit_url.as_ref().map(|template| template.replace("{path}", &encode_path(path.as_str())));
            return (Some(path.to_string()), edit, None);
        };
        let inside = if mount.inside.is_empty() { inside.to_string() } else { format!("{}/{inside}", mount.inside) };
        let edit = table.edit_url.as_ref().map(|template| edit_url(template, mount, &inside));
        (Some(inside), edit, origin(mount, table))
    }
}

/// The path comes last: a folder may be called `{ref}`, but its braces are escaped.
fn edit_url(template: &str, mount: &Mount, inside: &str) -> String {
    let copy = mount.copy.as_ref();
    let reference = copy.map_or("HEAD", |copy| &copy.reference);
    let commit = copy.map(|copy| copy.commit.as_str()).filter(|commit| !commit.is_empty()).unwrap_or("HEAD");
    template.replace("{ref}", &encode_path(reference)).replace("{commit}", &encode_path(commit)).replace("{path}", &encode_path(inside))
}

fn origin(mount: &Mount, table: &SourceTable) -> Option<Origin> {
    let href = table.repository.clone().filter(|url| url.starts_with("https://") || url.starts_with("http://"));
    let last = |url: &String| url.trim_end_matches('/').rsplit('/').next().unwrap_or(url).trim_end_matches(".git").to_owned();
    let Some(copy) = &mount.copy else {
        return href.as_ref().map(|url| Origin { name: last(url), href: Some(url.clone()), reference: None, commit: None });
    };
    let name = href.as_ref().map_or_else(|| copy.name().to_owned(), last);
    let reference = Some(copy.reference.clone()).filter(|reference| reference != "HEAD" && *reference != copy.commit);
    Some(Origin { name, href, reference, commit: Some(copy.short_commit().to_owned()) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Copied, Mounts, Source, Sources};

    fn said(copy: Option<Copied>, keys: &str) -> (String, Option<String>, Option<String>) {
        let book = format!("[output.html]\nedit-url-template = 'https://own.example/{{path}}'\n[[source]]\nat = 'pay'\npath = 'x'\n{keys}\n");
        let book = Source::new(SitePath::new("book.toml").unwrap(), book);
        let config = Config::parse(Some(&book), &mut Vec::new());
        let at = SitePath::new("content/pay").unwrap();
        let mount = Mount { at, folder: "/x".into(), shown: "x".into(), inside: "docs".into(), copy, why: None, is_refused: false };
        let sources = Sources { content: "content".to_owned(), mounts: Mounts::new(vec![mount]), ..Sources::default() };
        let places = Origins(Tables::of(&config, &sources));
        let own = places.of(&config, &SitePath::new("content/a b.md").unwrap());
        assert_eq!(own.1.as_deref(), Some("https://own.example/content/a%20b.md"));
        let (source, edit, origin) = places.of(&config, &SitePath::new("content/pay/a b.md").unwrap());
        (source.unwrap(), edit, origin.map(|origin| format!("{} {:?} {:?} {:?}", origin.name, origin.href, origin.reference, origin.commit)))
    }

    #[test]
    fn a_document_is_edited_where_it_lies() {
        let commit = "0123456789abcdef".to_owned();
        let copy =
            || Some(Copied { repository: "https://git.example/pay.git".into(), reference: "v1".into(), commit: commit.clone(), fetched: None });
        let (source, edit, origin) = said(copy(), "edit-url-template = 'https://git.example/pay/{ref}/{commit}/{path}'");
        assert_eq!((source.as_str(), edit.as_deref()), ("docs/a b.md", Some("https://git.example/pay/v1/0123456789abcdef/docs/a%20b.md")));
        assert_eq!(origin.as_deref(), Some("pay None Some(\"v1\") Some(\"01234567\")"));
        assert_eq!(said(copy(), "").1, None, "never the handbook's own repository");
        let (_, edit, origin) = said(None, "repository-url = 'https://git.example/team/pay/'\nedit-url-template = 'https://x/{ref}/{path}'");
        assert_eq!(edit.as_deref(), Some("https://x/HEAD/docs/a%20b.md"));
        assert_eq!(origin.as_deref(), Some("pay Some(\"https://git.example/team/pay/\") None None"));
        assert_eq!(said(None, "repository-url = 'javascript:x'").2, None);
    }
}

//! How authors write where a link leads, and how they would write another place in the same way.

use percent_encoding::percent_decode_str;

use super::names::{Names, Target};
use crate::source::{SitePath, in_target_like, joined};

/// How the path of a target names its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `guides/a.md`, `images/i.png`
    Path,
    /// `guides/a.html`
    Address,
    /// `guides/a`
    Bare,
    /// `guides/` of `guides/index.md`
    Folder,
}

/// The path of a target as it is written, and from where.
pub(super) struct Written<'a> {
    /// The path, decoded as far as it has to be to lead anywhere.
    path: String,
    /// As it is written, without query and fragment.
    raw: &'a str,
    /// What stands before a path from the root: `/`, or `/content/`.
    root: Option<String>,
    form: Form,
}

impl<'a> Written<'a> {
    /// Reads how `raw` on a page in `folder` leads to what lies at `path`, the place in the site being `address`.
    pub(super) fn of(raw: &'a str, folder: &str, content: &str, path: &str, address: &str) -> Option<Self> {
        let decoded = percent_decode_str(raw).decode_utf8_lossy().into_owned();
        let in_repository = format!("/{content}/");
        [raw, decoded.as_str()].into_iter().find_map(|text| {
            let from_root = text.strip_prefix('/').map(|rest| (rest, "/".to_owned()));
            let in_content = text.strip_prefix(in_repository.as_str()).filter(|_| !content.is_empty()).map(|rest| (rest, in_repository.clone()));
            if !text.starts_with('/') {
                let place = joined(folder, text)?;
                return Some(Self { form: form(&place, path, address)?, path: place, raw, root: None });
            }
            [from_root, in_content].into_iter().flatten().find_map(|(rest, root)| {
                let place = joined("", rest)?;
                Some(Self { form: form(&place, path, address)?, path: place, raw, root: Some(root) })
            })
        })
    }

    /// The same for what lies at `path` afterwards, on a page that lies in `folder`; none if what is written stays right.
    pub(super) fn rewritten(&self, folder: &str, path: &SitePath, address: &SitePath, names: &Names, target: Target<'_>) -> Option<String> {
        let wanted = match self.form {
            Form::Address => address.as_str().to_owned(),
            Form::Bare => path.as_str().strip_suffix(".md").unwrap_or(path.as_str()).to_owned(),
            Form::Folder if address.file_name() == "index.html" => address.folder().to_owned(),
            Form::Path | Form::Folder => path.as_str().to_owned(),
        };
        let wanted = if self.form == Form::Path || names.leads_to(&wanted, target) { wanted } else { path.as_str().to_owned() };
        self.toward(folder, &wanted)
    }

    /// The same for the list of a folder that lies in `place` afterwards.
    pub(super) fn rewritten_list(&self, folder: &str, address: &SitePath) -> Option<String> {
        let wanted = if self.form == Form::Folder { address.folder() } else { address.as_str() };
        self.toward(folder, wanted)
    }

    fn toward(&self, folder: &str, wanted: &str) -> Option<String> {
        let decoded = percent_decode_str(self.raw).decode_utf8_lossy();
        let still = |text: &str| joined(folder, text).is_some_and(|place| place == wanted);
        if (self.root.is_some() && self.path == wanted) || (self.root.is_none() && (still(self.raw) || still(&decoded))) {
            return None;
        }
        let relative = match SitePath::new(wanted) {
            Some(wanted) if self.root.is_none() => wanted.relative_to(folder),
            Some(wanted) => wanted.as_str().to_owned(),
            None if self.root.is_some() => String::new(),
            // The content folder itself.
            None => "../".repeat(folder.split('/').filter(|name| !name.is_empty()).count()),
        };
        let encoded = in_target_like(&relative, self.raw);
        let dotted = self.root.is_none() && (encoded.is_empty() || (self.raw.starts_with("./") && !encoded.starts_with("../")));
        let start = self.root.as_deref().unwrap_or(if dotted { "./" } else { "" });
        let slash = if self.raw.ends_with('/') && self.form == Form::Folder && !encoded.is_empty() && !encoded.ends_with('/') { "/" } else { "" };
        Some(format!("{start}{encoded}{slash}"))
    }
}

fn form(place: &str, path: &str, address: &str) -> Option<Form> {
    let in_folder = address.strip_suffix("index.html").map(|folder| folder.trim_end_matches('/'));
    if place == path {
        Some(Form::Path)
    } else if place == address {
        Some(Form::Address)
    } else if path.strip_suffix(".md") == Some(place) {
        Some(Form::Bare)
    } else if in_folder == Some(place) {
        Some(Form::Folder)
    } else {
        None
    }
}

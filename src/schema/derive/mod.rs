//! A schema from documents that are there: what they share becomes a demand, and a comment says why.
//!
//! Knows some documents, and nothing of where they come from. What it writes is tried on the very documents it was made from: a demand
//! that one of them doesn't meet is relaxed until all pass. Documents of which a part can't be read are left aside.

mod contents;
mod draft;
mod families;
mod fields;
mod headings;
mod names;
mod order;
mod trial;
mod write;
mod yaml;

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;

pub use names::is_type;
pub use yaml::quote;

use draft::Draft;

use crate::document::Document;
use crate::source::SitePath;
use crate::text::count;

/// What a schema is derived from.
pub struct Ask<'a> {
    /// The documents, each with its path in the content folder.
    pub documents: &'a [Document],
    /// The type to write; without one it is taken from the documents or from their folder.
    pub document_type: Option<&'a str>,
    /// What such a document is called; without it the type in words.
    pub title: Option<&'a str>,
    /// The paths of all documents in the folders of those above, if they lie in a handbook: what a glob may catch besides them.
    pub neighbours: Option<&'a [SitePath]>,
    /// Whether the registry knows a role of this name.
    pub is_role: &'a dyn Fn(&str) -> bool,
}

/// A schema and what is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// The schema file.
    pub text: String,
    /// The type that it describes.
    pub document_type: String,
    /// Number of documents that it was made from.
    pub documents: usize,
    /// Number of sections that it demands, nested ones included.
    pub required: usize,
    /// Number of sections that documents may leave out.
    pub optional: usize,
    /// Number of headings that are too rare to be in it.
    pub left_out: usize,
    /// Sections and topics that say nothing yet in some documents: their words, and where.
    pub unfinished: Vec<(String, Vec<SitePath>)>,
    /// Documents that were left aside, and why.
    pub aside: Vec<(SitePath, String)>,
}

impl Derived {
    /// `12 documents: 4 sections required, 2 optional; 3 headings left out`.
    #[must_use]
    pub fn summary(&self) -> String {
        let sections = count(self.required, "section");
        format!(
            "{}: {sections} required, {} optional; {} left out",
            count(self.documents, "document"),
            self.optional,
            count(self.left_out, "heading")
        )
    }
}

/// Derives a schema; none if there is no document that can be read.
#[must_use]
pub fn derive(ask: &Ask<'_>) -> Option<Derived> {
    let (documents, aside) = sound(ask.documents);
    if documents.is_empty() {
        return None;
    }
    let document_type = ask.document_type.map_or_else(|| names::document_type(&documents), str::to_owned);
    let levels = headings::sections(&documents);
    let mut draft = Draft {
        title: ask.title.map_or_else(|| names::title(&document_type), str::to_owned),
        document_type,
        documents: documents.len(),
        folder: names::common_folder(ask.documents.iter().map(|document| &document.path)),
        aside: aside.iter().map(|(path, why)| format!("{path}: {why}")).collect(),
        globs: ask.neighbours.map(|neighbours| names::globs(&documents, neighbours)),
        file_name: names::file_name(&documents),
        order: levels.order,
        fields: fields::fields(&documents, ask.is_role),
        sections: levels.sections,
        left_out: levels.left_out,
        ..Draft::default()
    };
    // First the sections alone: what meets each is known by binding, and only then what all of them hold.
    let bound = trial::settle(&mut draft, &documents);
    contents::fill(&mut draft.sections, &documents, &bound);
    trial::settle(&mut draft, &documents);
    let (required, optional) = draft.size();
    Some(Derived {
        text: write::write(&draft).text,
        documents: documents.len(),
        required,
        optional,
        left_out: draft.left_out.len(),
        unfinished: std::mem::take(&mut draft.unfinished),
        document_type: draft.document_type,
        aside,
    })
}

/// The documents that can be read as a whole, and why the others can't.
///
/// A fence that is never closed hides what follows, and front matter that can't be read hides its keys: no schema makes that pass.
fn sound(documents: &[Document]) -> (Vec<&Document>, Vec<(SitePath, String)>) {
    let mut aside = Vec::new();
    let mut sound = Vec::new();
    for document in documents {
        let unclosed = super::swallow::unclosed(document);
        let lost = unclosed.iter().find(|unclosed| unclosed.comment || !unclosed.headings.is_empty());
        let line = |at: usize| document.text.get(..at).unwrap_or_default().matches('\n').count() + 1;
        if document.has_unreadable_front_matter() {
            aside.push((document.path.clone(), "its front matter can't be read".to_owned()));
        } else if let Some(lost) = lost {
            let what = if lost.comment { "comment" } else { "code fence" };
            aside.push((document.path.clone(), format!("the {what} of line {} is never closed", line(lost.opening.start()))));
        } else {
            sound.push(document);
        }
    }
    (sound, aside)
}

//! A draft as a schema file, and where in it each demand stands.

use super::draft::{Contains, Draft, Field, FileName, Globs, Part, Section, Topic, listed};
use super::yaml::{comment, list, quote, single};
use crate::source::SitePath;
use crate::text::count;

/// Comments are wrapped at about this many characters.
const WIDTH: usize = 110;
/// How many of the headings that were left out are named.
const NAMED: usize = 12;

/// A schema file.
#[derive(Default)]
pub(super) struct Written {
    pub text: String,
    /// Where each part begins, in rising order.
    marks: Vec<(usize, Part)>,
    /// What is left out at the beginning of the paths of documents.
    folder: String,
}

impl Written {
    /// The part that stands at a place of the text.
    pub(super) fn part_at(&self, at: usize) -> Part {
        let after = self.marks.partition_point(|(start, _)| *start <= at);
        after.checked_sub(1).and_then(|index| self.marks.get(index)).map_or(Part::Top, |(_, part)| part.clone())
    }

    fn mark(&mut self, part: Part) {
        self.marks.push((self.text.len(), part));
    }

    fn line(&mut self, indent: usize, line: &str) {
        self.text.extend([" ".repeat(indent).as_str(), line, "\n"]);
    }

    /// A comment, wrapped between words.
    fn note(&mut self, indent: usize, note: &str) {
        let note = comment(note);
        let note = if self.folder.is_empty() { note } else { note.replace(&self.folder, "") };
        let mut line = String::new();
        for word in note.split_whitespace() {
            if !line.is_empty() && indent + line.chars().count() + word.chars().count() + 3 > WIDTH {
                self.line(indent, &format!("# {line}"));
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if !line.is_empty() {
            self.line(indent, &format!("# {line}"));
        }
    }

    fn notes(&mut self, indent: usize, notes: &[String]) {
        for note in notes {
            self.note(indent, note);
        }
    }
}

/// Writes a schema file.
pub(super) fn write(draft: &Draft) -> Written {
    let mut out = Written::default();
    out.mark(Part::Top);
    let from = count(draft.documents, "document");
    let folder = if draft.folder.is_empty() { String::new() } else { format!(" in {}", draft.folder) };
    out.note(0, &format!("Derived from {from}{folder}. Comments say what each demand rests on: keep what is meant, take out what is chance."));
    if draft.documents == 1 {
        out.note(0, "One document is a thin basis: all that it has is required here. Derive from several, or take out what others may lack.");
    }
    let (_, optional) = draft.size();
    if optional > 0 {
        out.note(0, "Where nearly all documents have a section, take `required: false` out and list the others with `opsbook baseline update`.");
    }
    if !draft.folder.is_empty() {
        out.folder = format!("{}/", draft.folder);
    }
    for aside in &draft.aside {
        out.note(0, &format!("Left aside: {aside}."));
    }
    out.line(0, &format!("type: {}", quote(&draft.document_type)));
    out.line(0, &format!("title: {}", quote(&draft.title)));
    out.note(0, "Say what such a document is for, and what belongs into each section: `opsbook new` shows it to writers.");
    out.note(0, "description: …, and `guidance: …` in each section");
    globs(draft.globs.as_ref(), &mut out);
    if let Some(file_name) = &draft.file_name {
        name(file_name, &mut out);
    }
    out.mark(Part::Top);
    out.text.push('\n');
    if draft.lenient {
        out.note(0, "Faults are warnings, because not all of the documents meet the rest.");
        out.line(0, "severity: warning");
    }
    out.note(0, &draft.order.note);
    out.line(0, if draft.order.strict { "order: strict" } else { "order: any" });
    out.note(0, "Sections that aren't named here are welcome.");
    out.line(0, "other_sections: allow");
    if !draft.fields.is_empty() {
        out.line(0, "\nfront_matter:");
        for (index, field) in draft.fields.iter().enumerate() {
            out.mark(Part::Field(index));
            write_field(field, &mut out);
        }
    }
    out.mark(Part::Top);
    out.text.push('\n');
    left_out(draft, &mut out);
    if draft.sections.is_empty() {
        out.note(0, "No heading stands in at least half of the documents, so no section is demanded.");
    } else {
        out.line(0, "sections:");
        sections(&draft.sections, 2, &mut Vec::new(), &mut out);
    }
    out
}

fn globs(globs: Option<&Globs>, out: &mut Written) {
    let Some(Globs { globs, others }) = globs else {
        // This path is an example, not that of a document.
        let folder = std::mem::take(&mut out.folder);
        out.note(0, "The documents lie in no handbook: say which have this type, as in `match: runbooks/**/*.md`, from the content folder.");
        out.folder = folder;
        return;
    };
    if !others.is_empty() {
        let others: Vec<&SitePath> = others.iter().collect();
        out.note(0, &format!("Also catches {}, of which nothing is known here: {}.", count(others.len(), "document"), listed(&others)));
    }
    match globs.as_slice() {
        [] => {}
        [only] => out.line(0, &format!("match: {}", quote(only))),
        several => {
            out.line(0, "match:");
            for glob in several {
                out.line(2, &format!("- {}", quote(glob)));
            }
        }
    }
}

fn name(FileName { pattern, unique, note }: &FileName, out: &mut Written) {
    out.mark(Part::FileName);
    out.note(0, note);
    let unique = if *unique { ", unique: folder" } else { "" };
    out.line(0, &format!("file_name: {{ pattern: {}{unique} }}", single(pattern)));
}

fn write_field(field: &Field, out: &mut Written) {
    out.notes(2, &field.notes);
    let mut says: Vec<String> = Vec::new();
    if field.required {
        says.push("required: true".to_owned());
    }
    says.extend(field.value_type.map(|word| format!("type: {word}")));
    says.extend(field.each.map(|word| format!("each: {word}")));
    if !field.values.is_empty() {
        says.push(format!("values: {}", list(&field.values)));
    }
    says.extend(field.pattern.as_ref().map(|pattern| format!("pattern: {}", single(pattern))));
    if field.unique {
        says.push("unique: type".to_owned());
    }
    let says = if says.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", says.join(", ")) };
    out.line(2, &format!("{}: {says}", quote(&field.key)));
}

fn sections(sections_: &[Section], indent: usize, path: &mut Vec<usize>, out: &mut Written) {
    for (index, section) in sections_.iter().enumerate() {
        path.push(index);
        out.mark(Part::Section(path.clone()));
        out.notes(indent, &section.notes);
        out.line(indent, &format!("- title: {}", quote(&section.title)));
        let inside = indent + 2;
        if !section.aliases.is_empty() {
            out.line(inside, &format!("aliases: {}", list(&section.aliases)));
        }
        if let Some(pattern) = &section.pattern {
            out.line(inside, &format!("pattern: {}", single(pattern)));
        }
        if !section.required {
            out.line(inside, "required: false");
        }
        if let Some(least) = section.at_least {
            out.line(inside, &format!("times: {{ at_least: {least} }}"));
        }
        if section.warning {
            out.line(inside, "severity: warning");
        }
        if !section.contains.is_empty() {
            out.line(inside, "contains:");
            for (at, contains) in section.contains.iter().enumerate() {
                out.mark(Part::Contains(path.clone(), at));
                write_contains(contains, inside + 2, out);
            }
        }
        if !section.topics.is_empty() {
            out.mark(Part::Section(path.clone()));
            out.line(inside, "topics:");
            for (at, topic) in section.topics.iter().enumerate() {
                out.mark(Part::Topic(path.clone(), at));
                write_topic(topic, inside + 2, out);
            }
        }
        if !section.sections.is_empty() {
            out.mark(Part::Section(path.clone()));
            out.line(inside, "sections:");
            sections(&section.sections, inside + 2, path, out);
        }
        path.pop();
    }
}

fn write_contains(contains: &Contains, indent: usize, out: &mut Written) {
    out.note(indent, &contains.note);
    out.line(indent, &format!("{}: {}", contains.key, contains.value));
}

fn write_topic(topic: &Topic, indent: usize, out: &mut Written) {
    out.notes(indent, &topic.notes);
    out.line(indent, &format!("- title: {}", quote(&topic.title)));
    if topic.warning {
        out.line(indent + 2, "severity: warning");
    }
}

fn left_out(draft: &Draft, out: &mut Written) {
    if draft.left_out.is_empty() {
        return;
    }
    let several: Vec<String> = draft
        .left_out
        .iter()
        .filter(|(_, documents)| *documents > 1)
        .take(NAMED)
        .map(|(title, documents)| format!("'{title}' ({documents})"))
        .collect();
    let rest = draft.left_out.len() - several.len();
    let rest = match (several.is_empty(), rest) {
        (_, 0) => String::new(),
        (true, rest) => format!("{} of one document each", count(rest, "heading")),
        (false, rest) => format!("; and {rest} more"),
    };
    out.note(0, &format!("Left out, because fewer than half of the documents have them: {}{rest}.", several.join(", ")));
}

use super::{Check, Run};
use crate::diagnostic::{Diagnostic, Kind, Severity, Subject};
use crate::handbook::Handbook;
use crate::source::Unreadable;
use crate::text::Span;

pub(super) const CHECK: Check = Check { kind: &KIND, run: Run::Handbook(run) };

const KIND: Kind = Kind {
    code: "unreadable-file",
    severity: Severity::Error,
    subject: Subject::Text,
    summary: "a file can't be read, isn't UTF-8, is too large, or is a link that leads astray",
    docs: "Every file below the content folder is part of the handbook. One that can't be read would be missing from the site without a \
word, so it is an error. Documents must be UTF-8 and at most 16 MiB; symbolic links must lead to files of the handbook.

    content/legacy.md: byte 17 is not UTF-8

Save the document as UTF-8:

    iconv -f windows-1252 -t utf-8 legacy.md > legacy-utf8.md",
};

fn run(handbook: &Handbook, found: &mut Vec<Diagnostic>) {
    for (path, reason) in &handbook.unreadable {
        let (span, message, help) = explain(reason);
        found.push(Diagnostic::new(&KIND, path, span, message).help(help));
    }
}

fn explain(reason: &Unreadable) -> (Span, String, String) {
    let nowhere = Span::at(0);
    match reason {
        Unreadable::NotUtf8 { valid_up_to, .. } => {
            let message = format!("not UTF-8: byte {} begins no character", valid_up_to + 1);
            (Span::at(*valid_up_to), message, "save the file as UTF-8, for instance with `iconv -f windows-1252 -t utf-8`".to_owned())
        }
        Unreadable::TooLarge { length, limit } => {
            let mebibytes = |bytes: u64| bytes.div_ceil(1024 * 1024);
            let message = format!("document of {} MiB; the limit is {} MiB", mebibytes(*length), mebibytes(*limit));
            (nowhere, message, "split it, or publish it as a file that isn't Markdown".to_owned())
        }
        Unreadable::LinkLoop => (nowhere, "symbolic link to a folder that holds it".to_owned(), "remove the link".to_owned()),
        Unreadable::LinkOutside => (
            nowhere,
            "symbolic link that leads out of the handbook or to nothing".to_owned(),
            "copy the file into the handbook, or remove the link".to_owned(),
        ),
        Unreadable::BadName => (nowhere, "a name that a page can't have".to_owned(), "rename the file: UTF-8, without backslashes".to_owned()),
        Unreadable::Folder => (nowhere, "a folder where a file should be".to_owned(), "rename the folder, or take it away".to_owned()),
        Unreadable::Special => (nowhere, "a pipe, a socket or a device, which isn't read".to_owned(), "put a file there, or take it away".to_owned()),
        Unreadable::Io(reason) => {
            (nowhere, format!("can't be read: {reason}"), "give the user who builds the handbook the right to read it".to_owned())
        }
    }
}

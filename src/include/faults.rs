//! What can be wrong with a part that a text asks for, and what is said of it.

use super::directive::Part;
use crate::diagnostic::{Kind, Severity, Subject};
use crate::source::Unreadable;

/// A part of a file that can't be had.
pub const BROKEN_INCLUDE: Kind = Kind {
    code: "broken-include",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "a part of another file is asked for that can't be had",
    docs: "`{{#include path}}` puts a file, some of its lines or a named region of it where it stands. If the file isn't there, if the lines or the \
region aren't in it, or if it lies outside the handbook, is hidden, isn't UTF-8 or is too large, readers would see the directive instead \
of the text.

    {{#include ../scripts/fail-over.sh:promte}}

The finding names the nearest file or region. Paths begin in the folder of the file that asks, or in the content folder with a leading slash:

    {{#include ../scripts/fail-over.sh:promote}}

A text that is about the directive itself has a backslash before it, which isn't shown:

    Write `\\{{#include fail-over.sh}}` on a line of its own.

A page with all that it includes is at most 16 MiB large, includes at most 10,000 parts, and files include files at most 10 deep. \
All pages together include at most 512 MiB.",
};

/// A file that includes itself.
pub const INCLUDE_CYCLE: Kind = Kind {
    code: "include-cycle",
    severity: Severity::Error,
    subject: Subject::Links,
    summary: "a file includes itself, or one that includes it",
    docs: "What includes itself has no end. The finding names the files on the way around.

    # content/steps.md
    {{#include contacts.md}}

    # content/contacts.md
    {{#include steps.md}}

Take one of the directives out, or name the region that is meant, without the directive in it:

    # content/contacts.md
    {{#include steps.md:escalation}}",
};

/// A region that is never ended.
pub const UNCLOSED_REGION: Kind = Kind {
    code: "unclosed-region",
    severity: Severity::Warning,
    subject: Subject::Links,
    summary: "a region of a file is included that nothing ends",
    docs: "A region goes from the line that holds `ANCHOR: name` to the one that holds `ANCHOR_END: name`. Without the second it goes to the end of the file, \
and what is added there is published too.

    # ANCHOR: promote
    pg_ctl promote

End it, in a comment of the language that the file is written in:

    # ANCHOR: promote
    pg_ctl promote
    # ANCHOR_END: promote",
};

/// Why a file can't be read, after 'it'.
pub(super) fn reason(why: &Unreadable) -> String {
    match why {
        Unreadable::NotUtf8 { .. } => "it isn't UTF-8".to_owned(),
        Unreadable::TooLarge { length, limit } => format!("it has {length} bytes, and {limit} are the most"),
        Unreadable::LinkLoop => "it is a symbolic link that leads round".to_owned(),
        Unreadable::LinkOutside => "it is a symbolic link that leads out of the handbook".to_owned(),
        Unreadable::BadName => "its name can't be read".to_owned(),
        Unreadable::Folder => "it is a folder".to_owned(),
        Unreadable::Special => "it is a pipe, a socket or a device".to_owned(),
        Unreadable::Io(said) => said.clone(),
    }
}

/// A part as messages name it.
pub(super) fn shown(path: &str, part: &Part) -> String {
    match part {
        Part::Whole => format!("'{path}'"),
        Part::Region(name) => format!("'{path}:{name}'"),
        Part::Lines { first, last: None } => format!("'{path}:{first}:'"),
        Part::Lines { first, last: Some(last) } => format!("'{path}:{first}:{last}'"),
    }
}

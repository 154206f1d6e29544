//! What can be wrong with book.toml.

use crate::diagnostic::{Kind, Severity, Subject};

/// Every kind of fault that reading book.toml can find.
pub const KINDS: &[&Kind] = &[&IDLE_LEVELS, &INVALID_CONFIG, &LOW_CONTRAST, &UNUSED_SETTING];

/// book.toml isn't TOML, or says something that can't be.
pub const INVALID_CONFIG: Kind = Kind {
    code: "invalid-config",
    severity: Severity::Error,
    subject: Subject::Settings,
    summary: "book.toml can't be read, or a key or value in it isn't known",
    docs: "book.toml says what the handbook is, where it goes and which checks are errors. A key that opsbook doesn't know would be \
ignored in silence, so it is an error.

    [book]
    titel = \"Operations handbook\"

Write the key that was meant:

    [book]
    title = \"Operations handbook\"",
};

/// A glob of `[checks.paths]` that no file meets.
pub const IDLE_LEVELS: Kind = Kind {
    code: "idle-levels",
    severity: Severity::Warning,
    subject: Subject::Settings,
    summary: "a glob of [checks.paths] matches no file",
    docs: "Levels for some paths stay when their folder is renamed, and then quietly apply to nothing. Paths begin in the content folder, \
not above it.

    [checks.paths.\"content/drafts/**\"]
    unfinished-section = \"warning\"

Write the path from the content folder, or take the table out:

    [checks.paths.\"drafts/**\"]
    unfinished-section = \"warning\"",
};

/// A setting of mdBook that has no meaning here.
pub const UNUSED_SETTING: Kind = Kind {
    code: "unused-setting",
    severity: Severity::Warning,
    subject: Subject::Settings,
    summary: "book.toml holds a setting of mdBook that opsbook doesn't use",
    docs: "opsbook reads an mdBook's book.toml as it is. Tables and keys that only mdBook understands, such as preprocessors and other \
renderers, have no effect here, and you should know.

    [preprocessor.links]

Keep the setting if mdBook still builds the book, and switch this warning off:

    [checks]
    unused-setting = \"off\"",
};

/// A colour of text that many can't read.
pub const LOW_CONTRAST: Kind = Kind {
    code: "low-contrast",
    severity: Severity::Warning,
    subject: Subject::Settings,
    summary: "the colour that book.toml gives to links can't be read by everybody",
    docs: "Text needs a contrast of 4.5 to what is behind it (WCAG 2.2, success criterion 1.4.3). With less, people with weak sight can't \
read it, and in the sun nobody can. The site uses the nearest shade that can be read.

    [output.html]
    accent-color = \"#f0b45f\"

Write the shade that the finding names, or a colour for each page:

    [output.html]
    accent-color = { light = \"#8e6a38\", dark = \"#f0b45f\" }",
};

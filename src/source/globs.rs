use globset::{Error, Glob, GlobBuilder, GlobSet, GlobSetBuilder};

/// A glob for paths: `*` stands for a part of a name, `**` for any folders.
///
/// # Errors
///
/// If the text is none.
pub fn glob(glob: &str) -> Result<Glob, Error> {
    GlobBuilder::new(glob).literal_separator(true).build()
}

/// [Globs](glob) as one. Those that are none are left out.
#[must_use]
pub fn globs<'a>(texts: impl IntoIterator<Item = &'a str>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in texts.into_iter().filter_map(|text| glob(text).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Globs for paths as one: `*` stands for a part of a name, `**` for any folders. Those that are none are left out.
#[must_use]
pub fn globs<'a>(globs: impl IntoIterator<Item = &'a str>) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in globs.into_iter().filter_map(|glob| GlobBuilder::new(glob).literal_separator(true).build().ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

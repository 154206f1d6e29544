//! What `dirs-sys` needs of the crate of this name. The crate itself is under MPL-2.0, and opsbook is made of permissive parts only.

/// Whether an option holds a value.
pub trait OptionExt<T> {
    /// Whether it holds one that equals `value`.
    fn contains<U: PartialEq<T>>(&self, value: &U) -> bool;
}

impl<T> OptionExt<T> for Option<T> {
    fn contains<U: PartialEq<T>>(&self, value: &U) -> bool {
        self.as_ref().is_some_and(|own| value == own)
    }
}

//! What the keys of rules said about a demand, without the model knowing each rule.
//!
//! A rule keeps what its key says in a type of its own and finds it again by that type, so a new rule is one file and a line in the list.

use std::any::Any;
use std::fmt;
use std::sync::Arc;

/// Values of the rules, one of each type. A schema that extends another begins with that one's.
#[derive(Clone, Default)]
pub struct Settings(Vec<Arc<dyn Any + Send + Sync>>);

impl Settings {
    /// Keeps a value and forgets the one of this type that was there.
    pub fn set<T: Any + Send + Sync>(&mut self, value: T) {
        self.0.retain(|kept| !kept.is::<T>());
        self.0.push(Arc::new(value));
    }

    /// The value of this type, if a key said one.
    #[must_use]
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.0.iter().find_map(|kept| kept.downcast_ref())
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Settings({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_of_each_type_is_kept() {
        let mut settings = Settings::default();
        settings.set(1_u8);
        settings.set("a");
        settings.set(2_u8);
        assert_eq!((settings.get::<u8>(), settings.get::<&str>(), settings.get::<u16>()), (Some(&2), Some(&"a"), None));
        assert_eq!(format!("{settings:?}"), "Settings(2)");
    }
}

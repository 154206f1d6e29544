use crate::text::Span;

/// A value and where it stands in its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// What it is.
    pub value: Value,
    /// Where it stands. For a mapping or list in block style, where it begins.
    pub span: Span,
}

/// What YAML and TOML can say.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing: an empty value, `null` or `~`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Float(f64),
    /// Text; dates are text too.
    String(String),
    /// A list.
    List(Vec<Node>),
    /// Keys and values in the order in which they stand.
    Map(Vec<(Key, Node)>),
}

/// A key of a mapping and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

impl Node {
    /// What kind of value it is, with its article, for messages.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self.value {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Integer(_) | Value::Float(_) => "a number",
            Value::String(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a mapping",
        }
    }

    /// What kind of value this is where a whole number from zero on is wanted, to follow "not".
    #[must_use]
    pub fn kind_beside_whole(&self) -> &'static str {
        match self.value {
            Value::Integer(number) if number < 0 => "one below zero",
            Value::Integer(_) => "one so large",
            Value::Float(_) => "a fraction",
            _ => self.kind(),
        }
    }

    /// The value of a key, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries().iter().find(|(key, _)| key.name == name).map(|(_, value)| value)
    }

    /// The keys and values, none if this isn't a mapping.
    #[must_use]
    pub fn entries(&self) -> &[(Key, Node)] {
        if let Value::Map(entries) = &self.value { entries } else { &[] }
    }

    /// The text, if this is text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Value::String(text) = &self.value { Some(text) } else { None }
    }

    /// Text, number or truth value as a person would write it; none for lists and mappings.
    #[must_use]
    pub fn scalar(&self) -> Option<String> {
        match &self.value {
            Value::String(text) => Some(text.clone()),
            Value::Integer(number) => Some(number.to_string()),
            Value::Float(number) => Some(number.to_string()),
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Null | Value::List(_) | Value::Map(_) => None,
        }
    }

    /// Whether nothing is said: no value, an empty text, an empty list.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match &self.value {
            Value::Null => true,
            Value::String(text) => text.trim().is_empty(),
            Value::List(items) => items.is_empty(),
            _ => false,
        }
    }

    /// The same tree with every span moved by `offset` bytes.
    #[must_use]
    pub fn shifted(mut self, offset: usize) -> Self {
        self.place(&|span| Span::new(span.start() + offset, span.end() + offset));
        self
    }

    /// The same tree with every span at the beginning: two that say the same are equal then.
    #[must_use]
    pub fn unplaced(mut self) -> Self {
        self.place(&|_| Span::at(0));
        self
    }

    fn place(&mut self, moved: &impl Fn(Span) -> Span) {
        self.span = moved(self.span);
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.place(moved)),
            Value::Map(entries) => {
                for (key, value) in entries {
                    key.span = moved(key.span);
                    value.place(moved);
                }
            }
            Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Float(_) | Value::String(_) => {}
        }
    }
}

//! The words that one document defines: its inline contexts, in order.
//!
//! Understood: terms as IRIs, compact IRIs or expanded definitions with `@id`, `@type`,
//! `@container` (`@set`, `@list`), `@language`, `@protected`, `@prefix`; `@vocab`; `@version`;
//! `@protected`; aliases of `@id` and `@type`. Refused: everything else, such as contexts of terms,
//! `@base`, `@import`, `@reverse`, other containers. Source: JSON-LD 1.1, sections 4.1 and 4.2.

use std::collections::BTreeMap;

use crate::json::{Object, Value};
use crate::reason::Reason;
use crate::terms::Violation;
use crate::terms::iri::{Reference, reference};
use crate::terms::table::{Coercion, Tables, find};

/// The most words that a document may define.
const MAX_WORDS: usize = 1024;
/// How far a compact IRI may lead from word to word.
const MAX_STEPS: usize = 16;

/// What a string value of an own word means.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Values {
    Plain,
    Id,
    Vocab,
    Datatype(String),
    Language(String),
}

/// One definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// `None` where the document takes the meaning away.
    iri: Option<String>,
    values: Values,
    list: bool,
    prefix: bool,
    protected: bool,
}

/// What a name means in the own words of a document.
pub(super) enum Meant<'w> {
    /// A defined word, and its IRI.
    Word(String, &'w Word),
    /// An IRI, written as such, compact or with the vocabulary.
    Iri(String),
    /// The document does not say.
    Nothing,
}

/// All definitions of a document.
#[derive(Debug)]
pub(super) struct Definitions {
    tables: Tables,
    words: BTreeMap<String, Word>,
    /// `Some(None)` when the document says that there is none.
    vocabulary: Option<Option<String>>,
}

fn refused() -> Violation {
    Violation::new(Reason::CtxInline)
}

impl Word {
    /// A word of which only the IRI is known.
    pub(super) const fn plain() -> Self {
        Self {
            iri: None,
            values: Values::Plain,
            list: false,
            prefix: false,
            protected: false,
        }
    }

    pub(super) const fn is_list(&self) -> bool {
        self.list
    }

    /// Whether values that are no strings would need another datatype than their own.
    pub(super) const fn is_typed(&self) -> bool {
        matches!(self.values, Values::Datatype(_))
    }

    /// A string value of this word.
    pub(super) fn spell(&self, text: &str, own: &Definitions) -> Result<Value, Violation> {
        let mut object = Object::new();
        match &self.values {
            Values::Plain => return Ok(Value::String(text.to_owned())),
            Values::Id => object.insert("id", own.compact(text)),
            Values::Vocab => match own.property(text)? {
                Meant::Word(iri, _) | Meant::Iri(iri) => object.insert("id", iri),
                Meant::Nothing => return Err(Violation::new(Reason::TermUndefined)),
            },
            Values::Datatype(iri) => {
                object.insert("@value", text);
                object.insert("@type", iri.as_str())
            }
            Values::Language(tag) => {
                object.insert("@value", text);
                object.insert("@language", tag.as_str())
            }
        };
        Ok(Value::Object(object))
    }
}

impl Definitions {
    pub(super) const fn new(tables: Tables) -> Self {
        Self {
            tables,
            words: BTreeMap::new(),
            vocabulary: None,
        }
    }

    /// Takes one inline context over.
    pub(super) fn take(&mut self, context: &Object) -> Result<(), Violation> {
        // Some writers wrap a context as a published document does.
        if let Some(Value::Object(wrapped)) = context.get("@context") {
            return if context.len() == 1 && !wrapped.contains_key("@context") {
                self.take(wrapped).map_err(|fault| fault.inside("@context"))
            } else {
                Err(refused().inside("@context"))
            };
        }
        let protected = match context.get("@protected") {
            None => false,
            Some(Value::Bool(protected)) => *protected,
            Some(_) => return Err(refused().inside("@protected")),
        };
        match context.get("@vocab") {
            None => {}
            Some(Value::Null) => self.vocabulary = Some(None),
            Some(Value::String(iri)) if matches!(reference(iri), Ok(Reference::Iri(_))) => {
                self.vocabulary = Some(Some(iri.clone()));
            }
            Some(_) => return Err(refused().inside("@vocab")),
        }
        for (name, definition) in context.iter() {
            match name {
                "@protected" | "@vocab" => continue,
                "@version" if definition.as_f64().is_some_and(is_version) => continue,
                _ => {}
            }
            if name.starts_with('@') || name.is_empty() || self.words.len() >= MAX_WORDS {
                return Err(refused().inside(name));
            }
            let word = self
                .define(name, definition, context, protected)
                .map_err(|fault| fault.inside(name))?;
            // What is an IRI already means that IRI (section 4.2.2, step 14.2.5).
            let is_iri = name.contains([':', '/']);
            if is_iri && self.expand(name, context, 0).ok() != word.iri {
                return Err(refused().inside(name));
            }
            self.check_protected(name, &word)
                .map_err(|fault| fault.inside(name))?;
            self.words.insert(name.to_owned(), word);
        }
        Ok(())
    }

    /// A protected word keeps its meaning; to say the same again does no harm.
    fn check_protected(&self, name: &str, word: &Word) -> Result<(), Violation> {
        let same = if matches!(name, "id" | "type") {
            word.iri.as_deref().and_then(|iri| iri.strip_prefix('@')) == Some(name)
        } else if let Some(term) = find(name, self.tables) {
            let values = match term.coercion {
                Coercion::Plain => Values::Plain,
                Coercion::Id => Values::Id,
                Coercion::Vocab => Values::Vocab,
                Coercion::Json => return Err(refused()),
                Coercion::Datatype(iri) => Values::Datatype(iri.to_owned()),
            };
            word.iri.as_deref() == Some(term.iri) && word.values == values && !word.list
        } else if let Some(before) = self.words.get(name).filter(|before| before.protected) {
            let said = Word {
                protected: true,
                ..word.clone()
            };
            *before == said
        } else {
            true
        };
        if same { Ok(()) } else { Err(refused()) }
    }

    fn define(
        &self,
        name: &str,
        definition: &Value,
        context: &Object,
        protected: bool,
    ) -> Result<Word, Violation> {
        let mut word = Word {
            protected,
            ..Word::plain()
        };
        match definition {
            Value::Null => Ok(word),
            Value::String(text) => {
                let iri = self.expand(text, context, 0)?;
                word.prefix = iri.ends_with([':', '/', '?', '#', '[', ']', '@']);
                word.iri = Some(iri);
                Ok(word)
            }
            Value::Object(definition) => {
                self.define_long(name, definition, context, &mut word)?;
                Ok(word)
            }
            _ => Err(refused()),
        }
    }

    fn define_long(
        &self,
        name: &str,
        definition: &Object,
        context: &Object,
        word: &mut Word,
    ) -> Result<(), Violation> {
        for (key, value) in definition.iter() {
            let at = || refused().inside(key);
            match (key, value) {
                ("@id", Value::Null) => return Ok(()),
                ("@id", Value::String(text)) => {
                    word.iri = Some(self.expand(text, context, 0).map_err(|_| at())?);
                }
                ("@type", Value::String(text)) => {
                    word.values = match text.as_str() {
                        "@id" => Values::Id,
                        "@vocab" => Values::Vocab,
                        "@none" => Values::Plain,
                        text => Values::Datatype(self.expand(text, context, 0).map_err(|_| at())?),
                    };
                    if matches!(&word.values, Values::Datatype(iri) if iri.starts_with('@')) {
                        return Err(at());
                    }
                }
                ("@container", Value::String(container)) => match container.as_str() {
                    "@set" => {}
                    "@list" => word.list = true,
                    _ => return Err(at()),
                },
                ("@container", Value::Array(containers))
                    if containers.iter().all(|one| one.as_str() == Some("@set")) => {}
                ("@language", Value::String(tag)) if !definition.contains_key("@type") => {
                    word.values = Values::Language(tag.clone());
                }
                ("@language", Value::Null) => {}
                ("@protected", Value::Bool(protected)) => word.protected = *protected,
                ("@prefix", Value::Bool(prefix)) => word.prefix = *prefix,
                _ => return Err(at()),
            }
        }
        if word.iri.is_none() {
            // Without `@id`, the name itself has to lead somewhere.
            word.iri = Some(self.expand(name, &Object::new(), 0)?);
        }
        Ok(())
    }

    /// An IRI, a compact IRI, a word or a name of the vocabulary, as a definition writes it.
    fn expand(&self, text: &str, context: &Object, step: usize) -> Result<String, Violation> {
        if step > MAX_STEPS {
            return Err(refused());
        }
        if matches!(text, "@id" | "@type") {
            return Ok(text.to_owned());
        }
        if text.starts_with('@') {
            return Err(refused());
        }
        // What this context defines comes before what stood there before.
        let local = |name: &str| match context.get(name) {
            Some(Value::String(next)) if next != name => Some(next.as_str()),
            Some(Value::Object(definition)) => definition.get("@id").and_then(Value::as_str),
            _ => None,
        };
        if let Some((prefix, rest)) = text.split_once(':') {
            if !rest.starts_with("//") && prefix != "_" {
                if let Some(next) = local(prefix) {
                    return Ok(self.expand(next, context, step + 1)? + rest);
                }
                if let Some(Word { iri: Some(iri), .. }) = self.words.get(prefix) {
                    return Ok(format!("{iri}{rest}"));
                }
            }
            return match reference(text) {
                Ok(Reference::Iri(iri)) => Ok(iri.to_owned()),
                _ => Err(refused()),
            };
        }
        if let Some(next) = local(text) {
            return self.expand(next, context, step + 1);
        }
        if let Some(word) = self.words.get(text) {
            return word.iri.clone().ok_or_else(refused);
        }
        if let Some(term) = find(text, self.tables) {
            return Ok(term.iri.to_owned());
        }
        match &self.vocabulary {
            Some(Some(vocabulary)) => Ok(format!("{vocabulary}{text}")),
            _ => Err(refused()),
        }
    }

    /// The keyword that a name is another name for, as documents write it.
    pub(super) fn alias(&self, name: &str) -> Option<&'static str> {
        match self.words.get(name)?.iri.as_deref()? {
            "@id" => Some("id"),
            "@type" => Some("type"),
            _ => None,
        }
    }

    /// What a member name or a type means.
    pub(super) fn property(&self, name: &str) -> Result<Meant<'_>, Violation> {
        if let Some(word) = self.words.get(name) {
            return match &word.iri {
                Some(iri) if !iri.starts_with('@') => Ok(Meant::Word(iri.clone(), word)),
                _ => Err(Violation::new(Reason::TermUndefined)),
            };
        }
        if name.contains(':') {
            return Ok(Meant::Iri(self.compact(name)));
        }
        match &self.vocabulary {
            Some(Some(vocabulary)) if !name.starts_with('@') => {
                Ok(Meant::Iri(format!("{vocabulary}{name}")))
            }
            Some(None) if !name.starts_with('@') => Err(Violation::new(Reason::TermUndefined)),
            _ => Ok(Meant::Nothing),
        }
    }

    /// An IRI, written out when it is compact.
    pub(super) fn compact(&self, text: &str) -> String {
        if let Some((prefix, rest)) = text.split_once(':')
            && !rest.starts_with("//")
            && let Some(Word {
                iri: Some(iri),
                prefix: true,
                ..
            }) = self.words.get(prefix)
        {
            return format!("{iri}{rest}");
        }
        text.to_owned()
    }

    /// The datatype of a value object.
    pub(super) fn datatype(&self, name: &str) -> Result<String, Violation> {
        match self.property(name)? {
            Meant::Word(iri, _) | Meant::Iri(iri) => Ok(iri),
            Meant::Nothing => Err(Violation::new(Reason::TermUndefined)),
        }
    }
}

fn is_version(number: f64) -> bool {
    number.to_bits() == 1.1_f64.to_bits()
}

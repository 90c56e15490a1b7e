//! What a request asks for beside its document. An option that is not understood is an error: to
//! leave one out in silence would be to answer another question. Source: VCALM, "Options".

use schemas::json::{Object, Value};
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;

use crate::problem::{Problem, Refusal};

/// The options of a request.
pub(crate) struct Options<'r>(Option<&'r Object>);

impl<'r> Options<'r> {
    /// Those of a request, when they are an object and every one is known.
    pub(crate) fn of(request: &'r Object, known: &[&str]) -> Result<Self, Refusal> {
        let options = match request.get("options") {
            None | Some(Value::Null) => return Ok(Self(None)),
            Some(Value::Object(options)) => options,
            Some(_) => return Err(bad("options have to be an object")),
        };
        match options.keys().find(|name| !known.contains(name)) {
            Some(name) => Err(Refusal::bad(Problem::unknown_option(name))),
            None => Ok(Self(Some(options))),
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&'r Value> {
        self.0?.get(name).filter(|value| **value != Value::Null)
    }

    /// A text that is not empty.
    pub(crate) fn text(&self, name: &str) -> Result<Option<&'r str>, Refusal> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
            Some(_) => Err(bad(format!("the option \"{name}\" has to be a text"))),
        }
    }

    /// A text, or a list of texts.
    pub(crate) fn texts(&self, name: &str) -> Result<Option<Vec<&'r str>>, Refusal> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let texts = value
            .strings()
            .filter(|texts| !texts.is_empty() && texts.iter().all(|text| !text.is_empty()));
        texts.map(Some).ok_or_else(|| {
            bad(format!(
                "the option \"{name}\" has to be a text or a list of texts"
            ))
        })
    }

    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name) {
            None => Ok(false),
            Some(Value::Bool(flag)) => Ok(*flag),
            Some(_) => Err(bad(format!(
                "the option \"{name}\" has to be true or false"
            ))),
        }
    }

    pub(crate) fn date(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        Timestamp::parse(text).map(Some).map_err(|error| {
            let detail = format!("the option \"{name}\": {error}");
            Refusal::bad(Problem::new(error.reason(), detail))
        })
    }

    /// That an option, when it is there, says what is done anyway.
    pub(crate) fn agrees(&self, name: &str, done: &str) -> Result<(), Refusal> {
        match self.text(name)? {
            Some(asked) if asked != done => Err(bad(format!(
                "the option \"{name}\" asks for something that is not done here; it is \"{done}\""
            ))),
            _ => Ok(()),
        }
    }

    /// The cryptosuite: what the address names and what the option names have to agree.
    pub(crate) fn suite(
        &self,
        named: Option<Cryptosuite>,
        default: Cryptosuite,
    ) -> Result<Cryptosuite, Refusal> {
        let asked = match self.text("cryptosuite")? {
            None => None,
            Some(name) => Some(name.parse::<Cryptosuite>().map_err(|error| {
                Refusal::bad(Problem::generation(error.reason(), error.to_string()))
            })?),
        };
        match (named, asked) {
            (Some(named), Some(asked)) if named != asked => Err(bad(format!(
                "the option \"cryptosuite\" asks for {asked}, and this address is for {named}"
            ))),
            (Some(suite), _) | (None, Some(suite)) => Ok(suite),
            (None, None) => Ok(default),
        }
    }
}

pub(crate) fn bad(detail: impl Into<String>) -> Refusal {
    Refusal::bad(Problem::request(detail))
}

/// A member of a request that has to be an object.
pub(crate) fn document<'r>(request: &'r Object, name: &str) -> Result<&'r Object, Refusal> {
    match request.get(name) {
        Some(Value::Object(document)) => Ok(document),
        Some(_) => Err(Refusal::bad(Problem::new(
            schemas::reason::Reason::ParseError,
            format!("\"{name}\" has to be an object"),
        ))),
        None => Err(bad(format!("the request has no \"{name}\""))),
    }
}

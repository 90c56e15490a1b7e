//! What a request asks for beside its document. An option that is not understood is an error: to
//! leave one out in silence would be to answer another question. Source: VCALM, "Options".

use proofs::data_integrity::{ProofOptions, ProofPurpose};
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;

use crate::problem::{Problem, Refusal};
use crate::service::Service;
use crate::verdict::Checks;

/// The options of a request.
pub(crate) struct Options<'r>(Option<&'r Object>);

impl<'r> Options<'r> {
    /// Those of a request, when they are an object and every one is known.
    pub(crate) fn of(request: &'r Object, known: &[&[&str]]) -> Result<Self, Refusal> {
        let options = match request.get("options") {
            None | Some(Value::Null) => return Ok(Self(None)),
            Some(Value::Object(options)) => options,
            Some(_) => return Err(bad("options have to be an object")),
        };
        let is_known = |name: &&str| known.iter().any(|known| known.contains(name));
        match options.keys().find(|name| !is_known(name)) {
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

    /// The proof that is asked for: by the key of a suite, for one purpose. An option that can only say
    /// what is done anyway has to say that.
    pub(crate) fn proof(
        &self,
        service: &Service,
        suite: Cryptosuite,
        purpose: ProofPurpose,
    ) -> Result<ProofOptions, Refusal> {
        let method = service.key(suite).verification_method();
        self.agrees("type", "DataIntegrityProof")?;
        self.agrees("proofPurpose", purpose.name())?;
        self.agrees("verificationMethod", method.as_str())?;
        let created = self.date("created")?.unwrap_or_else(|| service.now());
        Ok(ProofOptions {
            purpose,
            expires: self.date("expires")?,
            challenge: self.text("challenge")?.map(str::to_owned),
            domain: self.text("domain")?.map(str::to_owned),
            ..ProofOptions::assertion(suite, method, created)
        })
    }

    /// What is asked of the proofs of a document, which are for one purpose.
    pub(crate) fn question(&self, purpose: ProofPurpose) -> Result<Question<'r>, Refusal> {
        for name in ["proofPurpose", "expectedProofPurpose"] {
            self.agrees(name, purpose.name())?;
        }
        Ok(Question {
            checks: Checks::of(self)?,
            challenge: self.text("challenge")?,
            domains: self.texts("domain")?,
        })
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

/// What is asked of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Question<'a> {
    pub(crate) checks: Checks,
    pub(crate) challenge: Option<&'a str>,
    pub(crate) domains: Option<Vec<&'a str>>,
}

/// What a proof may be asked to say: the options of everything that signs.
pub(crate) const SIGNING: [&str; 8] = [
    "challenge",
    "created",
    "cryptosuite",
    "domain",
    "expires",
    "proofPurpose",
    "type",
    "verificationMethod",
];

/// What a proof may be asked to have said: the options of everything that verifies.
pub(crate) const VERIFYING: [&str; 7] = [
    "challenge",
    "checks",
    "domain",
    "expectedProofPurpose",
    "proofPurpose",
    "returnProblemDetails",
    "returnResults",
];

pub(crate) fn bad(detail: impl Into<String>) -> Refusal {
    Refusal::bad(Problem::request(detail))
}

/// A member of a request that has to be an object.
pub(crate) fn document<'r>(request: &'r Object, name: &str) -> Result<&'r Object, Refusal> {
    match request.get(name) {
        Some(Value::Object(document)) => Ok(document),
        Some(_) => Err(Refusal::bad(Problem::new(
            Reason::ParseError,
            format!("\"{name}\" has to be an object"),
        ))),
        None => Err(bad(format!("the request has no \"{name}\""))),
    }
}

/// The same of a document that is to be signed, which has no proof yet.
pub(crate) fn unsigned(request: &Object, name: &str) -> Result<Object, Refusal> {
    let document = document(request, name)?.clone();
    if document.contains_key("proof") {
        let detail = format!("the {name} has a proof already; this service adds none to others");
        let problem = Problem::generation(Reason::ProofSetPolicy, detail);
        return Err(Refusal::bad(problem));
    }
    Ok(document)
}

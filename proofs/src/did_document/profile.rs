//! What the controller of a DID is called, as its own document says. Worlds publish it; verifiers and
//! wallets take the name of an issuer from here, never from what the issuer signed.
//! Source: DID Core 1.0 section 5.4 (a service endpoint may be a map).

use schemas::did::Did;
use schemas::json::{Object, Value};
use schemas::lang::Lang;
use schemas::object;
use schemas::outside_text;

use crate::did_document::{MAX_ENTRIES, Service, method};

/// The type of the service.
const TYPE: &str = "OmoteProfile";
/// The fragment of its id.
const FRAGMENT: &str = "profile";
/// The most characters that a name may have.
const MAX_NAME: usize = 200;

/// What the controller of a DID is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Profile {
    name: String,
    japanese: Option<String>,
}

impl Profile {
    /// A profile with these names. `None` when one is empty, has more than 200 characters, or has
    /// some that act in place of being seen. What joins letters and selects their form may stay, as
    /// scripts and emoji need it.
    #[must_use]
    pub fn new(name: &str, japanese: Option<&str>) -> Option<Self> {
        let sound = is_sound(name) && japanese.is_none_or(is_sound);
        sound.then(|| Self {
            name: name.to_owned(),
            japanese: japanese.map(str::to_owned),
        })
    }

    /// The name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The name for readers of this language.
    #[must_use]
    pub fn name_in(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ja => self.japanese.as_deref().unwrap_or(&self.name),
            Lang::En => &self.name,
        }
    }

    /// All names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        [Some(self.name.as_str()), self.japanese.as_deref()]
            .into_iter()
            .flatten()
    }

    /// The service that says so.
    #[must_use]
    pub fn service(&self) -> Service {
        let mut endpoint = object! { "name" => self.name.as_str() };
        if let Some(japanese) = &self.japanese {
            endpoint.insert("names", object! { "ja" => japanese.as_str() });
        }
        Service {
            fragment: FRAGMENT.to_owned(),
            kind: TYPE.to_owned(),
            endpoint: Value::Object(endpoint),
        }
    }

    /// The profile in a document.
    ///
    /// A malformed one counts as none, and so do two: a slip in what decides no signature takes no
    /// keys away from a world, and its name is then unknown, which believes it nothing.
    pub(super) fn read(document: &Object, did: &Did) -> Option<Self> {
        let services = document.get("service")?.as_array()?;
        if services.len() > MAX_ENTRIES {
            return None;
        }
        let mut profiles = services
            .iter()
            .filter_map(Value::as_object)
            .filter(|service| is_profile(service));
        let (service, None) = (profiles.next()?, profiles.next()) else {
            return None;
        };
        let id = service.get("id")?.as_str()?;
        let own = method::absolute(id, did);
        own.strip_prefix(did.as_str())?.strip_prefix('#')?;
        let endpoint = service.get("serviceEndpoint")?;
        let japanese = match endpoint.get("names") {
            None => None,
            Some(names) => match names.as_object()?.get("ja") {
                None => None,
                Some(name) => Some(name.as_str()?),
            },
        };
        Self::new(endpoint.get("name")?.as_str()?, japanese)
    }
}

/// `type` is a name or a list of names.
fn is_profile(service: &Object) -> bool {
    match service.get("type") {
        Some(Value::String(kind)) => kind == TYPE,
        Some(Value::Array(kinds)) => kinds.iter().any(|kind| kind.as_str() == Some(TYPE)),
        _ => false,
    }
}

fn is_sound(name: &str) -> bool {
    let shapes = |c: char| {
        matches!(c,
            '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0020}'..='\u{e007f}'
            | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180d}')
    };
    let short = name.chars().nth(MAX_NAME).is_none();
    let seen = name
        .chars()
        .any(|c| !c.is_whitespace() && !outside_text::acts(c));
    short && seen && name.chars().all(|c| shapes(c) || !outside_text::acts(c))
}

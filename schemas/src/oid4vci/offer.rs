//! Credential offers: what a world hands to a wallet as a link or a QR code (section 4.1).

use crate::form::{Form, is_link_of, percent_encode};
use crate::json::{Object, Value};
use crate::message::{
    Confidential, Kind, Members, Message, MessageError, Problem, natural, printable,
};
use crate::oid4vci::IssuerUrl;
use crate::reason::Reason;
use crate::web_url::WebUrl;

/// More configurations in one offer are refused.
const MAX_CONFIGURATIONS: usize = 32;
/// The specification's bound on the text beside a transaction code, in characters.
const MAX_TX_DESCRIPTION: usize = 300;
/// Longer transaction codes are not typed by anybody.
const MAX_TX_LENGTH: u64 = 64;
const AUTHORIZATION_CODE: &str = "authorization_code";
const PRE_AUTHORIZED: &str = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

const OFFER: Kind = Kind::new("credential offer", Reason::OfferRejected);

/// A credential offer (section 4.1.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CredentialOffer {
    /// `credential_issuer`: whose metadata to fetch, once the person has confirmed its origin.
    pub credential_issuer: IssuerUrl,
    /// `credential_configuration_ids`: what is offered; at least one, each once.
    pub credential_configuration_ids: Vec<String>,
    /// `grants.urn:ietf:params:oauth:grant-type:pre-authorized_code`. Without it the offer needs
    /// another grant, which this wallet does not have: see [`CredentialOffer::pre_authorized`].
    pub pre_authorized_code: Option<PreAuthorizedCodeGrant>,
    /// `grants.authorization_code`: the person logs in at the world first.
    pub authorization_code: Option<AuthorizationCodeGrant>,
}

/// The authorization code grant of an offer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorizationCodeGrant {
    /// `issuer_state`: goes into the authorization request as it is.
    pub issuer_state: Option<Confidential>,
    /// `authorization_server`: which of several in the metadata.
    pub authorization_server: Option<IssuerUrl>,
}

/// The pre-authorized code grant of an offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreAuthorizedCodeGrant {
    /// `pre-authorized_code`: used once at the token endpoint.
    pub code: Confidential,
    /// `tx_code`: set when a second code, told to the person by another way, is needed.
    pub tx_code: Option<TxCode>,
    /// `authorization_server`: which of several in the metadata.
    pub authorization_server: Option<IssuerUrl>,
}

/// What is known of the transaction code before it is typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TxCode {
    /// `input_mode`
    pub input_mode: InputMode,
    /// `length`, in characters.
    pub length: Option<u64>,
    /// `description`: outside text, at most 300 characters.
    pub description: Option<String>,
}

/// Which characters a transaction code has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InputMode {
    /// ASCII digits; the default.
    #[default]
    Numeric,
    /// Any characters.
    Text,
}

impl TxCode {
    /// Whether a typed code could be the one, as far as its form tells.
    #[must_use]
    pub fn admits(&self, typed: &str) -> bool {
        let length = u64::try_from(typed.chars().count()).unwrap_or(u64::MAX);
        let digits = typed.bytes().all(|byte| byte.is_ascii_digit());
        (1..=MAX_TX_LENGTH).contains(&length)
            && self.length.is_none_or(|expected| expected == length)
            && (self.input_mode == InputMode::Text || digits)
    }

    fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let input_mode = match members.optional_text("input_mode")?.as_deref() {
            None | Some("numeric") => InputMode::Numeric,
            Some("text") => InputMode::Text,
            Some(_) => {
                let expected = "numeric or text";
                return Err(members.fail("input_mode", Problem::Value { expected }));
            }
        };
        let length = members.natural("length")?;
        if length.is_some_and(|length| !(1..=MAX_TX_LENGTH).contains(&length)) {
            let expected = "a length from 1 to 64";
            return Err(members.fail("length", Problem::Value { expected }));
        }
        let description = members.optional_text("description")?;
        let found = description
            .as_deref()
            .map_or(0, |text| text.chars().count());
        members
            .kind
            .within("description", found, MAX_TX_DESCRIPTION)?;
        Ok(Self {
            input_mode,
            length,
            description,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = Object::new();
        if self.input_mode == InputMode::Text {
            object.insert("input_mode", "text");
        }
        if let Some(length) = natural(self.length) {
            object.insert("length", length);
        }
        if let Some(description) = &self.description {
            object.insert("description", description.as_str());
        }
        object
    }
}

impl CredentialOffer {
    /// The grant that this wallet can use.
    ///
    /// # Errors
    /// `offer_rejected` when the offer does not have it.
    pub fn pre_authorized(&self) -> Result<&PreAuthorizedCodeGrant, MessageError> {
        let grant = self.pre_authorized_code.as_ref();
        grant.ok_or_else(|| OFFER.fail("grants", Problem::Unsupported))
    }
}

impl Message for CredentialOffer {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(OFFER, value)?;
        let issuer = members.text("credential_issuer")?;
        let grants = members.part("grants", "grants of a credential offer")?;
        let pre_authorized_code = grants
            .map(|grants| grants.part(PRE_AUTHORIZED, "pre-authorized code grant"))
            .transpose()?
            .flatten()
            .map(|grant| read_grant(&grant))
            .transpose()?;
        let authorization_code = grants
            .map(|grants| grants.part(AUTHORIZATION_CODE, "authorization code grant"))
            .transpose()?
            .flatten()
            .map(|grant| AuthorizationCodeGrant::read(&grant))
            .transpose()?;
        Ok(Self {
            credential_issuer: parse_issuer(&members, "credential_issuer", &issuer)?,
            credential_configuration_ids: members
                .texts("credential_configuration_ids", MAX_CONFIGURATIONS)?,
            pre_authorized_code,
            authorization_code,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "credential_issuer" => &self.credential_issuer,
            "credential_configuration_ids" => self.credential_configuration_ids.clone(),
        };
        let mut grants = Object::new();
        if let Some(grant) = &self.authorization_code {
            grants.insert(AUTHORIZATION_CODE, grant.to_object());
        }
        if let Some(grant) = &self.pre_authorized_code {
            let mut members = crate::object! { "pre-authorized_code" => grant.code.reveal() };
            if let Some(tx_code) = &grant.tx_code {
                members.insert("tx_code", tx_code.to_object());
            }
            if let Some(server) = &grant.authorization_server {
                members.insert("authorization_server", server);
            }
            grants.insert(PRE_AUTHORIZED, members);
        }
        if !grants.is_empty() {
            object.insert("grants", grants);
        }
        object
    }
}

impl AuthorizationCodeGrant {
    fn read(members: &Members<'_>) -> Result<Self, MessageError> {
        let issuer_state = members.optional_text("issuer_state")?;
        if issuer_state.as_deref().is_some_and(|text| !printable(text)) {
            let expected = "visible ASCII";
            return Err(members.fail("issuer_state", Problem::Value { expected }));
        }
        let server = members.optional_text("authorization_server")?;
        Ok(Self {
            issuer_state: issuer_state.map(Confidential::new),
            authorization_server: server
                .map(|text| parse_issuer(members, "authorization_server", &text))
                .transpose()?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = Object::new();
        if let Some(state) = &self.issuer_state {
            object.insert("issuer_state", state.reveal());
        }
        if let Some(server) = &self.authorization_server {
            object.insert("authorization_server", server);
        }
        object
    }
}

fn read_grant(members: &Members<'_>) -> Result<PreAuthorizedCodeGrant, MessageError> {
    let code = members.text("pre-authorized_code")?;
    if !printable(&code) {
        let expected = "a code of visible ASCII";
        return Err(members.fail("pre-authorized_code", Problem::Value { expected }));
    }
    let tx_code = members.part("tx_code", "transaction code")?;
    let server = members.optional_text("authorization_server")?;
    Ok(PreAuthorizedCodeGrant {
        code: Confidential::new(code),
        tx_code: tx_code.map(|part| TxCode::read(&part)).transpose()?,
        authorization_server: server
            .map(|text| parse_issuer(members, "authorization_server", &text))
            .transpose()?,
    })
}

pub(crate) fn parse_issuer(
    members: &Members<'_>,
    member: &'static str,
    text: &str,
) -> Result<IssuerUrl, MessageError> {
    let expected = "an https URL without query and fragment";
    text.parse()
        .map_err(|_| members.fail(member, Problem::Value { expected }))
}

/// An offer as a link: in itself, or by the address where it stands (sections 4.1.2 and 4.1.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OfferLink {
    /// `credential_offer_uri`: a GET there answers the offer. What QR codes hold.
    ByReference(WebUrl),
    /// `credential_offer`
    ByValue(Box<CredentialOffer>),
}

/// The scheme that wallets register.
const SCHEME: &str = "openid-credential-offer";

impl OfferLink {
    /// Reads a link: `openid-credential-offer://?…`, or an https link with the same query.
    ///
    /// # Errors
    /// `offer_rejected` when it has neither or both parameters, one twice, an address that is not
    /// https, an offer that is none, or more than 16 KiB.
    pub fn parse(link: &str) -> Result<Self, MessageError> {
        const LINK: Kind = Kind::new("credential offer link", Reason::OfferRejected);
        let scheme_is_known = is_link_of(SCHEME, link);
        if !scheme_is_known && link.parse::<WebUrl>().is_err() {
            let expected = "openid-credential-offer://?… or https://…?…";
            return Err(LINK.fail("", Problem::Value { expected }));
        }
        let form = Form::of_link(link).map_err(|error| LINK.fail("", Problem::Form(error)))?;
        match (
            form.field("credential_offer"),
            form.field("credential_offer_uri"),
        ) {
            (Some(offer), None) => {
                let limits = crate::json::Limits::message();
                let value = crate::json::read(offer.as_bytes(), &limits)
                    .map_err(|error| LINK.fail("credential_offer", Problem::Json(error)))?;
                CredentialOffer::from_value(&value).map(|offer| Self::ByValue(Box::new(offer)))
            }
            (None, Some(url)) => LINK.url("credential_offer_uri", url).map(Self::ByReference),
            (Some(_), Some(_)) => Err(LINK.fail(
                "credential_offer",
                Problem::Excludes {
                    other: "credential_offer_uri",
                },
            )),
            (None, None) => Err(LINK.fail("credential_offer", Problem::Missing)),
        }
    }

    /// The link, with the scheme that wallets register.
    #[must_use]
    pub fn to_link(&self) -> String {
        match self {
            Self::ByReference(url) => {
                format!(
                    "{SCHEME}://?credential_offer_uri={}",
                    percent_encode(url.as_str())
                )
            }
            Self::ByValue(offer) => {
                let text = crate::canonical::to_text(&offer.to_value());
                format!("{SCHEME}://?credential_offer={}", percent_encode(&text))
            }
        }
    }
}

#[cfg(test)]
mod tests;

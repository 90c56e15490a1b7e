//! What the world's own login page asks and says: `GET` and `POST /authorizations/{ticket}`.

use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem, printable};
use crate::offering::OfferTerms;
use crate::oid4vci::authorization::RedirectUri;
use crate::reason::Reason;
use crate::receipt::UniqueId;
use crate::records::{Envelope, read_time};
use crate::time::Timestamp;

const ASKED: Kind = Kind::new("authorization that was asked for", Reason::BadRequest);
const DECISION: Kind = Kind::new("decision about an authorization", Reason::BadRequest);
const DECIDED: Kind = Kind::new("decided authorization", Reason::BadRequest);

/// More configurations are refused.
const MAX_CONFIGURATIONS: usize = 32;
/// Longer addresses are refused.
const MAX_ADDRESS: usize = 16 << 10;

/// Who asks for what, as the person who has logged in is to be shown it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationAsked {
    /// `client_id`: how the wallet calls itself. Outside text, proven by nothing.
    pub client_id: String,
    /// `redirect_uri`: where the code will be brought.
    pub redirect_uri: RedirectUri,
    /// `configurations`: what is asked for.
    pub configurations: Vec<String>,
    /// `grant`: of the offer from which the wallet came, when it came from one.
    pub grant: Option<UniqueId>,
    /// `expires_at`: until when it can be decided.
    pub expires: Timestamp,
}

impl Message for AuthorizationAsked {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(ASKED, value)?;
        members.only(&Envelope::around(&[
            "client_id",
            "redirect_uri",
            "configurations",
            "grant",
            "expires_at",
        ]))?;
        Envelope::read(&members)?;
        let client_id = members.text("client_id")?;
        if !printable(&client_id) {
            let expected = "visible ASCII";
            return Err(members.fail("client_id", Problem::Value { expected }));
        }
        let expected = "https://… or http on a loopback address, without fragment";
        let redirect_uri = members.text("redirect_uri")?.parse();
        Ok(Self {
            client_id,
            redirect_uri: redirect_uri
                .map_err(|_| members.fail("redirect_uri", Problem::Value { expected }))?,
            configurations: members.texts("configurations", MAX_CONFIGURATIONS)?,
            grant: match members.optional("grant") {
                Some(_) => Some(UniqueId::read(&members, "grant")?),
                None => None,
            },
            expires: read_time(&members, "expires_at")?,
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "client_id" => self.client_id.as_str(),
            "redirect_uri" => self.redirect_uri.as_str(),
            "configurations" => self.configurations.clone(),
            "expires_at" => self.expires,
        };
        if let Some(grant) = &self.grant {
            object.insert("grant", grant.as_str());
        }
        object
    }
}

/// `POST /authorizations/{ticket}`
#[derive(Clone, Debug, PartialEq)]
pub enum AuthorizationDecision {
    /// `decision: grant`
    Grant {
        /// `offer`: what is granted; for a wallet that came from an offer it is left out, and that
        /// offer is what is granted.
        offer: Option<Box<OfferTerms>>,
    },
    /// `decision: refuse`
    Refuse,
}

impl Message for AuthorizationDecision {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(DECISION, value)?;
        match members.text("decision")?.as_str() {
            "grant" => {
                members.only(&["decision", "offer"])?;
                let offer = members.optional("offer").map(OfferTerms::from_value);
                Ok(Self::Grant {
                    offer: offer.transpose()?.map(Box::new),
                })
            }
            "refuse" => {
                members.only(&["decision"])?;
                Ok(Self::Refuse)
            }
            _ => {
                let expected = "grant or refuse";
                Err(members.fail("decision", Problem::Value { expected }))
            }
        }
    }

    fn to_object(&self) -> Object {
        match self {
            Self::Grant { offer } => {
                let mut object = crate::object! { "decision" => "grant" };
                if let Some(offer) = offer {
                    object.insert("offer", offer.to_object());
                }
                object
            }
            Self::Refuse => crate::object! { "decision" => "refuse" },
        }
    }
}

/// The answer to a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizationDecided {
    /// `redirect_to`: where the person's browser is to be sent, with the code or the refusal.
    pub redirect_to: String,
    /// `grant`: by which what comes of it is found; absent when it was refused.
    pub grant: Option<UniqueId>,
}

impl Message for AuthorizationDecided {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(DECIDED, value)?;
        members.only(&Envelope::around(&["redirect_to", "grant"]))?;
        Envelope::read(&members)?;
        let redirect_to = members.text("redirect_to")?;
        if !printable(&redirect_to) {
            let expected = "visible ASCII";
            return Err(members.fail("redirect_to", Problem::Value { expected }));
        }
        DECIDED.within("redirect_to", redirect_to.len(), MAX_ADDRESS)?;
        Ok(Self {
            redirect_to,
            grant: match members.optional("grant") {
                Some(_) => Some(UniqueId::read(&members, "grant")?),
                None => None,
            },
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! { "redirect_to" => self.redirect_to.as_str() };
        if let Some(grant) = &self.grant {
            object.insert("grant", grant.as_str());
        }
        object
    }
}

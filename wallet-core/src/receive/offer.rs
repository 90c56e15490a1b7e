//! Reading an offer: its origin is known before anything is contacted (OpenID4VCI 1.0 section 4.1). A
//! world itself can stand in the place of an offer; the person then logs in there. The holder's side
//! runs it.

use fetch::{Client, Purpose};
use schemas::message::Message as _;
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::offer::{CredentialOffer, OfferLink};
use schemas::world::WorldId;

use crate::origin::Confirmed;
use crate::receive::{ReceiveError, Step};

/// An offer as a link, unopened.
#[derive(Clone, Debug)]
pub struct Offer {
    source: Source,
}

#[derive(Clone, Debug)]
enum Source {
    /// Nobody offers: the person goes to an issuer.
    Issuer(IssuerUrl),
    Link(OfferLink),
}

/// What is known of an offer when it is open.
pub(super) enum Fetched {
    Issuer(IssuerUrl),
    Offer(Box<CredentialOffer>),
}

/// Reads the link or the text of a QR code, or the address of a world. Contacts nobody.
///
/// # Errors
/// [`ReceiveError::Message`] with `offer_rejected` when it is none.
pub fn read_offer(link: &str) -> Result<Offer, ReceiveError> {
    let link = link.trim();
    if let Some(issuer) = issuer_of(link) {
        return Ok(Offer {
            source: Source::Issuer(issuer),
        });
    }
    let link = OfferLink::parse(link).map_err(|error| ReceiveError::Message {
        step: Step::Offer,
        error,
    })?;
    Ok(Offer {
        source: Source::Link(link),
    })
}

/// An address without query is a world's own, not a link to an offer. The slash that browsers put
/// behind a host is not part of it.
fn issuer_of(text: &str) -> Option<IssuerUrl> {
    let issuer: IssuerUrl = text.parse().ok()?;
    let origin = issuer.world().origin();
    match issuer.as_str().strip_prefix(origin) {
        Some("/") => origin.parse().ok(),
        _ => Some(issuer),
    }
}

impl Offer {
    /// Whether it is the address of a world, at which nobody offers anything.
    #[must_use]
    pub const fn is_address(&self) -> bool {
        matches!(self.source, Source::Issuer(_))
    }

    /// The world to confirm: where the offer stands, or the issuer that it names.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        match &self.source {
            Source::Issuer(issuer) => issuer.world(),
            Source::Link(OfferLink::ByReference(url)) => url.world(),
            Source::Link(OfferLink::ByValue(offer)) => offer.credential_issuer.world(),
        }
    }
}

/// The offer itself, of the confirmed world and of no other.
pub(super) async fn fetch(
    client: &Client,
    offer: Offer,
    confirmed: &Confirmed,
) -> Result<Fetched, ReceiveError> {
    confirmed.require(offer.world())?;
    let offer = match offer.source {
        Source::Issuer(issuer) => return Ok(Fetched::Issuer(issuer)),
        Source::Link(OfferLink::ByValue(offer)) => *offer,
        Source::Link(OfferLink::ByReference(url)) => {
            let value = client.json(Purpose::Offer, url.as_str()).await?;
            CredentialOffer::from_value(&value).map_err(|error| ReceiveError::Message {
                step: Step::Offer,
                error,
            })?
        }
    };
    let found = offer.credential_issuer.world();
    if found == confirmed.world() {
        Ok(Fetched::Offer(Box::new(offer)))
    } else {
        Err(ReceiveError::OtherWorld {
            step: Step::Offer,
            expected: confirmed.world().clone(),
            found: found.clone(),
        })
    }
}

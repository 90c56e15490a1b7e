//! Reading an offer: its origin is known before anything is contacted (OpenID4VCI 1.0 section 4.1).
//! The holder's side runs it.

use fetch::{Client, Purpose};
use schemas::message::Message as _;
use schemas::oid4vci::offer::{CredentialOffer, OfferLink};
use schemas::world::WorldId;

use crate::origin::Confirmed;
use crate::receive::{ReceiveError, Step};

/// An offer as a link, unopened.
#[derive(Clone, Debug)]
pub struct Offer {
    link: OfferLink,
}

/// Reads the link or the text of a QR code. Contacts nobody.
///
/// # Errors
/// [`ReceiveError::Message`] with `offer_rejected` when it is none.
pub fn read_offer(link: &str) -> Result<Offer, ReceiveError> {
    let link = OfferLink::parse(link.trim()).map_err(|error| ReceiveError::Message {
        step: Step::Offer,
        error,
    })?;
    Ok(Offer { link })
}

impl Offer {
    /// The world to confirm: where the offer stands, or the issuer that it names.
    #[must_use]
    pub const fn world(&self) -> &WorldId {
        match &self.link {
            OfferLink::ByReference(url) => url.world(),
            OfferLink::ByValue(offer) => offer.credential_issuer.world(),
        }
    }
}

/// The offer itself, of the confirmed world and of no other.
pub(super) async fn fetch(
    client: &Client,
    offer: Offer,
    confirmed: &Confirmed,
) -> Result<CredentialOffer, ReceiveError> {
    confirmed.require(offer.world())?;
    let offer = match offer.link {
        OfferLink::ByValue(offer) => offer,
        OfferLink::ByReference(url) => {
            let value = client.json(Purpose::Offer, url.as_str()).await?;
            CredentialOffer::from_value(&value).map_err(|error| ReceiveError::Message {
                step: Step::Offer,
                error,
            })?
        }
    };
    let found = offer.credential_issuer.world();
    if found == confirmed.world() {
        Ok(offer)
    } else {
        Err(ReceiveError::OtherWorld {
            step: Step::Offer,
            expected: confirmed.world().clone(),
            found: found.clone(),
        })
    }
}

//! Reading what the person named: the link of an offer, or the address of a world. The holder's machine
//! runs it.

use schemas::form::Form;
use schemas::reason::Reason;
use wallet_core::receive::{self, Offer, ReceiveError};

use crate::commands::receive::{failure, link_failure};
use crate::error::{Failure, Local};

/// Reads the link; one that is none of an offer is a slip of the person's and not of a world's.
///
/// # Errors
/// [`Local::RequestGiven`], [`Local::NoOfferLink`], or what is wrong with the offer.
pub(super) fn read(link: &str) -> Result<Offer, Failure> {
    if is_request(link) {
        return Err(Local::RequestGiven.into());
    }
    receive::read_offer(link).map_err(|error| {
        if is_offer(link) {
            failure(error)
        } else {
            Local::NoOfferLink.into()
        }
    })
}

/// Why nothing can be had of the world, when it is its address that was given and no offer.
pub(super) fn unopened(error: ReceiveError, offer: &Offer) -> Failure {
    let is_nothing_there =
        matches!(error, ReceiveError::NoWay) || error.reason() == Reason::NotFound;
    if offer.is_address() && is_nothing_there {
        let world = offer.world().origin().to_owned();
        return Local::NoLogin { world }.into();
    }
    link_failure(error)
}

fn has(link: &str, names: &[&str]) -> bool {
    Form::of_link(link).is_ok_and(|form| names.iter().any(|name| form.field(name).is_some()))
}

fn is_request(link: &str) -> bool {
    link.starts_with("openid4vp:") || has(link, &["client_id", "request_uri"]) && !is_offer(link)
}

fn is_offer(link: &str) -> bool {
    has(link, &["credential_offer", "credential_offer_uri"])
}

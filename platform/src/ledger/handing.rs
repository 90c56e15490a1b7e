//! Handing an item over: whoever the ledger says holds it now is offered its credential (OpenID4VCI,
//! pre-authorized, by value).
//!
//! The code follows from the wallet's idempotency key and a secret of the world, so that a wallet that
//! lost the answer is told the same code again, and nobody else is. One that was used up before the
//! credential arrived is followed by another, a few times. Whoever proves to hold the item
//! (`super::holding`) is told a code of the day.

use std::fmt;
use std::sync::Arc;

use schemas::canonical;
use schemas::json::{Object, Value};
use schemas::ledger::{Commitment, ItemTag};
use schemas::message::{Confidential, Message};
use schemas::oid4vci::IssuerUrl;
use schemas::oid4vci::offer::{CredentialOffer, PreAuthorizedCodeGrant};
use schemas::time::Timestamp;
use zeroize::Zeroizing;

use super::read_leaf;
use crate::asking::new_id;
use crate::error::Refusal;
use crate::issuing::configuration::{Configuration, Kind};
use crate::issuing::template::Template;
use crate::store::ledger::{Code, Handed, Handing};
use crate::ticket::{NoChance, Purpose, Ticket};
use crate::world::{World, seconds};

/// How often a code is followed by another.
const TRIES: u8 = 8;

/// The links that follow from an idempotency key, of which each is an offer. Each is made when it is
/// asked for: most steps hand nothing over.
#[derive(Clone)]
pub(super) struct Links(Arc<Zeroizing<Vec<u8>>>);

impl fmt::Debug for Links {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Links").finish_non_exhaustive()
    }
}

impl Links {
    /// The links for a client that keeps this key to itself.
    pub(super) fn of(idempotency_key: &str) -> Self {
        Self(Arc::new(Zeroizing::new(
            idempotency_key.as_bytes().to_vec(),
        )))
    }

    /// The links of a day for whoever has shown that they hold this item by this commitment, by which
    /// they may hold others as well.
    pub(super) fn of_holder(item: ItemTag, holder: Commitment, now: Timestamp) -> Self {
        let day = day_of(now).to_be_bytes();
        // No idempotency key has such a letter.
        let content = [
            b"holder\0".as_slice(),
            item.as_bytes(),
            holder.as_bytes(),
            &day,
        ]
        .concat();
        Self(Arc::new(Zeroizing::new(content)))
    }

    fn link(&self, world: &World, number: u8) -> Ticket {
        let content = Zeroizing::new([&[number], self.0.as_slice()].concat());
        Ticket::of_bytes(&world.identity().keys.offer_secret(&content))
    }

    fn codes(&self, world: &World) -> Vec<Code> {
        let links = (0..TRIES).map(|number| self.link(world, number));
        links.map(|link| code_of(&link)).collect()
    }

    /// The offer of a link, by value.
    pub(super) fn offer(&self, world: &World, place: usize) -> Option<Object> {
        let number = u8::try_from(place).ok().filter(|place| *place < TRIES)?;
        let code = self.link(world, number).derive(Purpose::Code);
        let offer = CredentialOffer {
            credential_issuer: IssuerUrl::from(world.config.world()),
            credential_configuration_ids: Configuration::offered(Kind::Item, None),
            pre_authorized_code: Some(PreAuthorizedCodeGrant {
                code: Confidential::new(code.expose()),
                tx_code: None,
                authorization_server: None,
            }),
            authorization_code: None,
        };
        Some(offer.to_object())
    }

    /// What is written for the next holder of an item, with the first of the links.
    ///
    /// # Errors
    /// [`NoChance`] when a grant cannot be named.
    pub(super) fn handing(
        &self,
        world: &World,
        tag: ItemTag,
        holder: Commitment,
        now: Timestamp,
    ) -> Result<Handing, NoChance> {
        handing(world, tag, holder, &self.link(world, 0), now)
    }
}

const DAY: i64 = 86_400;

fn day_of(now: Timestamp) -> i64 {
    now.unix().div_euclid(DAY)
}

/// When whoever holds an item has other links.
pub(super) fn next_day(now: Timestamp) -> Timestamp {
    now.plus_seconds(DAY - now.unix().rem_euclid(DAY))
}

/// The names under which the store keeps the offer of a link.
fn code_of(link: &Ticket) -> Code {
    Code {
        offer: link.digest(),
        code: link.derive(Purpose::Code).digest(),
    }
}

/// What is written for the holder of an item, with this link.
///
/// # Errors
/// [`NoChance`] when a grant cannot be named.
pub(super) fn handing(
    world: &World,
    tag: ItemTag,
    holder: Commitment,
    link: &Ticket,
    now: Timestamp,
) -> Result<Handing, NoChance> {
    Ok(Handing {
        grant: new_id()?,
        holder,
        code: code_of(link),
        template: canonical::to_text(&Value::Object(Template::of_item(tag))),
        copies: world.config.issuing.batch_size,
        configurations: Configuration::offered(Kind::Item, None).join(" "),
        made: now,
        expires: now.plus_seconds(seconds(world.config.issuing.offer_life)),
    })
}

/// What is handed to whoever holds an item.
pub(super) enum Again {
    /// An offer of its credential.
    Offer(Object),
    /// Somebody else holds it by now, or it is stopped or at its end.
    Moved,
    /// All codes of these links were used.
    UsedUp,
    /// The world has suspended or taken back what it granted.
    Withdrawn,
}

impl Again {
    /// The offer, when there is one.
    pub(super) fn offer(self) -> Option<Object> {
        match self {
            Self::Offer(offer) => Some(offer),
            Self::Moved | Self::UsedUp | Self::Withdrawn => None,
        }
    }
}

/// An offer of an item's credential for whoever holds it by this commitment, made anew where the last
/// one is used up.
pub(super) async fn again(
    world: &World,
    links: &Links,
    tag: ItemTag,
    holder: Commitment,
) -> Result<Again, Refusal> {
    let heads = world.store.item_heads(&[tag]).await?;
    let Some(head) = heads.get(&tag) else {
        return Ok(Again::Moved);
    };
    let head = read_leaf(head)?;
    let claims = head.claims();
    if claims.holder != holder || !claims.state.is_open() {
        return Ok(Again::Moved);
    }
    let now = world.clock.now();
    let handing = links.handing(world, tag, holder, now)?;
    let codes = links.codes(world);
    let handed = world.store.hand_over(tag, &handing, &codes, now).await?;
    Ok(match handed {
        Handed::Good(place) => match links.offer(world, place) {
            Some(offer) => Again::Offer(offer),
            None => Again::UsedUp,
        },
        Handed::UsedUp => Again::UsedUp,
        Handed::Withdrawn => Again::Withdrawn,
    })
}

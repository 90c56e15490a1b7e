//! More copies of what is held: those that worlds know are renewed under their keys, and a fresh
//! reserve is added (privacy profile P). The holder's side runs it, when the person says so and never
//! while something is shown: its issuer would learn when that is.
//!
//! ```text
//! due ──▶ Due { holdings of one grant } ── refill ──▶ token spent, next token on disk
//!     ── for each holding: keys on disk ── proofs ── verified, says what is held ──▶ stored in one step
//! ```
//! A kill in between leaves the copies that there were, a gap in the numbers of the keys, and a token
//! that is good: the one before stays so until the next one is used.

use std::collections::BTreeSet;

use fetch::Client;
use schemas::oid4vci::notification::NotificationEvent;
use schemas::oid4vci::token::TokenRequest;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::error::StoreError;
use crate::holding::{Copy, CopyState, Holding, HoldingError, HoldingId, Refill};
use crate::index::{Listed, Refillable};
use crate::keys::KeyPath;
use crate::origin::Confirmed;
use crate::receive::arrival::{ArrivalPart, Standing};
use crate::receive::credential::{Delivered, Exchange, request};
use crate::receive::metadata::{self, Lead};
use crate::receive::pending::{self, Fetched, Owed};
use crate::receive::stored::Pending;
use crate::receive::token::{self, Token};
use crate::receive::{Arrived, Copies, Notified, OpenOffer, ReceiveError, undecided};
use crate::store::RecordId;
use crate::wallet::Wallet;

/// With fewer fresh copies than this a holding is to be refilled.
pub const LOW_WATER: usize = 3;
/// A copy that has not more than this part of its life to live counts as expiring.
const LAST_PART: i64 = 10;
/// And one that has not more than this many seconds.
const LAST_SECONDS: i64 = 86_400;

/// How many copies of a holding are left, and of what kind.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Supply {
    /// All that are in use.
    pub all: usize,
    /// Shown to nobody, and valid for some time to come: what is left for new worlds.
    pub fresh: usize,
    /// Look unused, but may have been shown.
    pub doubtful: usize,
    /// Each known to one world.
    pub known: usize,
    /// To how many worlds these are known.
    pub worlds: usize,
    /// Revoked or suspended by their issuer; in none of the other numbers but `all`.
    pub withdrawn: usize,
    /// Expired or about to; not counted as fresh.
    pub expiring: usize,
    /// Whether the issuer gives more.
    pub refillable: bool,
    /// Whether it stands at all: not every copy is withdrawn, and it can be shown by its ledger.
    pub stands: bool,
}

impl Supply {
    /// Whether it is time to refill: the issuer gives more, and few fresh ones are left or one that a
    /// world knows is about to expire. More copies of what does not stand would be shown to nobody.
    #[must_use]
    pub const fn is_due(&self) -> bool {
        self.refillable && self.stands && (self.fresh < LOW_WATER || self.expiring > 0)
    }
}

impl Listed {
    /// How many copies are left.
    #[must_use]
    pub fn supply(&self, now: Timestamp) -> Supply {
        let mut supply = Supply {
            refillable: self.refill == Refillable::Yes,
            ..Supply::default()
        };
        let mut worlds = BTreeSet::new();
        for copy in &self.copies {
            if copy.state == CopyState::Retired {
                continue;
            }
            supply.all = supply.all.saturating_add(1);
            if copy.withdrawn.is_some() {
                supply.withdrawn = supply.withdrawn.saturating_add(1);
                continue;
            }
            worlds.extend(&copy.world);
            let expiring = is_expiring(self.valid_from, copy.valid_until, now);
            let place = match (&copy.world, copy.state) {
                (Some(_), _) => &mut supply.known,
                (None, CopyState::Doubtful) => &mut supply.doubtful,
                (None, _) if expiring => &mut supply.expiring,
                (None, _) => &mut supply.fresh,
            };
            *place = place.saturating_add(1);
            if expiring && copy.world.is_some() {
                supply.expiring = supply.expiring.saturating_add(1);
            }
        }
        supply.worlds = worlds.len();
        let is_withdrawn = supply.withdrawn > 0 && supply.withdrawn == supply.all;
        let is_gone = self.standing.is_some_and(|it| it.refusal().is_some());
        supply.stands = !is_withdrawn && !is_gone;
        supply
    }
}

/// Whether the end is near: a day, or a tenth of the whole time when that is less.
fn is_expiring(from: Option<Timestamp>, until: Option<Timestamp>, now: Timestamp) -> bool {
    let Some(until) = until else {
        return false;
    };
    let life = from.map_or(i64::MAX, |from| until.unix().saturating_sub(from.unix()));
    let margin = life.checked_div(LAST_PART).unwrap_or(0).min(LAST_SECONDS);
    until.unix().saturating_sub(now.unix()) <= margin
}

/// Holdings that one grant is for, and that are to be refilled together: its token is good once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    grant: RecordId,
    /// The world that gives more.
    pub world: WorldId,
    /// The holdings.
    pub holdings: Vec<HoldingId>,
}

/// Which holdings are refilled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Those for which it is time.
    Due,
    /// All of them, also those that have enough.
    Forced,
}

/// A holding that has more copies now, or will have.
#[derive(Clone, Debug)]
pub struct Refilled {
    /// The holding.
    pub holding: Holding,
    /// How many copies that worlds know were renewed.
    pub renewed: usize,
    /// How many fresh ones there are more.
    pub added: usize,
    /// Whether the issuer heard of it.
    pub notified: Notified,
}

/// What came of refilling one holding.
#[derive(Debug)]
pub enum RefillOutcome {
    /// It has more copies.
    Done(Refilled),
    /// The issuer delivers later.
    Later(Owed),
}

impl Wallet {
    /// Which of these holdings are refilled, by what they need and who gives it. Those whose issuer
    /// gives nothing are left out.
    ///
    /// # Errors
    /// [`HoldingError`].
    pub fn due(
        &self,
        holdings: &[HoldingId],
        wish: Wish,
        now: Timestamp,
    ) -> Result<Vec<Due>, HoldingError> {
        let mut due: Vec<Due> = Vec::new();
        for line in self.listed()? {
            let is_wanted = holdings.contains(&line.id)
                && line.refill == Refillable::Yes
                && (wish == Wish::Forced || line.supply(now).is_due());
            if !is_wanted {
                continue;
            }
            let holding = self.holding(&line.id)?.ok_or(HoldingError::NotFound)?;
            let Some(grant) = holding.grant else { continue };
            match due.iter_mut().find(|due| due.grant == grant.id) {
                Some(due) => due.holdings.push(line.id),
                None => due.push(Due {
                    grant: grant.id,
                    world: holding.issuer,
                    holdings: vec![line.id],
                }),
            }
        }
        Ok(due)
    }
}

/// Spends the token of a grant for one more batch of each of its holdings that are due.
///
/// # Errors
/// [`ReceiveError`] when the issuer gave no access; what went wrong with one holding stands in its
/// place of the list.
pub async fn refill(
    client: &Client,
    wallet: &mut Wallet,
    due: &Due,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Vec<(HoldingId, Result<RefillOutcome, ReceiveError>)>, ReceiveError> {
    confirmed.require(&due.world)?;
    let Some(grant) = wallet.grant(&due.grant)? else {
        return Err(ReceiveError::NothingOwed);
    };
    let lead = Lead::Known(&grant.issuer, grant.server.as_ref());
    let open = metadata::fetch(client, lead, confirmed, now).await?;
    let asking = TokenRequest::Refresh {
        token: grant.refresh_token.clone(),
        client_id: grant.client_id.clone(),
    };
    let token = token::redeem(client, &open, &asking).await?;
    // Before the access token is used: whatever happens then, the wallet can ask again.
    if let Some(next) = &token.refresh {
        wallet.rotate_grant(&due.grant, next.clone())?;
    }
    let mut outcomes = Vec::new();
    for id in &due.holdings {
        let asking = Asking {
            client,
            open: &open,
            token: &token,
            grant: due.grant,
            now,
        };
        let outcome = refill_one(&asking, wallet, id).await;
        outcomes.push((*id, outcome));
    }
    Ok(outcomes)
}

/// One batch for each of several holdings.
struct Asking<'a> {
    client: &'a Client,
    open: &'a OpenOffer,
    token: &'a Token,
    grant: RecordId,
    now: Timestamp,
}

async fn refill_one(
    asking: &Asking<'_>,
    wallet: &mut Wallet,
    id: &HoldingId,
) -> Result<RefillOutcome, ReceiveError> {
    let Asking {
        client,
        open,
        token,
        grant,
        now,
    } = *asking;
    let holding = wallet.holding(id)?.ok_or(HoldingError::NotFound)?;
    let configuration = holding.grant.as_ref().map(|grant| &grant.configuration);
    let offered = open
        .offered()
        .iter()
        .find(|offered| {
            Some(&offered.configuration_id) == configuration
                && offered.format == holding.facts.format
        })
        .cloned()
        .ok_or(ReceiveError::Unsupported {
            what: "what is held is not offered any more",
        })?;
    let keys = keys_for(wallet, open, &holding)?;
    let exchange = Exchange {
        client,
        wallet,
        open,
        now,
    };
    let issued = match request(&exchange, &offered, token, &keys, None).await? {
        Delivered::Issued(issued) => issued,
        Delivered::Later {
            transaction_id,
            interval,
        } => {
            let mut pending = Pending {
                world: open.world().clone(),
                issuer: open.issuer().clone(),
                persona: holding.persona,
                configuration: offered.configuration_id.clone(),
                display: offered.display.clone(),
                format: offered.format,
                keys,
                holder: None,
                transaction_id,
                access_token: token.access.clone(),
                grant: Some(grant),
                refills: Some(*id),
                asked_at: now,
                not_before: now,
            };
            let owed = pending::remember(wallet, &mut pending, interval, None)?;
            return Ok(RefillOutcome::Later(owed));
        }
    };
    let mut arrived = Arrived::begin(wallet, open, holding.persona, token, now)?;
    arrived.refill(*id);
    let part = ArrivalPart {
        ordered: offered.ordered(),
        keys,
        holder: None,
        credentials: issued.credentials,
        documents: open.documents.clone(),
        standing: Standing::Unjudged,
    };
    arrived.hold(wallet, part, issued.notification_id, None)?;
    match undecided::judged(client, wallet, arrived, now).await? {
        Fetched::Refilled(refilled) => Ok(RefillOutcome::Done(refilled)),
        Fetched::NotYet(owed) => Ok(RefillOutcome::Later(owed)),
        Fetched::Arrived(_) => Err(StoreError::Internal("a refill for no holding").into()),
    }
}

/// The keys to prove: those of copies that worlds know, what ends first before the others, and fresh
/// ones. A reserve has its room also when many worlds are known.
fn keys_for(
    wallet: &mut Wallet,
    open: &OpenOffer,
    holding: &Holding,
) -> Result<Vec<KeyPath>, ReceiveError> {
    let batch = open.copies(Copies::Usual);
    let mut known: Vec<Copy> = wallet.copies(&holding.id)?;
    known.retain(|copy| copy.world.is_some() && copy.state != CopyState::Retired);
    known.sort_by_key(|copy| copy.valid_until);
    let reserve = LOW_WATER.min(batch.div_ceil(2)).max(1);
    let known = known.into_iter().take(batch.saturating_sub(reserve));
    let known: Vec<KeyPath> = known.map(|copy| copy.key).collect();
    let fresh = batch.saturating_sub(known.len());
    // On disk before a key is used: a kill leaves a gap in the numbers and never a key twice.
    let fresh = wallet.allocate_keys(holding.persona, open.world(), fresh)?;
    // An issuer that gives fewer takes the first ones: of both there is something among them.
    let (mut known, mut fresh) = (known.into_iter(), fresh.into_iter());
    let mut keys = Vec::with_capacity(batch);
    while keys.len() < batch {
        let before = keys.len();
        keys.extend(fresh.next());
        keys.extend(known.next());
        if keys.len() == before {
            break;
        }
    }
    Ok(keys)
}

/// Stores what arrived for a holding, and tells the issuer.
pub(super) async fn keep(
    client: &Client,
    wallet: &mut Wallet,
    arrived: Arrived,
    id: &HoldingId,
    now: Timestamp,
) -> Result<Refilled, ReceiveError> {
    let notify = arrived.notifications();
    let (record, grant) = (arrived.record(), arrived.arrival().grant);
    match store(wallet, arrived, id, now) {
        Ok((holding, renewed, added)) => Ok(Refilled {
            holding,
            renewed,
            added,
            notified: notify.send(client, NotificationEvent::Accepted).await,
        }),
        // It may be kept when the disk has room again.
        Err(error @ HoldingError::Store(_)) => Err(error.into()),
        Err(error) => {
            wallet.drop_arrival(&record, &[], grant.as_ref())?;
            notify.send(client, NotificationEvent::Failure).await;
            Err(error.into())
        }
    }
}

fn store(
    wallet: &mut Wallet,
    arrived: Arrived,
    id: &HoldingId,
    now: Timestamp,
) -> Result<(Holding, usize, usize), HoldingError> {
    let before = wallet.holding(id)?.ok_or(HoldingError::NotFound)?;
    let settles = Some(arrived.record());
    let mut parts = arrived.into_parts();
    let part = parts.pop().ok_or(HoldingError::NoCopies)?;
    let facts = part.facts();
    let copies = part.into_copies();
    let count = copies.len();
    let refill = Refill {
        facts,
        copies,
        settles,
    };
    let holding = wallet.refill_holding(id, refill, now)?;
    let added = holding.copies.len().saturating_sub(before.copies.len());
    Ok((holding, count.saturating_sub(added), added))
}

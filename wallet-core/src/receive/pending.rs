//! Credentials that an issuer delivers later (OpenID4VCI 1.0 section 9). The holder's side runs it.
//!
//! What is owed is remembered before anything else happens, with the keys that were proved and the
//! token that lets the wallet ask. It is asked for when the person says so, and not before the issuer
//! wants to be asked.

use fetch::Client;
use schemas::json::{Number, Object};
use schemas::oauth::ErrorCode;
use schemas::oid4vci::issuer_metadata::Display;
use schemas::oid4vci::token::TokenRequest;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::error::StoreError;
use crate::holding::HoldingId;
use crate::origin::Confirmed;
use crate::receive::arrival::{ArrivalPart, Standing};
use crate::receive::credential::{Delivered, request_again};
use crate::receive::metadata::{self, Lead};
use crate::receive::offered::Offered;
use crate::receive::refill::Refilled;
use crate::receive::stored::Pending;
use crate::receive::token::{self, Token};
use crate::receive::{Arrived, OpenOffer, ReceiveError, Step, undecided};
use crate::store::RecordId;
use crate::wallet::Wallet;

/// The longest that an issuer's word keeps the wallet from asking again.
const MAX_WAIT: i64 = 86_400;

/// Something that a world owes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    pub(super) id: RecordId,
    /// The world.
    pub world: WorldId,
    /// The issuer's name for it among programs.
    pub configuration: String,
    /// How the issuer calls it for people, by language, as when it was asked for. Outside text.
    pub display: Vec<Display>,
    /// How many copies were asked for.
    pub copies: usize,
    /// The holding for which it is more copies.
    pub refills: Option<HoldingId>,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// When to ask again at the earliest.
    pub not_before: Timestamp,
}

impl Owed {
    pub(super) fn of(id: RecordId, pending: &Pending) -> Self {
        Self {
            id,
            world: pending.world.clone(),
            configuration: pending.configuration.clone(),
            display: pending.display.clone(),
            copies: pending.keys.len(),
            refills: pending.refills,
            asked_at: pending.asked_at,
            not_before: pending.not_before,
        }
    }

    /// The JSON form, for `--json`.
    #[must_use]
    pub fn to_object(&self) -> Object {
        let copies = u64::try_from(self.copies).unwrap_or(u64::MAX);
        schemas::object! {
            "world" => self.world.origin(),
            "configuration" => self.configuration.as_str(),
            "copies" => Number::from_u64_saturating(copies),
            "refills" => self.refills.map(|id| id.to_string()),
            "asked_at" => self.asked_at,
            "not_before" => self.not_before,
        }
    }
}

/// What came of asking for what is owed.
#[derive(Debug)]
pub enum Fetched {
    /// A new avatar, item or other credential: see [`keep`](crate::receive::keep).
    Arrived(Box<Arrived>),
    /// Not yet.
    NotYet(Owed),
    /// More copies of a holding, which were kept.
    Refilled(Refilled),
}

impl Wallet {
    /// All that worlds owe, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn owed(&self) -> Result<Vec<Owed>, StoreError> {
        let all = self.all_pending()?;
        Ok(all.iter().map(|(id, one)| Owed::of(*id, one)).collect())
    }
}

/// Remembers what an issuer delivers later.
pub(super) fn remember(
    wallet: &mut Wallet,
    pending: &mut Pending,
    interval: u64,
    arrived: Option<&Arrived>,
) -> Result<Owed, ReceiveError> {
    pending.not_before = later(pending.asked_at, interval);
    let grant = arrived.and_then(Arrived::granted);
    let id = wallet.keep_pending(pending, grant)?;
    Ok(Owed::of(id, pending))
}

fn later(now: Timestamp, interval: u64) -> Timestamp {
    now.plus_seconds(i64::try_from(interval).map_or(MAX_WAIT, |seconds| seconds.min(MAX_WAIT)))
}

/// Asks for what is owed. Before its time nobody is contacted.
///
/// # Errors
/// [`ReceiveError`]. What the issuer says that it does not know or does not issue (section 9.3), and what
/// is not to be believed, is forgotten; everything else can be tried again.
pub async fn fetch_owed(
    client: &Client,
    wallet: &mut Wallet,
    owed: &Owed,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<Fetched, ReceiveError> {
    confirmed.require(&owed.world)?;
    let pending = wallet.all_pending()?;
    let pending = pending.into_iter().find(|(id, _)| *id == owed.id);
    let Some((id, pending)) = pending else {
        return Err(ReceiveError::NothingOwed);
    };
    if now < pending.not_before {
        return Ok(Fetched::NotYet(Owed::of(id, &pending)));
    }
    let grant = pending
        .grant
        .map(|grant| wallet.grant(&grant))
        .transpose()?;
    let grant = grant.flatten();
    let server = grant.as_ref().and_then(|grant| grant.server.as_ref());
    let lead = Lead::Known(&pending.issuer, server);
    let open = metadata::fetch(client, lead, confirmed, now).await?;
    let offered = offered_of(&open, &pending)?;
    let mut token = Token::kept(&pending.access_token)?;
    let transaction = &pending.transaction_id;
    let mut delivered = request_again(client, &open, &token, transaction).await;
    // A token ends before what it was for may be ready; the one for asking again brings the next.
    if delivered.as_ref().is_err_and(is_token_refused)
        && let (Some(grant_id), Some(grant)) = (&pending.grant, &grant)
    {
        let asking = TokenRequest::Refresh {
            token: grant.refresh_token.clone(),
            client_id: grant.client_id.clone(),
        };
        token = token::redeem(client, &open, &asking).await?;
        wallet.renew_pending(&id, token.access.clone(), grant_id, token.refresh.clone())?;
        delivered = request_again(client, &open, &token, transaction).await;
    }
    let delivered = match delivered {
        Ok(delivered) => delivered,
        Err(error) => {
            if is_gone(&error) {
                wallet.drop_pending(&id)?;
            }
            return Err(error);
        }
    };
    let issued = match delivered {
        Delivered::Issued(issued) => issued,
        Delivered::Later { interval, .. } => {
            let until = later(now, interval);
            wallet.put_off(&id, until)?;
            let mut owed = Owed::of(id, &pending);
            owed.not_before = until;
            return Ok(Fetched::NotYet(owed));
        }
    };
    let mut arrived = Arrived::begin(wallet, &open, pending.persona, &token, now)?;
    if let Some(grant) = pending.grant {
        // Read again: its token may be newer now.
        let known = wallet.grant(&grant)?;
        arrived.grant_with(known.map(|known| (grant, known)));
    }
    if let Some(holding) = pending.refills {
        arrived.refill(holding);
    }
    let part = ArrivalPart {
        ordered: offered.ordered(),
        keys: pending.keys.clone(),
        holder: pending.holder.clone(),
        credentials: issued.credentials,
        documents: open.documents.clone(),
        standing: Standing::Unjudged,
    };
    // It is delivered once: on disk before anything can fail, and owed no more.
    arrived.hold(wallet, part, issued.notification_id, Some(&id))?;
    undecided::judged(client, wallet, arrived, now).await
}

fn offered_of(open: &OpenOffer, pending: &Pending) -> Result<Offered, ReceiveError> {
    let offered = open.offered().iter().find(|offered| {
        offered.configuration_id == pending.configuration && offered.format == pending.format
    });
    offered.cloned().ok_or(ReceiveError::Unsupported {
        what: "what is owed is not offered any more",
    })
}

/// Whether the issuer says that there is nothing to come. Only its word counts (section 9.3): a page of
/// whatever stands in between, and an access token that ended, say nothing of what is owed.
const fn is_gone(error: &ReceiveError) -> bool {
    matches!(
        error,
        ReceiveError::Refused {
            step: Step::Deferred,
            code: ErrorCode::InvalidTransactionId | ErrorCode::CredentialRequestDenied,
            ..
        }
    )
}

/// Whether the access token was refused.
const fn is_token_refused(error: &ReceiveError) -> bool {
    matches!(
        error,
        ReceiveError::Refused {
            step: Step::Deferred,
            code: ErrorCode::InvalidToken,
            ..
        }
    )
}

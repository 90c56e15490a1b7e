//! Receiving: from an offer to holdings that are kept (OpenID4VCI 1.0). The holder's side runs it.
//!
//! ```text
//! link ── read_offer ──▶ Offer ── (person confirms its origin) ── open ──▶ OpenOffer
//!   ── (person agrees) ─┬─ begin_login ── browser ──▶ LoginCode ─┐ when it needs one
//!                       └──────────────── redeem ◀───────────────┘
//! redeem ──▶ on disk, verified ──▶ Arrived ── KeepConsent ── keep ──▶ Received
//!        │                                └─ decline
//!        └─▶ Owed (delivered later) ── fetch_owed ──▶ Arrived
//! Wallet::undecided ── resume ──▶ Arrived, when an earlier run ended before the answer
//! Wallet::due ── refill ──▶ more copies of what is held
//! ```
//! An offer says who issues and of what kind; terms and validity stand in the credential alone, and
//! are known only after its code is spent. So there are two consents: one to redeem, and one to keep,
//! which says whether somebody has seen what arrived ([`KeepConsent`]).
//!
//! Nothing is contacted before its origin is confirmed; nothing is kept that the verifier does not
//! accept; the numbers of the keys are on disk before the keys are used. An offer's code is good
//! once: what can fail without it is tried before it is spent.

pub(crate) mod arrival;
mod credential;
mod error;
pub(crate) mod grants;
mod login;
mod metadata;
mod offer;
mod offered;
mod pending;
mod preview;
mod refill;
pub(crate) mod stored;
mod token;
mod undecided;
mod verify;

use fetch::Client;
use schemas::credential::CredentialType;
use schemas::digest::Sha256Digest;
use schemas::message::{Confidential, Message as _};
use schemas::oid4vci::notification::{NotificationEvent, NotificationRequest};
use schemas::time::Timestamp;
use verifier::Report;

pub use error::{ImportFault, ReceiveError, Step};
pub use login::{Login, LoginCode, begin_login};
pub use metadata::OpenOffer;
pub use offer::{Offer, read_offer};
pub use offered::Offered;
pub use pending::{Fetched, Owed, fetch_owed};
pub use preview::{Arrived, ArrivedPart};
pub use refill::{Due, LOW_WATER, RefillOutcome, Refilled, Supply, Wish, refill};
pub use undecided::{Undecided, look, resume};

use crate::consent::{ConsentMismatch, KeepConsent};
use crate::error::StoreError;
use crate::holding::{CopyId, Format, Holding};
use crate::keys::{PersonaIndex, TransferPath, TransferUse};
use crate::origin::Confirmed;
use crate::receive::arrival::{ArrivalPart, Standing};
use crate::receive::credential::Delivered;
use crate::receive::metadata::Lead;
use crate::receive::stored::{Grant, Pending};
use crate::receive::token::Token;
use crate::store::RecordId;
use crate::transfer;
use crate::wallet::Wallet;

/// Which format is taken of one thing that is offered in several, when the person names none.
pub const PREFERRED: [Format; 2] = [Format::DcSdJwt, Format::LdpVc];

/// The most copies that are asked for at once when the person names no number.
pub const USUAL_COPIES: usize = 10;

/// What the person wants of an offer.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The face that is to hold it.
    pub persona: PersonaIndex,
    /// Which of the offered credentials, by their configuration ids; none means all that are
    /// understood.
    pub configurations: Vec<String>,
    /// In which format, of what is offered in several; none leaves it to [`PREFERRED`].
    pub format: Option<Format>,
    /// The code that the world told the person by another way. Sent once, stored nowhere.
    pub tx_code: Option<Confidential>,
    /// The code of a person who logged in, where [`OpenOffer::needs_login`].
    pub login: Option<LoginCode>,
    /// How many copies.
    pub copies: Copies,
}

/// How many copies of each credential.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Copies {
    /// Up to this many, and never more than the issuer gives at once.
    AtMost(usize),
    /// As many as the issuer gives at once, [`USUAL_COPIES`] at most.
    #[default]
    Usual,
}

/// What was kept of an offer.
#[derive(Clone, Debug)]
pub struct Received {
    /// Each credential with its copies, in the order of the offer.
    pub holdings: Vec<ReceivedHolding>,
    /// Whether the issuer heard of it.
    pub notified: Notified,
}

/// One holding that was kept.
#[derive(Clone, Debug)]
pub struct ReceivedHolding {
    /// The holding.
    pub holding: Holding,
    /// Its copies.
    pub copies: Vec<CopyId>,
    /// What the verifier found.
    pub report: Report,
}

/// Whether an issuer was told what became of its credentials. Nothing depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notified {
    /// It did not take the notification.
    Failed,
    /// It does not want to know.
    NotAsked,
    /// It was.
    Sent,
}

/// Opens an offer: fetches it when the link only points to it, then the metadata of the issuer and
/// the document of its DID. The code is not spent, so this can be done again.
///
/// # Errors
/// [`ReceiveError`]; `issuer_metadata_mismatch` when anything in it leads to another world than the
/// confirmed one.
pub async fn open(
    client: &Client,
    offer: Offer,
    confirmed: &Confirmed,
    now: Timestamp,
) -> Result<OpenOffer, ReceiveError> {
    let offer = offer::fetch(client, offer, confirmed).await?;
    metadata::fetch(client, Lead::Fresh(offer), confirmed, now).await
}

/// Redeems an open offer: spends its code, proves the keys and verifies what arrives. It is no holding
/// yet, but it is on disk until somebody decides: see [`Wallet::undecided`]. `consent` is
/// [`OpenOffer::digest`] of the same `wanted`.
///
/// # Errors
/// [`ReceiveError`]; the code of the offer may be spent then. What is not to be believed is let go of,
/// and the issuer is told; what else arrived before the failure is among the undecided.
pub async fn redeem(
    client: &Client,
    wallet: &mut Wallet,
    open: OpenOffer,
    consent: &Sha256Digest,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Arrived, ReceiveError> {
    redeem_for(client, wallet, open, consent, wanted, None, now).await
}

/// As [`redeem`], of an item that this key holds in the ledger already. Without one, a fresh key is named
/// to the issuer for each item, should it keep a ledger.
#[expect(clippy::too_many_arguments, reason = "all of one conversation")]
pub(crate) async fn redeem_for(
    client: &Client,
    wallet: &mut Wallet,
    open: OpenOffer,
    consent: &Sha256Digest,
    wanted: &Wanted,
    holds: Option<TransferPath>,
    now: Timestamp,
) -> Result<Arrived, ReceiveError> {
    ConsentMismatch::require(open.digest(wanted), consent)?;
    let parts = open.chosen(wanted)?;
    let asking = open.token_request(wanted)?;
    let token = token::redeem(client, &open, &asking).await?;
    let mut arrived = Arrived::begin(wallet, &open, wanted.persona, &token, now)?;
    arrived.grant_with(new_grant(wallet, &open, &token)?);
    for offered in parts {
        let count = open.copies(wanted.copies);
        // On disk before a key is used: a kill leaves a gap in the numbers and never a key twice.
        let keys = wallet.allocate_keys(wanted.persona, open.world(), count)?;
        let holder = match (&holds, offered.kind) {
            (Some(path), _) => Some(path.clone()),
            (None, CredentialType::Item) => {
                let what = TransferUse::Holder(open.world().clone());
                Some(wallet.allocate_transfer_key(wanted.persona, what)?)
            }
            (None, _) => None,
        };
        let named = holder
            .as_ref()
            .map(|path| wallet.transfer_key(path).commitment());
        let exchange = credential::Exchange {
            client,
            wallet,
            open: &open,
            now,
        };
        match credential::request(&exchange, offered, &token, &keys, named).await? {
            Delivered::Issued(issued) => {
                let part = ArrivalPart {
                    ordered: offered.ordered(),
                    keys,
                    holder,
                    credentials: issued.credentials,
                    documents: open.documents.clone(),
                    standing: Standing::Unjudged,
                };
                // On disk before it is judged: it is never given a second time.
                arrived.hold(wallet, part, issued.notification_id, None)?;
            }
            Delivered::Later {
                transaction_id,
                interval,
            } => {
                let mut pending = Pending {
                    world: open.world().clone(),
                    issuer: open.issuer().clone(),
                    persona: wanted.persona,
                    configuration: offered.configuration_id.clone(),
                    display: offered.display.clone(),
                    format: offered.format,
                    keys,
                    holder,
                    transaction_id,
                    access_token: token.access.clone(),
                    grant: arrived.granted().map(|(id, _)| *id),
                    refills: None,
                    asked_at: now,
                    not_before: now,
                };
                let owed = pending::remember(wallet, &mut pending, interval, Some(&arrived))?;
                arrived.push_owed(owed);
            }
        }
    }
    if arrived.arrival().parts.is_empty() {
        return Ok(arrived);
    }
    match undecided::judged(client, wallet, arrived, now).await? {
        Fetched::Arrived(arrived) => Ok(*arrived),
        Fetched::NotYet(_) | Fetched::Refilled(_) => {
            Err(StoreError::Internal("an offer that refills").into())
        }
    }
}

/// What the issuer gave for asking again, under a name for its record. Kept with what is kept.
fn new_grant(
    wallet: &mut Wallet,
    open: &OpenOffer,
    token: &Token,
) -> Result<Option<(RecordId, Grant)>, ReceiveError> {
    let Some(refresh_token) = token.refresh.clone() else {
        return Ok(None);
    };
    let server = &open.server().issuer;
    let grant = Grant {
        world: open.world().clone(),
        issuer: open.issuer().clone(),
        server: (server != open.issuer()).then(|| server.clone()),
        refresh_token,
        client_id: token.client_id.clone(),
        holdings: Vec::new(),
    };
    let id = RecordId::from_bytes(wallet.store_mut().draw()?);
    Ok(Some((id, grant)))
}

/// Keeps what arrived, as far as `consent` goes: all of it in one step, which also ends that it is
/// undecided. Then tells the issuer.
///
/// # Errors
/// [`ReceiveError`]; it can be decided on again then, unless another process has decided.
pub async fn keep(
    client: &Client,
    wallet: &mut Wallet,
    arrived: Arrived,
    consent: KeepConsent,
    now: Timestamp,
) -> Result<Received, ReceiveError> {
    consent.require(arrived.digest())?;
    let notify = arrived.notifications();
    if let Some(profile) = arrived.profile() {
        wallet.note_names(arrived.world(), profile)?;
    }
    let (new, reports): (Vec<_>, Vec<_>) = arrived.into_holdings().into_iter().unzip();
    let kept = wallet.insert_holdings(new, now)?;
    let holdings = kept.into_iter().zip(reports);
    let holdings = holdings.map(|(holding, report)| ReceivedHolding {
        copies: holding.copies.clone(),
        holding,
        report,
    });
    let holdings: Vec<ReceivedHolding> = holdings.collect();
    for kept in &holdings {
        transfer::look_once(client, wallet, &kept.holding.id, now).await;
    }
    let notified = notify.send(client, NotificationEvent::Accepted).await;
    Ok(Received { holdings, notified })
}

/// Lets go of what arrived, and tells the issuer. What the issuer delivers later is forgotten with it,
/// and so is the grant for more copies, when it is for nothing else.
///
/// # Errors
/// [`StoreError`] when it could not be forgotten; nobody is told then.
pub async fn decline(
    client: &Client,
    wallet: &mut Wallet,
    arrived: Arrived,
) -> Result<Notified, StoreError> {
    let arrival = arrived.arrival();
    wallet.drop_arrival(&arrived.record(), &arrival.owed, arrival.grant.as_ref())?;
    let notify = arrived.notifications();
    Ok(notify.send(client, NotificationEvent::Deleted).await)
}

/// What an issuer wants to hear, and where.
pub(crate) struct Notifications {
    endpoint: Option<String>,
    ids: Vec<String>,
    token: Option<std::sync::Arc<fetch::Bearer>>,
}

impl Notifications {
    async fn send(&self, client: &Client, event: NotificationEvent) -> Notified {
        let (Some(endpoint), Some(token)) = (&self.endpoint, &self.token) else {
            return Notified::NotAsked;
        };
        let mut notified = Notified::NotAsked;
        for id in &self.ids {
            let request = NotificationRequest {
                notification_id: id.clone(),
                event,
                description: None,
            };
            let answer = client
                .post_json(
                    fetch::Purpose::Notification,
                    endpoint,
                    &request.to_value(),
                    Some(token),
                )
                .await;
            let taken = answer.is_ok_and(|answer| answer.is_success());
            notified = match (taken, notified) {
                (true, Notified::NotAsked | Notified::Sent) => Notified::Sent,
                (false, _) | (true, Notified::Failed) => Notified::Failed,
            };
        }
        notified
    }
}

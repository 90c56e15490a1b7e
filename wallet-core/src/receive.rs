//! Receiving: from an offer to holdings that are kept (OpenID4VCI 1.0, pre-authorized code). The
//! holder's side runs it.
//!
//! ```text
//! link ── read_offer ──▶ Offer ── (person confirms its origin) ── open ──▶ OpenOffer
//!   ── (person agrees) ── redeem ──▶ Arrived (verified, in memory) ── KeepConsent ── keep ──▶ Received
//!                                                                 └─ decline
//! ```
//! An offer says who issues and of what kind; terms and validity stand in the credential alone, and
//! are known only after its code is spent. So there are two consents: one to redeem, and one to keep,
//! which says whether somebody has seen what arrived ([`KeepConsent`]).
//!
//! Nothing is contacted before its origin is confirmed; nothing is kept that the verifier does not
//! accept; the numbers of the keys are on disk before the keys are used. An offer's code is good
//! once: what can fail without it is tried before it is spent.

mod credential;
mod error;
mod metadata;
mod offer;
mod preview;
mod token;

use fetch::Client;
use schemas::digest::Sha256Digest;
use schemas::message::{Confidential, Message as _};
use schemas::oid4vci::notification::{NotificationEvent, NotificationRequest};
use schemas::time::Timestamp;
use verifier::Report;

pub use error::{ImportFault, ReceiveError, Step};
pub use metadata::{Offered, OpenOffer};
pub use offer::{Offer, read_offer};
pub use preview::{Arrived, ArrivedPart};

use crate::consent::{ConsentMismatch, KeepConsent};
use crate::holding::{CopyId, Holding};
use crate::keys::PersonaIndex;
use crate::origin::Confirmed;
use crate::wallet::Wallet;

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
    /// The code that the world told the person by another way. Sent once, stored nowhere.
    pub tx_code: Option<Confidential>,
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
    metadata::fetch(client, offer, confirmed, now).await
}

/// Redeems an open offer: spends its code, proves the keys and verifies what arrives. Nothing is
/// kept but the numbers of the keys. `consent` is [`OpenOffer::digest`] of the same `wanted`.
///
/// # Errors
/// [`ReceiveError`]; the code of the offer may be spent then.
pub async fn redeem(
    client: &Client,
    wallet: &mut Wallet,
    open: OpenOffer,
    consent: &Sha256Digest,
    wanted: &Wanted,
    now: Timestamp,
) -> Result<Arrived, ReceiveError> {
    ConsentMismatch::require(open.digest(wanted), consent)?;
    let parts = open.chosen(&wanted.configurations)?;
    let tx_code = open.tx_code_to_send(wanted.tx_code.as_ref())?;
    let token = token::redeem(client, &open, tx_code).await?;
    let mut arrived = Arrived::new(&open, wanted.persona);
    for offered in parts {
        let count = open.copies(wanted.copies);
        // On disk before a key is used: a kill leaves a gap in the numbers and never a key twice.
        let keys = wallet.allocate_keys(wanted.persona, open.world(), count)?;
        let exchange = credential::Exchange {
            client,
            wallet,
            open: &open,
            now,
        };
        let issued = credential::request(&exchange, offered, &token, &keys).await;
        let issued = match issued {
            Ok(issued) => issued,
            Err(error) => {
                arrived
                    .notify(client, &token, NotificationEvent::Failure)
                    .await;
                return Err(error);
            }
        };
        arrived.expect_notification(issued.notification_id.clone());
        match credential::verify(&exchange, offered, issued, keys).await {
            Ok(part) => arrived.push(part),
            Err(error) => {
                arrived
                    .notify(client, &token, NotificationEvent::Failure)
                    .await;
                return Err(error);
            }
        }
    }
    arrived.finish(token);
    Ok(arrived)
}

/// Keeps what arrived, as far as `consent` goes, and tells the issuer.
///
/// # Errors
/// [`ReceiveError`]; the issuer is told then that nothing was kept.
pub async fn keep(
    client: &Client,
    wallet: &mut Wallet,
    arrived: Arrived,
    consent: KeepConsent,
    now: Timestamp,
) -> Result<Received, ReceiveError> {
    consent.require(arrived.digest())?;
    let notify = arrived.notifications();
    if let Some(profile) = arrived.profile()
        && let Err(error) = wallet.note_names(arrived.world(), profile)
    {
        notify.send(client, NotificationEvent::Failure).await;
        return Err(error.into());
    }
    let mut holdings = Vec::new();
    for (new, report) in arrived.into_holdings() {
        match wallet.insert_holding(new, now) {
            Ok(holding) => {
                let copies = holding.copies.clone();
                holdings.push(ReceivedHolding {
                    holding,
                    copies,
                    report,
                });
            }
            Err(error) => {
                notify.send(client, NotificationEvent::Failure).await;
                return Err(error.into());
            }
        }
    }
    let notified = notify.send(client, NotificationEvent::Accepted).await;
    Ok(Received { holdings, notified })
}

/// Lets go of what arrived, and tells the issuer.
pub async fn decline(client: &Client, arrived: Arrived) -> Notified {
    arrived
        .notifications()
        .send(client, NotificationEvent::Deleted)
        .await
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

//! What a world remembers of what it offers and issues: one narrow interface, and its records.

use std::future::Future;

use schemas::digest::Sha256Digest;
use schemas::offering::OfferFlow;
use schemas::oid4vci::offer::InputMode;
use schemas::receipt::UniqueId;
use schemas::records::{Approval, GrantRecord, GrantStatus};
use schemas::time::Timestamp;

use super::Answer;
use super::ledger::Mint;
use super::places::{Lot, Place};

/// How many wrong transaction codes end an offer.
pub(crate) const MAX_WRONG: u32 = 5;
/// How many logins may be under way.
pub(crate) const MOST_LOGINS: u32 = 10_000;

/// An offer to keep.
#[derive(Clone, Debug)]
pub(crate) struct NewOffer {
    /// Digest of the link.
    pub(crate) offer: Sha256Digest,
    /// Digest of the pre-authorized code, or of `issuer_state`: the flow says which.
    pub(crate) code: Sha256Digest,
    /// How a wallet comes by an access token.
    pub(crate) flow: OfferFlow,
    /// The second code.
    pub(crate) tx_code: Option<KeptTxCode>,
    /// By which the world's people find what comes of it.
    pub(crate) grant: UniqueId,
    /// Whether somebody has to approve it.
    pub(crate) approval: Option<Approval>,
    /// When it was made.
    pub(crate) made: Timestamp,
    /// `avatar` or `item`.
    pub(crate) kind: &'static str,
    /// The credential configurations, any of which a wallet may use.
    pub(crate) configurations: Vec<String>,
    /// What is issued, as JSON.
    pub(crate) template: String,
    /// How many copies may be issued in one batch.
    pub(crate) copies: u32,
    /// From when on it is worth nothing.
    pub(crate) expires: Timestamp,
}

/// A transaction code as it is kept: under the code of the offer, which is not kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct KeptTxCode {
    /// Of which characters it is.
    pub(crate) mode: InputMode,
    /// What is left of it.
    pub(crate) digest: Sha256Digest,
}

/// An offer that can still be taken up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenOffer {
    pub(crate) configurations: Vec<String>,
    pub(crate) flow: OfferFlow,
    pub(crate) tx_code: Option<InputMode>,
}

/// An access token to keep.
#[derive(Clone, Debug)]
pub(crate) struct NewToken {
    /// Digest of the token.
    pub(crate) token: Sha256Digest,
    /// From when on it is worth nothing.
    pub(crate) expires: Timestamp,
    /// The same where somebody has to approve first.
    pub(crate) expires_waiting: Timestamp,
    /// For another token later.
    pub(crate) refresh: Option<NewRefresh>,
    /// The configurations that `authorization_details` asked for; they are then named by identifiers.
    /// None when there were no such.
    pub(crate) asked: Vec<String>,
    /// To whom it is given, as the wallet calls itself; `None` to whoever says nothing.
    pub(crate) client: Option<Sha256Digest>,
}

impl NewToken {
    /// Until when anything of it may be good.
    pub(crate) fn lives_until(&self) -> Timestamp {
        let access = self.expires.max(self.expires_waiting);
        let refresh = self.refresh.map(|refresh| refresh.expires);
        refresh.map_or(access, |refresh| access.max(refresh))
    }
}

/// A refresh token to keep.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NewRefresh {
    /// Digest of the token.
    pub(crate) token: Sha256Digest,
    /// From when on it is worth nothing.
    pub(crate) expires: Timestamp,
}

/// How a credential request names what it wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// By its configuration.
    Configuration,
    /// By an identifier that the token response told.
    Identifier,
}

impl Naming {
    pub(crate) const fn id(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Identifier => "identifier",
        }
    }

    pub(crate) fn from_id(id: &str) -> Option<Self> {
        [Self::Configuration, Self::Identifier]
            .into_iter()
            .find(|naming| naming.id() == id)
    }
}

/// A token that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Given {
    /// From when on it is worth nothing.
    pub(crate) expires: Timestamp,
    /// What it permits.
    pub(crate) configurations: Vec<String>,
    /// How that is named.
    pub(crate) naming: Naming,
}

/// A pre-authorized code that came back.
#[derive(Clone, Debug)]
pub(crate) struct Redeeming {
    /// Its digest.
    pub(crate) code: Sha256Digest,
    /// The second code under it, when one was sent.
    pub(crate) tx_code: Option<Sha256Digest>,
    /// What is given for it.
    pub(crate) token: NewToken,
}

/// What became of a pre-authorized code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Redeemed {
    /// The token is good.
    Done(Given),
    /// Nobody was given this code, or its time is over.
    Unknown,
    /// It was redeemed before.
    Used,
    /// What was asked for is not offered.
    NotOffered,
    /// A second code is needed. Not counted.
    CodeMissing,
    /// There is no second code. Not counted.
    CodeUnexpected,
    /// The second code is another. Counted.
    CodeWrong,
    /// There were too many wrong ones.
    CodeLocked,
}

/// What an access token permits.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// Which configurations.
    pub(crate) configurations: Vec<String>,
    /// How they are named.
    pub(crate) naming: Naming,
    /// What is issued, as JSON.
    pub(crate) template: String,
    /// How many copies are left.
    pub(crate) copies: u32,
    /// What the world's people say, when they are to say something.
    pub(crate) approval: Option<Approval>,
    /// To whom it was given.
    pub(crate) client: Option<Sha256Digest>,
}

/// What a batch uses up, whether it is issued now or later.
#[derive(Clone, Debug)]
pub(crate) struct Spending {
    /// The access token.
    pub(crate) token: Sha256Digest,
    /// How many copies.
    pub(crate) copies: u32,
    /// The nonce that the proofs answered.
    pub(crate) nonce: Sha256Digest,
    /// Until when the nonce has to be remembered.
    pub(crate) nonce_expires: Timestamp,
}

/// What a batch is given.
#[derive(Clone, Debug)]
pub(crate) struct Issuance {
    /// By which the wallet says what became of it.
    pub(crate) notification: Sha256Digest,
    /// When the copies run out.
    pub(crate) valid_until: Timestamp,
    /// From which each copy gets a place in the status lists.
    pub(crate) lot: Lot,
    /// The item that comes to be with it.
    pub(crate) mint: Option<Mint>,
}

/// What became of a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// All of it is spent, and each copy has a place in the status lists that nobody else ever gets.
    Done(Vec<Place>),
    /// The lot held no free place for each: draw another.
    Crowded,
    /// An item came to be for this grant meanwhile: it is that one.
    Minted,
    /// There is an item of this class and number, of another grant.
    ItemExists,
    /// The grant was suspended or revoked meanwhile, or is not approved.
    Withdrawn,
    /// The nonce was answered before.
    NonceSpent,
    /// The token has fewer copies left, or its time is over.
    TooMany,
}

/// A batch that waits for approval.
#[derive(Clone, Debug)]
pub(crate) struct NewDeferral {
    /// Digest of the transaction id.
    pub(crate) transaction: Sha256Digest,
    /// In which form it was asked for.
    pub(crate) configuration: String,
    /// The holders, sealed under the transaction id, which is not kept.
    pub(crate) holders: Vec<u8>,
}

/// What became of a batch that was to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Deferred {
    /// It waits.
    Waits,
    /// The grant was suspended or revoked meanwhile, or nobody has to approve it.
    Withdrawn,
    /// The nonce was answered before.
    NonceSpent,
    /// The token has fewer copies left, or its time is over.
    TooMany,
}

/// A batch that waits, as far as one knows.
#[derive(Clone, Debug)]
pub(crate) struct Deferral {
    pub(crate) configuration: String,
    pub(crate) holders: Vec<u8>,
    pub(crate) copies: u32,
    pub(crate) template: String,
    pub(crate) approval: Option<Approval>,
    pub(crate) status: GrantStatus,
}

/// What became of collecting a batch that waited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Collected {
    /// Each copy has its place, and the batch waits no longer.
    Done(Vec<Place>),
    /// The lot held no free place for each: draw another.
    Crowded,
    /// An item came to be for this grant meanwhile: it is that one.
    Minted,
    /// There is an item of this class and number, of another grant.
    ItemExists,
    /// Not approved, not in force, or collected meanwhile.
    Gone,
}

/// A refresh token that came back.
#[derive(Clone, Debug)]
pub(crate) struct Refreshing {
    /// Its digest.
    pub(crate) refresh: Sha256Digest,
    /// What is given for it.
    pub(crate) token: NewToken,
    /// How long after a batch the next is given, in seconds.
    pub(crate) after: i64,
}

/// What became of a refresh token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Refreshed {
    /// The new tokens are good.
    Done(Given),
    /// Not given by us, given to somebody else, replaced, or its time is over.
    Unknown,
    /// The last batch is used up, and the next one is for later.
    TooEarly {
        /// From when on.
        at: Timestamp,
    },
    /// Suspended, or not approved.
    Withdrawn,
    /// Revoked.
    Revoked,
}

/// What became of an approval or a denial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Approved {
    /// It stands so, now or already.
    Done(GrantRecord),
    /// It was decided otherwise before.
    Otherwise,
    /// Nobody has to approve this one.
    NotAsked,
    /// There is no such grant.
    Unknown,
}

/// An authorization request that was pushed.
#[derive(Clone, Debug)]
pub(crate) struct NewAuthorization {
    /// Digest of its name.
    pub(crate) request: Sha256Digest,
    /// Digest of the ticket for the login page.
    pub(crate) ticket: Sha256Digest,
    /// Digests of client, redirect address and code verifier.
    pub(crate) client: Sha256Digest,
    pub(crate) redirect: Sha256Digest,
    pub(crate) challenge: Sha256Digest,
    /// What was asked, sealed under the ticket, which is not kept.
    pub(crate) asked: Vec<u8>,
    /// The offer from which the wallet came.
    pub(crate) offer: Option<Sha256Digest>,
    /// How the wallet will name what it wants.
    pub(crate) naming: Naming,
    /// From when on it is worth nothing.
    pub(crate) expires: Timestamp,
}

/// An offer whose `issuer_state` a wallet has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LoginOffer {
    pub(crate) offer: Sha256Digest,
    pub(crate) configurations: Vec<String>,
    pub(crate) grant: UniqueId,
}

/// A request that waits for the world's login page.
#[derive(Clone, Debug)]
pub(crate) struct Authorization {
    pub(crate) asked: Vec<u8>,
    /// What of the offer from which the wallet came.
    pub(crate) offer: Option<LoginOffer>,
    pub(crate) expires: Timestamp,
}

/// What somebody who has logged in is granted.
#[derive(Clone, Debug)]
pub(crate) struct NewCode {
    /// Digest of the ticket.
    pub(crate) ticket: Sha256Digest,
    /// Digest of the code.
    pub(crate) code: Sha256Digest,
    /// The configurations.
    pub(crate) configurations: Vec<String>,
    /// What is granted; `None` for the offer from which the wallet came.
    pub(crate) offer: Option<NewOffer>,
    /// From when on the code is worth nothing.
    pub(crate) expires: Timestamp,
}

/// An authorization code that came back.
#[derive(Clone, Debug)]
pub(crate) struct CodeRedeeming {
    /// Its digest, and those of what came with it.
    pub(crate) code: Sha256Digest,
    pub(crate) client: Sha256Digest,
    pub(crate) redirect: Sha256Digest,
    pub(crate) challenge: Sha256Digest,
    /// What is given for it.
    pub(crate) token: NewToken,
}

/// What became of an authorization code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CodeRedeemed {
    /// The token is good.
    Done(Given),
    /// Nobody was given this code, or its time is over.
    Unknown,
    /// It is another client's, or for another address, or the verifier is another.
    Mismatch,
    /// It was redeemed before.
    Used,
    /// What was asked for is not granted.
    NotOffered,
}

/// What a world remembers of what it offers and issues. Every method is one transaction.
pub(crate) trait Offers: Clone + Send + Sync + 'static {
    /// Keeps an offer.
    fn add_offer(&self, offer: &NewOffer) -> impl Future<Output = Answer<()>> + Send;

    /// The offer of this link, as long as it can be taken up.
    fn open_offer(
        &self,
        offer: Sha256Digest,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Option<OpenOffer>>> + Send;

    /// Redeems a pre-authorized code for a token: at most once, and with the second code when there
    /// is one. A wrong second code is counted before anybody hears that it is wrong.
    fn redeem(
        &self,
        redeeming: &Redeeming,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Redeemed>> + Send;

    /// Takes a refresh token for another access token. The one before the newest is good until the
    /// newest was used, or the access token that came with it, for answers get lost. One that was
    /// replaced before is a copy: it ends all tokens of its line.
    fn refresh(
        &self,
        refreshing: &Refreshing,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Refreshed>> + Send;

    /// What a live access token permits.
    fn grant(
        &self,
        token: Sha256Digest,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Option<Grant>>> + Send;

    /// Spends a nonce and copies of a token and gives each copy its place in the status lists: all
    /// or nothing. Before anything is signed, so that a place is lost in a crash and never given twice.
    fn spend(
        &self,
        spending: &Spending,
        issuance: &Issuance,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Taken>> + Send;

    /// Spends a nonce and copies of a token for a batch that waits for approval.
    fn defer(
        &self,
        spending: &Spending,
        deferral: &NewDeferral,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Deferred>> + Send;

    /// The batch that waits under this transaction id, for this token alone.
    fn deferral(
        &self,
        transaction: Sha256Digest,
        token: Sha256Digest,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Option<Deferral>>> + Send;

    /// Collects a batch that was approved: at most once.
    fn collect(
        &self,
        transaction: Sha256Digest,
        token: Sha256Digest,
        issuance: &Issuance,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Collected>> + Send;

    /// Approves or denies a grant that waits for it: once.
    fn approve(
        &self,
        grant: &str,
        approval: Approval,
    ) -> impl Future<Output = Answer<Approved>> + Send;

    /// Notes what a wallet says became of credentials. False when the id is not of this token.
    fn note(
        &self,
        notification: Sha256Digest,
        token: Sha256Digest,
        event: &'static str,
    ) -> impl Future<Output = Answer<bool>> + Send;

    /// The offer with this `issuer_state`, as long as it can be taken up.
    fn login_offer(
        &self,
        issuer_state: Sha256Digest,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Option<LoginOffer>>> + Send;

    /// Keeps an authorization request that was pushed. False when there are too many.
    fn add_authorization(
        &self,
        authorization: &NewAuthorization,
    ) -> impl Future<Output = Answer<bool>> + Send;

    /// Sends a request on to the login page, for its client only; again to whoever loads the page again,
    /// with no more time than before, until it was decided on.
    fn begin_login(
        &self,
        request: Sha256Digest,
        client: Sha256Digest,
        until: Timestamp,
        now: Timestamp,
    ) -> impl Future<Output = Answer<bool>> + Send;

    /// The request that waits for the login page.
    fn authorization(
        &self,
        ticket: Sha256Digest,
        now: Timestamp,
    ) -> impl Future<Output = Answer<Option<Authorization>>> + Send;

    /// Grants what somebody who has logged in asked for: at most once. False when the request is not
    /// waiting any more, or the offer from which the wallet came was taken up meanwhile.
    fn grant_authorization(
        &self,
        code: &NewCode,
        now: Timestamp,
    ) -> impl Future<Output = Answer<bool>> + Send;

    /// Refuses it: at most once. False when it is not waiting any more.
    fn refuse_authorization(
        &self,
        ticket: Sha256Digest,
        now: Timestamp,
    ) -> impl Future<Output = Answer<bool>> + Send;

    /// Redeems an authorization code for a token: at most once, for whoever asked for it. One that is
    /// redeemed again ends what came of it.
    fn redeem_authorization(
        &self,
        redeeming: &CodeRedeeming,
        now: Timestamp,
    ) -> impl Future<Output = Answer<CodeRedeemed>> + Send;
}

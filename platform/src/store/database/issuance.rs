//! The issuing half of the store.

use schemas::digest::Sha256Digest;
use schemas::records::Approval;
use schemas::time::Timestamp;

use super::transaction::in_transaction;
use super::{Database, authorizations, deferrals, offers, refills};
use crate::store::Answer;
use crate::store::offers::{
    Approved, Authorization, CodeRedeemed, CodeRedeeming, Collected, Deferral, Deferred, Grant,
    Issuance, LoginOffer, MOST_LOGINS, NewAuthorization, NewCode, NewDeferral, NewOffer, Offers,
    OpenOffer, Redeemed, Redeeming, Refreshed, Refreshing, Spending, Taken,
};

impl Offers for Database {
    async fn add_offer(&self, offer: &NewOffer) -> Answer<()> {
        in_transaction!(self, open => offers::add(open, offer))
    }

    async fn open_offer(&self, offer: Sha256Digest, now: Timestamp) -> Answer<Option<OpenOffer>> {
        offers::open(self, offer, now).await
    }

    async fn redeem(&self, redeeming: &Redeeming, now: Timestamp) -> Answer<Redeemed> {
        in_transaction!(self, open => offers::redeem(open, redeeming, now))
    }

    async fn refresh(&self, refreshing: &Refreshing, now: Timestamp) -> Answer<Refreshed> {
        in_transaction!(self, open => refills::refresh(open, refreshing, now))
    }

    async fn grant(&self, token: Sha256Digest, now: Timestamp) -> Answer<Option<Grant>> {
        offers::grant(self, token, now).await
    }

    async fn spend(
        &self,
        spending: &Spending,
        issuance: &Issuance,
        now: Timestamp,
    ) -> Answer<Taken> {
        in_transaction!(self, open => offers::spend(open, spending, issuance, now))
    }

    async fn defer(
        &self,
        spending: &Spending,
        deferral: &NewDeferral,
        now: Timestamp,
    ) -> Answer<Deferred> {
        in_transaction!(self, open => deferrals::defer(open, spending, deferral, now))
    }

    async fn deferral(
        &self,
        transaction: Sha256Digest,
        token: Sha256Digest,
        now: Timestamp,
    ) -> Answer<Option<Deferral>> {
        deferrals::find(self, transaction, token, now).await
    }

    async fn collect(
        &self,
        transaction: Sha256Digest,
        token: Sha256Digest,
        issuance: &Issuance,
        now: Timestamp,
    ) -> Answer<Collected> {
        in_transaction!(self, open => deferrals::collect(open, transaction, token, issuance, now))
    }

    async fn approve(&self, grant: &str, approval: Approval) -> Answer<Approved> {
        in_transaction!(self, open => deferrals::approve(open, grant, approval))
    }

    async fn note(
        &self,
        notification: Sha256Digest,
        token: Sha256Digest,
        event: &'static str,
    ) -> Answer<bool> {
        offers::note(self, notification, token, event).await
    }

    async fn login_offer(
        &self,
        issuer_state: Sha256Digest,
        now: Timestamp,
    ) -> Answer<Option<LoginOffer>> {
        authorizations::login_offer(self, issuer_state, now).await
    }

    async fn add_authorization(&self, authorization: &NewAuthorization) -> Answer<bool> {
        authorizations::add(self, authorization, MOST_LOGINS).await
    }

    async fn begin_login(
        &self,
        request: Sha256Digest,
        client: Sha256Digest,
        until: Timestamp,
        now: Timestamp,
    ) -> Answer<bool> {
        authorizations::show(self, request, client, until, now).await
    }

    async fn authorization(
        &self,
        ticket: Sha256Digest,
        now: Timestamp,
    ) -> Answer<Option<Authorization>> {
        authorizations::find(self, ticket, now).await
    }

    async fn grant_authorization(&self, code: &NewCode, now: Timestamp) -> Answer<bool> {
        in_transaction!(self, open => authorizations::grant(open, code, now))
    }

    async fn refuse_authorization(&self, ticket: Sha256Digest, now: Timestamp) -> Answer<bool> {
        authorizations::refuse(self, ticket, now).await
    }

    async fn redeem_authorization(
        &self,
        redeeming: &CodeRedeeming,
        now: Timestamp,
    ) -> Answer<CodeRedeemed> {
        in_transaction!(self, open => authorizations::redeem(open, redeeming, now))
    }
}

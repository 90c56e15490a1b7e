//! What the ledger answers to those who ask for one item, compared with its log.

use proofs::ledger::verify_receipt;
use proofs::tlog::TlogError;
use proofs::tlog::note::NoteKey;
use proofs::tlog::proof::UnverifiedTlogProof;
use schemas::digest::Sha256Digest;
use schemas::json::{Limits, read};
use schemas::ledger::{HeadDocument, ItemTag};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;

use super::leaves::At;
use super::source::Source;
use super::weighing::{Held, Signed};
use super::{HeadsAsked, Monitor, MonitorError, Observation, Pass};

/// The most bytes of a head document.
const MAX_HEAD: usize = 512 * 1024;
/// Items whose names are read at a time.
const PAGE: u32 = 256;
/// How long a leaf that was shown may be missing in the log, in seconds.
pub(super) const PATIENCE: i64 = 300;

impl<S: Source> Monitor<S> {
    /// Compares heads with the log. One that cannot be read holds up none of the others, so that a ledger
    /// that does not answer for one item hides nothing else.
    ///
    /// # Errors
    /// [`MonitorError`]: of heads that were not read the first, when all was compared.
    pub(super) async fn compare_heads(
        &mut self,
        asked: HeadsAsked,
        now: Timestamp,
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let mut unread = None;
        let mut left = match asked {
            HeadsAsked::All => {
                self.cursor = None;
                u32::MAX
            }
            HeadsAsked::Some(count) => {
                // Those that were further than the log, and still are.
                for item in self.index.items_ahead(PAGE).await? {
                    self.try_head(item, now, pass, &mut unread).await?;
                }
                count
            }
        };
        while left > 0 {
            let items = self.index.items_after(self.cursor, left.min(PAGE)).await?;
            let Some(last) = items.last() else {
                // From the beginning in the next pass.
                self.cursor = None;
                break;
            };
            self.cursor = Some(*last);
            left = left.saturating_sub(u32::try_from(items.len()).unwrap_or(u32::MAX));
            for item in items {
                self.try_head(item, now, pass, &mut unread).await?;
            }
        }
        for (item, seq) in self.index.not_logged(now.plus_seconds(-PATIENCE)).await? {
            let what = format!("step {seq} of item {item} was shown and is not in the log");
            pass.observe(Observation::new(Reason::LogProofMissing, what));
        }
        unread.map_or(Ok(()), Err)
    }

    /// Compares a head; keeps the first reason why one was not read.
    async fn try_head(
        &mut self,
        item: ItemTag,
        now: Timestamp,
        pass: &mut Pass,
        unread: &mut Option<MonitorError>,
    ) -> Result<(), MonitorError> {
        match self.compare_head(item, now, pass).await {
            Ok(()) => pass.heads += 1,
            Err(error @ MonitorError::Read(..)) => {
                unread.get_or_insert(error);
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }

    async fn compare_head(
        &mut self,
        item: ItemTag,
        now: Timestamp,
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let name = format!("head of item {item}");
        let bytes = match self
            .source
            .get(&format!("items/{item}/head"), MAX_HEAD)
            .await
        {
            Ok(bytes) => bytes,
            Err(reason @ Reason::NotFound) => {
                pass.observe(Observation::new(reason, format!("{name} is not served")));
                return Ok(());
            }
            Err(reason) => return Err(MonitorError::Read("the head of an item", reason)),
        };
        self.keys.fall_behind();
        let document = read(&bytes, &Limits::message()).ok();
        let document = document.and_then(|value| HeadDocument::from_value(&value).ok());
        let Some(document) = document else {
            pass.observe(Observation::new(
                Reason::HeadInvalid,
                format!("{name} cannot be read"),
            ));
            return Ok(());
        };
        let claims = document.leaf.claims();
        let receipt = document.receipt.claims();
        let fits = claims.item == item
            && receipt.ledger == self.ledger
            && receipt.speaks_of(&document.leaf);
        if !fits {
            pass.observe(Observation::new(
                Reason::HeadInvalid,
                format!("{name} contradicts itself"),
            ));
            return Ok(());
        }
        let key = self
            .keys
            .key(document.receipt.kid(), receipt.issued, now)
            .await?;
        let signed = key.and_then(|key| {
            let receipt = verify_receipt(document.receipt.clone(), &key);
            receipt.map_err(|error| error.reason())
        });
        if let Err(reason) = signed {
            pass.observe(Observation::new(
                reason,
                format!("{name} has a receipt of nobody"),
            ));
            return Ok(());
        }
        let mut write = self.index.begin().await?;
        if self
            .judge(&mut write, &document.leaf, At::Head, &name, pass)
            .await?
        {
            write.show_leaf(&document.leaf, now).await?;
        }
        let newest = write.newest(item).await?;
        write.commit().await?;
        // The log was read before: a head that was asked for after it is not older.
        if newest.is_some_and(|newest| newest > claims.seq) {
            let what = format!("{name} is behind the log");
            pass.observe(Observation::new(Reason::HeadStale, what));
        }
        match &document.proof {
            None => Ok(()),
            Some(proof) => {
                let hash = Sha256Digest::from_bytes(*document.leaf.hash().as_bytes());
                self.compare_proof(&name, proof, &hash, pass).await
            }
        }
    }

    /// The checkpoint of a proof is one that the ledger signed like any other.
    async fn compare_proof(
        &mut self,
        name: &str,
        proof: &str,
        leaf: &Sha256Digest,
        pass: &mut Pass,
    ) -> Result<(), MonitorError> {
        let read = UnverifiedTlogProof::read(proof);
        let origin = self.origin.clone();
        let now = self.clock.now();
        let verify = |keys: &[NoteKey]| read.clone()?.verify(leaf, &origin, keys);
        let mut keys = self.keys.of_log(now).await?;
        let mut verified = verify(&keys);
        if verified == Err(TlogError::Unsigned) && self.keys.renew(now).await? {
            keys = self.keys.of_log(now).await?;
            verified = verify(&keys);
        }
        match verified {
            Err(error) => {
                let what = format!("the proof of {name}: {error}");
                pass.observe(Observation::new(error.reason(), what));
                Ok(())
            }
            Ok(verified) => {
                let signed = Signed {
                    held: Some(Held {
                        index: verified.index(),
                        leaf: *leaf,
                        path: verified.path().to_vec(),
                    }),
                    ..Signed::new(verified.checkpoint(), &keys)
                };
                // Of an older checkpoint it is no step back.
                self.weigh(&signed, pass).await.map(drop)
            }
        }
    }
}

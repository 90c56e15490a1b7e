//! What the log asks its witnesses (C2SP tlog-witness): a cosignature of each new checkpoint, with the
//! proof that it begins with the one that the witness cosigned last; and another one of the newest
//! checkpoint when the one that there is gets old.
//!
//! A witness that does not answer keeps nobody waiting for long: it is left alone for a while, and the
//! checkpoint is shown without it until it is back. How many are enough is for those who read the log.
//! Of what a witness says the newest line is kept, and nothing that is not its own.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fetch::{Client, Policy, Purpose, Times};
use proofs::tlog::checkpoint::VerifiedCheckpoint;
use proofs::tlog::note::{NoteKey, NoteSignature};
use proofs::tlog::request::AddCheckpoint;
use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use schemas::web_url::WebUrl;
use schemas::world::WorldId;

/// How long a witness may take, from its name to the last byte.
const TIME: Duration = Duration::from_secs(3);
/// How long one that failed is left alone, in seconds; twice as long each time that it fails again.
const REST: i64 = 20;
/// The longest that one is left alone, in seconds.
const LONGEST_REST: i64 = 640;
/// How old a cosignature gets before another one is asked for, in seconds.
const RENEWED: i64 = 3600;
/// How far the clock of a witness may be ahead, in seconds: readers pass over what is from later.
const AHEAD: i64 = 60;
/// How often one is asked for one checkpoint, each time with the size that it says it has.
const ROUNDS: usize = 3;

/// A witness, and what the log remembers of it.
#[derive(Debug)]
struct Asked {
    url: WebUrl,
    key: NoteKey,
    memory: Mutex<Memory>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Memory {
    /// How large the tree was that it cosigned last.
    size: u64,
    /// How often it failed, one time after the other.
    failures: u32,
    rest: Option<Rest>,
}

/// That a witness is left alone.
#[derive(Clone, Copy, Debug)]
struct Rest {
    until: Timestamp,
    /// Only for trees smaller than this: it has seen a larger one.
    below: Option<u64>,
}

/// Why there is no cosignature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum NoLine {
    /// The witness has cosigned a larger tree of this log, of so many leaves.
    Behind(u64),
    /// It failed, or does not want to.
    Failed(Reason),
}

/// The witnesses of a log.
#[derive(Debug)]
pub(crate) struct Witnesses {
    client: Client,
    asked: Vec<Asked>,
}

/// Makes the consistency proof between two sizes of the log.
pub(crate) trait Prove {
    /// The proof that the tree of `old` leaves is the beginning of that of `new`.
    fn consistency(
        &self,
        old: u64,
        new: u64,
    ) -> impl Future<Output = Option<Vec<Sha256Digest>>> + Send;
}

impl Witnesses {
    /// The witnesses of a configuration. Only their own origins are opened beyond the public internet:
    /// what is on this machine or at another port is named there.
    pub(crate) fn new(places: impl IntoIterator<Item = (WebUrl, NoteKey)>) -> Self {
        let asked: Vec<Asked> = places
            .into_iter()
            .map(|(url, key)| Asked {
                url,
                key: key.kept(),
                memory: Mutex::default(),
            })
            .collect();
        let origins: Vec<WorldId> = asked.iter().map(|one| one.url.world().clone()).collect();
        let times = Times {
            connect: TIME,
            did_document: TIME,
            total: TIME,
        };
        let policy = Policy::for_worlds(&origins);
        Self {
            client: Client::configured(policy, times, std::sync::Arc::new(fetch::SystemResolver)),
            asked,
        }
    }

    /// Whether there are none.
    pub(crate) const fn is_empty(&self) -> bool {
        self.asked.is_empty()
    }

    /// The lines of these witnesses for a checkpoint as the log signed it: of those that were kept of it,
    /// and of those that are asked now, because they said nothing yet or long ago. All are asked at
    /// once; it comes back when each has answered or had its time. Each line is checked, and of one key
    /// there is one, the newest.
    pub(crate) async fn cosign(
        &self,
        checkpoint: &VerifiedCheckpoint,
        kept: &str,
        prove: &(impl Prove + Sync),
        now: Timestamp,
    ) -> String {
        let before = checkpoint.note().signatures().len();
        let asked = self.asked.iter().map(|one| async move {
            let mut alone = checkpoint.clone();
            // What cannot be used of what was kept is asked for anew.
            let _ = alone.add_cosignatures(kept, &one.key);
            if !one.is_fresh(&alone, now) && !one.rests(checkpoint.head().size, now) {
                let lines = self.ask(one, checkpoint, prove).await;
                let cosigned = lines.and_then(|lines| {
                    let added = alone.add_cosignatures(&lines, &one.key);
                    added.map_err(|error| NoLine::Failed(error.reason()))
                });
                one.heard(cosigned, &alone, now);
            }
            alone
        });
        let mut cosigned = checkpoint.clone();
        for (alone, one) in joined(asked.collect()).await.iter().zip(&self.asked) {
            for line in alone.note().signatures().iter().skip(before) {
                // It was checked by itself; a note that is full takes no more.
                let _ = cosigned.add_cosignatures(&line.to_string(), &one.key);
            }
        }
        let lines = cosigned.note().signatures().iter().skip(before);
        lines.map(NoteSignature::to_string).collect()
    }

    /// What one answers: asked with the size that it is known to have, and again with the size that it
    /// says.
    async fn ask(
        &self,
        one: &Asked,
        checkpoint: &VerifiedCheckpoint,
        prove: &(impl Prove + Sync),
    ) -> Result<String, NoLine> {
        let url = format!("{}/add-checkpoint", one.url.as_str().trim_end_matches('/'));
        let new = checkpoint.head().size;
        let mut old = one.memory().size.min(new);
        for _ in 0..ROUNDS {
            let path = prove.consistency(old, new).await;
            let path = path.ok_or(NoLine::Failed(Reason::LogProofInvalid))?;
            let request = AddCheckpoint::new(old, path, checkpoint).to_string();
            let answer = self.client.post_text(Purpose::Log, &url, request).await;
            let answer = answer.map_err(|error| NoLine::Failed(error.reason()))?;
            let text = str::from_utf8(answer.body()).unwrap_or_default();
            match answer.status() {
                200 => return Ok(text.to_owned()),
                409 => {
                    let said = text.strip_suffix('\n').and_then(|text| text.parse().ok());
                    let said = said.ok_or(NoLine::Failed(Reason::LogMalformed))?;
                    if said == old {
                        // The size fits: it is the tree that does not (tlog-witness 1.0.0).
                        return Err(NoLine::Failed(Reason::LogProofInvalid));
                    }
                    old = said;
                    if old > new {
                        return Err(NoLine::Behind(old));
                    }
                }
                404 | 403 => return Err(NoLine::Failed(Reason::LogUntrusted)),
                422 => return Err(NoLine::Failed(Reason::LogProofInvalid)),
                _ => return Err(NoLine::Failed(Reason::WorldUnreachable)),
            }
        }
        // Another process of this log is always faster.
        Err(NoLine::Behind(old))
    }
}

impl Asked {
    fn memory(&self) -> Memory {
        *self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether what it said of a checkpoint is good for a while.
    fn is_fresh(&self, checkpoint: &VerifiedCheckpoint, now: Timestamp) -> bool {
        let said = checkpoint.cosignatures(std::slice::from_ref(&self.key));
        said.unwrap_or_default().iter().any(|line| {
            let age = now.seconds_since(line.at());
            (-AHEAD..RENEWED).contains(&age)
        })
    }

    /// Whether it is not to be asked for a tree of this size.
    fn rests(&self, size: u64, now: Timestamp) -> bool {
        self.memory()
            .rest
            .is_some_and(|rest| now < rest.until && rest.below.is_none_or(|below| size < below))
    }

    /// Remembers what came of asking.
    fn heard(&self, cosigned: Result<(), NoLine>, checkpoint: &VerifiedCheckpoint, now: Timestamp) {
        let is_fresh = self.is_fresh(checkpoint, now);
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let below = match cosigned {
            Ok(()) => {
                memory.size = checkpoint.head().size;
                None
            }
            Err(NoLine::Behind(size)) => {
                tracing::info!(witness = %self.key.name(), size, "it has cosigned a later checkpoint");
                memory.size = size;
                Some(size)
            }
            Err(NoLine::Failed(reason)) => {
                tracing::warn!(witness = %self.key.name(), %reason, "no cosignature");
                None
            }
        };
        if is_fresh {
            memory.failures = 0;
            memory.rest = None;
            return;
        }
        // Also one whose clock is wrong: its line is old before it is here.
        let rest = REST << memory.failures.min(5);
        memory.failures = memory.failures.saturating_add(1);
        memory.rest = Some(Rest {
            until: now.plus_seconds(rest.min(LONGEST_REST)),
            below,
        });
    }
}

/// Waits for all of them, side by side.
async fn joined<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut futures: Vec<_> = futures.into_iter().map(Box::pin).collect();
    let mut outputs: Vec<Option<F::Output>> = futures.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        let mut waiting = false;
        for (future, output) in futures.iter_mut().zip(&mut outputs) {
            if output.is_some() {
                continue;
            }
            match future.as_mut().poll(context) {
                std::task::Poll::Ready(value) => *output = Some(value),
                std::task::Poll::Pending => waiting = true,
            }
        }
        match waiting {
            true => std::task::Poll::Pending,
            false => std::task::Poll::Ready(()),
        }
    })
    .await;
    outputs.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;

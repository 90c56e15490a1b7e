//! The bundle that a world without a network lives by. Read anew when its file changes; one that cannot
//! be used leaves the one before in force, until that one ends.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use schemas::bundle::MAX_BUNDLE_BYTES;
use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::bundle::VerifiedBundle;
use verifier::{Evidence, Policy};

use crate::files::{FileError, Stamp};

/// A bundle, and the file that it comes from.
#[derive(Debug)]
pub(crate) struct Held {
    file: PathBuf,
    now: RwLock<Arc<InForce>>,
}

#[derive(Clone, Debug)]
struct InForce {
    text: Arc<str>,
    digest: Sha256Digest,
    opened: Opened,
    /// How the file looked when it was read for the second time: one that is being written when it is
    /// read for the first time may look alike a moment later.
    stamp: Option<Stamp>,
    /// Why the file as it is now is not the bundle in force.
    refused: Option<Refused>,
}

/// What came of opening a bundle by a policy.
#[derive(Clone, Debug)]
struct Opened {
    policy: Arc<Policy>,
    found: Result<Contents, Reason>,
}

#[derive(Clone, Debug)]
struct Contents {
    evidence: Evidence,
    made: Timestamp,
    until: Timestamp,
}

/// A file that is not the bundle.
#[derive(Clone, Debug)]
struct Refused {
    reason: Reason,
    digest: Option<Sha256Digest>,
    policy: Arc<Policy>,
}

/// Why there is no bundle to begin with.
#[derive(Debug)]
pub(crate) enum Unread {
    File(FileError),
    Bundle(Reason),
}

/// What became of looking at the file of the bundle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BundleReload {
    /// It is as it was.
    Same,
    /// Another bundle is in force from here on.
    Replaced,
    /// It cannot be used; the bundle that was in force stays, until it ends.
    Refused(Reason),
}

impl Held {
    /// Reads a bundle to begin with.
    pub(crate) fn read(
        file: &Path,
        policy: &Arc<Policy>,
        seen: &Evidence,
        now: Timestamp,
    ) -> Result<Self, Unread> {
        let (text, _) = read_file(file)?;
        let found = open(&text, policy, seen, now).map_err(Unread::Bundle)?;
        Ok(Self {
            file: file.to_owned(),
            now: RwLock::new(Arc::new(InForce {
                digest: Sha256Digest::of(text.as_bytes()),
                text: text.into(),
                opened: Opened {
                    policy: Arc::clone(policy),
                    found: Ok(found),
                },
                stamp: None,
                refused: None,
            })),
        })
    }

    /// What it says by a policy; nothing outside its time, or when the policy does not name its maker.
    pub(crate) fn evidence(
        &self,
        policy: &Arc<Policy>,
        seen: &Evidence,
        now: Timestamp,
    ) -> Evidence {
        let standing = self.standing();
        let opened = if Arc::ptr_eq(&standing.opened.policy, policy) {
            standing.opened.clone()
        } else {
            // Somebody who has begun by an older policy, or the first by a newer one.
            Opened {
                policy: Arc::clone(policy),
                found: open(&standing.text, policy, seen, now),
            }
        };
        let latest = now.plus_seconds(policy.limits().clock_skew);
        match opened.found {
            Ok(contents) if contents.made <= latest && now < contents.until => {
                seen.dates().merged(contents.evidence)
            }
            _ => seen.dates(),
        }
    }

    /// Looks at the file again, and at the bundle in force when the policy is another.
    pub(crate) fn reload(
        &self,
        policy: &Arc<Policy>,
        seen: &Evidence,
        now: Timestamp,
    ) -> BundleReload {
        self.reopen(policy, seen, now);
        let before = self.standing();
        if before.refused.is_none()
            && before.stamp.is_some()
            && Stamp::of(&self.file) == before.stamp
        {
            return BundleReload::Same;
        }
        let (text, stamp) = match read_file(&self.file) {
            Ok(read) => read,
            Err(unread) => return self.refuse(&before, unread.reason(), None, policy),
        };
        let digest = Sha256Digest::of(text.as_bytes());
        if digest == before.digest {
            self.replace(InForce {
                stamp,
                refused: None,
                ..InForce::clone(&before)
            });
            return BundleReload::Same;
        }
        if let Some(refused) = &before.refused
            && refused.digest == Some(digest)
            && Arc::ptr_eq(&refused.policy, policy)
            // What was made too late for now may be in time later.
            && refused.reason != Reason::BundleExpired
        {
            return BundleReload::Refused(refused.reason);
        }
        match open(&text, policy, seen, now) {
            Ok(contents) => {
                tracing::warn!(%digest, until = %contents.until, "another bundle is in force");
                self.replace(InForce {
                    text: text.into(),
                    digest,
                    opened: Opened {
                        policy: Arc::clone(policy),
                        found: Ok(contents),
                    },
                    stamp: None,
                    refused: None,
                });
                BundleReload::Replaced
            }
            Err(reason) => self.refuse(&before, reason, Some(digest), policy),
        }
    }

    /// Opens the bundle in force by a policy that is new.
    fn reopen(&self, policy: &Arc<Policy>, seen: &Evidence, now: Timestamp) {
        let before = self.standing();
        if Arc::ptr_eq(&before.opened.policy, policy) {
            return;
        }
        let found = open(&before.text, policy, seen, now);
        if let Err(reason) = &found {
            tracing::error!(
                reason = reason.code(),
                "the policy in force does not allow the bundle: nothing is known of the outside"
            );
        }
        self.replace(InForce {
            opened: Opened {
                policy: Arc::clone(policy),
                found,
            },
            ..InForce::clone(&before)
        });
    }

    fn refuse(
        &self,
        before: &InForce,
        reason: Reason,
        digest: Option<Sha256Digest>,
        policy: &Arc<Policy>,
    ) -> BundleReload {
        let known = before.refused.as_ref();
        // Said once, not each second.
        if known.is_none_or(|known| known.reason != reason || known.digest != digest) {
            tracing::error!(
                reason = reason.code(),
                "the bundle was changed and is not used; the one before stays in force"
            );
        }
        self.replace(InForce {
            refused: Some(Refused {
                reason,
                digest,
                policy: Arc::clone(policy),
            }),
            ..before.clone()
        });
        BundleReload::Refused(reason)
    }

    fn standing(&self) -> Arc<InForce> {
        Arc::clone(&self.now.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn replace(&self, next: InForce) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(next);
    }
}

impl Unread {
    const fn reason(&self) -> Reason {
        match self {
            Self::File(error) => error.reason(),
            Self::Bundle(reason) => *reason,
        }
    }
}

fn open(text: &str, policy: &Policy, seen: &Evidence, now: Timestamp) -> Result<Contents, Reason> {
    let bundle = VerifiedBundle::verify(text, policy, now).map_err(|error| error.reason())?;
    let (evidence, unpacked) = bundle.unpack_after(seen, policy);
    let lost = unpacked.iter().filter(|one| one.outcome.is_err()).count();
    if lost > 0 {
        tracing::warn!(
            lost,
            "not everything in the bundle is used; look with `bundle verify`"
        );
    }
    Ok(Contents {
        evidence,
        made: bundle.claims().made,
        until: bundle.claims().until,
    })
}

fn read_file(path: &Path) -> Result<(String, Option<Stamp>), Unread> {
    let io = |error: std::io::Error| {
        Unread::File(FileError::Io {
            path: path.to_owned(),
            kind: error.kind(),
        })
    };
    let stamp = Stamp::of(path);
    let file = File::open(path).map_err(io)?;
    let most = u64::try_from(MAX_BUNDLE_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(io)?;
    let text = String::from_utf8(bytes).map_err(|_| Unread::Bundle(Reason::BundleInvalid))?;
    Ok((text, stamp))
}

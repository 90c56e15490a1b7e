//! The trust policy that is in force. Read anew when its file changes; one that cannot be read leaves
//! the old one in force, and the world says so.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::{Policy, PolicyError};

use crate::files::{self, FileError, Stamp};

/// The policy of a world, and the file that it comes from.
#[derive(Debug)]
pub(crate) struct Believing {
    file: PathBuf,
    /// Replaced whole: whoever has begun to judge by one policy ends with it.
    now: RwLock<InForce>,
    /// How the file looked when somebody looked from time to time.
    looked: Mutex<Option<Stamp>>,
}

/// A policy with where it stands.
#[derive(Clone, Debug)]
pub(crate) struct InForce {
    pub(crate) policy: Arc<Policy>,
    /// Of the file that it was read from.
    pub(crate) digest: Sha256Digest,
    pub(crate) loaded: Timestamp,
    /// Why the file as it is now is not the policy in force.
    pub(crate) refused: Option<Refused>,
}

/// A file that is not the policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    pub(crate) reason: Reason,
    /// Of the text; `None` when there was none to read.
    digest: Option<Sha256Digest>,
}

/// Why there is no policy to begin with.
#[derive(Debug)]
pub(crate) enum Unread {
    File(FileError),
    Policy(PolicyError),
}

/// What became of looking at the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PolicyReload {
    /// It is as it was.
    Same,
    /// Another policy is in force from here on.
    Replaced,
    /// It cannot be used; the policy that was in force stays.
    Refused(Reason),
}

impl Believing {
    pub(crate) fn read(file: &Path, now: Timestamp) -> Result<Self, Unread> {
        let text = files::read_text(file).map_err(Unread::File)?;
        let policy = Policy::from_toml(&text).map_err(Unread::Policy)?;
        Ok(Self {
            file: file.to_owned(),
            now: RwLock::new(InForce {
                policy: Arc::new(policy),
                digest: Sha256Digest::of(text.as_bytes()),
                loaded: now,
                refused: None,
            }),
            looked: Mutex::new(None),
        })
    }

    /// The policy in force: for one whole judgment.
    pub(crate) fn policy(&self) -> Arc<Policy> {
        Arc::clone(&self.standing().policy)
    }

    pub(crate) fn standing(&self) -> InForce {
        let standing = self.now.read().unwrap_or_else(PoisonError::into_inner);
        standing.clone()
    }

    /// Looks at the file from time to time: one that changed since the look before may still be being
    /// written, and what stands there so far may be a whole policy that believes more than is meant.
    /// It is read when it has stood still from one look to the next.
    pub(crate) fn look(&self, now: Timestamp) -> PolicyReload {
        let stamp = Stamp::of(&self.file);
        let mut looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let stands = *looked == stamp;
        looked.clone_from(&stamp);
        drop(looked);
        if stands {
            return self.reload_if(now, || Stamp::of(&self.file) == stamp);
        }
        self.as_it_was()
    }

    /// Looks at the file again, as whoever has changed it asks.
    pub(crate) fn reload(&self, now: Timestamp) -> PolicyReload {
        self.reload_if(now, || true)
    }

    fn as_it_was(&self) -> PolicyReload {
        let refused = self.standing().refused;
        refused.map_or(PolicyReload::Same, |refused| {
            PolicyReload::Refused(refused.reason)
        })
    }

    fn reload_if(&self, now: Timestamp, stands: impl FnOnce() -> bool) -> PolicyReload {
        let before = self.standing();
        let read = files::read_text(&self.file);
        if !stands() {
            return self.as_it_was();
        }
        let (text, digest) = match read {
            Ok(text) => {
                let digest = Sha256Digest::of(text.as_bytes());
                (text, digest)
            }
            Err(error) => {
                let refused = Refused {
                    reason: error.reason(),
                    digest: None,
                };
                return self.refuse(&before, refused, &error);
            }
        };
        if digest == before.digest {
            if before.refused.is_some() {
                tracing::warn!("the trust policy in force is that of its file again");
                self.replace(InForce {
                    refused: None,
                    ..before
                });
            }
            return PolicyReload::Same;
        }
        if let Some(refused) = &before.refused
            && refused.digest == Some(digest)
        {
            return PolicyReload::Refused(refused.reason);
        }
        match Policy::from_toml(&text) {
            Ok(policy) => {
                tracing::warn!(%digest, "another trust policy is in force");
                self.replace(InForce {
                    policy: Arc::new(policy),
                    digest,
                    loaded: now,
                    refused: None,
                });
                PolicyReload::Replaced
            }
            Err(error) => {
                let refused = Refused {
                    reason: error.reason(),
                    digest: Some(digest),
                };
                self.refuse(&before, refused, &error)
            }
        }
    }

    fn refuse(
        &self,
        before: &InForce,
        refused: Refused,
        error: &dyn std::fmt::Display,
    ) -> PolicyReload {
        let reason = refused.reason;
        // Said once, not each second.
        if before.refused.as_ref() != Some(&refused) {
            tracing::error!(
                reason = reason.code(),
                "the trust policy was changed and is not used; the one before stays in force: {error}"
            );
            self.replace(InForce {
                refused: Some(refused),
                ..before.clone()
            });
        }
        PolicyReload::Refused(reason)
    }

    fn replace(&self, next: InForce) {
        *self.now.write().unwrap_or_else(PoisonError::into_inner) = next;
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use schemas::reason::Reason;
    use schemas::time::Timestamp;

    use super::{Believing, PolicyReload};

    const ONE: &str = "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = []\n";

    /// The rule without its last lines is a policy too, and believes the issuer for ever.
    #[test]
    fn half_a_file_is_not_believed_while_it_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        let at = Timestamp::from_unix;
        fs::write(&path, "version = 1\n").unwrap();
        let believing = Believing::read(&path, at(1)).unwrap();
        for _ in 0..3 {
            assert_eq!(believing.look(at(2)), PolicyReload::Same);
        }
        let mut file = fs::File::create(&path).unwrap();
        file.write_all(ONE.as_bytes()).unwrap();
        assert_eq!(believing.look(at(3)), PolicyReload::Same);
        assert_eq!(believing.policy().rules().len(), 0);
        file.write_all(b"until = \"2026-01-01T00:00:00Z\"\n")
            .unwrap();
        assert_eq!(believing.look(at(4)), PolicyReload::Same);
        assert_eq!(believing.look(at(5)), PolicyReload::Replaced);
        let policy = believing.policy();
        assert!(
            policy
                .rules()
                .iter()
                .all(|rule| rule.validity.until.is_some())
        );
        // A bad one is said when it stands, and as long as it does.
        file.write_all(b"[[").unwrap();
        assert_eq!(believing.look(at(6)), PolicyReload::Same);
        let refused = PolicyReload::Refused(Reason::PolicyMalformed);
        assert_eq!(believing.look(at(7)), refused);
        file.write_all(b"[").unwrap();
        assert_eq!(believing.look(at(8)), refused);
        // Whoever has written it whole may ask for it to be read.
        fs::write(&path, "version = 1\n").unwrap();
        assert_eq!(believing.reload(at(9)), PolicyReload::Replaced);
    }

    #[test]
    fn a_good_file_replaces_and_a_bad_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("policy.toml");
        let at = Timestamp::from_unix;
        fs::write(&path, "version = 1\n").unwrap();
        let believing = Believing::read(&path, at(1)).unwrap();
        let first = believing.policy();
        assert_eq!(believing.reload(at(2)), PolicyReload::Same);
        fs::write(&path, ONE).unwrap();
        assert_eq!(believing.reload(at(3)), PolicyReload::Replaced);
        // Who has begun with the first ends with it.
        assert_eq!(first.rules().len(), 0);
        assert_eq!(believing.policy().rules().len(), 1);
        assert_eq!(believing.standing().loaded, at(3));
        for bad in ["version = 2\n", "everybody = true\n", "version = 1\n[["] {
            fs::write(&path, bad).unwrap();
            for _ in 0..2 {
                let refused = PolicyReload::Refused(Reason::PolicyMalformed);
                assert_eq!(believing.reload(at(4)), refused, "{bad}");
            }
            assert!(believing.standing().refused.is_some());
        }
        fs::remove_file(&path).unwrap();
        assert_eq!(
            believing.reload(at(5)),
            PolicyReload::Refused(Reason::WorldIo)
        );
        assert_eq!(believing.policy().rules().len(), 1);
        fs::write(&path, ONE).unwrap();
        assert_eq!(believing.reload(at(6)), PolicyReload::Same);
        assert!(believing.standing().refused.is_none());
        assert_eq!(believing.standing().loaded, at(3));
    }
}

//! The trust policy that is in force. Read anew when its file changes; one that cannot be read leaves
//! the old one in force, and the world says so.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use schemas::digest::Sha256Digest;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::{Policy, PolicyError};

use crate::files::{self, FileError};

/// The policy of a world, and the file that it comes from.
#[derive(Debug)]
pub(crate) struct Believing {
    file: PathBuf,
    /// Replaced whole: whoever has begun to judge by one policy ends with it.
    now: RwLock<InForce>,
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

    /// Looks at the file again.
    pub(crate) fn reload(&self, now: Timestamp) -> PolicyReload {
        let before = self.standing();
        let (text, digest) = match files::read_text(&self.file) {
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

    use schemas::reason::Reason;
    use schemas::time::Timestamp;

    use super::{Believing, PolicyReload};

    const ONE: &str = "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = []\n";

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

//! Unguessable texts: codes, tokens and the paths of links. The one place where a world draws chance.
//!
//! A world keeps only [`Ticket::digest`] of them. What belongs to one exchange is derived from the
//! ticket in its link, one way, so that nothing secret has to be stored for it:
//!
//! ```text
//! offer link ──▶ pre-authorized code, or issuer_state
//! pushed request ──▶ login ticket
//! request link ──▶ response path ──▶ nonce, state, name of the encryption key
//! ```

use std::fmt;

use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use zeroize::{Zeroize, Zeroizing};

/// The machine gave no random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoChance;

impl fmt::Display for NoChance {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the system gave no random bytes")
    }
}

impl std::error::Error for NoChance {}

/// Fills a buffer with random bytes of the system.
///
/// # Errors
/// [`NoChance`] when there are none.
pub(crate) fn draw(bytes: &mut [u8]) -> Result<(), NoChance> {
    getrandom::fill(bytes).map_err(|_| NoChance)
}

/// An unguessable text in base64url: 128 bits in links, 256 bits in tokens. Wiped on drop, never
/// printed.
#[derive(Clone)]
pub(crate) struct Ticket(Zeroizing<String>);

impl Ticket {
    /// 128 bits, for links that are shown as QR codes.
    pub(crate) fn for_link() -> Result<Self, NoChance> {
        let mut bytes = Zeroizing::new([0; 16]);
        draw(bytes.as_mut())?;
        Ok(Self::encode(bytes.as_ref()))
    }

    /// 256 bits, for tokens that are sent by machines.
    pub(crate) fn for_token() -> Result<Self, NoChance> {
        let mut bytes = Zeroizing::new([0; 32]);
        draw(bytes.as_mut())?;
        Ok(Self::encode(bytes.as_ref()))
    }

    /// A ticket that follows from a secret.
    pub(crate) fn of_bytes(bytes: &[u8; 32]) -> Self {
        Self::encode(bytes)
    }

    /// A ticket that somebody sent; `None` when it has not the form of one.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let mut bytes = base64url::decode(text)?;
        let sound = matches!(bytes.len(), 16 | 32);
        bytes.zeroize();
        sound.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    /// The ticket that follows from this one for another use. Nobody gets back from there.
    pub(crate) fn derive(&self, purpose: Purpose) -> Self {
        let parts = [purpose.label(), self.0.as_bytes()];
        Self::encode(Sha256Digest::of_parts(&parts).as_bytes())
    }

    /// What the store keeps.
    pub(crate) fn digest(&self) -> Sha256Digest {
        Sha256Digest::of_parts(&[b"omote/ticket/v1\0", self.0.as_bytes()])
    }

    /// The text, for the one message that carries it.
    pub(crate) fn expose(&self) -> &str {
        &self.0
    }

    fn encode(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(base64url::encode(bytes)))
    }
}

impl fmt::Debug for Ticket {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Ticket").finish_non_exhaustive()
    }
}

/// What a ticket is derived for.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Purpose {
    /// From the link of an offer: its pre-authorized code.
    Code,
    /// From the link of an offer: the `issuer_state` with which a wallet begins a login.
    IssuerState,
    /// From the name of a pushed request: what the world's login page is handed.
    Login,
    /// From the link of a request: the path to which the response goes.
    Response,
    /// From the response path: the nonce that a presentation signs.
    Nonce,
    /// From the response path: the state that comes back with the response.
    State,
    /// From the response path: what hides the world in the lease of an item that is shown.
    Lease,
    /// From the response path: the name of the key to which the response is encrypted.
    EncryptionKey,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::Code => b"omote/code/v1\0",
            Self::IssuerState => b"omote/issuer-state/v1\0",
            Self::Login => b"omote/login/v1\0",
            Self::Response => b"omote/response/v1\0",
            Self::Nonce => b"omote/nonce/v1\0",
            Self::State => b"omote/state/v1\0",
            Self::Lease => b"omote/lease-salt/v1\0",
            Self::EncryptionKey => b"omote/encryption-key/v1\0",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, Ticket};

    #[test]
    fn tickets_differ_read_back_and_never_print() {
        let ticket = Ticket::for_link().unwrap();
        assert_eq!(ticket.expose().len(), 22);
        assert_ne!(ticket.expose(), Ticket::for_link().unwrap().expose());
        assert_eq!(
            Ticket::read(ticket.expose()).unwrap().digest(),
            ticket.digest()
        );
        assert!(!format!("{ticket:?}").contains(ticket.expose()));
        let derived = [
            Purpose::Code,
            Purpose::IssuerState,
            Purpose::Login,
            Purpose::Response,
            Purpose::Nonce,
            Purpose::State,
            Purpose::EncryptionKey,
        ]
        .map(|purpose| ticket.derive(purpose).digest());
        for (index, one) in derived.iter().enumerate() {
            assert!(derived.iter().skip(index + 1).all(|other| other != one));
        }
    }

    #[test]
    fn other_texts_are_no_tickets() {
        for text in ["", "a", "../../etc/passwd", "AAAAAAAAAAAAAAAAAAAAAA==", "ｱ"] {
            assert!(Ticket::read(text).is_none(), "{text}");
        }
        assert!(Ticket::read(&"A".repeat(22)).is_some());
        assert!(Ticket::read(&"A".repeat(44)).is_none());
    }
}

//! Digests of related resources. Source: VCDM 2.0 sections 5.3 and B.3; Subresource Integrity
//! section 3.5; Multihash.

use crate::encoding::{base58btc, base64, base64url};
use crate::json::Object;
use crate::terms::Context;
use crate::vcdm::fault::{Faults, Rule, step};

/// A hash function of SHA-2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    const ALL: [Self; 3] = [Self::Sha256, Self::Sha384, Self::Sha512];

    const fn name(self) -> &'static str {
        match self {
            Self::Sha256 => "sha256",
            Self::Sha384 => "sha384",
            Self::Sha512 => "sha512",
        }
    }

    const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => 48,
            Self::Sha512 => 64,
        }
    }

    /// The code of Multihash.
    const fn code(self) -> u8 {
        match self {
            Self::Sha256 => 0x12,
            Self::Sha384 => 0x20,
            Self::Sha512 => 0x13,
        }
    }
}

/// Resources whose bytes are known without asking anybody: the contexts, as they were published.
/// Their digests in base64, by SHA-256, SHA-384 and SHA-512.
const KNOWN: [(Context, [&str; 3]); 3] = [
    (
        Context::CredentialsV2,
        [
            "WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ=",
            "l/HrjlBCNWyAX91hr6LFV2Y3heB5Tcr6IeE4/Tje8YyzYBM8IhqjHWiWpr8+ZbYU",
            "XVVFK9Lc+KKfWikEc+skKxxft31OaPGgqoe6pNuiaUhS1l7GPUisBKmdlW+fcVO5QG+E0tBMdIabAsI5odgTBQ==",
        ],
    ),
    (
        Context::DataIntegrityV2,
        [
            "Z/IebjOmwU5cz9L8eGX3R0+3GgSvfpQTbLOZ36yK6PQ=",
            "DuLXYmcX+LB81Em1JdXitx/icgn8meUwieAWndKUTXk/7qRSb8YLucyhzZZRI5H2",
            "Oc16mkBHt0uFJGQP41Yz6B6ChtFL27fnfQ4I2FCwDWo1sBhdXeNcR5uu2yOheYnZ9iislVMf3XnAxaD2Mtn6lQ==",
        ],
    ),
    (
        Context::VectorCredentialsV1,
        [
            "q03dmlMXWIB6eaW0UFENYa6NFH6rlmzJogDAcJWwzcw=",
            "gsOz6rhjdUu/0rnxfY1tufYRafMBy/CwXh/EvrX1xR3U0uiIwnT0nD+7JAj2H67R",
            "U2pAs5DdqUqeORlsAAkPYmaOgYT+PIwCxKIshWZuaL9uhdPcfy26hbK2Lvldl94kEyVo2FBNtD8snILS6IQY0g==",
        ],
    ),
];

/// What is wrong with a digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DigestFault {
    /// Not written as its form demands.
    Form,
    /// The digest of other bytes.
    Wrong,
}

/// Compares the digest of a resource with the one that is known. A resource that is not known here
/// passes: nothing is fetched to judge a document.
///
/// # Errors
/// [`DigestFault`]
pub fn known_digest(url: &str, name: &str, digest: &str) -> Result<(), DigestFault> {
    let claims = match name {
        "digestSRI" => sri(digest),
        _ => multibase(digest).map(|claim| vec![claim]),
    };
    let claims = claims.ok_or(DigestFault::Form)?;
    let Some((_, digests)) = KNOWN.iter().find(|(context, _)| context.url() == url) else {
        return Ok(());
    };
    // By the strongest function that is named, as browsers do: a weaker one decides nothing.
    let judged = Hash::ALL
        .into_iter()
        .zip(digests)
        .rev()
        .find_map(|(hash, known)| {
            let mut of_hash = claims
                .iter()
                .filter(|(found, _)| *found == Some(hash))
                .peekable();
            of_hash.peek()?;
            let known = base64::decode(known).unwrap_or_default();
            Some(of_hash.any(|(_, bytes)| *bytes == known))
        });
    match judged {
        Some(false) => Err(DigestFault::Wrong),
        // Of a function that is not computed here: cannot be said to be wrong.
        Some(true) | None => Ok(()),
    }
}

type Claim = (Option<Hash>, Vec<u8>);

/// `sha384-…`, several with spaces between them; options after a question mark.
fn sri(text: &str) -> Option<Vec<Claim>> {
    let claims: Option<Vec<Claim>> = text
        .split_ascii_whitespace()
        .map(|one| {
            let one = one.split('?').next().unwrap_or_default();
            let (name, digest) = one.split_once('-')?;
            let hash = Hash::ALL.into_iter().find(|hash| hash.name() == name)?;
            let bytes = base64::decode(digest)?;
            (bytes.len() == hash.length()).then_some((Some(hash), bytes))
        })
        .collect();
    claims.filter(|claims| !claims.is_empty())
}

/// Multibase of a multihash: base64url behind `u`, base58btc behind `z`.
fn multibase(text: &str) -> Option<Claim> {
    let bytes = match text.split_at_checked(1)? {
        ("u", rest) => base64url::decode(rest)?,
        ("z", rest) => base58btc::decode(rest)?,
        _ => return None,
    };
    let (code, rest) = varint(&bytes)?;
    let (length, digest) = varint(rest)?;
    let whole = usize::try_from(length).is_ok_and(|length| length == digest.len() && length > 0);
    let hash = Hash::ALL
        .into_iter()
        .find(|hash| u64::from(hash.code()) == code);
    let fits = hash.is_none_or(|hash| hash.length() == digest.len());
    (whole && fits).then(|| (hash, digest.to_vec()))
}

/// An unsigned varint of at most four bytes.
fn varint(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (index, byte) in bytes.iter().enumerate().take(4) {
        number |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((number, bytes.get(index + 1..)?));
        }
    }
    None
}

/// Judges the digests of one related resource.
pub(super) fn check(resource: &Object, url: &str, at: &str, faults: &mut Faults) {
    let names = ["digestSRI", "digestMultibase"];
    if !names.iter().any(|name| resource.contains_key(name)) {
        faults.add(Rule::ResourceDigest, at);
    }
    for name in names {
        let Some(value) = resource.get(name) else {
            continue;
        };
        let at = step(at, name);
        let texts = value.strings().filter(|texts| !texts.is_empty());
        let Some(texts) = texts else {
            faults.add(Rule::DigestForm, at);
            continue;
        };
        for text in texts {
            match known_digest(url, name, text) {
                Ok(()) => {}
                Err(DigestFault::Form) => faults.add(Rule::DigestForm, at.as_str()),
                Err(DigestFault::Wrong) => faults.add(Rule::DigestWrong, at.as_str()),
            }
        }
    }
}

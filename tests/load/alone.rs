//! What the parts cost by themselves, in the same run: what the library alone does for the same
//! presentations, a signature, and what the disk takes to keep a word.

use std::fs::File;
use std::io::Write as _;
use std::time::{Duration, Instant};

use proofs::jws::{self, KeyRef, Typ};
use schemas::credential::CredentialType;
use tests::actors::{key, query};
use verifier::{Asked, AssetAsked, Audience, Challenge, PresentationAsked, Question, verify};

use crate::drive::quantile;
use crate::wallet::{Prepared, Wallets, clock};
use crate::world::World;

/// Something that was measured by itself.
pub(crate) struct Part {
    pub(crate) name: &'static str,
    pub(crate) times: Vec<Duration>,
}

/// Everything by itself, on one thread, while the world does nothing.
pub(crate) fn floor(wallets: &Wallets, world: &World, prepared: &[Prepared]) -> Vec<Part> {
    vec![library(wallets, prepared), signature(), disk(world)]
}

/// Bytes to Report, with what a world that has run for a while knows.
fn library(wallets: &Wallets, prepared: &[Prepared]) -> Part {
    let (policy, evidence, now) = (wallets.believing(), wallets.evidence(), clock());
    let judge = |prepared: &Prepared| {
        let asked = Asked::Presentation(PresentationAsked {
            lease: verifier::LeaseAsked::NotAsked,
            challenge: Challenge::new(&prepared.nonce).expect("a nonce"),
            audience: Audience::new(&prepared.client),
            query: query(&[("avatar", CredentialType::Avatar.iri())]),
            transaction_data: Vec::new(),
        });
        let question = Question {
            asked: &asked,
            asset: &AssetAsked::NotAsked,
            policy: &policy,
        };
        let start = Instant::now();
        let report = verify(&question, prepared.text.as_bytes(), &evidence, now);
        let time = start.elapsed();
        assert!(report.accepted().is_some(), "{:?}", report.details());
        time
    };
    prepared.iter().take(200).for_each(|prepared| {
        judge(prepared);
    });
    Part {
        name: "the library alone, one presentation to its report",
        times: prepared.iter().map(judge).collect(),
    }
}

/// A world signs three of them for one admission: request, receipt, token.
fn signature() -> Part {
    let signer = key("load world");
    let method = signer.verification_method();
    let claims = schemas::object! { "iss" => "https://a.example", "jti" => "0123456789abcdef" };
    let sign = || {
        let start = Instant::now();
        let text = jws::sign(Typ::Receipt, KeyRef::Kid(&method), &claims, &signer);
        assert!(!text.is_empty());
        start.elapsed()
    };
    Part {
        name: "one signed statement",
        times: (0..1000).map(|_| sign()).collect(),
    }
}

/// Four kilobytes to the disk, and back only when they are there: what one transaction cannot do
/// without.
fn disk(world: &World) -> Part {
    let mut file = File::create(world.folder.join("floor")).expect("a file");
    let mut keep = || {
        let start = Instant::now();
        file.write_all(&[7; 4096 + 24]).expect("room on the disk");
        file.sync_data().expect("a disk");
        start.elapsed()
    };
    Part {
        name: "4 kB kept by the disk",
        times: (0..300).map(|_| keep()).collect(),
    }
}

impl Part {
    pub(crate) fn median(&self) -> Duration {
        quantile(&self.times, 50)
    }

    pub(crate) fn high(&self) -> Duration {
        quantile(&self.times, 99)
    }
}

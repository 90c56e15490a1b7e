//! The lists of the world of the tests.

use schemas::credential::Validity;
use schemas::json::Object;
use schemas::status::{
    Bits, StatusListCredential, StatusListToken, StatusPurpose, StatusValues, ValueSize,
};
use schemas::trust_list::{TrustListCredential, TrustedCreators, TrustedIssuer};
use tests::scene::Scene;

/// Where the status list is served.
pub const STATUS: &str = "https://a.example/status/1";
/// Where the trust list is served.
pub const TRUST: &str = "https://a.example/trust/1";

fn validity(scene: &Scene) -> Validity {
    Validity::between(scene.now.plus_seconds(-60), scene.now.plus_seconds(3600))
}

/// A status list, signed.
pub fn status(scene: &Scene) -> Object {
    let mut bits = Bits::unset(131_072);
    for index in (0..131_072).step_by(4099) {
        assert!(bits.set(index, true));
    }
    let list = StatusListCredential {
        url: STATUS.parse().expect("an address"),
        issuer: scene.a.did(),
        validity: validity(scene),
        purpose: StatusPurpose::Revocation,
        bits,
        ttl_seconds: 300,
    };
    scene.a.issue(&list.unsigned())
}

/// Where the list of tokens is served.
pub const TOKENS: &str = "https://a.example/status-token/1";

/// A list of tokens, signed.
pub fn tokens(scene: &Scene) -> Vec<u8> {
    let mut values = StatusValues::zero(131_072, ValueSize::Two);
    for index in (0..131_072).step_by(4099) {
        assert!(values.set(index, 1));
    }
    scene.a.publish_token(&StatusListToken {
        url: TOKENS.parse().expect("an address"),
        validity: validity(scene),
        ttl_seconds: 300,
        values,
    })
}

/// A trust list, signed.
pub fn trust(scene: &Scene) -> Object {
    let trusted = TrustedIssuer {
        did: scene.b.did(),
        types: vec!["AvatarCredential".to_owned()],
        creators: TrustedCreators::Listed(vec![scene.creator.did()]),
        validity: validity(scene),
    };
    let list = TrustListCredential {
        url: TRUST.parse().expect("an address"),
        issuer: scene.a.did(),
        validity: validity(scene),
        trusted: vec![trusted],
    };
    scene.a.issue(&list.unsigned())
}

//! Inputs for the peers: `inputs FOLDER COUNT` writes credentials that ours signed, a suite a file,
//! and the context of omote.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use proofs::issue::Issuer;
use proofs::keys::SigningKey;
use schemas::asset::MediaType;
use schemas::canonical;
use schemas::credential::{Asset, AssetProvenance, AvatarCredential, Validity};
use schemas::digest::Sha256Digest;
use schemas::license::LicenseTerms;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;

fn key(name: &str) -> SigningKey {
    SigningKey::from_seed(Sha256Digest::of(name.as_bytes()).as_bytes())
}

/// An avatar of a did:key, with the statement of its creator inside.
fn avatar(number: usize, suite: Cryptosuite, now: Timestamp) -> Result<String, Box<dyn Error>> {
    let (world, creator) = (key("world"), key("creator"));
    let statement = AssetProvenance {
        creator: creator.did_key(),
        validity: Validity::starting(now.plus_seconds(-86_400)),
        asset: Asset {
            name: "Mika".to_owned(),
            digest: Sha256Digest::of(&number.to_le_bytes()),
            media_type: MediaType::GltfBinary,
            byte_length: 1_048_576,
            derived_from: Vec::new(),
        },
        license: LicenseTerms::default(),
    };
    let provenance = Issuer::of_key(creator, suite).issue(&statement.unsigned(), now)?;
    let avatar = AvatarCredential {
        issuer: world.did_key(),
        holder: key(&format!("holder {number}")).did_key(),
        validity: Validity::between(now.plus_seconds(-3600), now.plus_seconds(86_400)),
        persona_name: format!("Mika {number}"),
        license: LicenseTerms::default(),
        provenance: provenance.into_object(),
    };
    let issued = Issuer::of_key(world, suite).issue(&avatar.unsigned(), now)?;
    let bytes = canonical::object_to_bytes(&issued.into_object());
    Ok(String::from_utf8(bytes)?)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (Some(folder), Some(count)) = (words.next(), words.next()) else {
        return Err("usage: inputs FOLDER COUNT".into());
    };
    let folder = Path::new(&folder);
    let count: usize = count.parse()?;
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    let now = Timestamp::from_unix(i64::try_from(since.as_secs())?);
    for suite in [Cryptosuite::EddsaJcs2022, Cryptosuite::EddsaRdfc2022] {
        let mut lines = String::new();
        for number in 0..count {
            lines.push_str(&avatar(number, suite, now)?);
            lines.push('\n');
        }
        fs::write(folder.join(format!("{}.ndjson", suite.name())), lines)?;
    }
    let context = canonical::to_bytes(&schemas::terms::context_document());
    fs::write(folder.join("omote-v1.jsonld"), context)?;
    Ok(())
}

//! Writes sound documents into `corpus/`, from which fuzzing begins: `cargo run --example seeds`.

#[path = "items.rs"]
mod items;
#[path = "lists.rs"]
mod lists;
#[path = "logs.rs"]
mod logs;

use std::path::Path;

use assets::make::{Prop, Recipe, glb, vrm1};
use proofs::jwe::{DecryptionKey, Fresh, IV_BYTES, Parties, Recipient, encrypt};
use proofs::jws::{KeyRef, Typ, sign};
use schemas::canonical;
use schemas::digest::Sha256Digest;
use schemas::encoding::base64url;
use schemas::json::Value;
use schemas::status::{StatusPurpose, status_entry};
use schemas::suite::{ContentEncryption, Cryptosuite};
use tests::actors::terms;
use tests::scene::{Scene, token};
use tests::sd_jwt::sd_token;

fn main() -> std::io::Result<()> {
    let mut count = 0;
    let mut put = |target: &str, bytes: &[u8]| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target);
        count += 1;
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join(format!("seed-{count}")), bytes)
    };
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let (avatar, item, shown) = (scene.avatar(), scene.item(), scene.presentation());
        for credential in [&avatar, &item, &scene.creator.provenance()] {
            let bytes = canonical::object_to_bytes(credential);
            put("verify_credential", &bytes)?;
            put("verify_presentation", &bytes)?;
            put("json_read", &bytes)?;
            put("data_integrity", &bytes)?;
            put("rdf_canonical", &bytes)?;
        }
        put("verify_presentation", &token(&shown))?;
        put("data_integrity", &canonical::object_to_bytes(&shown))?;
        put("rdf_canonical", &canonical::object_to_bytes(&shown))?;
    }
    let scene = Scene::new();
    put("did", &canonical::object_to_bytes(&scene.a.document_object()))?;
    put("did", scene.a.method().as_str().as_bytes())?;
    put("did", scene.holder().verification_method().as_str().as_bytes())?;
    let public = scene.holder().verifying_key();
    put("did", proofs::did_jwk::encode(&public).as_str().as_bytes())?;
    let (status, trust) = (lists::status(&scene), lists::trust(&scene));
    put("status_list", &canonical::object_to_bytes(&status))?;
    put("status_list", &canonical::object_to_bytes(&trust))?;
    let encoded = status.get("credentialSubject").and_then(|subject| subject.get("encodedList"));
    let encoded = encoded.and_then(Value::as_str).unwrap_or_default();
    put("status_list", encoded.as_bytes())?;
    let compressed = encoded.strip_prefix('u').and_then(base64url::decode);
    put("status_list", &compressed.unwrap_or_default())?;
    let entry = status_entry(StatusPurpose::Revocation, 7, lists::STATUS);
    put("status_list", &canonical::object_to_bytes(&entry))?;
    put("status_list", &lists::tokens(&scene))?;
    put("status_list", br#"{"status_list":{"idx":7,"uri":"https://a.example/status-token/1"}}"#)?;
    let (avatar, item) = (scene.sd_avatar(), scene.sd_item());
    for text in [&avatar, &item, &scene.sd_bound(&avatar), &scene.sd_bound(&item)] {
        put("sd_jwt", text.as_bytes())?;
        put("verify_credential", text.as_bytes())?;
    }
    put("verify_presentation", &sd_token(&scene.sd_bound(&avatar)))?;
    for lines in [
        "{\"_sd\":[\"$1\"],\"_sd_alg\":\"sha-256\"}\n[\"s\",\"a\",1]",
        "{\"_sd\":[\"$2\",\"x\"],\"b\":{}}\n[\"s\",\"a\",{\"_sd\":[\"$1\"]}]\n[\"t\",\"c\",null]",
        "{\"a\":[{\"...\":\"$1\"},{\"...\":\"y\"},[{\"...\":\"$2\"}]]}\n[\"s\",[1]]\n[\"t\",{\"b\":2}]",
    ] {
        put("sd_jwt", lines.as_bytes())?;
    }
    put("jwe", &public.to_spki())?;
    put("jwe", br#"{"vp_token":{"avatar":["a~b"]},"state":"a"}"#)?;
    put("jwe", b"response=e30..AAAA.AAAA.AAAA")?;
    for encryption in ContentEncryption::ALL {
        let recipient = Recipient {
            key: &DecryptionKey::from_scalar(&[7; 32]).expect("a number of the curve").recipient(),
            kid: Some("k1"),
            encryption,
            parties: Parties { producer: b"a", recipient: b"b" },
        };
        let fresh = Fresh { secret: [9; 32].into(), iv: [5; IV_BYTES] };
        let text = encrypt(b"{}", &recipient, &fresh).expect("a message");
        put("jwe", text.as_bytes())?;
        let header = text.split('.').next().and_then(base64url::decode);
        put("jwe", &header.unwrap_or_default())?;
    }
    put("multibase", public.multikey().as_bytes())?;
    let digest = Sha256Digest::of(b"a file");
    put("multibase", digest.to_string().as_bytes())?;
    put("multibase", digest.named_information().as_bytes())?;
    put("multibase", digest.hex().as_bytes())?;
    for typ in Typ::ALL {
        let text = sign(typ, KeyRef::Kid(&scene.a.method()), &schemas::object! {}, &scene.a.key());
        put("jws", text.as_bytes())?;
    }
    let query = r#"{"credentials":[{"id":"avatar","format":"ldp_vc","multiple":true,"meta":{"type_values":[["https://w3id.org/omote/v1#AvatarCredential"]]},"claims":[{"id":"a","path":["credentialSubject","personaName"],"values":["Mika",1,true]},{"id":"b","path":["credentialSubject","license","authors",null]},{"id":"c","path":["type",0]}],"claim_sets":[["a","b"],["c"]]}],"credential_sets":[{"options":[["avatar"]],"required":false}]}"#;
    put("dcql", query.as_bytes())?;
    put("form", b"vp_token=%7B%7D&state=a+b&x=%E3%81%82")?;
    put("form", b"openid4vp://?client_id=a&request_uri=https%3A%2F%2Fb.example%2Fr")?;
    let code = qr::draw::Code::new("openid4vp://?client_id=x").map_err(std::io::Error::other)?;
    put("qr_picture", &code.to_png())?;
    // Two pixels a module in rows of 64: what blocks show is two rows a line.
    let mut pixels = Vec::new();
    for line in code.to_blocks(qr::draw::Style::Plain).lines() {
        for upper in [true, true, false, false] {
            let light = line.chars().map(|letter| letter == '█' || letter == if upper { '▀' } else { '▄' });
            let mut row: Vec<u8> = light.flat_map(|light| [if light { 255 } else { 0 }; 2]).collect();
            row.resize(64, 255);
            pixels.extend(row);
        }
    }
    put("qr_picture", &pixels)?;
    put("glb_inspect", &vrm1(&Recipe::new(terms())))?;
    let prop = Prop {
        name: "lantern".to_owned(),
        color: [1, 2, 3],
    };
    let prop = glb(&prop);
    put("glb_inspect", &prop)?;
    let length = u32::from_le_bytes([prop[12], prop[13], prop[14], prop[15]]);
    put("glb_inspect", &prop[20..20 + usize::try_from(length).unwrap_or(0)])?;
    for document in items::documents(&scene) {
        put("ledger", &document)?;
    }
    for text in logs::texts(&scene) {
        put("tlog", text.as_bytes())?;
    }
    put("tlog", b"\0\x03one\0\0\0\x05three")?;
    let offer = r#"{"credential_issuer":"https://a.example","credential_configuration_ids":["avatar"],"grants":{"urn:ietf:params:oauth:grant-type:pre-authorized_code":{"pre-authorized_code":"abcdefghijklmnopqrstuv","tx_code":{"input_mode":"numeric","length":6,"description":"from the letter"}}}}"#;
    put("oid4vci_offer", offer.as_bytes())?;
    put("oid4vci_offer", b"openid-credential-offer://?credential_offer_uri=https%3A%2F%2Fa.example%2Fo")?;
    let request = schemas::object! {
        "client_id" => scene.b.client_id(),
        "response_type" => "vp_token",
        "response_mode" => "direct_post",
        "response_uri" => "https://b.example/openid4vp/response/5Kx",
        "aud" => "https://self-issued.me/v2",
        "nonce" => tests::actors::NONCE,
        "state" => "eyJhb",
        "wallet_nonce" => "qPmxiNFCR3QTm19POc8u",
        "iat" => 1_795_251_600,
        "exp" => 1_795_251_900,
        "omote_purpose" => "Show your name tag",
        "client_metadata" => schemas::object! {
            "client_name" => "B",
            "client_name#ja-Jpan-JP" => "ビー",
            "logo_uri" => "https://b.example/logo.png",
            "vp_formats_supported" => schemas::object! {
                "ldp_vc" => schemas::object! {
                    "proof_type_values" => ["DataIntegrityProof"],
                    "cryptosuite_values" => ["eddsa-jcs-2022"],
                },
                "dc+sd-jwt" => schemas::object! { "kb-jwt_alg_values" => ["Ed25519"] },
            },
        },
        "dcql_query" => tests::actors::json(query),
    };
    put("request_object", Value::Object(request).to_string().as_bytes())
}

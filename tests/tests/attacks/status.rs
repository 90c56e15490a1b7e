//! Status lists: what swells, lies about its length, is somebody else's, is yesterday's, or is not
//! there. Source: Bitstring Status List v1.0; RFC 1952.

use std::io::Write as _;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc, FlushCompress, GzBuilder};
use proofs::data_integrity::{ProofOptions, sign};
use schemas::credential::Validity;
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::status::{MAX_BITS, MIN_BITS, StatusListCredential, StatusPurpose};
use schemas::suite::Cryptosuite;
use tests::actors::{World, key_for};
use tests::fixed::now;
use tests::forge::edited;
use tests::lists::{bytes, entry, reference, status_list};
use tests::scene::Scene;
use verifier::status::verify_list;
use verifier::{Creators, Evidence, ListRef};

use crate::{accepted, json_of, refused, refused_both};

const MIB: usize = 1 << 20;

fn revocations(scene: &Scene, set: &[u64]) -> StatusListCredential {
    status_list(&scene.a, StatusPurpose::Revocation, set)
}

/// The list with another text of bits, signed again by its world.
fn with_bits(scene: &Scene, encoded: &str) -> Object {
    let list = scene.a.publish(&revocations(scene, &[]));
    let value = Some(Value::from(encoded));
    scene.reissue_or_stale(&list, "credentialSubject/encodedList", value)
}

/// The credential that names bit 7 of the list, where this was fetched in its place.
#[track_caller]
fn refused_with(title: &str, scene: &Scene, fetched: &[u8], reason: Reason) {
    let list = revocations(scene, &[]);
    let known = (scene.policy.clone(), scene.evidence.clone());
    let fault = verify_list(&reference(&list), fetched, &known.0, &known.1, now()).unwrap_err();
    assert_eq!(fault.reason(), reason, "{title}: {:?}", fault.cause());
    let mut scene = Scene::with_suite(scene.a.suite);
    scene.learns_status(&reference(&list), Ok(fetched.to_vec()), now());
    let avatar = scene.avatar_with(&[entry(&list, 7)]);
    refused_both(title, &scene, &avatar, reason);
}

/// A list signed by a world, whoever it says has published it.
fn signed_by(world: &World, list: &StatusListCredential) -> Object {
    let options = ProofOptions::assertion(world.suite, world.method(), now());
    sign(list.unsigned().object(), &options, &world.key()).unwrap()
}

fn encoded(compressed: &[u8]) -> String {
    format!("u{}", base64url::encode(compressed))
}

fn gzip(bits: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bits).unwrap();
    encoder.finish().unwrap()
}

/// One member of this many MiB of zeros, made of one compressed MiB again and again.
fn zeros(mebibytes: usize) -> Vec<u8> {
    let plain = vec![0; MIB];
    let mut encoder = flate2::Compress::new(Compression::best(), false);
    let mut block = Vec::with_capacity(MIB);
    encoder
        .compress_vec(&plain, &mut block, FlushCompress::Full)
        .unwrap();
    let mut one = Crc::new();
    one.update(&plain);
    let mut sum = Crc::new();
    let mut bomb = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
    for _ in 0..mebibytes {
        bomb.extend_from_slice(&block);
        sum.combine(&one);
    }
    bomb.extend_from_slice(&[3, 0]);
    bomb.extend_from_slice(&sum.sum().to_le_bytes());
    bomb.extend_from_slice(&sum.amount().to_le_bytes());
    bomb
}

#[test]
pub(crate) fn sts_01_a_list_that_swells_is_not_inflated() {
    // The builder of bombs builds what everybody reads.
    let mut read = Vec::new();
    let mut decoder = flate2::read::GzDecoder::new(std::io::Cursor::new(zeros(3)));
    std::io::Read::read_to_end(&mut decoder, &mut read).unwrap();
    assert!(read.len() == 3 * MIB && read.iter().all(|byte| *byte == 0));

    let scene = Scene::new();
    let largest = usize::try_from(MAX_BITS / 8).unwrap();
    let whole = encoded(&zeros(1024));
    assert!(
        (1_350_000..1_450_000).contains(&whole.len()),
        "{}",
        whole.len()
    );
    let swelling = [
        ("one byte too many", encoded(&gzip(&vec![0; largest + 1]))),
        ("5 MiB", encoded(&zeros(5))),
        ("64 MiB", encoded(&zeros(64))),
        ("500 MiB", encoded(&zeros(500))),
        ("1 GiB", whole),
        ("of noise", format!("u{}", "A".repeat(2 * MIB))),
        (
            "not even gzip, and long",
            format!("u{}", "_".repeat(3 * MIB / 2)),
        ),
        ("spaces", format!("u{}", " ".repeat(2 * MIB))),
    ];
    for (title, text) in swelling {
        let fetched = bytes(&with_bits(&scene, &text));
        let list = reference(&revocations(&scene, &[]));
        let before = fetched.len();
        let held = crate::counting::peak(|| {
            let judged = verify_list(&list, &fetched, &scene.policy, &scene.evidence, now());
            assert_eq!(
                judged.unwrap_err().reason(),
                Reason::StatusTooLarge,
                "{title}"
            );
        });
        assert!(held <= 32 * MIB, "{title}: {held} bytes for {before}");
        refused_with(title, &scene, &fetched, Reason::StatusTooLarge);
    }
    // The largest list that is read is read.
    let mut bits = vec![0; largest];
    bits[0] = 1;
    let fetched = bytes(&with_bits(&scene, &encoded(&gzip(&bits))));
    let mut scene = Scene::new();
    let list = revocations(&scene, &[]);
    scene.learns_status(&reference(&list), Ok(fetched), now());
    refused(
        "bit 7",
        &scene.judge_status(&[entry(&list, 7)]),
        Reason::Revoked,
    );
    accepted(
        "the last",
        &scene.judge_status(&[entry(&list, MAX_BITS - 1)]),
    );
    let report = scene.judge_status(&[entry(&list, MAX_BITS)]);
    refused("behind it", &report, Reason::StatusIndexRange);
}

#[test]
pub(crate) fn sts_03_an_index_is_within_the_list() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let list = revocations(&scene, &[]);
        let scene = scene.knowing(&list);
        let avatar = scene.avatar_with(&[entry(&list, 0)]);
        accepted("the first", &scene.judge_status(&[entry(&list, 0)]));
        for index in [
            MIN_BITS.to_string(),
            (MIN_BITS + 7).to_string(),
            (MIN_BITS * 8).to_string(),
            (1_u64 << 31).to_string(),
            (1_u64 << 32).to_string(),
            (1_u64 << 63).to_string(),
            u64::MAX.to_string(),
            (1_u128 << 64).to_string(),
            ((1_u128 << 64) + 5).to_string(),
            "99999999999999999999999".to_owned(),
            "-1".to_owned(),
            "-0".to_owned(),
            "+1".to_owned(),
            "1e3".to_owned(),
            "0x10".to_owned(),
            "0b1".to_owned(),
            "00".to_owned(),
            "01".to_owned(),
            " 1".to_owned(),
            "1 ".to_owned(),
            "1\n".to_owned(),
            "1_000".to_owned(),
            "1,000".to_owned(),
            "1.0".to_owned(),
            "94567.0".to_owned(),
            "١".to_owned(),
            "１".to_owned(),
            "²".to_owned(),
            "NaN".to_owned(),
            "7\u{200b}".to_owned(),
            String::new(),
        ] {
            let place = "credentialStatus/statusListIndex";
            let odd = scene.reissue_or_stale(&avatar, place, Some(Value::from(index.as_str())));
            refused_both(
                &format!("{index:?}"),
                &scene,
                &odd,
                Reason::StatusIndexRange,
            );
        }
        for (value, reason) in [
            ("94567", Reason::ClaimType),
            // Where links are written out, nothing is no value: the member would vanish.
            ("null", Reason::TermUndefined),
            ("true", Reason::ClaimType),
            (r#"["1"]"#, Reason::ClaimType),
        ] {
            let place = "credentialStatus/statusListIndex";
            let odd = scene.reissue_or_stale(&avatar, place, json_of(value));
            refused_both(value, &scene, &odd, reason);
        }
    }
}

#[test]
pub(crate) fn sts_05_the_first_bit_is_the_left_most() {
    let last = MIN_BITS - 1;
    for suite in Cryptosuite::ALL {
        for (index, byte, value) in [
            (0, 0, 0x80_u8),
            (1, 0, 0x40),
            (7, 0, 0x01),
            (8, 1, 0x80),
            (15, 1, 0x01),
            (last - 7, 16_383, 0x80),
            (last, 16_383, 0x01),
        ] {
            let mut scene = Scene::with_suite(suite);
            let list = revocations(&scene, &[]);
            let mut bits = vec![0_u8; 16_384];
            bits[byte] = value;
            let fetched = bytes(&with_bits(&scene, &encoded(&gzip(&bits))));
            scene.learns_status(&reference(&list), Ok(fetched), now());
            for other in [0, 1, 7, 8, 15, last - 7, last] {
                let report = scene.judge_status(&[entry(&list, other)]);
                if other == index {
                    refused("set", &report, Reason::Revoked);
                } else {
                    accepted("not set", &report);
                }
            }
        }
    }
}

#[test]
pub(crate) fn sts_07_the_list_is_the_issuer_s() {
    for suite in Cryptosuite::ALL {
        let mut scene = Scene::with_suite(suite);
        let list = revocations(&scene, &[]);
        let evil = World::new("evil.example").with_suite(suite);
        scene.evidence = scene.evidence.with_document(evil.document(), now());
        // Also when it is believed for credentials of its own.
        for trusted in [false, true] {
            if trusted {
                let types = vec![schemas::credential::CredentialType::Avatar];
                scene.policy = scene.policy.with_issuer(evil.did(), types, Creators::Any);
            }
            let judge = |title: &str, published: &Object, reason| {
                let policy = scene.policy.clone();
                let mut scene = Scene::with_suite(suite);
                scene.policy = policy;
                scene.evidence = scene.evidence.with_document(evil.document(), now());
                scene.learns_status(&reference(&list), Ok(bytes(published)), now());
                let avatar = scene.avatar_with(&[entry(&list, 7)]);
                refused_both(title, &scene, &avatar, reason);
                let fault = verify_list(
                    &reference(&list),
                    &bytes(published),
                    &scene.policy,
                    &scene.evidence,
                    now(),
                );
                assert_eq!(fault.unwrap_err().reason(), reason, "{title}");
            };
            let theirs = StatusListCredential {
                issuer: evil.did(),
                ..list.clone()
            };
            judge("theirs", &signed_by(&evil, &theirs), Reason::StatusIssuer);
            // It says that it is the world's, and names a key of theirs.
            judge("their key", &signed_by(&evil, &list), Reason::StatusIssuer);
            let stranger = StatusListCredential {
                issuer: key_for("mallory", suite).did_key(),
                ..list.clone()
            };
            judge(
                "a stranger's",
                &signed_by(&scene.a, &stranger),
                Reason::StatusIssuer,
            );
            // It names the world's key, and theirs has signed.
            let method = Some(Value::from(scene.a.method().as_str()));
            let forged = edited(&signed_by(&evil, &list), "proof/verificationMethod", method);
            judge("their signature", &forged, Reason::StatusInvalid);
        }
        // A list that stands beside, of whoever: it is another list, and this one is not known.
        let other = ListRef {
            url: list.url.clone(),
            issuer: evil.did(),
        };
        let theirs = StatusListCredential {
            issuer: evil.did(),
            ..list.clone()
        };
        scene.learns_status(&other, Ok(bytes(&signed_by(&evil, &theirs))), now());
        let report = scene.judge_status(&[entry(&list, 7)]);
        assert_eq!(report.reason(), Some(Reason::StatusUnavailable));
        assert!(report.accepted().is_none());
    }
}

#[test]
pub(crate) fn sts_08_a_list_is_a_signed_credential_of_its_type() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let list = revocations(&scene, &[]);
        let honest = scene.a.publish(&list);
        let with =
            |path: &str, value: Option<Value>| bytes(&scene.reissue_or_stale(&honest, path, value));
        let types = |beside: &str| Some(Value::from(vec!["VerifiableCredential", beside]));
        let text = |text: &str| Some(Value::from(text));
        let bare = edited(&honest, "proof", None);
        for (title, fetched) in [
            ("plain JSON", b"{}".to_vec()),
            (
                "an array",
                bytes_of(&Value::Array(vec![honest.clone().into()])),
            ),
            ("a text", bytes_of(&"list".into())),
            ("null", b"null".to_vec()),
            ("not JSON", b"<html>".to_vec()),
            ("half of it", bytes(&honest)[..500].to_vec()),
            (
                "with something behind",
                [bytes(&honest), b"{}".to_vec()].concat(),
            ),
            ("unsigned", bytes(&bare)),
            (
                "no proofs",
                bytes(&edited(&honest, "proof", Some(Value::Array(Vec::new())))),
            ),
            (
                "the subject alone",
                bytes(
                    honest
                        .get("credentialSubject")
                        .and_then(Value::as_object)
                        .unwrap(),
                ),
            ),
            ("no type", with("type", None)),
            (
                "no type beside",
                with("type", Some(vec!["VerifiableCredential"].into())),
            ),
            (
                "the older type",
                with("type", types("StatusList2021Credential")),
            ),
            (
                "the type of entries",
                with("type", types("BitstringStatusListEntry")),
            ),
            (
                "the type of bits",
                with("type", types("BitstringStatusList")),
            ),
            (
                "another case",
                with("type", types("bitstringStatusListCredential")),
            ),
            ("a credential", bytes(&scene.avatar())),
            ("a presentation", bytes(&scene.presentation())),
            ("no subject type", with("credentialSubject/type", None)),
            (
                "another subject",
                with("credentialSubject/type", text("StatusList2021")),
            ),
            (
                "an entry in it",
                with("credentialSubject/type", text("BitstringStatusListEntry")),
            ),
            ("no bits", with("credentialSubject/encodedList", None)),
            (
                "bits as a number",
                with("credentialSubject/encodedList", Some(7.into())),
            ),
            (
                "two subjects",
                with(
                    "credentialSubject",
                    json_of(r#"[{"id":"x:a"},{"id":"x:b"}]"#),
                ),
            ),
            ("words of others", with("credentialSubject/evil", text("x"))),
            ("no context", with("@context", None)),
            (
                "another context",
                with("@context", Some(vec!["https://evil.example/v1"].into())),
            ),
        ] {
            refused_with(title, &scene, &fetched, Reason::StatusInvalid);
        }
        // The entry of another kind of list is none that is understood.
        let known = Scene::with_suite(suite).knowing(&list);
        let avatar = known.avatar_with(&[entry(&list, 7)]);
        for kind in [
            // The words of an entry mean nothing in a thing of another type.
            "BitstringStatusListCredential",
            "BitstringStatusList",
            "DataIntegrityProof",
            // No context defines these; that it is another kind of status says more.
            "StatusList2021Entry",
            "RevocationList2020Status",
            "BitstringStatusListentry",
        ] {
            let odd = known.reissue_or_stale(&avatar, "credentialStatus/type", Some(kind.into()));
            refused_both(kind, &known, &odd, Reason::StatusType);
            let good = avatar.get("credentialStatus").unwrap().clone();
            let other = edited(good.as_object().unwrap(), "type", Some(kind.into()));
            let both = Some(Value::Array(vec![good, Value::Object(other)]));
            let odd = known.reissue_or_stale(&avatar, "credentialStatus", both);
            refused_both(kind, &known, &odd, Reason::StatusType);
        }
        // A word without a meaning in an entry that is one stays what it is.
        let odd = known.reissue_or_stale(&avatar, "credentialStatus/evil", Some("x".into()));
        refused_both("evil", &known, &odd, Reason::TermUndefined);
        let both = json_of(r#"["BitstringStatusListEntry","BitstringStatusList"]"#);
        let odd = known.reissue_or_stale(&avatar, "credentialStatus/type", both);
        refused_both("both", &known, &odd, Reason::StatusType);
    }
}

fn bytes_of(value: &Value) -> Vec<u8> {
    schemas::canonical::to_bytes(value)
}

#[test]
pub(crate) fn sts_09_the_list_says_where_it_is() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let list = revocations(&scene, &[]);
        let honest = scene.a.publish(&list);
        let address = list.url.as_str();
        for id in [
            "https://a.example/status/suspension".to_owned(),
            format!("{address}/"),
            format!("{address}?x=1"),
            format!("{address}#list"),
            format!("{address} "),
            address.to_uppercase(),
            address.replace("https://", "http://"),
            address.replace("a.example", "a.example:443"),
            address.replace("a.example", "A.example"),
            address.replace("a.example", "evil.example"),
            "urn:uuid:8b5a1a4e-1111-4222-8333-944444444444".to_owned(),
        ] {
            let moved = scene.reissue_or_stale(&honest, "id", Some(Value::from(id.as_str())));
            refused_with(&id, &scene, &bytes(&moved), Reason::StatusInvalid);
        }
        for id in [
            None,
            json_of("null"),
            json_of("7"),
            json_of(r#""""#),
            json_of("[]"),
        ] {
            let moved = scene.reissue_or_stale(&honest, "id", id.clone());
            refused_with(
                &format!("{id:?}"),
                &scene,
                &bytes(&moved),
                Reason::StatusInvalid,
            );
        }
    }
}

#[test]
pub(crate) fn sts_11_yesterday_s_list_is_a_replay() {
    for suite in Cryptosuite::ALL {
        let dated = |scene: &Scene, from: Option<i64>, set: &[u64]| StatusListCredential {
            validity: Validity {
                from: from.map(|seconds| now().plus_seconds(seconds)),
                until: Some(now().plus_seconds(86_400)),
            },
            ..revocations(scene, set)
        };
        for (old, reason) in [
            (Some(-86_400), Some(Reason::StatusRollback)),
            (Some(-61), Some(Reason::StatusRollback)),
            (None, Some(Reason::StatusRollback)),
            (Some(-60), Some(Reason::Revoked)),
        ] {
            let scene = Scene::with_suite(suite);
            // Of the same second as the new one: then it is as new, and says what it says.
            let set: &[u64] = if old == Some(-60) { &[7] } else { &[] };
            let (old, new) = (dated(&scene, old, set), dated(&scene, Some(-60), &[7]));
            let avatar = scene.avatar_with(&[entry(&old, 7)]);
            let scene = scene.knowing(&new);
            refused_both("revoked", &scene, &avatar, Reason::Revoked);
            let scene = scene.knowing(&old);
            refused_both("rolled back", &scene, &avatar, reason.unwrap());
            let scene = scene.knowing(&new);
            refused_both("and forth", &scene, &avatar, Reason::Revoked);
        }
        // What was seen is remembered by date when the list itself is gone.
        let mut scene = Scene::with_suite(suite);
        let (old, new) = (
            dated(&scene, Some(-99), &[]),
            dated(&scene, Some(-60), &[7]),
        );
        let newest = new.validity.from.unwrap();
        scene.evidence = scene.evidence.with_newest(reference(&old), newest);
        let avatar = scene.avatar_with(&[entry(&old, 7)]);
        refused_both(
            "a restart",
            &scene.knowing(&old),
            &avatar,
            Reason::StatusRollback,
        );
    }
}

/// Whatever comes of fetching, an answer that is not there is never acceptance, and never a refusal
/// that the issuer would have to answer for. The ways to fail on the way are in
/// `attacks/status_fetching.rs`.
#[test]
pub(crate) fn sts_12_a_list_that_is_not_there_leaves_it_open() {
    for suite in Cryptosuite::ALL {
        let mut scene = Scene::with_suite(suite);
        let list = revocations(&scene, &[]);
        let avatar = scene.avatar_with(&[entry(&list, 7)]);
        let open = |title: &str, scene: &Scene| {
            for report in scene.judge_both(&avatar) {
                assert_eq!(report.reason(), Some(Reason::StatusUnavailable), "{title}");
                assert_eq!(
                    report.verdict(),
                    schemas::check::Verdict::Indeterminate,
                    "{title}"
                );
                assert!(report.accepted().is_none(), "{title}");
            }
        };
        open("never asked", &scene);
        for fetched in [Err(Reason::StatusUnavailable), Ok(Vec::new())] {
            scene.learns_status(&reference(&list), fetched, now());
            open("asked", &scene);
        }
        // The key with which the list would be judged is away.
        let published = bytes(&scene.a.publish(&list));
        let judged = verify_list(
            &reference(&list),
            &published,
            &scene.policy,
            &Evidence::new(),
            now(),
        );
        let fault = judged.unwrap_err();
        assert_eq!(fault.reason(), Reason::StatusUnavailable);
        assert!(fault.is_doubt());
    }
}

#[test]
pub(crate) fn sts_16_one_bit_an_entry() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let list = revocations(&scene, &[]);
        let scene = scene.knowing(&list);
        let avatar = scene.avatar_with(&[entry(&list, 7)]);
        let with = |name: &str, value: &str| {
            let mut entry = entry(&list, 7).to_object();
            entry.insert(name, json_of(value).unwrap());
            scene.reissue_or_stale(&avatar, "credentialStatus", Some(Value::Object(entry)))
        };
        for report in scene.judge_both(&with("statusSize", "1")) {
            accepted("one", &report);
        }
        for size in [
            "0",
            "2",
            "3",
            "8",
            "-1",
            "16",
            "4294967296",
            "9007199254740991",
            r#""1""#,
            r#""""#,
            "true",
            "[1]",
            "[1,2]",
        ] {
            let odd = with("statusSize", size);
            refused_both(size, &scene, &odd, Reason::StatusSizeUnsupported);
        }
        let message = |status: &str| format!(r#"{{"status":"{status}","message":"m"}}"#);
        let sound = format!("[{},{}]", message("0x0"), message("0x1"));
        for report in scene.judge_both(&with("statusMessage", &sound)) {
            accepted("two messages", &report);
        }
        for odd in [
            format!("[{}]", message("0x0")),
            format!("[{},{}]", message("0x0"), message("0x0")),
            format!("[{},{}]", message("0x0"), message("0x2")),
            format!("[{},{}]", message("0"), message("1")),
            format!("[{},{},{}]", message("0x0"), message("0x1"), message("0x2")),
            message("0x0"),
            r#""a""#.to_owned(),
        ] {
            refused_both(
                &odd,
                &scene,
                &with("statusMessage", &odd),
                Reason::StatusSizeUnsupported,
            );
        }
        // As many messages as two bits have values are not read as those of one.
        let mut entry = entry(&list, 7).to_object();
        entry.insert("statusSize", 2);
        let four = ["0x0", "0x1", "0x2", "0x3"].map(message).join(",");
        entry.insert("statusMessage", json_of(&format!("[{four}]")).unwrap());
        let odd = scene.reissue_or_stale(&avatar, "credentialStatus", Some(Value::Object(entry)));
        refused_both("two bits", &scene, &odd, Reason::StatusSizeUnsupported);
    }
}

#[test]
pub(crate) fn sts_18_one_member_and_nothing_beside_it() {
    let scene = Scene::new();
    let bits = vec![0_u8; 16_384];
    let sound = gzip(&bits);
    let with = |tail: &[u8]| [sound.as_slice(), tail].concat();
    let flipped = |place: usize| {
        let mut flipped = sound.clone();
        flipped[place] ^= 1;
        flipped
    };
    let built = |builder: GzBuilder| {
        let mut encoder = builder.write(Vec::new(), Compression::best());
        encoder.write_all(&bits).unwrap();
        encoder.finish().unwrap()
    };
    let end = sound.len();
    let deflated = {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bits).unwrap();
        encoder.finish().unwrap()
    };
    let zlib = {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bits).unwrap();
        encoder.finish().unwrap()
    };
    for (title, compressed) in [
        ("a second member", with(&gzip(&[1; 16_384]))),
        ("an empty member", with(&gzip(&[]))),
        (
            "an empty member before",
            [gzip(&[]), sound.clone()].concat(),
        ),
        ("junk", with(b"junk")),
        ("one byte", with(&[0])),
        ("padding", with(&[0; 512])),
        (
            "64 kB beside",
            built(GzBuilder::new().extra(vec![7; 65_535])),
        ),
        (
            "8 bytes beside",
            built(GzBuilder::new().extra(*b"AB\x04\x00abcd")),
        ),
        ("a remark", built(GzBuilder::new().comment("hello"))),
        ("a wrong sum", flipped(end - 8)),
        ("a wrong sum, further", flipped(end - 5)),
        ("a wrong length", flipped(end - 4)),
        ("a wrong length, further", flipped(end - 1)),
        ("a wrong method", flipped(2)),
        ("reserved flags", {
            let mut odd = sound.clone();
            odd[3] |= 0xe0;
            odd
        }),
        ("a wrong magic", flipped(0)),
        ("cut off", sound[..end - 1].to_vec()),
        ("without its end", sound[..end - 8].to_vec()),
        ("a head alone", sound[..10].to_vec()),
        ("no head", deflated),
        ("zlib", zlib),
        ("nothing", Vec::new()),
        ("plain bits", bits.clone()),
    ] {
        let list = with_bits(&scene, &encoded(&compressed));
        refused_with(title, &scene, &bytes(&list), Reason::StatusInvalid);
    }
    let text = base64url::encode(&sound);
    for (title, text) in [
        ("no prefix", text.clone()),
        ("base64", format!("m{text}")),
        ("base58", format!("z{text}")),
        ("padded base64url", format!("U{text}")),
        ("padding", format!("u{text}=")),
        ("a line end", format!("u{text}\n")),
        ("a space", format!("u {text}")),
        ("a sign of base64", format!("u{text}+/")),
        ("a prefix alone", "u".to_owned()),
        ("nothing", String::new()),
    ] {
        let list = with_bits(&scene, &text);
        refused_with(title, &scene, &bytes(&list), Reason::StatusInvalid);
    }
    // Too few bits are not filled up.
    for few in [0_usize, 1, 16_383] {
        let list = with_bits(&scene, &encoded(&gzip(&vec![0; few])));
        refused_with("too few", &scene, &bytes(&list), Reason::StatusLength);
    }
    let mut known = Scene::new();
    let list = revocations(&known, &[]);
    known.learns_status(
        &reference(&list),
        Ok(bytes(&with_bits(&scene, &encoded(&sound)))),
        now(),
    );
    accepted("sound", &known.judge_status(&[entry(&list, 7)]));
}

#[test]
pub(crate) fn sts_20_a_list_has_no_status() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let list = revocations(&scene, &[]);
        let honest = scene.a.publish(&list);
        let other = StatusListCredential {
            url: "https://a.example/status/9".parse().unwrap(),
            ..list.clone()
        };
        for entry in [
            Value::Object(entry(&list, 7).to_object()),
            Value::Object(entry(&other, 7).to_object()),
            vec![entry(&list, 1).to_object(), entry(&other, 2).to_object()].into(),
            Value::Object(object! { "type" => "StatusList2021Entry" }),
            Value::Array(Vec::new()),
            Value::Object(Object::new()),
            "https://a.example/status/9".into(),
            Value::Null,
        ] {
            let odd = scene.reissue_or_stale(&honest, "credentialStatus", Some(entry.clone()));
            refused_with(
                &format!("{entry}"),
                &scene,
                &bytes(&odd),
                Reason::StatusInvalid,
            );
        }
    }
}

#[test]
pub(crate) fn sts_21_a_list_is_fetched_from_worlds_alone() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let list = revocations(&scene, &[]);
        let avatar = scene.avatar_with(&[entry(&list, 7)]);
        for url in [
            "http://127.0.0.1:5432/",
            "http://127.0.0.1/",
            "https://127.0.0.1/status",
            "https://2130706433/status",
            "https://0x7f000001/status",
            "https://127.1/status",
            "https://[::1]/status",
            "http://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/latest/meta-data/",
            "https://10.0.0.1/status",
            "http://a.example/status/revocation",
            "file:///etc/passwd",
            "data:application/vc;base64,e30=",
            "ftp://a.example/status",
            "gopher://127.0.0.1:70/",
            "javascript:alert(1)",
            "//a.example/status",
            "/status/1",
            "status/1",
            "#list",
            "",
            "https://",
            "https:///status",
            "https://user@a.example/status",
            "https://user:word@a.example/status",
            "https://a.example@evil.example/status",
            "https://a.example\\@evil.example/status",
            "https://a.example/../status",
            "https://a.example/%2e%2e/status",
            "https://a.example/status#list",
            "https://a.example/sta tus",
            "https://a.example:99999/status",
            " https://a.example/status",
            "did:web:a.example",
        ] {
            let place = "credentialStatus/statusListCredential";
            let odd = scene.reissue_or_stale(&avatar, place, Some(url.into()));
            for report in scene.judge_both(&odd) {
                // What is no whole address is told as such before anybody asks what it is for.
                let whole = url.split_once(':').is_some_and(|(scheme, _)| {
                    !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
                }) && !url.contains([' ', '\\']);
                let found = report.reason();
                assert!(
                    found == Some(Reason::StatusFetchBlocked)
                        || (!whole && found == Some(Reason::TermUndefined)),
                    "{url}: {found:?}"
                );
                assert!(
                    report.accepted().is_none() && report.missing().is_empty(),
                    "{url}"
                );
            }
        }
    }
}

/// Where statements are signed, two things of one name are one thing: whoever holds the credential could
/// deal out its members so that no entry is the one that is set.
#[test]
fn nobody_deals_out_the_members_of_two_entries() {
    for suite in Cryptosuite::ALL {
        let scene = Scene::with_suite(suite);
        let set = revocations(&scene, &[5]);
        let mut other = revocations(&scene, &[]);
        other.url = format!("{}/status/other", scene.a.id.origin())
            .parse()
            .unwrap();
        let scene = scene.knowing(&set).knowing(&other);
        let avatar = scene.avatar_with(&[entry(&set, 5), entry(&other, 7)]);
        for (names, dealt) in [
            (["urn:x", "urn:x"], None),
            (["urn:x", "urn:y"], Some(Reason::SigInvalid)),
        ] {
            let status = avatar.get("credentialStatus").and_then(Value::as_array);
            let named = status.unwrap().iter().zip(names).map(|(entry, name)| {
                let named = edited(entry.as_object().unwrap(), "id", Some(name.into()));
                Value::Object(named)
            });
            let named = Some(Value::Array(named.collect()));
            let issued = scene.reissue(&avatar, "credentialStatus", named);
            refused_both(names[1], &scene, &issued, Reason::Revoked);
            let swapped = edited(
                &issued,
                "credentialStatus/0/statusListIndex",
                json_of("\"7\""),
            );
            let swapped = edited(
                &swapped,
                "credentialStatus/1/statusListIndex",
                json_of("\"5\""),
            );
            let Some(dealt) = dealt else {
                for report in scene.judge_both(&swapped) {
                    assert!(report.accepted().is_none());
                    let outcome = report.outcome(schemas::check::CheckId::Status);
                    assert_eq!(outcome.reason(), Some(Reason::CredMalformed));
                }
                continue;
            };
            refused_both("dealt out", &scene, &swapped, dealt);
        }
    }
}

//! Model files: AST-01 to AST-17, the whole way. The creator signs the bad file, a trusted world
//! vouches for it, and the verifier is handed what `assets` found in it. Every variant of each case
//! is in `assets/tests/refusals.rs`; here are those that show that nothing gets lost on the way.

use assets::make::{Prop, Recipe, container, glb, vrm1};
use assets::{Limits, facts};
use schemas::asset::MediaType;
use schemas::check::CheckId;
use schemas::digest::Sha256Digest;
use schemas::json::{self, Object, Value};
use schemas::license::{Allowance, AvatarPermission, LicenseTerms};
use schemas::object;
use schemas::reason::Reason;
use tests::actors::{json as value_of, key, terms};
use tests::forge::edited;
use tests::scene::{Scene, token};
use verifier::{AssetAsked, Creators, Policy, Report};

use crate::{accepted, refused};

fn avatar() -> Vec<u8> {
    vrm1(&Recipe::new(terms()))
}

fn prop() -> Vec<u8> {
    glb(&Prop {
        name: "lantern".to_owned(),
        color: [200, 60, 40],
    })
}

/// The JSON of a model and the bytes of its buffer.
fn parts(file: &[u8]) -> (Object, Vec<u8>) {
    let length = u32::from_le_bytes(file[12..16].try_into().unwrap()) as usize;
    let model = json::read(&file[20..20 + length], &json::Limits::model()).unwrap();
    let bin = file[20 + length + 8..].to_vec();
    (model.as_object().unwrap().clone(), bin)
}

/// A model with members of its JSON changed (`null` takes one out).
fn with(file: &[u8], changes: &[(&str, &str)]) -> Vec<u8> {
    let (mut model, bin) = parts(file);
    for (path, value) in changes {
        let value = json::read(value.as_bytes(), &json::Limits::model()).unwrap();
        model = edited(&model, path, Some(value));
    }
    container(Value::Object(model).to_string().as_bytes(), &bin)
}

/// A scene whose creator made this file, and where the file is at hand.
fn scene_of(file: &[u8], at_hand: &[u8]) -> Scene {
    let mut scene = Scene::new();
    scene.creator.model = file.to_vec();
    scene.asset = AssetAsked::Given(Box::new(facts(at_hand, &Limits::default())));
    scene
}

fn reports(scene: &Scene) -> [Report; 2] {
    let avatar = scene.avatar();
    [
        scene.judge_credential(&avatar),
        scene.judge(&scene.present_unchecked(&avatar)),
    ]
}

/// A file for which everything is signed and vouched, and which is refused for this.
#[track_caller]
fn refused_file(title: &str, file: &[u8], reason: Reason) {
    for report in reports(&scene_of(file, file)) {
        refused(title, &report, reason);
        assert_eq!(
            report.headline().map(|(check, _)| check),
            Some(CheckId::Asset),
            "{title}"
        );
        assert_eq!(
            report.details().len(),
            1,
            "{title}: {:#?}",
            report.details()
        );
    }
}

#[test]
fn sound_files_are_accepted() {
    for file in [avatar(), prop()] {
        for report in reports(&scene_of(&file, &file)) {
            accepted("sound", &report);
        }
    }
}

#[test]
pub(crate) fn ast_01_the_file_is_the_one_that_was_named() {
    let file = avatar();
    let mut flipped = file.clone();
    let last = flipped.len() - 1;
    flipped[last] ^= 1;
    let longer = [&file[..], &[0]].concat();
    for other in [
        prop(),
        flipped,
        longer,
        file[..file.len() - 1].to_vec(),
        Vec::new(),
    ] {
        for report in reports(&scene_of(&file, &other)) {
            refused("another file", &report, Reason::AssetHashMismatch);
        }
    }
    // The digest of a part, of nothing, or of another length of bytes.
    let (model, _) = parts(&file);
    let json_chunk = Sha256Digest::of(Value::Object(model).to_string().as_bytes());
    let scene = scene_of(&file, &file);
    let statement = |digest: Sha256Digest, length: u64| {
        let mut statement = scene.creator.statement();
        statement.asset.digest = digest;
        statement.asset.byte_length = length;
        scene.creator.sign(&statement.unsigned())
    };
    let length = u64::try_from(file.len()).unwrap();
    for (digest, length) in [
        (json_chunk, length),
        (Sha256Digest::of(b""), 0),
        (Sha256Digest::of(&file), length + 1),
        (Sha256Digest::of(&file), 0),
    ] {
        let holder = scene.holder().did_key();
        let avatar = scene
            .a
            .avatar(&holder, statement(digest, length))
            .unsigned();
        let avatar = scene.a.issue(&avatar);
        refused(
            "digest",
            &scene.judge_credential(&avatar),
            Reason::AssetHashMismatch,
        );
    }
    // Other spellings of a digest are no digest.
    let digest = Sha256Digest::of(&file);
    let hex = digest.hex();
    let sha1 = format!("uERQ{}", "A".repeat(27));
    let path = "credentialSubject/provenance/credentialSubject/digestMultibase";
    for text in [
        hex.as_str(),
        &format!("f1220{hex}"),
        &format!("sha256-{hex}"),
        &digest.to_string()[1..],
        &digest.to_string().replacen('u', "z", 1),
        &format!("{digest}="),
        &sha1,
        "u",
        "",
    ] {
        let avatar = edited(&scene.avatar(), path, Some(text.into()));
        refused(
            text,
            &scene.judge_credential(&avatar),
            Reason::CredMalformed,
        );
    }
}

#[test]
pub(crate) fn ast_03_the_header_says_what_is_there() {
    let good = avatar();
    let word = |offset: usize, word: u32| {
        let mut file = good.clone();
        file[offset..offset + 4].copy_from_slice(&word.to_le_bytes());
        file
    };
    let length = u32::try_from(good.len()).unwrap();
    for (title, file) in [
        ("longer", word(8, length + 1)),
        ("shorter", word(8, length - 1)),
        ("no length", word(8, 0)),
        ("4 GiB", word(8, u32::MAX)),
        ("another version", word(4, 1)),
        ("another magic", word(0, 0x4654_6C68)),
        ("chunk of 4 GiB", word(12, u32::MAX)),
        ("chunk of nothing", word(12, 0)),
        ("chunk unaligned", word(12, 3)),
        ("BIN first", word(16, 0x004E_4942)),
        ("cut", good[..good.len() / 2].to_vec()),
        ("head alone", good[..12].to_vec()),
        ("nothing", Vec::new()),
        ("glTF text", br#"{"asset":{"version":"2.0"}}"#.to_vec()),
    ] {
        refused_file(title, &file, Reason::AssetFormat);
    }
}

/// The first accessor or buffer view of the prop, changed.
fn prop_with(changes: &[(&str, &str)]) -> Vec<u8> {
    with(&prop(), changes)
}

#[test]
pub(crate) fn ast_04_nothing_is_read_beyond_the_end() {
    for changes in [
        &[("accessors/0/count", "1000000")][..],
        &[("accessors/0/byteOffset", "1000000")],
        &[("accessors/0/byteOffset", "9007199254740988")],
        &[("bufferViews/0/byteLength", "1000000")],
        &[("bufferViews/0/byteOffset", "1000000")],
        &[
            ("bufferViews/0/byteOffset", "4294967292"),
            ("bufferViews/0/byteLength", "4294967292"),
        ],
        &[("bufferViews/0/buffer", "7")],
        &[("accessors/0/bufferView", "999")],
        &[("meshes/0/primitives/0/attributes/POSITION", "999")],
        &[("meshes/0/primitives/0/material", "999")],
        &[("nodes/0/mesh", "999")],
        &[("scene", "999")],
    ] {
        refused_file(
            &format!("{changes:?}"),
            &prop_with(changes),
            Reason::AssetBounds,
        );
    }
}

#[test]
pub(crate) fn ast_05_sparse_accessors_stay_inside() {
    for sparse in [
        r#"{"count":1000000,"indices":{"bufferView":0,"componentType":5123},"values":{"bufferView":0}}"#,
        r#"{"count":1,"indices":{"bufferView":999,"componentType":5123},"values":{"bufferView":0}}"#,
        r#"{"count":1,"indices":{"bufferView":0,"componentType":5123,"byteOffset":99999999},"values":{"bufferView":0}}"#,
        // The first bytes of the positions are no growing indices below the count.
        r#"{"count":4,"indices":{"bufferView":0,"componentType":5123},"values":{"bufferView":0}}"#,
    ] {
        let file = prop_with(&[("accessors/0/sparse", sparse)]);
        refused_file(sparse, &file, Reason::AssetBounds);
    }
}

#[test]
pub(crate) fn ast_06_indices_name_vertices_that_are_there() {
    let file = prop();
    let (model, bin) = parts(&file);
    let number = |path: &[&str]| {
        let mut value = Value::Object(model.clone());
        for step in path {
            value = match step.parse::<usize>() {
                Ok(index) => value.as_array().unwrap()[index].clone(),
                Err(_) => value.get(step).cloned().unwrap_or_else(|| 0.into()),
            };
        }
        usize::try_from(value.as_u64().unwrap()).unwrap()
    };
    let indices = number(&["meshes", "0", "primitives", "0", "indices"]).to_string();
    let view = number(&["accessors", &indices, "bufferView"]).to_string();
    let start = number(&["bufferViews", &view, "byteOffset"]);
    let component = number(&["accessors", &indices, "componentType"]);
    assert_eq!(component, 5123, "16 bits each");
    for index in [u16::MAX, u16::MAX - 1, 1000] {
        let mut bin = bin.clone();
        bin[start..start + 2].copy_from_slice(&index.to_le_bytes());
        let file = container(Value::Object(model.clone()).to_string().as_bytes(), &bin);
        refused_file(&index.to_string(), &file, Reason::AssetBounds);
    }
}

#[test]
pub(crate) fn ast_07_numbers_are_as_many_as_they_should_be() {
    let sixteen = |count: usize| format!("[{}]", vec!["1"; count].join(","));
    for (path, value) in [
        ("nodes/0/matrix", "[1,2,3]".to_owned()),
        ("nodes/0/matrix", sixteen(15)),
        ("nodes/0/matrix", sixteen(10_000)),
        ("nodes/0/matrix", "{}".to_owned()),
        ("nodes/0/translation", "[1,2]".to_owned()),
        ("nodes/0/translation", r#"[1,2,"3"]"#.to_owned()),
        ("nodes/0/rotation", "[0,0,1]".to_owned()),
        ("nodes/0/scale", "[]".to_owned()),
        ("nodes", "{}".to_owned()),
        ("asset", "{}".to_owned()),
        ("asset/version", "\"1.0\"".to_owned()),
    ] {
        let file = prop_with(&[(path, &value)]);
        refused_file(&format!("{path} {value:.20}"), &file, Reason::AssetFormat);
    }
    let (model, bin) = parts(&prop());
    let text = Value::Object(model).to_string();
    for number in ["1e400", "NaN", "-Infinity"] {
        let text = text.replacen(
            "\"nodes\":[{",
            &format!("\"nodes\":[{{\"translation\":[{number},1,1],"),
            1,
        );
        refused_file(
            number,
            &container(text.as_bytes(), &bin),
            Reason::JsonNumberOutOfRange,
        );
    }
}

/// A model with a picture of this head.
fn with_picture(picture: &[u8], mime_type: &str) -> Vec<u8> {
    let (mut model, mut bin) = parts(&prop());
    bin.resize(bin.len().next_multiple_of(4), 0);
    let offset = bin.len();
    bin.extend_from_slice(picture);
    let views = model.get_mut("bufferViews").unwrap();
    let Value::Array(views) = views else {
        panic!("a list")
    };
    let view = views.len();
    views.push(
        object! {
            "buffer" => 0,
            "byteOffset" => u32::try_from(offset).unwrap(),
            "byteLength" => u32::try_from(picture.len()).unwrap(),
        }
        .into(),
    );
    let image = object! { "bufferView" => u32::try_from(view).unwrap(), "mimeType" => mime_type };
    model.insert("images", vec![image]);
    let length = u32::try_from(bin.len()).unwrap();
    model = edited(&model, "buffers/0/byteLength", Some(length.into()));
    container(Value::Object(model).to_string().as_bytes(), &bin)
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let chunk = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_be_bytes();
        [&length[..], kind, data, &[0; 4]].concat()
    };
    let head = [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, 6, 0, 0, 0],
    ]
    .concat();
    [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        chunk(b"IHDR", &head),
        chunk(b"IDAT", &[0; 8]),
        chunk(b"IEND", b""),
    ]
    .concat()
}

#[test]
pub(crate) fn ast_09_pictures_do_not_unpack_to_worlds() {
    for (width, height) in [(65_535, 65_535), (4097, 16), (16, 4097), (1 << 30, 1 << 30)] {
        let file = with_picture(&png(width, height), "image/png");
        refused_file(&format!("{width}×{height}"), &file, Reason::AssetImageBomb);
    }
    for report in reports(&scene_of(
        &with_picture(&png(16, 16), "image/png"),
        &with_picture(&png(16, 16), "image/png"),
    )) {
        accepted("a small one", &report);
    }
}

#[test]
pub(crate) fn ast_10_what_needs_an_unknown_extension_is_not_read() {
    for name in [
        "KHR_draco_mesh_compression",
        "EXT_meshopt_compression",
        "KHR_texture_basisu",
        "EVIL_x",
    ] {
        let (model, bin) = parts(&prop());
        let names = value_of(&format!("[\"{name}\"]"));
        let model = edited(&model, "extensionsRequired", Some(names.clone()));
        let model = edited(&model, "extensionsUsed", Some(names));
        let file = container(Value::Object(model).to_string().as_bytes(), &bin);
        refused_file(name, &file, Reason::AssetExtension);
    }
}

#[test]
pub(crate) fn ast_11_nodes_form_a_forest() {
    for nodes in [
        r#"[{"children":[0]}]"#.to_owned(),
        r#"[{"children":[1]},{"children":[0]}]"#.to_owned(),
        r#"[{"children":[1]},{"children":[2]},{"children":[1]}]"#.to_owned(),
        r#"[{"children":[2]},{"children":[2]},{}]"#.to_owned(),
        r#"[{"children":[1,1]},{}]"#.to_owned(),
        format!(
            "[{},{{}}]",
            (1..5000)
                .map(|n| format!(r#"{{"children":[{n}]}}"#))
                .collect::<Vec<_>>()
                .join(",")
        ),
    ] {
        let file = prop_with(&[("nodes", &nodes)]);
        refused_file(&format!("{nodes:.40}"), &file, Reason::AssetCycle);
    }
}

#[test]
pub(crate) fn ast_12_not_more_than_people_wear() {
    for list in ["nodes", "materials", "animations"] {
        let many = format!("[{}{{}}]", "{},".repeat(70_000));
        let file = prop_with(&[(list, &many)]);
        refused_file(list, &file, Reason::AssetTooLarge);
    }
    let mut large = prop();
    large.resize((32 << 20) + 1, 0);
    refused_file("32 MiB and one byte", &large, Reason::AssetTooLarge);
}

#[test]
pub(crate) fn ast_13_the_json_of_a_model_is_read_as_strictly() {
    let (model, bin) = parts(&prop());
    let text = Value::Object(model).to_string();
    let deep = format!("{}1{}", "[".repeat(129), "]".repeat(129));
    for (changed, reason) in [
        (
            text.replacen('{', r#"{"asset":{"version":"2.0"},"#, 1),
            Reason::JsonDuplicateKey,
        ),
        (
            text.replacen('{', r#"{"as\u0073et":{"version":"2.0"},"#, 1),
            Reason::JsonDuplicateKey,
        ),
        (
            text.replacen('{', r#"{"extras":{"a":1,"\u0061":2},"#, 1),
            Reason::JsonDuplicateKey,
        ),
        (format!("\u{feff}{text}"), Reason::ParseError),
        (format!("{text}{text}"), Reason::ParseError),
        (format!("{text}\0\0\0\0"), Reason::ParseError),
        (
            text.replacen('{', r#"{"extras":9007199254740993,"#, 1),
            Reason::JsonNumberOutOfRange,
        ),
        (
            text.replacen('{', r#"{"extras":"\ud800","#, 1),
            Reason::JsonLoneSurrogate,
        ),
        (
            text.replacen('{', &format!(r#"{{"extras":{deep},"#), 1),
            Reason::InputTooDeep,
        ),
    ] {
        let file = container(changed.as_bytes(), &bin);
        refused_file(&format!("{changed:.40}"), &file, reason);
    }
}

#[test]
pub(crate) fn ast_14_terms_are_stated_once_and_not_looser_than_signed() {
    // The statement gives away more than the file itself says.
    for terms_of_file in [
        LicenseTerms {
            avatar_permission: Some(AvatarPermission::OnlyAuthor),
            ..terms()
        },
        LicenseTerms {
            avatar_permission: None,
            ..terms()
        },
    ] {
        let file = vrm1(&Recipe::new(terms_of_file));
        refused_file("looser than the file", &file, Reason::AssetMetaMismatch);
    }
    // Less than the file says is the creator's to decide.
    let generous = LicenseTerms {
        avatar_permission: Some(AvatarPermission::Everyone),
        allow_redistribution: Some(Allowance::Allowed),
        ..terms()
    };
    let file = vrm1(&Recipe::new(generous));
    for report in reports(&scene_of(&file, &file)) {
        accepted("stricter than the file", &report);
    }
    // Both versions of the terms in one file.
    let old = r#"{"meta":{"allowedUserName":"Everyone"},"humanoid":{"humanBones":[]}}"#;
    let both = with(&avatar(), &[("extensions/VRM", old)]);
    refused_file("two metas", &both, Reason::AssetMetaMismatch);
}

#[test]
pub(crate) fn ast_15_nothing_stands_behind_the_end() {
    let good = avatar();
    for tail in [
        &b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"[..],
        b"<html><script>1</script></html>",
        b"%PDF-1.7",
        b"\0",
        b"\0\0\0\0",
    ] {
        refused_file("behind", &[&good[..], tail].concat(), Reason::AssetFormat);
        refused_file("before", &[tail, &good[..]].concat(), Reason::AssetFormat);
    }
}

/// A manifest inside a file is looked at by nobody. Who made the model is said by a signed statement,
/// by somebody whom policy names.
#[test]
pub(crate) fn ast_17_who_made_it_is_not_taken_from_the_file() {
    let manifest =
        r#"{"c2pa":{"claim_generator":"x","creator":"did:web:famous.example","signature":"AAAA"}}"#;
    let file = with(&prop(), &[("extras", manifest)]);
    for listed in [
        vec![],
        vec![key("famous").did_key()],
        vec!["did:web:famous.example".parse().unwrap()],
    ] {
        let mut scene = scene_of(&file, &file);
        scene.policy = Policy::nobody().with_issuer(
            scene.a.did(),
            vec![schemas::credential::CredentialType::Avatar],
            Creators::Listed(listed),
        );
        for report in reports(&scene) {
            refused("not listed", &report, Reason::AssetProvenanceUntrusted);
        }
    }
    // Vouched for by the world, the creator of the statement is believed, and the manifest still not.
    let scene = scene_of(&file, &file);
    for report in reports(&scene) {
        accepted("vouched for", &report);
        let credential = &report.accepted().unwrap().credentials()[0];
        let provenance = credential.subject().provenance().unwrap();
        assert_eq!(provenance.unverified_issuer(), &scene.creator.did());
        assert!(!report.to_object().contains_key("c2pa"));
    }
    let shown = scene.present_unchecked(&scene.avatar());
    let text = String::from_utf8(token(&shown)).unwrap();
    assert!(!text.contains("famous") && text.contains(MediaType::GltfBinary.as_str()));
}

//! Every way of security.md 1.14 in which a model can lie, made from a sound one, refused for its
//! own reason.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    reason = "test code"
)]

use assets::make::{Prop, Recipe, container, glb, vrm1};
use assets::{AssetError, Limits, facts, inspect};
use schemas::asset::{FindingKind, Shape};
use schemas::json::{self, Object, Value};
use schemas::license::LicenseTerms;
use schemas::object;
use schemas::reason::Reason;

fn avatar() -> Vec<u8> {
    vrm1(&Recipe::new(LicenseTerms::default()))
}

fn prop() -> Vec<u8> {
    glb(&Prop {
        name: "lantern".to_owned(),
        color: [200, 60, 40],
    })
}

fn parts(file: &[u8]) -> (Value, Vec<u8>) {
    let length = u32::from_le_bytes(file[12..16].try_into().unwrap()) as usize;
    let model = json::read(&file[20..20 + length], &json::Limits::model()).unwrap();
    (model, file[20 + length + 8..].to_vec())
}

fn join(model: &Value, bin: &[u8]) -> Vec<u8> {
    container(model.to_string().as_bytes(), bin)
}

/// The value at a path such as `meshes.0.primitives`; missing members are made.
fn at<'a>(model: &'a mut Value, path: &str) -> &'a mut Value {
    path.split('.').fold(model, |value, step| match value {
        Value::Array(elements) => &mut elements[step.parse::<usize>().unwrap()],
        Value::Object(object) => {
            if !object.contains_key(step) {
                object.insert(step, Object::new());
            }
            object.get_mut(step).unwrap()
        }
        other => panic!("{path}: {step} in {other}"),
    })
}

fn set(file: &[u8], path: &str, value: impl Into<Value>) -> Vec<u8> {
    let (mut model, bin) = parts(file);
    *at(&mut model, path) = value.into();
    join(&model, &bin)
}

fn reason(file: &[u8]) -> Reason {
    reason_within(file, &Limits::default())
}

fn reason_within(file: &[u8], limits: &Limits) -> Reason {
    match inspect(file, limits) {
        Ok(facts) => panic!("accepted: {}", Value::from(facts.to_object())),
        Err(error) => {
            assert!(!error.to_string().is_empty());
            assert_eq!(facts(file, limits).shape, Shape::Refused(error.reason()));
            error.reason()
        }
    }
}

fn finding(file: &[u8], kind: FindingKind) {
    let facts = inspect(file, &Limits::default()).unwrap();
    assert!(facts.has_finding(kind), "{kind:?} in {:?}", facts.findings);
}

fn word(file: &[u8], offset: usize, word: u32) -> Vec<u8> {
    let mut file = file.to_vec();
    file[offset..offset + 4].copy_from_slice(&word.to_le_bytes());
    file
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    [&(data.len() as u32).to_le_bytes()[..], kind, data].concat()
}

/// A container of these chunks with the right length.
fn file_of(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    let mut file = b"glTF\x02\0\0\0".to_vec();
    file.extend_from_slice(&(body.len() as u32 + 12).to_le_bytes());
    file.extend_from_slice(&body);
    file
}

fn numbers(count: usize, value: f64) -> Value {
    Value::Array(vec![json::Number::from_f64(value).unwrap().into(); count])
}

fn big(value: f64) -> Value {
    json::Number::from_f64(value).unwrap().into()
}

#[test]
fn the_sound_models_are_sound() {
    for file in [avatar(), prop()] {
        assert_eq!(inspect(&file, &Limits::default()).unwrap().findings, []);
        let (model, bin) = parts(&file);
        assert!(inspect(&join(&model, &bin), &Limits::default()).is_ok());
    }
}

#[test]
fn ast_03_container() {
    let good = prop();
    let length = good.len() as u32;
    let (model, bin) = parts(&good);
    let text = model.to_string();
    let json = chunk(
        b"JSON",
        format!("{text}{}", " ".repeat((4 - text.len() % 4) % 4)).as_bytes(),
    );
    let data = chunk(b"BIN\0", &bin);
    assert!(inspect(&file_of(&[json.clone(), data.clone()]), &Limits::default()).is_ok());
    let cases = [
        ("empty", vec![]),
        ("cut in the header", good[..10].to_vec()),
        ("header alone", file_of(&[])),
        ("another magic", word(&good, 0, 0x4654_6C68)),
        ("version 1", word(&good, 4, 1)),
        ("longer than the file", word(&good, 8, length + 4)),
        ("shorter than the file", word(&good, 8, length - 4)),
        ("length 0", word(&good, 8, 0)),
        ("length 2^32 - 1", word(&good, 8, u32::MAX)),
        ("chunk length 2^32 - 4", word(&good, 12, u32::MAX - 3)),
        ("chunk not aligned", word(&good, 12, 1)),
        ("BIN first", file_of(&[data.clone(), json.clone()])),
        ("BIN alone", file_of(std::slice::from_ref(&data))),
        ("two JSON", file_of(&[json.clone(), json.clone()])),
        (
            "two BIN",
            file_of(&[json.clone(), data.clone(), data.clone()]),
        ),
        (
            "BIN third",
            file_of(&[json.clone(), chunk(b"ABCD", &[]), data.clone()]),
        ),
        (
            "half a chunk header",
            [&file_of(std::slice::from_ref(&json))[..], &[0; 4]].concat(),
        ),
    ];
    for (what, file) in cases {
        assert_eq!(reason(&file), Reason::AssetFormat, "{what}");
    }
    for end in 0..good.len() {
        assert_eq!(reason(&good[..end]), Reason::AssetFormat, "cut at {end}");
    }
    let extra = chunk(b"ABCD", &[1, 2, 3, 4]);
    finding(
        &file_of(&[json.clone(), data.clone(), extra.clone()]),
        FindingKind::ExtraChunk,
    );
    let many = [vec![json, data], vec![extra; 9]].concat();
    assert_eq!(reason(&file_of(&many)), Reason::AssetTooLarge);
}

#[test]
fn ast_04_accessors() {
    let good = prop();
    let size = parts(&good).1.len() as u32;
    let two_32 = big(4_294_967_296.0);
    let cases = [
        ("count one too many", set(&good, "accessors.0.count", 73)),
        (
            "count 2^32",
            set(&good, "accessors.0.count", two_32.clone()),
        ),
        (
            "count 2^53 - 1",
            set(&good, "accessors.0.count", big(9_007_199_254_740_991.0)),
        ),
        ("offset outside", set(&good, "accessors.0.byteOffset", 4)),
        (
            "offset 2^53 - 1",
            set(
                &good,
                "accessors.0.byteOffset",
                big(9_007_199_254_740_991.0),
            ),
        ),
        ("wider elements", set(&good, "accessors.1.type", "VEC4")),
        ("stride 0", set(&good, "bufferViews.0.byteStride", 0)),
        ("stride 255", set(&good, "bufferViews.0.byteStride", 255)),
        (
            "stride below the element",
            set(&good, "bufferViews.0.byteStride", 8),
        ),
        (
            "stride beyond the view",
            set(&good, "bufferViews.0.byteStride", 16),
        ),
        (
            "view beyond the buffer",
            set(&good, "bufferViews.2.byteLength", size),
        ),
        (
            "view offset 2^32",
            set(&good, "bufferViews.0.byteOffset", two_32.clone()),
        ),
        (
            "buffer beyond the chunk",
            set(&good, "buffers.0.byteLength", size + 4),
        ),
        ("buffer 2^32", set(&good, "buffers.0.byteLength", two_32)),
        ("no such view", set(&good, "accessors.0.bufferView", 3)),
        ("no such buffer", set(&good, "bufferViews.0.buffer", 1)),
        (
            "no such accessor",
            set(&good, "meshes.0.primitives.0.indices", 99),
        ),
        (
            "no such attribute",
            set(&good, "meshes.0.primitives.0.attributes.NORMAL", 99),
        ),
        (
            "no such material",
            set(&good, "meshes.0.primitives.0.material", 1),
        ),
        ("no such mesh", set(&good, "nodes.0.mesh", 1)),
        ("no such skin", set(&good, "nodes.0.skin", 0)),
        ("no such camera", set(&good, "nodes.0.camera", 0)),
        ("no such child", set(&good, "nodes.0.children", [1])),
        ("no such root", set(&good, "scenes.0.nodes", [1])),
        ("no such scene", set(&good, "scene", 1)),
        (
            "no such bone",
            set(
                &avatar(),
                "extensions.VRMC_vrm.humanoid.humanBones.hips.node",
                16,
            ),
        ),
        ("no such joint", set(&avatar(), "skins.0.joints", [16])),
        (
            "fewer matrices",
            set(&avatar(), "skins.0.joints", (0..16).collect::<Vec<u32>>()),
        ),
        ("no such texture", {
            let path = "materials.0.pbrMetallicRoughness.baseColorTexture";
            set(&good, path, object! { "index" => 0 })
        }),
        ("no such texture in an extension", {
            let path = "materials.0.extensions.VRMC_materials_mtoon.rimMultiplyTexture";
            set(&good, path, object! { "index" => 0 })
        }),
    ];
    for (what, file) in cases {
        assert_eq!(reason(&file), Reason::AssetBounds, "{what}");
    }
    // Skins bound to fewer joints than the vertices name.
    let (mut model, bin) = parts(&avatar());
    *at(&mut model, "skins.0.joints") = vec![0_u32, 1, 2].into();
    assert_eq!(reason(&join(&model, &bin)), Reason::AssetBounds);
    // Attributes of unequal length.
    let shorter = set(&good, "accessors.1.count", 71);
    assert_eq!(reason(&shorter), Reason::AssetBounds);
}

#[test]
fn ast_04_without_bytes_the_count_is_bounded_all_the_same() {
    let (mut model, bin) = parts(&prop());
    let accessor = object! {
        "componentType" => 5126, "type" => "VEC3", "count" => big(4_294_967_296.0),
    };
    match at(&mut model, "accessors") {
        Value::Array(accessors) => accessors.push(accessor.into()),
        other => panic!("{other}"),
    }
    assert_eq!(reason(&join(&model, &bin)), Reason::AssetTooLarge);
}

/// The prop with its positions made sparse: so many replacements with these indexes.
fn sparse(indices: &[u16], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let (mut model, mut bin) = parts(&prop());
    let start = bin.len();
    bin.extend(indices.iter().flat_map(|index| index.to_le_bytes()));
    bin.resize(bin.len().next_multiple_of(4), 0);
    let values = bin.len();
    bin.resize(values + indices.len() * 12, 0);
    let view = |offset: usize, length: usize| {
        Value::from(object! {
            "buffer" => 0, "byteOffset" => offset as u32, "byteLength" => length as u32,
        })
    };
    match at(&mut model, "bufferViews") {
        Value::Array(views) => {
            views.push(view(start, indices.len() * 2));
            views.push(view(values, indices.len() * 12));
        }
        other => panic!("{other}"),
    }
    *at(&mut model, "buffers.0.byteLength") = (bin.len() as u32).into();
    let views = at(&mut model, "bufferViews").as_array().unwrap().len() as u32;
    *at(&mut model, "accessors.0.sparse") = object! {
        "count" => indices.len() as u32,
        "indices" => object! { "bufferView" => views - 2, "componentType" => 5123 },
        "values" => object! { "bufferView" => views - 1 },
    }
    .into();
    change(&mut model);
    join(&model, &bin)
}

#[test]
fn ast_05_sparse() {
    let keep = |_: &mut Value| {};
    assert!(inspect(&sparse(&[0, 3, 71], keep), &Limits::default()).is_ok());
    let cases = [
        ("index beyond the count", sparse(&[0, 3, 72], keep)),
        ("falling", sparse(&[3, 2], keep)),
        ("twice", sparse(&[3, 3], keep)),
        (
            "more than there are",
            sparse(&[1, 2], |m| *at(m, "accessors.0.sparse.count") = 73.into()),
        ),
        (
            "more than the bytes",
            sparse(&[1, 2], |m| *at(m, "accessors.0.sparse.count") = 3.into()),
        ),
        ("2^32", {
            let count = big(4_294_967_296.0);
            sparse(&[1, 2], |m| *at(m, "accessors.0.sparse.count") = count)
        }),
        ("no such view", {
            sparse(&[1], |m| {
                *at(m, "accessors.0.sparse.indices.bufferView") = 99.into()
            })
        }),
        ("values outside", {
            sparse(&[1], |m| {
                *at(m, "accessors.0.sparse.values.byteOffset") = 4.into()
            })
        }),
    ];
    for (what, file) in cases {
        assert_eq!(reason(&file), Reason::AssetBounds, "{what}");
    }
    let float = sparse(&[1], |m| {
        *at(m, "accessors.0.sparse.indices.componentType") = 5126.into()
    });
    assert_eq!(reason(&float), Reason::AssetFormat);
    let signed = sparse(&[1], |m| {
        *at(m, "accessors.0.sparse.indices.componentType") = 5122.into()
    });
    assert_eq!(reason(&signed), Reason::AssetFormat);
}

#[test]
fn ast_06_index_values() {
    let (model, good) = parts(&prop());
    let indices = at(&mut model.clone(), "bufferViews.2.byteOffset")
        .as_u64()
        .unwrap() as usize;
    for index in [72_u16, 0x7FFF, u16::MAX] {
        let mut bin = good.clone();
        bin[indices + 40..indices + 42].copy_from_slice(&index.to_le_bytes());
        assert_eq!(reason(&join(&model, &bin)), Reason::AssetBounds, "{index}");
    }
    // The same bytes read as 32 bits: far beyond.
    let (mut wide, bin) = (model.clone(), good.clone());
    *at(&mut wide, "accessors.2.componentType") = 5125.into();
    *at(&mut wide, "accessors.2.count") = 54.into();
    assert_eq!(reason(&join(&wide, &bin)), Reason::AssetBounds);
    // Joints that no skin has.
    let (model, good) = parts(&avatar());
    let joints = at(&mut model.clone(), "bufferViews.2.byteOffset")
        .as_u64()
        .unwrap() as usize;
    let mut bin = good.clone();
    bin[joints] = 15;
    assert_eq!(reason(&join(&model, &bin)), Reason::AssetBounds);
}

#[test]
fn ast_07_arity() {
    let good = prop();
    let cases = [
        ("matrix of 3", set(&good, "nodes.0.matrix", numbers(3, 1.0))),
        (
            "matrix of 17",
            set(&good, "nodes.0.matrix", numbers(17, 1.0)),
        ),
        (
            "matrix of 10 000",
            set(&good, "nodes.0.matrix", numbers(10_000, 1.0)),
        ),
        (
            "translation of 4",
            set(&good, "nodes.0.translation", numbers(4, 1.0)),
        ),
        (
            "rotation of 3",
            set(&good, "nodes.0.rotation", numbers(3, 1.0)),
        ),
        ("scale of 0", set(&good, "nodes.0.scale", numbers(0, 1.0))),
        (
            "scale of texts",
            set(&good, "nodes.0.scale", ["1", "1", "1"]),
        ),
        ("min of 2", set(&good, "accessors.0.min", numbers(2, 0.0))),
        ("max of 4", set(&good, "accessors.0.max", numbers(4, 0.0))),
        (
            "signed integers",
            set(&good, "accessors.0.componentType", 5124),
        ),
        ("no such type", set(&good, "accessors.0.type", "VEC5")),
        (
            "positions of two numbers",
            set(&good, "accessors.0.type", "VEC2"),
        ),
        ("no such mode", set(&good, "meshes.0.primitives.0.mode", 7)),
        ("index -1", set(&good, "nodes.0.mesh", -1)),
        ("index 0.5", set(&good, "nodes.0.mesh", big(0.5))),
        ("index as a text", set(&good, "nodes.0.mesh", "0")),
        ("nodes as an object", set(&good, "nodes", Object::new())),
        ("a node that is none", set(&good, "nodes.0", Value::Null)),
        ("version 1.0", set(&good, "asset.version", "1.0")),
        ("version 3.0 needed", set(&good, "asset.minVersion", "3.0")),
        ("no version", set(&good, "asset", Object::new())),
        (
            "a skin without joints",
            set(&avatar(), "skins.0.joints", Value::Array(vec![])),
        ),
    ];
    for (what, file) in cases {
        assert_eq!(reason(&file), Reason::AssetFormat, "{what}");
    }
    let infinite = set(&good, "nodes.0.scale", "HERE");
    let (model, bin) = parts(&infinite);
    for (text, expected) in [
        ("[1e400,1,1]", Reason::JsonNumberOutOfRange),
        ("[NaN,1,1]", Reason::JsonNumberOutOfRange),
        ("[-Infinity,1,1]", Reason::JsonNumberOutOfRange),
        ("[9007199254740993,1,1]", Reason::JsonNumberOutOfRange),
    ] {
        let json = model.to_string().replace("\"HERE\"", text);
        assert_eq!(
            reason(&container(json.as_bytes(), &bin)),
            expected,
            "{text}"
        );
    }
    let json = model.to_string().replace("\"HERE\"", "[1.0,1e-3,10E-1]");
    assert!(inspect(&container(json.as_bytes(), &bin), &Limits::default()).is_ok());
}

fn png(width: u32, height: u32, more: &[Vec<u8>]) -> Vec<u8> {
    let part = |kind: &[u8; 4], data: &[u8]| {
        [&(data.len() as u32).to_be_bytes()[..], kind, data, &[0; 4]].concat()
    };
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let size = [width.to_be_bytes(), height.to_be_bytes()].concat();
    file.extend(part(b"IHDR", &[&size[..], &[8, 6, 0, 0, 0]].concat()));
    for metadata in more {
        let (kind, data) = metadata.split_first_chunk::<4>().unwrap();
        file.extend(part(kind, data));
    }
    file.extend(part(b"IDAT", &[0; 16]));
    file.extend(part(b"IEND", &[]));
    file
}

fn jpeg(width: u16, height: u16, marker: u8) -> Vec<u8> {
    let mut file = vec![
        0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, marker, 0, 8, 8,
    ];
    file.extend(height.to_be_bytes());
    file.extend(width.to_be_bytes());
    file.push(3);
    file
}

/// The avatar with another thumbnail.
fn with_picture(picture: &[u8], mime_type: &str) -> Vec<u8> {
    let (mut model, mut bin) = parts(&avatar());
    let offset = bin.len() as u32;
    bin.extend_from_slice(picture);
    *at(&mut model, "buffers.0.byteLength") = (bin.len() as u32).into();
    let view = at(&mut model, "images.0.bufferView").as_u64().unwrap();
    *at(&mut model, &format!("bufferViews.{view}")) = object! {
        "buffer" => 0, "byteOffset" => offset, "byteLength" => picture.len() as u32,
    }
    .into();
    *at(&mut model, "images.0.mimeType") = mime_type.into();
    join(&model, &bin)
}

#[test]
fn ast_09_pictures() {
    let (png_type, jpeg_type) = ("image/png", "image/jpeg");
    for (width, height) in [(1, 1), (4096, 4096)] {
        let file = with_picture(&png(width, height, &[]), png_type);
        let facts = inspect(&file, &Limits::default()).unwrap();
        let thumbnail = facts.model().unwrap().thumbnail.unwrap();
        assert_eq!((thumbnail.width, thumbnail.height), (width, height));
    }
    for marker in [0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xCF] {
        let file = with_picture(&jpeg(640, 480, marker), jpeg_type);
        let facts = inspect(&file, &Limits::default()).unwrap();
        let thumbnail = facts.model().unwrap().thumbnail.unwrap();
        assert_eq!(
            (thumbnail.width, thumbnail.height),
            (640, 480),
            "{marker:x}"
        );
    }
    let packed = |kind: &[u8], size| [kind, &vec![0; size][..]].concat();
    let bombs = [
        (
            "65535 × 65535",
            with_picture(&png(65_535, 65_535, &[]), png_type),
        ),
        (
            "2^32 - 1 wide",
            with_picture(&png(u32::MAX, 1, &[]), png_type),
        ),
        ("4097 high", with_picture(&png(1, 4097, &[]), png_type)),
        (
            "JPEG 65500 × 65500",
            with_picture(&jpeg(65_500, 65_500, 0xC2), jpeg_type),
        ),
        (
            "zTXt",
            with_picture(&png(8, 8, &[packed(b"zTXt", 70_000)]), png_type),
        ),
        (
            "iCCP",
            with_picture(&png(8, 8, &[packed(b"iCCP", 70_000)]), png_type),
        ),
        ("iTXt", {
            let metadata = [b"iTXtk\0\x01".to_vec(), vec![0; 70_000]].concat();
            with_picture(&png(8, 8, &[metadata]), png_type)
        }),
        (
            "many chunks",
            with_picture(&png(8, 8, &vec![b"tEXt".to_vec(); 70_000]), png_type),
        ),
        // 256 pictures of the same 31 MiB would be walked through byte by byte, for seconds.
        ("iTXt without an end of its keyword", {
            let metadata = [b"iTXt".to_vec(), vec![b'k'; 70_000]].concat();
            with_picture(&png(8, 8, &[metadata]), png_type)
        }),
        ("fill bytes", {
            let sound = jpeg(8, 8, 0xC0);
            let (start, rest) = sound.split_at(9);
            let filled = [start, &vec![0xFF; 70_000][..], rest].concat();
            with_picture(&filled, jpeg_type)
        }),
    ];
    for (what, file) in bombs {
        assert_eq!(reason(&file), Reason::AssetImageBomb, "{what}");
    }
    let many = Limits {
        image_pixels: 128 * 128 - 1,
        ..Limits::default()
    };
    assert_eq!(
        reason_within(&avatar(), &many),
        Reason::AssetImageBomb,
        "all together"
    );
    // Text that is not packed may be long.
    let plain = [b"iTXtk\0\0".to_vec(), vec![b'x'; 70_000]].concat();
    assert!(
        inspect(
            &with_picture(&png(8, 8, &[plain]), png_type),
            &Limits::default()
        )
        .is_ok()
    );

    let broken = [
        ("PNG called JPEG", with_picture(&png(8, 8, &[]), jpeg_type)),
        ("JPEG called PNG", with_picture(&jpeg(8, 8, 0xC0), png_type)),
        ("no pixels", with_picture(&png(0, 8, &[]), png_type)),
        ("cut PNG", with_picture(&png(8, 8, &[])[..40], png_type)),
        ("cut JPEG", with_picture(&jpeg(8, 8, 0xC0)[..12], jpeg_type)),
        (
            "JPEG without a frame",
            with_picture(&jpeg(8, 8, 0xC4), jpeg_type),
        ),
        ("JPEG that ends", with_picture(&jpeg(8, 8, 0xD9), jpeg_type)),
        (
            "both places",
            set(&avatar(), "images.0.uri", "data:image/png;base64,AAAA"),
        ),
    ];
    for (what, file) in broken {
        assert_eq!(reason(&file), Reason::AssetFormat, "{what}");
    }
    // Only extensions bring other kinds of pictures.
    let webp = with_picture(b"RIFF\x10\0\0\0WEBPVP8X", "image/webp");
    assert_eq!(reason(&webp), Reason::AssetExtension);
    let ktx2 = with_picture(b"\xABKTX 20\xBB\r\n\x1A\n", "image/ktx2");
    assert_eq!(reason(&ktx2), Reason::AssetExtension);
}

#[test]
fn ast_09_pictures_in_data_uris() {
    let (mut model, bin) = parts(&avatar());
    let text = schemas::encoding::base64::encode(&png(20, 30, &[]));
    *at(&mut model, "images.0") =
        object! { "uri" => format!("data:image/png;base64,{text}") }.into();
    let facts = inspect(&join(&model, &bin), &Limits::default()).unwrap();
    let thumbnail = facts.model().unwrap().thumbnail.unwrap();
    assert_eq!((thumbnail.width, thumbnail.height), (20, 30));
    for (uri, expected) in [
        (
            format!("data:image/jpeg;base64,{text}"),
            Reason::AssetFormat,
        ),
        (format!("data:image/png,{text}"), Reason::AssetFormat),
        (
            format!("data:image/png;base64,{text}!"),
            Reason::AssetFormat,
        ),
        ("thumbnail.png".to_owned(), Reason::AssetExternalUri),
        (
            "https://a.example/x.png".to_owned(),
            Reason::AssetExternalUri,
        ),
        ("file:///etc/passwd".to_owned(), Reason::AssetExternalUri),
        (
            "DATA:image/png;base64,AAAA".to_owned(),
            Reason::AssetExternalUri,
        ),
    ] {
        *at(&mut model, "images.0.uri") = uri.as_str().into();
        assert_eq!(reason(&join(&model, &bin)), expected, "{uri:.40}");
    }
    let elsewhere = set(&prop(), "buffers.0.uri", "prop.bin");
    assert_eq!(reason(&elsewhere), Reason::AssetExternalUri);
    let hidden = set(
        &prop(),
        "extensions.X_sound.sounds",
        [object! { "uri" => "a.mp3" }],
    );
    assert_eq!(reason(&hidden), Reason::AssetExternalUri);
    let deeper = set(
        &prop(),
        "nodes.0.extensions.X_sound",
        object! { "uri" => "a.mp3" },
    );
    assert_eq!(reason(&deeper), Reason::AssetExternalUri);
    let not_loaded = set(&prop(), "nodes.0.extras", object! { "uri" => "notes.txt" });
    assert!(inspect(&not_loaded, &Limits::default()).is_ok());
}

#[test]
fn ast_10_packed_data() {
    let good = prop();
    let required = |name: &str| set(&good, "extensionsRequired", [name]);
    for name in [
        "KHR_draco_mesh_compression",
        "EXT_meshopt_compression",
        "X_unheard_of",
    ] {
        assert_eq!(reason(&required(name)), Reason::AssetExtension, "{name}");
    }
    let draco = "meshes.0.primitives.0.extensions.KHR_draco_mesh_compression";
    let meshopt = "bufferViews.0.extensions.EXT_meshopt_compression";
    for path in [draco, meshopt] {
        let file = set(
            &good,
            path,
            object! { "bufferView" => 0, "count" => 2_000_000_000 },
        );
        assert_eq!(reason(&file), Reason::AssetExtension, "{path}");
    }
    assert!(inspect(&required("KHR_materials_unlit"), &Limits::default()).is_ok());
    finding(
        &set(&good, "extensionsUsed", ["X_unheard_of"]),
        FindingKind::UnknownExtension,
    );
}

fn chain(length: u32) -> Vec<u8> {
    let node = |index: u32| match index + 1 {
        next if next < length => Value::from(object! { "children" => [next] }),
        _ => Object::new().into(),
    };
    set(&prop(), "nodes", (0..length).map(node).collect::<Vec<_>>())
}

#[test]
fn ast_11_cycles() {
    let nodes = |children: &[&[u32]]| {
        let nodes: Vec<_> = children
            .iter()
            .map(|below| object! { "children" => below.to_vec() })
            .collect();
        set(&prop(), "nodes", nodes)
    };
    let cases = [
        ("itself", nodes(&[&[0]])),
        ("two in a circle", nodes(&[&[1], &[0]])),
        ("a circle beside a root", nodes(&[&[], &[2], &[3], &[1]])),
        ("two parents", nodes(&[&[2], &[2], &[]])),
        ("the same child twice", nodes(&[&[1, 1], &[]])),
        ("too deep", chain(257)),
        ("10 000 deep", chain(10_000)),
    ];
    for (what, file) in cases {
        assert_eq!(reason(&file), Reason::AssetCycle, "{what}");
    }
    assert!(inspect(&chain(256), &Limits::default()).is_ok());
    let constraint = |source: u32| {
        object! { "extensions" => object! { "VRMC_node_constraint" => object! {
            "constraint" => object! { "rotation" => object! { "source" => source } },
        } } }
    };
    let circle = set(
        &prop(),
        "nodes",
        [constraint(1), constraint(2), constraint(0)],
    );
    assert_eq!(reason(&circle), Reason::AssetCycle, "constraints");
    let line = set(
        &prop(),
        "nodes",
        [constraint(1), constraint(2), Object::new()],
    );
    assert!(inspect(&line, &Limits::default()).is_ok());
    let spring = |joints: &[i32]| {
        let joints: Vec<_> = joints
            .iter()
            .map(|node| object! { "node" => *node })
            .collect();
        let springs = [object! { "joints" => joints }];
        set(
            &avatar(),
            "extensions.VRMC_springBone",
            object! { "springs" => springs },
        )
    };
    assert!(inspect(&spring(&[1, 2]), &Limits::default()).is_ok());
    assert_eq!(reason(&spring(&[1, 2, 1])), Reason::AssetCycle, "spring");
    assert_eq!(reason(&spring(&[99])), Reason::AssetBounds, "spring");
}

#[test]
fn ast_12_counts() {
    let empty = |count: usize| vec![Object::new(); count];
    let good = prop();
    for list in [
        "nodes",
        "animations",
        "materials",
        "accessors",
        "images",
        "textures",
        "skins",
    ] {
        let file = set(&good, list, empty(70_000));
        assert_eq!(reason(&file), Reason::AssetTooLarge, "{list}");
    }
    assert_eq!(
        reason(&set(&good, "nodes", empty(10_001))),
        Reason::AssetTooLarge
    );
    assert!(inspect(&set(&good, "nodes", empty(10_000)), &Limits::default()).is_ok());
    let targets = set(&good, "meshes.0.primitives.0.targets", empty(70_000));
    assert_eq!(reason(&targets), Reason::AssetTooLarge);
    // Three million values: the reader gives up before they are many.
    let json = format!("{{\"nodes\":[{}{{}}]}}", "{},".repeat(3_000_000));
    assert_eq!(
        reason(&container(json.as_bytes(), &[])),
        Reason::AssetTooLarge
    );
    let narrow = |limits: Limits| reason_within(&good, &limits);
    let limits = Limits::default();
    let size = good.len() as u64;
    for (what, limits) in [
        (
            "file",
            Limits {
                file_bytes: size - 1,
                ..limits
            },
        ),
        (
            "vertices",
            Limits {
                vertices: 71,
                ..limits
            },
        ),
        (
            "elements",
            Limits {
                elements: 251,
                ..limits
            },
        ),
        (
            "primitives",
            Limits {
                primitives: 0,
                ..limits
            },
        ),
    ] {
        assert_eq!(narrow(limits), Reason::AssetTooLarge, "{what}");
    }
    let exact = Limits {
        file_bytes: size,
        vertices: 72,
        elements: 252,
        primitives: 1,
        ..limits
    };
    assert!(inspect(&good, &exact).is_ok());
    for (what, limits) in [
        (
            "joints",
            Limits {
                joints: 14,
                ..limits
            },
        ),
        (
            "texts",
            Limits {
                text_bytes: 5,
                ..limits
            },
        ),
    ] {
        assert_eq!(
            reason_within(&avatar(), &limits),
            Reason::AssetTooLarge,
            "{what}"
        );
    }
}

#[test]
fn ast_13_json() {
    let (model, bin) = parts(&prop());
    let text = model.to_string();
    let with = |json: &[u8]| container(json, &bin);
    let cases = [
        (
            text.replacen("{\"accessors\"", "{\"scene\":0,\"accessors\"", 1),
            Reason::JsonDuplicateKey,
        ),
        (
            text.replacen("{\"accessors\"", "{\"sc\\u0065ne\":0,\"accessors\"", 1),
            Reason::JsonDuplicateKey,
        ),
        (format!("\u{FEFF}{text}"), Reason::ParseError),
        (format!("{text}{text}"), Reason::ParseError),
        (text[..text.len() - 1].to_owned(), Reason::ParseError),
        (
            text.replacen("\"lantern\"", "\"\\ud800\"", 1),
            Reason::JsonLoneSurrogate,
        ),
        (
            text.replacen("\"scene\":0", "\"scene\":9007199254740993", 1),
            Reason::JsonNumberOutOfRange,
        ),
        (
            text.replacen(
                "\"lantern\"",
                &format!("{}{}", "[".repeat(100), "]".repeat(100)),
                1,
            ),
            Reason::InputTooDeep,
        ),
    ];
    for (json, expected) in cases {
        assert_ne!(json, text);
        assert_eq!(reason(&with(json.as_bytes())), expected, "{json:.60}");
    }
    let bytes = text.replacen("lantern", "\u{7f}", 1).into_bytes();
    let broken: Vec<u8> = bytes
        .iter()
        .map(|b| if *b == 0x7F { 0xFF } else { *b })
        .collect();
    assert_eq!(reason(&with(&broken)), Reason::JsonInvalidUtf8);
    // Zeros for padding, as old exporters write, up to three; never in the text.
    let spaces = " ".repeat((5 - text.len() % 4) % 4);
    let padded = format!("{text}{spaces}\0\0\0");
    assert!(padded.len().is_multiple_of(4));
    finding(&with(padded.as_bytes()), FindingKind::JsonPadding);
    let more = format!("{text}{spaces}\0\0\0\0\0\0\0");
    assert_eq!(reason(&with(more.as_bytes())), Reason::ParseError);
}

#[test]
fn ast_14_terms() {
    let both = set(
        &avatar(),
        "extensions.VRM",
        object! { "meta" => object! { "title" => "x" } },
    );
    assert_eq!(
        inspect(&both, &Limits::default()),
        Err(AssetError::TwoMetas)
    );
    assert_eq!(reason(&both), Reason::AssetMetaMismatch);
    let meta = "extensions.VRMC_vrm.meta";
    for (field, value) in [
        ("allowRedistribution", Value::from("true")),
        ("allowRedistribution", 1.into()),
        ("avatarPermission", true.into()),
        ("authors", "a".into()),
        ("authors", Value::from([1])),
        ("name", Value::Null),
    ] {
        let file = set(&avatar(), &format!("{meta}.{field}"), value.clone());
        assert_eq!(reason(&file), Reason::AssetFormat, "{field}: {value}");
    }
    let unknown = set(&avatar(), &format!("{meta}.avatarPermission"), "Everyone");
    finding(&unknown, FindingKind::MetaUnknownValue);
    let facts = inspect(&unknown, &Limits::default()).unwrap();
    assert_eq!(
        facts
            .model()
            .unwrap()
            .license
            .as_ref()
            .unwrap()
            .avatar_permission,
        None
    );
    for (path, value, kind) in [
        ("name", "".into(), FindingKind::MetaMissing),
        ("authors", Value::from([""]), FindingKind::MetaMissing),
        (
            "licenseUrl",
            "https://a.example".into(),
            FindingKind::OtherTerms,
        ),
        (
            "otherLicenseUrl",
            "https://a.example".into(),
            FindingKind::OtherTerms,
        ),
        (
            "contactInformation",
            "a@a.example".into(),
            FindingKind::ContactInformation,
        ),
        ("thumbnailImage", 7.into(), FindingKind::ThumbnailMissing),
    ] {
        finding(&set(&avatar(), &format!("{meta}.{path}"), value), kind);
    }
    finding(
        &set(&avatar(), "extensions.VRMC_vrm.specVersion", "1.0-beta"),
        FindingKind::SpecVersion,
    );
    let no_bones = set(
        &avatar(),
        "extensions.VRMC_vrm.humanoid.humanBones",
        Object::new(),
    );
    finding(&no_bones, FindingKind::Humanoid);
}

#[test]
fn ast_15_polyglots() {
    let archive: &[u8] = b"PK\x03\x04";
    for tail in [archive, b"<html></html>   ", b"%PDF-1.7", b"\0"] {
        let mut file = prop();
        file.extend_from_slice(tail);
        assert_eq!(reason(&file), Reason::AssetFormat);
    }
    let mut file = b"<!-- ".to_vec();
    file.extend(prop());
    assert_eq!(reason(&file), Reason::AssetFormat);
    // What hides in the container itself is seen.
    let (model, mut bin) = parts(&prop());
    bin.extend_from_slice(b"PK\x03\x04PK\x05\x06");
    finding(&join(&model, &bin), FindingKind::UnusedBytes);
}

#[test]
fn what_cannot_hurt_is_found_and_not_refused() {
    let (mut model, bin) = parts(&prop());
    for bound in ["min", "max"] {
        at(&mut model, "accessors.0")
            .as_object_mut()
            .unwrap()
            .remove(bound);
    }
    finding(&join(&model, &bin), FindingKind::BoundsMissing);
    let (model, mut bin) = parts(&prop());
    bin[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    finding(&join(&model, &bin), FindingKind::NonFinite);
    let (mut model, bin) = parts(&prop());
    *at(&mut model, "accessors.0.byteOffset") = 2.into();
    for accessor in 0..2 {
        *at(&mut model, &format!("accessors.{accessor}.count")) = 71.into();
    }
    at(&mut model, "meshes.0.primitives.0")
        .as_object_mut()
        .unwrap()
        .remove("indices");
    finding(&join(&model, &bin), FindingKind::Misaligned);
    let (mut model, bin) = parts(&avatar());
    at(&mut model, "images.0")
        .as_object_mut()
        .unwrap()
        .remove("mimeType");
    finding(&join(&model, &bin), FindingKind::ImageTypeMissing);
    let joints: Vec<u32> = (0..14).chain([0]).collect();
    finding(
        &set(&avatar(), "skins.0.joints", joints),
        FindingKind::DuplicateJoint,
    );
    finding(
        &set(&avatar(), "scenes.0.nodes", [0, 1]),
        FindingKind::SceneRoot,
    );
}

#[test]
fn animations_have_all_their_frames() {
    // Times from the indexes' bytes would be nonsense, but there are enough of them.
    let animation = |input: u32, output: u32, path: &str, interpolation: &str| {
        object! {
            "samplers" => [object! {
                "input" => input, "output" => output, "interpolation" => interpolation,
            }],
            "channels" => [object! {
                "sampler" => 0, "target" => object! { "node" => 0, "path" => path },
            }],
        }
    };
    let with = |change: &dyn Fn(&mut Value)| {
        let (mut model, bin) = parts(&prop());
        match at(&mut model, "accessors") {
            Value::Array(accessors) => accessors.push(
                object! {
                    "bufferView" => 0, "componentType" => 5126, "type" => "SCALAR", "count" => 72,
                }
                .into(),
            ),
            other => panic!("{other}"),
        }
        change(&mut model);
        join(&model, &bin)
    };
    let good = with(&|m| {
        *at(m, "animations") = vec![animation(3, 0, "translation", "LINEAR")].into();
    });
    assert!(inspect(&good, &Limits::default()).is_ok());
    for (input, output, path, interpolation, expected) in [
        (3, 0, "translation", "CUBICSPLINE", Reason::AssetBounds),
        (3, 9, "translation", "LINEAR", Reason::AssetBounds),
        (0, 0, "translation", "LINEAR", Reason::AssetFormat),
        (3, 0, "translation", "MAGIC", Reason::AssetFormat),
    ] {
        let file = with(&|m| {
            *at(m, "animations") = vec![animation(input, output, path, interpolation)].into();
        });
        assert_eq!(
            reason(&file),
            expected,
            "{input} {output} {path} {interpolation}"
        );
    }
    // One weight a frame for each morph target.
    let weights = |targets: usize| {
        with(&|m| {
            let target = object! { "POSITION" => 0 };
            *at(m, "meshes.0.primitives.0.targets") = vec![target; targets].into();
            *at(m, "animations") = vec![animation(3, 3, "weights", "LINEAR")].into();
        })
    };
    assert!(inspect(&weights(1), &Limits::default()).is_ok());
    assert_eq!(reason(&weights(2)), Reason::AssetBounds);
}

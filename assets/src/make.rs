//! Models made in code: a plain humanoid as VRM 1.0, and a small prop as GLB.
//!
//! Run by the demo, when no file was given, and by tests. Equal recipes give equal bytes.
//! Sources: glTF 2.0, VRM 1.0.

mod body;
mod png;
mod writer;

use schemas::json::{Object, Value};
use schemas::license::LicenseTerms;
use schemas::object;

use crate::make::body::{BONES, Part};
use crate::make::writer::{Box3, Writer, decimal};
use crate::vrm::LICENSE_URL;

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// A humanoid of boxes with the bones that VRM 1.0 asks for, in the pose that it asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// Credit and terms. VRM 1.0 requires `name`, `authors` and `licenseUrl`: where they are not
    /// said, the file says `avatar`, `anonymous` and the VRM Public License 1.0.
    pub terms: LicenseTerms,
    /// Height in millimeters.
    pub height: u16,
    /// Color of face and hands.
    pub skin: Rgb,
    /// Color of the hair.
    pub hair: Rgb,
    /// Color of the clothes.
    pub clothes: Rgb,
}

impl Recipe {
    /// A figure of usual height and colors under these terms.
    #[must_use]
    pub const fn new(terms: LicenseTerms) -> Self {
        Self {
            terms,
            height: 1600,
            skin: [0xF2, 0xD3, 0xBC],
            hair: [0x3B, 0x2F, 0x2F],
            clothes: [0x2E, 0x5C, 0x8A],
        }
    }
}

/// A prop: a lantern of three boxes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prop {
    /// The name of its node.
    pub name: String,
    /// Its color.
    pub color: Rgb,
}

/// Width and height of the thumbnail, in pixels.
pub(crate) const THUMBNAIL_SIDE: u32 = 128;

/// Makes a VRM 1.0 file with a thumbnail.
#[must_use]
pub fn vrm1(recipe: &Recipe) -> Vec<u8> {
    let scale = f32::from(recipe.height) / body::HEIGHT;
    let mut writer = Writer::default();
    let mut primitives: Vec<Value> = Vec::new();
    for (material, part) in (0_u32..).zip([Part::Skin, Part::Hair, Part::Clothes]) {
        let boxes: Vec<Box3> = body::boxes(part, scale);
        primitives.push(writer.primitive(&boxes, material).into());
    }
    let picture = png::portrait(recipe.skin, recipe.hair, recipe.clothes);
    let image = object! {
        "bufferView" => writer.view(&picture),
        "mimeType" => "image/png",
        "name" => "thumbnail",
    };
    let matrices: Vec<[f32; 3]> = BONES.iter().map(|bone| bone.position(scale)).collect();
    let skin = object! {
        "inverseBindMatrices" => writer.inverse_bind_matrices(&matrices),
        "joints" => (0_u32..).zip(BONES).map(|(joint, _)| joint).collect::<Vec<_>>(),
    };

    let mut nodes: Vec<Value> = Vec::new();
    let mut bones = Object::new();
    for (joint, bone) in (0_u32..).zip(&BONES) {
        let mut node = object! {
            "name" => bone.name,
            "translation" => bone.translation(scale).map(decimal),
        };
        let children: Vec<u32> = (0_u32..)
            .zip(&BONES)
            .filter(|(_, b)| b.parent == bone.name)
            .map(|(c, _)| c)
            .collect();
        if !children.is_empty() {
            node.insert("children", children);
        }
        nodes.push(node.into());
        bones.insert(bone.name, object! { "node" => joint });
    }
    let body = u32::try_from(nodes.len()).unwrap_or(0);
    nodes.push(object! { "name" => "Body", "mesh" => 0, "skin" => 0 }.into());

    let mut meta = with_required(&recipe.terms).to_object();
    meta.insert("thumbnailImage", 0);
    let vrm = object! {
        "specVersion" => "1.0",
        "meta" => meta,
        "humanoid" => object! { "humanBones" => bones },
    };
    let model = object! {
        "asset" => object! { "version" => "2.0", "generator" => "omote" },
        "extensionsUsed" => ["KHR_materials_unlit", "VRMC_vrm"],
        "extensions" => object! { "VRMC_vrm" => vrm },
        "scene" => 0,
        "scenes" => [object! { "nodes" => [0, body] }],
        "nodes" => nodes,
        "meshes" => [object! { "name" => "Body", "primitives" => primitives }],
        "skins" => [skin],
        "materials" => vec![
            material("skin", recipe.skin),
            material("hair", recipe.hair),
            material("clothes", recipe.clothes),
        ],
        "images" => [image],
    };
    writer.finish(model)
}

/// Makes a GLB file.
#[must_use]
pub fn glb(prop: &Prop) -> Vec<u8> {
    let mut writer = Writer::default();
    let boxes = [
        Box3 {
            joint: None,
            low: [-0.10, 0.0, -0.10],
            high: [0.10, 0.03, 0.10],
        },
        Box3 {
            joint: None,
            low: [-0.07, 0.03, -0.07],
            high: [0.07, 0.21, 0.07],
        },
        Box3 {
            joint: None,
            low: [-0.09, 0.21, -0.09],
            high: [0.09, 0.24, 0.09],
        },
    ];
    let primitive = writer.primitive(&boxes, 0);
    let model = object! {
        "asset" => object! { "version" => "2.0", "generator" => "omote" },
        "extensionsUsed" => ["KHR_materials_unlit"],
        "scene" => 0,
        "scenes" => [object! { "nodes" => [0] }],
        "nodes" => [object! { "name" => prop.name.as_str(), "mesh" => 0 }],
        "meshes" => [object! { "primitives" => [primitive] }],
        "materials" => [material("paint", prop.color)],
    };
    writer.finish(model)
}

/// Puts a model together from the JSON text and the bytes of its one buffer.
///
/// For tests and tools that need a container around what they wrote by hand; nothing is checked.
/// Empty when the whole is longer than a container can say (4 GiB).
#[must_use]
pub fn container(json: &[u8], bin: &[u8]) -> Vec<u8> {
    crate::glb::join(json, bin).unwrap_or_default()
}

/// The terms with everything that VRM 1.0 requires.
fn with_required(terms: &LicenseTerms) -> LicenseTerms {
    let mut terms = terms.clone();
    terms.name.get_or_insert_with(|| "avatar".to_owned());
    if terms.authors.is_empty() {
        terms.authors.push("anonymous".to_owned());
    }
    terms
        .license_url
        .get_or_insert_with(|| LICENSE_URL.to_owned());
    terms
}

fn material(name: &str, color: Rgb) -> Object {
    let [red, green, blue] = color.map(linear);
    object! {
        "name" => name,
        "pbrMetallicRoughness" => object! {
            "baseColorFactor" => [red, green, blue, decimal(1.0)],
            "metallicFactor" => 0,
            "roughnessFactor" => 1,
        },
        "extensions" => object! { "KHR_materials_unlit" => object! {} },
    }
}

/// Colors in glTF are linear; squaring is near enough to sRGB, and the same on every machine.
fn linear(channel: u8) -> Value {
    let part = f32::from(channel) / 255.0;
    decimal(part * part)
}

//! The structure of a glTF 2.0 model, checked as far as a loader would trust it.
//!
//! Run on every model before anything is believed of it. After [`read`] every index is in range,
//! every typed array lies in its bytes, nodes form a forest, and nothing points out of the file.
//! Deviations that cannot hurt become findings: real exporters make them. Source: glTF 2.0.

pub(crate) mod accessors;
mod animations;
mod buffers;
mod extensions;
pub(crate) mod item;
mod meshes;
mod nodes;
mod pictures;

use std::borrow::Cow;

use schemas::asset::Counts;
use schemas::json::Value;

use crate::error::{AssetError, Place};
use crate::findings::Findings;
use crate::gltf::item::{Item, as_u64, at_most};
use crate::limits::Limits;

pub(crate) use buffers::buffers;
pub(crate) use pictures::Picture;

/// The top-level lists, each within its limit.
#[derive(Debug)]
pub(crate) struct Lists<'a> {
    pub(crate) nodes: &'a [Value],
    pub(crate) images: &'a [Value],
    animations: &'a [Value],
    cameras: &'a [Value],
    materials: &'a [Value],
    meshes: &'a [Value],
    samplers: &'a [Value],
    scene: Option<&'a Value>,
    scenes: &'a [Value],
    skins: &'a [Value],
    textures: &'a [Value],
}

impl<'a> Lists<'a> {
    pub(crate) fn read(root: &Item<'a>, limits: &Limits) -> Result<Self, AssetError> {
        let list = |name: &'static str, limit: u32| {
            let list = root.list(name)?;
            at_most(Place::of(name), limit.into(), as_u64(list.len()))?;
            Ok::<_, AssetError>(list)
        };
        for name in [
            "accessors",
            "bufferViews",
            "buffers",
            "extensionsUsed",
            "extensionsRequired",
        ] {
            list(name, limits.list)?;
        }
        Ok(Self {
            nodes: list("nodes", limits.nodes)?,
            images: list("images", limits.images)?,
            animations: list("animations", limits.list)?,
            cameras: list("cameras", limits.list)?,
            materials: list("materials", limits.list)?,
            meshes: list("meshes", limits.list)?,
            samplers: list("samplers", limits.list)?,
            scene: root.get("scene"),
            scenes: list("scenes", limits.list)?,
            skins: list("skins", limits.list)?,
            textures: list("textures", limits.list)?,
        })
    }
}

/// A checked model: what is counted, and the pictures that the VRM part may name.
#[derive(Debug)]
pub(crate) struct Model<'a> {
    pub(crate) counts: Counts,
    pub(crate) pictures: Vec<Picture<'a>>,
    /// The picture of each texture.
    pub(crate) textures: Vec<Option<usize>>,
}

/// The first look: `asset` says glTF 2.0, and what must be understood is.
pub(crate) fn begin<'a>(json: &'a Value, findings: &mut Findings) -> Result<Item<'a>, AssetError> {
    let root = Item::new(json, Place::of("model"))?;
    let asset = Place::of("asset");
    let wrong = AssetError::format(asset, "version 2.0");
    let item = root.child("asset")?.ok_or(wrong)?;
    let readable = |version: &str| version == "2.0";
    if !item.text("version")?.is_some_and(readable)
        || !item.text("minVersion")?.is_none_or(readable)
    {
        return Err(wrong);
    }
    extensions::extensions(&root, findings)?;
    Ok(root)
}

/// Checks the whole structure over the bytes of its buffers.
pub(crate) fn read<'a>(
    root: &Item<'_>,
    lists: &Lists<'_>,
    buffers: &'a [Cow<'_, [u8]>],
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Model<'a>, AssetError> {
    let views = buffers::views(root, buffers, findings)?;
    let accessors = accessors::accessors(root, &views, limits, findings)?;
    let pictures = pictures::pictures(lists, &views, limits, findings)?;
    let textures = pictures::textures(lists)?;
    pictures::materials(lists)?;
    let meshes = meshes::meshes(root, &accessors, lists.materials.len(), limits, findings)?;
    let nodes = nodes::nodes(lists, &accessors, &meshes.list, limits, findings)?;
    animations::animations(lists, &accessors, &nodes, limits)?;
    let count = |list: &[Value]| u32::try_from(list.len()).unwrap_or(u32::MAX);
    let counts = Counts {
        nodes: count(lists.nodes),
        meshes: count(lists.meshes),
        primitives: meshes.primitives,
        vertices: meshes.vertices,
        triangles: meshes.triangles,
        materials: count(lists.materials),
        images: count(lists.images),
        skins: count(lists.skins),
        animations: count(lists.animations),
    };
    Ok(Model {
        counts,
        pictures,
        textures,
    })
}

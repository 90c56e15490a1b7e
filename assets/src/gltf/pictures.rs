//! Pictures, textures and what materials say of them. Source: glTF 2.0 sections 3.8.2 to 3.9.

use std::borrow::Cow;

use schemas::asset::{FindingKind, ImageType};
use schemas::json::Value;

use crate::error::{AssetError, Place};
use crate::findings::Findings;
use crate::gltf::Lists;
use crate::gltf::buffers::{View, data_uri};
use crate::gltf::item::{Item, index_of};
use crate::image::{Header, header};
use crate::limits::Limits;

/// A picture: its header and its encoded bytes.
#[derive(Clone, Debug)]
pub(crate) struct Picture<'a> {
    pub(crate) header: Header,
    pub(crate) bytes: Cow<'a, [u8]>,
}

/// Every picture of the model, by header.
pub(crate) fn pictures<'a>(
    lists: &Lists<'_>,
    views: &[View<'a>],
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Vec<Picture<'a>>, AssetError> {
    let mut pictures = Vec::with_capacity(lists.images.len());
    let mut pixels = 0_u64;
    for (index, value) in lists.images.iter().enumerate() {
        let place = Place::at("images", index);
        let picture = picture(&Item::new(value, place)?, views, limits, findings)?;
        pixels = pixels.saturating_add(picture.header.pixels());
        if pixels > limits.image_pixels {
            let (what, limit) = ("pixels of all pictures", limits.image_pixels);
            return Err(AssetError::ImageBomb {
                place,
                what,
                limit,
                found: pixels,
            });
        }
        pictures.push(picture);
    }
    Ok(pictures)
}

fn picture<'a>(
    item: &Item<'_>,
    views: &[View<'a>],
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Picture<'a>, AssetError> {
    let place = item.place;
    let view = item
        .index("bufferView", views.len())?
        .and_then(|view| views.get(view));
    let (claimed, bytes) = match (item.text("uri")?, view) {
        (Some(uri), None) => {
            let (media_type, bytes) = data_uri(uri, place.member("uri"))?;
            (Some(media_type), Cow::Owned(bytes))
        }
        (None, Some(view)) => (None, Cow::Borrowed(view.bytes)),
        // With both, two readers may see two pictures.
        _ => return Err(AssetError::format(place, "either a bufferView or a uri")),
    };
    let header = header(&bytes, limits, place)?;
    let mut named = false;
    for claimed in [claimed, item.text("mimeType")?].into_iter().flatten() {
        named = true;
        if claimed != header.media_type.as_str() {
            let expected = match header.media_type {
                ImageType::Png => "image/png, as its first bytes say",
                ImageType::Jpeg => "image/jpeg, as its first bytes say",
            };
            return Err(AssetError::format(place.member("mimeType"), expected));
        }
    }
    if !named {
        findings.note(FindingKind::ImageTypeMissing, place);
    }
    Ok(Picture { header, bytes })
}

/// The picture of each texture.
pub(crate) fn textures(lists: &Lists<'_>) -> Result<Vec<Option<usize>>, AssetError> {
    let mut textures = Vec::with_capacity(lists.textures.len());
    for (index, value) in lists.textures.iter().enumerate() {
        let item = Item::new(value, Place::at("textures", index))?;
        item.index("sampler", lists.samplers.len())?;
        for name in ["EXT_texture_webp", "KHR_texture_basisu"] {
            if let Some(extension) = item.extension(name)? {
                extension.index("source", lists.images.len())?;
            }
        }
        textures.push(item.index("source", lists.images.len())?);
    }
    Ok(textures)
}

/// Textures that materials name are there, in extensions too.
pub(crate) fn materials(lists: &Lists<'_>) -> Result<(), AssetError> {
    for (index, value) in lists.materials.iter().enumerate() {
        let place = Place::at("materials", index);
        texture_infos(value, lists.textures.len(), place)?;
    }
    Ok(())
}

/// Checks every `…Texture: { index }` below a value; the reader has bounded the depth.
fn texture_infos(value: &Value, textures: usize, place: Place) -> Result<(), AssetError> {
    let Some(object) = value.as_object() else {
        return Ok(());
    };
    for (name, value) in object.iter().filter(|(name, _)| *name != "extras") {
        if name.ends_with("Texture")
            && let Some(texture) = value.get("index")
        {
            index_of(texture, textures, place.member("texture"))?;
        }
        texture_infos(value, textures, place)?;
    }
    Ok(())
}

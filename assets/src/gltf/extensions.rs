//! Extensions: what must be understood is understood, and none of them points out of the file.
//!
//! Source: glTF 2.0 section 3.12.

use schemas::asset::FindingKind;
use schemas::json::Value;

use crate::error::{AssetError, Place};
use crate::findings::Findings;
use crate::gltf::item::Item;

/// Extensions that add to a model without changing where its data lies.
const KNOWN: &[&str] = &[
    "KHR_animation_pointer",
    "KHR_lights_punctual",
    "KHR_materials_anisotropy",
    "KHR_materials_clearcoat",
    "KHR_materials_diffuse_transmission",
    "KHR_materials_dispersion",
    "KHR_materials_emissive_strength",
    "KHR_materials_ior",
    "KHR_materials_iridescence",
    "KHR_materials_pbrSpecularGlossiness",
    "KHR_materials_sheen",
    "KHR_materials_specular",
    "KHR_materials_transmission",
    "KHR_materials_unlit",
    "KHR_materials_variants",
    "KHR_materials_volume",
    "KHR_mesh_quantization",
    "KHR_node_visibility",
    "KHR_texture_transform",
    "KHR_xmp_json_ld",
    "VRM",
    "VRMC_materials_hdr_emissiveMultiplier",
    "VRMC_materials_mtoon",
    "VRMC_node_constraint",
    "VRMC_springBone",
    "VRMC_springBone_extended_collider",
    "VRMC_vrm",
];

/// Checks the lists of extensions and every address inside of extensions.
pub(crate) fn extensions(root: &Item<'_>, findings: &mut Findings) -> Result<(), AssetError> {
    let known = |value: &Value, place| {
        let name = value
            .as_str()
            .ok_or(AssetError::format(place, "names of extensions"))?;
        Ok::<_, AssetError>(KNOWN.contains(&name))
    };
    let required = Place::of("extensionsRequired");
    for value in root.list("extensionsRequired")? {
        if !known(value, required)? {
            return Err(AssetError::Extension { place: required });
        }
    }
    let used = Place::of("extensionsUsed");
    for value in root.list("extensionsUsed")? {
        if !known(value, used)? {
            findings.note(FindingKind::UnknownExtension, used);
        }
    }
    for (name, value) in root.members() {
        match name {
            "extensions" => refuse_addresses(value)?,
            "extras" => {}
            _ => look_for_extensions(value)?,
        }
    }
    Ok(())
}

/// Goes down to `extensions` members; `extras` are nobody's to load. The reader bounds the depth.
fn look_for_extensions(value: &Value) -> Result<(), AssetError> {
    match value {
        Value::Array(elements) => elements.iter().try_for_each(look_for_extensions),
        Value::Object(object) => object.iter().try_for_each(|(name, value)| match name {
            "extensions" => refuse_addresses(value),
            "extras" => Ok(()),
            _ => look_for_extensions(value),
        }),
        _ => Ok(()),
    }
}

/// A `uri` that is not inside of the file is data that its digest does not cover.
fn refuse_addresses(value: &Value) -> Result<(), AssetError> {
    match value {
        Value::Array(elements) => elements.iter().try_for_each(refuse_addresses),
        Value::Object(object) => object.iter().try_for_each(|(name, value)| match name {
            "uri" if value.as_str().is_some_and(|uri| !uri.starts_with("data:")) => {
                Err(AssetError::ExternalUri {
                    place: Place::of("extensions"),
                })
            }
            "extras" => Ok(()),
            _ => refuse_addresses(value),
        }),
        _ => Ok(()),
    }
}

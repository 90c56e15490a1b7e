//! Animations: every key frame that is named is there. Source: glTF 2.0 section 3.11.

use crate::error::{AssetError, Place};
use crate::gltf::Lists;
use crate::gltf::accessors::{Accessor, Arity, Component};
use crate::gltf::item::{Item, as_u64, at_most};
use crate::gltf::nodes::Node;
use crate::limits::Limits;

/// The key frames of one sampler: how many there are, and how many values for them.
#[derive(Clone, Copy)]
struct Sampler {
    frames: u64,
    values_a_frame: u64,
    values: u64,
}

/// Checks every animation.
pub(crate) fn animations(
    lists: &Lists<'_>,
    accessors: &[Accessor<'_>],
    nodes: &[Node],
    limits: &Limits,
) -> Result<(), AssetError> {
    let mut parts = 0_u64;
    for (index, value) in lists.animations.iter().enumerate() {
        let place = Place::at("animations", index);
        let item = Item::new(value, place)?;
        let (samplers, channels) = (item.list("samplers")?, item.list("channels")?);
        parts = parts
            .saturating_add(as_u64(samplers.len()))
            .saturating_add(as_u64(channels.len()));
        at_most(place, limits.channels.into(), parts)?;
        let samplers = samplers
            .iter()
            .map(|value| sampler(&Item::new(value, place.member("samplers"))?, accessors))
            .collect::<Result<Vec<_>, _>>()?;
        for value in channels {
            channel(
                &Item::new(value, place.member("channels"))?,
                &samplers,
                nodes,
            )?;
        }
    }
    Ok(())
}

fn sampler(item: &Item<'_>, accessors: &[Accessor<'_>]) -> Result<Sampler, AssetError> {
    let accessor = |name: &'static str| {
        let missing = AssetError::format(item.place, "key frames and values");
        item.index(name, accessors.len())?
            .and_then(|index| accessors.get(index))
            .ok_or(missing)
    };
    let (input, output) = (accessor("input")?, accessor("output")?);
    if input.arity != Arity::SCALAR || input.component != Component::F32 {
        return Err(AssetError::format(item.place, "times in floats"));
    }
    let values_a_frame = match item.text("interpolation")? {
        None | Some("LINEAR" | "STEP") => 1,
        Some("CUBICSPLINE") => 3,
        Some(_) => {
            return Err(AssetError::format(
                item.place,
                "an interpolation of glTF 2.0",
            ));
        }
    };
    Ok(Sampler {
        frames: input.count,
        values_a_frame,
        values: output.count,
    })
}

fn channel(item: &Item<'_>, samplers: &[Sampler], nodes: &[Node]) -> Result<(), AssetError> {
    let incomplete = AssetError::format(item.place, "a sampler and a target");
    let sampler = item.index("sampler", samplers.len())?;
    let sampler = sampler
        .and_then(|sampler| samplers.get(sampler))
        .ok_or(incomplete)?;
    let target = item.child("target")?.ok_or(incomplete)?;
    let node = target
        .index("node", nodes.len())?
        .and_then(|node| nodes.get(node));
    let weights = match target.text("path")? {
        Some("weights") => node
            .and_then(|node| node.mesh)
            .map_or(0, |mesh| mesh.targets),
        Some("translation" | "rotation" | "scale") => 1,
        // Paths of extensions, such as `pointer`, are judged by whoever knows them.
        Some(_) => 0,
        None => return Err(incomplete),
    };
    let needed = sampler
        .frames
        .saturating_mul(sampler.values_a_frame)
        .saturating_mul(weights);
    if sampler.values < needed {
        return Err(AssetError::bounds(item.place, sampler.values, needed));
    }
    Ok(())
}

//! Swinging parts: `VRMC_springBone` of VRM 1.0, `secondaryAnimation` of VRM 0.x. Indexes are in
//! range, and no chain comes back to a joint that it went through.

use schemas::json::Value;

use crate::error::{AssetError, Place};
use crate::gltf::item::{Item, index_of, indexes};

const SPRINGS: Place = Place::of("VRMC_springBone");

/// VRM 1.0. The extension may stand in a model without `VRMC_vrm`.
pub(super) fn springs1(root: &Item<'_>, nodes: usize) -> Result<(), AssetError> {
    let Some(extension) = root.extension("VRMC_springBone")? else {
        return Ok(());
    };
    let colliders = extension.list("colliders")?;
    for value in colliders {
        Item::new(value, SPRINGS.member("colliders"))?.index("node", nodes)?;
    }
    let groups = extension.list("colliderGroups")?;
    for value in groups {
        let place = SPRINGS.member("colliderGroups");
        let group = Item::new(value, place)?;
        indexes(group.list("colliders")?, colliders.len(), place).try_for_each(in_range)?;
    }
    let mut last_spring = vec![None; nodes];
    for (index, value) in extension.list("springs")?.iter().enumerate() {
        let place = SPRINGS.member("springs");
        let spring = Item::new(value, place)?;
        spring.index("center", nodes)?;
        indexes(spring.list("colliderGroups")?, groups.len(), place).try_for_each(in_range)?;
        for value in spring.list("joints")? {
            let Some(node) = Item::new(value, place)?.index("node", nodes)? else {
                continue;
            };
            let seen = last_spring.get_mut(node);
            if seen.is_some_and(|seen| seen.replace(index) == Some(index)) {
                return Err(AssetError::Cycle {
                    place,
                    problem: "a spring in a circle",
                });
            }
        }
    }
    Ok(())
}

/// VRM 0.x. Node -1 is no node.
pub(super) fn springs0(vrm: &Item<'_>, nodes: usize) -> Result<(), AssetError> {
    let place = vrm.place.member("secondaryAnimation");
    let Some(animation) = vrm.child("secondaryAnimation")? else {
        return Ok(());
    };
    let groups = animation.list("colliderGroups")?;
    for value in groups {
        node(Item::new(value, place)?.get("node"), nodes, place)?;
    }
    for value in animation.list("boneGroups")? {
        let group = Item::new(value, place)?;
        node(group.get("center"), nodes, place)?;
        for bone in group.list("bones")? {
            node(Some(bone), nodes, place)?;
        }
        for collider in group.list("colliderGroups")? {
            node(Some(collider), groups.len(), place)?;
        }
    }
    Ok(())
}

fn node(value: Option<&Value>, length: usize, place: Place) -> Result<(), AssetError> {
    match value.filter(|value| value.as_i64() != Some(-1)) {
        Some(value) => index_of(value, length, place).map(drop),
        None => Ok(()),
    }
}

fn in_range(index: Result<usize, AssetError>) -> Result<(), AssetError> {
    index.map(drop)
}

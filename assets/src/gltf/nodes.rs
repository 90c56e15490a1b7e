//! Nodes, scenes and skins: indexes in range, and a forest. All walks are loops, none recurses.
//!
//! Source: glTF 2.0 sections 3.5 and 3.7.3.

use schemas::asset::FindingKind;

use crate::error::{AssetError, Place};
use crate::findings::Findings;
use crate::gltf::Lists;
use crate::gltf::accessors::{Accessor, Arity, Component};
use crate::gltf::item::{Item, as_u64, at_most, index_of, indexes};
use crate::gltf::meshes::Mesh;
use crate::limits::Limits;

/// What animations need to know of a node.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Node {
    pub(crate) mesh: Option<Mesh>,
}

/// Checks nodes, scenes and skins.
pub(crate) fn nodes(
    lists: &Lists<'_>,
    accessors: &[Accessor<'_>],
    meshes: &[Mesh],
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Vec<Node>, AssetError> {
    let skins = skins(lists, accessors, limits, findings)?;
    let length = lists.nodes.len();
    let mut nodes = Vec::with_capacity(length);
    let mut children: Vec<Vec<usize>> = Vec::with_capacity(length);
    let mut constraints = vec![None; length];
    for (index, value) in lists.nodes.iter().enumerate() {
        let place = Place::at("nodes", index);
        let item = Item::new(value, place)?;
        for (name, arity) in [
            ("matrix", 16),
            ("translation", 3),
            ("rotation", 4),
            ("scale", 3),
        ] {
            item.check_numbers(name, arity)?;
        }
        item.index("camera", lists.cameras.len())?;
        let mesh = item
            .index("mesh", meshes.len())?
            .and_then(|mesh| meshes.get(mesh))
            .copied();
        let skin = item
            .index("skin", skins.len())?
            .and_then(|skin| skins.get(skin))
            .copied();
        if let (Some(mesh), Some(joints)) = (mesh, skin)
            && mesh.joints_needed > joints
        {
            return Err(AssetError::bounds(
                place.member("skin"),
                joints,
                mesh.joints_needed,
            ));
        }
        let place = place.member("children");
        children.push(indexes(item.list("children")?, length, place).collect::<Result<_, _>>()?);
        if let Some(slot) = constraints.get_mut(index) {
            *slot = constraint(&item, length)?;
        }
        nodes.push(Node { mesh });
    }
    let parents = forest(&children, limits)?;
    acyclic(&constraints)?;
    scenes(lists, &parents, findings)?;
    Ok(nodes)
}

/// The number of joints of each skin.
fn skins(
    lists: &Lists<'_>,
    accessors: &[Accessor<'_>],
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Vec<u64>, AssetError> {
    let mut skins = Vec::with_capacity(lists.skins.len());
    let mut all = 0_u64;
    let mut last_skin = vec![None; lists.nodes.len()];
    for (index, value) in lists.skins.iter().enumerate() {
        let place = Place::at("skins", index);
        let item = Item::new(value, place)?;
        item.index("skeleton", lists.nodes.len())?;
        let joints = item.list("joints")?;
        let count = as_u64(joints.len());
        all = all.saturating_add(count);
        at_most(place.member("joints"), limits.joints.into(), all)?;
        if joints.is_empty() {
            return Err(AssetError::format(
                place.member("joints"),
                "at least one joint",
            ));
        }
        for joint in indexes(joints, lists.nodes.len(), place.member("joints")) {
            let seen = last_skin.get_mut(joint?);
            if seen.is_some_and(|seen| seen.replace(index) == Some(index)) {
                findings.note(FindingKind::DuplicateJoint, place);
            }
        }
        let matrices = item.index("inverseBindMatrices", accessors.len())?;
        if let Some(matrices) = matrices.and_then(|matrices| accessors.get(matrices)) {
            let place = place.member("inverseBindMatrices");
            if matrices.arity != Arity::MAT4 || matrices.component != Component::F32 {
                return Err(AssetError::format(place, "4 × 4 floats"));
            }
            if matrices.count < count {
                return Err(AssetError::bounds(place, matrices.count, count));
            }
        }
        skins.push(count);
    }
    Ok(skins)
}

/// The parent of each node. Refuses cycles, second parents and too deep trees.
fn forest(children: &[Vec<usize>], limits: &Limits) -> Result<Vec<Option<usize>>, AssetError> {
    let cycle = |node, problem| {
        Err(AssetError::Cycle {
            place: Place::at("nodes", node),
            problem,
        })
    };
    let mut parents = vec![None; children.len()];
    for (node, below) in children.iter().enumerate() {
        for child in below {
            if parents
                .get_mut(*child)
                .is_some_and(|parent| parent.replace(node).is_some())
            {
                return cycle(*child, "a node has two parents");
            }
        }
    }
    let roots = parents
        .iter()
        .enumerate()
        .filter(|(_, parent)| parent.is_none());
    let mut open: Vec<(usize, u32)> = roots.map(|(root, _)| (root, 1)).collect();
    let mut reached = 0;
    while let Some((node, depth)) = open.pop() {
        if depth > limits.node_depth {
            return cycle(node, "nodes are nested too deep");
        }
        reached += 1;
        let below = children.get(node).map(Vec::as_slice).unwrap_or_default();
        open.extend(below.iter().map(|child| (*child, depth + 1)));
    }
    // With one parent at most, what no root reaches goes in a circle.
    if reached < children.len() {
        return Err(AssetError::Cycle {
            place: Place::of("nodes"),
            problem: "children in a circle",
        });
    }
    Ok(parents)
}

/// The node whose motion this one copies (`VRMC_node_constraint`).
fn constraint(node: &Item<'_>, nodes: usize) -> Result<Option<usize>, AssetError> {
    let Some(extension) = node.extension("VRMC_node_constraint")? else {
        return Ok(None);
    };
    let Some(constraint) = extension.child("constraint")? else {
        return Ok(None);
    };
    for kind in ["roll", "aim", "rotation"] {
        if let Some(constraint) = constraint.child(kind)? {
            return constraint.index("source", nodes);
        }
    }
    Ok(None)
}

/// Each node follows one other at most: walk along, and mark which walk was there.
fn acyclic(follows: &[Option<usize>]) -> Result<(), AssetError> {
    let mut seen_by: Vec<Option<usize>> = vec![None; follows.len()];
    for start in 0..follows.len() {
        let mut at = Some(start);
        while let Some(node) = at {
            match seen_by.get_mut(node) {
                Some(seen @ None) => *seen = Some(start),
                Some(Some(walk)) if *walk == start => {
                    let place = Place::at("nodes", node);
                    return Err(AssetError::Cycle {
                        place,
                        problem: "constraints in a circle",
                    });
                }
                _ => break,
            }
            at = follows.get(node).copied().flatten();
        }
    }
    Ok(())
}

fn scenes(
    lists: &Lists<'_>,
    parents: &[Option<usize>],
    findings: &mut Findings,
) -> Result<(), AssetError> {
    if let Some(scene) = lists.scene {
        index_of(scene, lists.scenes.len(), Place::of("scene"))?;
    }
    for (index, value) in lists.scenes.iter().enumerate() {
        let place = Place::at("scenes", index);
        let roots = Item::new(value, place)?.list("nodes")?;
        for root in indexes(roots, parents.len(), place.member("nodes")) {
            if parents.get(root?).is_some_and(Option::is_some) {
                findings.note(FindingKind::SceneRoot, place);
            }
        }
    }
    Ok(())
}

//! Meshes: attributes of equal length, indexes below the number of vertices, morph targets.
//!
//! Every accessor is scanned once, however many primitives share it. Source: glTF 2.0 section 3.7.2.

use schemas::asset::FindingKind;
use schemas::json::Value;

use crate::error::{AssetError, Place};
use crate::findings::Findings;
use crate::gltf::accessors::{Accessor, Arity, Component};
use crate::gltf::item::{Item, as_u64, at_most, index_of};
use crate::limits::Limits;

/// What nodes and animations need to know of a mesh.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Mesh {
    /// The smallest number of joints that its vertices can be bound to.
    pub(crate) joints_needed: u64,
    /// Morph targets of its primitives.
    pub(crate) targets: u64,
}

/// All meshes, and how much is in them.
#[derive(Debug, Default)]
pub(crate) struct Meshes {
    pub(crate) list: Vec<Mesh>,
    pub(crate) primitives: u32,
    pub(crate) vertices: u64,
    pub(crate) triangles: u64,
}

/// Checks every mesh.
pub(crate) fn meshes(
    root: &Item<'_>,
    accessors: &[Accessor<'_>],
    materials: usize,
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Meshes, AssetError> {
    let mut reader = Reader {
        accessors,
        materials,
        limits,
        findings,
        largest: vec![None; accessors.len()],
        positions: vec![false; accessors.len()],
        targets: 0,
        meshes: Meshes::default(),
    };
    for (index, value) in root.list("meshes")?.iter().enumerate() {
        let mesh = reader.mesh(&Item::new(value, Place::at("meshes", index))?)?;
        reader.meshes.list.push(mesh);
    }
    Ok(reader.meshes)
}

struct Reader<'r, 'a> {
    accessors: &'r [Accessor<'a>],
    materials: usize,
    limits: &'r Limits,
    findings: &'r mut Findings,
    /// The largest number of each accessor of indexes or joints, once scanned.
    largest: Vec<Option<u64>>,
    /// The accessors of positions that were counted.
    positions: Vec<bool>,
    targets: u64,
    meshes: Meshes,
}

impl<'a> Reader<'_, 'a> {
    fn mesh(&mut self, item: &Item<'_>) -> Result<Mesh, AssetError> {
        let mut mesh = Mesh::default();
        if let Some(weights) = item.get("weights") {
            item.check_numbers("weights", weights.as_array().map_or(0, <[Value]>::len))?;
        }
        for value in item.list("primitives")? {
            self.meshes.primitives = self.meshes.primitives.saturating_add(1);
            let (limit, found) = (self.limits.primitives, self.meshes.primitives);
            at_most(
                Place::of("meshes").member("primitives"),
                limit.into(),
                found.into(),
            )?;
            let place = item.place.member("primitives");
            let primitive = self.primitive(&Item::new(value, place)?)?;
            mesh.joints_needed = mesh.joints_needed.max(primitive.joints_needed);
            mesh.targets = mesh.targets.max(primitive.targets);
        }
        Ok(mesh)
    }

    fn primitive(&mut self, item: &Item<'_>) -> Result<Mesh, AssetError> {
        if item
            .child("extensions")?
            .is_some_and(|e| e.get("KHR_draco_mesh_compression").is_some())
        {
            return Err(AssetError::Extension { place: item.place });
        }
        item.index("material", self.materials)?;
        let attributes = item.child("attributes")?;
        let missing = AssetError::format(item.place.member("attributes"), "an object");
        let attributes = attributes.ok_or(missing)?;
        let mut vertices = None;
        let mut joints_needed = 0;
        for (name, value) in attributes.members() {
            let (index, accessor) = self.accessor(value, attributes.place)?;
            same_count(&mut vertices, accessor.count, attributes.place)?;
            if name == "POSITION" {
                self.position(index, &accessor)?;
            } else if name.starts_with("JOINTS_") {
                let place = Place::at("accessors", index);
                if accessor.arity != Arity::VEC4 || !accessor.component.is_index() {
                    return Err(AssetError::format(place, "four unsigned numbers a joint"));
                }
                joints_needed = joints_needed.max(self.largest(index, &accessor) + 1);
            }
        }
        let vertices = vertices.unwrap_or(0);
        let mut corners = vertices;
        if let Some(value) = item.get("indices") {
            let (index, accessor) = self.accessor(value, item.place.member("indices"))?;
            let place = Place::at("accessors", index);
            if accessor.arity != Arity::SCALAR || !accessor.component.is_index() {
                return Err(AssetError::format(place, "unsigned numbers as indexes"));
            }
            let largest = self.largest(index, &accessor);
            if accessor.count > 0 && largest >= vertices {
                return Err(AssetError::bounds(place, vertices, largest));
            }
            corners = accessor.count;
        }
        let triangles = match item.count("mode")?.unwrap_or(4) {
            0..=3 => 0,
            4 => corners / 3,
            5 | 6 => corners.saturating_sub(2),
            _ => {
                return Err(AssetError::format(
                    item.place.member("mode"),
                    "a mode from 0 to 6",
                ));
            }
        };
        self.meshes.triangles = self.meshes.triangles.saturating_add(triangles);
        let targets = self.morph_targets(item, vertices)?;
        Ok(Mesh {
            joints_needed,
            targets,
        })
    }

    fn morph_targets(&mut self, item: &Item<'_>, vertices: u64) -> Result<u64, AssetError> {
        let targets = item.list("targets")?;
        let count = as_u64(targets.len());
        let place = item.place.member("targets");
        self.targets = self.targets.saturating_add(count);
        at_most(place, self.limits.morph_targets.into(), self.targets)?;
        for value in targets {
            for (_, value) in Item::new(value, place)?.members() {
                let (_, accessor) = self.accessor(value, place)?;
                same_count(&mut Some(vertices), accessor.count, place)?;
            }
        }
        Ok(count)
    }

    fn accessor(&self, value: &Value, place: Place) -> Result<(usize, Accessor<'a>), AssetError> {
        let index = index_of(value, self.accessors.len(), place)?;
        let accessor = self.accessors.get(index).copied();
        let missing = AssetError::bounds(place, as_u64(self.accessors.len()), as_u64(index));
        accessor.map(|accessor| (index, accessor)).ok_or(missing)
    }

    /// Vertices are counted, and looked at, once for each array of positions.
    fn position(&mut self, index: usize, accessor: &Accessor<'_>) -> Result<(), AssetError> {
        let place = Place::at("accessors", index);
        if accessor.arity != Arity::VEC3 || accessor.component == Component::U32 {
            return Err(AssetError::format(place, "three numbers a position"));
        }
        let Some(counted) = self.positions.get_mut(index) else {
            return Ok(());
        };
        if std::mem::replace(counted, true) {
            return Ok(());
        }
        self.meshes.vertices = self.meshes.vertices.saturating_add(accessor.count);
        at_most(
            Place::of("meshes"),
            self.limits.vertices,
            self.meshes.vertices,
        )?;
        if !accessor.has_bounds {
            self.findings.note(FindingKind::BoundsMissing, place);
        }
        if !accessor.is_finite() {
            self.findings.note(FindingKind::NonFinite, place);
        }
        Ok(())
    }

    fn largest(&mut self, index: usize, accessor: &Accessor<'_>) -> u64 {
        match self.largest.get_mut(index) {
            Some(known) => *known.get_or_insert_with(|| accessor.largest()),
            None => accessor.largest(),
        }
    }
}

fn same_count(known: &mut Option<u64>, count: u64, place: Place) -> Result<(), AssetError> {
    let expected = *known.get_or_insert(count);
    if count == expected {
        Ok(())
    } else {
        Err(AssetError::bounds(place, expected, count))
    }
}

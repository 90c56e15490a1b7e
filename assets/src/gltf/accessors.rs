//! Typed arrays in buffer views: bounds, strides and sparse replacements.
//!
//! After this nobody can be led outside of the bytes. Source: glTF 2.0 section 3.6.2.

use schemas::asset::FindingKind;

use crate::error::{AssetError, Place};
use crate::findings::Findings;
use crate::gltf::buffers::{View, end, slice};
use crate::gltf::item::{Item, as_u64, at_most};
use crate::limits::Limits;

/// The type of one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Component {
    I8,
    U8,
    I16,
    U16,
    U32,
    F32,
}

impl Component {
    fn read(item: &Item<'_>) -> Result<Self, AssetError> {
        Ok(match item.required_count("componentType")? {
            5120 => Self::I8,
            5121 => Self::U8,
            5122 => Self::I16,
            5123 => Self::U16,
            5125 => Self::U32,
            5126 => Self::F32,
            _ => {
                let place = item.place.member("componentType");
                return Err(AssetError::format(place, "a component type of glTF 2.0"));
            }
        })
    }

    const fn size(self) -> u64 {
        match self {
            Self::I8 | Self::U8 => 1,
            Self::I16 | Self::U16 => 2,
            Self::U32 | Self::F32 => 4,
        }
    }

    pub(crate) const fn is_index(self) -> bool {
        matches!(self, Self::U8 | Self::U16 | Self::U32)
    }
}

/// How many numbers an element has: columns × rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Arity {
    pub(crate) columns: u8,
    pub(crate) rows: u8,
}

impl Arity {
    pub(crate) const SCALAR: Self = Self {
        columns: 1,
        rows: 1,
    };
    pub(crate) const VEC3: Self = Self {
        columns: 1,
        rows: 3,
    };
    pub(crate) const VEC4: Self = Self {
        columns: 1,
        rows: 4,
    };
    pub(crate) const MAT4: Self = Self {
        columns: 4,
        rows: 4,
    };

    fn read(item: &Item<'_>) -> Result<Self, AssetError> {
        let (columns, rows) = match item.text("type")? {
            Some("SCALAR") => (1, 1),
            Some("VEC2") => (1, 2),
            Some("VEC3") => (1, 3),
            Some("VEC4") => (1, 4),
            Some("MAT2") => (2, 2),
            Some("MAT3") => (3, 3),
            Some("MAT4") => (4, 4),
            _ => {
                let place = item.place.member("type");
                return Err(AssetError::format(place, "an element type of glTF 2.0"));
            }
        };
        Ok(Self { columns, rows })
    }

    fn numbers(self) -> usize {
        usize::from(self.columns) * usize::from(self.rows)
    }

    /// Bytes of an element; columns of matrices start at multiples of 4.
    fn size(self, component: Component) -> u64 {
        let column = u64::from(self.rows) * component.size();
        match self.columns {
            1 => column,
            columns => column.next_multiple_of(4) * u64::from(columns),
        }
    }
}

/// A typed array, proved to lie within its views.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accessor<'a> {
    pub(crate) count: u64,
    pub(crate) component: Component,
    pub(crate) arity: Arity,
    pub(crate) has_bounds: bool,
    elements: Elements<'a>,
    sparse: Option<Elements<'a>>,
}

/// Elements at equal distances. The bytes reach from the first to the end of the last.
#[derive(Clone, Copy, Debug)]
struct Elements<'a> {
    bytes: &'a [u8],
    stride: usize,
    size: usize,
}

impl<'a> Elements<'a> {
    const NONE: Self = Self {
        bytes: &[],
        stride: 1,
        size: 1,
    };

    fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        self.bytes
            .chunks(self.stride)
            .filter_map(move |chunk| chunk.get(..self.size))
    }
}

impl<'a> Accessor<'a> {
    /// Every element's bytes: the base and, after it, the replacements.
    fn all(&self) -> impl Iterator<Item = &'a [u8]> {
        self.elements
            .iter()
            .chain(self.sparse.unwrap_or(Elements::NONE).iter())
    }

    /// The largest number, of an array of unsigned numbers. An array without bytes is all zero.
    pub(crate) fn largest(&self) -> u64 {
        let numbers = |element: &'a [u8]| match self.component {
            Component::U16 => element.chunks_exact(2).map(unsigned).max(),
            Component::U32 => element.chunks_exact(4).map(unsigned).max(),
            _ => element.iter().copied().map(u64::from).max(),
        };
        self.all().filter_map(numbers).max().unwrap_or(0)
    }

    /// Whether every float is a finite number. Arrays of other numbers always are.
    pub(crate) fn is_finite(&self) -> bool {
        let finite = |bytes: &[u8]| {
            bytes
                .first_chunk::<4>()
                .is_some_and(|bytes| f32::from_le_bytes(*bytes).is_finite())
        };
        self.component != Component::F32
            || self
                .all()
                .all(|element| element.chunks_exact(4).all(finite))
    }
}

fn unsigned(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |number, byte| (number << 8) | u64::from(*byte))
}

/// The accessors, each within its views and all together within the limit of elements.
pub(crate) fn accessors<'a>(
    root: &Item<'_>,
    views: &[View<'a>],
    limits: &Limits,
    findings: &mut Findings,
) -> Result<Vec<Accessor<'a>>, AssetError> {
    let list = root.list("accessors")?;
    let mut accessors = Vec::with_capacity(list.len());
    let mut elements = 0_u64;
    for (index, value) in list.iter().enumerate() {
        let place = Place::at("accessors", index);
        let item = Item::new(value, place)?;
        let accessor = accessor(&item, views, findings)?;
        elements = elements.saturating_add(accessor.count);
        at_most(place.member("count"), limits.elements, elements)?;
        accessors.push(accessor);
    }
    Ok(accessors)
}

fn accessor<'a>(
    item: &Item<'_>,
    views: &[View<'a>],
    findings: &mut Findings,
) -> Result<Accessor<'a>, AssetError> {
    let component = Component::read(item)?;
    let arity = Arity::read(item)?;
    let count = item.required_count("count")?;
    for name in ["min", "max"] {
        item.check_numbers(name, arity.numbers())?;
    }
    let layout = Layout {
        component,
        arity,
        count,
    };
    let elements = match view_of(item, views)? {
        Some(view) => layout.within(item, view, view.stride, findings)?,
        None => Elements::NONE,
    };
    let sparse = item.child("sparse")?;
    let sparse = sparse
        .map(|sparse| layout.sparse(&sparse, views, findings))
        .transpose()?;
    let has_bounds = item.get("min").is_some() && item.get("max").is_some();
    Ok(Accessor {
        count,
        component,
        arity,
        has_bounds,
        elements,
        sparse,
    })
}

fn view_of<'v, 'a>(
    item: &Item<'_>,
    views: &'v [View<'a>],
) -> Result<Option<&'v View<'a>>, AssetError> {
    Ok(item
        .index("bufferView", views.len())?
        .and_then(|index| views.get(index)))
}

/// So many elements of one type.
#[derive(Clone, Copy)]
struct Layout {
    component: Component,
    arity: Arity,
    count: u64,
}

impl Layout {
    /// The elements in a view, from the item's `byteOffset` on.
    fn within<'a>(
        self,
        item: &Item<'_>,
        view: &View<'a>,
        stride: Option<u64>,
        findings: &mut Findings,
    ) -> Result<Elements<'a>, AssetError> {
        let offset = item.count("byteOffset")?.unwrap_or(0);
        let size = self.arity.size(self.component);
        let stride = stride.unwrap_or(size);
        if stride < size {
            return Err(AssetError::bounds(
                item.place.member("byteStride"),
                stride,
                size,
            ));
        }
        let aligned = |offset: u64| offset.is_multiple_of(self.component.size());
        if !aligned(offset) || !aligned(view.offset.saturating_add(offset)) {
            findings.note(FindingKind::Misaligned, item.place);
        }
        let length = match self.count.checked_sub(1) {
            Some(steps) => steps
                .checked_mul(stride)
                .and_then(|bytes| bytes.checked_add(size)),
            None => Some(0),
        };
        let length = length.unwrap_or(u64::MAX);
        let available = as_u64(view.bytes.len());
        let bounds = AssetError::bounds(item.place, available, end(offset, length));
        Ok(Elements {
            bytes: slice(view.bytes, offset, length).ok_or(bounds)?,
            stride: usize::try_from(stride).map_err(|_| bounds)?,
            size: usize::try_from(size).map_err(|_| bounds)?,
        })
    }

    /// The replacements of a sparse accessor: as many as indexes, which rise and stay in range.
    fn sparse<'a>(
        self,
        sparse: &Item<'_>,
        views: &[View<'a>],
        findings: &mut Findings,
    ) -> Result<Elements<'a>, AssetError> {
        let count = sparse.required_count("count")?;
        if count > self.count {
            return Err(AssetError::bounds(
                sparse.place.member("sparse.count"),
                self.count,
                count,
            ));
        }
        let missing = |member| AssetError::format(sparse.place.member(member), "an object");
        let part = |name: &'static str, member: &'static str| {
            let item = sparse.child(name)?.ok_or(missing(member))?;
            let view = view_of(&item, views)?.ok_or(missing(member))?;
            Ok::<_, AssetError>((item.renamed(sparse.place.member(member)), view))
        };
        let (indices, view) = part("indices", "sparse.indices")?;
        let component = Component::read(&indices)?;
        if !component.is_index() {
            return Err(AssetError::format(indices.place, "unsigned numbers"));
        }
        let layout = Layout {
            component,
            arity: Arity::SCALAR,
            count,
        };
        let mut least = 0;
        for index in layout
            .within(&indices, view, None, findings)?
            .iter()
            .map(unsigned)
        {
            if index < least || index >= self.count {
                return Err(AssetError::bounds(indices.place, self.count, index));
            }
            least = index + 1;
        }
        let (values, view) = part("values", "sparse.values")?;
        Layout { count, ..self }.within(&values, view, None, findings)
    }
}

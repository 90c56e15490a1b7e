//! An evidence file: two things that a truthful ledger would never both have signed. Anybody can judge
//! it, offline, with the ledger's keys.

use crate::encoding::base64url;
use crate::json::{Limits, Number, Object, Value};
use crate::ledger::{UnverifiedLeaf, kind, ledger, number, version};
use crate::message::{Kind, Members, Message, MessageError, Problem};
use crate::world::WorldId;

/// `type` of the file.
pub const TYPE: &str = "omote-ledger-evidence";
/// Most hashes of an audit path: trees have fewer than 2^63 leaves.
pub const MAX_PATH: usize = 63;
/// Longest checkpoint, in bytes: twice what sixteen signatures of 5 kB take. As long as any that is read
/// elsewhere, or a ledger could write what nobody may show.
pub const MAX_NOTE_BYTES: usize = 256 << 10;

const EVIDENCE: Kind = kind("evidence about a ledger");
const NODE: Kind = EVIDENCE.part("a node of a tree");

/// What a ledger said twice, differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EvidenceFile {
    /// `two_leaves`: two signed leaves for one place of one chain.
    TwoLeaves {
        /// `ledger`
        ledger: WorldId,
        /// `leaves`
        leaves: Box<[UnverifiedLeaf; 2]>,
    },
    /// `two_checkpoints`: two checkpoints of one size with other roots.
    TwoCheckpoints {
        /// `ledger`
        ledger: WorldId,
        /// `checkpoints`: signed notes, as they were served.
        checkpoints: [String; 2],
    },
    /// `two_trees`: two checkpoints, and one complete node that both trees have, with another value in
    /// each. A failed consistency proof alone proves nothing, as anybody may garble one.
    TwoTrees {
        /// `ledger`
        ledger: WorldId,
        /// `checkpoints`: signed notes, as they were served.
        checkpoints: [String; 2],
        /// `level`: 0 for leaves.
        level: u8,
        /// `index` of the node in its level.
        index: u64,
        /// `nodes`: its value in each tree, with the path from it to the root.
        nodes: Box<[Inclusion; 2]>,
    },
}

/// A node of a tree and the hashes that lead from it to the root, lowest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inclusion {
    /// `hash`
    pub hash: [u8; 32],
    /// `path`
    pub path: Vec<[u8; 32]>,
}

impl EvidenceFile {
    /// Two leaves that the ledger of the first signed.
    #[must_use]
    pub fn two_leaves(first: &UnverifiedLeaf, second: &UnverifiedLeaf) -> Self {
        Self::TwoLeaves {
            ledger: first.claims().ledger.clone(),
            leaves: Box::new([first.clone(), second.clone()]),
        }
    }

    /// How such a file is read: two checkpoints of full length, each letter of them escaped, fit in.
    pub const LIMITS: Limits = Limits {
        max_bytes: 2 << 20,
        ..Limits::document()
    };

    /// Whom it accuses.
    #[must_use]
    pub const fn ledger(&self) -> &WorldId {
        match self {
            Self::TwoLeaves { ledger, .. }
            | Self::TwoCheckpoints { ledger, .. }
            | Self::TwoTrees { ledger, .. } => ledger,
        }
    }

    /// `kind`
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::TwoLeaves { .. } => "two_leaves",
            Self::TwoCheckpoints { .. } => "two_checkpoints",
            Self::TwoTrees { .. } => "two_trees",
        }
    }
}

/// Two of something.
fn pair<T>(
    members: &Members<'_>,
    name: &'static str,
    read: impl Fn(&Value) -> Result<T, MessageError>,
) -> Result<[T; 2], MessageError> {
    match members.array(name, 2)? {
        [first, second] => Ok([read(first)?, read(second)?]),
        _ => {
            let expected = "two of them";
            Err(members.fail(name, Problem::Value { expected }))
        }
    }
}

fn checkpoints(members: &Members<'_>) -> Result<[String; 2], MessageError> {
    pair(members, "checkpoints", |value| {
        let text = members.kind.text("checkpoints", value)?;
        members
            .kind
            .within("checkpoints", text.len(), MAX_NOTE_BYTES)?;
        Ok(text)
    })
}

impl Inclusion {
    fn read(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of_member(NODE, "nodes", value)?;
        members.only(&["hash", "path"])?;
        let hash = |name, value: &Value| {
            let expected = "32 bytes in base64url";
            let bytes = value.as_str().and_then(base64url::decode);
            bytes
                .and_then(|bytes| bytes.try_into().ok())
                .ok_or_else(|| members.fail(name, Problem::Value { expected }))
        };
        // A tree of one node has a root and no path to it.
        let path = match members.required("path")? {
            Value::Array(path) => path,
            other => return Err(NODE.wrong_type("path", "array", other)),
        };
        NODE.within("path", path.len(), MAX_PATH)?;
        let path = path.iter().map(|value| hash("path", value));
        Ok(Self {
            hash: hash("hash", members.required("hash")?)?,
            path: path.collect::<Result<_, _>>()?,
        })
    }

    fn write(&self) -> Object {
        let path: Vec<String> = self
            .path
            .iter()
            .map(|hash| base64url::encode(hash))
            .collect();
        crate::object! { "hash" => base64url::encode(&self.hash), "path" => path }
    }
}

impl Message for EvidenceFile {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(EVIDENCE, value)?;
        version(&members)?;
        if members.text("type")? != TYPE {
            let expected = TYPE;
            return Err(members.fail("type", Problem::Value { expected }));
        }
        let ledger = ledger(&members)?;
        let only = |names: &[&str]| {
            let common: &[&str] = &["v", "type", "kind", "ledger"];
            members.only(&[common, names].concat())
        };
        match members.text("kind")?.as_str() {
            "two_leaves" => {
                only(&["leaves"])?;
                let leaves = pair(&members, "leaves", UnverifiedLeaf::from_value)?;
                Ok(Self::TwoLeaves {
                    ledger,
                    leaves: Box::new(leaves),
                })
            }
            "two_checkpoints" => {
                only(&["checkpoints"])?;
                Ok(Self::TwoCheckpoints {
                    ledger,
                    checkpoints: checkpoints(&members)?,
                })
            }
            "two_trees" => {
                only(&["checkpoints", "level", "index", "nodes"])?;
                let expected = "0 to 62";
                let level = u8::try_from(number(&members, "level")?).ok();
                let level = level.filter(|level| *level < 63);
                Ok(Self::TwoTrees {
                    ledger,
                    checkpoints: checkpoints(&members)?,
                    level: level
                        .ok_or_else(|| members.fail("level", Problem::Value { expected }))?,
                    index: number(&members, "index")?,
                    nodes: Box::new(pair(&members, "nodes", Inclusion::read)?),
                })
            }
            _ => {
                let expected = "two_leaves, two_checkpoints or two_trees";
                Err(members.fail("kind", Problem::Value { expected }))
            }
        }
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "v" => 1,
            "type" => TYPE,
            "kind" => self.kind(),
            "ledger" => &self.ledger().did(),
        };
        match self {
            Self::TwoLeaves { leaves, .. } => {
                let leaves: Vec<Object> = leaves.iter().map(Message::to_object).collect();
                object.insert("leaves", leaves);
            }
            Self::TwoCheckpoints { checkpoints, .. } => {
                object.insert("checkpoints", checkpoints.to_vec());
            }
            Self::TwoTrees {
                checkpoints,
                level,
                index,
                nodes,
                ..
            } => {
                object.insert("checkpoints", checkpoints.to_vec());
                object.insert("level", u32::from(*level));
                object.insert("index", Number::from_u64_saturating(*index));
                let nodes: Vec<Object> = nodes.iter().map(Inclusion::write).collect();
                object.insert("nodes", nodes);
            }
        }
        object
    }
}

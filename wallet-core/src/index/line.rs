//! One line of the index: what is known of a holding without opening it. The holder's side runs it.
//!
//! ```text
//! shelf = version, line*          line = fields in order, length, outline
//! ```
//! How each of them is written says `bytes`, what an outline is `outline`.

use std::collections::HashMap;
use std::sync::Arc;

use schemas::json::Object;
use schemas::time::Timestamp;
use schemas::world::WorldId;

use crate::holding::{
    Copy, CopyState, Format, Holding, HoldingId, HoldingKind, Withdrawal, Withdrawn,
};
use crate::index;
use crate::index::bytes::{Rest, length, write_number, write_text, write_time};
use crate::index::outline::Outline;
use crate::keys::PersonaIndex;
use crate::store::RecordId;
use crate::transfer::Standing;
use zeroize::Zeroizing;

/// The version of this writing. Another one is written anew from the holdings.
pub(crate) const VERSION: u8 = 4;

/// A holding as the index knows it: enough to list it and to look whether it answers a request.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its name in this wallet.
    pub id: HoldingId,
    /// Avatar, item, or something else.
    pub kind: HoldingKind,
    /// How its copies are written.
    pub format: Format,
    /// The name to show. Text from outside: made safe where it is shown.
    pub name: String,
    /// The world that issued it.
    pub issuer: WorldId,
    /// The face that holds it.
    pub persona: PersonaIndex,
    /// From when it is valid.
    pub valid_from: Option<Timestamp>,
    /// Until when.
    pub valid_until: Option<Timestamp>,
    /// When it was received.
    pub added_at: Timestamp,
    /// Whether its issuer gives more copies.
    pub refill: Refillable,
    /// How it stands in its ledger, as far as this wallet knows; `None` when it stands in none.
    pub standing: Option<Standing>,
    pub(crate) copies: Vec<ListedCopy>,
    pub(crate) outline: Outline,
}

/// Whether an issuer gives more copies of a holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refillable {
    /// It does not.
    No,
    /// It gave a token for it.
    Yes,
}

/// One copy as the index knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListedCopy {
    pub(crate) state: CopyState,
    pub(crate) world: Option<WorldId>,
    pub(crate) valid_until: Option<Timestamp>,
    pub(crate) withdrawn: Option<Withdrawn>,
}

/// What issuers have said against copies of one holding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The worst of it, as it was heard last.
    pub worst: Withdrawn,
    /// Of how many copies.
    pub copies: usize,
    /// Of how many in use.
    pub of: usize,
}

impl Listed {
    pub(crate) fn of(holding: &Holding, copies: &[Copy], standing: Option<Standing>) -> Self {
        let outline = index::credential(&holding.facts).map(Outline::of);
        Self {
            id: holding.id,
            kind: holding.kind,
            format: holding.facts.format,
            name: holding.name.clone(),
            issuer: holding.issuer.clone(),
            persona: holding.persona,
            valid_from: holding.facts.valid_from,
            valid_until: holding.facts.valid_until,
            added_at: holding.added_at,
            refill: match holding.grant {
                Some(_) => Refillable::Yes,
                None => Refillable::No,
            },
            standing,
            copies: copies
                .iter()
                .map(|copy| ListedCopy {
                    state: copy.state,
                    world: copy.world.clone(),
                    valid_until: copy.valid_until.or(holding.facts.valid_until),
                    withdrawn: copy.withdrawn,
                })
                .collect(),
            outline: outline.unwrap_or_else(|_| Outline::of(&Object::new())),
        }
    }

    /// Whether a world was shown a copy that may be shown again.
    #[must_use]
    pub fn is_known_to(&self, world: &WorldId) -> bool {
        self.copies
            .iter()
            .any(|copy| copy.state != CopyState::Retired && copy.world.as_ref() == Some(world))
    }

    /// What its issuer has said against its copies, as far as this wallet has heard; `None` when that is
    /// nothing.
    #[must_use]
    pub fn taken(&self) -> Option<Taken> {
        let in_use = self.copies.iter();
        let in_use = in_use.filter(|copy| copy.state != CopyState::Retired);
        let of = in_use.clone().count();
        let withdrawn: Vec<Withdrawn> = in_use.filter_map(|copy| copy.withdrawn).collect();
        let worst = withdrawn.iter().max_by_key(|one| (one.how, one.at))?;
        Some(Taken {
            worst: *worst,
            copies: withdrawn.len(),
            of,
        })
    }

    /// The worlds that were shown a copy, each once.
    #[must_use]
    pub fn worlds(&self) -> Vec<&WorldId> {
        let mut worlds: Vec<&WorldId> = self
            .copies
            .iter()
            .filter_map(|copy| copy.world.as_ref())
            .collect();
        worlds.sort();
        worlds.dedup();
        worlds
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.id.0.as_bytes());
        out.push(place_of(&HoldingKind::ALL, self.kind));
        out.push(place_of(&Format::ALL, self.format));
        out.push(u8::from(self.refill == Refillable::Yes));
        write_number(out, self.persona.value().into());
        write_standing(out, self.standing);
        write_time(out, Some(self.added_at));
        write_time(out, self.valid_from);
        write_time(out, self.valid_until);
        write_text(out, &self.name);
        write_text(out, self.issuer.origin());
        write_number(out, length(self.copies.len()));
        for copy in &self.copies {
            out.push(place_of(&STATES, copy.state));
            write_time(out, copy.valid_until);
            write_text(out, copy.world.as_ref().map_or("", WorldId::origin));
            match copy.withdrawn {
                None => out.push(0),
                Some(withdrawn) => {
                    out.push(place_of(&Withdrawal::ALL, withdrawn.how).saturating_add(1));
                    write_time(out, Some(withdrawn.at));
                }
            }
        }
        let outline = self.outline.bytes();
        write_number(out, length(outline.len()));
        out.extend_from_slice(outline);
    }
}

/// Writes the lines of one shelf.
pub(crate) fn write_all<'a>(lines: impl IntoIterator<Item = &'a Listed>) -> Vec<u8> {
    let mut out = vec![VERSION];
    for line in lines {
        line.write(&mut out);
    }
    out
}

/// Reads lines, knowing each world's name once however often it is there.
#[derive(Default)]
pub(crate) struct Reader {
    worlds: HashMap<String, WorldId>,
}

impl Reader {
    /// The lines of one shelf; `None` when they are none.
    pub(crate) fn read_all(
        &mut self,
        shelf: Zeroizing<Vec<u8>>,
        into: &mut Vec<Listed>,
    ) -> Option<()> {
        let shelf = Arc::new(shelf);
        let mut rest = Rest(&shelf);
        if rest.byte()? != VERSION {
            return None;
        }
        while !rest.0.is_empty() {
            into.push(self.line(&shelf, &mut rest)?);
        }
        Some(())
    }

    fn line(&mut self, shelf: &Arc<Zeroizing<Vec<u8>>>, rest: &mut Rest<'_>) -> Option<Listed> {
        let id = HoldingId(RecordId::from_slice(rest.take(16)?)?);
        let kind = *HoldingKind::ALL.get(usize::from(rest.byte()?))?;
        let format = *Format::ALL.get(usize::from(rest.byte()?))?;
        let refill = match rest.byte()? {
            0 => Refillable::No,
            1 => Refillable::Yes,
            _ => return None,
        };
        let persona = PersonaIndex::new(u32::try_from(rest.number()?).ok()?)?;
        let standing = read_standing(rest)?;
        let added_at = rest.time()??;
        let valid_from = rest.time()?;
        let valid_until = rest.time()?;
        let name = rest.text()?.to_owned();
        let issuer = self.world(rest.text()?)?;
        let count = usize::try_from(rest.number()?).ok()?;
        let mut copies = Vec::with_capacity(count.min(256));
        for _ in 0..count {
            let state = *STATES.get(usize::from(rest.byte()?))?;
            let valid_until = rest.time()?;
            let world = match rest.text()? {
                "" => None,
                origin => Some(self.world(origin)?),
            };
            let withdrawn = match rest.byte()? {
                0 => None,
                place => Some(Withdrawn {
                    how: *Withdrawal::ALL.get(usize::from(place).checked_sub(1)?)?,
                    at: rest.time()??,
                }),
            };
            copies.push(ListedCopy {
                state,
                world,
                valid_until,
                withdrawn,
            });
        }
        let count = usize::try_from(rest.number()?).ok()?;
        let begin = shelf.len().checked_sub(rest.0.len())?;
        rest.take(count)?;
        let outline = Outline::at(shelf, begin..begin.checked_add(count)?);
        Some(Listed {
            id,
            kind,
            format,
            name,
            issuer,
            persona,
            valid_from,
            valid_until,
            added_at,
            refill,
            standing,
            copies,
            outline,
        })
    }

    fn world(&mut self, origin: &str) -> Option<WorldId> {
        if let Some(world) = self.worlds.get(origin) {
            return Some(world.clone());
        }
        let world: WorldId = origin.parse().ok()?;
        self.worlds.insert(origin.to_owned(), world.clone());
        Some(world)
    }
}

/// By its word; the end of an offer behind it.
fn write_standing(out: &mut Vec<u8>, standing: Option<Standing>) {
    write_text(out, standing.map_or("", Standing::name));
    if let Some(Standing::Offered { until }) = standing {
        write_time(out, Some(until));
    }
}

#[expect(
    clippy::option_option,
    reason = "the outer one is a damaged line, the inner one no ledger"
)]
fn read_standing(rest: &mut Rest<'_>) -> Option<Option<Standing>> {
    match rest.text()? {
        "" => Some(None),
        "offered" => Some(Some(Standing::Offered {
            until: rest.time()??,
        })),
        name => Standing::from_name(name, None).map(Some),
    }
}

const STATES: [CopyState; 3] = [CopyState::Doubtful, CopyState::Ready, CopyState::Retired];

fn place_of<T: PartialEq>(all: &[T], one: T) -> u8 {
    let place = all.iter().position(|other| *other == one);
    place
        .and_then(|place| u8::try_from(place).ok())
        .unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use schemas::json::{Limits, Object, Value, read};
    use schemas::time::Timestamp;

    use super::{Listed, ListedCopy, Reader, Refillable, write_all};
    use crate::holding::{CopyState, Format, HoldingId, HoldingKind, Withdrawal, Withdrawn};
    use crate::index::outline::Outline;
    use crate::keys::PersonaIndex;
    use crate::store::RecordId;
    use crate::transfer::Standing;

    fn object(text: &str) -> Object {
        match read(text.as_bytes(), &Limits::message()).unwrap() {
            Value::Object(object) => object,
            _ => panic!("no object"),
        }
    }

    fn line(number: u64) -> Listed {
        let at = Timestamp::from_unix(1_790_000_000);
        Listed {
            id: HoldingId(RecordId::of_number(number)),
            kind: HoldingKind::Credential,
            format: Format::DcSdJwt,
            name: "旅券".to_owned(),
            issuer: "https://a.example".parse().unwrap(),
            persona: PersonaIndex::FIRST,
            valid_from: None,
            valid_until: Some(at),
            added_at: at,
            refill: Refillable::Yes,
            standing: Some(Standing::Offered { until: at }),
            copies: vec![
                ListedCopy {
                    state: CopyState::Ready,
                    world: Some("https://b.example:8443".parse().unwrap()),
                    valid_until: None,
                    withdrawn: None,
                },
                ListedCopy {
                    state: CopyState::Doubtful,
                    world: None,
                    valid_until: Some(at),
                    withdrawn: Some(Withdrawn {
                        how: Withdrawal::Suspended,
                        at,
                    }),
                },
            ],
            outline: Outline::of(&object(
                r#"{"vct":"https://a.example/t","n":-1.5,"t":true,"x":null,"l":["a",2],"deep":{"a":1},
                    "credentialSubject":{"personaName":"Mika","license":{"name":"x"}}}"#,
            )),
        }
    }

    #[test]
    fn lines_are_read_as_they_were_written_and_nothing_else_is() {
        let lines = [line(1), line(2)];
        let bytes = write_all(&lines);
        let mut found = Vec::new();
        Reader::default()
            .read_all(bytes.clone().into(), &mut found)
            .unwrap();
        assert_eq!(found, lines);
        for cut in 0..bytes.len() {
            let mut part = Vec::new();
            let read = Reader::default().read_all(bytes[..cut].to_vec().into(), &mut part);
            assert!(read.is_none() || part.len() < 2, "{cut}");
        }
        let mut other = bytes.clone();
        other[0] = 0;
        assert!(
            Reader::default()
                .read_all(other.into(), &mut found)
                .is_none()
        );
    }
}

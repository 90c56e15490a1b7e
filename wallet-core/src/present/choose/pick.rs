//! The copies that could answer a request: found by the index, and verified as of now when they are
//! chosen. The holder's side runs it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;

use proofs::sd_jwt::{UnverifiedSdJwt, disclose};
use schemas::canonical;
use schemas::credential::{self, CredentialType};
use schemas::dcql::{Count, CredentialQuery, Meta, QueryId, select_in};
use schemas::digest::Sha256Digest;
use schemas::json::{self, Limits, Object, Value};
use schemas::ledger::HeadDocument;
use schemas::oid4vci::CredentialFormat;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::query::{Candidate, answers, disclosures};
use verifier::{
    Asked, AssetAsked, Creators, CredentialAsked, Holder, Policy, PolicyLimits, Question, Rule,
    StatusAsked, verify,
};

use crate::consent::{LedgerWord, Refill, ShownCopy, claims_of, pointer_of};
use crate::error::{Fault, StoreError};
use crate::holding::{
    Certainty, Choice, CopyState, CopyWish, Format, Freshness, Holding, HoldingError, HoldingId,
    Withdrawal,
};
use crate::index::outline::tells_all;
use crate::index::{self, Listed, Refillable};
use crate::present::choose::sets::Ability;
use crate::present::{Answer, Held, Named, OtherFormat, PresentError, VerifiedRequest, respond};
use crate::receive::LOW_WATER;
use crate::transfer::Standing;
use crate::wallet::Wallet;

/// What a persona holds, as far as a request is concerned.
pub(super) struct Candidates<'a> {
    pub(super) wallet: &'a Wallet,
    pub(super) request: &'a VerifiedRequest,
    pub(super) freshness: Freshness,
    pub(super) now: Timestamp,
    /// The persona's holdings, oldest first.
    pub(super) lines: &'a [Listed],
    /// What was opened so far, and why not.
    opened: RefCell<BTreeMap<HoldingId, Result<Rc<Picked>, PresentError>>>,
    /// What may answer each part that was looked at so far.
    found: RefCell<BTreeMap<QueryId, Rc<Fitting<'a>>>>,
}

/// What may answer a part by the index, the best first.
type Fitting<'a> = Vec<(Rank, &'a Listed)>;

/// A copy that may be shown to the world and was verified.
pub(super) struct Picked {
    holding: Holding,
    choice: Choice,
    held: Held,
    /// The newest head of an item, as far as the wallet knows it.
    head: Option<HeadDocument>,
    /// Whether it stands in a ledger.
    is_kept: bool,
}

/// A copy for one part of a request.
pub(super) struct Chosen<'q> {
    part: &'q CredentialQuery,
    picked: Rc<Picked>,
    alternatives: Vec<HoldingId>,
    left: usize,
    refill: Refill,
}

/// How a holding's best copy stands towards the world. Better ones come first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Valid(Certainty),
    /// Every copy belongs to another world.
    Exhausted,
    /// The issuer has said that it does not stand for now.
    Suspended(Timestamp),
    Over(Certainty),
    /// The issuer has said that it does not stand any more.
    Revoked(Timestamp),
    /// It is offered to somebody, somebody else holds it, or its ledger has ended it.
    Gone(Reason),
}

impl Rank {
    const fn is_shown(self) -> bool {
        matches!(self, Self::Valid(_))
    }
}

impl<'a> Candidates<'a> {
    pub(super) fn new(
        wallet: &'a Wallet,
        request: &'a VerifiedRequest,
        lines: &'a [Listed],
        freshness: Freshness,
        now: Timestamp,
    ) -> Self {
        Self {
            wallet,
            request,
            freshness,
            now,
            lines,
            opened: RefCell::default(),
            found: RefCell::default(),
        }
    }

    /// How well a part can be answered, by one of the wished holdings when there are any.
    pub(super) fn ability(&self, part: &CredentialQuery, wished: &[HoldingId]) -> Ability {
        match self.first(part, wished) {
            Ok(picked) if picked.choice.certainty == Certainty::KnownToWorld => Ability::Known,
            Ok(_) => Ability::Unknown,
            Err(_) => Ability::Not,
        }
    }

    /// The copies for one part: the first that answers, or all that the person wants, when the world
    /// takes several.
    pub(super) fn choose<'q>(
        &self,
        part: &'q CredentialQuery,
        wished: &[HoldingId],
    ) -> Result<Vec<Chosen<'q>>, PresentError> {
        if wished.len() > 1 && part.count == Count::One {
            return Err(PresentError::OnlyOne {
                query_id: part.id.as_str().to_owned(),
            });
        }
        let fitting = self.fitting(part);
        let chosen = |picked: Rc<Picked>| {
            let id = picked.holding.id;
            let line = self.lines.iter().find(|line| line.id == id);
            let left = line.map_or(0, |line| self.left(line, &picked.choice));
            let gives_more = line.is_some_and(|line| line.refill == Refillable::Yes);
            Chosen {
                part,
                alternatives: fitting
                    .iter()
                    .filter(|(rank, line)| rank.is_shown() && line.id != id)
                    .map(|(_, line)| line.id)
                    .collect(),
                left,
                refill: if gives_more && left < LOW_WATER {
                    Refill::Due
                } else {
                    Refill::No
                },
                picked,
            }
        };
        match wished {
            [] => Ok(vec![chosen(self.first_of(part, &fitting)?)]),
            wished => wished
                .iter()
                .map(|id| self.first(part, &[*id]).map(chosen))
                .collect(),
        }
    }

    /// What would answer a part if the person wanted it to: by the index, nothing is opened.
    pub(super) fn could_answer(&self, part: &CredentialQuery) -> Option<&'a Listed> {
        let fitting = self.fitting(part);
        let best = fitting.first().filter(|(rank, _)| rank.is_shown());
        best.map(|(_, line)| *line)
    }

    fn first(
        &self,
        part: &CredentialQuery,
        wished: &[HoldingId],
    ) -> Result<Rc<Picked>, PresentError> {
        let fitting = self.fitting(part);
        if wished.is_empty() {
            return self.first_of(part, &fitting);
        }
        let is_wished = |(_, line): &&(Rank, &Listed)| wished.contains(&line.id);
        let wished: Fitting<'_> = fitting.iter().filter(is_wished).copied().collect();
        self.first_of(part, &wished)
    }

    /// The first that stands and really answers; else why the first does not.
    fn first_of(
        &self,
        part: &CredentialQuery,
        fitting: &[(Rank, &Listed)],
    ) -> Result<Rc<Picked>, PresentError> {
        let mut refusal = None;
        for (rank, line) in fitting {
            let refused = match self.open(line, *rank) {
                Ok(picked) if answers(part, picked.held.candidate()) => return Ok(picked),
                Ok(_) => continue,
                Err(error) => error,
            };
            if refusal.is_none() && self.would_answer(part, line)? {
                refusal = Some(refused);
            }
        }
        Err(refusal.unwrap_or_else(|| PresentError::NothingFits {
            query_id: Some(part.id.as_str().to_owned()),
            other: self.in_another_format(part),
        }))
    }

    /// What is of the kind that a part asks for, and in another format. Whether its claims would answer
    /// is not looked at: they stand elsewhere in the other format.
    fn in_another_format(&self, part: &CredentialQuery) -> Option<OtherFormat> {
        let asked = match part.meta.format() {
            CredentialFormat::DcSdJwt => Format::DcSdJwt,
            CredentialFormat::LdpVc => Format::LdpVc,
            CredentialFormat::Other(_) => return None,
        };
        let iris: Vec<&str> = match &part.meta {
            Meta::DcSdJwt { vct_values } => vct_values.iter().map(String::as_str).collect(),
            Meta::LdpVc { type_values } => {
                type_values.iter().flatten().map(String::as_str).collect()
            }
            Meta::Other { .. } => return None,
        };
        let is_of_kind = |line: &&Listed| {
            let kind = line.kind.credential_type();
            kind != CredentialType::Other && (iris.is_empty() || iris.contains(&kind.iri()))
        };
        let mut found = self.lines.iter().filter(is_of_kind);
        let first = found.next()?;
        if first.format == asked || found.any(|line| line.format == asked) {
            return None;
        }
        Some(OtherFormat {
            asked,
            held: first.format,
            holding: Named::from(first),
        })
    }

    /// What may answer a part by the index: what the world knows first, then the oldest.
    fn fitting(&self, part: &CredentialQuery) -> Rc<Fitting<'a>> {
        if let Some(found) = self.found.borrow().get(&part.id) {
            return Rc::clone(found);
        }
        let fitting = Rc::new(self.look_for(part));
        self.found
            .borrow_mut()
            .insert(part.id.clone(), Rc::clone(&fitting));
        fitting
    }

    fn look_for(&self, part: &CredentialQuery) -> Fitting<'a> {
        let asked = part.meta.format();
        let fits = |line: &&Listed| {
            // Most are of another format or kind: no more is read of them than tells that.
            if CredentialFormat::from(line.format) != asked {
                return false;
            }
            let Some(outline) = line.outline.asked_by(part) else {
                return false;
            };
            let kind = candidate(line.format, &outline);
            if tells_all(&outline, part) {
                answers(part, kind)
            } else {
                // The claims are looked at when it is opened.
                verifier::query::is_of_kind(part, kind)
            }
        };
        let mut fitting: Fitting<'a> = self
            .lines
            .iter()
            .filter(fits)
            .map(|line| (self.rank(line), line))
            .collect();
        fitting.sort_by_key(|(rank, _)| *rank);
        fitting
    }

    fn would_answer(&self, part: &CredentialQuery, line: &Listed) -> Result<bool, PresentError> {
        let by_index = |format, object: &Object| answers(part, candidate(format, object));
        Ok(self.wallet.is_answered_by(part, line, by_index)?)
    }

    fn rank(&self, line: &Listed) -> Rank {
        if let Some(reason) = line.standing.and_then(Standing::refusal) {
            return Rank::Gone(reason);
        }
        let world = self.request.world();
        line.copies
            .iter()
            .filter_map(|copy| {
                let certainty = match (&copy.world, copy.state) {
                    (_, CopyState::Retired) => return None,
                    (Some(known), _) if known == world => Certainty::KnownToWorld,
                    (Some(_), _) => return None,
                    (None, CopyState::Ready) => Certainty::Fresh,
                    (None, CopyState::Doubtful) => Certainty::Doubtful,
                };
                if !self.freshness.admits(certainty) {
                    return None;
                }
                Some(match (copy.withdrawn, copy.valid_until) {
                    (Some(withdrawn), _) => match withdrawn.how {
                        Withdrawal::Revoked => Rank::Revoked(withdrawn.at),
                        Withdrawal::Suspended => Rank::Suspended(withdrawn.at),
                    },
                    (None, Some(until)) if until <= self.now => Rank::Over(certainty),
                    (None, _) => Rank::Valid(certainty),
                })
            })
            .min()
            .unwrap_or(Rank::Exhausted)
    }

    /// How many copies that nobody has seen are left when this one is shown.
    fn left(&self, line: &Listed, choice: &Choice) -> usize {
        let is_left = |copy: &&index::ListedCopy| {
            copy.world.is_none()
                && copy.state == CopyState::Ready
                && copy.withdrawn.is_none()
                && copy.valid_until.is_none_or(|until| until > self.now)
        };
        let fresh = line.copies.iter().filter(is_left).count();
        match choice.certainty {
            Certainty::Fresh => fresh.saturating_sub(1),
            Certainty::KnownToWorld | Certainty::Doubtful => fresh,
        }
    }

    fn open(&self, line: &Listed, rank: Rank) -> Result<Rc<Picked>, PresentError> {
        let fallen = |reason, heard| PresentError::Chosen {
            holding: Named::from(line),
            reason,
            heard: Some(heard),
        };
        match rank {
            Rank::Valid(_) | Rank::Over(_) => {}
            Rank::Exhausted => {
                let holding = Some(Named::from(line));
                return Err(PresentError::Exhausted { holding });
            }
            Rank::Revoked(at) => return Err(fallen(Reason::Revoked, at)),
            Rank::Suspended(at) => return Err(fallen(Reason::Suspended, at)),
            Rank::Gone(reason) => {
                return Err(PresentError::Chosen {
                    holding: Named::from(line),
                    reason,
                    heard: None,
                });
            }
        }
        if let Some(opened) = self.opened.borrow().get(&line.id) {
            return opened.clone();
        }
        let opened = self.verified(line).map(Rc::new);
        self.opened.borrow_mut().insert(line.id, opened.clone());
        opened
    }

    fn verified(&self, line: &Listed) -> Result<Picked, PresentError> {
        let holding = self.wallet.holding(&line.id)?;
        let holding = holding.ok_or(HoldingError::NotFound)?;
        let wish = CopyWish {
            formats: &[line.format],
            freshness: self.freshness,
            now: self.now,
        };
        let choice = self
            .wallet
            .choose_copy(&line.id, self.request.world(), &wish)?;
        let bytes = self.wallet.credential(&choice.copy.id)?;
        let kind = holding.kind.credential_type();
        // Its issuer may have been forgotten by now: what counts is that it is the one by whom this
        // was received.
        let limits = PolicyLimits {
            max_document_age: i64::MAX,
            ..PolicyLimits::default()
        };
        let rule = Rule {
            did: holding.issuer.did(),
            types: holding.types.clone(),
            creators: Creators::Any,
            validity: credential::Validity {
                from: None,
                until: None,
            },
        };
        let policy = Policy::nobody().with_rule(rule).with_limits(limits);
        let asked = Asked::Credential(CredentialAsked {
            types: vec![kind],
            holder: Holder::Key(self.wallet.signing_key(&choice.copy.key).did_key()),
            status: StatusAsked::NotAsked,
        });
        let question = Question {
            asked: &asked,
            asset: &AssetAsked::NotAsked,
            policy: &policy,
        };
        let evidence = index::documents(&holding.facts)?.evidence_as_of(self.now);
        let report = verify(&question, &bytes, &evidence, self.now);
        if report.accepted().is_none() {
            let reason = report.reason().unwrap_or(Reason::InternalError);
            return Err(PresentError::Chosen {
                holding: Named::from(line),
                reason,
                heard: None,
            });
        }
        let held = Held::read(line.format, &bytes)?;
        respond::require_taken(self.request, &held)?;
        let item = self.wallet.item(&line.id)?;
        Ok(Picked {
            holding,
            choice,
            held,
            is_kept: item.is_some(),
            head: item.and_then(|item| item.head_for(self.request.world())),
        })
    }
}

fn candidate(format: Format, object: &Object) -> Candidate<'_> {
    Candidate { format, object }
}

impl Held {
    fn read(format: Format, bytes: &[u8]) -> Result<Self, StoreError> {
        let corrupt = StoreError::Corrupt(Fault::Record);
        match format {
            Format::LdpVc => match json::read(bytes, &Limits::document()) {
                Ok(Value::Object(credential)) => Ok(Self::LdpVc(credential)),
                _ => Err(corrupt),
            },
            Format::DcSdJwt => std::str::from_utf8(bytes)
                .ok()
                .and_then(|text| UnverifiedSdJwt::parse(text).ok())
                .map(|sd_jwt| Self::DcSdJwt(Box::new(sd_jwt)))
                .ok_or(corrupt),
        }
    }

    fn candidate(&self) -> Candidate<'_> {
        match self {
            Self::DcSdJwt(sd_jwt) => candidate(Format::DcSdJwt, sd_jwt.claims()),
            Self::LdpVc(credential) => candidate(Format::LdpVc, credential),
        }
    }

    /// What leaves when a part is answered with it: of an SD-JWT VC only the claims that the part asks
    /// for, and with them what stands openly in it.
    fn for_part(&self, part: &CredentialQuery) -> Result<Self, PresentError> {
        match self {
            Self::LdpVc(credential) => Ok(Self::LdpVc(credential.clone())),
            Self::DcSdJwt(sd_jwt) => {
                let paths = disclosures(part, sd_jwt.claims())
                    .ok_or_else(|| PresentError::nothing_fits(&part.id))?;
                let shown = disclose(sd_jwt, &paths).map_err(PresentError::SignSdJwt)?;
                Ok(Self::DcSdJwt(Box::new(shown)))
            }
        }
    }

    /// Whether it says where a ledger keeps it.
    fn names_entry(&self) -> bool {
        match self {
            Self::DcSdJwt(sd_jwt) => sd_jwt.claims().get("ledgerEntry").is_some(),
            Self::LdpVc(credential) => credential
                .get("credentialSubject")
                .is_some_and(|subject| subject.get("ledgerEntry").is_some()),
        }
    }

    fn digest(&self) -> Sha256Digest {
        match self {
            Self::DcSdJwt(sd_jwt) => Sha256Digest::of(sd_jwt.text().as_bytes()),
            Self::LdpVc(credential) => Sha256Digest::of(&canonical::object_to_bytes(credential)),
        }
    }
}

impl Chosen<'_> {
    /// What the person is told of it, and what is needed to sign it.
    pub(super) fn prepare(&self) -> Result<(ShownCopy, Answer), PresentError> {
        let Picked {
            holding,
            choice,
            held,
            head,
            is_kept,
        } = &*self.picked;
        let leaves = held.for_part(self.part)?;
        let object = leaves.candidate().object;
        // Whoever is not shown where the ledger keeps it is not shown its place there either.
        let names_entry = *is_kept && leaves.names_entry();
        let head = head.as_ref().filter(|_| names_entry).cloned();
        let claims = self.part.claims.iter();
        let wanted: HashSet<*const Value> = claims
            .flat_map(|claim| select_in(&claim.path, object))
            .map(std::ptr::from_ref)
            .collect();
        // By place and not by value: an equal value elsewhere was not asked for.
        let asked = |value: &Value| wanted.contains(&std::ptr::from_ref(value));
        let position = holding.copies.iter().position(|id| *id == choice.copy.id);
        let shown = ShownCopy {
            query_id: self.part.id.clone(),
            holding: holding.id,
            name: holding.name.clone(),
            kind: holding.kind,
            format: choice.copy.format,
            issuer: holding.issuer.clone(),
            copy: choice.copy.id,
            number: position.unwrap_or_default().saturating_add(1),
            count: holding.copies.len(),
            certainty: choice.certainty,
            left: self.left,
            refill: self.refill,
            claims: claims_of(object, choice.copy.format, asked),
            withheld: withheld(held, &leaves),
            alternatives: self.alternatives.clone(),
            ledger: names_entry.then(|| match &head {
                Some(head) => LedgerWord::Until(head.receipt.claims().not_after),
                None => LedgerWord::None,
            }),
            credential: leaves.digest(),
        };
        let answer = Answer {
            query_id: self.part.id.clone(),
            holding: holding.id,
            copy: choice.copy.id,
            key: choice.copy.key.clone(),
            held: leaves,
            head,
        };
        Ok((shown, answer))
    }
}

/// The places of the claims that stay.
fn withheld(held: &Held, leaves: &Held) -> Vec<String> {
    let (Held::DcSdJwt(held), Held::DcSdJwt(leaves)) = (held, leaves) else {
        return Vec::new();
    };
    let left: Vec<&str> = leaves.disclosures().iter().map(|one| one.text()).collect();
    held.disclosures()
        .iter()
        .filter(|one| !left.contains(&one.text()))
        .map(|one| pointer_of(one.path()))
        .collect()
}

//! A ledger as wallets see it: it mints, takes steps by the verifier's rules, answers the same step the
//! same again, and loses an answer or lies when told.

use std::collections::HashMap;

use proofs::ledger::{VerifiedLeaf, sign_leaf, sign_receipt, verify_question};
use schemas::credential::{Subject, UnverifiedCredential};
use schemas::json::{self, Limits, Object};
use schemas::ledger::{
    About, Act, ChainPage, Commitment, Event, HeadDocument, HeadReceiptClaims, HolderAnswer,
    HolderQuery, InboxAnswer, InboxQuery, ItemTag, ItemTerms, LeafClaims, LedgerEntry, OfferedItem,
    Question, SentStep, State, StepAnswer, TransferTerms, UnverifiedHeadReceipt,
};
use schemas::message::Message as _;
use schemas::object;
use schemas::reason::Reason;
use schemas::terms::Contexts;
use verifier::ledger::{Current, IssuerAct, LedgerLimits, NewItem, apply, issue, mint};

use super::{Inside, Script, World};
use crate::fixture::{later, now, provenance, terms};
use crate::http::{Answer, Asked, Reply};

/// Where an answer is lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Lost {
    #[default]
    Nowhere,
    /// The step never arrives.
    BeforeStep,
    /// It is taken, and the answer is lost.
    AfterStep,
    /// The code is spent, and the token is lost.
    AfterToken,
    /// The credential was made, and is lost.
    AfterCredential,
}

/// The register of one world.
#[derive(Debug, Default)]
pub(crate) struct Register {
    /// Whether there is one.
    pub(crate) kept: bool,
    pub(crate) lost: Lost,
    /// What comes in the place of an answer to a step that is lost: a status and a body.
    pub(crate) instead: Option<(u16, String)>,
    /// Who may pass what on.
    pub(crate) transfer: TransferTerms,
    /// How many hours the clock of the ledger is ahead.
    pub(crate) hours: i64,
    chains: HashMap<ItemTag, Vec<VerifiedLeaf>>,
    answers: HashMap<String, (Vec<u8>, StepAnswer)>,
    /// Codes that were handed out, with the item that each is for; `None` once spent.
    codes: HashMap<String, Option<ItemTag>>,
    granted: Option<ItemTag>,
    entry: Option<LedgerEntry>,
    serial: u8,
    /// Shows this head in the place of the newest, when it is told to.
    pub(crate) shows: Option<HeadDocument>,
    /// How many leaves it leaves out of the beginning of what it is asked for.
    pub(crate) omits: usize,
    /// How many leaves it leaves out of the end of every chain.
    pub(crate) withholds: usize,
    /// Of the next swap, writes this half alone; of what was given in return, it says that nothing was.
    pub(crate) half: Option<Event>,
    /// How many steps arrived.
    pub(crate) steps: usize,
}

impl World {
    /// Keeps a ledger from now on.
    pub(crate) fn keep_ledger(&self) {
        self.script.lock().unwrap().register.kept = true;
    }

    pub(crate) fn register<T>(&self, change: impl FnOnce(&mut Register) -> T) -> T {
        change(&mut self.script.lock().unwrap().register)
    }

    /// The newest head of an item, as it is served now.
    pub(crate) fn head(&self, tag: &ItemTag) -> HeadDocument {
        let script = self.script.lock().unwrap();
        let chain = &script.register.chains[tag];
        self.inside().head_of(&script, chain.last().unwrap())
    }

    /// What happened to an item so far.
    pub(crate) fn events(&self, tag: &ItemTag) -> Vec<Event> {
        let script = self.script.lock().unwrap();
        let chain = script.register.chains[tag].iter();
        chain.map(|leaf| leaf.claims().event).collect()
    }

    /// Another leaf in the place of the newest, truly signed: a second story.
    pub(crate) fn second_story(&self, tag: &ItemTag) -> HeadDocument {
        let mut script = self.script.lock().unwrap();
        let chain = script.register.chains.get_mut(tag).unwrap();
        let newest = chain.pop().unwrap();
        let other = LeafClaims {
            at: newest.claims().at.plus_seconds(1),
            ..newest.claims().clone()
        };
        let inside = self.inside();
        let other = sign_leaf(&other, &inside.method(), &inside.key()).unwrap();
        chain.push(other);
        let chain = &script.register.chains[tag];
        inside.head_of(&script, chain.last().unwrap())
    }

    /// A step of the ledger alone.
    pub(crate) fn act(&self, tag: &ItemTag, act: IssuerAct) {
        let mut script = self.script.lock().unwrap();
        let at = later(script.register.hours * 3600);
        let inside = self.inside();
        let chain = script.register.chains.get_mut(tag).unwrap();
        let claims = issue(chain.last().unwrap().leaf(), act, "so it is", at).unwrap();
        chain.push(sign_leaf(&claims, &inside.method(), &inside.key()).unwrap());
    }
}

impl Register {
    fn terms(&self) -> ItemTerms {
        let statement = UnverifiedCredential::parse(&provenance().into(), &Contexts::pinned());
        let statement = statement.unwrap();
        let Subject::Asset(made) = statement.subject() else {
            panic!("a statement about a model")
        };
        ItemTerms {
            class: "sword".to_owned(),
            serial: 42,
            license: terms(),
            transfer: self.transfer,
            creator: statement.unverified_issuer().clone(),
            asset: made.asset.digest,
        }
    }

    /// Forgets under which keys steps were sent, as ledgers do after some days.
    pub(crate) fn forget(&mut self) {
        self.answers.clear();
    }

    /// What comes in the place of an answer that is lost.
    fn instead(&self) -> Answer {
        let (status, body) = self.instead.clone()?;
        let content_type = match body.starts_with('{') {
            true => "application/json",
            false => "text/html",
        };
        Reply::bytes(status, content_type, body.into_bytes())
    }

    /// Has no item of this name any more.
    pub(crate) fn lose(&mut self, tag: &ItemTag) {
        self.chains.remove(tag);
    }

    /// The entry of what is issued just now.
    pub(super) fn entry(&self) -> Option<LedgerEntry> {
        self.entry.clone().filter(|_| self.kept)
    }
}

impl Inside {
    fn head_of(&self, script: &Script, leaf: &VerifiedLeaf) -> HeadDocument {
        HeadDocument {
            leaf: leaf.leaf().clone(),
            receipt: self.receipt(script, leaf),
            proof: None,
            lease_salt: None,
        }
    }

    fn receipt(&self, script: &Script, leaf: &VerifiedLeaf) -> UnverifiedHeadReceipt {
        let claims = leaf.claims();
        let at = later(script.register.hours * 3600);
        let receipt = HeadReceiptClaims {
            ledger: claims.ledger.clone(),
            item: claims.item,
            seq: claims.seq,
            leaf: leaf.hash(),
            issued: at,
            not_after: at.plus_seconds(600),
        };
        let signed = sign_receipt(&receipt, &self.method(), &self.key()).unwrap();
        signed.receipt().clone()
    }

    /// Whose item a credential is for: the one that the code was for, or a new one.
    pub(super) fn enter(&self, script: &mut Script, holder: Option<Commitment>) {
        let register = &mut script.register;
        if !register.kept {
            return;
        }
        let terms = register.terms();
        let tag = match register.granted {
            Some(tag) => tag,
            None => {
                register.serial += 1;
                let tag = ItemTag::from_bytes([register.serial; 32]);
                let claims = mint(
                    &NewItem {
                        ledger: self.id.clone(),
                        item: tag,
                        holder: holder.unwrap_or(Commitment::from_bytes([9; 32])),
                        terms: terms.digest(),
                    },
                    now(),
                );
                let leaf = sign_leaf(&claims, &self.method(), &self.key()).unwrap();
                register.chains.insert(tag, vec![leaf]);
                tag
            }
        };
        let head = register.chains[&tag].last().unwrap().claims();
        register.entry = Some(LedgerEntry {
            ledger: self.id.clone(),
            item: tag,
            holder: head.holder,
            terms: terms.digest(),
            transfer: register.transfer,
        });
    }

    /// Whether a code is one that came with an accept; it is spent then.
    pub(super) fn spend(&self, script: &mut Script, code: &str) -> Option<bool> {
        let register = &mut script.register;
        register.granted = None;
        let there = register.codes.get_mut(code)?;
        match there.take() {
            Some(tag) => {
                register.granted = Some(tag);
                Some(true)
            }
            None => Some(false),
        }
    }

    pub(super) fn answer_ledger(&self, script: &mut Script, asked: &Asked) -> Answer {
        let refused = |status, reason: Reason| {
            let told = object! { "error" => "conflict", "reason" => reason.code() };
            Reply::json_with(status, told)
        };
        let (path, query) = asked.path.split_once('?').unwrap_or((&asked.path, ""));
        let rest = path.strip_prefix("/items/").unwrap();
        if rest == "inbox" {
            return self.answer_inbox(script, asked);
        }
        let (tag, what) = rest.split_once('/').unwrap();
        let tag: ItemTag = tag.parse().unwrap();
        let Some(chain) = script.register.chains.get(&tag) else {
            return refused(404, Reason::ItemUnknown);
        };
        match what {
            "head" => match &script.register.shows {
                Some(shown) => Reply::json(shown.to_object()),
                None => Reply::json(self.head_of(script, chain.last().unwrap()).to_object()),
            },
            "chain" => {
                let from: usize = query.strip_prefix("from=").unwrap().parse().unwrap();
                let from = from + script.register.omits;
                let end = chain.len() - script.register.withholds;
                let leaves = chain.iter().take(end).skip(from).take(2);
                let page = ChainPage {
                    leaves: leaves.map(|leaf| leaf.leaf().clone()).collect(),
                    next: (end > from + 2).then_some(from as u64 + 2),
                };
                Reply::json(page.to_object())
            }
            "steps" => self.answer_step(script, asked, tag),
            "credential" => self.answer_holder(script, asked, tag),
            _ => refused(404, Reason::NotFound),
        }
    }

    fn answer_inbox(&self, script: &Script, asked: &Asked) -> Answer {
        let asked = InboxQuery::read(&asked.body).unwrap();
        let opened = asked.addresses.iter().map(|asker| {
            let key = proofs::did_key::decode(&asker.key).unwrap();
            let question = Question {
                ledger: self.id.clone(),
                about: About::Inbox,
                who: proofs::ledger::commitment(&key, &asker.salt).unwrap(),
                at: asked.at,
            };
            verify_question(&question, asker).unwrap();
            question.who
        });
        let addresses: Vec<Commitment> = opened.collect();
        let terms = script.register.terms();
        let heads = script.register.chains.values();
        let heads = heads.map(|chain| chain.last().unwrap());
        let open = heads.filter(|head| {
            let claims = head.claims();
            claims.state == State::Offered
                && claims
                    .offer
                    .is_some_and(|offer| addresses.contains(&offer.to))
        });
        let answer = InboxAnswer {
            offers: open
                .map(|head| OfferedItem {
                    leaf: head.leaf().clone(),
                    terms: terms.clone(),
                    provenance: provenance(),
                })
                .collect(),
            more: false,
        };
        Reply::json(answer.to_object())
    }

    /// The offer of an item's credential, for whoever opens the commitment that holds it.
    fn answer_holder(&self, script: &mut Script, asked: &Asked, tag: ItemTag) -> Answer {
        let refused = |status, reason: Reason| {
            let told = object! { "error" => "access_denied", "reason" => reason.code() };
            Reply::json_with(status, told)
        };
        let asked = HolderQuery::read(&asked.body).unwrap();
        let head = script.register.chains[&tag].last().unwrap().claims();
        let question = Question {
            ledger: self.id.clone(),
            about: About::Credential(tag),
            who: head.holder,
            at: asked.at,
        };
        if let Err(error) = verify_question(&question, &asked.holder) {
            return refused(403, error.reason());
        }
        if !matches!(head.state, State::Held | State::Offered) {
            return refused(409, Reason::ItemRevoked);
        }
        let code = format!("holder-{}", script.register.codes.len());
        script.register.codes.insert(code.clone(), Some(tag));
        let credential_offer = self.offer_of(script, &code);
        Reply::json(HolderAnswer { credential_offer }.to_object())
    }

    fn answer_step(&self, script: &mut Script, asked: &Asked, tag: ItemTag) -> Answer {
        let refused = |reason: Reason| {
            let told = object! { "error" => "conflict", "reason" => reason.code() };
            Reply::json_with(409, told)
        };
        let lost = script.register.lost;
        if lost == Lost::BeforeStep {
            script.register.lost = Lost::Nowhere;
            return script.register.instead();
        }
        script.register.steps += 1;
        let mut headers = asked.headers.iter();
        let key = headers.find(|(name, _)| name.eq_ignore_ascii_case("idempotency-key"));
        let key = key.unwrap().1.clone();
        assert!(key.len() == 43);
        if let Some((body, answer)) = script.register.answers.get(&key).cloned() {
            return match body == asked.body {
                true => self.hand_again(script, &key, answer),
                false => refused(Reason::IdempotencyConflict),
            };
        }
        let value = json::read(&asked.body, &Limits::message()).unwrap();
        let sent = SentStep::from_value(&value).unwrap();
        let terms = script.register.terms();
        let at = later(script.register.hours * 3600);
        let chain = &script.register.chains[&tag];
        let is_there = |leaf: &VerifiedLeaf| {
            let by = leaf.claims().by.as_ref();
            by.is_some_and(|by| by.step == sent.step.id())
        };
        if chain.iter().any(is_there) {
            return refused(Reason::TransferReplay);
        }
        let standing = Current {
            head: chain.last().unwrap().leaf(),
            terms: &terms,
        };
        let other = match &sent.step.act {
            Act::Accept {
                swap: Some(leg), ..
            } => script.register.chains.get(&leg.item),
            _ => None,
        };
        let given = other.map(|chain| Current {
            head: chain.last().unwrap().leaf(),
            terms: &terms,
        });
        let applied = match apply(standing, given, &sent, at, &LedgerLimits::STANDARD) {
            Ok(applied) => applied,
            Err(reason) => return refused(reason),
        };
        let leaf = sign_leaf(&applied.leaf, &self.method(), &self.key()).unwrap();
        let answer = StepAnswer {
            receipt: self.receipt(script, &leaf),
            leaf: leaf.leaf().clone(),
            credential_offer: None,
        };
        let half = script.register.half.take();
        if half != Some(Event::Swap) {
            script.register.chains.get_mut(&tag).unwrap().push(leaf);
        }
        if let Some(given) = applied.given
            && half != Some(Event::Accept)
        {
            let given = sign_leaf(&given, &self.method(), &self.key()).unwrap();
            let chain = script.register.chains.get_mut(&given.claims().item);
            chain.unwrap().push(given);
        }
        if half == Some(Event::Swap) {
            return refused(Reason::TransferConflict);
        }
        let kept = (asked.body.clone(), answer.clone());
        script.register.answers.insert(key.clone(), kept);
        if lost == Lost::AfterStep {
            script.register.lost = Lost::Nowhere;
            return script.register.instead();
        }
        self.hand_again(script, &key, answer)
    }

    /// The answer with a code that was not spent yet, where the step was an accept.
    fn hand_again(&self, script: &mut Script, key: &str, mut answer: StepAnswer) -> Answer {
        if answer.leaf.claims().event == Event::Accept {
            let tag = answer.leaf.claims().item;
            let codes = &mut script.register.codes;
            let mut names = (0..).map(|number| format!("{key}-{number}"));
            let code = names.find(|name| codes.get(name) != Some(&None)).unwrap();
            codes.insert(code.clone(), Some(tag));
            answer.credential_offer = Some(self.offer_of(script, &code));
        }
        Reply::json(answer.to_object())
    }

    fn offer_of(&self, script: &Script, code: &str) -> Object {
        let format = script.formats[0];
        let kind = schemas::credential::CredentialType::Item;
        object! {
            "credential_issuer" => self.id.origin(),
            "credential_configuration_ids" => [super::configuration(kind, format)],
            "grants" => object! {
                "urn:ietf:params:oauth:grant-type:pre-authorized_code" => object! {
                    "pre-authorized_code" => code,
                },
            },
        }
    }

    /// Whether the answer at this point gets lost, once.
    pub(super) fn loses(script: &mut Script, lost: Lost) -> bool {
        let is_it = script.register.lost == lost;
        if is_it {
            script.register.lost = Lost::Nowhere;
        }
        is_it
    }
}

//! The whole life of an item: walked where a policy requires it, from the mint to the head for which the
//! ledger vouches, and never believed for being absent, short or another's.

use proofs::ledger::sign_consent;
use schemas::check::{CheckId, Outcome, Verdict};
use schemas::json::Object;
use schemas::ledger::{LedgerEntry, TransferTerms, UnverifiedLeaf};
use schemas::reason::Reason;
use tests::fixed::now;
use tests::items::{Hand, Items};
use tests::scene::Scene;
use tests::sd_jwt::{Forged, ITEM_CLAIMS, sd_query, sd_token};
use verifier::{Learned, LedgerProvenance, LedgerRules, Missing, Policy, Report, Rounds};

/// A world that requires the whole life of an item, and an item that went from hand to hand.
struct Setting {
    scene: Scene,
    items: Items,
    /// From the mint to now.
    chain: Vec<UnverifiedLeaf>,
    item: Object,
    /// Who holds it now.
    holder: Hand,
}

fn requiring(policy: &Policy) -> Policy {
    policy.clone().with_ledger(LedgerRules {
        provenance: LedgerProvenance::Required,
        ..LedgerRules::default()
    })
}

fn setting() -> Setting {
    let scene = Scene::new();
    let items = Items::of(&scene).unwrap();
    let scene = Scene {
        policy: requiring(&scene.policy),
        ..scene
    };
    let (first, address, holder) = (Hand::new("mika"), Hand::new("an address"), Hand::new("ren"));
    let mint = items.mint(&first);
    let open = items.take(&mint, &items.offer(&mint, &first, &address));
    let held = items.take(&open, &items.accept(&open, &address, &holder));
    let item = items.item(&scene, Some(items.entry(&holder)));
    Setting {
        scene: scene.announcing(&items),
        items,
        chain: vec![mint, open, held],
        item,
        holder,
    }
}

impl Setting {
    /// The verdict when the world has fetched this chain, and the newest head.
    fn judged(self, chain: Result<Vec<UnverifiedLeaf>, Reason>) -> Report {
        let head = self.items.head(self.chain.last().unwrap());
        let head_ref = self.items.head_ref();
        let mut scene = self.scene.knowing_head(&self.items, &head);
        scene.learns(Learned::ItemChain(head_ref, chain), now());
        scene.judge_item(&self.item)
    }
}

/// A step of its life is missing, for the list of what each check refuses alone.
pub(crate) fn broken() -> Report {
    let setting = setting();
    let mut chain = setting.chain.clone();
    chain.remove(1);
    setting.judged(Ok(chain))
}

#[track_caller]
fn says(title: &str, report: &Report, outcome: Outcome) {
    let found = report.outcome(CheckId::Hands);
    assert_eq!(found, outcome, "{title}: {:#?}", report.details());
    let verdict = match outcome {
        Outcome::Passed | Outcome::NotAsked => Verdict::Accepted,
        Outcome::Undecided(_) => Verdict::Indeterminate,
        _ => Verdict::Rejected,
    };
    assert_eq!(report.verdict(), verdict, "{title}");
}

#[test]
fn each_step_is_walked_to_the_head() {
    let whole = setting();
    let chain = whole.chain.clone();
    says("whole", &whole.judged(Ok(chain)), Outcome::Passed);
    let broken = Outcome::Failed(Reason::LedgerChainBroken);
    says("a step is missing", &self::broken(), broken);
    let none = setting();
    says("of nothing", &none.judged(Ok(Vec::new())), broken);
    let mintless = setting();
    let chain = mintless.chain[1..].to_vec();
    says("no mint", &mintless.judged(Ok(chain)), broken);
    // Short of its head: all of it is asked for.
    let short = setting();
    let (chain, head) = (short.chain[..2].to_vec(), short.items.head_ref());
    let report = short.judged(Ok(chain));
    let mismatch = Outcome::Failed(Reason::LedgerEntryMismatch);
    says("the present hand never had it", &report, mismatch);
    assert!(report.missing().is_empty(), "{head:?}");
}

#[test]
fn what_is_not_there_is_asked_for() {
    let open = Outcome::Undecided(Reason::LedgerChainUnavailable);
    let setting = setting();
    let head = setting.items.head(setting.chain.last().unwrap());
    let scene = setting.scene.knowing_head(&setting.items, &head);
    let report = scene.judge_item(&setting.item);
    says("nothing was brought", &report, open);
    let wanted = [Missing::ItemChain(setting.items.head_ref())];
    assert_eq!(report.missing(), wanted);
    // What cannot be had leaves it open, and is asked for once.
    let mut rounds = Rounds::new(scene.evidence.clone(), now());
    assert_eq!(rounds.wanted(&report), wanted);
    let reason = Reason::LedgerChainUnavailable;
    let learned = Learned::ItemChain(setting.items.head_ref(), Err(reason));
    rounds.learn(learned, &scene.policy);
    let scene = Scene {
        evidence: rounds.evidence().clone(),
        ..scene
    };
    let report = scene.judge_item(&setting.item);
    says("away", &report, open);
    assert_eq!(rounds.wanted(&report), []);
    // The JSON form of what is missing, and of the check, is what the schema says.
    let text = schemas::json::Value::Object(report.to_object()).to_string();
    assert!(
        text.contains("item_chain") && text.contains("\"hands\""),
        "{text}"
    );
}

#[test]
fn the_head_and_the_chain_are_one_story() {
    // Held, given back and forth: the head that is shown stands below the end, or elsewhere.
    let setting = setting();
    let (items, last) = (&setting.items, setting.chain.last().unwrap());
    let further = items.take(last, &items.offer(last, &setting.holder, &Hand::new("x")));
    let mut longer = setting.chain.clone();
    longer.push(further.clone());
    let head = setting.items.head(last);
    let knowing = |head| {
        let scene = Scene::new().announcing(items);
        let policy = requiring(&scene.policy);
        Scene { policy, ..scene }.knowing_head(items, &head)
    };
    let judge = |mut scene: Scene, chain: Vec<UnverifiedLeaf>| {
        scene.learns(Learned::ItemChain(items.head_ref(), Ok(chain)), now());
        scene.judge_item(&setting.item)
    };
    let report = judge(knowing(head.clone()), longer.clone());
    says(
        "it has moved on",
        &report,
        Outcome::Undecided(Reason::HeadStale),
    );
    assert_eq!(report.missing(), [Missing::ItemHead(items.head_ref())]);
    let report = judge(knowing(items.head(&further)), setting.chain.clone());
    let short = Outcome::Undecided(Reason::LedgerChainUnavailable);
    says("it ends before its head", &report, short);
    assert_eq!(report.missing(), [Missing::ItemChain(items.head_ref())]);
    // Two leaves of one number, both signed.
    let address = Hand::new("y");
    let other = items.take(last, &items.offer(last, &setting.holder, &address));
    let report = judge(knowing(items.head(&other)), longer);
    let two = Outcome::Failed(Reason::RegistryEquivocation);
    says("two stories", &report, two);
}

#[test]
fn it_is_asked_where_the_policy_requires_it() {
    let setting = setting();
    let head = setting.items.head(setting.chain.last().unwrap());
    let scene = setting.scene.knowing_head(&setting.items, &head);
    let usual = Scene {
        policy: Scene::new().policy,
        ..scene
    };
    let report = usual.judge_item(&setting.item);
    says("as a rule", &report, Outcome::NotAsked);
    // An item that stands in no ledger has no life to walk.
    let nameless = Scene::new();
    let items = Items::of(&nameless).unwrap();
    let bare = items.item(&nameless, None);
    let nameless = Scene {
        policy: requiring(&nameless.policy),
        ..nameless
    };
    let report = nameless.judge_item(&bare);
    let missing = Outcome::Failed(Reason::LedgerEntryMissing);
    says("of no ledger", &report, missing);
}

/// The verdict on a token of which a claim is kept back, when the world has fetched this chain.
fn of_token(
    setting: &Setting,
    entry: LedgerEntry,
    kept_back: &str,
    chain: Vec<UnverifiedLeaf>,
) -> Report {
    let (scene, items) = (&setting.scene, &setting.items);
    let unsigned = items.credential(scene, Some(entry));
    let text = scene.sd_issue(&unsigned.unsigned_sd_jwt(None));
    let text = Forged::of(&text)
        .keeping_back(kept_back)
        .text(&scene.a.key());
    let mut claims = ITEM_CLAIMS.to_vec();
    claims.retain(|claim| *claim != kept_back);
    claims.push("ledgerEntry");
    let vct = schemas::credential::CredentialType::Item.iri();
    let asked = scene.sd_asked_for(sd_query(vct, &claims));
    let bytes = sd_token(&scene.sd_bound(&text));
    let head = items.head(chain.last().unwrap_or(&setting.chain[2]));
    let scene = Scene::new().announcing(items);
    let policy = requiring(&scene.policy);
    let mut scene = Scene { policy, ..scene }.knowing_head(items, &head);
    scene.learns(Learned::ItemChain(items.head_ref(), Ok(chain)), now());
    scene.judge_bytes(&asked, &bytes)
}

/// The same as [`broken`] of a token.
pub(crate) fn broken_token() -> Report {
    let setting = setting();
    let mut chain = setting.chain.clone();
    chain.remove(1);
    of_token(
        &setting,
        setting.items.entry(&setting.holder),
        "serial",
        chain,
    )
}

/// Of a token of which not all is shown that the terms are made of, the chain is walked all the same.
#[test]
fn a_chain_is_walked_of_what_is_shown_in_part() {
    let setting = setting();
    let entry = || setting.items.entry(&setting.holder);
    let whole = of_token(&setting, entry(), "serial", setting.chain.clone());
    says("whole", &whole, Outcome::Passed);
    let broken = Outcome::Failed(Reason::LedgerChainBroken);
    says("a step is missing", &broken_token(), broken);
    // How often it may be passed on stands beside the digest, and is held against each step.
    let mut never = entry();
    never.transfer = TransferTerms::NEVER;
    let report = of_token(&setting, never, "serial", setting.chain.clone());
    says("passed on against its terms", &report, broken);
}

/// An item whose creator has to agree, passed on once, and whether they did.
fn consented(agreed: bool) -> Setting {
    let terms = TransferTerms {
        creator: true,
        ..TransferTerms::FREE
    };
    let plain = setting();
    let items = Items::with(&plain.scene, terms).unwrap();
    let (first, address, holder) = (Hand::new("mika"), Hand::new("an address"), Hand::new("ren"));
    let mint = items.mint(&first);
    let mut offer = items.offer(&mint, &first, &address);
    let creator = match agreed {
        true => plain.scene.creator.key(),
        false => plain.scene.a.key(),
    };
    let consent = sign_consent(&offer.step, &creator).unwrap();
    // A ledger that does not look writes whatever stands there.
    offer.creator = Some(sign_consent(&offer.step, &plain.scene.creator.key()).unwrap());
    let mut open = items.apply(&mint, &offer, now()).unwrap().leaf;
    open.by.as_mut().unwrap().creator = Some(consent);
    let open = items.write(&open);
    let held = items.take(&open, &items.accept(&open, &address, &holder));
    Setting {
        chain: vec![mint, open, held],
        item: items.item(&plain.scene, Some(items.entry(&holder))),
        items,
        holder,
        ..plain
    }
}

#[test]
fn whether_the_creator_agreed_is_seen_or_left_open() {
    let broken = Outcome::Failed(Reason::LedgerChainBroken);
    for (agreed, outcome) in [(true, Outcome::Passed), (false, broken)] {
        let setting = consented(agreed);
        let entry = || setting.items.entry(&setting.holder);
        let shown = of_token(&setting, entry(), "serial", setting.chain.clone());
        says("the creator is shown", &shown, outcome);
        let hidden = of_token(&setting, entry(), "provenance", setting.chain.clone());
        let open = Outcome::Undecided(Reason::LedgerCreatorUndisclosed);
        says("the creator is not shown", &hidden, open);
        assert!(hidden.missing().is_empty(), "nothing to fetch would help");
        let chain = setting.chain.clone();
        says("whole", &setting.judged(Ok(chain)), outcome);
    }
    // Where nobody has to agree, nobody has to be shown.
    let setting = setting();
    let entry = setting.items.entry(&setting.holder);
    let report = of_token(&setting, entry, "provenance", setting.chain.clone());
    assert_eq!(report.outcome(CheckId::Hands), Outcome::Passed);
}

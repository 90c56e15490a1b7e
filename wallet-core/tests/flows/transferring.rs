//! Items change hands between two wallets, through the ledger of the world that issued them.

use proofs::did_document::{DidDocument, Relationship};
use schemas::credential::CredentialType;
use schemas::did::DidUrl;
use schemas::json::{self, Limits};
use schemas::ledger::{ItemTag, State, TransferTerms};
use schemas::message::Message as _;
use schemas::oid4vp::response::AuthorizationResponse;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::ledger::{Convicted, IssuerAct, LedgerKeys, judge_evidence};
use wallet_core::consent::LedgerWord;
use wallet_core::present::{self, PresentError, Wishes};
use wallet_core::transfer::{
    self, Done, Incoming, Prepared, Standing, StepKind, TransferError, Until,
};
use wallet_core::{EntryKind, Format, Holding, OsEntropy, Outcome, PersonaIndex, Wallet};

use crate::fixture::{Person, client, now, open_in, run};
use crate::world::{Lost, World, query};

/// A world with a ledger, a giver who holds an item, and somebody who knows the world.
pub(crate) struct Scene {
    pub(crate) world: World,
    pub(crate) giver: Person,
    pub(crate) taker: Person,
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(Format::LdpVc, TransferTerms::FREE)
    }

    pub(crate) fn with(format: Format, transfer: TransferTerms) -> Self {
        let world = World::new(1);
        world.offer(&[CredentialType::Item], Some(3));
        world.offer_in(&[format]);
        world.keep_ledger();
        world.register(|register| register.transfer = transfer);
        let mut giver = Person::new();
        giver.receive(&world);
        let mut taker = Person::of_seed(43);
        taker.confirm(&world);
        Self {
            world,
            giver,
            taker,
        }
    }

    pub(crate) fn item(&self) -> Holding {
        self.giver.wallet.holdings().unwrap().remove(0)
    }

    pub(crate) fn tag(&self) -> ItemTag {
        self.giver.wallet.items().unwrap()[0].tag
    }

    pub(crate) fn standing(&self) -> Standing {
        self.giver.wallet.items().unwrap()[0].standing
    }

    pub(crate) fn prepared(&mut self) -> Result<Prepared, TransferError> {
        let address = self
            .taker
            .wallet
            .new_address(PersonaIndex::FIRST, None, now());
        let address = address.unwrap();
        let (holding, confirmed) = (self.item(), self.giver.confirm(&self.world));
        let client = client(&[&self.world]);
        run(transfer::prepare_give(
            &client,
            &mut self.giver.wallet,
            &holding,
            &address,
            Until::Seconds(86_400),
            None,
            &confirmed,
            now(),
        ))
    }

    pub(crate) fn give(&mut self) -> Result<Done, TransferError> {
        let prepared = self.prepared()?;
        self.carry_out(prepared)
    }

    pub(crate) fn carry_out(&mut self, prepared: Prepared) -> Result<Done, TransferError> {
        let confirmed = self.giver.confirm(&self.world);
        let client = client(&[&self.world]);
        let digest = prepared.digest();
        run(transfer::carry_out(
            &client,
            &mut self.giver.wallet,
            prepared,
            &digest,
            &confirmed,
            now(),
        ))
    }

    pub(crate) fn offered(&mut self) -> Vec<Incoming> {
        let confirmed = self.taker.confirm(&self.world);
        let client = client(&[&self.world]);
        let inbox = run(transfer::ask(
            &client,
            &self.taker.wallet,
            PersonaIndex::FIRST,
            &confirmed,
            now(),
        ));
        let inbox = inbox.unwrap().unwrap_or_default();
        assert!(inbox.refused.is_empty(), "{:?}", inbox.refused);
        inbox.offers
    }

    pub(crate) fn answer(&mut self, kind: StepKind) -> Result<Done, TransferError> {
        let offer = self.offered().remove(0);
        let prepared = transfer::prepare_answer(&self.taker.wallet, &offer, kind, now())?;
        let confirmed = self.taker.confirm(&self.world);
        let client = client(&[&self.world]);
        let digest = prepared.digest();
        run(transfer::carry_out(
            &client,
            &mut self.taker.wallet,
            prepared,
            &digest,
            &confirmed,
            now(),
        ))
    }

    pub(crate) fn look(&mut self) -> Result<Standing, TransferError> {
        let (holding, confirmed) = (self.item(), self.giver.confirm(&self.world));
        let client = client(&[&self.world]);
        let wallet = &mut self.giver.wallet;
        run(transfer::look(
            &client,
            wallet,
            &holding.id,
            &confirmed,
            now(),
        ))
    }
}

/// Goes on with all that was begun, as another process.
pub(crate) fn go_on(person: &mut Person, world: &World) -> Vec<Result<Done, TransferError>> {
    person.wallet = open_in(person.folder());
    let confirmed = person.confirm(world);
    let client = client(&[world]);
    let unfinished = person.wallet.unfinished().unwrap();
    let each = unfinished.iter();
    each.map(|one| {
        run(transfer::resume(
            &client,
            &mut person.wallet,
            one,
            &confirmed,
            now(),
        ))
    })
    .collect()
}

pub(crate) fn completed(wallet: &Wallet, kind: EntryKind) -> usize {
    let history = wallet.history().unwrap();
    let is_it = |entry: &&wallet_core::Entry| {
        entry.kind == kind && matches!(entry.outcome, Outcome::Completed { .. })
    };
    history.iter().filter(is_it).count()
}

#[test]
fn an_item_goes_from_hand_to_hand_and_its_life_is_told() {
    for format in [Format::LdpVc, Format::DcSdJwt] {
        let mut scene = Scene::with(format, TransferTerms::FREE);
        assert_eq!(scene.standing(), Standing::Held);
        // The head came with the item.
        assert!(scene.giver.wallet.items().unwrap()[0].head().is_some());
        scene.give().unwrap();
        assert!(matches!(scene.standing(), Standing::Offered { .. }));
        let offer = scene.offered().remove(0);
        assert_eq!((offer.name().as_str(), offer.transfers()), ("sword #42", 0));
        assert_eq!(offer.hands.len(), 2);
        let done = scene.answer(StepKind::Accept).unwrap();
        let received = done.received.unwrap();
        assert_eq!(received.holdings[0].holding.name, "sword #42");
        let item = scene.taker.wallet.items().unwrap().remove(0);
        assert_eq!((item.standing, item.tag), (Standing::Held, scene.tag()));
        assert!(scene.taker.wallet.unfinished().unwrap().is_empty());
        assert_eq!(scene.taker.wallet.open_addresses(now()), Ok(0));
        assert_eq!(completed(&scene.taker.wallet, EntryKind::Accepted), 1);

        assert_eq!(scene.look().unwrap(), Standing::PassedOn);
        let line = &scene.giver.wallet.listed().unwrap()[0];
        assert_eq!(line.standing, Some(Standing::PassedOn));
        let error = scene.prepared().unwrap_err();
        assert_eq!(error.reason(), Reason::TransferConflict);

        // The new holder sees each hand and no person.
        let holding = scene.taker.wallet.holdings().unwrap().remove(0);
        let confirmed = scene.taker.confirm(&scene.world);
        let client = client(&[&scene.world]);
        let wallet = &mut scene.taker.wallet;
        let life = run(transfer::walk(&client, wallet, &holding, &confirmed, now())).unwrap();
        let events: Vec<&str> = life.steps().iter().map(|hand| hand.event.id()).collect();
        assert_eq!(events, ["mint", "offer", "accept"]);
        let ours: Vec<bool> = life.steps().iter().map(|hand| life.is_ours(hand)).collect();
        assert_eq!(ours, [false, false, true]);
        wallet.check().unwrap();
        scene.giver.wallet.check().unwrap();
    }
}

#[test]
fn what_is_refused_withdrawn_or_run_out_stays_and_is_good_again() {
    let mut scene = Scene::new();
    scene.give().unwrap();
    scene.answer(StepKind::Refuse).unwrap();
    assert!(scene.offered().is_empty());
    assert_eq!(scene.look().unwrap(), Standing::Held);

    scene.give().unwrap();
    let (holding, confirmed) = (scene.item(), scene.giver.confirm(&scene.world));
    let client = client(&[&scene.world]);
    let wallet = &mut scene.giver.wallet;
    let preparing = transfer::prepare_withdraw(&client, wallet, &holding, &confirmed, now());
    let prepared = run(preparing).unwrap();
    let done = scene.carry_out(prepared).unwrap();
    assert_eq!(done.standing, Some(Standing::Held));

    scene.give().unwrap();
    scene.world.register(|register| register.hours = 25);
    let tag = scene.tag();
    scene.world.act(&tag, IssuerAct::Expire);
    scene.world.register(|register| register.hours = 0);
    assert_eq!(scene.look().unwrap(), Standing::Held);
}

/// A step that never comes true is over, and holds up nothing that comes after it.
#[test]
fn what_can_never_be_is_over() {
    let mut scene = Scene::new();
    let prepared = scene.prepared().unwrap();
    scene.world.register(|register| {
        let full = "{\"error\":\"conflict\",\"reason\":\"ledger_chain_full\"}";
        register.lost = Lost::BeforeStep;
        register.instead = Some((409, full.to_owned()));
    });
    let error = scene.carry_out(prepared).unwrap_err();
    assert_eq!(error.reason(), Reason::LedgerChainFull);
    assert!(scene.giver.wallet.unfinished().unwrap().is_empty());

    // A ledger that was put back to before the item: it has neither the item nor a head of it.
    let mut scene = Scene::new();
    let (prepared, tag) = (scene.prepared().unwrap(), scene.tag());
    scene.world.register(|register| register.lose(&tag));
    let error = scene.carry_out(prepared).unwrap_err();
    assert_eq!(error.reason(), Reason::ItemUnknown);
    assert!(scene.giver.wallet.unfinished().unwrap().is_empty());
}

#[test]
fn terms_decide_whether_and_how_often() {
    let mut scene = Scene::with(Format::LdpVc, TransferTerms::NEVER);
    let error = scene.prepared().unwrap_err();
    assert_eq!(error.reason(), Reason::TransferNotAllowed);

    let once = TransferTerms {
        most: Some(1),
        ..TransferTerms::FREE
    };
    let mut scene = Scene::with(Format::LdpVc, once);
    let prepared = scene.prepared().unwrap();
    assert_eq!(prepared.left_after(), Some(0));
    scene.carry_out(prepared).unwrap();
    scene.answer(StepKind::Accept).unwrap();
    std::mem::swap(&mut scene.giver, &mut scene.taker);
    let error = scene.prepared().unwrap_err();
    assert_eq!(error.reason(), Reason::TransferNotAllowed);
}

#[test]
fn a_creator_who_has_to_agree_signs_the_very_step() {
    let asked = TransferTerms {
        creator: true,
        ..TransferTerms::FREE
    };
    let mut scene = Scene::with(Format::LdpVc, asked);
    let prepared = scene.prepared().unwrap();
    assert!(prepared.lacks_creator());
    let mut file = prepared.consent_request(now()).unwrap();
    let read = |file: &json::Object| {
        let file = schemas::canonical::object_to_bytes(file);
        transfer::read_consent_request(&file)
    };
    let asked = read(&file).unwrap();
    assert_eq!((asked.tag(), asked.wants()), (scene.tag(), None));
    // A persona of the taker made no model, and is told so before it signs.
    let taker = &scene.taker.wallet;
    let error = asked.sign(taker, PersonaIndex::FIRST).unwrap_err();
    assert_eq!(error.reason(), Reason::TransferNotAllowed);
    assert!(asked.signer(taker, None).is_err());
    // Where the file names them all the same, their signature is no consent.
    let somebody = wallet_core::provenance::creator_did(taker, PersonaIndex::FIRST);
    file.insert("creator", somebody.as_str());
    let read = read(&file).unwrap();
    assert_eq!(read.signer(taker, None).unwrap(), PersonaIndex::FIRST);
    let signed = read.sign(&scene.taker.wallet, PersonaIndex::FIRST).unwrap();
    let signed = schemas::canonical::object_to_bytes(&signed);
    let consented = transfer::read_consent(&signed).unwrap();
    let (holding, confirmed) = (scene.item(), scene.giver.confirm(&scene.world));
    let address = scene
        .taker
        .wallet
        .new_address(PersonaIndex::FIRST, None, now());
    let address = address.unwrap();
    let client = client(&[&scene.world]);
    let preparing = transfer::prepare_give(
        &client,
        &mut scene.giver.wallet,
        &holding,
        &address,
        Until::Step(Box::new(consented)),
        None,
        &confirmed,
        now(),
    );
    let error = run(preparing).unwrap_err();
    assert_eq!(error.reason(), Reason::TransferNotAllowed);
    let error = scene.carry_out(prepared).unwrap_err();
    assert_eq!(error.reason(), Reason::TransferNotAllowed);
    assert_eq!(scene.world.register(|register| register.steps), 0);
}

#[test]
fn what_is_given_up_or_ended_is_over() {
    let mut scene = Scene::new();
    let (holding, confirmed) = (scene.item(), scene.giver.confirm(&scene.world));
    let client = client(&[&scene.world]);
    let wallet = &mut scene.giver.wallet;
    let preparing = transfer::prepare_burn(&client, wallet, &holding, &confirmed, now());
    let prepared = run(preparing).unwrap();
    let done = scene.carry_out(prepared).unwrap();
    assert_eq!(done.standing, Some(Standing::Burned));
    assert_eq!(scene.prepared().unwrap_err().reason(), Reason::ItemRevoked);

    let mut scene = Scene::new();
    let tag = scene.tag();
    scene.world.act(&tag, IssuerAct::Suspend);
    assert_eq!(scene.look().unwrap(), Standing::Suspended);
    scene.world.act(&tag, IssuerAct::Resume);
    assert_eq!(scene.look().unwrap(), Standing::Held);
    scene.world.act(&tag, IssuerAct::End);
    assert_eq!(scene.look().unwrap(), Standing::Ended);
}

#[test]
fn nobody_gives_to_themselves_or_to_a_key_that_is_none() {
    let mut scene = Scene::new();
    let holding = scene.item();
    let confirmed = scene.giver.confirm(&scene.world);
    let client = client(&[&scene.world]);
    let own = scene
        .giver
        .wallet
        .new_address(PersonaIndex::FIRST, None, now());
    let salt = schemas::ledger::Salt::from_bytes([1; 32]);
    let mut small = [0; 32];
    small[0] = 1;
    let weak = schemas::ledger::Address::new(small, salt);
    for address in [own.unwrap(), weak] {
        let preparing = transfer::prepare_give(
            &client,
            &mut scene.giver.wallet,
            &holding,
            &address,
            Until::Seconds(60),
            None,
            &confirmed,
            now(),
        );
        let error = run(preparing).unwrap_err();
        assert_eq!(error.reason(), Reason::ReceiverInvalid);
    }
    assert_eq!(scene.world.register(|register| register.steps), 0);
}

#[test]
fn a_ledger_that_tells_two_stories_is_caught_with_evidence() {
    let mut scene = Scene::new();
    scene.give().unwrap();
    let tag = scene.tag();
    scene.world.second_story(&tag);
    let error = scene.look().unwrap_err();
    assert_eq!(error.reason(), Reason::RegistryEquivocation);
    let found = scene.giver.wallet.suspicions().unwrap();
    assert_eq!(found.len(), 1);
    let evidence = found[0].evidence.clone().unwrap();
    let evidence = schemas::ledger::EvidenceFile::from_value(&evidence).unwrap();
    assert_eq!(evidence.kind(), "two_leaves");
    // Anybody convicts the ledger with it.
    let document = json::read(&scene.world.document(), &Limits::document()).unwrap();
    let document = DidDocument::parse(&document, &scene.world.id.did()).unwrap();
    let at = |kid: &DidUrl, at: Timestamp| {
        let key = document.key(kid, Relationship::AssertionMethod, at);
        key.cloned().map_err(|error| error.reason())
    };
    let keys = LedgerKeys { at: &at, all: &[] };
    assert_eq!(judge_evidence(&evidence, keys), Ok(Convicted::TwoLeaves));
    // Told once, however often it is seen, or told by somebody else; and what was known stays.
    scene.look().unwrap_err();
    let wallet = &mut scene.giver.wallet;
    let kept = wallet.keep_evidence(&evidence, Convicted::TwoLeaves, now());
    assert!(!kept.unwrap());
    assert_eq!(scene.giver.wallet.suspicions().unwrap().len(), 1);
    assert!(matches!(scene.standing(), Standing::Offered { .. }));
    let history = scene.giver.wallet.history().unwrap();
    let warned = history
        .iter()
        .filter(|entry| entry.kind == EntryKind::LedgerWarned);
    assert_eq!(warned.count(), 1);
}

/// A ledger that forked does not get away with leaving out the leaf at which it did.
#[test]
fn a_chain_that_leaves_out_what_was_seen_is_not_believed() {
    let mut scene = Scene::new();
    scene.give().unwrap();
    let tag = scene.tag();
    scene.world.second_story(&tag);
    scene.world.act(&tag, IssuerAct::Suspend);
    scene.world.act(&tag, IssuerAct::Resume);
    scene.world.register(|register| register.omits = 1);
    let error = scene.look().unwrap_err();
    assert_eq!(error.reason(), Reason::LedgerChainBroken);
    assert!(matches!(scene.standing(), Standing::Offered { .. }));
    // What it leaves out is what convicts it.
    scene.world.register(|register| register.omits = 0);
    let error = scene.look().unwrap_err();
    assert_eq!(error.reason(), Reason::RegistryEquivocation);
}

#[test]
fn a_ledger_that_goes_back_is_noticed() {
    let mut scene = Scene::new();
    scene.look().unwrap();
    let old = scene.world.head(&scene.tag());
    scene.give().unwrap();
    scene.world.register(|register| register.shows = Some(old));
    let error = scene.look().unwrap_err();
    assert_eq!(error.reason(), Reason::RegistryRollback);
    let found = scene.giver.wallet.suspicions().unwrap();
    assert_eq!((found.len(), found[0].evidence.clone()), (1, None));
}

#[test]
fn a_second_copy_of_a_wallet_cannot_give_again() {
    // WAL-18: a backup from before, restored after the item was given away.
    let mut scene = Scene::new();
    let backup = scene.giver.folder().join("backup");
    scene.giver.wallet.create_backup(&backup, now()).unwrap();
    scene.give().unwrap();
    scene.answer(StepKind::Accept).unwrap();
    scene.giver = scene.giver.restored(&backup);
    assert_eq!(scene.standing(), Standing::Held);
    let error = scene.prepared().unwrap_err();
    assert_eq!(error.reason(), Reason::TransferConflict);
    assert_eq!(scene.standing(), Standing::PassedOn);
    let head = scene.world.head(&scene.tag());
    assert_eq!(
        (head.leaf.claims().seq, head.leaf.claims().state),
        (2, State::Held)
    );
}

/// Prepares to show the item at another world.
fn shown(scene: &mut Scene, door: &World) -> Result<present::Prepared, PresentError> {
    let confirmed = scene.giver.confirm(door);
    let client = client(&[door]);
    let request = present::read_request(&door.request_link())?;
    let mut entropy = OsEntropy;
    let opening = present::open(&client, &request, &confirmed, &mut entropy, now());
    let open = run(opening)?;
    let wallet = &scene.giver.wallet;
    present::prepare(wallet, open, PersonaIndex::FIRST, &Wishes::default(), now())
}

#[test]
fn what_is_offered_is_shown_to_nobody_and_a_head_goes_along_with_what_is() {
    let mut scene = Scene::new();
    let door = World::new(2);
    door.believe(&scene.world);
    door.ask(|ask| ask.query = query(&[("item", CredentialType::Item)]));
    scene.world.server.forget();
    let prepared = shown(&mut scene, &door).unwrap();
    let copy = &prepared.disclosure().shown[0];
    assert_eq!(
        copy.ledger,
        Some(LedgerWord::Until(now().plus_seconds(600)))
    );
    let digest = *prepared.disclosure().digest();
    let accepted = prepared.accept(&digest).unwrap();
    let client = client(&[&door]);
    let sending = present::send(&client, &mut scene.giver.wallet, accepted, now());
    drop(run(sending));
    // Nobody asked the ledger, and its word is in the answer.
    assert!(scene.world.server.asked().is_empty());
    let asked = door.server.asked();
    let posted = asked.iter().rev().find(|asked| asked.method == "POST");
    let response = AuthorizationResponse::read(&posted.unwrap().body).unwrap();
    assert_eq!(response.ledger_evidence, [scene.world.head(&scene.tag())]);

    scene.give().unwrap();
    let error = shown(&mut scene, &door).unwrap_err();
    assert_eq!(error.reason(), Reason::TransferUnfinished);
    scene.answer(StepKind::Refuse).unwrap();
    scene.look().unwrap();
    shown(&mut scene, &door).unwrap();
}

//! Two items change hands in one step, or neither does; and every way in which that can be cut off.

use schemas::ledger::{Event, ItemTag};
use schemas::reason::Reason;
use verifier::ledger::IssuerAct;
use wallet_core::receive::Received;
use wallet_core::transfer::{
    self, Done, Incoming, Prepared, Standing, StepKind, TransferError, Until,
};
use wallet_core::{EntryKind, Holding, PersonaIndex};

use crate::fixture::{client, now, open_in, run};
use crate::transferring::{Scene, completed, go_on};
use crate::world::{Lost, Register};

/// Two who hold an item each.
struct Swap(Scene);

impl Swap {
    fn new() -> Self {
        let mut scene = Scene::new();
        scene.taker.receive(&scene.world);
        Self(scene)
    }

    /// What the taker held first.
    fn theirs(&self) -> (Holding, ItemTag) {
        let items = self.0.taker.wallet.items().unwrap();
        let item = items.iter().find(|item| item.tag != self.0.tag());
        let item = item.unwrap();
        let holding = self.0.taker.wallet.holding(&item.holding).unwrap();
        (holding.unwrap(), item.tag)
    }

    fn prepared(&mut self, wanted: ItemTag) -> Result<Prepared, TransferError> {
        let scene = &mut self.0;
        let wallet = &mut scene.taker.wallet;
        let address = wallet
            .new_address(PersonaIndex::FIRST, None, now())
            .unwrap();
        let (holding, confirmed) = (scene.item(), scene.giver.confirm(&scene.world));
        let client = client(&[&scene.world]);
        run(transfer::prepare_give(
            &client,
            &mut scene.giver.wallet,
            &holding,
            &address,
            Until::Seconds(86_400),
            Some(wanted),
            &confirmed,
            now(),
        ))
    }

    fn give(&mut self) -> Result<Done, TransferError> {
        let wanted = self.theirs().1;
        let prepared = self.prepared(wanted)?;
        assert_eq!(prepared.wanted().unwrap().claims().item, wanted);
        self.0.carry_out(prepared)
    }

    fn answered_with(
        &mut self,
        offer: &Incoming,
        given: &Holding,
    ) -> Result<Prepared, TransferError> {
        let scene = &mut self.0;
        let confirmed = scene.taker.confirm(&scene.world);
        let client = client(&[&scene.world]);
        let wallet = &mut scene.taker.wallet;
        run(transfer::prepare_swap(
            &client,
            wallet,
            offer,
            given,
            &confirmed,
            now(),
        ))
    }

    fn accept(&mut self) -> Result<Done, TransferError> {
        let offer = self.0.offered().remove(0);
        let given = self.theirs().0;
        let prepared = self.answered_with(&offer, &given)?;
        let scene = &mut self.0;
        let confirmed = scene.taker.confirm(&scene.world);
        let client = client(&[&scene.world]);
        let digest = prepared.digest();
        let wallet = &mut scene.taker.wallet;
        run(transfer::carry_out(
            &client,
            wallet,
            prepared,
            &digest,
            &confirmed,
            now(),
        ))
    }

    fn collect(&mut self) -> Result<Option<Received>, TransferError> {
        let scene = &mut self.0;
        let (holding, confirmed) = (scene.item(), scene.giver.confirm(&scene.world));
        let client = client(&[&scene.world]);
        let wallet = &mut scene.giver.wallet;
        run(transfer::collect(
            &client,
            wallet,
            &holding.id,
            &confirmed,
            now(),
        ))
    }

    /// Both hold what was the other's.
    fn is_done(&mut self, theirs: ItemTag) {
        let ours = self.0.tag();
        assert_eq!(self.0.look().unwrap(), Standing::PassedOn);
        let kept = self.collect().unwrap().unwrap();
        assert_eq!(kept.holdings.len(), 1);
        assert!(self.collect().unwrap().is_none());
        for (person, gone, held) in [
            (&mut self.0.giver, ours, theirs),
            (&mut self.0.taker, theirs, ours),
        ] {
            let items = person.wallet.items().unwrap();
            let standing = |tag| items.iter().find(|item| item.tag == tag).unwrap().standing;
            assert_eq!(items.len(), 2);
            assert_eq!(standing(gone), Standing::PassedOn);
            assert_eq!(standing(held), Standing::Held);
            assert!(person.wallet.unfinished().unwrap().is_empty());
            person.wallet.check().unwrap();
        }
        for tag in [ours, theirs] {
            let head = self.0.world.head(&tag);
            assert_eq!(head.leaf.claims().transfers, 1);
        }
        assert_eq!(completed(&self.0.taker.wallet, EntryKind::Accepted), 1);
    }
}

#[test]
fn two_items_change_hands_and_both_get_their_credential() {
    let mut swap = Swap::new();
    let theirs = swap.theirs().1;
    swap.give().unwrap();
    assert!(swap.collect().unwrap().is_none());
    let offer = swap.0.offered().remove(0);
    assert_eq!(offer.wants(), Some(theirs));
    // Not without what is wanted, and not with something else.
    let wallet = &swap.0.taker.wallet;
    let error = transfer::prepare_answer(wallet, &offer, StepKind::Accept, now()).unwrap_err();
    assert!(matches!(error, TransferError::Swap { wanted: Some(tag) } if tag == theirs));
    swap.accept().unwrap();
    swap.is_done(theirs);
}

#[test]
fn a_swap_that_is_cut_off_at_any_point_happens_once() {
    for lost in [
        Lost::BeforeStep,
        Lost::AfterStep,
        Lost::AfterToken,
        Lost::AfterCredential,
    ] {
        for forgets in [false, true] {
            let mut swap = Swap::new();
            let (given, theirs) = swap.theirs();
            // The offer is lost once, too.
            swap.0
                .world
                .register(|register| register.lost = Lost::AfterStep);
            assert!(swap.give().unwrap_err().may_be_done());
            let done = go_on(&mut swap.0.giver, &swap.0.world);
            assert!(matches!(done[..], [Ok(_)]), "{done:?}");
            swap.0.world.register(|register| register.lost = lost);
            let error = swap.accept().unwrap_err();
            assert!(error.may_be_done(), "{lost:?} {error}");
            // What is given in return is shown to nobody meanwhile, and given to nobody else.
            let item = swap.0.taker.wallet.item(&given.id).unwrap().unwrap();
            assert_eq!(item.standing.refusal(), Some(Reason::TransferUnfinished));
            if forgets {
                swap.0.world.register(Register::forget);
            }
            let done = go_on(&mut swap.0.taker, &swap.0.world);
            assert!(matches!(done[..], [Ok(_)]), "{lost:?} {done:?}");
            assert!(go_on(&mut swap.0.taker, &swap.0.world).is_empty());
            swap.is_done(theirs);
        }
    }
}

#[test]
fn what_comes_in_return_is_fetched_by_another_run() {
    let mut swap = Swap::new();
    let theirs = swap.theirs().1;
    swap.give().unwrap();
    swap.accept().unwrap();
    swap.0.giver.wallet = open_in(swap.0.giver.folder());
    assert_eq!(swap.0.look().unwrap(), Standing::PassedOn);
    let item = swap.0.giver.wallet.items().unwrap().remove(0);
    assert_eq!(item.owed(), Some(theirs));
    for lost in [Lost::AfterToken, Lost::AfterCredential] {
        swap.0.world.register(|register| register.lost = lost);
        swap.collect().unwrap_err();
        swap.0.giver.wallet = open_in(swap.0.giver.folder());
    }
    swap.is_done(theirs);
}

/// A ledger that takes what is given for an item, and does not give the item.
#[test]
fn a_ledger_that_writes_half_of_a_swap_is_not_believed() {
    // The recipient has the item, and gave nothing for it.
    let mut swap = Swap::new();
    let theirs = swap.theirs().1;
    swap.give().unwrap();
    swap.0.look().unwrap();
    let half = |half| move |register: &mut Register| register.half = Some(half);
    swap.0.world.register(half(Event::Accept));
    swap.accept().unwrap();
    let error = swap.0.look().unwrap_err();
    assert_eq!(error.reason(), Reason::LedgerChainBroken);
    assert!(matches!(swap.0.standing(), Standing::Offered { .. }));
    // As soon as the other item goes on otherwise, it has said two things.
    swap.0.world.act(&theirs, IssuerAct::Suspend);
    let error = swap.0.look().unwrap_err();
    assert_eq!(error.reason(), Reason::RegistryEquivocation);
    let found = swap.0.giver.wallet.suspicions().unwrap();
    assert!(found[0].evidence.is_some());

    // What was given in return is gone, and the step is said to have come too late.
    let mut swap = Swap::new();
    let (given, _) = swap.theirs();
    swap.give().unwrap();
    swap.0.world.register(half(Event::Swap));
    swap.accept().unwrap_err();
    let taker = &mut swap.0.taker;
    let confirmed = taker.confirm(&swap.0.world);
    let client = client(&[&swap.0.world]);
    let looking = transfer::look(&client, &mut taker.wallet, &given.id, &confirmed, now());
    let error = run(looking).unwrap_err();
    assert_eq!(error.reason(), Reason::LedgerChainBroken);
    let item = taker.wallet.item(&given.id).unwrap().unwrap();
    assert_ne!(item.standing, Standing::PassedOn);
}

#[test]
fn a_swap_that_is_refused_or_withdrawn_leaves_both_where_they_are() {
    let mut swap = Swap::new();
    let (given, theirs) = swap.theirs();
    swap.give().unwrap();
    swap.0.answer(StepKind::Refuse).unwrap();
    assert_eq!(swap.0.look().unwrap(), Standing::Held);
    assert!(swap.collect().unwrap().is_none());
    // One whose other half is stopped does not happen, and is over.
    swap.give().unwrap();
    let offer = swap.0.offered().remove(0);
    let prepared = swap.answered_with(&offer, &given).unwrap();
    swap.0.world.act(&theirs, IssuerAct::Suspend);
    let scene = &mut swap.0;
    let confirmed = scene.taker.confirm(&scene.world);
    let client = client(&[&scene.world]);
    let digest = prepared.digest();
    let wallet = &mut scene.taker.wallet;
    let refused = run(transfer::carry_out(
        &client,
        wallet,
        prepared,
        &digest,
        &confirmed,
        now(),
    ));
    assert_eq!(refused.unwrap_err().reason(), Reason::ItemRevoked);
    assert!(wallet.unfinished().unwrap().is_empty());
    scene.world.act(&theirs, IssuerAct::Resume);
    swap.accept().unwrap();
    swap.is_done(theirs);
}

#[test]
fn nothing_is_asked_for_that_is_not_there_or_is_ones_own() {
    let mut swap = Swap::new();
    let (own, theirs) = (swap.0.tag(), swap.theirs().1);
    let error = swap.prepared(own).unwrap_err();
    assert!(matches!(error, TransferError::WantsOwn), "{error}");
    let error = swap.prepared(ItemTag::from_bytes([99; 32])).unwrap_err();
    assert_eq!(error.reason(), Reason::ItemUnknown);
    swap.0.world.act(&theirs, IssuerAct::End);
    let error = swap.prepared(theirs).unwrap_err();
    assert_eq!(error.reason(), Reason::ItemRevoked);
    assert_eq!(swap.0.world.register(|register| register.steps), 0);
    // Who is offered something for nothing gives nothing.
    swap.0.give().unwrap();
    let offer = swap.0.offered().remove(0);
    let given = swap.theirs().0;
    let error = swap.answered_with(&offer, &given).unwrap_err();
    assert!(matches!(error, TransferError::Swap { wanted: None }));
}

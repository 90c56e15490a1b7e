//! Steps that are cut off half way: each comes to its end, once, whatever is said on the way.

use schemas::reason::Reason;
use verifier::ledger::IssuerAct;
use wallet_core::EntryKind;
use wallet_core::transfer::{Standing, StepKind};

use crate::fixture::now;
use crate::transferring::{Scene, completed, go_on};
use crate::world::{Lost, Register};

#[test]
fn a_giver_who_is_cut_off_goes_on_and_never_gives_twice() {
    for lost in [Lost::BeforeStep, Lost::AfterStep] {
        let mut scene = Scene::new();
        let prepared = scene.prepared().unwrap();
        scene.world.register(|register| register.lost = lost);
        let error = scene.carry_out(prepared).unwrap_err();
        assert!(error.may_be_done(), "{error}");
        // Another act waits until this one has ended.
        let error = scene.prepared().unwrap_err();
        assert_eq!(error.reason(), Reason::TransferUnfinished);
        let done = go_on(&mut scene.giver, &scene.world);
        assert!(matches!(done[..], [Ok(_)]), "{done:?}");
        assert!(matches!(scene.standing(), Standing::Offered { .. }));
        assert_eq!(scene.world.head(&scene.tag()).leaf.claims().seq, 1);
        assert!(go_on(&mut scene.giver, &scene.world).is_empty());
        assert_eq!(completed(&scene.giver.wallet, EntryKind::Offered), 1);
        scene.answer(StepKind::Accept).unwrap();
    }
}

#[test]
fn what_only_a_proxy_says_ends_no_step() {
    let bare = [403, 404, 408, 410, 502].map(|status| (status, "<h1>No</h1>".to_owned()));
    let json = r#"{"error":"not_found","message":"no route"}"#.to_owned();
    for instead in bare.into_iter().chain([(404, json)]) {
        for lost in [Lost::BeforeStep, Lost::AfterStep] {
            let mut scene = Scene::new();
            let prepared = scene.prepared().unwrap();
            scene.world.register(|register| {
                register.lost = lost;
                register.instead = Some(instead.clone());
            });
            let error = scene.carry_out(prepared).unwrap_err();
            assert!(error.may_be_done(), "{instead:?} {error}");
            assert!(matches!(scene.standing(), Standing::Offered { .. }));
            let done = go_on(&mut scene.giver, &scene.world);
            assert!(matches!(done[..], [Ok(_)]), "{instead:?} {done:?}");
            assert_eq!(scene.world.head(&scene.tag()).leaf.claims().seq, 1);
            assert_eq!(completed(&scene.giver.wallet, EntryKind::Offered), 1);
        }
    }
}

#[test]
fn a_step_whose_leaf_stands_in_the_chain_is_taken_whatever_is_said() {
    for reason in ["transfer_conflict", "offer_changed", "item_unknown"] {
        let mut scene = Scene::new();
        let prepared = scene.prepared().unwrap();
        scene.world.register(|register| {
            register.lost = Lost::AfterStep;
            let body = format!(r#"{{"error":"conflict","reason":"{reason}"}}"#);
            register.instead = Some((409, body));
        });
        let done = scene.carry_out(prepared).unwrap();
        assert!(matches!(done.standing, Some(Standing::Offered { .. })));
        assert!(scene.giver.wallet.unfinished().unwrap().is_empty());
    }
    // A refusal by whom the chain on which it was signed is not known says nothing.
    let mut scene = Scene::new();
    let prepared = scene.prepared().unwrap();
    scene.world.register(|register| {
        register.lost = Lost::AfterStep;
        register.instead = Some((409, r#"{"error":"x","reason":"item_unknown"}"#.to_owned()));
        register.omits = 1;
    });
    let error = scene.carry_out(prepared).unwrap_err();
    assert!(error.may_be_done(), "{error}");
    scene.world.register(|register| register.omits = 0);
    let done = go_on(&mut scene.giver, &scene.world);
    assert!(matches!(done[..], [Ok(_)]), "{done:?}");
}

#[test]
fn a_refusal_with_its_reason_ends_the_step() {
    let mut scene = Scene::new();
    let prepared = scene.prepared().unwrap();
    scene.world.register(|register| {
        register.lost = Lost::BeforeStep;
        register.instead = Some((
            409,
            r#"{"error":"x","reason":"transfer_conflict"}"#.to_owned(),
        ));
    });
    let error = scene.carry_out(prepared).unwrap_err();
    assert_eq!(error.reason(), Reason::TransferConflict);
    assert!(!error.may_be_done());
    assert!(scene.giver.wallet.unfinished().unwrap().is_empty());
    assert_eq!(scene.standing(), Standing::Held);
}

#[test]
fn an_answer_that_the_ledger_has_forgotten_is_found_in_the_chain() {
    // What was offered was accepted meanwhile.
    let mut scene = Scene::new();
    let prepared = scene.prepared().unwrap();
    scene
        .world
        .register(|register| register.lost = Lost::AfterStep);
    scene.carry_out(prepared).unwrap_err();
    scene.answer(StepKind::Accept).unwrap();
    scene.world.register(Register::forget);
    let done = go_on(&mut scene.giver, &scene.world);
    let passed = Some(Standing::PassedOn);
    assert!(
        matches!(&done[..], [Ok(done)] if done.standing == passed),
        "{done:?}"
    );
    assert_eq!(scene.standing(), Standing::PassedOn);
    assert_eq!(completed(&scene.giver.wallet, EntryKind::Offered), 1);

    // Whoever accepted proves to be the holder, and gets the credential all the same.
    for lost in [Lost::AfterStep, Lost::AfterToken, Lost::AfterCredential] {
        let mut scene = Scene::new();
        scene.give().unwrap();
        scene.world.register(|register| register.lost = lost);
        scene.answer(StepKind::Accept).unwrap_err();
        scene.world.register(Register::forget);
        let done = go_on(&mut scene.taker, &scene.world);
        assert!(matches!(done[..], [Ok(_)]), "{lost:?} {done:?}");
        let item = scene.taker.wallet.items().unwrap().remove(0);
        assert_eq!((item.standing, item.tag), (Standing::Held, scene.tag()));
        assert_eq!(scene.taker.wallet.open_addresses(now()), Ok(0));
        assert!(scene.taker.wallet.unfinished().unwrap().is_empty());
        assert_eq!(completed(&scene.taker.wallet, EntryKind::Accepted), 1);
    }

    // What is stopped waits; what was ended is over.
    let mut scene = Scene::new();
    scene.give().unwrap();
    scene
        .world
        .register(|register| register.lost = Lost::AfterStep);
    scene.answer(StepKind::Accept).unwrap_err();
    scene.world.register(Register::forget);
    let tag = scene.tag();
    scene.world.act(&tag, IssuerAct::Suspend);
    let done = go_on(&mut scene.taker, &scene.world);
    assert!(matches!(&done[..], [Err(error)] if error.reason() == Reason::ItemRevoked));
    assert_eq!(scene.taker.wallet.unfinished().unwrap().len(), 1);
    scene.world.act(&tag, IssuerAct::End);
    let done = go_on(&mut scene.taker, &scene.world);
    let ended = Some(Standing::Ended);
    assert!(
        matches!(&done[..], [Ok(done)] if done.standing == ended),
        "{done:?}"
    );
    assert!(scene.taker.wallet.unfinished().unwrap().is_empty());
    assert!(scene.taker.wallet.holdings().unwrap().is_empty());
}

#[test]
fn a_taker_who_is_cut_off_at_any_point_gets_the_item_once() {
    for lost in [
        Lost::BeforeStep,
        Lost::AfterStep,
        Lost::AfterToken,
        Lost::AfterCredential,
    ] {
        let mut scene = Scene::new();
        scene.give().unwrap();
        scene.offered();
        scene.world.register(|register| register.lost = lost);
        let error = scene.answer(StepKind::Accept).unwrap_err();
        assert!(error.may_be_done(), "{lost:?}: {error}");
        assert!(scene.taker.wallet.holdings().unwrap().is_empty());
        let done = go_on(&mut scene.taker, &scene.world);
        assert!(matches!(done[..], [Ok(_)]), "{lost:?}: {done:?}");
        let items = scene.taker.wallet.items().unwrap();
        assert_eq!((items.len(), items[0].standing), (1, Standing::Held));
        let head = scene.world.head(&items[0].tag);
        assert_eq!(
            (head.leaf.claims().seq, head.leaf.claims().transfers),
            (2, 1)
        );
        assert!(go_on(&mut scene.taker, &scene.world).is_empty());
        assert_eq!(scene.taker.wallet.holdings().unwrap().len(), 1);
    }
}

use proptest::prelude::{Just, Strategy, prop_oneof, proptest};

use proofs::keys::SigningKey;
use proofs::tlog::note::{KeyKind, NoteKey};

use super::{
    ActiveElsewhere, Creators, LedgerItems, LedgerProvenance, LedgerRules, Limits, NameRules,
    OnLookAlike, Policy, Rule, TrustListRule,
};
use crate::evidence::Evidence;
use crate::list::ListRef;
use crate::names::{KnownName, NameKind};
use crate::trust::{Answer, Decision, RuleName};
use schemas::credential::{CredentialType, Validity};
use schemas::did::Did;
use schemas::reason::Reason;
use schemas::time::Timestamp;

fn did(text: &str) -> Did {
    text.parse().unwrap()
}

#[test]
fn reads_a_file() {
    let policy = Policy::from_toml(
        "version = 1\nclock_skew_seconds = 5\n\
         [[issuer]]\ndid = \"did:web:a.example\"\ntypes = [\"AvatarCredential\"]\ncreators = \"any\"\n\
         [[issuer]]\ndid = \"did:web:b.example\"\ntypes = [\"ItemCredential\"]\n",
    )
    .unwrap();
    let expected = Policy::nobody()
        .with_limits(Limits {
            clock_skew: 5,
            ..Limits::default()
        })
        .with_issuer(
            did("did:web:a.example"),
            vec![CredentialType::Avatar],
            Creators::Any,
        )
        .with_issuer(
            did("did:web:b.example"),
            vec![CredentialType::Item],
            Creators::Listed(Vec::new()),
        );
    assert_eq!(policy, expected);
}

#[test]
fn a_policy_that_was_written_says_what_it_believes() {
    let policy = Policy::nobody().with_issuer(
        did("did:web:localhost%3A4001"),
        vec![CredentialType::Avatar, CredentialType::Item],
        Creators::Any,
    );
    assert_eq!(
        policy.to_toml(),
        "version = 1\n\n[[issuer]]\ndid = \"did:web:localhost%3A4001\"\n\
         types = [\"AvatarCredential\", \"ItemCredential\"]\ncreators = \"any\"\n"
    );
    assert_eq!(Policy::nobody().to_toml(), "version = 1\n");
}

/// One that is never known together with the others would leave everybody open.
#[test]
fn there_are_as_many_trust_lists_as_are_kept() {
    let policy = |count: usize| {
        let lists = (0..count).map(|number| {
            format!(
                "[[trust_list]]\nurl = \"https://f.example/{number}\"\n\
                 issuer = \"did:web:f.example\"\ntypes = []\n"
            )
        });
        Policy::from_toml(&format!("version = 1\n{}", lists.collect::<String>()))
    };
    assert_eq!(policy(64).unwrap().trust_lists().len(), 64);
    assert!(policy(65).unwrap_err().to_string().contains("64"));
}

fn any_did() -> impl Strategy<Value = Did> {
    let web = "did:web:[a-z]{1,8}\\.example(%3A[1-9][0-9]{0,3})?";
    let jwk = "did:jwk:[A-Za-z0-9_-]{4,40}";
    prop_oneof![web, jwk].prop_filter_map("a DID", |text| text.parse().ok())
}

fn any_validity() -> impl Strategy<Value = Validity> {
    let time = |range| proptest::option::of(range).prop_map(|at| at.map(Timestamp::from_unix));
    let from = time(1_700_000_000_i64..1_800_000_000);
    let until = time(1_800_000_001_i64..1_900_000_000);
    (from, until).prop_map(|(from, until)| Validity { from, until })
}

fn any_types() -> impl Strategy<Value = Vec<String>> {
    let names = [
        "AssetProvenance",
        "AvatarCredential",
        "ItemCredential",
        "https://world.example/types#Badge",
        "urn:example:badge:1",
    ];
    let names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    proptest::sample::subsequence(names, 0..=4)
}

fn any_rule() -> impl Strategy<Value = (Vec<String>, Creators, Validity)> {
    let creators = prop_oneof![
        Just(Creators::Any),
        proptest::collection::vec(any_did(), 0..4).prop_map(Creators::Listed),
    ];
    (any_types(), creators, any_validity())
}

fn any_name() -> impl Strategy<Value = KnownName> {
    let did = proptest::option::of(any_did());
    ("[a-zA-Z\"\\\\ \u{3042}\u{7}]{1,20}", did).prop_map(|(name, who)| KnownName {
        name,
        kind: match who {
            Some(_) => NameKind::World,
            None => NameKind::Reserved,
        },
        who,
    })
}

fn witness(number: u8, kind: KeyKind) -> NoteKey {
    let name = format!("w{number}.example").parse().unwrap();
    let key = SigningKey::from_seed(&[number; 32]).verifying_key();
    NoteKey::new(name, kind, key).unwrap()
}

fn any_ledger() -> impl Strategy<Value = LedgerRules> {
    let items = prop_oneof![
        Just(LedgerItems::Announced),
        Just(LedgerItems::Required),
        Just(LedgerItems::NotAsked),
    ];
    let elsewhere = prop_oneof![
        Just(ActiveElsewhere::Ignore),
        Just(ActiveElsewhere::Review),
        Just(ActiveElsewhere::Refuse),
    ];
    let provenance = prop_oneof![
        Just(LedgerProvenance::NotAsked),
        Just(LedgerProvenance::Required),
    ];
    let ages = proptest::array::uniform2(0_i64..=2_592_000);
    let rules = (items, elsewhere, provenance);
    (rules, ages, 0..4_u8, 0..4_usize).prop_map(
        |(rules, [max_receipt_age, max_cosignature_age], many, quorum)| {
            let (items, active_elsewhere, provenance) = rules;
            let witnesses = (0..many).map(|number| witness(number, KeyKind::Cosignature));
            LedgerRules {
                items,
                max_receipt_age,
                max_cosignature_age,
                witnesses: witnesses.collect(),
                quorum: quorum.min(usize::from(many)),
                active_elsewhere,
                provenance,
            }
        },
    )
}

/// Whoever names witnesses and no number means all of them.
#[test]
fn a_quorum_that_is_not_said_is_all() {
    let witnesses = [1, 2].map(|number| witness(number, KeyKind::Cosignature).to_string());
    let text = format!("version = 1\n[ledger]\nwitnesses = {witnesses:?}");
    assert_eq!(Policy::from_toml(&text).unwrap().ledger().quorum, 2);
    let one = Policy::from_toml(&format!("{text}\nquorum = 1")).unwrap();
    assert_eq!(one.ledger().quorum, 1);
    let [first, _] = &witnesses;
    // The same key under another name is the same witness.
    let secret = SigningKey::from_seed(&[1; 32]);
    let again = NoteKey::new(
        "again.example".parse().unwrap(),
        KeyKind::Cosignature,
        secret.verifying_key(),
    );
    let signs_notes = witness(1, KeyKind::Note).to_string();
    for ledger in [
        format!("witnesses = [{first:?}, {first:?}]"),
        format!("witnesses = [{first:?}, {:?}]", again.unwrap().to_string()),
        format!("witnesses = [{signs_notes:?}]"),
        "witnesses = [\"w1.example\"]".to_owned(),
        format!("witnesses = [{first:?}]\nquorum = 2"),
        "quorum = 1".to_owned(),
        "items = \"some\"".to_owned(),
        "active_elsewhere = \"note\"".to_owned(),
        "max_receipt_age_seconds = 2592001".to_owned(),
        "max_cosignature_age_seconds = -1".to_owned(),
        "trust = true".to_owned(),
    ] {
        let text = format!("version = 1\n[ledger]\n{ledger}");
        assert!(Policy::from_toml(&text).is_err(), "{text}");
    }
}

proptest! {
    #[test]
    fn policies_round_trip(
        rules in proptest::collection::btree_map(any_did(), any_rule(), 0..5),
        lists in proptest::collection::btree_map("[a-z]{1,8}", (any_did(), any_types()), 0..3),
        names in proptest::collection::vec(any_name(), 0..4),
        refuse: bool,
        ledger in any_ledger(),
        clock_skew in 0_i64..=600,
        ages in proptest::array::uniform3(0_i64..=86_400),
        max_trust_list_age in 0_i64..=2_592_000,
    ) {
        let [max_presentation_age, max_document_age, max_status_age] = ages;
        let limits = Limits {
            clock_skew,
            max_presentation_age,
            max_document_age,
            max_status_age,
            max_trust_list_age,
        };
        let mut policy = Policy::nobody().with_limits(limits).with_names(NameRules {
            on_lookalike: if refuse { OnLookAlike::Refuse } else { OnLookAlike::Note },
            known: names,
        });
        policy = policy.with_ledger(ledger);
        for (did, (types, creators, validity)) in rules {
            policy = policy.with_rule(Rule { did, types, creators, validity });
        }
        for (host, (issuer, types)) in lists {
            let url = format!("https://{host}.example/trust").parse().unwrap();
            let list = ListRef { url, issuer };
            policy = policy.with_trust_list(TrustListRule { list, types });
        }
        let maker = "did:jwk:eyJ".parse().ok();
        policy = maker.into_iter().fold(policy, Policy::with_bundle_maker);
        assert_eq!(Policy::from_toml(&policy.to_toml()), Ok(policy));
    }
}

#[test]
fn refuses_what_is_not_in_the_schema() {
    for text in [
        "",
        "version = 2",
        "version = 1\ntrust_everybody = true",
        "version = 1\nclock_skew_seconds = 601",
        "version = 1\nclock_skew_seconds = -1",
        "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"",
        "version = 1\n[[issuer]]\ndid = \"a.example\"\ntypes = []",
        "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = [\"Guest\"]",
        "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = []\ncreators = \"all\"",
        "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = []\n\
         [[issuer]]\ndid = \"did:web:a.example\"\ntypes = []",
        "not toml",
        "version = 1\nmax_status_age_seconds = 2592001",
        "version = 1\nmax_trust_list_age_seconds = 2592001",
        "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = []\nfrom = \"2026-01-01\"",
        "version = 1\n[[issuer]]\ndid = \"did:web:a.example\"\ntypes = []\n\
         from = \"2026-01-02T00:00:00Z\"\nuntil = \"2026-01-02T00:00:00Z\"",
        "version = 1\n[[trust_list]]\nurl = \"file:///list\"\nissuer = \"did:web:a.example\"\ntypes = []",
        "version = 1\n[[trust_list]]\nurl = \"https://a.example/#l\"\nissuer = \"did:web:a.example\"\ntypes = []",
        "version = 1\n[[trust_list]]\nurl = \"https://a.example/l\"\nissuer = \"did:web:a.example\"",
        "version = 1\nbundle_makers = [\"did:web:a.example\"]",
        "version = 1\n[names]\non_lookalike = \"ignore\"",
        "version = 1\n[[names.known]]\nname = \"\"",
        "version = 1\n[[names.known]]\nname = \"Staff\"\nkind = \"nobody\"",
        "version = 1\n[[names.known]]\nname = \"Staff\"\nkind = \"reserved\"\ndid = \"did:web:a.example\"",
    ] {
        assert!(Policy::from_toml(text).is_err(), "{text}");
    }
}

/// Truth table: issuer named or not × type named or not × creator any, listed, not listed.
#[test]
fn believes_exactly_what_it_names() {
    let (a, b, c) = (
        did("did:web:a.example"),
        did("did:web:b.example"),
        did("did:web:c.example"),
    );
    let avatar = CredentialType::Avatar;
    let policy = Policy::nobody()
        .with_issuer(a.clone(), vec![avatar], Creators::Any)
        .with_issuer(b.clone(), vec![avatar], Creators::Listed(vec![c.clone()]));
    let (now, nothing) = (Timestamp::from_unix(1_800_000_000), Evidence::new());
    let believed = |number| Decision::Believed(RuleName::Issuer(number));
    let decide = |issuer, kind: CredentialType| policy.decide(issuer, kind.name(), &nothing, now);
    for (issuer, kind, decision) in [
        (&a, avatar, believed(1)),
        (&b, avatar, believed(2)),
        (&a, CredentialType::Item, Decision::NotBelieved),
        (&a, CredentialType::AssetProvenance, Decision::NotBelieved),
        (&a, CredentialType::Other, Decision::NotBelieved),
        (&c, avatar, Decision::NotBelieved),
    ] {
        assert_eq!(decide(issuer, kind), decision);
    }
    for (creator, issuer, kind, decision) in [
        (&b, &a, avatar, believed(1)),
        (&b, &a, CredentialType::Item, Decision::NotBelieved),
        (&c, &b, avatar, believed(2)),
        (&a, &b, avatar, Decision::NotBelieved),
        (&c, &c, avatar, Decision::NotBelieved),
    ] {
        let found = policy.decide_creator(creator, issuer, kind.name(), &nothing, now);
        assert_eq!(found, decision);
    }
    let nobody = Policy::default().decide(&a, avatar.name(), &nothing, now);
    assert_eq!(nobody, Decision::NotBelieved);
}

/// Before its first second, at it, at its last, and what the explanation says of each.
#[test]
fn a_rule_holds_from_its_first_second_up_to_its_last() {
    let a = did("did:web:a.example");
    let at = |seconds: i64| Timestamp::from_unix(1_800_000_000 + seconds);
    let policy = Policy::nobody().with_rule(Rule {
        did: a.clone(),
        types: vec!["AvatarCredential".to_owned()],
        creators: Creators::Any,
        validity: Validity::between(at(0), at(10)),
    });
    for (seconds, answer) in [
        (-1, Answer::NotYet),
        (0, Answer::Believes),
        (9, Answer::Believes),
        (10, Answer::Over),
    ] {
        let told = policy.explain(&a, "AvatarCredential", &Evidence::new(), at(seconds));
        assert_eq!(told.rules, [(RuleName::Issuer(1), answer)], "{seconds}");
        let believed = matches!(told.decision, Decision::Believed(_));
        assert_eq!(believed, answer == Answer::Believes, "{seconds}");
    }
    let told = policy.explain(&a, "ItemCredential", &Evidence::new(), at(0));
    assert_eq!(told.rules, [(RuleName::Issuer(1), Answer::OtherType)]);
}

#[test]
fn a_trust_list_that_nobody_has_fetched_is_asked_for_and_believes_nobody() {
    let list = ListRef {
        url: "https://list.example/trust".parse().unwrap(),
        issuer: did("did:web:list.example"),
    };
    let policy = Policy::nobody().with_trust_list(TrustListRule {
        list: list.clone(),
        types: vec!["AvatarCredential".to_owned()],
    });
    let (a, now) = (
        did("did:web:a.example"),
        Timestamp::from_unix(1_800_000_000),
    );
    let decide = |name, evidence: &Evidence| policy.decide(&a, name, evidence, now);
    let nothing = Evidence::new();
    let unknown = Decision::Unknown(vec![list.clone()]);
    assert_eq!(decide("AvatarCredential", &nothing), unknown);
    // It was never asked to vouch for items.
    assert_eq!(decide("ItemCredential", &nothing), Decision::NotBelieved);
    for reason in [Reason::TrustListUnavailable, Reason::TrustListInvalid] {
        let known = Evidence::new().without_trust_list(list.clone(), reason, now);
        let unusable = Decision::Unusable(reason);
        assert_eq!(decide("AvatarCredential", &known), unusable);
    }
}

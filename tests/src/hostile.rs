//! Documents of 1 MiB that were made to cost much: long, wide, deep, many, and alike. `tests/bounds`
//! counts what they cost in memory, `compare` measures what they cost in time.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::type_complexity,
    reason = "test code"
)]

pub mod graphs;

use proofs::data_integrity::ProofOptions;
use schemas::canonical;
use schemas::credential::{CredentialType, Validity};
use schemas::encoding::base64url;
use schemas::json::{Object, Value};
use schemas::reason::Reason;
use schemas::status::{StatusPurpose, status_entry};
use verifier::{Asked, Creators, CredentialAsked, Holder, ListRef, Rule, StatusAsked};

use crate::fixed::now;
use crate::forge::edited;
use crate::scene::{Scene, token};

/// The most that a document may have, in bytes.
pub const MAX_INPUT: usize = 1 << 20;

/// Where the lists are served that these documents name or are.
pub const LIST: &str = "https://a.example/status/1";

/// A type that is none of ours, and that the policy names.
pub const TYPE: &str = "https://t.example/Pass";

/// Room for what stands around the costly part.
const ROOM: usize = MAX_INPUT - 24_000;

/// Titles and bytes.
pub type Documents = Vec<(String, Vec<u8>)>;

/// The entrances of the verifier at which strangers' bytes arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entrance {
    /// The answer to a request.
    Response,
    /// A credential that somebody was given.
    Credential,
    /// A status list that was fetched.
    StatusList,
    /// A trust list that was fetched.
    TrustList,
}

impl Entrance {
    /// Every entrance.
    pub const ALL: [Self; 4] = [
        Self::Response,
        Self::Credential,
        Self::StatusList,
        Self::TrustList,
    ];

    /// Judges bytes; why they are refused, when they are.
    #[must_use]
    pub fn judge(self, scene: &Scene, bytes: &[u8]) -> Option<Reason> {
        let (policy, evidence, now) = (&scene.policy, &scene.evidence, scene.now);
        let list = || ListRef {
            url: LIST.parse().unwrap(),
            issuer: scene.a.did(),
        };
        let asked = match self {
            Self::Response => scene.asked_for(CredentialType::Avatar),
            Self::Credential => {
                let mut types = CredentialType::ALL.to_vec();
                types.push(CredentialType::Other);
                Asked::Credential(CredentialAsked {
                    types,
                    holder: Holder::Anyone,
                    status: StatusAsked::Asked,
                })
            }
            Self::StatusList => {
                let judged = verifier::status::verify_list(&list(), bytes, policy, evidence, now);
                return judged.err().map(|fault| fault.reason());
            }
            Self::TrustList => {
                let judged = verifier::trust::verify_list(&list(), bytes, policy, evidence, now);
                return judged.err().map(|fault| fault.reason());
            }
        };
        let report = scene.judge_bytes(&asked, bytes);
        // Who is told hears it as JSON.
        let _ = report.to_object();
        report.reason()
    }
}

/// With a policy that believes a world for credentials that are of no type of ours: these may say
/// most, and their graphs are put in order before anybody knows who signed.
#[must_use]
pub fn any_type(mut scene: Scene) -> Scene {
    scene.policy = scene.policy.with_rule(Rule {
        did: scene.a.did(),
        types: vec![TYPE.to_owned()],
        creators: Creators::Any,
        validity: Validity {
            from: None,
            until: None,
        },
    });
    scene
}

/// All that have to do with documents, as bytes.
#[must_use]
pub fn documents(scene: &Scene) -> Documents {
    let mut all = members(scene);
    all.extend(graphs(scene));
    all.extend(proofs(scene));
    all.extend(presentations(scene));
    all.extend(lists(scene));
    all
}

/// Those that cost a graph most.
#[must_use]
pub fn of_statements(scene: &Scene) -> Documents {
    let long = "urn:a".repeat(ROOM / 5);
    let long = edited(&scene.avatar(), "id", Some(long.into()));
    let mut all = both(scene, "a long identifier", &long);
    all.extend(graphs(scene));
    all.extend(presentations(scene));
    all
}

/// As many copies of a piece as there is room for.
fn filled(begin: &str, piece: &str, between: &str, end: &str) -> Vec<u8> {
    let room = MAX_INPUT - begin.len() - end.len();
    let count = (room + between.len()) / (piece.len() + between.len());
    [begin, &vec![piece; count].join(between), end]
        .concat()
        .into_bytes()
}

/// JSON that is no document.
#[must_use]
pub fn texts() -> Documents {
    let numbered = |piece: &dyn Fn(usize) -> String| {
        let mut text = "{".to_owned();
        for number in 0.. {
            let member = piece(number);
            if text.len() + member.len() + 2 > MAX_INPUT {
                break;
            }
            if number > 0 {
                text.push(',');
            }
            text.push_str(&member);
        }
        text.push('}');
        text.into_bytes()
    };
    let plain: [(&str, Vec<u8>); 15] = [
        ("open brackets", filled("", "[", "", "")),
        ("open braces", filled("", r#"{"a":"#, "", "0")),
        (
            "63 deep and wide",
            filled(
                "[",
                &format!("{}{}", "[".repeat(62), "]".repeat(62)),
                ",",
                "]",
            ),
        ),
        ("empty arrays", filled("[", "[]", ",", "]")),
        ("empty objects", filled("[", "{}", ",", "]")),
        ("small objects", filled("[", r#"{"":0}"#, ",", "]")),
        ("empty strings", filled("[", r#""""#, ",", "]")),
        ("digits", filled("[", "7", ",", "]")),
        (
            "numbers with fractions",
            filled("[", "0.1234567890123456", ",", "]"),
        ),
        ("one long number", filled("", "9", "", "")),
        ("one long string", filled("\"", "a", "", "\"")),
        ("one string of escapes", filled("\"", "\\u0001", "", "\"")),
        (
            "one string of pairs",
            filled("\"", "\\ud83d\\ude00", "", "\""),
        ),
        ("white space", filled("", " ", "", "")),
        ("letters of four bytes", filled("\"", "😀", "", "\"")),
    ];
    let mut all: Documents = plain
        .into_iter()
        .map(|(title, bytes)| (title.to_owned(), bytes))
        .collect();
    let members: [(&str, Vec<u8>); 4] = [
        ("members", numbered(&|number| format!("\"{number:x}\":0"))),
        (
            "members of escapes",
            numbered(&|number| format!("\"\\u0001{number:x}\":0")),
        ),
        (
            "long names",
            numbered(&|number| format!("\"{}{number}\":0", "n".repeat(4000))),
        ),
        (
            "names in falling order",
            numbered(&|number| format!("\"{:x}\":[]", 9_999_999 - number)),
        ),
    ];
    all.extend(members.map(|(title, bytes)| (title.to_owned(), bytes)));
    all
}

fn written(title: &str, document: &Object) -> (String, Vec<u8>) {
    let bytes = canonical::object_to_bytes(document);
    (title.to_owned(), bytes)
}

/// Both ways in which a credential arrives: by itself and in a presentation.
fn both(scene: &Scene, title: &str, credential: &Object) -> Documents {
    let mut bare = scene.unsigned_presentation(vec![credential.clone()]);
    bare.insert("proof", scene.presentation().get("proof").unwrap().clone());
    vec![
        written(title, credential),
        (format!("{title}, shown"), token(&bare)),
    ]
}

/// Credentials in which one member is costly.
fn members(scene: &Scene) -> Documents {
    let avatar = scene.avatar();
    let texts = |text: &str, room: usize| -> Vec<Value> {
        let one = canonical::to_bytes(&text.into()).len() + 1;
        vec![Value::from(text); room / one]
    };
    let list = |text: &str| Some(Value::Array(texts(text, ROOM)));
    let long = |text: &str| Some(Value::from(text.repeat(ROOM / text.len())));
    let pad = |place: &str, value: Option<Value>| edited(&avatar, place, value);
    let mut all = Vec::new();
    for (title, credential) in [
        (
            "a long name",
            pad("credentialSubject/personaName", long("n")),
        ),
        (
            "a name of quotes",
            pad(
                "credentialSubject/personaName",
                Some("\"".repeat(ROOM / 2).into()),
            ),
        ),
        ("a long identifier", pad("id", long("urn:a"))),
        (
            "a long issuer",
            pad(
                "issuer",
                Some(format!("did:web:{}", "a".repeat(ROOM)).into()),
            ),
        ),
        (
            "many contexts",
            pad("@context", list("https://w3id.org/omote/v1")),
        ),
        ("many types", pad("type", list("AvatarCredential"))),
        (
            "many different types",
            pad(
                "type",
                Some(Value::Array(
                    (0..ROOM / 12).map(|n| format!("T{n:08}").into()).collect(),
                )),
            ),
        ),
        (
            "many authors",
            pad("credentialSubject/license/authors", list("a")),
        ),
        (
            "many subjects",
            pad(
                "credentialSubject",
                Some(Value::Array(vec![schemas::object! {}.into(); ROOM / 3])),
            ),
        ),
        (
            "a long proof value",
            pad(
                "proof/proofValue",
                Some(format!("z{}", "2".repeat(ROOM)).into()),
            ),
        ),
        ("a long challenge", pad("proof/challenge", long("c"))),
        ("many domains", pad("proof/domain", list("d"))),
        (
            "a long method",
            pad(
                "proof/verificationMethod",
                Some(format!("did:key:z{0}#z{0}", "6".repeat(ROOM / 2)).into()),
            ),
        ),
        (
            "many statuses",
            pad(
                "credentialStatus",
                Some(Value::Array(vec![
                    status_entry(
                        StatusPurpose::Revocation,
                        7,
                        LIST
                    )
                    .into();
                    ROOM / 200
                ])),
            ),
        ),
        (
            "descriptions in many languages",
            pad(
                "description",
                Some(Value::Array(
                    (0..ROOM / 40)
                        .map(|n| {
                            schemas::object! { "@value" => format!("{n}"), "@language" => "en" }
                                .into()
                        })
                        .collect(),
                )),
            ),
        ),
    ] {
        all.extend(both(scene, title, &credential));
    }
    // The same with good signatures, where something of the kind can be signed.
    for (title, place, value) in [
        (
            "a long name, signed",
            "credentialSubject/personaName",
            long("n"),
        ),
        ("an identifier, signed", "id", long("urn:a")),
        (
            "many authors, signed",
            "credentialSubject/license/authors",
            list("author"),
        ),
    ] {
        let bare = edited(&avatar, place, value);
        let options = ProofOptions::assertion(scene.a.suite, scene.a.method(), now());
        let mut unsigned = bare.clone();
        unsigned.remove("proof");
        let signed = proofs::data_integrity::sign(&unsigned, &options, &scene.a.key());
        all.extend(both(scene, title, &signed.unwrap_or(bare)));
    }
    all
}

/// Credentials whose graph is hard to put in order.
fn graphs(scene: &Scene) -> Documents {
    let avatar = scene.avatar();
    let mut all = Vec::new();
    let entries = |count: usize, entry: &dyn Fn(usize) -> Object| -> Value {
        let entries = (0..count).map(|number| entry(number).into());
        Value::Array(entries.collect())
    };
    let nested = |count: usize| {
        let mut value = schemas::object! { "type" => "AvatarCredential" };
        for _ in 0..count {
            value = schemas::object! { "type" => "AvatarCredential", "evidence" => value };
        }
        value
    };
    for (title, place, value) in [
        // Nameless things that are all alike.
        (
            "blank nodes alike",
            "evidence",
            entries(ROOM / 22, &|_| schemas::object! { "type" => "Evidence" }),
        ),
        (
            "blank nodes in pairs",
            "evidence",
            entries(
                ROOM / 60,
                &|_| schemas::object! { "type" => "Evidence", "evidence" => schemas::object! { "type" => "Evidence" } },
            ),
        ),
        // All point to all: names that begin so are nameless.
        (
            "a clique of blank nodes",
            "evidence",
            entries(ROOM / 260, &|number| {
                schemas::object! {
                    "id" => format!("_:b{}", number % 40),
                    "evidence" => (0..10).map(|other| Value::from(format!("_:b{}", (number * 7 + other) % 40))).collect::<Vec<_>>(),
                }
            }),
        ),
        (
            "a ring of blank nodes",
            "evidence",
            entries(ROOM / 50, &|number| {
                schemas::object! {
                    "id" => format!("_:b{number}"), "evidence" => format!("_:b{}", number + 1),
                }
            }),
        ),
        ("deep statements (small)", "evidence", nested(55).into()),
        (
            "many terms of use",
            "termsOfUse",
            entries(
                ROOM / 40,
                &|number| schemas::object! { "type" => format!("https://t.example/{number}") },
            ),
        ),
        (
            "many schemas",
            "credentialSchema",
            entries(
                ROOM / 70,
                &|number| schemas::object! { "id" => format!("https://s.example/{number}"), "type" => "JsonSchema" },
            ),
        ),
        (
            "many resources",
            "relatedResource",
            entries(
                ROOM / 110,
                &|number| schemas::object! { "id" => format!("https://r.example/{number}"), "digestMultibase" => "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA" },
            ),
        ),
    ] {
        all.extend(both(scene, title, &edited(&avatar, place, Some(value))));
    }
    // Of no type of ours, which may say more.
    let types = vec![Value::from("VerifiableCredential"), TYPE.into()];
    let mut plain = edited(&avatar, "type", Some(types.into()));
    let holder = &scene.holder().did_key();
    plain.insert("credentialSubject", schemas::object! { "id" => holder });
    let said: Vec<Value> = (0..ROOM / 60)
        .map(|number| schemas::object! { "@value" => format!("{number}"), "@language" => "en" })
        .map(Value::from)
        .collect();
    all.extend(both(
        scene,
        "of a type of theirs, said often",
        &edited(&plain, "description", Some(said.into())),
    ));
    all
}

/// Many proofs, chains of them, and statements in statements.
fn proofs(scene: &Scene) -> Documents {
    let avatar = scene.avatar();
    let proof = avatar.get("proof").and_then(Value::as_object).unwrap();
    let size = canonical::object_to_bytes(proof).len();
    let same = vec![Value::from(proof.clone()); ROOM / (size + 1)];
    let chain = (0..ROOM / (size + 60)).map(|number| {
        let mut link = proof.clone();
        link.insert("id", format!("urn:{number}"));
        link.insert("previousProof", format!("urn:{}", number + 1));
        Value::from(link)
    });
    let chain: Vec<Value> = chain.collect();
    // Four proofs, each of which is checked over a document of full size.
    let mut four = edited(
        &avatar,
        "credentialSubject/personaName",
        Some("n".repeat(ROOM).into()),
    );
    let mut others = Vec::new();
    for number in 0..4 {
        let mut other = proof.clone();
        other.insert("created", now().plus_seconds(-number - 1));
        others.push(other);
    }
    four.insert("proof", others);
    let provenance = scene.creator.provenance();
    let mut tower = provenance.clone();
    for _ in 0..25 {
        tower.insert("provenance", tower.clone());
    }
    let many = canonical::object_to_bytes(&provenance).len() + 1;
    let many = vec![Value::from(provenance); ROOM / many];
    let mut all = Vec::new();
    for (title, place, value) in [
        ("many proofs", "proof", Value::Array(same)),
        ("a chain of proofs", "proof", Value::Array(chain)),
        (
            "many provenances",
            "credentialSubject/provenance",
            Value::Array(many),
        ),
        (
            "provenance in provenance (small)",
            "credentialSubject/provenance",
            tower.into(),
        ),
    ] {
        all.extend(both(scene, title, &edited(&avatar, place, Some(value))));
    }
    all.extend(both(scene, "four proofs", &four));
    all
}

/// Presentations of very many things, and with good signatures of very much.
fn presentations(scene: &Scene) -> Documents {
    let avatar = scene.avatar();
    let shown = scene.presentation();
    let size = |object: &Object| canonical::object_to_bytes(object).len() + 1;
    let credentials = vec![Value::from(avatar.clone()); ROOM / size(&avatar)];
    let many = edited(
        &shown,
        "verifiableCredential",
        Some(Value::Array(credentials)),
    );
    let sixteen = vec![avatar.clone(); 16];
    let sixteen = scene.unsigned_presentation(sixteen);
    let sixteen = proofs::data_integrity::sign(&sixteen, &scene.vp_options(), &scene.holder());
    let sixteen = sixteen.expect("sixteen credentials can be shown");
    let tokens = |one: &Object| {
        let copies = vec![Value::from(one.clone()); (MAX_INPUT - 100) / size(one)];
        let token = schemas::object! { "avatar" => copies };
        canonical::object_to_bytes(&token)
    };
    // Sixteen answers of sixteen credentials each are too many; four are as much as is looked at.
    let four = schemas::object! { "avatar" => vec![sixteen.clone(); 4] };
    let full = schemas::object! { "avatar" => vec![sixteen.clone(); 16.min((MAX_INPUT - 100) / size(&sixteen))] };
    let answers: Object = (0..ROOM / 20)
        .map(|number| (format!("answer{number}"), Value::Array(Vec::new())))
        .fold(Object::new(), |mut object, (name, value)| {
            object.insert(name, value);
            object
        });
    let padded = edited(
        &avatar,
        "credentialSubject/personaName",
        Some("n".repeat(ROOM / 2).into()),
    );
    vec![
        ("a presentation of many".to_owned(), token(&many)),
        ("many presentations".to_owned(), tokens(&shown)),
        (
            "presentations of sixteen each".to_owned(),
            canonical::object_to_bytes(&full),
        ),
        (
            "four presentations of sixteen each (small)".to_owned(),
            canonical::object_to_bytes(&four),
        ),
        (
            "many answers".to_owned(),
            canonical::object_to_bytes(&answers),
        ),
        (
            "a large presentation, signed".to_owned(),
            token(&scene.present_unchecked_or_stale(&padded)),
        ),
    ]
}

/// Status lists that are larger than they look, and trust lists of very many.
fn lists(scene: &Scene) -> Documents {
    let list = |subject: Object| {
        let bare = schemas::object! {
            "@context" => ["https://www.w3.org/ns/credentials/v2"],
            "id" => LIST,
            "type" => ["VerifiableCredential", "BitstringStatusListCredential"],
            "issuer" => &scene.a.did(),
            "validFrom" => now().plus_seconds(-60),
            "credentialSubject" => subject,
        };
        let options = ProofOptions::assertion(scene.a.suite, scene.a.method(), now());
        let signed = proofs::data_integrity::sign(&bare, &options, &scene.a.key());
        canonical::object_to_bytes(&signed.unwrap_or(bare))
    };
    let status = |encoded: String| {
        list(schemas::object! {
            "type" => "BitstringStatusList",
            "statusPurpose" => "revocation",
            "encodedList" => encoded,
        })
    };
    let trusted = |number: usize| {
        schemas::object! {
            "id" => format!("did:web:w{number}.example"),
            "credentialType" => ["AvatarCredential"],
            "anyCreator" => true,
        }
    };
    let trust = schemas::object! {
        "@context" => schemas::credential::CONTEXTS,
        "id" => LIST,
        "type" => ["VerifiableCredential", "TrustListCredential"],
        "issuer" => &scene.a.did(),
        "validFrom" => now().plus_seconds(-60),
        "credentialSubject" => schemas::object! {
            "type" => "TrustList",
            "trustedIssuer" => (0..ROOM / 90).map(|number| Value::from(trusted(number))).collect::<Vec<_>>(),
        },
    };
    vec![
        (
            "a status list of noise".to_owned(),
            status(format!("u{}", noise(ROOM))),
        ),
        (
            "a status list that swells".to_owned(),
            status(format!("u{}", base64url::encode(&bomb(ROOM * 3 / 4)))),
        ),
        (
            "a status list that swells (small)".to_owned(),
            status(format!("u{}", base64url::encode(&bomb(40_000)))),
        ),
        (
            "a trust list of many".to_owned(),
            canonical::object_to_bytes(&trust),
        ),
    ]
}

/// A gzip text whose zeros go on for as long as it does: a thousand times its length.
fn bomb(length: usize) -> Vec<u8> {
    // Header, then one block with fixed codes. Its first symbol is a zero byte, all others repeat 258
    // of them: length code 285 (eight bits, 0xC5) and distance code 0 (five bits), no extra bits.
    let mut bits = Bits::default();
    bits.low_first(1, 1);
    bits.low_first(1, 2);
    bits.high_first(0x30, 8);
    let header = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];
    while bits.bytes.len() + header.len() < length {
        bits.high_first(0xC5, 8);
        bits.high_first(0, 5);
    }
    [header.as_slice(), &bits.bytes].concat()
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    waiting: u32,
    count: u32,
}

impl Bits {
    fn low_first(&mut self, value: u32, count: u32) {
        self.waiting |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.waiting.to_le_bytes()[0]);
            self.waiting >>= 8;
            self.count -= 8;
        }
    }

    fn high_first(&mut self, value: u32, count: u32) {
        self.low_first(value.reverse_bits() >> (32 - count), count);
    }
}

fn noise(length: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut state = 1_u32;
    (0..length)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from(LETTERS[usize::try_from(state >> 26).unwrap()])
        })
        .collect()
}

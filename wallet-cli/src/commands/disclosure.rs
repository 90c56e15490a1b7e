//! What a world would see, what stays, and what could be joined afterwards, for people. The holder's
//! machine runs it.

use schemas::canonical;
use schemas::json::Value;
use schemas::oid4vp::Transaction;
use schemas::time::Timestamp;
use wallet_core::consent::{
    Acquaintance, Authentication, Disclosure, LedgerWord, Link, Optional, Refill, ShownClaim,
    ShownCopy, Wish,
};
use wallet_core::{
    Certainty, Claim, Format, HoldingId, Listed, Persona, PersonaIndex, StoreError, Wallet,
};

use crate::commands::list::{apart, kind_text, short};
use crate::commands::report::Detail;
use crate::commands::{finding, license, origin, release};
use crate::sanitize;
use crate::sheet::Sheet;
use crate::terminal::cut_to;
use crate::texts::Texts;

/// The claims that say who and what, by their place below the subject, in the order in which they are
/// shown; everything else is shown on request.
const SPOKEN: [(&str, &str); 6] = [
    ("/personaName", "claim-persona-name"),
    ("/itemClass", "claim-item-class"),
    ("/serial", "claim-serial"),
    ("/provenance/issuer", "claim-creator"),
    ("/provenance/credentialSubject/name", "claim-model"),
    (
        "/provenance/credentialSubject/digestMultibase",
        "claim-digest",
    ),
];

/// What stands beside the subject and is shown with it, by its place in either format.
const BESIDE: [(&str, &str); 9] = [
    ("/issuer", "claim-issuer"),
    ("/iss", "claim-issuer"),
    ("/validFrom", "claim-valid-from"),
    ("/nbf", "claim-valid-from"),
    ("/validUntil", "claim-valid-until"),
    ("/exp", "claim-valid-until"),
    ("/credentialSubject/id", "claim-key"),
    ("/cnf/jwk/x", "claim-key"),
    ("/cnf/kid", "claim-key"),
];

/// Further claims that have a name. Places in lists are left out of the place.
const NAMED: [(&str, &str); 26] = [
    ("/@context", "claim-contexts"),
    ("/cnf/jwk/alg", "claim-key-kind"),
    ("/cnf/jwk/crv", "claim-key-kind"),
    ("/cnf/jwk/kid", "claim-key"),
    ("/cnf/jwk/kty", "claim-key-family"),
    ("/cnf/jwk/use", "claim-key-use"),
    ("/cnf/jwk/y", "claim-key"),
    ("/credentialSchema/id", "claim-schema"),
    ("/credentialSchema/type", "claim-schema"),
    ("/credentialStatus/id", "claim-status-id"),
    (
        "/credentialStatus/statusListCredential",
        "claim-status-list",
    ),
    ("/credentialStatus/statusListIndex", "claim-status-place"),
    (
        "/credentialStatus/statusMessage/message",
        "claim-status-message",
    ),
    (
        "/credentialStatus/statusMessage/status",
        "claim-status-message",
    ),
    ("/credentialStatus/statusPurpose", "claim-status-purpose"),
    ("/credentialStatus/statusReference", "claim-status-more"),
    ("/credentialStatus/statusSize", "claim-status-size"),
    ("/credentialStatus/type", "claim-status-kind"),
    ("/iat", "claim-issued-at"),
    ("/id", "claim-id"),
    ("/issuer/id", "claim-issuer"),
    ("/jti", "claim-id"),
    ("/status/status_list/idx", "claim-status-place"),
    ("/status/status_list/uri", "claim-status-list"),
    ("/sub", "claim-subject"),
    ("/vct", "claim-type"),
];

/// Further claims below the subject that have a name.
const NAMED_BELOW: [(&str, &str); 3] = [
    ("/provenance/credentialSubject/byteLength", "claim-bytes"),
    (
        "/provenance/credentialSubject/mediaType",
        "claim-media-type",
    ),
    ("/provenance/validFrom", "claim-stated-at"),
];

const TERMS: &str = "/license/";
const CREATORS_TERMS: &str = "/provenance/credentialSubject/license/";
/// More names of what stays are counted.
const MAX_NAMES: usize = 12;
/// More holdings that could be shown instead are counted.
const MAX_OTHERS: usize = 4;
/// Columns of a statement that is repeated above the question.
const REMINDED: usize = 120;

/// What the wallet knows around what is shown.
pub(crate) struct Around {
    personas: Vec<Persona>,
    /// The first of those that could be shown instead.
    others: Vec<Listed>,
    now: Timestamp,
}

impl Around {
    /// Of the wallet.
    ///
    /// # Errors
    /// [`StoreError`].
    pub(crate) fn of(
        wallet: &Wallet,
        disclosure: &Disclosure,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let mut others: Vec<Listed> = Vec::new();
        for shown in &disclosure.shown {
            for id in shown.alternatives.iter().take(MAX_OTHERS) {
                if !others.iter().any(|other| other.id == *id) {
                    others.extend(wallet.listed_holding(id)?);
                }
            }
        }
        Ok(Self {
            personas: wallet.personas()?,
            others,
            now,
        })
    }
}

/// The head of it once more: to whom, whether it is the same as on the other screen, and what is signed.
pub(crate) fn reminder(texts: &Texts, disclosure: &Disclosure) -> Sheet {
    let mut sheet = Sheet::default();
    sheet.gap();
    let code = disclosure.match_code.to_string();
    let values = [
        ("world", disclosure.world.origin().into()),
        ("code", code.into()),
    ];
    sheet.heading(texts.with("present-reminder", &values));
    for one in &disclosure.agreed {
        if let Transaction::Statement(text) = one.data.transaction() {
            let text = cut_to(&sanitize::visible(text), REMINDED);
            sheet.text(texts, "present-reminder-agrees", &[("text", text.into())]);
        }
    }
    sheet
}

/// The whole of it.
pub(crate) fn sheet(
    texts: &Texts,
    disclosure: &Disclosure,
    around: &Around,
    detail: Detail,
) -> Sheet {
    let name = |id: &HoldingId| {
        let shown = disclosure.shown.iter().find(|copy| copy.holding == *id);
        shown.map_or("", |copy| copy.name.as_str())
    };
    let face = |index: PersonaIndex| {
        let mut personas = around.personas.iter();
        let found = personas.find(|persona| persona.index == index);
        found.map_or("", |persona| persona.name.as_str())
    };
    let mut sheet = Sheet::default();
    sheet.heading(texts.with(
        "present-asks",
        &[("world", disclosure.world.origin().into())],
    ));
    authentication(texts, &mut sheet, disclosure);
    let claimed = disclosure.claimed_name(texts.lang());
    origin::names_on(texts, &mut sheet, disclosure.profile.as_ref(), claimed);
    finding::names_on(texts, &mut sheet, &disclosure.names);
    if let Some(purpose) = &disclosure.purpose {
        sheet.text(texts, "present-purpose", &[("purpose", purpose.into())]);
    }
    let met = match disclosure.acquaintance {
        Acquaintance::MetBefore => "present-met-before",
        Acquaintance::New => "present-new",
    };
    sheet.text(texts, met, &[]);
    let code = disclosure.match_code.to_string();
    sheet.text(texts, "present-match-code", &[("code", code.into())]);
    agreed(texts, &mut sheet, disclosure);
    leases(texts, &mut sheet, disclosure, around.now);
    for shown in &disclosure.shown {
        sheet.gap();
        copy(texts, &mut sheet, shown, around, detail);
    }
    optional(texts, &mut sheet, &disclosure.optional);
    sheet.gap();
    stays(texts, &mut sheet, disclosure);
    sheet.gap();
    links(texts, &mut sheet, disclosure, &name, &face);
    sheet
}

/// How it is known who asks. A request that nobody signed is looked at twice.
fn authentication(texts: &Texts, sheet: &mut Sheet, disclosure: &Disclosure) {
    match disclosure.authentication() {
        Authentication::Did => sheet.text(texts, "present-by-did", &[]),
        Authentication::Certificate(name) => {
            sheet.text(texts, "present-by-certificate", &[("name", name.into())]);
        }
        Authentication::Nobody => {
            let world = disclosure.world.origin();
            sheet.careful(texts.with("present-by-nobody", &[("world", world.into())]));
        }
    }
}

/// What is agreed to beside showing something, whole: nobody agrees to what they have not seen.
fn agreed(texts: &Texts, sheet: &mut Sheet, disclosure: &Disclosure) {
    for one in &disclosure.agreed {
        sheet.gap();
        sheet.heading(texts.text("present-agrees"));
        if let Transaction::Statement(text) = one.data.transaction() {
            sheet.whole(text);
        }
    }
}

/// Which items would be marked as active there, who writes it down, and what that ends.
fn leases(texts: &Texts, sheet: &mut Sheet, disclosure: &Disclosure, now: Timestamp) {
    for lease in &disclosure.leases {
        sheet.gap();
        let values = [
            ("name", (&lease.name).into()),
            ("world", disclosure.world.origin().into()),
            ("ledger", lease.ledger.origin().into()),
        ];
        sheet.heading(texts.with("present-lease", &values));
        let until = lease.until(now).to_string();
        sheet.value(texts.text("present-lease-until"), &until);
        sheet.text(texts, "present-lease-means", &values);
        if let Some(ends) = &lease.ends {
            let said = release::words(texts, ends);
            sheet.careful(texts.with("present-lease-ends", &[("said", said.into())]));
        }
    }
}

fn optional(texts: &Texts, sheet: &mut Sheet, optional: &[Optional]) {
    for set in optional {
        let queries: Vec<&str> = set.query_ids.iter().map(|id| id.as_str()).collect();
        let names: Vec<String> = set
            .holdings
            .iter()
            .map(|(id, name)| {
                let id = short(&id.to_string());
                texts.with("holding-named", &[("name", name.into()), ("id", id.into())])
            })
            .collect();
        let first = set.holdings.first();
        let id = first.map_or_else(String::new, |(id, _)| short(&id.to_string()));
        let (query, names) = (
            queries.first().copied().unwrap_or_default(),
            names.join(", "),
        );
        sheet.gap();
        let values = [
            ("query", query.into()),
            ("names", names.into()),
            ("id", id.into()),
        ];
        sheet.text(texts, "present-optional", &values);
    }
}

/// What goes along of the ledger, and by which command there is newer.
fn ledger(texts: &Texts, sheet: &mut Sheet, shown: &ShownCopy, now: Timestamp) {
    match shown.ledger {
        None => {}
        Some(LedgerWord::Until(until)) if until > now => {
            let values = [("time", until.to_string().into())];
            sheet.text(texts, "present-ledger", &values);
        }
        Some(LedgerWord::Until(_) | LedgerWord::None) => {
            sheet.text(texts, "present-ledger-old", &[]);
        }
    }
}

fn copy(texts: &Texts, sheet: &mut Sheet, shown: &ShownCopy, around: &Around, detail: Detail) {
    sheet.heading(texts.with(
        "present-will-see",
        &[
            ("kind", texts.text(kind_text(shown.kind)).into()),
            ("name", (&shown.name).into()),
            ("issuer", shown.issuer.origin().into()),
        ],
    ));
    let id = match shown.certainty {
        Certainty::Fresh => "present-copy-fresh",
        Certainty::KnownToWorld => "present-copy-known",
        Certainty::Doubtful => "present-copy-doubtful",
    };
    sheet.text(
        texts,
        id,
        &[
            ("number", shown.number.into()),
            ("count", shown.count.into()),
        ],
    );
    sheet.text(
        texts,
        "present-copies-left",
        &[("count", shown.left.into())],
    );
    if shown.refill == Refill::Due {
        let id = short(&shown.holding.to_string());
        let values = [("name", (&shown.name).into()), ("id", id.into())];
        sheet.careful(texts.with("present-refill", &values));
    }
    ledger(texts, sheet, shown, around.now);
    let spoken: Vec<(&ShownClaim, &str)> = SPOKEN
        .iter()
        .map(|(place, id)| (*place, *id, below as fn(&ShownClaim) -> &str))
        .chain(
            BESIDE
                .iter()
                .map(|(place, id)| (*place, *id, at as fn(&ShownClaim) -> &str)),
        )
        .filter_map(|(place, id, place_of)| {
            let claim = shown.claims.iter().find(|claim| place_of(claim) == place)?;
            Some((claim, id))
        })
        .collect();
    for (claim, id) in &spoken {
        sheet.value(texts.text(id), &said(claim));
    }
    let is_spoken = |claim: &&ShownClaim| {
        spoken
            .iter()
            .any(|(other, _)| other.pointer == claim.pointer)
    };
    let mut more: Vec<&ShownClaim> = shown
        .claims
        .iter()
        .filter(|claim| !is_spoken(claim))
        .collect();
    let (told, others) = match detail {
        Detail::Everything => {
            let all = more.len();
            more.retain(|claim| !repeated(claim, &shown.claims));
            let same = all.saturating_sub(more.len());
            (std::mem::take(&mut more), ("present-same-terms", same))
        }
        Detail::Headline => {
            let asked = |claim: &&&ShownClaim| claim.wish == Wish::Asked;
            let told: Vec<&ShownClaim> = more.iter().filter(asked).copied().collect();
            let others = more.len().saturating_sub(told.len());
            (told, ("present-others", others))
        }
    };
    for claim in told {
        let (label, value) = spelled(texts, claim);
        sheet.value(label, &value);
    }
    if let (id, count @ 1..) = others {
        sheet.text(texts, id, &[("count", count.into())]);
    }
    let unasked = |claim: &&ShownClaim| claim.wish == Wish::ComesAlong;
    let unasked = shown.claims.iter().filter(unasked).count();
    if unasked > 0 {
        let id = match shown.format {
            Format::DcSdJwt => "present-stands-openly",
            Format::LdpVc => "present-comes-along",
        };
        sheet.text(texts, id, &[("count", unasked.into())]);
    }
    if !shown.alternatives.is_empty() {
        let values = [
            ("count", shown.alternatives.len().into()),
            ("query", shown.query_id.as_str().into()),
        ];
        sheet.text(texts, "present-alternatives", &values);
        for id in shown.alternatives.iter().take(MAX_OTHERS) {
            if let Some(line) = around.others.iter().find(|line| line.id == *id) {
                let values = apart(line, &around.personas);
                sheet.text(texts, "present-alternative", &values);
            }
        }
        if let more @ 1.. = shown.alternatives.len().saturating_sub(MAX_OTHERS) {
            sheet.text(
                texts,
                "present-alternatives-more",
                &[("count", more.into())],
            );
        }
    }
}

/// The place of a claim.
fn at(claim: &ShownClaim) -> &str {
    &claim.pointer
}

/// The place of a claim below the subject, which is the whole of an SD-JWT VC.
fn below(claim: &ShownClaim) -> &str {
    let pointer = &claim.pointer;
    pointer
        .strip_prefix("/credentialSubject")
        .unwrap_or(pointer)
}

/// Whether the creator's terms say the same here as the terms of the usage right, which are shown.
fn repeated(claim: &ShownClaim, all: &[ShownClaim]) -> bool {
    let Some(term) = below(claim).strip_prefix(CREATORS_TERMS) else {
        return false;
    };
    let twin = format!("{TERMS}{term}");
    all.iter()
        .any(|other| below(other) == twin && other.value == claim.value)
}

/// A claim with its label: license terms in words, anything else by its place.
fn spelled(texts: &Texts, claim: &ShownClaim) -> (String, String) {
    for (beginning, id) in [
        (CREATORS_TERMS, "claim-creators-term"),
        (TERMS, "claim-term"),
    ] {
        let term = below(claim).strip_prefix(beginning);
        if let Some((label, said)) = term.and_then(|term| license::term(term, &claim.value, texts))
        {
            return (texts.with(id, &[("term", label.into())]), said);
        }
    }
    let place = unnumbered(&claim.pointer);
    let named = NAMED.iter().find(|(known, _)| *known == place);
    let named = named.or_else(|| NAMED_BELOW.iter().find(|(place, _)| *place == below(claim)));
    if let Some((_, id)) = named {
        return (texts.text(id), said(claim));
    }
    (spaced(below(claim)), said(claim))
}

fn stays(texts: &Texts, sheet: &mut Sheet, disclosure: &Disclosure) {
    sheet.heading(texts.text("present-stays"));
    for shown in disclosure
        .shown
        .iter()
        .filter(|copy| !copy.withheld.is_empty())
    {
        let claims: Vec<String> = shown
            .withheld
            .iter()
            .map(|place| claim_name(texts, place))
            .collect();
        let values = [
            ("name", (&shown.name).into()),
            ("claims", claims.join(", ").into()),
        ];
        sheet.text(texts, "present-stays-claims", &values);
    }
    let names = disclosure
        .stays
        .holdings
        .iter()
        .map(|(_, name)| name.as_str());
    let mut names: Vec<&str> = names.collect();
    let more = names.len().saturating_sub(MAX_NAMES);
    names.truncate(MAX_NAMES);
    if !names.is_empty() {
        let values = [("names", names.join(", ").into()), ("more", more.into())];
        let id = match more {
            0 => "present-stays-holdings",
            _ => "present-stays-more-holdings",
        };
        sheet.text(texts, id, &values);
    }
    let personas = disclosure.stays.personas;
    if personas > 0 {
        sheet.text(
            texts,
            "present-stays-personas",
            &[("count", personas.into())],
        );
    }
    sheet.text(texts, "present-stays-always", &[]);
}

/// A claim of a credential by the word for people, when there is one.
fn claim_name(texts: &Texts, place: &str) -> String {
    let id = match place {
        "/license" => Some("claim-license"),
        "/provenance" => Some("claim-provenance"),
        place => SPOKEN
            .iter()
            .find(|(known, _)| *known == place)
            .map(|(_, id)| *id),
    };
    id.map_or_else(|| sanitize::brief(&spaced(place)), |id| texts.text(id))
}

/// Claims by the words for people.
fn claim_names(texts: &Texts, claims: &[Claim]) -> String {
    let names: Vec<String> = claims
        .iter()
        .map(|claim| match claim {
            Claim::Creator => texts.text("claim-creator"),
            Claim::Dates => texts.text("claim-dates"),
            Claim::ItemClass => texts.text("claim-item-class"),
            Claim::License => texts.text("claim-license"),
            Claim::Look => texts.text("claim-look"),
            Claim::PersonaName => texts.text("claim-persona-name"),
            Claim::Serial => texts.text("claim-serial"),
            Claim::Status => texts.text("claim-status"),
            Claim::Other(place) => claim_name(texts, place),
        })
        .collect();
    names.join(", ")
}

fn links<'n>(
    texts: &Texts,
    sheet: &mut Sheet,
    disclosure: &Disclosure,
    name: &impl Fn(&HoldingId) -> &'n str,
    face: &impl Fn(PersonaIndex) -> &'n str,
) {
    sheet.heading(texts.text("present-can-link"));
    if disclosure.links.is_empty() {
        sheet.text(texts, "present-link-none", &[]);
    }
    for link in &disclosure.links {
        match link {
            Link::IssuerRecognizes { issuer, holding } => sheet.text(
                texts,
                "present-link-issuer",
                &[
                    ("name", name(holding).into()),
                    ("world", issuer.origin().into()),
                ],
            ),
            Link::KnownHere { holding } => {
                sheet.text(
                    texts,
                    "present-link-known",
                    &[("name", name(holding).into())],
                );
            }
            Link::MaybeSeenElsewhere { holding } => {
                sheet.text(
                    texts,
                    "present-link-maybe",
                    &[("name", name(holding).into())],
                );
            }
            Link::CreatorIsYou { holding, persona } => {
                let values = [
                    ("name", name(holding).into()),
                    ("persona", face(*persona).into()),
                ];
                sheet.text(texts, "present-link-creator", &values);
            }
            Link::ByItself { holding, claims } => {
                let values = [
                    ("name", name(holding).into()),
                    ("claims", claim_names(texts, claims).into()),
                ];
                sheet.text(texts, "present-link-itself", &values);
            }
            Link::SameValues {
                holding,
                claims,
                worlds,
            } => {
                let worlds: Vec<&str> = worlds.iter().map(|world| world.origin()).collect();
                let values = [
                    ("name", name(holding).into()),
                    ("claims", claim_names(texts, claims).into()),
                    ("worlds", worlds.join(", ").into()),
                ];
                sheet.text(texts, "present-link-values", &values);
            }
            Link::SameValuesHere { holding, claims } => {
                let values = [
                    ("name", name(holding).into()),
                    ("claims", claim_names(texts, claims).into()),
                ];
                sheet.text(texts, "present-link-here", &values);
            }
        }
    }
}

/// A place without the numbers of elements in lists.
fn unnumbered(pointer: &str) -> String {
    let is_number =
        |part: &&str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let parts: Vec<&str> = pointer.split('/').filter(|part| !is_number(part)).collect();
    parts.join("/")
}

/// A place that has no word, step by step: `address › street`, and of lists which element.
fn spaced(pointer: &str) -> String {
    let parts = pointer.trim_start_matches('/').split('/');
    let parts: Vec<String> = parts
        .map(|part| match part.parse::<usize>() {
            Ok(at) => format!("#{}", at.saturating_add(1)),
            Err(_) => part.replace("~1", "/").replace("~0", "~"),
        })
        .collect();
    parts.join(" › ")
}

/// The value of a claim; a date that is a number as a date.
fn said(claim: &ShownClaim) -> String {
    if matches!(claim.pointer.as_str(), "/nbf" | "/exp" | "/iat")
        && let Some(seconds) = claim.value.as_i64()
    {
        return Timestamp::from_unix(seconds).to_string();
    }
    value(&claim.value)
}

fn value(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| canonical::to_text(value), str::to_owned)
}

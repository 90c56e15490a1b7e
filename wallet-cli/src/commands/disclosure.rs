//! What a world would see, what stays, and what could be joined afterwards, for people. The holder's
//! machine runs it.

use std::collections::BTreeMap;

use schemas::canonical;
use schemas::json::Value;
use wallet_core::consent::{Acquaintance, Disclosure, Link, ShownClaim, ShownCopy, Wish};
use wallet_core::{Certainty, Holding, HoldingId, Persona, PersonaIndex};

use crate::commands::list::kind_text;
use crate::commands::report::Detail;
use crate::commands::{finding, license, origin};
use crate::sheet::Sheet;
use crate::texts::Texts;

/// The claims that say who and what, by their place, in the order in which they are shown;
/// everything else is shown on request.
const SPOKEN: [(&str, &str); 10] = [
    ("/credentialSubject/personaName", "claim-persona-name"),
    ("/credentialSubject/itemClass", "claim-item-class"),
    ("/credentialSubject/serial", "claim-serial"),
    ("/issuer", "claim-issuer"),
    ("/validFrom", "claim-valid-from"),
    ("/validUntil", "claim-valid-until"),
    ("/credentialSubject/id", "claim-key"),
    ("/credentialSubject/provenance/issuer", "claim-creator"),
    (
        "/credentialSubject/provenance/credentialSubject/name",
        "claim-model",
    ),
    (
        "/credentialSubject/provenance/credentialSubject/digestMultibase",
        "claim-digest",
    ),
];

/// Further claims that have a name.
const NAMED: [(&str, &str); 6] = [
    (
        "/credentialStatus/statusListCredential",
        "claim-status-list",
    ),
    ("/credentialStatus/statusListIndex", "claim-status-place"),
    ("/credentialStatus/statusPurpose", "claim-status-purpose"),
    (
        "/credentialSubject/provenance/credentialSubject/byteLength",
        "claim-bytes",
    ),
    (
        "/credentialSubject/provenance/credentialSubject/mediaType",
        "claim-media-type",
    ),
    ("/credentialSubject/provenance/validFrom", "claim-stated-at"),
];

const TERMS: &str = "/credentialSubject/license/";
const CREATORS_TERMS: &str = "/credentialSubject/provenance/credentialSubject/license/";

/// The whole of it.
pub(crate) fn sheet(
    texts: &Texts,
    disclosure: &Disclosure,
    holdings: &[Holding],
    personas: &[Persona],
    detail: Detail,
) -> Sheet {
    let names: BTreeMap<HoldingId, &str> = holdings
        .iter()
        .map(|holding| (holding.id, holding.name.as_str()))
        .collect();
    let name = |id: &HoldingId| names.get(id).copied().unwrap_or_default();
    let face = |index: PersonaIndex| {
        let found = personas.iter().find(|persona| persona.index == index);
        found.map_or("", |persona| persona.name.as_str())
    };
    let mut sheet = Sheet::default();
    sheet.heading(texts.with(
        "present-asks",
        &[("world", disclosure.world.origin().into())],
    ));
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
    for shown in &disclosure.shown {
        sheet.gap();
        copy(texts, &mut sheet, shown, detail);
    }
    sheet.gap();
    stays(texts, &mut sheet, disclosure, &name);
    sheet.gap();
    links(texts, &mut sheet, disclosure, &name, &face);
    sheet
}

fn copy(texts: &Texts, sheet: &mut Sheet, shown: &ShownCopy, detail: Detail) {
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
    for (pointer, id) in SPOKEN {
        if let Some(claim) = shown.claims.iter().find(|claim| claim.pointer == pointer) {
            sheet.value(texts.text(id), &value(&claim.value));
        }
    }
    let spoken = |claim: &&ShownClaim| SPOKEN.iter().any(|(at, _)| *at == claim.pointer);
    let mut more: Vec<&ShownClaim> = shown.claims.iter().filter(|claim| !spoken(claim)).collect();
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
        sheet.text(texts, "present-comes-along", &[("count", unasked.into())]);
    }
    if !shown.alternatives.is_empty() {
        let values = [
            ("count", shown.alternatives.len().into()),
            ("query", shown.query_id.as_str().into()),
        ];
        sheet.text(texts, "present-alternatives", &values);
    }
}

/// Whether the creator's terms say the same here as the terms of the usage right, which are shown.
fn repeated(claim: &ShownClaim, all: &[ShownClaim]) -> bool {
    let Some(term) = claim.pointer.strip_prefix(CREATORS_TERMS) else {
        return false;
    };
    let twin = format!("{TERMS}{term}");
    all.iter()
        .any(|other| other.pointer == twin && other.value == claim.value)
}

/// A claim with its label: license terms in words, anything else by its place.
fn spelled(texts: &Texts, claim: &ShownClaim) -> (String, String) {
    for (beginning, id) in [
        (CREATORS_TERMS, "claim-creators-term"),
        (TERMS, "claim-term"),
    ] {
        let term = claim.pointer.strip_prefix(beginning);
        if let Some((label, said)) = term.and_then(|term| license::term(term, &claim.value, texts))
        {
            return (texts.with(id, &[("term", label.into())]), said);
        }
    }
    if let Some((_, id)) = NAMED.iter().find(|(at, _)| *at == claim.pointer) {
        return (texts.text(id), value(&claim.value));
    }
    let place = claim
        .pointer
        .strip_prefix("/credentialSubject/")
        .unwrap_or(&claim.pointer);
    (place.to_owned(), value(&claim.value))
}

fn stays<'n>(
    texts: &Texts,
    sheet: &mut Sheet,
    disclosure: &Disclosure,
    name: &impl Fn(&HoldingId) -> &'n str,
) {
    sheet.heading(texts.text("present-stays"));
    let names: Vec<&str> = disclosure.stays.holdings.iter().map(name).collect();
    if !names.is_empty() {
        sheet.text(
            texts,
            "present-stays-holdings",
            &[("names", names.join(", ").into())],
        );
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
            Link::SameValues { holding, worlds } => {
                let worlds: Vec<&str> = worlds.iter().map(|world| world.origin()).collect();
                sheet.text(
                    texts,
                    "present-link-values",
                    &[
                        ("name", name(holding).into()),
                        ("worlds", worlds.join(", ").into()),
                    ],
                );
            }
        }
    }
}

fn value(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| canonical::to_text(value), str::to_owned)
}

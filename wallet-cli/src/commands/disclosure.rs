//! What a world would see, what stays, and what could be joined afterwards, for people. The holder's
//! machine runs it.

use std::collections::BTreeMap;

use schemas::canonical;
use schemas::json::Value;
use wallet_core::consent::{Acquaintance, Disclosure, Link, ShownClaim, ShownCopy, Wish};
use wallet_core::{Certainty, Holding, HoldingId};

use crate::commands::list::kind_text;
use crate::commands::report::Detail;
use crate::sheet::Sheet;
use crate::texts::Texts;

/// The claims that say who and what, by their place; everything else is shown on request.
const SPOKEN: [(&str, &str); 11] = [
    ("/credentialSubject/personaName", "claim-persona-name"),
    ("/credentialSubject/itemClass", "claim-item-class"),
    ("/credentialSubject/serial", "claim-serial"),
    ("/credentialSubject/id", "claim-key"),
    ("/issuer", "claim-issuer"),
    ("/validFrom", "claim-valid-from"),
    ("/validUntil", "claim-valid-until"),
    ("/credentialSubject/provenance/issuer", "claim-creator"),
    (
        "/credentialSubject/provenance/credentialSubject/name",
        "claim-model",
    ),
    (
        "/credentialSubject/provenance/credentialSubject/digestMultibase",
        "claim-digest",
    ),
    ("/credentialSubject/license/name", "claim-license-name"),
];

/// The whole of it.
pub(crate) fn sheet(
    texts: &Texts,
    disclosure: &Disclosure,
    holdings: &[Holding],
    detail: Detail,
) -> Sheet {
    let names: BTreeMap<HoldingId, &str> = holdings
        .iter()
        .map(|holding| (holding.id, holding.name.as_str()))
        .collect();
    let name = |id: &HoldingId| names.get(id).copied().unwrap_or_default();
    let mut sheet = Sheet::default();
    sheet.heading(texts.with(
        "present-asks",
        &[("world", disclosure.world.origin().into())],
    ));
    if let Some(claimed) = disclosure.claimed_name(texts.lang()) {
        sheet.text(texts, "claims-name", &[("name", claimed.into())]);
    }
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
    links(texts, &mut sheet, disclosure, &name);
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
    let mut others = 0usize;
    for claim in &shown.claims {
        let spoken = SPOKEN.iter().find(|(pointer, _)| *pointer == claim.pointer);
        match (spoken, claim.wish, detail) {
            (Some((_, id)), _, _) => sheet.value(texts.text(id), &value(&claim.value)),
            (None, Wish::Asked, _) | (None, _, Detail::Everything) => {
                sheet.value(claim.pointer.clone(), &value(&claim.value));
            }
            (None, Wish::ComesAlong, Detail::Headline) => others = others.saturating_add(1),
        }
    }
    if others > 0 {
        sheet.text(texts, "present-others", &[("count", others.into())]);
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

//! Which rule decided about an issuer, in words: of a policy, or of what the person confirmed. The
//! holder's machine runs it.

use schemas::reason::Reason;
use verifier::trust::{Answer, Decision, Explanation, RuleName};
use verifier::{ActiveElsewhere, LedgerItems, LedgerProvenance, LedgerRules};

use crate::terminal::{Mark, Terminal};
use crate::texts::Texts;

/// Whose rules they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rules {
    /// Those of a policy file, which are named as they stand there.
    OfPolicy,
    /// Those that follow from what the person confirmed or named.
    OfPerson,
}

/// Tells it as data, an issuer after the other.
pub(crate) fn give(terminal: &mut Terminal, explanations: &[Explanation], rules: Rules) {
    if explanations.is_empty() {
        return;
    }
    terminal.data("");
    let heading = terminal.texts().text("explain-heading");
    terminal.data_heading(&heading);
    for explanation in explanations {
        let texts = terminal.texts();
        let (mark, line) = decided(texts, explanation, rules);
        let answers: Vec<String> = explanation
            .rules
            .iter()
            .map(|(rule, answer)| answered(texts, rule, *answer, rules))
            .collect();
        terminal.data_mark(mark, &line);
        for line in answers {
            terminal.data(&format!("    {line}"));
        }
    }
}

/// What a policy asks of the ledgers of items, as data.
pub(crate) fn give_ledger(terminal: &mut Terminal, rules: &LedgerRules) {
    let texts = terminal.texts();
    let age = |seconds: i64| {
        texts.with(
            "explain-ledger-age",
            &[("seconds", seconds.to_string().into())],
        )
    };
    let mut lines = vec![texts.text(match rules.items {
        LedgerItems::Announced => "explain-ledger-announced",
        LedgerItems::Required => "explain-ledger-required",
        LedgerItems::NotAsked => "explain-ledger-not-asked",
    })];
    if rules.items != LedgerItems::NotAsked {
        lines.push(age(rules.max_receipt_age));
        lines.push(match rules.quorum {
            0 => texts.text("explain-ledger-no-proof"),
            quorum => texts.with(
                "explain-ledger-quorum",
                &[
                    ("quorum", quorum.into()),
                    ("of", rules.witnesses.len().into()),
                    ("seconds", rules.max_cosignature_age.to_string().into()),
                ],
            ),
        });
        lines.push(texts.text(match rules.active_elsewhere {
            ActiveElsewhere::Ignore => "explain-elsewhere-ignore",
            ActiveElsewhere::Review => "explain-elsewhere-review",
            ActiveElsewhere::Refuse => "explain-elsewhere-refuse",
        }));
    }
    if rules.provenance == LedgerProvenance::Required {
        lines.push(texts.text("explain-ledger-life"));
    }
    let heading = texts.text("explain-ledger");
    terminal.data("");
    terminal.data_heading(&heading);
    for line in lines {
        terminal.data(&format!("    {line}"));
    }
}

fn decided(texts: &Texts, explanation: &Explanation, rules: Rules) -> (Mark, String) {
    let said = |id: &str, more: (&'static str, String)| {
        texts.with(
            id,
            &[
                ("issuer", explanation.issuer.as_str().into()),
                ("type", (&explanation.type_name).into()),
                (more.0, more.1.into()),
            ],
        )
    };
    match &explanation.decision {
        Decision::Believed(rule) => {
            let rule = named(texts, rule, rules);
            (Mark::Good, said("explain-believed", ("rule", rule)))
        }
        Decision::NotBelieved => {
            let id = match rules {
                Rules::OfPolicy => "explain-not-believed",
                Rules::OfPerson => "explain-not-confirmed",
            };
            (Mark::Bad, said(id, ("rule", String::new())))
        }
        Decision::Unknown(lists) => {
            let urls: Vec<&str> = lists.iter().map(|list| list.url.as_str()).collect();
            let urls = urls.join(", ");
            (Mark::Careful, said("explain-unknown", ("lists", urls)))
        }
        Decision::Unusable(reason) => {
            let mark = match reason {
                Reason::TrustListUnavailable => Mark::Careful,
                _ => Mark::Bad,
            };
            let sentence = reason.sentence(texts.lang());
            (mark, said("explain-unusable", ("sentence", sentence)))
        }
    }
}

fn answered(texts: &Texts, rule: &RuleName, answer: Answer, rules: Rules) -> String {
    let id = match answer {
        Answer::Believes => "explain-believes",
        Answer::OtherType => "explain-other-type",
        Answer::NotYet => "explain-not-yet",
        Answer::Over => "explain-over",
        Answer::NotListed => "explain-not-listed",
        Answer::NotKnown => "explain-not-known",
        Answer::Unusable(_) => "explain-not-usable",
    };
    let said = match answer {
        Answer::Unusable(reason) => texts.with(id, &[("reason", reason.code().into())]),
        _ => texts.text(id),
    };
    let rule = named(texts, rule, rules);
    texts.with(
        "explain-rule-says",
        &[("rule", rule.into()), ("said", said.into())],
    )
}

/// A rule as a person finds it again.
fn named(texts: &Texts, rule: &RuleName, rules: Rules) -> String {
    match (rules, rule) {
        (Rules::OfPerson, _) => texts.text("explain-by-person"),
        (Rules::OfPolicy, RuleName::Issuer(number)) => texts.with(
            "explain-rule",
            &[("table", "[[issuer]]".into()), ("number", (*number).into())],
        ),
        (Rules::OfPolicy, RuleName::TrustList { list, entry }) => {
            let table = ("table", "[[trust_list]]".into());
            let number = ("number", (*list).into());
            match entry {
                0 => texts.with("explain-rule", &[table, number]),
                entry => texts.with(
                    "explain-rule-entry",
                    &[table, number, ("entry", (*entry).into())],
                ),
            }
        }
    }
}

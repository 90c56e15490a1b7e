//! `omote check`: judges anything that a person was handed, with the verifier that worlds use. The
//! holder's machine runs it.
//!
//! Without `--policy` the worlds are believed that the person confirmed. With it, the file is judged
//! as a world of that policy would. With documents or lists at hand nobody is contacted.

use std::path::Path;

use fetch::{Client, Policy as Reach};
use schemas::asset::{AssetFacts, Shape};
use schemas::credential::CredentialType;
use schemas::dcql::DcqlQuery;
use schemas::json::{self, Limits, Object, Value};
use schemas::message::Message as _;
use schemas::object;
use schemas::reason::Reason;
use schemas::receipt::ReceiptClaims;
use schemas::time::Timestamp;
use verifier::{Audience, Challenge, LedgerRules, Policy, PresentationAsked, Report};
use wallet_core::check::{
    Aid, AtHand, CheckError, Handed, Judgment, Sort, Source, Trust, asked_by, judge_file, sort_of,
};
use wallet_core::present::ReceiptFault;

use crate::args::CheckArgs;
use crate::commands::explain::{self, Rules};
use crate::commands::report::{self, Detail};
use crate::commands::{held, license};
use crate::error::{Failure, Local};
use crate::exit::Exit;
use crate::output::{Answer, list, optional};
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};
use crate::{files, network};

/// As large as the largest model that is read.
const LARGEST: u64 = 512 * 1024 * 1024;
const LARGEST_TEXT: u64 = 1024 * 1024;
const LARGEST_BUNDLE: u64 = 8 * 1024 * 1024;

/// Judges a file, or what the wallet holds.
///
/// # Errors
/// [`Failure`] when it is nothing that can be judged; a refusal of what is judged is an answer.
pub(crate) fn run(
    args: &CheckArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    match &args.file {
        Some(file) => judge(args, file, terminal, session),
        None => held::run(args, terminal, session),
    }
}

fn judge(
    args: &CheckArgs,
    file: &Path,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let now = args.at.unwrap_or(session.now);
    let bytes = files::read(file, LARGEST)?;
    let model = args
        .model
        .as_deref()
        .map(|path| files::read(path, LARGEST))
        .transpose()?;
    let sort = sort_of(&bytes).map_err(failure)?;
    let handed = Handed {
        bytes: &bytes,
        model: model.as_deref(),
        request: request(args)?,
    };
    let policy = args.policy.as_deref().map(policy).transpose()?;
    let at_hand = at_hand(args, policy.as_ref(), now)?;
    let (trust, rules) = match (policy, sort) {
        // Whoever signed a receipt is a world that the person met, and a model has nobody to believe.
        (Some(policy), sort) if sort != Sort::Receipt && sort != Sort::Model => {
            (Trust::of_policy(policy), Rules::OfPolicy)
        }
        _ => (trust(args, terminal, session, sort)?, Rules::OfPerson),
    };
    // Whoever brings an item's whole life wants it walked.
    let trust = match args.chain.is_empty() {
        true => trust,
        false => trust.walking_chains(),
    };
    let ledger = trust.ledger();
    let judgment = match &at_hand {
        Some(at_hand) => judged(terminal, Source::AtHand(at_hand), &trust, &handed, now)?,
        None => {
            let reach = match rules {
                Rules::OfPolicy => Reach::for_worlds(&args.origin),
                Rules::OfPerson => Reach::for_worlds(trust.worlds()),
            };
            let client = Client::new(reach);
            judged(terminal, Source::Network(&client), &trust, &handed, now)?
        }
    };
    Ok(match judgment {
        Judgment::Report(report) => give_report(args, terminal, sort, &report, (rules, &ledger)),
        Judgment::Model(facts) => give_model(args, terminal, &facts),
        Judgment::Receipt(receipt) => give_receipt(terminal, &receipt),
    })
}

fn judged(
    terminal: &Terminal,
    source: Source<'_>,
    trust: &Trust,
    handed: &Handed<'_>,
    now: Timestamp,
) -> Result<Judgment, Failure> {
    let judging = judge_file(source, trust, handed, now);
    let judged = network::wait(terminal, "progress-checking", judging)?;
    Ok(judged.map_err(failure)?.finding)
}

/// The documents and lists that were named; none, and the network is asked.
fn at_hand(
    args: &CheckArgs,
    policy: Option<&Policy>,
    now: Timestamp,
) -> Result<Option<AtHand>, Failure> {
    type With = fn(AtHand, &[u8]) -> Result<AtHand, CheckError>;
    let kinds: [(&[_], With); 5] = [
        (&args.did_document, AtHand::with_document),
        (&args.status_list, AtHand::with_status_list),
        (&args.trust_list, AtHand::with_trust_list),
        (&args.item_head, AtHand::with_item_head),
        (&args.chain, AtHand::with_item_chain),
    ];
    let mut at_hand = None;
    for (paths, with) in kinds {
        for path in paths {
            let bytes = files::read(path, LARGEST_TEXT)?;
            let more = with(at_hand.unwrap_or_default(), &bytes);
            at_hand = Some(more.map_err(|error| failure(error).detail(&path.display()))?);
        }
    }
    // Without a policy nobody's bundle is believed, and the command line asks for one.
    for (path, policy) in args.bundle.iter().zip(std::iter::repeat(policy).flatten()) {
        let bytes = files::read(path, LARGEST_BUNDLE)?;
        let more = at_hand.unwrap_or_default().with_bundle(&bytes, policy, now);
        at_hand = Some(more.map_err(|error| failure(error).detail(&path.display()))?);
    }
    Ok(at_hand)
}

fn failure(error: CheckError) -> Failure {
    match error {
        CheckError::NotByItself(aid) => match aid {
            Aid::Bundle => Local::NotByItself {
                what: "aid-bundle",
                command: "omote check FILE --policy FILE --bundle FILE",
            },
            Aid::DidDocument => Local::NotByItself {
                what: "aid-did-document",
                command: "omote check FILE --did-document FILE",
            },
            Aid::StatusList => Local::NotByItself {
                what: "aid-status-list",
                command: "omote check FILE --status-list FILE",
            },
            Aid::TrustList => Local::NotByItself {
                what: "aid-trust-list",
                command: "omote check FILE --trust-list FILE",
            },
            _ => Local::NotByItself {
                what: "aid-request",
                command: "omote check FILE --request FILE",
            },
        }
        .into(),
        CheckError::Unrecognized => Local::NothingToJudge.into(),
        CheckError::RequestMissing => Failure::from(Local::RequestMissing),
        // The sentence of the code says it all.
        CheckError::Beside { reason } => Failure::of(reason),
        error => Failure::explained(error.reason(), &error),
    }
}

/// What a presentation has to answer, in one of the two ways to say it.
fn request(args: &CheckArgs) -> Result<Option<PresentationAsked>, Failure> {
    if let Some(path) = &args.request {
        let bytes = files::read(path, LARGEST_TEXT)?;
        return asked_by(&String::from_utf8_lossy(&bytes))
            .map(Some)
            .map_err(failure);
    }
    let (Some(challenge), Some(audience), Some(query)) =
        (&args.challenge, &args.audience, &args.query)
    else {
        return Ok(None);
    };
    let challenge = Challenge::new(challenge.as_str())
        .map_err(|error| Failure::explained(Reason::BadRequest, &error))?;
    let query = DcqlQuery::from_value(&value(query)?)
        .map_err(|error| Failure::explained(error.reason(), &error).detail(&query.display()))?;
    Ok(Some(PresentationAsked {
        lease: verifier::LeaseAsked::NotAsked,
        challenge,
        audience: Audience::new(audience.as_str()),
        query,
        transaction_data: args.transaction_data.clone(),
    }))
}

fn value(path: &Path) -> Result<Value, Failure> {
    let bytes = files::read(path, LARGEST_TEXT)?;
    json::read(&bytes, &Limits::document())
        .map_err(|error| Failure::explained(error.reason(), &error).detail(&path.display()))
}

fn policy(path: &Path) -> Result<Policy, Failure> {
    let bytes = files::read(path, LARGEST_TEXT)?;
    Policy::from_toml(&String::from_utf8_lossy(&bytes))
        .map_err(|error| Failure::explained(error.reason(), &error).detail(&path.display()))
}

/// Whom the person believes: the worlds that they confirmed, when the wallet opens without a
/// question, and those named here.
fn trust(
    args: &CheckArgs,
    terminal: &mut Terminal,
    session: &Session,
    sort: Sort,
) -> Result<Trust, Failure> {
    let wallet = match sort {
        Sort::Model => None,
        _ if session.home.has_wallet() => unlock::open_quietly(terminal, session)?,
        _ => None,
    };
    let pins = match &wallet {
        Some(wallet) => Trust::of_pins(wallet)?,
        None => Trust::nobody(),
    };
    let trust = args.origin.iter().cloned().fold(pins, Trust::with_world);
    let trust = args
        .creator
        .iter()
        .cloned()
        .fold(trust, Trust::with_creator);
    if sort != Sort::Model && trust.worlds().is_empty() && args.creator.is_empty() {
        terminal.mark(Mark::Careful, "check-trusts-nobody", &[]);
    }
    Ok(trust)
}

fn give_report(
    args: &CheckArgs,
    terminal: &mut Terminal,
    sort: Sort,
    report: &Report,
    by: (Rules, &LedgerRules),
) -> Answer {
    let (rules, ledger) = by;
    let detail = if args.explain {
        Detail::Everything
    } else {
        Detail::Headline
    };
    report::give(terminal, report, detail, rules);
    let item = CredentialType::Item.name();
    let mut explained = report.explanations().iter();
    if args.explain && rules == Rules::OfPolicy && explained.any(|one| one.type_name == item) {
        explain::give_ledger(terminal, ledger);
    }
    if !args.explain && report.accepted().is_none() {
        terminal.say("check-explain-next", &[]);
    }
    if sort == Sort::Provenance && report.reason() == Some(Reason::CredIssuerUntrusted) {
        terminal.say("check-creator-next", &[]);
    }
    let data = object! { "sort" => sort_code(sort), "report" => report.to_object() };
    Answer::ended(report::exit(report), data)
}

const fn sort_code(sort: Sort) -> &'static str {
    match sort {
        Sort::Credential => "credential",
        Sort::Model => "model",
        Sort::Presentation => "presentation",
        Sort::Provenance => "provenance",
        Sort::Receipt => "receipt",
        Sort::VpToken => "vp_token",
    }
}

fn give_model(args: &CheckArgs, terminal: &mut Terminal, facts: &AssetFacts) -> Answer {
    let mut data: Object = object! {
        "sort" => sort_code(Sort::Model),
        "digest" => facts.sha256.to_string(),
        "byte_length" => facts.byte_length.to_string(),
        "findings" => list(facts.findings.iter().map(|finding| Value::from(finding.kind.code()))),
    };
    match &facts.shape {
        Shape::WellFormed(model) => {
            let line = terminal.texts().with(
                "model-well-formed",
                &[("format", model.format.word().into())],
            );
            terminal.data_mark(Mark::Good, &line);
            let title = model.title.clone().unwrap_or_default();
            let rows = [
                ("model-title", title),
                ("model-authors", model.authors.join(", ")),
                ("show-digest", facts.sha256.to_string()),
                ("model-bytes", facts.byte_length.to_string()),
            ];
            let mut sheet = crate::sheet::Sheet::default();
            for (label, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
                sheet.value(terminal.texts().text(label), &value);
            }
            if let Some(terms) = model.license.as_ref().filter(|_| args.explain) {
                for line in license::permissions(terms, terminal.texts()) {
                    sheet.value(line.label, &line.value);
                }
            }
            sheet.give(terminal);
            terminal.data_text("model-nobody-vouches", &[]);
            data.insert("format", model.format.word());
            data.insert("title", optional(model.title.as_ref()));
            data.insert("well_formed", true);
            if let Some(terms) = &model.license {
                data.insert("license", terms.to_object());
            }
            for finding in &facts.findings {
                let values = [
                    ("code", finding.kind.code().into()),
                    ("place", (&finding.place).into()),
                ];
                let line = terminal.texts().with("model-finding", &values);
                terminal.data_mark(Mark::Careful, &line);
            }
            Answer::done(data)
        }
        Shape::Refused(reason) => {
            let sentence = reason.sentence(terminal.texts().lang());
            terminal.data_mark(Mark::Bad, &sentence);
            terminal.data(&format!("  {}", reason.remedy(terminal.texts().lang())));
            data.insert("well_formed", false);
            data.insert("reason", reason.code());
            Answer::ended(Exit::NotVerified, data)
        }
    }
}

fn give_receipt(terminal: &mut Terminal, receipt: &Result<ReceiptClaims, ReceiptFault>) -> Answer {
    match receipt {
        Ok(claims) => {
            let line = terminal.texts().with(
                "receipt-good",
                &[
                    ("world", claims.issuer.origin().into()),
                    ("time", claims.issued_at.to_string().into()),
                    ("verdict", claims.outcome.verdict().id().into()),
                ],
            );
            terminal.data_mark(Mark::Good, &line);
            Answer::done(object! {
                "sort" => sort_code(Sort::Receipt),
                "world" => claims.issuer.origin(),
                "issued_at" => claims.issued_at.to_string(),
                "verdict" => claims.outcome.verdict().id(),
                "presentation_digest" => claims.presentation_digest.to_string(),
            })
        }
        Err(fault) => {
            let reason = fault.reason();
            let sentence = reason.sentence(terminal.texts().lang());
            terminal.data_mark(Mark::Bad, &sentence);
            terminal.data(&format!("  {fault}"));
            let data = object! { "sort" => sort_code(Sort::Receipt), "reason" => reason.code() };
            let exit = match Exit::of(reason) {
                Exit::Network => Exit::Network,
                _ => Exit::NotVerified,
            };
            Answer::ended(exit, data)
        }
    }
}

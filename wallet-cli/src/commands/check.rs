//! `omote check`: judges anything that a person was handed, with the verifier that worlds use. The
//! holder's machine runs it.
//!
//! Without `--policy` the worlds are believed that the person confirmed. With it, the file is judged
//! as a world of that policy would.

use std::path::Path;

use fetch::{Client, Policy as Reach, settle};
use proofs::did_document::DidDocument;
use schemas::asset::{AssetFacts, Shape};
use schemas::credential::CredentialType;
use schemas::dcql::DcqlQuery;
use schemas::did::Did;
use schemas::json::{self, Limits, Object, Value};
use schemas::message::Message as _;
use schemas::object;
use schemas::reason::Reason;
use schemas::receipt::ReceiptClaims;
use verifier::{
    Asked, AssetAsked, Audience, Challenge, CredentialAsked, Evidence, Holder, Policy,
    PresentationAsked, Question, Report, StatusAsked,
};
use wallet_core::check::{
    CheckError, Handed, Judgment, Sort, Trust, asked_by, judge_file, sort_of,
};
use wallet_core::present::ReceiptFault;

use crate::args::CheckArgs;
use crate::commands::license;
use crate::commands::report::{self, Detail};
use crate::error::Failure;
use crate::exit::Exit;
use crate::output::{Answer, list, optional};
use crate::terminal::{Mark, Terminal};
use crate::unlock::{self, Session};
use crate::{files, network};

/// As large as the largest model that is read.
const LARGEST: u64 = 512 * 1024 * 1024;
const LARGEST_TEXT: u64 = 1024 * 1024;

/// Judges a file.
///
/// # Errors
/// [`Failure`] when it is nothing that can be judged; a refusal of what is judged is an answer.
pub(crate) fn run(
    args: &CheckArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    let now = args.at.unwrap_or(session.now);
    let bytes = files::read(&args.file, LARGEST)?;
    let model = args
        .model
        .as_deref()
        .map(|path| files::read(path, LARGEST))
        .transpose()?;
    let sort = sort_of(&bytes).map_err(failure)?;
    let request = request(args)?;
    let handed = Handed {
        bytes: &bytes,
        model: model.as_deref(),
        request,
    };
    let policy = args.policy.as_deref().map(policy).transpose()?;
    let judgment = match (policy, sort) {
        (
            Some(policy),
            Sort::Credential | Sort::Provenance | Sort::Presentation | Sort::VpToken,
        ) => Judgment::Report(Box::new(by_policy(
            args, terminal, &handed, sort, &policy, now,
        )?)),
        _ => {
            let trust = trust(args, terminal, session, sort)?;
            let client = Client::new(Reach::for_worlds(trust.worlds()));
            let judging = judge_file(&client, &trust, &handed, now);
            network::wait(terminal, "progress-checking", judging)?
                .map_err(failure)?
                .finding
        }
    };
    Ok(match judgment {
        Judgment::Report(report) => give_report(args, terminal, sort, &report),
        Judgment::Model(facts) => give_model(args, terminal, &facts),
        Judgment::Receipt(receipt) => give_receipt(terminal, &receipt),
    })
}

fn failure(error: CheckError) -> Failure {
    let failure = Failure::explained(error.reason(), &error);
    match error {
        CheckError::RequestMissing => failure.helped_by("omote check FILE --request FILE"),
        _ => failure,
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
        challenge,
        audience: Audience::new(audience.as_str()),
        query,
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

/// Judges as a world of this policy would; with documents at hand nobody is contacted.
fn by_policy(
    args: &CheckArgs,
    terminal: &Terminal,
    handed: &Handed<'_>,
    sort: Sort,
    policy: &Policy,
    now: schemas::time::Timestamp,
) -> Result<Report, Failure> {
    let asked = match sort {
        Sort::Provenance => credential(vec![CredentialType::AssetProvenance]),
        Sort::Presentation | Sort::VpToken => Asked::Presentation(
            handed
                .request
                .clone()
                .ok_or(CheckError::RequestMissing)
                .map_err(failure)?,
        ),
        _ => credential(vec![
            CredentialType::Avatar,
            CredentialType::Item,
            CredentialType::Other,
        ]),
    };
    let asset = match handed.model {
        None => AssetAsked::NotAsked,
        Some(model) => {
            AssetAsked::Given(Box::new(assets::facts(model, &assets::Limits::default())))
        }
    };
    let question = Question {
        asked: &asked,
        asset: &asset,
        policy,
    };
    if args.did_document.is_empty() {
        let client = Client::new(Reach::for_worlds(&args.origin));
        let settling = settle::settle(&client, &question, handed.bytes, Evidence::new(), now);
        return Ok(network::wait(terminal, "progress-checking", settling)?.0);
    }
    let mut evidence = Evidence::new();
    for path in &args.did_document {
        evidence = evidence.with_document(document(path)?, now);
    }
    Ok(verifier::verify(&question, handed.bytes, &evidence, now))
}

fn credential(types: Vec<CredentialType>) -> Asked {
    Asked::Credential(CredentialAsked {
        types,
        holder: Holder::Anyone,
        status: StatusAsked::Asked,
    })
}

fn document(path: &Path) -> Result<DidDocument, Failure> {
    let value = value(path)?;
    let did: Did = value
        .get("id")
        .and_then(Value::as_str)
        .and_then(|id| id.parse().ok())
        .ok_or_else(|| Failure::of(Reason::DidDocumentInvalid).detail(&path.display()))?;
    DidDocument::parse(&value, &did)
        .map_err(|error| Failure::explained(error.reason(), &error).detail(&path.display()))
}

fn give_report(args: &CheckArgs, terminal: &mut Terminal, sort: Sort, report: &Report) -> Answer {
    let detail = if args.explain {
        Detail::Everything
    } else {
        Detail::Headline
    };
    report::give(terminal, report, detail);
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

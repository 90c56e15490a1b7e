//! `omote-world offer`

use std::path::Path;

use platform::{OfferTerms, World};
use schemas::exit::Exit;
use schemas::json::{Limits, Object, Value, read};
use schemas::ledger::TransferTerms;
use schemas::license::LicenseTerms;
use schemas::message::Message;
use schemas::offering::{ApprovalAsked, OfferFlow};
use schemas::oid4vci::offer::InputMode;
use schemas::reason::Reason;

use super::arguments::{Code, Grounds, Offer, Right, Transfers};
use super::failure::Failure;
use super::output::{Output, counted};
use super::picture;

/// With what VRM and GLB files begin (glTF 2.0 section 4.4.2).
const GLB: &[u8] = b"glTF";

pub(crate) async fn run(path: &Path, offer: &Offer, output: &Output) -> Result<(), Failure> {
    picture::check(&offer.pictures)?;
    let world = super::open(path).await?;
    let (right, name, grounds) = match &offer.right {
        Right::Avatar { persona, grounds } => (
            platform::Right::Avatar {
                persona: persona.clone(),
            },
            persona.clone(),
            grounds,
        ),
        Right::Item {
            class,
            serial,
            grounds,
            ..
        } => (
            platform::Right::Item {
                class: class.clone(),
                serial: *serial,
            },
            class.clone(),
            grounds,
        ),
    };
    let statement = provenance(&world, grounds, &name)?;
    let formats = &grounds.formats;
    let terms = OfferTerms {
        license: grounds.license.as_deref().map(license).transpose()?,
        copies: grounds.copies,
        formats: (!formats.is_empty()).then(|| formats.clone()),
        flow: if grounds.login {
            OfferFlow::Authorization
        } else {
            OfferFlow::PreAuthorized
        },
        tx_code: grounds.tx_code.map(|code| match code {
            Code::Numeric => InputMode::Numeric,
            Code::Text => InputMode::Text,
        }),
        approval: if grounds.deferred {
            ApprovalAsked::Asked
        } else {
            ApprovalAsked::NotAsked
        },
        transfer: transfer(&offer.right)?,
        ..OfferTerms::new(right, statement)
    };
    let offered = world
        .offer(&terms)
        .await
        .map_err(|error| Failure::offer(path, &error))?;
    let moves = world.config().keeps_items();
    world.close().await;
    output.talk(&format!(
        "A usage right to {}, {}, open until {}.",
        match &offer.right {
            Right::Avatar { .. } => name,
            Right::Item { serial, .. } => format!("{name} {serial}"),
        },
        counted(
            u64::from(offered.copies),
            "one-time copy",
            "one-time copies"
        ),
        offered.expires,
    ));
    if moves && matches!(offer.right, Right::Item { .. }) {
        output.talk(&passes_on(terms.transfer));
    }
    output.talk(&format!(
        "To take it back:\n{}",
        super::command_about(path, "revoke", offered.grant.as_str())
    ));
    if grounds.deferred {
        output.talk(&format!(
            "It waits for you:\n{}",
            super::command_about(path, "approve", offered.grant.as_str())
        ));
    }
    if let Some(code) = &offered.tx_code {
        output.talk(&format!(
            "A code to tell the person by another way, now and never again: {}",
            code.reveal()
        ));
    }
    output.talk("Hand this link to the person:");
    let link = offered.link.to_link();
    output.answer(&link, offered.to_object())?;
    picture::show(&offer.pictures, &link, output)
}

/// What the terms of an item let its holder do.
fn passes_on(terms: TransferTerms) -> String {
    let often = match (terms.allowed, terms.most) {
        (false, _) => return "It cannot be passed on.".to_owned(),
        (true, None) => "any number of times".to_owned(),
        (true, Some(most)) => counted(most, "time", "times"),
    };
    let consent = if terms.creator {
        ", each time with the consent of its creator"
    } else {
        ""
    };
    format!("It can be passed on {often}{consent}.")
}

/// Whether the holder of an item may pass it on.
fn transfer(right: &Right) -> Result<TransferTerms, Failure> {
    let Right::Item {
        transfers,
        creator_consent,
        ..
    } = right
    else {
        return Ok(TransferTerms::FREE);
    };
    let most = match transfers {
        Transfers::Freely => None,
        Transfers::AtMost(most) => Some(*most),
        Transfers::Never if *creator_consent => {
            let what = "--creator-consent goes with an item that may be passed on";
            return Err(Failure::new(Reason::BadRequest, what).ending(Exit::Usage));
        }
        Transfers::Never => return Ok(TransferTerms::NEVER),
    };
    Ok(TransferTerms {
        allowed: true,
        most,
        creator: *creator_consent,
    })
}

fn provenance(world: &World, grounds: &Grounds, name: &str) -> Result<Object, Failure> {
    match (&grounds.provenance, &grounds.model) {
        (Some(path), _) => statement(path),
        (None, Some(path)) => {
            let file = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
            world
                .state_provenance(&file, name)
                .map_err(|error| Failure::new(error.reason(), error.to_string()))
        }
        (None, None) => Err(Failure::new(
            Reason::ProvenanceMissing,
            "an offer needs --provenance or --model",
        )
        .ending(Exit::Usage)),
    }
}

/// The creator's statement. Whoever names the model file itself is told so.
fn statement(path: &Path) -> Result<Object, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    if bytes.starts_with(GLB) {
        let file = path.display();
        let what = format!("{file} is a model file and no statement about one");
        return Err(Failure::new(Reason::ParseError, what)
            .ending(Exit::Usage)
            .helped(format!(
                "When this world made it: --model {file}. Otherwise its creator states where it comes \
                 from: omote provenance {file}"
            )));
    }
    parse(path, &bytes)
}

fn license(path: &Path) -> Result<LicenseTerms, Failure> {
    LicenseTerms::from_value(&Value::Object(object(path)?))
        .map_err(|error| Failure::new(error.reason(), format!("{}: {error}", path.display())))
}

fn object(path: &Path) -> Result<Object, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    parse(path, &bytes)
}

fn parse(path: &Path, bytes: &[u8]) -> Result<Object, Failure> {
    match read(bytes, &Limits::document()) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Failure::new(
            Reason::ParseError,
            format!("{} is not a JSON object", path.display()),
        )),
        Err(error) => Err(Failure::new(
            error.reason(),
            format!("{}: {error}", path.display()),
        )),
    }
}

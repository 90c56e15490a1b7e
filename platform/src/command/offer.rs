//! `omote-world offer`

use std::path::Path;

use platform::{OfferTerms, World};
use schemas::exit::Exit;
use schemas::json::{Limits, Object, Value, read};
use schemas::license::LicenseTerms;
use schemas::message::Message;
use schemas::reason::Reason;

use super::arguments::{Grounds, Offer, Right};
use super::failure::Failure;
use super::output::Output;

pub(crate) async fn run(path: &Path, offer: &Offer, output: &Output) -> Result<(), Failure> {
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
        } => (
            platform::Right::Item {
                class: class.clone(),
                serial: *serial,
            },
            class.clone(),
            grounds,
        ),
    };
    let terms = OfferTerms {
        right,
        provenance: provenance(&world, grounds, &name)?,
        license: grounds.license.as_deref().map(license).transpose()?,
        copies: grounds.copies,
    };
    let offered = world
        .offer(&terms)
        .await
        .map_err(|error| Failure::offer(&error))?;
    world.close().await;
    output.talk(&format!(
        "A usage right to {name}, {} one-time copies, open until {}.\n\
         To take it back: {} {}\n\
         Hand this link to the person:",
        offered.copies,
        offered.expires,
        super::command_line(path, "revoke"),
        offered.grant
    ));
    output.answer(&offered.link.to_link(), offered.to_object())
}

fn provenance(world: &World, grounds: &Grounds, name: &str) -> Result<Object, Failure> {
    match (&grounds.provenance, &grounds.model) {
        (Some(path), _) => object(path),
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

fn license(path: &Path) -> Result<LicenseTerms, Failure> {
    LicenseTerms::from_value(&Value::Object(object(path)?))
        .map_err(|error| Failure::new(error.reason(), format!("{}: {error}", path.display())))
}

fn object(path: &Path) -> Result<Object, Failure> {
    let bytes = std::fs::read(path).map_err(|error| Failure::file(path, &error))?;
    match read(&bytes, &Limits::document()) {
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

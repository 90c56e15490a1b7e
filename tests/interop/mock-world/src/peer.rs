//! A peer for the speed table: `ssi` verifies credentials, one after the other, on one thread.
//!
//! The arguments and the answer are those of README.md of this workspace. Nothing is fetched: keys
//! and contexts are in memory before the clock starts.

use std::collections::HashMap;
use std::error::Error;
use std::time::Instant;

use iref::IriBuf;
use mock_world::contexts;
use mock_world::oracle::{Credential, resolver};
use serde_json::json;
use ssi::claims::VerificationParameters;
use ssi::claims::data_integrity::from_json_str;
use ssi::json_ld::ContextLoader;
use ssi::verification_methods::{AnyMethod, VerificationMethodResolver as _};
use ssi::xsd::DateTimeStamp;

const USAGE: &str =
    "usage: peer-ssi INPUT eddsa-rdfc-2022 [--at TIME] [--rounds N] [--context URL=FILE]...";

type Parameters = VerificationParameters<HashMap<IriBuf, AnyMethod>, ContextLoader>;

struct Arguments {
    input: String,
    at: Option<DateTimeStamp>,
    rounds: usize,
    contexts: HashMap<String, String>,
}

fn arguments() -> Result<Arguments, Box<dyn Error>> {
    let mut words = std::env::args().skip(1);
    let (input, suite) = (words.next().ok_or(USAGE)?, words.next().ok_or(USAGE)?);
    if suite != "eddsa-rdfc-2022" {
        return Err(USAGE.into());
    }
    let mut arguments = Arguments {
        input,
        at: None,
        rounds: 1,
        contexts: HashMap::new(),
    };
    while let Some(word) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        match word.as_str() {
            "--at" => arguments.at = Some(value.parse().map_err(|_| USAGE)?),
            "--rounds" => arguments.rounds = value.parse()?,
            "--context" => {
                let (url, file) = value.rsplit_once('=').ok_or(USAGE)?;
                let text = std::fs::read_to_string(file)?;
                arguments.contexts.insert(url.to_owned(), text);
            }
            _ => return Err(USAGE.into()),
        }
    }
    Ok(arguments)
}

async fn verify(text: &str, parameters: &Parameters) -> Result<(), Box<dyn Error>> {
    let credential: Credential = from_json_str(text)?;
    credential.verify(parameters).await??;
    Ok(())
}

/// The keys of all credentials, looked up once.
async fn keys(texts: &[&str]) -> Result<HashMap<IriBuf, AnyMethod>, Box<dyn Error>> {
    let resolver = resolver();
    let mut keys = HashMap::new();
    for text in texts {
        let credential: Credential = from_json_str(text)?;
        for proof in credential.proofs.iter() {
            let id = proof.verification_method.id().to_owned();
            let reference = ssi::verification_methods::ReferenceOrOwnedRef::Reference(&id);
            let method = resolver
                .resolve_verification_method(None, Some(reference))
                .await?
                .into_owned();
            keys.insert(id, method);
        }
    }
    Ok(keys)
}

async fn measure() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let input = std::fs::read_to_string(&arguments.input)?;
    let texts: Vec<&str> = input.lines().filter(|line| !line.is_empty()).collect();
    let mut parameters = VerificationParameters::from_resolver(keys(&texts).await?)
        .with_json_ld_loader(contexts::with(arguments.contexts)?);
    if let Some(at) = arguments.at {
        parameters = parameters.with_date_time(at.into());
    }
    // All of them once before the clock starts: what is read lazily is there then.
    for text in &texts {
        verify(text, &parameters).await?;
    }
    let mut times = Vec::with_capacity(texts.len() * arguments.rounds);
    for _ in 0..arguments.rounds {
        for text in &texts {
            let begin = Instant::now();
            verify(text, &parameters).await?;
            times.push(begin.elapsed().as_nanos());
        }
    }
    times.sort_unstable();
    let median = times.get(times.len() / 2).ok_or("no credentials")?;
    let answer = json!({
        "name": "ssi",
        "suite": "eddsa-rdfc-2022",
        "credentials": texts.len(),
        "rounds": arguments.rounds,
        "median_ns": u64::try_from(*median)?,
    });
    println!("{answer}");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    tokio::runtime::Builder::new_current_thread()
        .build()?
        .block_on(measure())
}

//! A peer for the speed table: `ssi` verifies credentials, one after the other, on one thread.
//!
//! The arguments and the answer are those of README.md of this workspace. Nothing is fetched: keys
//! and contexts are in memory before the clock starts.

use std::collections::HashMap;
use std::error::Error;
use std::time::Instant;

use mock_world::contexts;
use mock_world::oracle::Oracle;
use serde_json::json;
use ssi::xsd::DateTimeStamp;

const USAGE: &str =
    "usage: peer-ssi INPUT eddsa-rdfc-2022 [--at TIME] [--rounds N] [--context URL=FILE]...";

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

async fn measure() -> Result<(), Box<dyn Error>> {
    let arguments = arguments()?;
    let input = std::fs::read_to_string(&arguments.input)?;
    let texts: Vec<&str> = input.lines().filter(|line| !line.is_empty()).collect();
    let oracle = Oracle::with(contexts::with(arguments.contexts)?, arguments.at)
        .knowing_keys_of(&texts)
        .await?;
    // All of them once before the clock starts: what is read lazily is there then.
    for text in &texts {
        oracle.credential(text.as_bytes()).await?;
    }
    let mut times = Vec::with_capacity(texts.len() * arguments.rounds);
    for _ in 0..arguments.rounds {
        for text in &texts {
            let begin = Instant::now();
            oracle.credential(text.as_bytes()).await?;
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

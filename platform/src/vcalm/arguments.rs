//! What `omote-vcalm` can be told on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use schemas::status::StatusPurpose;

/// Serves the W3C interface for credentials (VCALM, formerly VC-API), for conformance suites.
///
/// It has keys of its own and judges proofs and data model alone: "verified" never means that
/// anybody should believe a document. A world's server is another program (omote-world).
///
/// At start it prints to stdout where it listens, which DID each cryptosuite issues under, and the
/// URL of each; GET / says the same as JSON.
#[derive(Debug, Parser)]
#[command(name = "omote-vcalm", version, about, long_about, after_help = ENDPOINTS)]
pub(crate) struct Arguments {
    /// Address to listen on. Port 0 takes a free one. Anything but loopback lets strangers sign with
    /// this program's keys.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8460")]
    pub(crate) listen: SocketAddr,

    /// File with a seed (64 hexadecimal digits), so that DIDs stay the same; without it the keys are
    /// made at start and forgotten at the end.
    #[arg(long, value_name = "FILE")]
    pub(crate) seed_file: Option<PathBuf>,

    /// Where clients reach it, when that is not http://localhost:PORT: a proxy that ends TLS.
    /// Status lists are named by it.
    #[arg(long, value_name = "URL", value_parser = public_url)]
    pub(crate) public_url: Option<String>,

    /// Give every credential that names no status an entry of this purpose in a list of ours:
    /// revocation, suspension, message or refresh.
    #[arg(long, value_name = "PURPOSE", value_parser = purpose)]
    pub(crate) status: Option<StatusPurpose>,

    /// Answer what was issued as it is, not inside {"verifiableCredential": …}: older clients and
    /// the VCDM 2.0 suite over plain http want it so.
    #[arg(long)]
    pub(crate) bare_answers: bool,
}

const ENDPOINTS: &str = "\
Endpoints:
  POST /credentials/issue                  (eddsa-jcs-2022)
  POST /suites/SUITE/credentials/issue     SUITE: eddsa-jcs-2022, eddsa-rdfc-2022,
                                           ecdsa-jcs-2019, ecdsa-rdfc-2019
  POST /envelopes/ALG/credentials/issue    ALG: EdDSA, ES256 (vc+jwt)
  POST /credentials/verify
  POST /credentials/derive                 (501: no suite here can)
  POST /credentials/status
  POST /presentations                      (or /suites/SUITE/presentations)
  POST /presentations/verify
  POST /status-lists
  GET  /status-lists/ID
  GET  /identifiers/DID
  GET  /                                   DIDs and URLs, as JSON
  GET  /health
Everything under /suites/SUITE/ verifies too: credentials/verify, presentations/verify.";

fn public_url(text: &str) -> Result<String, String> {
    let web = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"));
    let good = web.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
        && schemas::terms::is_absolute_iri(text)
        && !text.contains(['?', '#', '@']);
    if good {
        Ok(text.to_owned())
    } else {
        Err("not a URL such as https://localhost:40443, without query and fragment".to_owned())
    }
}

fn purpose(text: &str) -> Result<StatusPurpose, String> {
    text.parse()
        .map_err(|error: schemas::status::UnknownPurpose| error.to_string())
}

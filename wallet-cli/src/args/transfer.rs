//! The part of the command line that moves items. The holder's machine runs it.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use schemas::ledger::ItemTag;
use schemas::world::WorldId;

use crate::args::ConsentArgs;

/// `omote me`
#[derive(Debug, Args)]
pub(crate) struct MeArgs {
    #[arg(long, help = "arg-me-qr")]
    pub(crate) qr: bool,
    #[arg(long, value_name = "FILE", help = "arg-me-qr-png")]
    pub(crate) qr_png: Option<PathBuf>,
    #[arg(long, value_name = "ORIGIN", value_parser = super::world, help = "arg-me-world")]
    pub(crate) world: Option<WorldId>,
    #[arg(long, value_name = "NAME", help = "arg-receive-persona")]
    pub(crate) persona: Option<String>,
}

/// `omote give`
#[derive(Debug, Args)]
pub(crate) struct GiveArgs {
    #[arg(
        value_name = "ITEM",
        required_unless_present = "creator_sign",
        help = "arg-holding"
    )]
    pub(crate) holding: Option<String>,
    #[arg(
        value_name = "ADDRESS",
        required_unless_present_any = ["creator_sign", "qr_image"],
        help = "arg-address"
    )]
    pub(crate) address: Option<String>,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "address",
        help = "arg-address-image"
    )]
    pub(crate) qr_image: Option<PathBuf>,
    #[arg(
        long = "for",
        value_name = "TAG",
        allow_hyphen_values = true,
        conflicts_with_all = ["consent_request", "creator_consent", "creator_sign"],
        help = "arg-give-for"
    )]
    pub(crate) wanted: Option<ItemTag>,
    #[arg(long, value_name = "SPAN", value_parser = lasting, help = "arg-give-until")]
    pub(crate) until: Option<i64>,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["creator_consent", "consent", "dry_run"],
        help = "arg-consent-request"
    )]
    pub(crate) consent_request: Option<PathBuf>,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "until",
        help = "arg-creator-consent"
    )]
    pub(crate) creator_consent: Option<PathBuf>,
    #[arg(
        long,
        value_name = "FILE",
        requires = "out",
        conflicts_with_all = [
            "holding", "address", "qr_image", "until", "consent_request", "creator_consent",
        ],
        help = "arg-creator-sign"
    )]
    pub(crate) creator_sign: Option<PathBuf>,
    #[arg(
        long,
        value_name = "FILE",
        requires = "creator_sign",
        help = "arg-consent-out"
    )]
    pub(crate) out: Option<PathBuf>,
    #[arg(
        long,
        value_name = "NAME",
        requires = "creator_sign",
        help = "arg-provenance-persona"
    )]
    pub(crate) persona: Option<String>,
    #[command(flatten)]
    pub(crate) consent: ConsentArgs,
}

/// `omote accept`
#[derive(Debug, Args)]
pub(crate) struct AcceptArgs {
    #[command(flatten)]
    pub(crate) offer: OfferArgs,
    #[arg(long, value_name = "ITEM", help = "arg-accept-give")]
    pub(crate) give: Option<String>,
}

/// `omote refuse`, and of `omote accept` what is the same
#[derive(Debug, Args)]
pub(crate) struct OfferArgs {
    #[arg(value_name = "OFFER", help = "arg-offer")]
    pub(crate) offer: String,
    #[arg(long, value_name = "ORIGIN", value_parser = super::world, help = "arg-offer-world")]
    pub(crate) world: Option<WorldId>,
    #[command(flatten)]
    pub(crate) consent: ConsentArgs,
}

/// `omote withdraw`, `omote burn`
#[derive(Debug, Args)]
pub(crate) struct ItemArgs {
    #[arg(value_name = "ITEM", help = "arg-holding")]
    pub(crate) holding: String,
    #[command(flatten)]
    pub(crate) consent: ConsentArgs,
}

/// `omote release`
#[derive(Debug, Args)]
pub(crate) struct ReleaseArgs {
    #[arg(value_name = "ITEM", help = "arg-release")]
    pub(crate) holding: Option<String>,
    #[command(flatten)]
    pub(crate) consent: ConsentArgs,
}

/// `omote evidence …`
#[derive(Debug, Subcommand)]
pub(crate) enum EvidenceCommand {
    #[command(
        about = "about-evidence-verify",
        after_help = "example-evidence-verify"
    )]
    Verify(EvidenceArgs),
    #[command(about = "about-evidence-keep", after_help = "example-evidence-keep")]
    Keep(KeepArgs),
}

/// `omote evidence verify`
#[derive(Debug, Args)]
pub(crate) struct EvidenceArgs {
    #[arg(value_name = "FILE", help = "arg-evidence")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) keys: LedgerKeyArgs,
}

/// `omote evidence keep`
#[derive(Debug, Args)]
pub(crate) struct KeepArgs {
    #[arg(value_name = "FILE", required = true, help = "arg-evidence-files")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) keys: LedgerKeyArgs,
}

/// With which keys a ledger is judged.
#[derive(Debug, Args)]
pub(crate) struct LedgerKeyArgs {
    #[arg(long, value_name = "VKEY", help = "arg-evidence-key")]
    pub(crate) key: Vec<String>,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with = "key",
        help = "arg-evidence-document"
    )]
    pub(crate) did_document: Option<PathBuf>,
}

impl LedgerKeyArgs {
    /// Whether the person said with which.
    pub(crate) fn is_given(&self) -> bool {
        !self.key.is_empty() || self.did_document.is_some()
    }
}

/// A time span as people type it: a number with `m`, `h` or `d`. In seconds.
fn lasting(text: &str) -> Result<i64, String> {
    let wrong = || "30m | 12h | 7d".to_owned();
    let text = text.trim();
    let unit = match text.chars().last() {
        Some('m') => 60,
        Some('h') => 3600,
        Some('d') => 86_400,
        _ => return Err(wrong()),
    };
    let digits = text.get(..text.len().saturating_sub(1)).unwrap_or_default();
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let number: i64 = match is_number {
        true => digits.parse().map_err(|_| wrong())?,
        false => return Err(wrong()),
    };
    number.checked_mul(unit).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::lasting;

    #[test]
    fn time_spans_have_a_unit() {
        assert_eq!(lasting("30m"), Ok(1800));
        assert_eq!(lasting(" 12h "), Ok(43_200));
        assert_eq!(lasting("7d"), Ok(604_800));
        for wrong in [
            "",
            "d",
            "7",
            "7w",
            "-1d",
            "+1d",
            "1.5h",
            "999999999999999999d",
        ] {
            assert!(lasting(wrong).is_err(), "{wrong}");
        }
    }
}

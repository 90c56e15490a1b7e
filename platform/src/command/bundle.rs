//! `omote-world bundle make`, `show` and `verify`

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use platform::{BundleMade, BundleTerms, Clock, Gathered};
use proofs::jws::{HeaderKey, Typ, UnverifiedJws};
use schemas::bundle::{BundleClaims, BundledList, MAX_BUNDLE_BYTES};
use schemas::exit::Exit;
use schemas::json::{Number, Object, Value};
use schemas::message::Message as _;
use schemas::reason::Reason;
use schemas::time::Timestamp;
use verifier::Policy;
use verifier::bundle::{Unpacked, UnpackedKind, VerifiedBundle};

use super::arguments::{Bundle, MakeBundle};
use super::failure::Failure;
use super::output::Output;

pub(crate) fn run(config: &Path, asked: &Bundle, output: &Output) -> Result<(), Failure> {
    match asked {
        Bundle::Make(asked) => super::in_runtime(make(config, asked, output)),
        Bundle::Show { file } => show(file, output),
        Bundle::Verify { file, policy } => verify(config, file, policy.as_deref(), output),
    }
}

async fn make(config: &Path, asked: &MakeBundle, output: &Output) -> Result<(), Failure> {
    may_write(&asked.out)?;
    let world = super::open(config).await?;
    let terms = BundleTerms {
        status_lists: asked.status_lists.clone(),
        life: asked.until,
    };
    let made = world.make_bundle(&terms).await;
    world.close().await;
    let made = made.map_err(|error| Failure::new(error.reason(), error.to_string()))?;
    let gathered: Vec<Value> = made
        .gathered
        .iter()
        .map(|one| Value::Object(one.to_object()))
        .collect();
    let object = schemas::object! {
        "maker" => &made.maker,
        "made" => made.made,
        "until" => made.until,
        "partial" => made.missing().is_some(),
        "gathered" => gathered,
    };
    let lines = told(&made);
    if let Some(reason) = made.missing()
        && !asked.partial
    {
        output.talk(&lines);
        let failure = Failure::new(reason, "not everything could be had; nothing was written");
        return Err(failure
            .helped("Try again, or write what there is with --partial.")
            .with(object));
    }
    write(&asked.out, made.text.as_bytes()).map_err(|error| {
        Failure::io(&format!("{} was not written", asked.out.display()), &error)
    })?;
    output.talk(&format!(
        "Worlds that are to live by it name its maker in their trust policy:\n\
         bundle_makers = [\"{}\"]",
        made.maker
    ));
    if let Some(end) = first_end(&made) {
        output.talk(&format!(
            "The first list in it ends at {end}, before the bundle does.\n\
             Whoever needs that list is undecided from then on; how long it may be kept\n\
             is for its publisher to say (status.ttl_seconds)."
        ));
    }
    output.answer(&lines, object)
}

/// When the first list in it ends by what its publisher says, if that is before the bundle does.
fn first_end(made: &BundleMade) -> Option<Timestamp> {
    let ends = made
        .gathered
        .iter()
        .filter_map(|one| one.outcome.ok()?.own_end);
    ends.min().filter(|end| *end < made.until)
}

fn told(made: &BundleMade) -> String {
    let mut lines = vec![format!(
        "made {} by {}, until {}",
        made.made, made.maker, made.until
    )];
    lines.extend(made.gathered.iter().map(gathered_line));
    lines.join("\n")
}

fn gathered_line(one: &Gathered) -> String {
    let kind = one.kind.id();
    match one.outcome {
        Ok(times) => {
            let end = match times.own_end {
                Some(end) => format!("good until {end}"),
                None => "says no end".to_owned(),
            };
            let fetched = times.fetched;
            format!("  {kind:<12}  fetched {fetched}  {end:<31}  {}", one.name)
        }
        Err(reason) => format!("  {kind:<12}  MISSING: {reason}  {}", one.name),
    }
}

/// Nothing but an older bundle is written over.
fn may_write(path: &Path) -> Result<(), Failure> {
    if !path.exists() {
        return Ok(());
    }
    let is_bundle = text_of(path).is_ok_and(|text| unverified(&text).is_ok());
    if is_bundle {
        return Ok(());
    }
    let what = format!("{} is there already and is no bundle", path.display());
    Err(Failure::new(Reason::WorldExists, what).helped("Choose another --out."))
}

/// Beside it first and then in its place, so that nobody reads half of it.
fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let beside = path.with_file_name(name);
    let written = || -> std::io::Result<()> {
        let mut file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o644)
            .open(&beside)?;
        file.write_all(bytes)?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(&beside, path)
    };
    let done = written();
    if done.is_err() {
        let _ = fs::remove_file(&beside);
    }
    done
}

fn text_of(path: &Path) -> Result<String, Failure> {
    let fault = |error: std::io::Error| Failure::file(path, &error);
    let most = u64::try_from(MAX_BUNDLE_BYTES).unwrap_or(u64::MAX);
    let mut bytes = Vec::new();
    // One byte more, so that too long is seen as too long; and a line end.
    let file = File::open(path).map_err(fault)?;
    file.take(most.saturating_add(2))
        .read_to_end(&mut bytes)
        .map_err(fault)?;
    String::from_utf8(bytes).map_err(|_| unusable(Reason::BundleInvalid))
}

fn unusable(reason: Reason) -> Failure {
    Failure::new(reason, "the bundle is not used")
}

fn unverified(text: &str) -> Result<(Option<String>, BundleClaims), Reason> {
    let jws = UnverifiedJws::parse(text.trim_ascii(), Typ::Bundle);
    let jws = jws.map_err(|_| Reason::BundleInvalid)?;
    let maker = match jws.key_ref() {
        HeaderKey::Kid(method) => Some(method.did().to_string()),
        HeaderKey::Jwk(_) | HeaderKey::X5c(_) => None,
    };
    let claims = Value::Object(jws.unverified_claims().clone());
    let claims = BundleClaims::from_value(&claims).map_err(|error| error.reason())?;
    Ok((maker, claims))
}

fn show(file: &Path, output: &Output) -> Result<(), Failure> {
    let (maker, claims) = unverified(&text_of(file)?).map_err(unusable)?;
    let now = Clock::System.now();
    let mut lines = vec![
        "NOT VERIFIED: anybody could have written this.".to_owned(),
        format!(
            "made {} ({}), until {}, says {}",
            claims.made,
            age(claims.made, now),
            claims.until,
            maker.as_deref().unwrap_or("nobody")
        ),
    ];
    let mut contents = Vec::new();
    let mut tell = |kind: UnpackedKind, name: &str, fetched: Timestamp, issuer: Option<&str>| {
        lines.push(format!(
            "  {:<12}  fetched {fetched} ({})  {name}",
            kind.id(),
            age(fetched, now)
        ));
        let mut object = schemas::object! {
            "kind" => kind.id(),
            "name" => name,
            "fetched" => fetched,
            "age_seconds" => age_seconds(fetched, now),
        };
        if let Some(issuer) = issuer {
            object.insert("issuer", issuer);
        }
        contents.push(Value::Object(object));
    };
    for one in &claims.documents {
        tell(UnpackedKind::Document, one.did.as_str(), one.fetched, None);
    }
    for one in &claims.key_histories {
        tell(
            UnpackedKind::KeyHistory,
            one.did.as_str(),
            one.fetched,
            None,
        );
    }
    let mut list = |kind, one: &BundledList| {
        tell(
            kind,
            one.url.as_str(),
            one.fetched,
            Some(one.issuer.as_str()),
        );
    };
    for one in &claims.trust_lists {
        list(UnpackedKind::TrustList, one);
    }
    for one in &claims.status_lists {
        list(UnpackedKind::StatusList, one);
    }
    let object = schemas::object! {
        "verified" => false,
        "unverified_maker" => maker.map_or(Value::Null, Value::from),
        "made" => claims.made,
        "until" => claims.until,
        "contents" => contents,
    };
    output.answer(&lines.join("\n"), object)
}

fn age_seconds(then: Timestamp, now: Timestamp) -> Value {
    Number::from_i64(now.seconds_since(then)).map_or(Value::Null, Value::Number)
}

/// How old something is, for people.
fn age(then: Timestamp, now: Timestamp) -> String {
    let seconds = now.seconds_since(then);
    match seconds {
        ..0 => "in the future".to_owned(),
        0..120 => format!("{seconds} s old"),
        120..7200 => format!("{} min old", seconds / 60),
        7200..172_800 => format!("{} h old", seconds / 3600),
        _ => format!("{} days old", seconds / 86_400),
    }
}

fn verify(
    config: &Path,
    file: &Path,
    policy: Option<&Path>,
    output: &Output,
) -> Result<(), Failure> {
    let path: PathBuf = match policy {
        Some(path) => path.to_owned(),
        None => super::read(config)?.policy().to_owned(),
    };
    let text = fs::read_to_string(&path).map_err(|error| Failure::file(&path, &error))?;
    let policy = Policy::from_toml(&text)
        .map_err(|error| Failure::new(error.reason(), error.to_string()))?;
    let now = Clock::System.now();
    let bundle = VerifiedBundle::verify(&text_of(file)?, &policy, now)
        .map_err(|error| unusable(error.reason()))?;
    let (_, unpacked) = bundle.unpack(&policy);
    let mut lines = vec![format!(
        "verified: made {} ({}) by {}, until {}",
        bundle.claims().made,
        age(bundle.claims().made, now),
        bundle.maker(),
        bundle.claims().until
    )];
    lines.extend(unpacked.iter().map(|one| unpacked_line(one, now)));
    let contents: Vec<Value> = unpacked
        .iter()
        .map(|one| Value::Object(unpacked_object(one, now)))
        .collect();
    let object = schemas::object! {
        "verified" => true,
        "maker" => bundle.maker(),
        "made" => bundle.claims().made,
        "until" => bundle.claims().until,
        "contents" => contents,
    };
    let first = unpacked.iter().find_map(|one| one.usable(now).err());
    let Some(reason) = first else {
        return output.answer(&lines.join("\n"), object);
    };
    output.talk(&lines.join("\n"));
    let what = "the bundle is verified, and not everything in it can be used now";
    Err(Failure::new(reason, what)
        .ending(Exit::NotVerified)
        .helped("Make a new bundle, or let the trust policy allow older things.")
        .with(object))
}

fn unpacked_line(one: &Unpacked, now: Timestamp) -> String {
    let (kind, fetched) = (one.kind.id(), one.fetched);
    let standing = match (one.outcome, one.usable(now)) {
        (Ok(()), Ok(())) => format!("usable until {}", one.until),
        (Ok(()), Err(_)) => format!("TOO OLD since {}", one.until),
        (Err(reason), _) => format!("NOT USED: {reason}"),
    };
    let age = age(fetched, now);
    format!(
        "  {kind:<12}  fetched {fetched} ({age})  {standing}  {}",
        one.name
    )
}

fn unpacked_object(one: &Unpacked, now: Timestamp) -> Object {
    let usable = one.usable(now);
    let mut object = schemas::object! {
        "kind" => one.kind.id(),
        "name" => one.name.as_str(),
        "fetched" => one.fetched,
        "age_seconds" => age_seconds(one.fetched, now),
        "usable" => usable.is_ok(),
    };
    match usable {
        Ok(()) => object.insert("usable_until", one.until),
        Err(reason) => object.insert("reason", reason.code()),
    };
    object
}

#[cfg(test)]
mod tests {
    use platform::{BundleMade, Gathered, Times};
    use schemas::reason::Reason;
    use schemas::time::Timestamp;
    use verifier::bundle::UnpackedKind;

    use super::first_end;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix(1_795_000_000).plus_seconds(seconds)
    }

    fn made(ends: &[Result<Option<i64>, Reason>]) -> BundleMade {
        let gathered = |end: &Result<Option<i64>, Reason>| Gathered {
            name: "https://arena.example/status/1".to_owned(),
            kind: UnpackedKind::StatusList,
            outcome: end.map(|end| Times {
                fetched: at(0),
                own_end: end.map(at),
            }),
        };
        BundleMade {
            text: String::new(),
            maker: "did:web:arena.example".parse().unwrap(),
            made: at(0),
            until: at(1000),
            gathered: ends.iter().map(gathered).collect(),
        }
    }

    /// Whoever makes a bundle for a week out of lists for five minutes is told.
    #[test]
    fn what_ends_before_the_bundle_is_noticed() {
        let missing = Err(Reason::StatusUnavailable);
        for (ends, first) in [
            (&[][..], None),
            (&[Ok(None), missing], None),
            (&[Ok(Some(1000)), Ok(None)], None),
            (&[Ok(None), Ok(Some(900)), Ok(Some(300))], Some(300)),
        ] {
            assert_eq!(first_end(&made(ends)), first.map(at), "{ends:?}");
        }
    }
}

//! The honest journey: model, provenance, two holdings from world A, the door of world B.

use assets::make::{Prop, Recipe, glb, vrm1};
use fetch::Purpose as Sent;
use fetch::{Bearer, Client};
use platform::{Right, query_for};
use proofs::keys::SigningKey;
use schemas::asset::{AssetFacts, Shape};
use schemas::check::Verdict;
use schemas::credential::CredentialType;
use schemas::json::{Object, Value};
use schemas::ledger::LedgerEntry;
use schemas::license::{Allowance, AvatarPermission, CommercialUsage, LicenseTerms};
use schemas::message::Message as _;
use schemas::object;
use schemas::oid4vci::offer::OfferLink;
use schemas::reason::Reason;
use schemas::suite::Cryptosuite;
use schemas::time::Timestamp;
use verifier::ledger::HeadRef;
use wallet_core::consent::{Disclosure, KeepConsent, Link, ShownClaim};
use wallet_core::present::{self, Presented, VerifiedRequest, Wishes};
use wallet_core::provenance::{self, Statement, Terms};
use wallet_core::receive::{self, Copies, Wanted};
use wallet_core::{
    Format, KdfParams, NewWallet, NoKeychain, OsEntropy, Passphrase, PersonaName, Seed, SeedOrigin,
    Wallet, draw,
};

use crate::clock::now;
use crate::demo::kept::Keep;
use crate::demo::record::Record;
use crate::demo::stage::{Served, Stage};

/// What the forgeries build on.
pub(super) struct Journey {
    pub(super) model: Vec<u8>,
    pub(super) provenance: Object,
    /// The request object that world B signed.
    pub(super) request: VerifiedRequest,
    /// What was sent to world B, as it was sent.
    pub(super) vp_token: Vec<u8>,
}

/// Walks the journey. `None` when a step failed; the record says which.
pub(super) async fn walk(
    record: &mut Record<'_>,
    keep: &Keep,
    stage: &Stage,
    model: Option<Vec<u8>>,
) -> Option<Journey> {
    let model = model.unwrap_or_else(|| vrm1(&Recipe::new(terms())));
    keep.file("avatar.vrm", &model);
    let facts = record.step("model", async { inspect(&model) }).await?;
    let creator = draw::<32>(&mut OsEntropy).map(|seed| SigningKey::from_seed(&seed));
    let prop = glb(&Prop {
        name: "lantern".to_owned(),
        color: [0xD9, 0x8E, 0x04],
    });
    keep.file("item.glb", &prop);
    let statements = async {
        let seed = draw::<32>(&mut OsEntropy).map_err(|error| error.reason())?;
        let item = state(
            SigningKey::from_seed(&seed),
            &inspect(&prop)?,
            "Lantern",
            now(),
        )?;
        let creator = creator.map_err(|error| error.reason())?;
        Ok((state(creator, &facts, &title(&facts), now())?, item))
    };
    let (avatar, item) = record.step("provenance", statements).await?;
    keep.json("provenance.json", &avatar);
    let mut wallet = record.step("wallet", async { new_wallet(keep) }).await?;
    let right = Right::Avatar {
        persona: "Mika".to_owned(),
    };
    let link = stage.a.offer(right, &avatar);
    record
        .step("receive-avatar", take(&mut wallet, &stage.a, link))
        .await?;
    let right = Right::Item {
        class: "lantern".to_owned(),
        serial: 42,
    };
    let link = stage.a.offer(right, &item);
    record
        .step("receive-item", take(&mut wallet, &stage.a, link))
        .await?;
    let entered = record
        .step("enter", enter(&mut wallet, stage, keep))
        .await?;
    tell(record, &entered.disclosure);
    let Entered {
        presented,
        request,
        credential,
        ..
    } = entered;
    let checked = check_file(stage, &credential, &model);
    record.step("file", checked).await?;
    keep.json("avatar-credential.json", &credential);
    keep.case(object! {
        "id" => "file",
        "file" => "avatar-credential.json",
        "model" => "avatar.vrm",
        "expected" => "accepted",
        "issuer" => stage.a.id.origin(),
    });
    Some(Journey {
        model,
        provenance: avatar,
        request,
        vp_token: presented.vp_token,
    })
}

/// Terms as a creator would choose them who gives out avatars one by one.
fn terms() -> LicenseTerms {
    LicenseTerms {
        name: Some("Mika".to_owned()),
        version: Some("1".to_owned()),
        authors: vec!["Aoi".to_owned()],
        license_url: Some("https://vrm.dev/licenses/1.0/".to_owned()),
        avatar_permission: Some(AvatarPermission::OnlySeparatelyLicensedPerson),
        commercial_usage: Some(CommercialUsage::PersonalProfit),
        allow_redistribution: Some(Allowance::Denied),
        ..LicenseTerms::default()
    }
}

pub(super) fn inspect(model: &[u8]) -> Result<AssetFacts, Reason> {
    assets::inspect(model, &assets::Limits::default()).map_err(|error| error.reason())
}

/// What a file calls itself, when that can be a name.
fn title(facts: &AssetFacts) -> String {
    let title = match &facts.shape {
        Shape::WellFormed(model) => model.title.as_deref().unwrap_or_default(),
        Shape::Refused(_) => "",
    };
    let name: String = title
        .chars()
        .filter(|c| !c.is_control())
        .take(100)
        .collect();
    if name.trim().is_empty() {
        "Mika".to_owned()
    } else {
        name
    }
}

/// A creator's signed statement about a model file.
pub(super) fn state(
    creator: SigningKey,
    facts: &AssetFacts,
    name: &str,
    at: Timestamp,
) -> Result<Object, Reason> {
    let statement = Statement {
        facts,
        name,
        terms: Terms::OfTheFile,
        derived_from: &[],
        until: None,
        suite: Cryptosuite::EddsaJcs2022,
    };
    provenance::sign_with(creator, &statement, at).map_err(|error| error.reason())
}

/// A wallet as `omote init` makes it, with a passphrase that nobody has to type.
fn new_wallet(keep: &Keep) -> Result<Wallet, Reason> {
    let entropy = &mut OsEntropy;
    let seed = draw::<32>(entropy).map_err(|error| error.reason())?;
    let word = draw::<16>(entropy).map_err(|error| error.reason())?;
    let word = schemas::encoding::base64url::encode(&word);
    keep.secret("wallet-passphrase", word.as_bytes())?;
    let name = |text: &str| {
        text.parse::<PersonaName>()
            .map_err(|_| Reason::InternalError)
    };
    let new = NewWallet {
        passphrase: &Passphrase::new(&word).map_err(|error| error.reason())?,
        kdf: KdfParams::default(),
        seed: &Seed::from_bytes(seed),
        origin: SeedOrigin::New,
        first_persona: &name("Mika")?,
        now: now(),
    };
    let home = keep.folder().join("wallet");
    let mut wallet = Wallet::create(&home, &new, &NoKeychain, Box::new(OsEntropy))
        .map_err(|error| error.reason())?;
    // Another face, to be seen by nobody here.
    wallet
        .add_persona(&name("Night")?, now())
        .map_err(|error| error.reason())?;
    Ok(wallet)
}

/// The client that a wallet uses towards one confirmed world.
fn client_for(confirmed: &wallet_core::Confirmed) -> Client {
    Client::new(confirmed.policy())
}

/// Confirms the world, redeems its offer, keeps what arrives.
async fn take(
    wallet: &mut Wallet,
    world: &Served,
    link: impl Future<Output = Result<OfferLink, Reason>>,
) -> Result<(), Reason> {
    let offer = receive::read_offer(&link.await?.to_link()).map_err(|error| error.reason())?;
    let confirmed = wallet
        .confirm_origin(offer.world(), &world.id, now())
        .map_err(|error| error.reason())?;
    let client = client_for(&confirmed);
    let open = receive::open(&client, offer, &confirmed, now()).await;
    let open = open.map_err(|error| error.reason())?;
    let wanted = Wanted {
        persona: wallet
            .default_persona()
            .map_err(|error| error.reason())?
            .index,
        configurations: Vec::new(),
        // What is shown and forged in a tour is a document that can be read.
        format: Some(Format::LdpVc),
        copies: Copies::Usual,
        tx_code: None,
        login: None,
    };
    let consent = open.digest(&wanted);
    let arrived = receive::redeem(&client, wallet, open, &consent, &wanted, now()).await;
    let arrived = arrived.map_err(|error| error.reason())?;
    // Nobody is asked in a tour.
    let consent = KeepConsent::WhateverVerifies;
    let kept = receive::keep(&client, wallet, arrived, consent, now()).await;
    kept.map(drop).map_err(|error| error.reason())
}

struct Entered {
    presented: Presented,
    disclosure: Disclosure,
    request: VerifiedRequest,
    credential: Object,
}

/// Answers world B, and asks it how it judged.
async fn enter(wallet: &mut Wallet, stage: &Stage, keep: &Keep) -> Result<Entered, Reason> {
    let types = [CredentialType::Avatar, CredentialType::Item];
    let query = query_for(&types).map_err(|error| error.reason())?;
    let created = stage.b.ask(Some(query)).await?;
    let link = created.request_link.to_link();
    let request = present::read_request(&link).map_err(|error| error.reason())?;
    let confirmed = wallet
        .confirm_origin(request.world(), &stage.b.id, now())
        .map_err(|error| error.reason())?;
    let client = client_for(&confirmed);
    let url = created.request_link.request_uri();
    let url = url.ok_or(Reason::BadRequest)?.as_str();
    keep_request(keep, &stage.client, "enter", url).await?;
    let verified = present::open(&client, &request, &confirmed, &mut OsEntropy, now()).await;
    let verified = verified.map_err(|error| error.reason())?;
    let persona = wallet
        .default_persona()
        .map_err(|error| error.reason())?
        .index;
    let prepared = present::prepare(wallet, verified.clone(), persona, &Wishes::default(), now());
    let prepared = prepared.map_err(|error| error.reason())?;
    let disclosure = prepared.disclosure().clone();
    let accepted = prepared
        .accept(disclosure.digest())
        .map_err(|error| error.reason())?;
    let presented = present::send(&client, wallet, accepted, now()).await;
    let presented = presented.map_err(|error| error.reason())?;
    if presented.receipt.is_none() || presented.admission_token.is_none() {
        return Err(Reason::InternalError);
    }
    let state = stage
        .client
        .json(Sent::World, created.poll_url.as_str())
        .await;
    let state = state.map_err(|error| error.reason())?;
    let verdict = state.get("report").and_then(|report| report.get("verdict"));
    if verdict.and_then(Value::as_str) != Some(Verdict::Accepted.id()) {
        return Err(Reason::InternalError);
    }
    keep.file("enter-vp.json", &presented.vp_token);
    keep.case(object! {
        "id" => "enter",
        "file" => "enter-vp.json",
        "request" => "enter-request.jwt",
        "expected" => "accepted",
        "issuer" => stage.a.id.origin(),
    });
    let policy = std::fs::read(keep.folder().join("world-b/policy.toml"));
    keep.file("policy.toml", &policy.map_err(|_| Reason::InternalError)?);
    keep_document(keep, stage, &stage.a, "world-a").await?;
    keep_document(keep, stage, &stage.c, "world-c").await?;
    let credential = shown_avatar(&presented.vp_token).ok_or(Reason::InternalError)?;
    keep_status_lists(keep, stage, &credential).await?;
    keep_item_head(keep, stage, &presented.vp_token).await?;
    Ok(Entered {
        presented,
        disclosure,
        request: verified,
        credential,
    })
}

/// Leaves a world's DID document, so that what it signed can be judged when it is gone.
async fn keep_document(
    keep: &Keep,
    stage: &Stage,
    world: &Served,
    name: &str,
) -> Result<(), Reason> {
    let fetched = stage
        .client
        .resolve(&world.id.did(), now())
        .await
        .map_err(|e| e.reason())?;
    keep.file(&format!("{name}.did.json"), &fetched.value);
    Ok(())
}

/// Leaves the status lists that a credential names, so that it can be judged when its issuer is gone.
async fn keep_status_lists(keep: &Keep, stage: &Stage, credential: &Object) -> Result<(), Reason> {
    let mut kept: Vec<String> = Vec::new();
    let status = credential.get("credentialStatus");
    let entries = match status {
        Some(Value::Array(entries)) => entries.as_slice(),
        Some(entry) => std::slice::from_ref(entry),
        None => &[],
    };
    let address = |entry: &Value| Some(entry.get("statusListCredential")?.as_str()?.to_owned());
    for url in entries.iter().filter_map(address) {
        if kept.contains(&url) {
            continue;
        }
        let list = stage.client.get(Sent::StatusList, &url).await;
        let list = list.map_err(|error| error.reason())?;
        kept.push(url);
        keep.file(&format!("status-{}.json", kept.len()), list.body());
    }
    Ok(())
}

/// Leaves what the ledger says of the item now, so that it can be judged when its ledger is gone.
async fn keep_item_head(keep: &Keep, stage: &Stage, vp_token: &[u8]) -> Result<(), Reason> {
    let item = shown(vp_token, "item").ok_or(Reason::InternalError)?;
    let entry = item
        .get("credentialSubject")
        .and_then(|subject| subject.get("ledgerEntry"))
        .ok_or(Reason::LedgerEntryMissing)?;
    let entry = LedgerEntry::from_value(entry).map_err(|error| error.reason())?;
    let head = HeadRef {
        ledger: entry.ledger,
        item: entry.item,
    };
    let head = stage.client.get(Sent::ItemHead, &head.url()).await;
    keep.file(
        "item-head.json",
        head.map_err(|error| error.reason())?.body(),
    );
    Ok(())
}

/// Leaves the signed request beside what answers it.
pub(super) async fn keep_request(
    keep: &Keep,
    client: &Client,
    id: &str,
    url: &str,
) -> Result<(), Reason> {
    let fetched = client
        .get(Sent::RequestObject, url)
        .await
        .map_err(|error| error.reason())?;
    keep.file(&format!("{id}-request.jwt"), fetched.body());
    Ok(())
}

/// The avatar credential, as world B now has it.
pub(super) fn shown_avatar(vp_token: &[u8]) -> Option<Object> {
    shown(vp_token, "avatar")
}

/// The credential that answers a part of the query.
fn shown(vp_token: &[u8], part: &str) -> Option<Object> {
    let token = schemas::json::read(vp_token, &schemas::json::Limits::document()).ok()?;
    let presentation = token.get(part)?.as_array()?.first()?;
    presentation
        .get("verifiableCredential")?
        .as_array()?
        .first()?
        .as_object()
        .cloned()
}

/// World B's own server asks whether a file is the one that a credential names.
pub(super) async fn check_file(
    stage: &Stage,
    credential: &Object,
    model: &[u8],
) -> Result<(), Reason> {
    let token = std::fs::read_to_string(&stage.b.token).map_err(|_| Reason::InternalError)?;
    let bearer = Bearer::new(token.trim().to_owned()).map_err(|_| Reason::InternalError)?;
    let url = format!("{}/assets/check", stage.b.id.origin());
    let credential = schemas::canonical::object_to_bytes(credential);
    let parts = [("credential", credential.as_slice()), ("file", model)];
    let response = stage
        .client
        .post_parts(Sent::World, &url, &parts, &bearer)
        .await;
    let response = response.map_err(|error| error.reason())?;
    let report = response.json().map_err(|error| error.reason())?;
    if report.get("verdict").and_then(Value::as_str) == Some(Verdict::Accepted.id()) {
        return Ok(());
    }
    let reason = report.get("reason").and_then(Value::as_str);
    Err(reason
        .and_then(|code| code.parse().ok())
        .unwrap_or(Reason::InternalError))
}

/// What world B learned, what it did not, and what world A could recognize.
fn tell(record: &mut Record<'_>, disclosure: &Disclosure) {
    let mut learned: Vec<String> = disclosure
        .shown
        .iter()
        .map(|shown| {
            let claims: Vec<String> = shown.claims.iter().filter_map(telling).collect();
            format!("{} ({}): {}", shown.name, shown.issuer, claims.join(", "))
        })
        .collect();
    learned.extend(["demo-learned-rest", "demo-learned-keys"].map(|id| record.text(id)));
    record.list("learned", "demo-heading-learned", learned);
    let hidden = [
        "demo-hidden-person",
        "demo-hidden-personas",
        "demo-hidden-copies",
    ];
    record.list(
        "not_learned",
        "demo-heading-hidden",
        hidden.map(|id| record.text(id)).to_vec(),
    );
    let recognizes = disclosure.links.iter().find_map(|link| match link {
        Link::IssuerRecognizes { issuer, .. } => Some(issuer.origin()),
        _ => None,
    });
    let recognizes = recognizes.map(|world| record.text_with("demo-recognizes", "world", world));
    let heading = "demo-heading-recognizes";
    record.list(
        "issuer_recognizes",
        heading,
        recognizes.into_iter().collect(),
    );
}

/// The claims that tell most; the wallet shows a person all of them before they agree.
fn telling(claim: &ShownClaim) -> Option<String> {
    let name = claim.pointer.strip_prefix("/credentialSubject/")?;
    let telling = [
        "personaName",
        "itemClass",
        "serial",
        "license/avatarPermission",
    ];
    if !telling.contains(&name) {
        return None;
    }
    let name = name.rsplit('/').next().unwrap_or(name);
    Some(match &claim.value {
        Value::String(text) => format!("{name} {text}"),
        other => format!("{name} {other}"),
    })
}

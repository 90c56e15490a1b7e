//! Status lists: made, served, changed, and asked when a credential is judged.
//! Source: Bitstring Status List 1.0 sections 2 and 3; VCALM, "Status List Management".

use std::collections::BTreeMap;

use axum::http::StatusCode;
use proofs::data_integrity::ProofOptions;
use schemas::json::{Object, Value};
use schemas::object;
use schemas::reason::Reason;
use schemas::status::{Bits, MIN_BITS, StatusEntry, StatusPurpose, status_entry};
use schemas::suite::Cryptosuite;
use schemas::terms::Context;
use schemas::time::Timestamp;

use crate::issue::sign;
use crate::options::{Options, bad};
use crate::problem::{Problem, Refusal};
use crate::service::Service;
use crate::verdict::{Verdict, result};

/// Where the lists are.
const LISTS: &str = "/status-lists/";
const ENTRY: &str = "BitstringStatusListEntry";
const LIST: &str = "BitstringStatusListCredential";
/// How long others may use a copy of a list, in seconds.
const TTL: u32 = 60;
/// The most lists.
const MAX_LISTS: usize = 64;
/// A list takes no more entries than this: beyond it, free ones are hard to draw.
const FULL: u64 = MIN_BITS / 4 * 3;
/// How often an index is drawn before the list counts as full.
const DRAWS: usize = 64;
/// The longest identifier of a credential that is remembered.
const MAX_ID: usize = 2048;

/// A status that a credential is to be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    purpose: StatusPurpose,
    suite: Cryptosuite,
}

impl Asked {
    /// What a request asks for, or what every credential is given.
    pub(crate) fn of(
        service: &Service,
        options: &Options<'_>,
        credential: &Object,
        suite: Cryptosuite,
    ) -> Result<Option<Self>, Refusal> {
        let has_one = credential.contains_key("credentialStatus");
        let Some(option) = options.get("credentialStatus") else {
            // The words of a status entry are those of version 2.
            let first = credential.get("@context").and_then(Value::as_array);
            let second = first
                .and_then(|contexts| contexts.first())
                .and_then(Value::as_str)
                == Some(Context::CredentialsV2.url());
            let purpose = service.always.filter(|_| !has_one && second);
            return Ok(purpose.map(|purpose| Self { purpose, suite }));
        };
        let Value::Object(option) = option else {
            return Err(bad("the option \"credentialStatus\" has to be an object"));
        };
        if let Some(name) = option
            .keys()
            .find(|name| !["type", "statusPurpose"].contains(name))
        {
            let name = format!("credentialStatus: {name}");
            return Err(Refusal::bad(Problem::unknown_option(&name)));
        }
        if option.get("type").and_then(Value::as_str) != Some(ENTRY) {
            let detail = format!("the only credentialStatus that is given here is a {ENTRY}");
            return Err(Refusal::bad(Problem::new(Reason::StatusType, detail)));
        }
        if has_one {
            return Err(bad("the credential has a credentialStatus already"));
        }
        let purpose = match option.get("statusPurpose") {
            None => StatusPurpose::Revocation,
            Some(value) => read_purpose(value)?,
        };
        Ok(Some(Self { purpose, suite }))
    }
}

fn read_purpose(value: &Value) -> Result<StatusPurpose, Refusal> {
    let name = value.as_str().unwrap_or_default();
    name.parse()
        .map_err(|error: schemas::status::UnknownPurpose| {
            Refusal::bad(Problem::new(Reason::StatusPurpose, error.to_string()))
        })
}

/// One list.
#[derive(Debug)]
struct List {
    purpose: StatusPurpose,
    suite: Cryptosuite,
    bits: Bits,
    taken: Bits,
    entries: u64,
    changed: Timestamp,
    published: Option<Object>,
}

/// Where the status of a credential stands.
#[derive(Clone, Copy, Debug)]
struct Place {
    list: usize,
    index: u64,
}

/// All lists, and which credential has which entry.
#[derive(Debug)]
pub(crate) struct Lists {
    lists: Vec<List>,
    places: BTreeMap<String, Vec<Place>>,
}

/// An entry that was drawn for a credential.
#[derive(Clone, Debug)]
pub(crate) struct Drawn {
    place: Place,
    entry: Object,
}

impl Drawn {
    pub(crate) fn to_object(&self) -> Object {
        self.entry.clone()
    }
}

impl Lists {
    pub(crate) const fn new() -> Self {
        Self {
            lists: Vec::new(),
            places: BTreeMap::new(),
        }
    }

    /// Draws a free index, by chance: its number says nothing about when or for whom (section 5.2).
    /// It stays taken also when the credential is not made after all.
    pub(crate) fn draw(&mut self, service: &Service, asked: &Asked) -> Result<Drawn, Refusal> {
        let open = |list: &List| {
            list.purpose == asked.purpose && list.suite == asked.suite && list.entries < FULL
        };
        let number = match self.lists.iter().position(open) {
            Some(number) => number,
            None => self.create(asked.purpose, asked.suite, service.now())?,
        };
        let url = url_of(service, number);
        let list = self.lists.get_mut(number).ok_or_else(full)?;
        for _ in 0..DRAWS {
            let index = chance()? % MIN_BITS;
            if list.taken.get(index) == Some(false) {
                let _ = list.taken.set(index, true);
                list.entries += 1;
                let place = Place {
                    list: number,
                    index,
                };
                let mut entry = status_entry(list.purpose, index, &url);
                entry.insert("id", format!("{url}#{index}"));
                if list.purpose == StatusPurpose::Message {
                    entry.insert("statusMessage", messages());
                }
                return Ok(Drawn { place, entry });
            }
        }
        Err(full())
    }

    /// Remembers which credential has an entry, so that it can be named when its status changes.
    pub(crate) fn keep(&mut self, drawn: Drawn, id: Option<&str>) {
        if let Some(id) = id.filter(|id| id.len() <= MAX_ID) {
            let places = self.places.entry(id.to_owned()).or_default();
            // A credential that is given in several copies is revoked as one.
            if places.len() < 1024 {
                places.push(drawn.place);
            }
        }
    }

    fn create(
        &mut self,
        purpose: StatusPurpose,
        suite: Cryptosuite,
        now: Timestamp,
    ) -> Result<usize, Refusal> {
        if self.lists.len() >= MAX_LISTS {
            return Err(full());
        }
        self.lists.push(List {
            purpose,
            suite,
            bits: Bits::unset(MIN_BITS),
            taken: Bits::unset(MIN_BITS),
            entries: 0,
            changed: now,
            published: None,
        });
        Ok(self.lists.len() - 1)
    }

    /// The credential that carries a list; `None` when there is no such list.
    fn publish(&mut self, service: &Service, number: usize) -> Result<Option<Object>, Refusal> {
        let url = url_of(service, number);
        let Some(list) = self.lists.get_mut(number) else {
            return Ok(None);
        };
        if let Some(published) = &list.published {
            return Ok(Some(published.clone()));
        }
        let key = service.key(list.suite);
        let subject = object! {
            "id" => format!("{url}#list"),
            "type" => "BitstringStatusList",
            "statusPurpose" => list.purpose.name(),
            "encodedList" => list.bits.encode(),
            "ttl" => TTL * 1000,
        };
        let credential = object! {
            "@context" => [Context::CredentialsV2.url()],
            "id" => url.as_str(),
            "type" => ["VerifiableCredential", LIST],
            "issuer" => &key.did_key(),
            "validFrom" => list.changed,
            "credentialSubject" => subject,
        };
        let proof = ProofOptions::assertion(list.suite, key.verification_method(), service.now());
        let secured = sign(service, &credential, &proof, list.suite)?;
        list.published = Some(secured.clone());
        Ok(Some(secured))
    }

    fn set(&mut self, place: Place, value: bool, now: Timestamp) {
        if let Some(list) = self.lists.get_mut(place.list)
            && list.bits.get(place.index) != Some(value)
        {
            let _ = list.bits.set(place.index, value);
            // Of two changes in one second the later one has to look later.
            list.changed = if now > list.changed {
                now
            } else {
                list.changed.plus_seconds(1)
            };
            list.published = None;
        }
    }
}

fn full() -> Refusal {
    Refusal::with(
        StatusCode::SERVICE_UNAVAILABLE,
        Problem::new(Reason::Overloaded, "the status lists are full"),
    )
}

fn chance() -> Result<u64, Refusal> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|_| {
        let detail = "the machine gave no random bytes";
        Refusal::with(
            StatusCode::INTERNAL_SERVER_ERROR,
            Problem::new(Reason::RngFailure, detail),
        )
    })?;
    Ok(u64::from_le_bytes(bytes))
}

fn url_of(service: &Service, number: usize) -> String {
    format!("{}{LISTS}{number}", service.origin())
}

/// The list of an address, when it is one of ours.
fn number_of(service: &Service, url: &str) -> Option<usize> {
    let number = url.strip_prefix(service.origin())?.strip_prefix(LISTS)?;
    number_in(number)
}

fn number_in(text: &str) -> Option<usize> {
    let number: usize = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// What the values of a bit say: an entry with a message has to tell.
fn messages() -> Vec<Value> {
    let messages = [("0x0", "unset"), ("0x1", "set")].into_iter();
    messages
        .map(|(status, message)| object! { "status" => status, "message" => message }.into())
        .collect()
}

/// `GET /status-lists/{id}`
pub(crate) fn serve(service: &Service, id: &str) -> Result<Object, Refusal> {
    let list = match number_in(id) {
        Some(number) => service.lists().publish(service, number)?,
        None => None,
    };
    list.ok_or_else(|| Refusal::not_found(Reason::NotFound, "there is no such list"))
}

/// `POST /status-lists`: the address of a new list, and its credential.
pub(crate) fn create(
    service: &Service,
    named: Option<Cryptosuite>,
    request: &Object,
) -> Result<(String, Object), Refusal> {
    let options = Options::of(request, &[&["cryptosuite"]])?;
    let suite = options.suite(named, crate::service::DEFAULT_SUITE)?;
    if request.contains_key("id") {
        return Err(bad(
            "a list is named by this service: its id is where it is served",
        ));
    }
    let purpose = request
        .get("statusPurpose")
        .ok_or_else(|| bad("the request has no \"statusPurpose\""))?;
    let purpose = read_purpose(purpose)?;
    let number = service.lists().create(purpose, suite, service.now())?;
    let credential = service.lists().publish(service, number)?;
    Ok((url_of(service, number), credential.unwrap_or_default()))
}

/// `POST /credentials/status`: sets or unsets the bits of a credential.
pub(crate) fn update(service: &Service, request: &Object) -> Result<Object, Refusal> {
    let Some(id) = request.get("credentialId").and_then(Value::as_str) else {
        return Err(bad("the request has no \"credentialId\""));
    };
    let status = crate::options::document(request, "credentialStatus")?;
    let text = |name: &str| status.get(name).and_then(Value::as_str);
    if !matches!(text("type"), Some(ENTRY | "BitstringStatusList")) {
        let detail = format!("the only credentialStatus that is kept here is a {ENTRY}");
        return Err(Refusal::bad(Problem::new(Reason::StatusType, detail)));
    }
    let purpose = status
        .get("statusPurpose")
        .ok_or_else(|| bad("the credentialStatus has no \"statusPurpose\""))?;
    let purpose = read_purpose(purpose)?;
    let Some(value) = request.get("status").and_then(Value::as_bool) else {
        return Err(bad("the request has no \"status\" that is true or false"));
    };
    let now = service.now();
    let mut lists = service.lists();
    let named = |place: &Place| {
        let of_purpose = lists
            .lists
            .get(place.list)
            .is_some_and(|list| list.purpose == purpose);
        let index = text("statusListIndex").is_none_or(|index| place.index.to_string() == index);
        let url = text("statusListCredential")
            .is_none_or(|url| number_of(service, url) == Some(place.list));
        of_purpose && index && url
    };
    let places: Vec<Place> = lists
        .places
        .get(id)
        .map(|places| places.iter().copied().filter(named).collect())
        .unwrap_or_default();
    if places.is_empty() {
        let detail = "no such entry was issued here";
        return Err(Refusal::not_found(Reason::NotFound, detail));
    }
    for place in places {
        lists.set(place, value, now);
    }
    Ok(object! { "credentialId" => id, "status" => value })
}

/// Judges the list in a credential that carries one.
pub(crate) fn check_list(credential: &Object, verdict: &mut Verdict) {
    let names = credential.get("type").and_then(Value::strings);
    if !names.is_some_and(|names| names.contains(&LIST)) {
        return;
    }
    let Some(subject) = credential
        .get("credentialSubject")
        .and_then(Value::as_object)
    else {
        let detail = "a status list has one subject";
        verdict.error(Problem::new(Reason::StatusType, detail));
        return;
    };
    let named = subject.get("type").and_then(Value::strings);
    let purposes = subject.get("statusPurpose").and_then(Value::strings);
    let good = named == Some(vec!["BitstringStatusList"])
        && purposes.is_some_and(|purposes| !purposes.is_empty());
    if !good {
        let detail = "the subject of a status list is a BitstringStatusList with a statusPurpose";
        verdict.error(Problem::new(Reason::StatusType, detail));
    }
    let encoded = subject.get("encodedList").and_then(Value::as_str);
    if let Err(error) = Bits::decode(encoded.unwrap_or_default()) {
        let detail = format!("encodedList: {error}");
        verdict.error(Problem::new(error.reason(), detail));
    }
}

/// Asks the lists that a credential names.
pub(crate) fn check(service: &Service, credential: &Object, asked: bool, verdict: &mut Verdict) {
    let entries: &[Value] = match credential.get("credentialStatus") {
        None => return,
        Some(Value::Array(entries)) => entries,
        Some(one) => std::slice::from_ref(one),
    };
    let mut results: Vec<Value> = Vec::new();
    for entry in entries {
        let outcome = ask(service, entry);
        let verified = matches!(&outcome, Ok(Bit { problem: None, .. }));
        let mut one = result(verified, entry);
        match outcome {
            Ok(bit) => {
                one.insert("value", u32::from(bit.set));
                if let Some(problem) = bit.problem {
                    verdict.finding(asked, problem);
                }
            }
            Err(problem) => verdict.finding(asked, problem),
        }
        results.push(one.into());
    }
    verdict.results.insert("credentialStatus", results);
}

/// What a list says.
struct Bit {
    set: bool,
    problem: Option<Problem>,
}

fn ask(service: &Service, entry: &Value) -> Result<Bit, Problem> {
    let names = entry.get("type").and_then(Value::strings);
    if !names.is_some_and(|names| names.contains(&ENTRY)) {
        let detail = format!("a status of another type than {ENTRY} is not understood here");
        return Err(Problem::new(Reason::StatusType, detail));
    }
    let url = entry.get("statusListCredential").and_then(Value::as_str);
    let number = number_of(service, url.unwrap_or_default());
    // The house reads addresses of worlds alone; ours may be one that no world has, as a suite's
    // https://localhost is. Nothing is fetched from it.
    let mut readable = entry.as_object().cloned().unwrap_or_default();
    if let Some(number) = number {
        let readable_url = format!("http://localhost:1{LISTS}{number}");
        readable.insert("statusListCredential", readable_url);
    }
    let entry = StatusEntry::parse(&readable.into())
        .map_err(|error| Problem::new(error.reason(), error.to_string()))?;
    let Some(number) = number else {
        let detail = "the list of another service is not fetched here";
        return Err(Problem::new(Reason::StatusUnavailable, detail));
    };
    let lists = service.lists();
    let Some(list) = lists.lists.get(number) else {
        let detail = "this service has no such list";
        return Err(Problem::new(Reason::StatusUnavailable, detail));
    };
    if list.purpose != entry.purpose {
        let detail = "the list is for another purpose than the entry says";
        return Err(Problem::new(Reason::StatusPurpose, detail));
    }
    let set = list.bits.get(entry.index).ok_or_else(|| {
        let detail = "the index is beyond the end of the list";
        Problem::new(Reason::StatusIndexRange, detail)
    })?;
    let problem = match (entry.purpose, set) {
        (StatusPurpose::Revocation, true) => {
            Some(Problem::new(Reason::Revoked, "the credential was revoked"))
        }
        (StatusPurpose::Suspension, true) => Some(Problem::new(
            Reason::Suspended,
            "the credential is suspended",
        )),
        // A message is told, and decides nothing.
        _ => None,
    };
    Ok(Bit { set, problem })
}

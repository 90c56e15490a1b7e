//! What a world keeps of what it issued: one record an offer, by which all copies are suspended or
//! revoked together. `GET /grants`, `POST /grants/{grant}/status` and the commands beside them.
//!
//! No claims and no holder's DID; which bits of which lists belong to it stays in the store.

use crate::admission::{read_word, words};
use crate::json::{Object, Value};
use crate::message::{Kind, Members, Message, MessageError, Problem};
use crate::reason::Reason;
use crate::receipt::UniqueId;
use crate::records::{Envelope, MAX_RECORDS, read_time};
use crate::time::Timestamp;

const GRANT: Kind = Kind::new("grant", Reason::BadRequest);
const LIST: Kind = Kind::new("list of grants", Reason::BadRequest);
const CHANGE: Kind = Kind::new("change of status", Reason::BadRequest);

/// Longer names of configurations do not exist, in characters.
const MAX_CONFIGURATION: usize = 100;
/// The most characters of a name: those of a class, and a serial number.
const MAX_NAME: usize = 300;

words! {
    /// Whether what was issued holds.
    GrantStatus,
    /// It does.
    Active = "active",
    /// Not for now.
    Suspended = "suspended",
    /// No longer, for ever.
    Revoked = "revoked",
}

words! {
    /// What the world's people say of a grant that waits for them.
    Approval,
    /// Copies may be issued.
    Approved = "approved",
    /// None will be.
    Denied = "denied",
    /// Nobody has decided yet.
    Pending = "pending",
}

/// What came of one offer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrantRecord {
    /// `id`: as the answer to the offer names it.
    pub id: UniqueId,
    /// `configuration`: what was issued.
    pub configuration: String,
    /// `name`: of the avatar, or class and serial number of the item; `None` when the offer is gone.
    pub name: Option<String>,
    /// `offered_at`
    pub offered: Timestamp,
    /// `copies`: how many were issued.
    pub copies: u32,
    /// `valid_until`: when the last copy runs out.
    pub valid_until: Option<Timestamp>,
    /// `status`: of all copies.
    pub status: GrantStatus,
    /// `changed_at`: when the status changed last.
    pub changed: Option<Timestamp>,
    /// `approval`: of a deferred offer; `None` when nobody has to approve it.
    pub approval: Option<Approval>,
}

impl Message for GrantRecord {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of_member(GRANT, "grants", value)?;
        members.only(&Envelope::around(&[
            "id",
            "configuration",
            "name",
            "offered_at",
            "copies",
            "valid_until",
            "status",
            "changed_at",
            "approval",
        ]))?;
        Envelope::read(&members)?;
        let time = |name: &'static str| {
            let present = members.optional(name).is_some();
            present.then(|| read_time(&members, name)).transpose()
        };
        let configuration = members.text("configuration")?;
        let length = configuration.chars().count();
        GRANT.within("configuration", length, MAX_CONFIGURATION)?;
        let name = members.optional("name");
        let name = name.map(|_| members.text("name")).transpose()?;
        if let Some(name) = &name {
            GRANT.within("name", name.chars().count(), MAX_NAME)?;
        }
        let copies = members.natural("copies")?;
        let copies = copies.ok_or_else(|| members.fail("copies", Problem::Missing))?;
        let expected = "a number of copies";
        Ok(Self {
            id: UniqueId::read(&members, "id")?,
            configuration,
            name,
            offered: read_time(&members, "offered_at")?,
            copies: u32::try_from(copies)
                .map_err(|_| members.fail("copies", Problem::Value { expected }))?,
            valid_until: time("valid_until")?,
            status: read_word(&members, "status", GrantStatus::from_id)?,
            changed: time("changed_at")?,
            approval: match members.optional("approval") {
                Some(_) => Some(read_word(&members, "approval", Approval::from_id)?),
                None => None,
            },
        })
    }

    fn to_object(&self) -> Object {
        let mut object = crate::object! {
            "id" => self.id.as_str(),
            "configuration" => self.configuration.as_str(),
            "offered_at" => self.offered,
            "copies" => self.copies,
            "status" => self.status.id(),
        };
        let times = [
            ("valid_until", self.valid_until),
            ("changed_at", self.changed),
        ];
        for (name, time) in times {
            if let Some(time) = time {
                object.insert(name, time);
            }
        }
        if let Some(name) = &self.name {
            object.insert("name", name.as_str());
        }
        if let Some(approval) = self.approval {
            object.insert("approval", approval.id());
        }
        object
    }
}

/// Grants, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrantList {
    /// `grants`
    pub grants: Vec<GrantRecord>,
}

impl Message for GrantList {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(LIST, value)?;
        members.only(&Envelope::around(&["grants"]))?;
        members.required("v")?;
        Envelope::read(&members)?;
        let value = members.required("grants")?;
        let array = value.as_array();
        let array = array.ok_or_else(|| LIST.wrong_type("grants", "array", value))?;
        LIST.within("grants", array.len(), MAX_RECORDS)?;
        Ok(Self {
            grants: array
                .iter()
                .map(GrantRecord::from_value)
                .collect::<Result<_, _>>()?,
        })
    }

    fn to_object(&self) -> Object {
        let grants: Vec<Object> = self.grants.iter().map(Message::to_object).collect();
        crate::object! { "v" => 1, "grants" => grants }
    }
}

/// `POST /grants/{grant}/status`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StatusChange {
    /// `status`: what it is to be.
    pub status: GrantStatus,
}

impl Message for StatusChange {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(CHANGE, value)?;
        members.only(&["status"])?;
        Ok(Self {
            status: read_word(&members, "status", GrantStatus::from_id)?,
        })
    }

    fn to_object(&self) -> Object {
        crate::object! { "status" => self.status.id() }
    }
}

#[cfg(test)]
mod tests {
    use super::{Approval, GrantList, GrantRecord, GrantStatus, StatusChange};
    use crate::json::{Limits, read};
    use crate::message::Message;
    use crate::message::judged::require_same_judgment;
    use crate::reason::Reason;
    use crate::receipt::UniqueId;
    use crate::time::Timestamp;

    fn grants() -> GrantList {
        let at = |seconds: i64| Timestamp::from_unix(1_795_251_900 + seconds);
        let unused = GrantRecord {
            id: UniqueId::of_random(&[1; 16]),
            configuration: "avatar".to_owned(),
            name: None,
            offered: at(0),
            copies: 0,
            valid_until: None,
            status: GrantStatus::Active,
            changed: None,
            approval: None,
        };
        let revoked = GrantRecord {
            id: UniqueId::of_random(&[2; 16]),
            name: Some("Mika".to_owned()),
            copies: 10,
            valid_until: Some(at(9)),
            status: GrantStatus::Revoked,
            changed: Some(at(5)),
            approval: Some(Approval::Approved),
            ..unused.clone()
        };
        GrantList {
            grants: vec![unused, revoked],
        }
    }

    #[test]
    fn grants_are_read_as_they_were_written() {
        let grants = grants();
        assert_eq!(GrantList::read(&grants.to_bytes()), Ok(grants.clone()));
        require_same_judgment::<GrantList>("grant-list", &grants.to_value(), true);
        for grant in &grants.grants {
            assert_eq!(GrantRecord::read(&grant.to_bytes()), Ok(grant.clone()));
            require_same_judgment::<GrantRecord>("grant", &grant.to_value(), true);
        }
        for status in GrantStatus::ALL {
            let change = StatusChange { status };
            assert_eq!(StatusChange::read(&change.to_bytes()), Ok(change));
            require_same_judgment::<StatusChange>("grant-status", &change.to_value(), true);
        }
    }

    #[test]
    fn each_fault_is_seen_by_type_and_schema() {
        for (from, to, member) in [
            ("\"v\":1", "\"v\":2", "v"),
            ("\"copies\":10", "\"copies\":-1", "copies"),
            ("\"copies\":10", "\"copies\":4294967296", "copies"),
            ("\"status\":\"revoked\"", "\"status\":\"gone\"", "status"),
            ("\"avatar\"", "7", "configuration"),
            ("\"changed_at\"", "\"holder\"", ""),
            ("\"valid_until\":\"2", "\"valid_until\":\"x", "valid_until"),
            (
                "\"approval\":\"approved\"",
                "\"approval\":\"maybe\"",
                "approval",
            ),
            ("\"id\":\"A", "\"id\":\"%", "id"),
            ("\"grants\":[", "\"grants\":[1,", "grants"),
        ] {
            let text = String::from_utf8(grants().to_bytes()).unwrap();
            let other = text.replacen(from, to, 1);
            assert_ne!(text, other, "{from}");
            let value = read(other.as_bytes(), &Limits::message()).unwrap();
            require_same_judgment::<GrantList>("grant-list", &value, false);
            let error = GrantList::from_value(&value).unwrap_err();
            let found = (error.member(), error.reason());
            assert_eq!(found, (member, Reason::BadRequest), "{to}");
        }
        for text in [
            "{}",
            "{\"status\":\"gone\"}",
            "{\"status\":\"active\",\"a\":1}",
        ] {
            let value = read(text.as_bytes(), &Limits::message()).unwrap();
            require_same_judgment::<StatusChange>("grant-status", &value, false);
        }
    }
}

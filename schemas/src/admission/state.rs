//! What stands at the poll URL.

use crate::json::{Object, Value};
use crate::message::{Confidential, Kind, Members, Message, MessageError, Problem};
use crate::reason::Reason;
use crate::receipt::CompactJws;

const STATE: Kind = Kind::new("admission state", Reason::BadRequest);

/// How far an admission is.
#[derive(Clone, Debug, PartialEq)]
pub enum AdmissionState {
    /// `answered`: a presentation or a refusal arrived and was judged.
    Answered {
        /// `report`: the verifier's report; absent when the person declined.
        report: Option<Object>,
        /// Set when the person may enter.
        admitted: Option<Admitted>,
    },
    /// `expired`: nobody answered in time.
    Expired,
    /// `pending`
    Pending,
}

/// What an accepted presentation leaves behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admitted {
    /// `admission_token`
    pub admission_token: Confidential,
    /// `receipt`: the one that the wallet has too.
    pub receipt: CompactJws,
}

impl Message for AdmissionState {
    fn from_value(value: &Value) -> Result<Self, MessageError> {
        let members = Members::of(STATE, value)?;
        let state = members.text("state")?;
        match state.as_str() {
            "answered" => {
                // `decision` is the world's own note about its policy; nothing here reads it.
                members.only(&["state", "report", "decision", "admission_token", "receipt"])?;
                let report = members.part("report", "report")?;
                Ok(Self::Answered {
                    report: report.map(|part| part.object.clone()),
                    admitted: Admitted::read(&members)?,
                })
            }
            "expired" => members.only(&["state"]).map(|()| Self::Expired),
            "pending" => members.only(&["state"]).map(|()| Self::Pending),
            _ => {
                let expected = "answered, expired or pending";
                Err(members.fail("state", Problem::Value { expected }))
            }
        }
    }

    fn to_object(&self) -> Object {
        match self {
            Self::Answered { report, admitted } => {
                let mut object = crate::object! { "state" => "answered" };
                if let Some(report) = report {
                    object.insert("report", report.clone());
                }
                if let Some(admitted) = admitted {
                    object.insert("admission_token", admitted.admission_token.reveal());
                    object.insert("receipt", admitted.receipt.as_str());
                }
                object
            }
            Self::Expired => crate::object! { "state" => "expired" },
            Self::Pending => crate::object! { "state" => "pending" },
        }
    }
}

impl Admitted {
    /// Both or neither: nobody is admitted without a receipt.
    fn read(members: &Members<'_>) -> Result<Option<Self>, MessageError> {
        let token = CompactJws::read_member(members, "admission_token")?;
        let receipt = CompactJws::read_member(members, "receipt")?;
        match (token, receipt) {
            (Some(token), Some(receipt)) => Ok(Some(Self {
                admission_token: Confidential::new(token.as_str()),
                receipt,
            })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(members.fail("admission_token", Problem::Missing)),
            (Some(_), None) => Err(members.fail("receipt", Problem::Missing)),
        }
    }
}

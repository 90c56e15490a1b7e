//! What stands at the poll URL.

use crate::admission::decision::Decision;
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
        /// `report` and `decision`; absent when the person declined.
        judged: Option<Judged>,
        /// Set when the person may enter.
        admitted: Option<Admitted>,
    },
    /// `expired`: nobody answered in time.
    Expired,
    /// `pending`
    Pending,
    /// `review`: verified, and a person of the world decides. Nobody was admitted.
    Review {
        /// `report` and `decision`
        judged: Judged,
        /// `receipt`: the one that the wallet has too.
        receipt: CompactJws,
    },
}

/// What was made of a presentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// `report`: the verifier's.
    pub report: Object,
    /// `decision`: the policy's.
    pub decision: Decision,
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
                members.only(&["state", "report", "decision", "admission_token", "receipt"])?;
                Ok(Self::Answered {
                    judged: Judged::read(&members)?,
                    admitted: Admitted::read(&members)?,
                })
            }
            "expired" => members.only(&["state"]).map(|()| Self::Expired),
            "pending" => members.only(&["state"]).map(|()| Self::Pending),
            "review" => {
                members.only(&["state", "report", "decision", "receipt"])?;
                let missing = |name| members.fail(name, Problem::Missing);
                Ok(Self::Review {
                    judged: Judged::read(&members)?.ok_or_else(|| missing("report"))?,
                    receipt: CompactJws::read_member(&members, "receipt")?
                        .ok_or_else(|| missing("receipt"))?,
                })
            }
            _ => {
                let expected = "answered, expired, pending or review";
                Err(members.fail("state", Problem::Value { expected }))
            }
        }
    }

    fn to_object(&self) -> Object {
        match self {
            Self::Answered { judged, admitted } => {
                let mut object = crate::object! { "state" => "answered" };
                if let Some(judged) = judged {
                    judged.write(&mut object);
                }
                if let Some(admitted) = admitted {
                    object.insert("admission_token", admitted.admission_token.reveal());
                    object.insert("receipt", admitted.receipt.as_str());
                }
                object
            }
            Self::Expired => crate::object! { "state" => "expired" },
            Self::Pending => crate::object! { "state" => "pending" },
            Self::Review { judged, receipt } => {
                let mut object = crate::object! { "state" => "review" };
                judged.write(&mut object);
                object.insert("receipt", receipt.as_str());
                object
            }
        }
    }
}

impl Judged {
    /// Both or neither: there is no decision without a report, and no report without one.
    fn read(members: &Members<'_>) -> Result<Option<Self>, MessageError> {
        let report = members.part("report", "report")?;
        let decision = members.optional("decision").map(Decision::from_value);
        match (report, decision.transpose()?) {
            (Some(report), Some(decision)) => Ok(Some(Self {
                report: report.object.clone(),
                decision,
            })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(members.fail("report", Problem::Missing)),
            (Some(_), None) => Err(members.fail("decision", Problem::Missing)),
        }
    }

    fn write(&self, object: &mut Object) {
        object.insert("report", self.report.clone());
        object.insert("decision", self.decision.to_object());
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

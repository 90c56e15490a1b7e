//! The parts of issuing that come beside the plain offer: SD-JWT credentials, types that are none of
//! ours, refresh tokens, deliveries that come later, and logins.

use std::collections::HashMap;

use schemas::credential::{CredentialType, Validity};
use schemas::did::Did;
use schemas::encoding::base64url;
use schemas::form::Form;
use schemas::json::{Object, Value};
use schemas::message::Message as _;
use schemas::object;
use schemas::oid4vci::authorization::{CodeVerifier, PushedRequest};
use schemas::oid4vci::deferred::DeferredRequest;

use super::{Inside, Lie, Lost, Script};
use crate::fixture::{later, now};
use crate::http::{Answer, Asked, Reply};

/// A type that is none of ours.
pub(crate) const PASSPORT: &str = "https://types.example/passport";

/// What a world does beside the plain offer.
#[derive(Debug, Default)]
pub(crate) struct Issuing {
    /// Whether it offers a passport.
    pub(crate) passport: bool,
    /// Whether it gives refresh tokens.
    pub(crate) refills: bool,
    /// Whether the next ones are delivered later.
    pub(crate) defers: bool,
    /// Whether what was put off is ready.
    pub(crate) ready: bool,
    /// What it answers whoever asks for what was put off, instead: a status and a body.
    pub(crate) deferred_answer: Option<(u16, Object)>,
    /// Whether its metadata names its authorization server.
    pub(crate) names_server: bool,
    /// Whether it gives access to whoever does not say who asks.
    pub(crate) anonymous: bool,
    /// The fields of the last request for a token, and of the last that was pushed.
    pub(crate) asked_token: Form,
    pub(crate) asked_login: Form,
    /// Whether the offer is for people with accounts, and has no code.
    pub(crate) login: bool,
    /// How long credentials last.
    pub(crate) lifetime: Option<i64>,
    /// How many of the keys it takes, when not all.
    pub(crate) most: Option<usize>,
    tokens: u32,
    refresh: u32,
    salts: u8,
    pushed: Option<PushedRequest>,
    owed: HashMap<String, (CredentialType, bool, Vec<Did>)>,
}

/// What it says of its passports.
pub(super) fn passport() -> (String, Value) {
    let configuration = object! {
        "format" => "dc+sd-jwt",
        "vct" => PASSPORT,
        "cryptographic_binding_methods_supported" => ["jwk"],
        "proof_types_supported" => object! {
            "jwt" => object! { "proof_signing_alg_values_supported" => ["Ed25519"] },
        },
        "credential_metadata" => object! {
            "display" => [object! { "name" => "Passport of the Meadow", "locale" => "en" }],
            "claims" => [object! { "path" => ["nationality"], "mandatory" => true }],
        },
    };
    ("passport".to_owned(), Value::Object(configuration))
}

impl Issuing {
    fn salt(&mut self) -> [u8; 16] {
        self.salts = self.salts.wrapping_add(1);
        [self.salts; 16]
    }

    fn token(&mut self) -> Answer {
        self.tokens += 1;
        let mut answer = object! {
            "access_token" => format!("token-{}", self.tokens),
            "token_type" => "Bearer",
        };
        if self.refills {
            self.refresh += 1;
            answer.insert("refresh_token", format!("refresh-{}", self.refresh));
        }
        Reply::json(answer)
    }

    /// Takes no access token that it gave so far.
    pub(crate) fn end_tokens(&mut self) {
        self.tokens += 1;
    }

    /// Knows nothing any more of what it put off.
    pub(crate) fn forget_owed(&mut self) {
        self.owed.clear();
    }

    pub(super) fn knows(&self, bearer: Option<&str>) -> bool {
        bearer == Some(format!("token-{}", self.tokens).as_str())
    }
}

impl Inside {
    pub(super) fn answer_server(&self, script: &Script) -> Answer {
        let issuer = match script.lie {
            Lie::ServerOfOther => "https://b.example",
            _ => self.id.origin(),
        };
        let push = match script.lie {
            Lie::PushElsewhere => "https://b.example/par".to_owned(),
            _ => self.url("/par"),
        };
        Reply::json(object! {
            "issuer" => issuer,
            "pre-authorized_grant_anonymous_access_supported" => script.issuing.anonymous,
            "token_endpoint" => self.url("/token"),
            "authorization_endpoint" => self.url("/authorize"),
            "pushed_authorization_request_endpoint" => push,
            "code_challenge_methods_supported" => ["S256"],
        })
    }

    pub(super) fn answer_token(&self, script: &mut Script, asked: &Asked) -> Answer {
        let refused = |reason: &str| {
            let told = object! { "error" => "invalid_grant", "reason" => reason };
            Reply::json_with(400, told)
        };
        let form = Form::read(&asked.body, 1 << 16).unwrap();
        script.issuing.asked_token = form.clone();
        match form.field("grant_type").unwrap() {
            "refresh_token" => {
                // The one before is good until the next one was used.
                let given = form.field("refresh_token").unwrap();
                let last = script.issuing.refresh;
                let good = [last, last.saturating_sub(1)]
                    .iter()
                    .any(|number| given == format!("refresh-{number}"));
                match script.lie {
                    Lie::RefillTooEarly => Reply::json_with(
                        400,
                        object! { "error" => "temporarily_unavailable", "reason" => "refill_too_early" },
                    ),
                    _ if !good => refused("pre_auth_code_used"),
                    _ => script.issuing.token(),
                }
            }
            "authorization_code" => {
                let pushed = script.issuing.pushed.take().unwrap();
                let verifier = CodeVerifier::new(form.field("code_verifier").unwrap()).unwrap();
                assert_eq!(form.field("code"), Some("login-code"));
                assert_eq!(form.field("client_id"), Some(pushed.client_id.as_str()));
                assert_eq!(
                    form.field("redirect_uri"),
                    Some(pushed.redirect_uri.as_str())
                );
                assert_eq!(verifier.challenge(), pushed.challenge);
                script.issuing.token()
            }
            _ if form.field("pre-authorized_code") == Some("code-1")
                && form.field("tx_code") != Some("493536") =>
            {
                match script.lie {
                    Lie::StrangerRefusesCode => {
                        Reply::json_with(400, object! { "error" => "invalid_grant" })
                    }
                    _ => refused("tx_code_invalid"),
                }
            }
            _ => {
                let code = form.field("pre-authorized_code").unwrap();
                match self.spend(script, code) {
                    Some(false) => return refused("pre_auth_code_used"),
                    Some(true) => {}
                    None => assert_eq!(code, "code-1"),
                }
                if Self::loses(script, Lost::AfterToken) {
                    return None;
                }
                script.issuing.token()
            }
        }
    }

    pub(super) fn answer_push(&self, script: &mut Script, asked: &Asked) -> Answer {
        let pushed = PushedRequest::read(&asked.body).unwrap();
        assert!(pushed.redirect_uri.is_loopback());
        script.issuing.pushed = Some(pushed);
        script.issuing.asked_login = Form::read(&asked.body, 1 << 16).unwrap();
        Reply::json_with(
            201,
            object! { "request_uri" => "urn:ietf:params:oauth:request_uri:r1", "expires_in" => 60 },
        )
    }

    /// The state that the wallet drew, as a browser brings it back.
    pub(super) fn pushed(script: &Script) -> Option<PushedRequest> {
        script.issuing.pushed.clone()
    }

    pub(super) fn put_off(
        script: &mut Script,
        kind: CredentialType,
        is_sd: bool,
        holders: Vec<Did>,
    ) -> Answer {
        let id = format!("t-{}", script.issuing.owed.len() + 1);
        script
            .issuing
            .owed
            .insert(id.clone(), (kind, is_sd, holders));
        Reply::json_with(202, object! { "transaction_id" => id, "interval" => 5 })
    }

    pub(super) fn answer_deferred(&self, script: &mut Script, asked: &Asked) -> Answer {
        if let Some((status, body)) = script.issuing.deferred_answer.clone() {
            return Reply::json_with(status, body);
        }
        if !script.issuing.knows(asked.bearer.as_deref()) {
            return Reply::json_with(401, object! { "error" => "invalid_token" });
        }
        let request = DeferredRequest::read(&asked.body).unwrap();
        let id = request.transaction_id.reveal();
        if !script.issuing.ready {
            return Reply::json_with(202, object! { "transaction_id" => id, "interval" => 60 });
        }
        let Some((kind, is_sd, holders)) = script.issuing.owed.remove(id) else {
            return Reply::json_with(400, object! { "error" => "invalid_transaction_id" });
        };
        self.issue_all(script, kind, is_sd, &holders)
    }

    pub(super) fn issue_all(
        &self,
        script: &mut Script,
        kind: CredentialType,
        is_sd: bool,
        holders: &[Did],
    ) -> Answer {
        let mut credentials: Vec<Object> = Vec::new();
        for holder in holders {
            script.issued += 1;
            let credential = match is_sd {
                true => Value::from(self.issue_text(script, kind, holder)),
                false => Value::Object(self.issue(script, kind, holder)),
            };
            credentials.push(object! { "credential" => credential });
        }
        Reply::json(object! {
            "credentials" => credentials,
            "notification_id" => "notification-1",
        })
    }

    /// To the second, as it is without rounding.
    pub(super) fn validity(script: &Script) -> Validity {
        let until = match script.lie {
            Lie::CredentialExpired => -1,
            _ => script.issuing.lifetime.unwrap_or(86_400),
        };
        Validity::between(later(-3600), later(until))
    }

    pub(super) fn persona_name(script: &Script) -> &str {
        match (script.lie, script.issued) {
            (Lie::CredentialDiffers, 2) | (Lie::RefillDiffers, 4..) => "Mica",
            _ => script.persona.as_deref().unwrap_or("Mika"),
        }
    }

    fn issue_text(&self, script: &mut Script, kind: CredentialType, holder: &Did) -> String {
        if kind == CredentialType::Other {
            return self.issue_passport(script, holder);
        }
        let text = self.issue_sd_jwt(script, kind, holder);
        match script.lie {
            Lie::SdKeptBack => {
                // The first disclosure.
                let mut parts: Vec<&str> = text.split('~').collect();
                parts.remove(1);
                parts.join("~")
            }
            Lie::SdKeyBound => {
                let header = object! { "alg" => "EdDSA", "typ" => "kb+jwt" };
                let claims = object! {
                    "aud" => "https://b.example", "nonce" => "n", "sd_hash" => "x",
                    "iat" => super::number(now().unix()),
                };
                let bound = super::by_hand(&header, &claims, &self.key());
                format!("{text}{bound}")
            }
            Lie::SdUnreferenced => {
                let more = base64url::encode(br#"["c2FsdHNhbHRzYWx0c2FsdA","more","x"]"#);
                format!("{text}{more}~")
            }
            _ => text,
        }
    }

    /// An SD-JWT as another make issues it: one disclosure, no status.
    fn issue_passport(&self, script: &mut Script, holder: &Did) -> String {
        let key = proofs::did_key::decode(holder).unwrap();
        let salt = base64url::encode(&script.issuing.salt());
        let disclosure: Vec<Value> = vec![salt.into(), "nationality".into(), "Meadow".into()];
        let disclosure = schemas::canonical::to_bytes(&Value::Array(disclosure));
        let disclosure = base64url::encode(&disclosure);
        let digest = schemas::digest::Sha256Digest::of(disclosure.as_bytes());
        let issuer = match script.lie {
            Lie::CredentialByOther => "did:web:b.example".parse().unwrap(),
            Lie::CredentialByKey => self.key().did_key(),
            _ => self.id.did(),
        };
        let kid = match script.lie {
            Lie::CredentialByKey => self.key().verification_method(),
            _ => issuer.with_fragment(self.fragment()).unwrap(),
        };
        let vct = match script.lie {
            Lie::CredentialOfOtherType => "https://types.example/visa",
            _ => PASSPORT,
        };
        let claims = object! {
            "iss" => issuer.as_str(),
            "vct" => vct,
            "cnf" => object! { "jwk" => key.jwk() },
            "jti" => format!("copy-{}", script.issued),
            "iat" => super::number(now().unix() + i64::from(script.issued % 3) - 2),
            "exp" => super::number(later(86_400).unix()),
            "_sd_alg" => "sha-256",
            "_sd" => [base64url::encode(digest.as_bytes())],
        };
        let header = object! { "alg" => "EdDSA", "typ" => "dc+sd-jwt", "kid" => kid.to_string() };
        let token = super::by_hand(&header, &claims, &self.key());
        match script.lie {
            Lie::SdKeptBack => format!("{token}~"),
            _ => format!("{token}~{disclosure}~"),
        }
    }
}

//! `ecdsa-jcs-2019`: P-256 over the canonical JSON of the document. Issuers and holders make it,
//! everybody checks it. Source: VC Data Integrity ECDSA 1.0 section 3.3.
//!
//! With P-256 its hashes are those of `eddsa-jcs-2022`, step by step: SHA-256 of the configuration
//! and of the document. Only the key signs otherwise, and a suite is never checked with a key of the
//! other type.

pub(super) use crate::data_integrity::eddsa_jcs_2022::{check, create};

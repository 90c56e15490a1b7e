//! Every known attack: which test has it, or which part of the house it waits for.
//!
//! The rows themselves are in the design documents, which a clone elsewhere does not have.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schemas::json::{Limits, Value, read};

/// One known attack.
struct Row {
    id: &'static str,
    tested: Tested,
    /// Other tests, by `file::function`, that have the rest of it.
    also: &'static [&'static str],
    /// Where the code answers more exactly than the row, or the row was read strictly.
    note: &'static str,
}

enum Tested {
    /// By a test of this folder whose name begins with the id.
    Here,
    /// By `file::function`.
    Elsewhere(&'static str),
    /// By nothing: this part does not exist yet.
    Waits(&'static str),
}

const fn row(id: &'static str, tested: Tested) -> Row {
    let (also, note): (&[&str], _) = (&[], "");
    Row {
        id,
        tested,
        also,
        note,
    }
}

const fn covered(id: &'static str) -> Row {
    row(id, Tested::Here)
}

const fn elsewhere(id: &'static str, test: &'static str) -> Row {
    row(id, Tested::Elsewhere(test))
}

const fn waits(id: &'static str, part: &'static str) -> Row {
    row(id, Tested::Waits(part))
}

impl Row {
    const fn and(mut self, also: &'static [&'static str]) -> Self {
        self.also = also;
        self
    }

    const fn but(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }
}

const TABLE: &[Row] = &[
    // Signature and key
    covered("SIG-03"),
    covered("SIG-08").but("lengths are sig_malformed and key_malformed; another spelling of a text (newline, zero in front) is proof_malformed, as DI-16 has it"),
    covered("SIG-09"),
    covered("SIG-10").but("no slot takes DER, so raw bytes in a DER slot cannot be sent"),
    covered("SIG-11"),
    covered("SIG-12"),
    covered("SIG-15"),
    covered("SIG-16").but("a holder is did:key or did:jwk, whose one key may do both: looked up in a document one step lower"),
    covered("SIG-17"),
    covered("SIG-18").but("names that are no DID URL (query, path, percent, relative) are vm_malformed before anything is looked up, as DI-18 has it"),
    covered("SIG-20"),
    covered("SIG-21"),
    covered("SIG-22"),
    covered("SIG-23"),
    covered("SIG-24").but("a token where a document is asked for is parse_error or vp_malformed: no document begins so"),
    covered("SIG-25"),
    covered("SIG-27").but("no call takes a secret and a public key; an issuer whose published key is another signs nothing"),
    covered("SIG-28"),
    covered("SIG-29"),
    // JSON parsing and canonicalization
    covered("JSON-02"),
    covered("JSON-04"),
    covered("JSON-06").but("a number with a value but another text than RFC 8785 writes is json_number_non_canonical"),
    covered("JSON-07"),
    covered("JSON-10"),
    covered("JSON-11"),
    covered("JSON-14").but("UTF-16 with its mark is not UTF-8 and called json_invalid_utf8"),
    covered("JSON-15"),
    covered("JSON-16").but("the specified types of a DID document are dates, and date_malformed"),
    covered("JSON-19").but("forms that the specification allows are read; those without one of our types are cred_type, an id that is no text is claim_type"),
    covered("JSON-20"),
    covered("JSON-21").but("the JavaScript build waits; to this reader they are words without a meaning"),
    covered("JSON-23"),
    // JSON-LD and RDF canonicalization
    covered("LD-01"),
    covered("LD-02").but("written in place, a context is ctx_inline"),
    covered("LD-04"),
    covered("LD-07"),
    covered("LD-08").but("written in place, a context is ctx_inline"),
    covered("LD-10"),
    covered("LD-11").but("written in place, a context is ctx_inline"),
    covered("LD-12").but("written in place, a context is ctx_inline; a type without any context is cred_type"),
    covered("LD-14"),
    covered("LD-15"),
    covered("LD-16").but("rings and circulants that a document can express; the W3C vectors themselves run in proofs/src/rdfc/tests.rs"),
    covered("LD-17"),
    covered("LD-18").but("a direction is lost in RDF and refused there; a datatype in a document is ld_keyword_forbidden"),
    covered("LD-19"),
    covered("LD-20"),
    // Data Integrity proofs
    covered("DI-02").but("a presentation proof of another session is proof_challenge"),
    covered("DI-03").but("a chain of 1000 is too long before it is followed: proof_set_policy"),
    covered("DI-05"),
    covered("DI-06"),
    covered("DI-07").but("a date without a zone is date_malformed"),
    covered("DI-08"),
    covered("DI-09"),
    covered("DI-11"),
    covered("DI-12"),
    covered("DI-13"),
    covered("DI-15"),
    covered("DI-16"),
    covered("DI-18"),
    covered("DI-20"),
    covered("DI-22").but("an end before the beginning is no credential: cred_malformed"),
    covered("DI-23").but("relatedResource is evaluated by nobody and refused as unknown_extension; the digest of the model is AST-01"),
    covered("DI-24"),
    covered("DI-25").but("no envelope is opened, of any media type"),
    covered("DI-26").but("the service is asked for credentials in platform/tests"),
    // bbs-2023
    waits("BBS-01", "bbs"),
    waits("BBS-02", "bbs"),
    waits("BBS-03", "bbs"),
    waits("BBS-04", "bbs"),
    waits("BBS-05", "bbs"),
    waits("BBS-06", "bbs"),
    waits("BBS-07", "bbs"),
    waits("BBS-08", "bbs"),
    waits("BBS-09", "bbs"),
    // Verifiable presentations
    covered("VP-01"),
    covered("VP-03"),
    covered("VP-04"),
    covered("VP-05"),
    covered("VP-09").but("session 1 to session 2 is proof_challenge"),
    covered("VP-10"),
    covered("VP-12"),
    covered("VP-13"),
    covered("VP-14").but("the limit on attempts is the service's"),
    covered("VP-17").but("a type that policy does not name for the issuer is cred_issuer_untrusted"),
    covered("VP-19"),
    covered("VP-20").but("no token is opened within a document: cred_malformed there, sd_malformed by itself; an SD-JWT with the credential of another issuer in it is issuer_key_mismatch"),
    // SD-JWT VC
    covered("SDJ-01"),
    covered("SDJ-02"),
    covered("SDJ-05"),
    covered("SDJ-07"),
    covered("SDJ-08"),
    covered("SDJ-09"),
    covered("SDJ-10").but("an _sd_alg that is missing means sha-256, as RFC 9901 section 4.1.1 has it"),
    covered("SDJ-11"),
    covered("SDJ-14"),
    covered("SDJ-15"),
    covered("SDJ-16"),
    covered("SDJ-18"),
    covered("SDJ-20").but("a vct that is missing is cred_malformed and one that nobody named cred_type; no type is fetched, so vct#integrity and extends decide nothing"),
    covered("SDJ-21"),
    covered("SDJ-23").but("withheld it is not there for anybody: an issuer that hides it is refused as soon as it is disclosed, and the wallet that receives it is shown it"),
    covered("SDJ-24"),
    covered("SDJ-25"),
    covered("SDJ-26").but("the values that arrived are what the person is shown before they are kept"),
    elsewhere("SDJ-27", "proofs/src/sd_jwt/tests/issuing.rs::copies_share_no_digest_and_keep_them_in_their_own_order")
        .and(&[
            "platform/tests/server/formats.rs::nothing_joins_two_copies",
            "proofs/src/sd_jwt/tests/issuing.rs::salts_that_are_too_few_or_the_same_are_refused",
        ]),
    // Status lists
    covered("STS-01"),
    covered("STS-03"),
    covered("STS-05"),
    covered("STS-07"),
    covered("STS-08"),
    covered("STS-09"),
    covered("STS-11"),
    covered("STS-12"),
    covered("STS-16"),
    covered("STS-18"),
    covered("STS-20"),
    covered("STS-21"),
    covered("STS-22")
        .and(&[
            "tests/tests/attacks/status_fetching.rs::a_list_of_tokens_is_fetched_like_any_other",
            "platform/tests/server/status.rs::copies_that_are_tokens_are_suspended_and_revoked_with_their_grant",
        ])
        .but("a value that is the issuer's own or nobody's yet is status_invalid, as it is not valid; a list of another issuer is status_issuer"),
    elsewhere("STS-23", "platform/src/store/tests/status.rs::places_are_unique_and_random_and_never_given_twice"),
    elsewhere("STS-24", "platform/src/store/tests/status.rs::no_revocation_is_lost_however_many_revoke"),
    // DID resolution
    covered("DID-02"),
    covered("DID-03"),
    elsewhere(
        "DID-04",
        "fetch/src/client/tests/addresses.rs::a_name_is_looked_up_once_for_a_connection_and_the_answer_is_where_it_goes",
    ), // needs a small internet on this machine, which only fetch can play
    covered("DID-06"),
    covered("DID-07").but("a control character is id_malformed"),
    covered("DID-09"),
    covered("DID-10"),
    elsewhere(
        "DID-12",
        "fetch/src/client/tests/addresses.rs::certificates_that_say_nothing_are_refused",
    ), // needs a small internet on this machine, which only fetch can play
    covered("DID-13"),
    covered("DID-15"),
    covered("DID-16").but("another order of members is another identifier, compared as text"),
    covered("DID-18"),
    covered("DID-19").but("a key that is taken out is vm_not_found; one that the document ends is key_revoked"),
    covered("DID-21"),
    covered("DID-22").but("when a key history of the domain was seen before"),
    // OpenID4VP
    elsewhere("OVP-01", "wallet-core/tests/flows/presenting.rs::links_are_refused_without_contact")
        .and(&[
            "wallet-core/tests/flows/presenting.rs::a_request_that_could_be_somebody_elses_is_never_shown",
            "schemas/src/oid4vp/link.rs::a_link_is_refused_with_its_reason",
            "schemas/src/oid4vp/link.rs::each_prefix_is_authenticated_in_its_own_way",
            "schemas/src/oid4vp/client_id.rs::each_prefix_has_rules_of_its_own",
            "wallet-core/tests/flows/asked_by_strangers.rs::a_request_that_nobody_signed_is_answered_to_its_address_only",
        ])
        .but("an unknown prefix is a pre-registered client, and refused as one"),
    elsewhere("OVP-02", "wallet-core/tests/flows/presenting.rs::a_request_that_could_be_somebody_elses_is_never_shown")
        .and(&[
            "wallet-core/tests/flows/asked_by_strangers.rs::a_certificate_has_to_lead_to_a_root_and_name_the_host",
            "wallet-core/tests/flows/asked_by_strangers.rs::the_key_of_the_certificate_signs",
        ])
        .but("the cause beside client_auth_failed is exact: alg_not_allowed, sig_invalid, jws_header_forbidden for x5c of a DID"),
    elsewhere("OVP-03", "wallet-core/tests/flows/presenting.rs::a_request_that_could_be_somebody_elses_is_never_shown")
        .and(&[
            "schemas/src/oid4vp/request/tests.rs::is_read_as_it_was_written",
            "wallet-core/tests/flows/asked_by_strangers.rs::what_is_inside_counts_and_has_to_be_the_clients",
        ])
        .but("iss is ignored, as OpenID4VP 1.0 section 5 demands"),
    elsewhere("OVP-04", "wallet-core/tests/flows/presenting.rs::a_request_that_could_be_somebody_elses_is_never_shown")
        .and(&[
            "wallet-core/tests/flows/presenting.rs::links_are_refused_without_contact",
            "wallet-core/tests/flows/presenting.rs::what_is_posted_for_a_request_tells_nobody_apart",
        ]),
    elsewhere("OVP-06", "wallet-core/tests/flows/presenting.rs::every_answer_that_left_stands_in_the_history"),
    elsewhere("OVP-07", "schemas/src/dcql/tests.rs::a_query_that_asks_for_too_much_is_told_so")
        .and(&[
            "schemas/src/dcql/tests.rs::sizes_are_bounded",
            "verifier/src/query/tests.rs::of_alternatives_the_first_that_can_be_answered_and_nothing_optional",
        ])
        .but("a dc+sd-jwt part without claims asks for nothing that can be withheld; optional sets count as asked, and are answered only when somebody chooses them"),
    elsewhere("OVP-08", "wallet-core/tests/flows/presenting.rs::no_is_the_same_no_whatever_the_cause")
        .and(&[
            "wallet-core/tests/flows/asked_by_strangers.rs::a_no_is_encrypted_too",
        ])
        .but("a refusal is sent when the person says so in both cases, so its time is theirs and nothing is measured"),
    elsewhere("OVP-09", "schemas/src/dcql/tests.rs::each_fault_is_named")
        .and(&[
            "schemas/src/dcql/tests.rs::sizes_are_bounded",
        ])
        .but("2^53 is json_number_out_of_range; values of several types are allowed by OpenID4VP 1.0 section 6.3 and compared with their type"),
    elsewhere("OVP-10", "wallet-core/tests/flows/presenting.rs::a_request_that_could_be_somebody_elses_is_never_shown")
        .and(&[
            "schemas/src/oid4vp/request/tests.rs::each_fault_has_its_reason",
            "schemas/src/oid4vp/transaction_data.rs::what_cannot_be_shown_or_bound_is_refused",
            "wallet-core/tests/flows/asked_by_strangers.rs::transaction_data_that_is_not_understood_refuses_the_request",
        ]),
    elsewhere("OVP-13", "platform/tests/server/admitting.rs::a_response_is_of_one_request")
        .and(&[
            "platform/tests/server/admitting.rs::what_answers_another_request_changes_nothing",
        ])
        .but("a state that is missing is none that differs: the path binds the response; with the state of its path and the challenge of another it is proof_challenge"),
    elsewhere("OVP-14", "platform/tests/server/admitting.rs::the_link_in_the_code_opens_neither_outcome_nor_administration")
        .and(&[
            "platform/tests/server/returning.rs::only_who_brings_both_is_told_and_only_once",
        ])
        .but("where the person comes back by the same browser, also the poll address alone is session_mismatch"),
    elsewhere("OVP-16", "platform/tests/server/asking.rs::what_is_encrypted_otherwise_or_not_at_all_is_refused")
        .but("what is encrypted in another way is enc_unsupported; what is in clear is enc_required"),
    elsewhere("OVP-17", "proofs/src/jwe/tests.rs::each_fault_of_a_header_is_refused")
        .and(&[
            "proofs/src/jwe/tests.rs::each_fault_of_the_form_is_refused",
            "platform/tests/server/asking.rs::what_is_encrypted_otherwise_or_not_at_all_is_refused",
        ])
        .but("more than 2 MiB are input_too_large; a body beyond the limit of the world is body_too_large"),
    elsewhere("OVP-18", "platform/tests/server/admitting.rs::what_answers_another_request_changes_nothing")
        .but("too many entries are vp_too_many; text that is no JSON is parse_error"),
    elsewhere("OVP-19", "platform/tests/server/admitting.rs::what_a_wallet_says_is_never_repeated")
        .and(&[
            "platform/tests/server/returning.rs::nobody_is_sent_where_the_world_does_not_send_them",
            "wallet-core/tests/flows/asked_by_strangers.rs::the_way_on_is_a_web_page",
        ])
        .but("nothing is escaped because nothing is repeated, and an answer leads only where the world's own server said, within its configuration"),
    // OpenID4VCI
    elsewhere("OVI-01", "platform/tests/server/issuing.rs::a_code_gives_one_token_however_many_ask"),
    elsewhere("OVI-03", "platform/tests/server/tx_codes.rs::one_wrong_code_does_not_end_an_offer")
        .and(&[
            "platform/tests/server/tx_codes.rs::five_wrong_codes_end_an_offer",
            "platform/tests/server/tx_codes.rs::many_guesses_at_a_time_are_five",
        ])
        .but("after five wrong ones it is tx_code_locked"),
    elsewhere("OVI-04", "platform/tests/server/tx_codes.rs::a_code_that_is_missing_or_of_another_form_is_no_code")
        .but("as JSON it is media_type_unsupported: the token endpoint reads forms"),
    elsewhere("OVI-08", "platform/tests/server/issuing.rs::key_proofs_are_refused_with_their_reason")
        .and(&[
            "platform/tests/server/formats.rs::other_presentations_prove_nothing",
        ])
        .but("a signature by another key than the kid names is sig_invalid, beside the protocol's invalid_proof"),
    elsewhere("OVI-09", "platform/tests/server/issuing.rs::key_proofs_are_refused_with_their_reason")
        .and(&[
            "platform/tests/server/formats.rs::a_proof_with_two_keys_is_refused_for_tokens_too",
            "platform/tests/server/formats.rs::other_presentations_prove_nothing",
        ])
        .but("x5c beside any key is jws_header_forbidden"),
    elsewhere("OVI-10", "platform/tests/server/formats.rs::credentials_are_named_by_identifiers_when_details_were_asked_for")
        .and(&[
            "platform/tests/server/issuing.rs::key_proofs_are_refused_with_their_reason",
            "platform/tests/server/logging_in.rs::whoever_logs_in_receives_what_the_world_grants",
        ]),
    elsewhere("OVI-12", "platform/tests/server/issuing.rs::key_proofs_are_refused_with_their_reason")
        .and(&[
            "platform/tests/server/deferring.rs::what_waits_comes_once_it_is_approved_and_to_whoever_asked",
            "platform/tests/server/issuing.rs::an_offer_becomes_copies_that_differ_in_key_and_signature_only",
        ])
        .but("a transaction of another token and a notification of other copies are not_found"),
    elsewhere("OVI-14", "wallet-core/tests/flows/receiving.rs::what_leads_to_another_world_is_refused_before_the_code_is_spent")
        .and(&[
            "schemas/src/oid4vci/issuer_url.rs::path_tricks_are_no_identifiers",
            "wallet-core/tests/flows/supplying.rs::an_answer_of_another_login_or_server_is_refused",
        ])
        .but("it is the wallet that can be misled and refuses; an offer that is no offer for its issuer's form is offer_rejected"),
    elsewhere("OVI-15", "wallet-core/tests/flows/receiving.rs::what_is_no_offer_or_offers_nothing_known_is_refused")
        .and(&[
            "wallet-core/tests/flows/receiving.rs::what_leads_to_another_world_is_refused_before_the_code_is_spent",
            "wallet-core/tests/flows/receiving.rs::a_world_on_this_machine_is_reached_only_when_it_is_named",
            "schemas/src/oid4vci/offer/tests.rs::each_fault_is_named",
            "wallet-cli/src/texts.rs::values_are_made_visible",
        ])
        .but("texts of the issuer are bounded and written out, not refused"),
    elsewhere("OVI-16", "wallet-core/tests/flows/receiving.rs::what_is_not_to_be_believed_is_not_kept")
        .and(&[
            "wallet-core/tests/flows/standing.rs::what_is_revoked_or_undecided_is_not_kept",
            "wallet-core/tests/flows/supplying.rs::a_token_that_is_not_to_be_believed_is_not_kept",
            "wallet-core/tests/flows/supplying.rs::a_credential_of_another_type_is_kept_under_the_name_of_its_kind",
            "wallet-core/tests/flows/supplying.rs::a_refill_that_fails_changes_nothing_and_can_be_tried_again",
        ])
        .but("a copy is known by its key, so an id held already cannot come again; whether there is a status is the issuer's word"),
    // Wallet and CLI
    elsewhere("WAL-02", "wallet-core/src/wallet/tests/tampering.rs::every_flipped_byte_is_an_error_or_harmless")
        .and(&[
            "wallet-core/src/wallet/tests/tampering.rs::every_truncation_is_an_error",
        ])
        .but("where a flip hides the slot it is keychain_unavailable, in the version wallet_format_version; of long runs of zeros and of lengths every so-manieth is tried"),
    elsewhere("WAL-03", "wallet-core/src/wallet/tests/tampering.rs::rows_cannot_be_swapped_removed_or_added")
        .and(&[
            "wallet-core/src/wallet/tests/tampering.rs::an_older_row_put_back_is_noticed_by_a_wallet_that_is_open_too",
        ]),
    elsewhere("WAL-04", "wallet-core/src/wallet/tests/tampering.rs::yesterdays_store_is_noticed_and_nothing_is_spent_until_it_is_accepted")
        .and(&[
            "wallet-cli/tests/cli/repair.rs::an_older_file_is_noticed_and_accepted_in_words_only",
        ]),
    elsewhere("WAL-05", "wallet-core/src/wallet/tests/tampering.rs::two_forks_of_a_wallet_share_no_nonce")
        .and(&[
            "wallet-core/src/wallet/tests/crash.rs::killed_at_each_system_call_it_is_the_old_or_the_new",
        ])
        .but("nonces are drawn at random for each writing, so none is kept that a kill could give out again"),
    waits("WAL-06", "swap and cores, which nothing forbids yet; files and backups are looked at")
        .and(&[
            "wallet-core/src/wallet/tests/files.rs::nothing_in_the_folder_can_be_read",
        ]),
    waits("WAL-07", "a look into the memory of a process after its lock"),
    elsewhere("WAL-08", "wallet-core/src/wallet/tests/crash.rs::killed_at_any_moment_everything_acknowledged_is_there")
        .and(&[
            "wallet-core/src/wallet/tests/crash.rs::killed_at_each_system_call_it_is_the_old_or_the_new",
        ])
        .but("a transfer waits for the ledger; every change of a wallet goes the same way to the disk"),
    elsewhere("WAL-09", "wallet-core/src/wallet/tests/crash.rs::a_system_that_fails_loses_nothing")
        .and(&[
            "wallet-core/src/wallet/tests/crash.rs::a_full_disk_loses_nothing",
        ])
        .but("a counter that cannot be renamed is a finding and no refusal; a short write is gone on with by SQLite and not played"),
    elsewhere("WAL-10", "wallet-core/src/wallet/tests/crash.rs::eight_processes_add_a_hundred_each")
        .and(&[
            "wallet-core/src/wallet/tests/crash.rs::killed_at_any_moment_everything_acknowledged_is_there",
        ]),
    elsewhere("WAL-11", "wallet-core/src/wallet/tests/files.rs::wider_permissions_are_refused")
        .and(&[
            "wallet-core/src/wallet/tests/files.rs::wide_leftovers_beside_the_database_are_refused",
            "wallet-core/src/wallet/tests/files.rs::a_folder_that_others_can_write_takes_no_wallet",
            "wallet-core/src/wallet/tests/backups.rs::a_backup_is_never_written_over_and_never_through_a_link",
            "wallet-cli/tests/cli/repair.rs::what_is_written_is_private_whatever_the_umask",
        ])
        .but("the umask has no say, which is no refusal"),
    elsewhere("WAL-12", "wallet-core/src/wallet/tests/files.rs::links_pipes_and_folders_are_not_followed")
        .and(&[
            "wallet-core/src/wallet/tests/files.rs::a_linked_home_is_not_followed",
            "wallet-core/src/wallet/tests/backups.rs::a_backup_is_never_written_over_and_never_through_a_link",
            "wallet-cli/tests/cli/secrets.rs::nothing_is_overwritten",
        ])
        .but("a race cannot be had by anybody else: the folder is held open and closed to others; an export to a link is cli_file_exists"),
    elsewhere("WAL-13", "wallet-cli/tests/cli/hostile.rs::names_from_outside_never_act")
        .and(&[
            "wallet-cli/tests/cli/hostile.rs::long_names_are_cut",
        ]),
    elsewhere("WAL-15", "wallet-cli/tests/cli/hostile.rs::names_from_outside_never_act")
        .and(&[
            "wallet-cli/src/sanitize.rs::json_keeps_its_meaning",
        ])
        .but("no CSV is written"),
    elsewhere("WAL-16", "wallet-cli/tests/cli/secrets.rs::no_option_takes_a_secret")
        .and(&[
            "wallet-cli/tests/cli/secrets.rs::words_bring_the_wallet_back_and_are_in_no_output",
        ])
        .but("nothing is copied to a clipboard"),
    elsewhere("WAL-18", "wallet-core/tests/flows/transferring.rs::a_second_copy_of_a_wallet_cannot_give_again"),
    waits("WAL-20", "plugins: there are none, and the wallet starts no program"),
    elsewhere("WAL-21", "wallet-core/tests/flows/presenting.rs::no_signature_over_a_challenge_is_one_over_anything_else"),
    elsewhere("WAL-22", "wallet-core/src/wallet/tests/crash.rs::a_system_without_randomness_is_noticed")
        .and(&[
            "wallet-core/src/wallet/tests/crash.rs::without_randomness_nothing_is_made_and_nothing_is_lost",
        ])
        .but("a call that is interrupted is made again, and for one that is missing the library has another source"),
    elsewhere("WAL-23", "wallet-cli/tests/cli/secrets.rs::passphrases_are_one_line_in_any_form")
        .and(&[
            "wallet-core/src/passphrase.rs::edges_are_refused",
        ])
        .but("a file of 1 MB is cli_file_too_large, unread"),
    elsewhere("WAL-24", "wallet-core/src/store/slots.rs::a_changed_slot_is_a_wrong_passphrase")
        .and(&[
            "wallet-core/src/wallet/tests/tampering.rs::a_flipped_passphrase_slot_is_a_wrong_passphrase_or_refused_cost",
        ])
        .but("a cost that is out of bounds is wallet_kdf_params, before any key is derived; what needs no passphrase to see is said"),
    // Item registry and transfers
    elsewhere(
        "REG-03",
        "platform/tests/server/ledger/chains.rs::many_who_race_give_an_item_once",
    )
    .and(&[
        "tests/tests/ledger.rs::of_many_who_give_an_item_one_does_on_postgres_through_two_processes",
        "tests/tests/ledger.rs::of_many_who_give_an_item_one_does_on_sqlite_through_two_processes",
    ]),
    elsewhere(
        "REG-04",
        "platform/tests/server/ledger/chains.rs::what_was_signed_once_is_not_good_a_second_time",
    ),
    elsewhere(
        "REG-05",
        "platform/tests/server/ledger/chains.rs::a_step_for_another_ledger_is_refused",
    ),
    elsewhere(
        "REG-07",
        "platform/tests/server/ledger/chains.rs::a_step_is_taken_once_and_answered_the_same",
    ),
    elsewhere(
        "REG-09",
        "platform/tests/server/ledger/chains.rs::whoever_receives_needs_a_sound_key_and_another_commitment",
    ),
    elsewhere(
        "REG-11",
        "platform/tests/server/ledger/trouble.rs::a_step_whose_answer_nobody_heard_is_taken_once",
    )
    .and(&[
        "platform/tests/server/ledger/trouble.rs::a_step_is_answered_the_same_by_the_next_process",
        "tests/tests/ledger.rs::a_killed_database_keeps_what_was_acknowledged",
    ]),
    covered("REG-12").and(&[
        "platform/src/monitor/tests/lying.rs::two_leaves_for_one_place",
        "platform/src/monitor/tests/lying.rs::two_checkpoints_of_one_size",
        "platform/src/monitor/tests/lying.rs::two_trees_that_do_not_go_on_from_one_another",
        "platform/src/monitor/tests/truthful.rs::garbling_convicts_nobody",
        "platform/src/witness/tests.rs::a_race_has_one_winner",
    ]),
    covered("REG-14"),
    elsewhere(
        "REG-15",
        "platform/tests/server/ledger/clocks.rs::the_times_of_a_chain_never_go_back",
    )
    .and(&[
        "platform/tests/server/ledger/clocks.rs::processes_whose_clocks_differ_keep_one_order",
    ]),
    elsewhere(
        "REG-16",
        "platform/tests/server/ledger/chains.rs::one_item_of_a_class_and_number_comes_to_be",
    )
    .but(
        "an item is its class and number: one of them under two tags is two items, and many items share one model file",
    ),
    elsewhere(
        "REG-17",
        "platform/tests/server/ledger/offers.rs::other_terms_than_the_item_has_are_accepted_by_nobody",
    )
    .and(&[
        "platform/tests/server/ledger/offers.rs::an_offer_that_was_taken_back_or_refused_is_accepted_by_nobody",
        "platform/tests/server/ledger/racing.rs::an_offer_that_is_taken_back_while_it_is_accepted_comes_to_one_end",
    ]),
    elsewhere(
        "REG-20",
        "platform/src/store/tests/outages.rs::a_hostile_server_keeps_nobody_waiting",
    )
    .and(&[
        "platform/src/store/tests/outages.rs::rows_that_are_no_rows_are_no_answers",
        "platform/src/store/tests/outages.rs::a_line_that_breaks_anywhere_breaks_one_answer",
    ]),
    elsewhere(
        "REG-21",
        "platform/tests/server/ledger/trouble.rs::a_file_that_somebody_else_holds_is_told_and_nothing_is_half_done",
    )
    .and(&[
        "platform/src/store/tests/outages.rs::a_file_that_cannot_be_written_is_away_and_then_written_again",
        "platform/tests/server/ledger/crowd.rs::many_who_write_to_a_busy_file_are_each_served_once",
        "platform/tests/server/ledger/trouble.rs::a_copy_of_the_file_alone_is_an_older_store",
    ]),
    elsewhere(
        "REG-22",
        "platform/tests/server/ledger/crowd.rs::a_thousand_clients_hear_at_once_that_there_are_too_many",
    )
    .and(&[
        "platform/tests/server/ledger/trouble.rs::a_full_queue_is_said_at_once_and_loses_nothing",
    ]),
    elsewhere(
        "REG-24",
        "platform/tests/server/ledger/offers.rs::an_offer_that_nobody_took_ends_and_the_item_stays",
    )
    .and(&[
        "platform/tests/server/ledger/racing.rs::an_offer_that_is_accepted_while_its_time_ends_comes_to_one_end",
    ]),
    // Assets (GLB, VRM, images)
    covered("AST-01"),
    covered("AST-03"),
    covered("AST-04"),
    covered("AST-05"),
    covered("AST-06"),
    covered("AST-07"),
    covered("AST-09"),
    covered("AST-10"),
    covered("AST-11"),
    covered("AST-12"),
    covered("AST-13").but("duplicate names; the other tricks have the reasons of the JSON group"),
    covered("AST-14"),
    covered("AST-15"),
    elsewhere(
        "AST-16",
        "platform/tests/server/checking.rs::the_size_of_a_file_is_limited_by_the_configuration_alone",
    ),
    covered("AST-17"),
    // HTTP service, operations, supply chain
    elsewhere(
        "SVC-01",
        "platform/tests/server/limits.rs::slow_clients_are_let_go",
    ),
    covered("SVC-02"),
    elsewhere(
        "SVC-03",
        "platform/tests/server/limits.rs::too_many_requests_are_shed_and_health_is_answered",
    ),
    waits("SVC-04", "many heavy judgments at once against a running world, with bbs"),
    covered("SVC-06"),
    elsewhere(
        "SVC-07",
        "platform/tests/server/publishing.rs::the_host_header_has_no_say",
    ),
    covered("SVC-08"),
    covered("SVC-11"),
    waits("SVC-13", "build"),
    waits("SVC-14", "build"),
    elsewhere(
        "SVC-15",
        "tests/tests/properties/trees.rs::no_bytes_make_the_verifier_panic",
    ), // and fuzz for the readers
    elsewhere(
        "SVC-17",
        "tests/tests/verdicts.rs::the_headline_does_not_depend_on_which_fault_comes_first",
    ),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The source files of every room.
pub(crate) fn sources() -> Vec<PathBuf> {
    let rooms = [
        "schemas",
        "proofs",
        "assets",
        "verifier",
        "fetch",
        "wallet-core",
        "wallet-cli",
        "platform",
    ];
    let mut files = Vec::new();
    for room in rooms {
        below(&root().join(room).join("src"), &mut files);
    }
    assert!(files.len() > 50, "the sources are not where they were");
    files
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            below(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The names of the test functions in a file.
/// The tests of a file: functions that are marked, and those that a list runs on both databases.
fn tests_of(text: &str) -> BTreeSet<String> {
    let mut tests = BTreeSet::new();
    let (mut marked, mut listed) = (false, false);
    for line in text.lines().map(str::trim) {
        if listed {
            listed = line != "}";
            tests.extend(line.strip_suffix(',').map(str::to_owned));
        } else if line == "on_both! {" {
            listed = true;
        } else if line == "#[test]" || line.starts_with("#[tokio::test") {
            marked = true;
        } else if let Some((_, rest)) = line.split_once("fn ")
            && marked
        {
            marked = false;
            tests.extend(rest.split('(').next().map(str::to_owned));
        }
    }
    tests
}

fn tests_here() -> BTreeSet<String> {
    let mut files = Vec::new();
    below(&root().join("tests/tests/attacks"), &mut files);
    let texts = files
        .iter()
        .map(|file| std::fs::read_to_string(file).unwrap());
    texts.flat_map(|text| tests_of(&text)).collect()
}

fn test_name(id: &str) -> String {
    format!("{}_", id.to_lowercase().replace('-', "_"))
}

/// The tests that a row names, each by `file::function`.
fn named(row: &Row) -> Vec<&'static str> {
    let first = match row.tested {
        Tested::Elsewhere(test) => Some(test),
        Tested::Here | Tested::Waits(_) => None,
    };
    first.into_iter().chain(row.also.iter().copied()).collect()
}

#[test]
fn every_row_says_where_it_is_tested() {
    let here = tests_here();
    let mut seen = BTreeSet::new();
    for row in TABLE {
        let Row {
            id, tested, note, ..
        } = row;
        assert!(seen.insert(*id), "{id} stands there twice");
        assert!(!note.ends_with('.'), "{id}: a note, not a text");
        let found = here.iter().any(|name| name.starts_with(&test_name(id)));
        match tested {
            Tested::Here => assert!(found, "{id}: no test {}…", test_name(id)),
            Tested::Elsewhere(_) => {}
            Tested::Waits(part) => assert!(!found, "{id} is tested and still waits for {part}"),
        }
        for test in named(row) {
            let (file, function) = test.split_once("::").unwrap();
            let text = std::fs::read_to_string(root().join(file)).unwrap_or_default();
            let tests = tests_of(&text);
            assert!(
                tests.contains(function),
                "{id}: no test {function} in {file}"
            );
        }
    }
    for name in &here {
        let known = |row: &Row| name.starts_with(&test_name(row.id));
        let numbered = name
            .split('_')
            .nth(1)
            .is_some_and(|n| n.parse::<u8>().is_ok());
        assert!(!numbered || TABLE.iter().any(known), "{name} is of no row");
    }
}

/// A test about documents is asked again on the other surfaces: one that is new is not forgotten there.
#[test]
fn every_test_is_asked_again_or_says_why_not() {
    let rows = root().join("tests/tests/attacks/surfaces/rows.rs");
    let rows = std::fs::read_to_string(rows).unwrap();
    for name in tests_here() {
        let about_a_row = TABLE.iter().any(|row| name.starts_with(&test_name(row.id)));
        // Those have a world, a ledger, a publisher or a history of keys of their own.
        let own = ["svc_", "reg_", "did_22_", "sts_12_ways_", "sts_21_nobody_"];
        let own = own.iter().any(|start| name.starts_with(start));
        assert!(
            !about_a_row || own || rows.contains(&format!("::{name}")),
            "{name} is not asked again on other surfaces"
        );
    }
}

#[test]
fn every_known_attack_is_in_the_table() {
    let Some(file) = tests::shared::shared("design/attacks.json") else {
        return;
    };
    let limits = Limits::document();
    let rows = read(&std::fs::read(file).unwrap(), &limits).unwrap();
    let known: BTreeSet<&str> = TABLE.iter().map(|row| row.id).collect();
    let mut listed = BTreeSet::new();
    for row in rows.as_array().unwrap() {
        let id = row.get("id").and_then(Value::as_str).unwrap();
        assert!(known.contains(id), "{id} is not in the table");
        listed.insert(id);
    }
    for id in known {
        assert!(listed.contains(id), "{id} is no known attack");
    }
}

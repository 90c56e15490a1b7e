//! Which tests are asked again on other surfaces: all of this folder that judge documents.

use crate::{
    assets, data_integrity, did, ecdsa, json, linked_data, presentation, sd_jwt, signature, status,
    status_token,
};

/// Rows that are about a part of the verifier and ask about no document: models, fetching, tokens, keys.
/// The library alone has them.
pub(crate) const LIBRARY: &[&str] = &[
    "AST-01", "AST-03", "AST-04", "AST-05", "AST-06", "AST-07", "AST-09", "AST-10", "AST-11",
    "AST-12", "AST-13", "AST-14", "AST-15", "AST-17", "DID-02", "DID-03", "DID-09", "DID-10",
    "SIG-21", "SIG-22", "SIG-23", "SIG-25", "SIG-27", "SIG-28",
];

/// Rows of which `omote check` cannot be asked beside those: a list that is none is refused as an
/// argument, and a question without its challenge cannot be put.
pub(crate) const NOT_COMMAND: &[&str] = &["DI-11", "STS-09", "STS-20"];

/// Rows of which a world on the loopback cannot be asked beside those: it would have to fetch the
/// document or the list of which they speak (`sts_12_ways_to_fail_on_the_way` and `platform/tests` let it),
/// or to live at another time.
pub(crate) const NOT_WORLD: &[&str] = &[
    "DI-22", "DI-26", "DID-19", "DID-21", "SIG-15", "SIG-16", "SIG-17", "SIG-18", "SIG-20",
    "STS-01", "STS-03", "STS-05", "STS-07", "STS-08", "STS-09", "STS-11", "STS-12", "STS-16",
    "STS-18", "STS-20", "STS-22",
];

/// Row and test.
pub(crate) const ROWS: &[(&str, fn())] = &[
    ("AST-01", assets::ast_01_the_file_is_the_one_that_was_named),
    ("AST-03", assets::ast_03_the_header_says_what_is_there),
    ("AST-04", assets::ast_04_nothing_is_read_beyond_the_end),
    ("AST-05", assets::ast_05_sparse_accessors_stay_inside),
    (
        "AST-06",
        assets::ast_06_indices_name_vertices_that_are_there,
    ),
    (
        "AST-07",
        assets::ast_07_numbers_are_as_many_as_they_should_be,
    ),
    ("AST-09", assets::ast_09_pictures_do_not_unpack_to_worlds),
    (
        "AST-10",
        assets::ast_10_what_needs_an_unknown_extension_is_not_read,
    ),
    ("AST-11", assets::ast_11_nodes_form_a_forest),
    ("AST-12", assets::ast_12_not_more_than_people_wear),
    (
        "AST-13",
        assets::ast_13_the_json_of_a_model_is_read_as_strictly,
    ),
    (
        "AST-14",
        assets::ast_14_terms_are_stated_once_and_not_looser_than_signed,
    ),
    ("AST-15", assets::ast_15_nothing_stands_behind_the_end),
    (
        "AST-17",
        assets::ast_17_who_made_it_is_not_taken_from_the_file,
    ),
    (
        "DI-02",
        data_integrity::di_02_a_set_of_proofs_stands_or_falls_together,
    ),
    (
        "DI-03",
        data_integrity::di_03_chains_begin_somewhere_and_lead_on,
    ),
    ("DI-05", data_integrity::di_05_made_in_the_future),
    (
        "DI-06",
        data_integrity::di_06_made_before_there_was_such_a_proof,
    ),
    ("DI-07", data_integrity::di_07_the_proof_has_ended),
    ("DI-08", data_integrity::di_08_no_challenge),
    ("DI-09", data_integrity::di_09_the_challenge_is_one_text),
    (
        "DI-11",
        data_integrity::di_11_challenge_and_audience_are_always_asked_for,
    ),
    ("DI-12", data_integrity::di_12_a_proof_is_for_one_purpose),
    (
        "DI-13",
        data_integrity::di_13_what_is_there_is_what_was_signed,
    ),
    ("DI-15", data_integrity::di_15_one_signature_in_one_place),
    ("DI-16", data_integrity::di_16_a_signature_has_one_text),
    ("DI-18", data_integrity::di_18_a_key_is_named_in_full),
    (
        "DI-20",
        data_integrity::di_20_a_proof_belongs_to_its_document,
    ),
    (
        "DI-22",
        data_integrity::di_22_validity_is_judged_on_the_second,
    ),
    ("DI-23", data_integrity::di_23_no_digest_is_left_unchecked),
    ("DI-24", data_integrity::di_24_what_is_not_evaluated_is_said),
    ("DI-25", data_integrity::di_25_an_envelope_is_not_opened),
    (
        "DI-26",
        data_integrity::di_26_a_world_signs_its_own_template,
    ),
    ("DID-02", did::did_02_only_public_addresses),
    ("DID-03", did::did_03_documents_stand_where_the_did_says),
    ("DID-06", did::did_06_ports_are_those_that_are_open_to_dids),
    ("DID-07", did::did_07_a_host_has_one_spelling),
    ("DID-09", did::did_09_documents_are_small_and_soon_there),
    ("DID-10", did::did_10_the_document_is_that_of_the_did),
    ("DID-13", did::did_13_a_did_key_of_another_kind),
    (
        "DID-15",
        ecdsa::did_15_a_p256_key_in_a_did_key_is_one_compressed_point,
    ),
    ("DID-16", did::did_16_a_did_jwk_is_one_tight_text),
    ("DID-18", did::did_18_three_methods_and_no_others),
    ("DID-19", did::did_19_what_is_known_grows_old),
    (
        "DID-21",
        did::did_21_what_a_document_says_of_others_decides_nothing,
    ),
    ("JSON-02", json::json_02_one_name_however_it_is_written),
    ("JSON-04", json::json_04_no_integer_that_readers_round),
    ("JSON-06", json::json_06_numbers_have_a_value_and_one_text),
    ("JSON-07", json::json_07_every_surrogate_has_its_other_half),
    ("JSON-10", json::json_10_names_are_ordered_as_utf16),
    ("JSON-11", json::json_11_depth_is_bounded),
    ("JSON-14", json::json_14_no_byte_order_mark),
    ("JSON-15", json::json_15_one_text_and_nothing_else),
    ("JSON-16", json::json_16_a_wrong_type_is_not_absence),
    ("JSON-19", json::json_19_every_form_is_read_or_refused),
    ("JSON-20", json::json_20_no_hidden_characters_in_names),
    (
        "JSON-21",
        json::json_21_names_of_javascript_are_words_without_meaning,
    ),
    ("JSON-23", json::json_23_dates_have_one_grammar),
    ("LD-01", linked_data::ld_01_only_known_contexts),
    ("LD-02", linked_data::ld_02_no_context_redefines_a_term),
    ("LD-04", linked_data::ld_04_contexts_keep_their_order),
    ("LD-07", linked_data::ld_07_relative_names_mean_nothing),
    (
        "LD-08",
        linked_data::ld_08_no_vocabulary_that_catches_everything,
    ),
    ("LD-10", linked_data::ld_10_no_context_further_in),
    ("LD-11", linked_data::ld_11_no_keyword_by_another_name),
    ("LD-12", linked_data::ld_12_no_type_brings_a_context),
    ("LD-14", linked_data::ld_14_no_context_is_fetched),
    ("LD-15", linked_data::ld_15_cliques_end_by_count),
    ("LD-16", linked_data::ld_16_other_poison_ends_by_count),
    (
        "LD-17",
        linked_data::ld_17_labels_of_the_sender_are_none_of_ours,
    ),
    (
        "LD-18",
        linked_data::ld_18_language_direction_and_kind_of_a_value_are_signed,
    ),
    ("LD-19", linked_data::ld_19_no_meaning_in_the_order_of_a_set),
    ("LD-20", linked_data::ld_20_a_text_is_no_thing),
    ("SDJ-01", sd_jwt::sdj_01_every_disclosure_has_its_digest),
    (
        "SDJ-02",
        sd_jwt::sdj_02_a_changed_disclosure_is_refused_and_not_dropped,
    ),
    ("SDJ-05", sd_jwt::sdj_05_no_claim_has_a_reserved_name),
    ("SDJ-07", sd_jwt::sdj_07_a_disclosure_has_its_parts),
    ("SDJ-08", sd_jwt::sdj_08_a_digest_is_of_the_text),
    ("SDJ-09", sd_jwt::sdj_09_nesting_and_numbers_are_bounded),
    ("SDJ-10", sd_jwt::sdj_10_one_digest_algorithm),
    ("SDJ-11", sd_jwt::sdj_11_digests_stand_where_they_belong),
    ("SDJ-14", sd_jwt::sdj_14_the_holder_binds_it),
    ("SDJ-15", sd_jwt::sdj_15_bound_to_exactly_these_disclosures),
    ("SDJ-16", sd_jwt::sdj_16_bound_to_us_and_to_our_question),
    ("SDJ-18", sd_jwt::sdj_18_a_binding_is_of_its_own_kind),
    ("SDJ-20", sd_jwt::sdj_20_typ_and_vct_say_what_it_is),
    ("SDJ-21", sd_jwt::sdj_21_the_key_is_the_issuer_s),
    (
        "SDJ-23",
        sd_jwt::sdj_23_what_everybody_has_to_see_is_not_hidden,
    ),
    ("SDJ-24", sd_jwt::sdj_24_a_date_is_a_number),
    ("SDJ-25", sd_jwt::sdj_25_one_way_to_cut_it),
    (
        "SDJ-26",
        sd_jwt::sdj_26_a_holder_keeps_only_what_it_can_show,
    ),
    ("SIG-03", ecdsa::sig_03_the_suite_is_of_another_key_type),
    (
        "SIG-03",
        signature::sig_03_the_algorithm_is_of_another_key_type,
    ),
    (
        "SIG-08",
        signature::sig_08_signatures_and_keys_have_one_length,
    ),
    ("SIG-09", ecdsa::sig_09_r_and_s_are_within_their_range),
    ("SIG-10", ecdsa::sig_10_der_is_no_signature),
    (
        "SIG-11",
        ecdsa::sig_11_a_signature_and_its_twin_name_nothing,
    ),
    (
        "SIG-12",
        signature::sig_12_a_key_that_comes_along_is_not_believed,
    ),
    ("SIG-15", signature::sig_15_the_key_may_not_make_claims),
    ("SIG-16", signature::sig_16_the_key_may_not_authenticate),
    (
        "SIG-17",
        signature::sig_17_the_key_was_revoked_or_has_expired,
    ),
    ("SIG-18", signature::sig_18_names_of_keys_are_compared_whole),
    (
        "SIG-20",
        signature::sig_20_a_public_key_is_one_key_and_public,
    ),
    ("SIG-21", signature::sig_21_no_extension_is_understood),
    ("SIG-22", signature::sig_22_only_the_compact_form_is_read),
    (
        "SIG-23",
        signature::sig_23_no_header_names_another_place_for_the_key,
    ),
    (
        "SIG-24",
        signature::sig_24_a_token_of_one_slot_is_none_of_another,
    ),
    ("SIG-25", signature::sig_25_no_token_is_nested_in_a_token),
    (
        "SIG-27",
        signature::sig_27_nobody_pairs_a_secret_with_another_public_key,
    ),
    ("SIG-28", signature::sig_28_a_damaged_key_releases_nothing),
    ("SIG-29", signature::sig_29_no_inner_failure_is_lost),
    ("STS-01", status::sts_01_a_list_that_swells_is_not_inflated),
    ("STS-03", status::sts_03_an_index_is_within_the_list),
    ("STS-05", status::sts_05_the_first_bit_is_the_left_most),
    ("STS-07", status::sts_07_the_list_is_the_issuer_s),
    (
        "STS-08",
        status::sts_08_a_list_is_a_signed_credential_of_its_type,
    ),
    ("STS-09", status::sts_09_the_list_says_where_it_is),
    ("STS-11", status::sts_11_yesterday_s_list_is_a_replay),
    (
        "STS-12",
        status::sts_12_a_list_that_is_not_there_leaves_it_open,
    ),
    ("STS-16", status::sts_16_one_bit_an_entry),
    ("STS-18", status::sts_18_one_member_and_nothing_beside_it),
    ("STS-20", status::sts_20_a_list_has_no_status),
    ("STS-21", status::sts_21_a_list_is_fetched_from_worlds_alone),
    (
        "STS-22",
        status_token::sts_22_values_of_every_size_say_what_they_say,
    ),
    (
        "STS-22",
        status_token::sts_22_a_token_list_is_one_of_its_form,
    ),
    (
        "STS-22",
        status_token::sts_22_a_token_list_is_signed_by_the_issuer,
    ),
    (
        "STS-22",
        status_token::sts_22_a_list_of_the_other_form_says_nothing,
    ),
    (
        "STS-22",
        status_token::sts_22_entries_are_held_to_their_form,
    ),
    (
        "STS-22",
        status_token::sts_22_yesterday_s_token_list_is_a_replay,
    ),
    ("VP-01", presentation::vp_01_the_presenter_is_the_holder),
    ("VP-03", presentation::vp_03_there_is_one_holder),
    (
        "VP-04",
        presentation::vp_04_what_is_bound_to_nobody_is_no_proof_of_anybody,
    ),
    ("VP-05", presentation::vp_05_one_subject),
    (
        "VP-09",
        presentation::vp_09_a_presentation_answers_one_question_of_one_world,
    ),
    ("VP-10", presentation::vp_10_the_audience_is_compared_whole),
    (
        "VP-12",
        presentation::vp_12_no_presentation_in_a_presentation,
    ),
    (
        "VP-13",
        presentation::vp_13_no_order_that_nobody_signed_answers_a_query,
    ),
    ("VP-13", presentation::vp_13_nothing_shown_proves_nothing),
    (
        "VP-14",
        presentation::vp_14_further_proofs_are_not_over_everything_again,
    ),
    (
        "VP-14",
        presentation::vp_14_many_documents_share_the_work_of_one,
    ),
    ("VP-14", presentation::vp_14_not_too_many_at_once),
    ("VP-17", presentation::vp_17_the_types_are_exactly_those),
    ("VP-19", presentation::vp_19_a_presentation_is_signed),
    (
        "VP-20",
        presentation::vp_20_a_token_says_nothing_else_than_what_is_in_it,
    ),
];

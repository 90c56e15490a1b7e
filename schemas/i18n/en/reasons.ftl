### Why something was refused or could not be decided, for people to read: English.
### One message for each reason code of `src/reason.rs`: what happened, and as `.remedy` what would change the outcome.
### No variables: values, names and identifiers stand beside the sentence, never in it.

## Bytes and JSON

claim_type = A value has another JSON type than its field requires.
    .remedy = The author has to give the field the type that its specification names.
date_malformed = A date or time is not a valid timestamp with a time zone.
    .remedy = The author has to write dates like 2026-11-21T18:00:00Z, with a time zone.
id_malformed = An identifier or address contains characters that are not allowed there.
    .remedy = The author has to write a complete identifier without control characters or spaces.
input_too_deep = The input is nested more deeply, or hidden in more parts, than the limit allows.
    .remedy = The sender has to flatten the document so that its levels and parts stay within the limit.
input_too_large = The input is larger than the limit for its kind, so it was not read.
    .remedy = The sender has to send less: a smaller document, or fewer entries in one request.
json_duplicate_key = A JSON object contains the same member name twice.
    .remedy = The sender has to write each member name only once in every object.
json_invalid_utf8 = The input contains bytes that are not valid UTF-8.
    .remedy = The sender has to encode the JSON text as UTF-8 and send it again.
json_lone_surrogate = A JSON string contains half of a surrogate pair, which is not a character.
    .remedy = The sender has to replace the incomplete escape sequence with the whole character.
json_number_non_canonical = A number in a signed document is not written in its canonical form.
    .remedy = The signer has to write the number in its shortest canonical form and sign again.
json_number_out_of_range = A number is outside the range that every reader understands alike.
    .remedy = The author has to keep integers within ±(2^53−1), or write the value as a string.
parse_error = The input is not well-formed JSON.
    .remedy = The sender has to send one complete JSON value, with nothing before or after it.

## Contexts, terms and canonical form

canon_work_limit = Bringing the document into canonical form would take more work than is allowed.
    .remedy = The issuer has to simplify the document: fewer unnamed nodes that refer to each other.
ctx_hash_mismatch = The stored text of a context does not match its recorded digest.
    .remedy = Whoever installed omote has to reinstall it from an unchanged release.
ctx_inline = The document defines terms inside itself instead of naming a known context.
    .remedy = The issuer has to remove the inline definitions and name a known context by its address.
ctx_nested = A context stands inside a part of the document, where only the top level may have one.
    .remedy = The issuer has to move every context to the top level of the document.
ctx_order = The contexts of the document are not in the order in which they were signed.
    .remedy = The sender has to send the document with its contexts exactly as the issuer signed them.
ctx_unknown = The document uses a context that is not among the known ones.
    .remedy = The issuer has to use only the contexts that omote ships, and sign again.
ld_keyword_forbidden = The document uses a JSON-LD keyword that is not allowed in that place.
    .remedy = The issuer has to write the value with the plain terms of the contexts instead of the keyword.
term_undefined = The document uses a term or a relative address that no known context defines.
    .remedy = The issuer has to use defined terms and full addresses only, and sign again.

## Credentials

cred_expired = The credential is not valid at this time: it has expired or has not yet begun.
    .remedy = The holder has to ask the issuer for a fresh credential, or wait until its validity begins.
cred_issuer_untrusted = The trust policy does not name this issuer for this type of credential.
    .remedy = The operator who trusts this issuer for the type has to name it in the trust policy.
cred_malformed = The credential does not have the shape that its kind requires.
    .remedy = The issuer has to issue a credential with all required parts, each in its required form.
cred_type = The credential's set of types is not the one that was expected.
    .remedy = The holder has to present a credential of the requested type from an issuer trusted for it.
digest_mismatch = A resource that the credential refers to does not match its digest.
    .remedy = The party that serves the resource has to provide it unchanged, or the issuer has to issue anew.
envelope_invalid = The enveloped credential does not have a supported media type, size or depth.
    .remedy = The sender has to wrap exactly one credential, once, with the media type of its format.
mandatory_missing = The presentation leaves out claims that the issuer made mandatory.
    .remedy = The wallet has to present the credential again with all mandatory claims disclosed.
revoked = The issuer has revoked the credential.
    .remedy = The holder has to ask the issuer whether a new credential can be issued.
bundle_expired = The offline bundle is not in force now: it was made later, or its maker no longer stands by it.
    .remedy = Somebody with a network has to make a new bundle.
bundle_invalid = The file is not an offline bundle in its proper form.
    .remedy = The bundle has to be made again with `omote-world bundle make`.
bundle_untrusted = The offline bundle was not signed by anybody whom the policy names as a maker of bundles.
    .remedy = The policy has to name the maker, or the bundle has to come from a maker whom it names.
suspended = The issuer has suspended the credential for now.
    .remedy = The holder has to ask the issuer when the suspension ends; then the check can be repeated.
trust_list_invalid = The trust list that the policy names is not what it has to be, so nothing in it is believed.
    .remedy = Whoever publishes the trust list has to publish a valid one, signed by the key that the policy names.
trust_list_unavailable = The trust list that the policy names could not be retrieved, so it is unknown whether the issuer is trusted.
    .remedy = Whoever publishes the trust list has to make it reachable; then the check can be repeated.
unknown_extension = The credential refers to an extension that is not evaluated here.
    .remedy = The operator has to accept this extension in the policy, or the issuer has to leave it out.
unknown_security_member = A security section of the document has a member whose meaning is not known here.
    .remedy = The signer has to leave out members that the specification of the proof does not define.

## Keys

issuer_key_mismatch = The key that signed the credential is not tied to the issuer it names.
    .remedy = The issuer has to sign with a key listed in the DID document of the issuer named there.
key_history_mismatch = The issuer's published keys do not follow from those recorded earlier.
    .remedy = The operator has to confirm the change with the issuer by another channel before pinning the new keys.
key_malformed = The public key is not written in a valid form.
    .remedy = The key's publisher has to publish one valid public key, without private or conflicting parts.
key_revoked = The signing key has expired or was revoked by its controller.
    .remedy = The signer has to sign again with a key that is valid now.
key_type_mismatch = The key is of another type than the signature algorithm needs.
    .remedy = The signer has to name the algorithm that belongs to the key, or sign with a fitting key.
key_weak = The public key is weak: signatures for it could be made without the private key.
    .remedy = The party using the key has to generate a new one with an up-to-date tool.

## DIDs and their documents

did_document_invalid = The DID document was retrieved but its content is not valid.
    .remedy = The DID's controller has to correct the document and publish it again.
did_id_mismatch = The retrieved DID document speaks of a different DID.
    .remedy = The DID's controller has to publish a document whose id equals the DID exactly.
did_key_codec = The DID encodes a kind of key that is not supported here.
    .remedy = The party that made the DID has to derive it from a supported key type, such as Ed25519.
did_malformed = The DID is not written in a valid form.
    .remedy = The sender has to use the exact, canonical spelling of the DID.
did_method_unsupported = The DID uses a method that is not supported here.
    .remedy = The sender has to use a DID of one of the supported methods: key, jwk or web.
did_port = The DID names a network port that is not allowed.
    .remedy = The operator of that domain has to serve the DID document on the standard https port.
did_redirect = The address of the DID document answered with a redirect, which is not followed.
    .remedy = The domain's operator has to serve the DID document directly at its address.
did_resolution_blocked = The DID leads to a network address that must not be contacted.
    .remedy = The domain's operator has to make its name resolve to public network addresses only.
did_resolution_failed = The DID document could not be retrieved.
    .remedy = The domain's operator has to serve it over https with a valid certificate; then try again.
did_too_large = The DID document is larger or slower to arrive than the limits allow.
    .remedy = The domain's operator has to publish a smaller document and answer without delay.
vm_controller = The signing key is under the control of another party than the signer.
    .remedy = The signer has to use a key whose entry names the signer as its controller.
vm_malformed = The reference to the signing key is not a complete DID URL.
    .remedy = The signer has to name the key by its full DID URL, with a fragment and without a query.
vm_not_found = The signing key is not listed in the signer's DID document.
    .remedy = The signer has to publish the key in the DID document, or sign with a listed key.
vm_relationship = The signer's DID document does not authorize the key for this purpose.
    .remedy = The signer has to list the key under the fitting purpose, or sign with a key listed there.

## Signatures and proofs

alg_not_allowed = The signature algorithm is not on the list of allowed algorithms.
    .remedy = The signer has to sign with an allowed algorithm, such as Ed25519.
proof_chain_broken = A proof refers to an earlier proof that is missing, circular or too far back.
    .remedy = The signers have to send the chain complete, in order and within the allowed length.
proof_challenge = The proof does not carry the challenge that was sent with this request.
    .remedy = The wallet has to answer the current request and put its challenge into the proof.
proof_created_future = The proof is dated in the future.
    .remedy = The signer has to set its clock and sign again.
proof_created_range = The proof is dated before its key or its credential came into being.
    .remedy = The signer has to sign again with the current date.
proof_domain = The proof was made for another domain than this one.
    .remedy = The wallet has to make a proof that names the domain of the world that asks.
proof_expired = The proof has passed the end of its validity.
    .remedy = The signer has to make a fresh proof that is still valid when it arrives.
proof_malformed = The proof is not written in the form that its type requires.
    .remedy = The signer has to make the proof anew, with every member in its required form.
proof_missing = The document carries no proof.
    .remedy = The signer has to add a proof to the document before sending it.
proof_purpose = The proof was made for another purpose than the one required here.
    .remedy = The signer has to make a proof for this purpose: assertion for credentials, authentication for presentations.
proof_set_policy = The set of proofs does not meet the policy: all must hold, and one must be the issuer's.
    .remedy = The sender has to include the issuer's proof and leave out proofs that do not verify.
proof_type_unsupported = The proof is of a type or cryptosuite that is not supported here.
    .remedy = The signer has to use a supported cryptosuite, such as eddsa-jcs-2022 or eddsa-rdfc-2022.
sig_invalid = The signature does not match the content and the key.
    .remedy = The signer has to sign exactly this content anew, and it has to arrive unchanged.
sig_malformed = The signature does not have the length or encoding that its algorithm requires.
    .remedy = The signer has to send the complete signature in the encoding that the format prescribes.

## Signed tokens

jws_crit_unsupported = The signed token marks a header as critical that is not supported here.
    .remedy = The signer has to make the token without critical header extensions.
jws_header_forbidden = The header of the signed token contains a member that is not allowed.
    .remedy = The signer has to leave embedded keys, key addresses and nested tokens out of the header.
jws_serialization = The signed token is not in the compact form.
    .remedy = The sender has to send the token as three parts joined by dots.
jwt_typ = The signed token is of another kind than the one expected in this place.
    .remedy = The sender has to send the kind of token that belongs here, marked with its exact type.

## SD-JWT credentials and key binding

cnf_unsupported = The credential is bound to its holder's key in a way that is not supported here.
    .remedy = The issuer has to bind the credential by the holder's public key itself.
kb_aud = The key binding does not name this verifier and this request's nonce.
    .remedy = The wallet has to bind the presentation to the current request, with its audience and nonce.
kb_iat = The time of the key binding is outside the accepted window.
    .remedy = The wallet's device has to have the right time, and the wallet has to present again.
kb_missing = The SD-JWT presentation has no key binding, so it does not show who presents it.
    .remedy = The wallet has to add a key binding signed with the holder's key.
kb_sd_hash = The key binding does not match the disclosures it was sent with.
    .remedy = The wallet has to choose the disclosures first and then sign the key binding over them.
kb_transaction_data = The key binding does not authorize exactly the transactions that were asked for.
    .remedy = The wallet has to bind the digest of each transaction that it shows, in the order of the request, and nothing else.
kb_typ = The key binding has the wrong token type or a signature algorithm that is not accepted.
    .remedy = The wallet has to mark it with the type kb+jwt and sign it with an accepted algorithm.
sd_claim_collision = A disclosed claim clashes with one that must stand, or already stands, in clear.
    .remedy = The issuer has to put this claim in one place only, and validity, issuer and key always in clear.
sd_digest_duplicate = The SD-JWT credential contains the same disclosure digest more than once.
    .remedy = The issuer has to issue the credential with a fresh salt for every disclosure.
sd_disclosure_duplicate = The same disclosure was sent more than once.
    .remedy = The wallet has to send each disclosure exactly once.
sd_disclosure_malformed = A disclosure does not have the parts that its place requires.
    .remedy = The issuer has to form each disclosure from a salt, a name where one is needed, and a value.
sd_disclosure_unreferenced = A disclosure does not belong to the credential, or was changed after issuance.
    .remedy = The wallet has to send only disclosures of this credential, exactly as they were received.
sd_hash_alg = The SD-JWT credential names a digest algorithm that is not allowed.
    .remedy = The issuer has to issue the credential with SHA-256 digests.
sd_holder_reject = The wallet did not keep the SD-JWT credential, because its disclosures and digests do not fit.
    .remedy = The issuer has to deliver the credential with all its disclosures and without a key binding.
sd_malformed = The SD-JWT credential is not put together in a valid way.
    .remedy = The sender has to send the issuer's token and its disclosures in the form the format defines.
sd_reserved_name = A disclosure uses a claim name that the format reserves for itself.
    .remedy = The issuer has to issue the credential with another name for this claim.

## Presentations

admission_review = The world has verified the presentation, and one of its people decides before anybody enters.
    .remedy = Wait for the world's decision; the receipt shows that it has the presentation.
holder_binding_missing = The credential names no holder, so anyone could present it.
    .remedy = The issuer has to issue the credential to a key of the holder.
nonce_reused = The nonce has already been used once and cannot be used again.
    .remedy = The party that answers has to obtain a new nonce and sign with it.
vp_audience = The presentation was made for another recipient.
    .remedy = The wallet has to answer the request of this world itself, with this world as the audience.
vp_format_unsupported = The wallet has none of the formats in which the world asks.
    .remedy = The world has to ask in a format that the wallet supports, or the person has to use another wallet.
vp_holder_mismatch = The presenter is not the holder named in the credential.
    .remedy = The holder has to sign the presentation with the key to which the credential was issued.
vp_malformed = The presentation does not have the shape that was asked for.
    .remedy = The wallet has to send the presentations as an array under the id of each query.
vp_mixed_holders = The presentation combines credentials of different holders.
    .remedy = The wallet has to send one presentation for each holder key.
vp_nested_forbidden = The presentation contains another presentation.
    .remedy = The wallet has to put the credentials directly into one presentation.
vp_query_unsatisfied = The presentation does not contain everything that the world asked for.
    .remedy = The holder has to present credentials that answer every required part of the request.
vp_replay = This presentation has already been used.
    .remedy = The wallet has to make a new presentation for a new request.
vp_stale = The presentation was made too long ago.
    .remedy = The holder has to present again, and the answer has to arrive within the time allowed.
vp_too_many = The presentation contains more credentials than the limit allows.
    .remedy = The wallet has to present only the credentials that were asked for.

## Status lists

status_expired = The status list has passed the end of its validity.
    .remedy = The issuer has to publish a current status list.
status_fetch_blocked = The status list's address must not be contacted from here.
    .remedy = The issuer has to publish the list at a public https address that does not redirect.
status_index_range = The credential's position lies outside the status list or is not a plain number.
    .remedy = The issuer has to issue the credential with a position inside its list.
status_invalid = The status list is not a valid signed list for this address, or its value has no meaning here.
    .remedy = The issuer has to publish a complete, signed list that names its own address, with values that everybody knows.
status_issuer = The status list was issued by another party than the credential.
    .remedy = The issuer has to sign the status list as the same issuer, or have the delegation listed in the policy.
status_length = The status list is shorter than the minimum that protects holders' privacy.
    .remedy = The issuer has to publish a list of at least 131,072 entries.
status_purpose = The status list serves another purpose than the credential's entry names.
    .remedy = The issuer has to point the entry to a list with the same purpose.
status_rollback = The status list is older than one that was seen before.
    .remedy = The issuer has to serve its newest list, without an old copy in between.
status_size_unsupported = The status list uses more than one bit per entry, which is not supported here.
    .remedy = The issuer has to publish the status in a list with one bit per entry.
status_too_large = The status list is larger than the limit once unpacked.
    .remedy = The issuer has to divide its credentials among several smaller lists.
status_type = The credential's status entry is of a type that is not supported here.
    .remedy = The issuer has to use a BitstringStatusListEntry, or in a token a Token Status List.
status_unavailable = The status list could not be retrieved, so it is unknown whether the credential is still valid.
    .remedy = The issuer has to make the list reachable; then the check can be repeated.

## Models, provenance and license terms

asset_bounds = The model file refers to data outside its buffers or vertices.
    .remedy = The creator has to repair the accessors and indices, or export the model anew.
asset_cycle = The nodes of the model form a loop or have more than one parent.
    .remedy = The creator has to arrange the nodes as a tree in the modelling tool.
asset_extension = The model requires a glTF extension that is not supported here.
    .remedy = The creator has to export the model without that extension or mark it as optional.
asset_external_uri = The model refers to data outside its file.
    .remedy = The creator has to embed all textures and buffers in the one file.
asset_format = The model file is not a well-formed GLB, glTF or VRM file.
    .remedy = The creator has to export the model again as a valid file, with nothing appended.
asset_hash_mismatch = The model file is not the one that the credential describes.
    .remedy = The holder has to supply the unchanged file, or ask for a credential for the changed file.
asset_image_bomb = An image in the model is larger than the limits once decoded.
    .remedy = The creator has to reduce the image, for example to 4096 × 4096 pixels or less.
asset_meta_mismatch = The license details inside the model differ from those in the credential.
    .remedy = The creator has to make both agree: export the model again or sign new provenance.
asset_provenance_untrusted = The trust policy does not name the creator who signed this model's provenance.
    .remedy = The operator who trusts this creator has to name the creator in the trust policy.
asset_too_large = The model file is larger, or has more parts, than the limits allow.
    .remedy = The creator has to reduce the file: fewer vertices, nodes or textures.
license_looser = The credential grants looser license terms than the creator's provenance does.
    .remedy = The issuer has to issue the credential with terms at least as strict as the creator's.
provenance_missing = The credential carries no provenance from the model's creator.
    .remedy = The issuer has to include the provenance signed by the creator in the credential.

## Names

name_hidden_characters = The name contains characters that nobody sees.
    .remedy = Whoever goes by the name has to remove the invisible characters from it.
name_lookalike = The name can be mistaken for the name of somebody else.
    .remedy = Whoever goes by the name has to choose one that is clearly different.
name_mixed_scripts = The name mixes letters of scripts that are not written together.
    .remedy = Whoever goes by the name has to write each word of it in one script.

## Wallet

backup_weak = The backup is protected too weakly to be used.
    .remedy = Make a new backup with a longer passphrase and the current settings.
history_broken = The wallet's history is not intact: an entry is missing or was changed.
    .remedy = Restore the wallet from a backup whose history is intact; `omote history --verify` shows it.
keychain_unavailable = The operating system's keychain is locked or cannot be reached.
    .remedy = Unlock the keychain, or open the wallet with its passphrase.
plugin_name = The name contains characters that belong to a file path.
    .remedy = Give a plain name of letters, digits and hyphens, without slashes or dots.
rng_failure = The operating system gave no randomness, so no key or nonce was made.
    .remedy = Run the command where the system's random source works, for example outside the sandbox.
wallet_corrupt = The wallet file was changed or damaged outside the wallet.
    .remedy = Put an undamaged copy of the file back, or restore with `omote backup restore`.
wallet_exists = A wallet already exists in this folder; nothing was overwritten.
    .remedy = Use that wallet, or set OMOTE_HOME to another folder and run `omote init` again.
wallet_format_version = The wallet file was written in a format that this version does not read.
    .remedy = Install the omote version that wrote the wallet, or a newer one.
wallet_io = The wallet could not be read or written on this disk; what was stored before is kept.
    .remedy = Free space on the disk or repair its access, then repeat the command.
wallet_kdf_params = The wallet's passphrase settings are outside the accepted bounds.
    .remedy = Restore the wallet from a backup whose passphrase settings were not changed.
wallet_permissions = Other users of this computer can read or change the wallet's files.
    .remedy = Limit access to your user: mode 700 for the folder and 600 for the files.
wallet_rollback = The wallet file is older than the wallet's counter says it should be.
    .remedy = Put the newest wallet file back; if it is lost, restore the newest backup.
wallet_symlink = The wallet path is a link or a special file instead of an ordinary file.
    .remedy = Remove the link and put the wallet file itself at that path, or choose another path.
wallet_wrong_passphrase = The wallet does not open with this passphrase.
    .remedy = Enter the passphrase again; if it is lost, restore into another folder: `omote --home FOLDER backup restore FILE`, or `init --restore` with the words alone.
words_malformed = These are not 24 valid recovery words.
    .remedy = Check the spelling and order of the words, and the language of their list.

## Receiving credentials

auth_code_mismatch = The authorization code was made for another client, redirect address or code challenge.
    .remedy = The wallet has to send the client, the address and the code verifier of the request that it pushed.
auth_code_used = The authorization code has already been redeemed.
    .remedy = The holder has to log in at the world and agree once more.
c_nonce_invalid = The nonce in the key proof is unknown or no longer valid.
    .remedy = The wallet has to fetch a fresh nonce from the issuer and make the key proof again.
credential_not_authorized = The access token does not cover the credential that was requested.
    .remedy = The wallet has to request a credential that the offer names.
dpop_invalid = The access token was used without a valid proof of the key it is bound to.
    .remedy = The wallet has to send a fresh DPoP proof, signed with that key for this request.
import_rejected = The credential that arrived failed its checks, so the wallet did not store it.
    .remedy = The issuer has to deliver a valid credential of the offered type, issued to the wallet's key.
invalid_proof = The key proof does not show that the wallet holds the key.
    .remedy = The wallet has to sign the key proof with exactly the one key that it names.
issuance_denied = The world looked at the request and decided not to issue the credential.
    .remedy = The holder has to ask the world why, and for a new offer.
issue_self_check_failed = The issuer's check of the finished credential failed, so it was not released.
    .remedy = The issuer has to examine the signing key and hardware, and issue again.
issue_template_violation = The issuance request tries to set parts that only the issuer's template sets.
    .remedy = The caller has to fill only the fields that the template leaves open.
issuer_metadata_mismatch = The issuer's metadata names another issuer than the offer does.
    .remedy = The issuer has to use the same identifier in the offer and in the metadata.
offer_rejected = The wallet declined the offer because its content or address is not acceptable.
    .remedy = The issuer has to make a new offer with a public https address and plain text.
origin_unconfirmed = The wallet has not contacted this world, because you have not confirmed its origin.
    .remedy = Check the world's address, then confirm it with `omote trust add ORIGIN`.
pre_auth_code_used = The code of this offer has already been redeemed.
    .remedy = The holder has to ask the issuer for a new offer.
redirect_uri_refused = The world sends no authorization codes to this address.
    .remedy = The wallet has to use a loopback address, or an https address that the world's configuration lists.
refill_too_early = The last refill of copies is too recent.
    .remedy = Try again later; copies that are left can be used meanwhile.
tx_code_invalid = The transaction code is missing or not the right one for this offer.
    .remedy = Enter the code that the issuer gave you for this offer.
tx_code_locked = The offer is locked after too many wrong transaction codes.
    .remedy = The issuer has to make a new offer with a new transaction code.

## Requests and consent

client_auth_failed = The request could not be confirmed as coming from the world it names.
    .remedy = The world has to sign the request with a key published for its identifier.
client_id_prefix = The request identifies the world in a way that is not supported or does not fit.
    .remedy = The world has to use a supported kind of client identifier and meet that kind's rules.
consent_mismatch = The consent given is for another request than this one, so nothing was sent.
    .remedy = Run the command with `--dry-run`, read it, and pass the digest that it prints to `--consent`.
copy_exhausted = No unused copy of the credential is left to show to a new world.
    .remedy = Receive fresh copies from the issuer, then present again.
deadline_passed = The time for this request or offer is over.
    .remedy = Ask the world to send a new request or offer, and answer it in time.
enc_required = The answer arrived unencrypted, but the request asked for encryption.
    .remedy = The wallet has to encrypt the answer with the key given in the request.
enc_unsupported = The answer cannot be encrypted, or is encrypted, in a way that is accepted here.
    .remedy = The request has to name a P-256 key for ECDH-ES, and the wallet has to encrypt to it with A128GCM or A256GCM, without compression.
qr_ambiguous = The picture holds several QR codes that say different things.
    .remedy = Cut the picture so that only the code that you mean is on it.
qr_not_found = No QR code could be read in the picture.
    .remedy = Take the picture again: closer, sharp, with all four edges of the code; or give the link itself.
qr_picture_malformed = The file is no intact PNG or JPEG picture.
    .remedy = Save the picture again as PNG or JPEG.
qr_picture_too_large = The picture has more pixels than are looked at.
    .remedy = Make the picture smaller, or cut out the part with the code.
query_invalid = The query in the request is not valid or exceeds its limits.
    .remedy = The world has to send a well-formed DCQL query within the limits.
query_over_ask = The world asks for more than the wallet shares at once.
    .remedy = The world has to name the claims it needs and ask for fewer credentials.
redirect_refused = The world tried to redirect the answer, so it was not sent on.
    .remedy = The world has to accept the answer at the address that it gave in the request.
request_uri_blocked = The address of the request must not be contacted, or its answer is not acceptable.
    .remedy = The world has to serve the request directly from its public https origin, within the size limit.
response_uri_mismatch = The request asks for the answer to be sent to another origin than the world's.
    .remedy = The world has to name a response address on the origin that it is identified by.
session_mismatch = The answer belongs to another session than the one it is used in.
    .remedy = The person has to finish the flow in the session that started it.
state_mismatch = The answer does not carry the state of a waiting request.
    .remedy = The wallet has to return the state value exactly as the request gave it, once.
transaction_data_unsupported = The request contains transaction data that the wallet cannot bind to its answer.
    .remedy = The world has to ask without transaction data, or use a type that the wallet supports.
world_unreachable = The world did not answer.
    .remedy = Check the network connection and the address, and try again when the world is running.

## Item ledger and transfers

evidence_inconclusive = The file proves nothing: what it shows may all be true at once.
    .remedy = Two signed things are needed that a truthful ledger would never both have signed.
head_invalid = The document about the newest step of the item contradicts itself or the credential.
    .remedy = The holder or the world that issued the item has to bring the head document that belongs to this item.
head_stale = What is known of the item's newest step is older than the policy allows.
    .remedy = The newest head document has to be fetched from the ledger, or sent anew by the holder.
head_unavailable = The newest step of the item could not be learned from its ledger.
    .remedy = Try again when the ledger answers, or have the holder send the head document with the credential.
item_active_elsewhere = The item is active in another world at present.
    .remedy = The holder has to release it there, or wait until its lease there has ended.
item_exists = An item with this identifier is already in the ledger.
    .remedy = The issuer has to register the new item under an unused identifier.
item_moved = The usage right to this item has moved on to somebody else.
    .remedy = Only the present holder can show the item; whoever accepts it anew gets a new credential.
item_revoked = The usage right to this item was withdrawn in the ledger.
    .remedy = The holder has to ask the world that issued the item whether the right can be granted again.
item_unknown = The ledger has no item of this name.
    .remedy = Check the item's tag and ask the world that issued the item.
ledger_chain_broken = The steps of the item in its ledger do not follow from one another.
    .remedy = The ledger's operator has to account for the steps; keep what was served as evidence.
ledger_chain_full = The item's life has so many steps in its ledger that it can be neither offered nor made active any more.
    .remedy = Ask the world that issued the item whether it issues it anew.
ledger_chain_unavailable = Not every step of the item's life could be had from its ledger.
    .remedy = Try again when the ledger can be reached, or bring all its steps from GET /items/…/chain in a file.
ledger_creator_undisclosed = The item's creator has to agree to each passing on, and the credential does not show who that is.
    .remedy = Show the item's provenance too; worlds ask for it by the claim “provenance”.
ledger_entry_mismatch = What the credential says about the item ledger does not fit the credential.
    .remedy = The world that issued the item has to issue the credential anew, with its own ledger and these terms.
ledger_entry_missing = The credential does not say where the item ledger keeps this item.
    .remedy = The world that asks has to ask for the claim ledgerEntry; the holder has to show it, or get a credential that has one.
ledger_malformed = The document of the item ledger does not have the form that it has to have.
    .remedy = Whoever made it has to write it as the description of the item ledger says.
log_malformed = A note, checkpoint, tile or proof of a log does not have the form that it has to have.
    .remedy = Whoever serves it has to write it as the C2SP specifications of logs say.
log_proof_invalid = The proof that the ledger's log holds this step does not hold.
    .remedy = The newest head document has to be fetched from the ledger; if the proof fails again, keep it as evidence.
log_proof_missing = There is no proof that the ledger's log holds this step, and the policy asks for one.
    .remedy = Try again shortly: the log takes a step in within seconds, and the head document has the proof from then on.
log_untrusted = The checkpoint is of another log, or no known key of the log signed it.
    .remedy = The log's operator has to sign with a key that is announced for this log, or the settings have to name the right one.
log_witnesses_missing = Too few of the witnesses that the policy names have signed the ledger's log.
    .remedy = Fetch a head document whose checkpoint enough witnesses have signed, or name other witnesses in the policy.
offer_changed = The transfer offer was changed or withdrawn after it was accepted.
    .remedy = The receiver has to read the present offer and accept it anew.
receiver_invalid = The receiver's identifier cannot take the item; it stays with its present holder.
    .remedy = The receiver has to give a valid DID with a sound key, other than the present holder's.
registry_equivocation = The ledger has signed two histories that contradict each other.
    .remedy = Keep both signed histories as evidence; the ledger's operator has to account for them.
registry_rollback = The ledger shows an older state than the one it signed before.
    .remedy = The ledger's operator has to bring back the newest state and prove that it continues the old one.
transfer_audience = The transfer was signed for another ledger.
    .remedy = The holder has to sign a transfer that names the ledger where the item is registered.
transfer_conflict = The item has already moved on, so this transfer was not carried out.
    .remedy = Update the wallet from the ledger; only the present holder can transfer the item now.
transfer_expired = The transfer was not completed before its deadline, and the item stays with its holder.
    .remedy = The holder has to start a new transfer, and the receiver has to accept it in time.
transfer_not_allowed = The terms of this item do not allow it to be passed on now.
    .remedy = The holder has to keep the item; where its creator has to agree, their signature is needed first.
transfer_not_holder = The transfer was not signed by the key that now holds the usage right to the item.
    .remedy = The present holder has to sign the transfer.
transfer_replay = This transfer has already been carried out.
    .remedy = The holder has to sign a new transfer over the item's present state.
transfer_unfinished = A step of this item was signed before, and how it ended is not known yet.
    .remedy = Let the wallet go on with that step first; it is never carried out twice.

## Service and operation

api_unrepresentable = This misuse cannot be expressed through the interface.
    .remedy = The integrator has to supply what the interface asks for, such as challenge and audience.
bad_request = The request is not one that this address understands.
    .remedy = The caller has to follow the interface description at /openapi.json and use the public address.
body_too_large = The body of the HTTP request is larger than allowed.
    .remedy = The caller has to send a smaller body.
ci_denied = The build rules denied a dependency or a build result.
    .remedy = The contributor has to replace the dependency or make the build reproducible.
config_insecure = The configuration would weaken protection, so the program did not start.
    .remedy = The operator has to choose a safe value for the setting, or limit the world to loopback.
config_malformed = The configuration file is not well-formed, or contains a value that is not valid.
    .remedy = The operator has to correct the named setting and start again.
db_unavailable = The world's database does not answer; nothing was changed.
    .remedy = The world's operator has to restore the database; then the request can be repeated.
fetch_blocked = An address was named that is never contacted: it is not https, or it lies in a private network.
    .remedy = The party that publishes the address has to serve it over https from a public network address.
idempotency_conflict = The same idempotency key was sent before with a different request.
    .remedy = The caller has to use a new key for a new request, or repeat the first one unchanged.
internal_error = Something failed inside the program, and the action was not completed.
    .remedy = Try again; if it recurs, the operator has to look into the log for this moment.
media_type_unsupported = The body of the HTTP request is of a type, an encoding or a character set that is not accepted here.
    .remedy = The caller has to send the content type that the interface description names, in UTF-8 and not compressed.
not_found = There is nothing at this address or under this name.
    .remedy = The caller has to check the address or identifier; it may have expired and been deleted.
grant_revoked = What was issued with this offer was revoked, which is for ever.
    .remedy = Make a new offer to the person instead.
overloaded = The service is busy and did not take up the request.
    .remedy = Wait for the time that the Retry-After header names, then send the request again.
policy_malformed = The trust policy cannot be read, so nobody is trusted.
    .remedy = The operator has to correct the trust policy file so that it follows its schema.
slow_client = The request arrived too slowly, so the connection was closed.
    .remedy = The caller has to send the whole request within the time limit, over a faster connection.
unauthorized = The request does not carry the right to do this.
    .remedy = The caller has to send the secret or access token that was given for this action.
world_exists = There is a world in this folder already; nothing was overwritten.
    .remedy = Choose another folder with `omote-world init --dir DIR`, or serve the world that is there.
world_io = A file, folder or address of the world could not be used.
    .remedy = The operator has to look at the path or address that is named, at its permissions, and at what else uses it.

### Everything that the command `omote` says, in English.
### Ids: about-, arg-, example-, help- are the help pages; err- is what happened, .remedy what helps.
### People hold usage rights of avatars and items; no text speaks of property.

## Help pages

about-omote = omote: a wallet for the faces you wear in metaverses
after-omote =
    Exit codes:
      0 done   1 error   2 usage   3 nothing matches   4 locked, or needs an answer
      5 declined   6 not verified   7 network   8 shown, used or transferred before

    Environment:
      OMOTE_HOME             the wallet's folder
      OMOTE_PASSPHRASE_FILE  a file with the passphrase, readable by you alone
      OMOTE_LANG, LC_ALL     the language: en or ja
      NO_COLOR, CLICOLOR_FORCE

    Begin with: omote init
help-usage = Usage:
help-usage-options = [OPTIONS]
help-usage-command = <COMMAND>
help-commands = Commands:
help-arguments = Arguments:
help-options = Options:
help-global-options = Global options:
help-values = { " " }[{ $values }]
help-repeated = { "; " }may be given several times

about-init = Make a wallet, or bring its keys back from the 24 words
example-init =
    Examples:
      $ omote init
      $ omote init --restore
      $ omote init --words-out words.txt --passphrase-file pass.txt
about-status = Say whether there is a wallet and what it holds; asks nothing
example-status =
    Example:
      $ omote status --json
about-doctor = Look for anything wrong on this machine, and say what helps
example-doctor =
    Example:
      $ omote doctor
about-persona = List, add, rename or choose personas: your faces, which never share keys
example-persona =
    Example:
      $ omote persona add Night
about-persona-list = List the personas
example-persona-list =
    Example:
      $ omote persona list
about-persona-add = Add a persona
example-persona-add =
    Example:
      $ omote persona add Night
about-persona-rename = Give a persona another name; no world learns either
example-persona-rename =
    Example:
      $ omote persona rename Night Dawn
about-persona-default = Choose the persona that is used when none is named
example-persona-default =
    Example:
      $ omote persona default Night
about-receive = Receive an avatar or item that a world offers
example-receive =
    Examples:
      $ omote receive 'openid-credential-offer://?credential_offer_uri=…'
      $ omote receive - --origin http://localhost:8081 < link.txt
      $ omote receive --qr-image offer.png
      $ omote receive - --dry-run < link.txt
      $ omote receive https://world.example
      $ omote receive --pending
    The terms of a license are shown only after the offer is redeemed. At a
    terminal you are asked again then; --consent DIGEST keeps whatever
    arrives and verifies, under any terms.
about-refill = Get more copies of what this wallet holds
example-refill =
    Examples:
      $ omote refill Mika
      $ omote refill --all
    Copies that worlds know are renewed under the same keys, and a fresh
    reserve is added. The issuer is asked now and at no other time, so it
    does not learn when you show something.
about-list = List the avatars and items whose usage rights this wallet holds
example-list =
    Example:
      $ omote list
about-show = Show one avatar or item: license in words, copies, worlds that know it
example-show =
    Example:
      $ omote show 3f9c
about-present = Show a world what it asks for, after you saw and agreed to the outcome
example-present =
    Examples:
      $ omote present 'openid4vp://?client_id=…&request_uri=…'
      $ omote present - --dry-run < link.txt
      $ omote present --qr-image screen.png
      $ omote present - --consent uEi… < link.txt
      $ omote present - --choose avatar_sd_jwt=3f9c < link.txt
about-check = Judge a credential, presentation, model file or receipt that you were handed
example-check =
    Examples:
      $ omote check avatar.json --explain
      $ omote check mika.vrm
      $ omote check vp_token.json --request request.jwt --policy trust.toml
      $ omote check avatar.json --did-document did.json --status-list list.json
      $ omote check --holdings
    With documents or lists at hand nobody is contacted. --holdings asks the
    confirmed worlds for their status lists; each learns that somebody asks, and
    not about which of its credentials.
about-history = Show what came and what left, and check that the record is whole
example-history =
    Examples:
      $ omote history --world https://arena.example
      $ omote history --verify
about-trust = List, confirm or forget worlds; only confirmed worlds are contacted
example-trust =
    Example:
      $ omote trust list
about-trust-list = List the worlds that this wallet knows
example-trust-list =
    Example:
      $ omote trust list
about-trust-add = Confirm a world by its origin
example-trust-add =
    Examples:
      $ omote trust add https://neokyoto.example
      $ omote trust add http://localhost:8081
about-trust-remove = Forget a world; it must be confirmed again before it is contacted
example-trust-remove =
    Example:
      $ omote trust remove https://neokyoto.example
about-trust-anchor = List, add or remove certification authorities that vouch for worlds
example-trust-anchor =
    Examples:
      $ omote trust anchor list
    A world may sign its requests with the key of a certificate. It is believed
    when the certificate leads to a root that this machine knows, as for web
    sites, or to one that you added. Add a root only if you would believe it about
    any world's name.
about-trust-anchor-list = List the certification authorities that you added
example-trust-anchor-list =
    Examples:
      $ omote trust anchor list
about-trust-anchor-add = Add the certificates of a PEM file
example-trust-anchor-add =
    Examples:
      $ omote trust anchor add root.pem
about-trust-anchor-remove = Remove a certificate by its fingerprint
example-trust-anchor-remove =
    Examples:
      $ omote trust anchor remove 8F43288AD272F3103B6FB1428485EA3014C0BCFE...
about-backup = Make, try or restore a sealed backup that the 24 words open
example-backup =
    Example:
      $ omote backup create mika.omote
about-backup-create = Write a backup to a new file
example-backup-create =
    Example:
      $ omote backup create mika.omote
about-backup-verify = Open a backup, read all of it, and say what it would bring back
example-backup-verify =
    Example:
      $ omote backup verify mika.omote
about-backup-restore = Make a wallet from a backup and the 24 words
example-backup-restore =
    Example:
      $ omote backup restore mika.omote
about-provenance = Sign, as its creator, where a model file comes from and its terms
example-provenance =
    Examples:
      $ omote provenance mika.vrm --out mika.provenance.json
      $ omote provenance mika.glb --out p.json --license terms.json
about-completions = Print what a shell needs to complete omote's command line
example-completions =
    Example:
      $ omote completions bash > ~/.omote-completion.bash
about-man = Print a manual page
example-man =
    Example:
      $ omote man present | man -l -
about-help = Show the help page of a command
example-help =
    Example:
      $ omote help backup create

arg-lang = Language of everything omote says
arg-json = Print one JSON object on stdout (omote.schema.json)
arg-color = When to use color
arg-home = The wallet's folder, in place of OMOTE_HOME
arg-passphrase-file = File with the passphrase, readable by you alone
arg-help = Show this help
arg-version = Show the version
arg-init-restore = Bring the keys back from the 24 words
arg-words-file = File with the 24 words, readable by you alone
arg-words-out = Write the 24 words to a new file in place of the screen
arg-words-lang = Language of the 24 words
arg-init-persona = Name of the first persona, which no world learns
arg-no-keychain = Do not keep a key in the system's keychain
arg-accept-older-store = Go on with a wallet file that is older than it was, and do nothing else
arg-persona-name = Name of the persona
arg-persona-new-name = Its new name
arg-dry-run = Show the outcome and its digest; nothing is signed or sent
arg-consent = Agree to exactly the outcome with this digest, without a question
arg-offer-link = The offer's link (openid-credential-offer:…), or - for stdin
arg-qr-image = Read the link from the QR code in this picture (PNG or JPEG), or - for stdin
arg-receive-persona = Persona that is to hold it
arg-origin = Origin of the world, in your words, in place of the question; worlds on this machine must be named this way
arg-copies = How many copies of each to ask for
arg-pending = Decide on what arrived before, and fetch what worlds still owe, as far as it is time to ask
arg-format = Format of what is offered in several
arg-only = Only this one of what is offered, by its name in the offer
arg-open = Open the world's login page in the browser
arg-refill-all = All that need it
arg-refill-force = Also those that have enough copies
arg-code-file = File with the code that the world told you, readable by you alone
arg-holding = Its id, the first four or more digits of it, or its name
arg-request-link = The request's link (openid4vp:…), or - for stdin
arg-no-lease = Do not let the world mark an item as active there
arg-present-persona = Persona that answers
arg-choose = Show this holding for that part of the request
arg-fresh = Show a copy that no world has seen, also to a world that knows one
arg-again = Send once more what an interrupted run may have sent already
arg-check-file = What to judge, or - for stdin
arg-check-holdings = Ask whether what this wallet holds still stands with its issuers
arg-policy = Judge as a world with this trust policy (TOML) would
arg-model = The model file that it must be about
arg-challenge = The nonce that a presentation must answer
arg-audience = The full client_id that a presentation must be made for
arg-query = File with the DCQL query that a presentation must satisfy
arg-transaction-data = A text of transaction_data, as the request has it
arg-request = The signed request that a presentation must answer, in place of the three above
arg-check-origin = Also believe and contact this world
arg-creator = Also believe this creator's statements
arg-did-document = A DID document to judge by; then nobody is contacted
arg-status-list = A status list to judge by; then nobody is contacted
arg-bundle = A signed bundle of documents and lists to judge by; then nobody is contacted
arg-trust-list = A trust list to judge by; then nobody is contacted
arg-chain = An item's whole life, as its ledger answers GET /items/…/chain; it is walked, and nobody is contacted
arg-item-head = The newest step of an item, as its ledger answers; then nobody is contacted
arg-at = Judge as of this time, such as 2026-11-21T18:00:00Z
arg-explain = Show every check, where each fault is, and which rule decided
arg-history-world = Only what concerns this world
arg-history-verify = Check the chain from its beginning
arg-history-export = Write the history as JSON lines to a new file
arg-anchor-file = PEM file with certificates
arg-anchor = SHA-256 fingerprint of the certificate
arg-world = Origin of the world, such as https://neokyoto.example
arg-backup-new = The new backup file
arg-backup = The backup file
arg-verify-words-file = File with the 24 words, in place of the open wallet
arg-provenance-model = The model file (.vrm or .glb)
arg-provenance-out = The new file for the signed statement
arg-provenance-name = What the model is called; else the name in the file
arg-provenance-license = License terms as JSON with the names of VRM 1.0, not looser than the file's
arg-provenance-persona = Persona that signs as the creator
arg-shell = The shell
arg-page-command = The command, such as: backup create

## The command line

usage-unknown = There is no option “{ $arg }” here.
usage-surplus = “{ $arg }” is one argument too many here.
usage-command = There is no command “{ $arg }”.
usage-no-value = “{ $arg }” needs a value.
usage-value = “{ $value }” is no value for “{ $arg }”.
usage-missing = Something is missing: { $arg }
usage-twice = “{ $arg }” can be given only once.
usage-conflict = “{ $arg }” does not go together with “{ $other }”.
usage-missing-command = A command is missing.
usage-utf8 = The command line is not UTF-8.
usage-other = The command line is not understood. { $arg }
usage-suggestion = Did you mean “{ $meant }”?
usage-values = Possible values: { $meant }
usage-shape-origin = An origin looks like https://world.example, or http://localhost:8081 for a world on this machine.
usage-shape-time = A time looks like 2026-11-21T18:00:00Z.
usage-shape-span = How long is written as 30m, 12h or 7d.
usage-shape-tag = A tag is 43 letters, digits, - and _: whoever holds the item sees it with omote show.
usage-shape-did = A DID looks like did:key:z6Mk… or did:web:world.example.
usage-shape-digest = This is no digest: one begins with uEi and has { $all } characters, and this has { $found }. Copy it whole, as --dry-run prints it.
usage-shape-choose = Write it as QUERY=ID, such as avatar=3f9c.
usage-shape-copies = Give a number from 1 to 256.

## Failures

label-error = error:
label-help = help:
label-command = try: { $command }

err-answer-broken = The world's answer is broken: { $what } does not have the right form. Nothing was kept.
    .remedy = The world's operators have to mend what it sends. Try again then; if the code of an offer was used by now, ask for a new offer.
answer-credential = the delivery of the credential
answer-login = the answer to the login
answer-nonce = the number that keeps an old proof from being used again
answer-token = the token that lets this wallet ask for the credential
err-declined = You said no: nothing was kept, and nothing was shown. A world whose link was already open is told that much.
    .remedy = If you change your mind, ask the world for a new link.
err-declined-step = You did not agree: nothing was signed, and nothing left.
    .remedy = Type the command again when you have changed your mind.
err-named-other-item = “{ $typed }” is not the name that was asked for, “{ $name }”: nothing was signed, and nothing left.
    .remedy = Type the command again, and the name just as it is shown.
err-no-address = That is no address at which anybody can be given something.
    .remedy = Whoever is to get the item makes one with omote me. Copy it whole, from omote:to: on.
err-address-ours = The key of this address is in this wallet: nothing would change hands.
    .remedy = Whoever is to get the item makes an address in their wallet, with omote me.
err-wants-ours = What you ask for in return is this very item, or one that you hold already.
    .remedy = Give the tag of the item that you want: whoever holds it sees it with omote show.
err-item-burned = This item was given up for ever: nobody holds it.
    .remedy = Nothing can be done with it any more. Its life can still be read.
err-item-ended = The world that issued this item has ended the usage right.
    .remedy = Ask that world why.
err-item-held = This item is offered to nobody: you hold it.
    .remedy = There is nothing to take back. What you offer stands in omote inbox.
err-item-offered = This item is offered already until { $until }.
    .remedy = Take that offer back first, or wait until it is answered or over.
err-item-passed-on = You have passed it on: somebody else holds this item.
    .remedy = Only whoever holds it now can do that. To have it again, ask for it and make an address with omote me.
err-item-suspended = The world that issued this item stops it for a while.
    .remedy = Ask that world when it goes on.
err-item-not-active = This item is active nowhere: there is nothing to release.
    .remedy = What is active where stands in omote release.
err-no-offer = This offer is not there any more, or was never made to this wallet: it may have been taken back, answered, or be over.
    .remedy = See what is offered to you now. Whoever gave can offer it again.
err-ledger-busy = The ledger cannot answer at the moment.
    .remedy = Nothing was lost. Try again in a while; omote inbox goes on with what was signed.
err-offered-not-shown = “{ $name }” ({ $id }) is not shown: you offer it to somebody, who may accept it at any moment.
    .remedy = Take the offer back, or wait until it is answered or over.
err-not-creator = The consent of { $creator } is asked for, and that is no creator key of yours, or not that of the persona you named.
    .remedy = Send the file to whoever made the model. Nothing was signed.
err-declined-to-sign = You said no: no statement was made.
    .remedy = Other terms can be given with --license, another name with --name.
err-file-exists = There is a file already: { $path }
    .remedy = Choose another name; nothing is ever overwritten.
err-file-insecure = Others can read this file of secrets: { $path } (mode { $mode }).
    .remedy = Let it belong to you and be readable by you alone.
err-file-too-large = The file is larger than { $limit } bytes: { $path }
    .remedy = Give a smaller file.
err-file-unreadable = The file cannot be read: { $path } ({ $kind }).
    .remedy = Check the name and that you may read it.
err-file-unwritable = The file cannot be written: { $path } ({ $kind }).
    .remedy = Choose another place, or make room.
err-login-timeout = Nobody came back from the browser.
    .remedy = Run the command again, and finish at the world's page within ten minutes.
err-locked = The wallet is locked, and there is no terminal to ask for the passphrase.
    .remedy = Name a file with the passphrase: --passphrase-file FILE or OMOTE_PASSPHRASE_FILE.
err-needs-answer = An answer is needed, and there is no terminal to ask.
    .remedy = Give it with { $flag }.
err-no-such-digest = Nothing that waits for your answer has this digest, so nothing was kept.
    .remedy = Look at what waits, and give --consent the digest of what you want to keep.
err-unclear = The answers were neither yes nor no, so nothing was decided: what arrived is there and waits.
    .remedy = Look at it again, and answer with y or n.
err-link-gone = The world has nothing under this link any more: it was used, or its time is over.
    .remedy = Ask the world for a new link.
err-not-by-itself = This is { $what }: other things are judged by it.
    .remedy = Give it beside what is to be judged.
err-nothing-to-judge = This is neither a credential, a presentation, a model file nor a receipt.
    .remedy = Check that it is the right file, and that it is whole.
err-request-missing = A presentation says nothing without the request that it answers.
    .remedy = Give the world's request beside it, or its parts: --challenge, --audience and --query.
err-nothing-fits = Nothing in this wallet answers the request.
    .remedy = Receive what it asks for, or answer as another persona with --persona.
err-no-copy-left = Every copy of “{ $name }” ({ $id }) was shown to other worlds; each belongs to the one that saw it.
    .remedy = Get fresh copies from its issuer, then ask the world for a new request.
err-no-copy-left-at-all = Every copy of “{ $name }” ({ $id }) was shown to other worlds, and its issuer gives no more by itself.
    .remedy = Ask its issuer for a new offer, and receive that.
err-not-standing = “{ $name }” ({ $id }) is not shown. { $sentence }
    .remedy = Ask its issuer whether you can have a new one; then receive that.
err-not-standing-now = “{ $name }” ({ $id }) is not shown. { $sentence }
    .remedy = Ask its issuer when that ends. Whether it has ended, the issuer's list says when you ask.
err-other-format = The world asks for the format { $asked }; “{ $name }” ({ $id }) is held as { $held }, which it does not take.
    .remedy = Receive it once more in the format that is asked for, from a new offer; or ask the world to take { $held }.
err-offer-given = This is the link of an offer, by which something is received. Nothing can be shown by it.
    .remedy = Receive what it offers; or use the link by which the world asks (openid4vp:…).
err-no-request-link = This is no link of a request.
    .remedy = A request's link begins with openid4vp: and names who asks (client_id=…). Copy all of it, in quotes.
err-request-given = This is the link of a request, by which a world asks you to show something. Nothing can be received by it.
    .remedy = Answer it with omote present; or use the link of an offer (openid-credential-offer:…).
err-no-offer-link = This is neither the link of an offer nor the address of a world.
    .remedy = An offer's link begins with openid-credential-offer: and a world's address with https://. Copy all of it, in quotes.
err-no-login = { $world } is the address of a world, not the link of an offer, and nobody can log in there to receive something.
    .remedy = Ask the world for an offer: a link that begins with openid-credential-offer:, or a QR code.
err-no-more-copies = The issuer gives no more copies of this now.
    .remedy = Look whether it was suspended or revoked. If it was not, ask the world for a new offer.
err-swap-wanted = This offer asks for your “{ $name }” in return.
    .remedy = To swap them, accept it with --give; or refuse it.
err-swap-not-held = This offer asks for another item in return, which is not what you give: { $tag }
    .remedy = Only whoever holds that item can accept it, with --give.
err-several-offers = “{ $digits }” may mean { $count } offers.
    .remedy = Give more of its digits, or name the world with --world.
err-several-holdings = “{ $name }” may mean { $count } holdings.
    .remedy = Name one of them by the beginning of its id.
offer-apart = { $offer }  “{ $name }”, { $world }
holding-apart = { $id }  “{ $name }”, { $format }, issued by { $world }, persona { $persona }, received { $time }
holding-named = “{ $name }” ({ $id })
holdings-more = and { $count } more
detail-part = It is the part “{ $part }” of the request.
detail-heard = Its issuer said so when you asked at { $time }.
detail-refused = The world's answer: { $code }
detail-shown = Shown was “{ $name }” ({ $id }).
detail-sent = It was sent before that, and cannot be taken back.
detail-only-one = The world takes one credential for the part “{ $part }”.
detail-status = The world answered with HTTP status { $status }.
detail-elsewhere = { $expected } asks, and the request stands at { $found }.
detail-unsigned = There is a statement to sign, and nothing that would be shown can sign it.
err-named-other = The link leads to { $found }, and you named { $named }; nobody was contacted.
    .remedy = Look at the link again: somebody may want you elsewhere than you think.
err-no-holding = Nothing in this wallet is meant by “{ $name }”.
    .remedy = Use an id, its first four or more digits, or a name from the list.
err-no-persona = There is no persona “{ $name }”.
    .remedy = Use a name from the list of personas.
err-no-home = There is no folder for the wallet: HOME, XDG_DATA_HOME and OMOTE_HOME are not set.
    .remedy = Name one with --home FOLDER.
err-no-wallet = There is no wallet here yet.
    .remedy = Make one, or name its folder with --home or OMOTE_HOME.
err-passphrase-mismatch = The two passphrases are not the same; nothing was made.
    .remedy = Type the same one twice.
err-passphrase-short = The passphrase has fewer than { $least } characters.
    .remedy = Choose a longer one: four or five words that you make up are good.
err-output-failed = The output could not be written ({ $kind }).
    .remedy = Make room where stdout leads, and run the command again.
err-usage = { $problem }
    .remedy = See the help page.
err-words-unconfirmed = The words that you typed were not the ones shown; no wallet was made.
    .remedy = Write down all 24 words with their numbers, then run omote init again.

aid-bundle = a bundle of documents and lists
aid-did-document = a DID document
aid-request = a world's signed request
aid-status-list = a status list
aid-trust-list = a trust list

## What you can do, where the remedy of a reason code speaks of the holder

remedy-bad-request = Ask whoever made it for another one. What a world sends, its operators have to mend.
remedy-cred-expired = Receive it afresh from its issuer, or wait until it begins to be valid.
remedy-cred-type = Show one of the type that is asked for, from an issuer whom the world believes for it.
remedy-revoked = Ask its issuer whether you can have a new one.
remedy-suspended = Ask its issuer when that ends; then ask for its list again.
remedy-vp-holder-mismatch = Show it from the wallet that received it.
remedy-vp-query-unsatisfied = Show something for every part that has to be answered.
remedy-vp-stale = Answer again, within the time that the world gives.
remedy-asset-hash-mismatch = Use the file as it was, or ask for a credential for the changed one.
remedy-auth-code-used = Log in at the world and agree once more.
remedy-issuance-denied = Ask the world why, and for a new offer.
remedy-pre-auth-code-used = Ask the issuer for a new offer.
remedy-tx-code-invalid = Enter the code that the world told you another way. With too many wrong ones the offer ends.
remedy-tx-code-locked = This offer has ended. Ask the world for another offer, which has another code.
remedy-refill-too-early = Try again later. The copies that are left can be used meanwhile.
remedy-grant-revoked = Ask its issuer why. It gives no more copies of it; a new offer would be needed.
remedy-consent-mismatch = Run it with --dry-run, read it, and give --consent the digest that it prints.
remedy-offer-rejected = Ask the world for another offer.
remedy-item-active-elsewhere = Release it there, or wait until its lease there has ended.
remedy-ledger-entry-missing = Show the credential's ledger entry, or get a credential that has one.
remedy-transfer-not-allowed = Keep the item; where its creator has to agree, get their signature first.
remedy-head-unavailable = Try again when the ledger answers, or have whoever sent this send the item's newest document with it.
remedy-head-stale = Fetch the newest document from the ledger, or have it sent again.
remedy-item-revoked = Ask the world that issued the item whether the right can be granted again.
remedy-transfer-audience = Sign a transfer that names the ledger where the item is registered.
remedy-transfer-expired = Start a new transfer; the receiver has to accept it in time.
remedy-transfer-not-holder = Sign it with the wallet that holds the item now.
remedy-transfer-replay = Sign a new transfer over the item's present state.

io-not-found = there is none of this name
io-permission-denied = you may not
io-is-a-folder = it is a folder
io-not-a-folder = a part of the path is no folder
io-storage-full = the disk is full

## Questions and progress

prompt-passphrase = Passphrase:
prompt-new-passphrase = New passphrase (at least 8 characters; not shown):
prompt-again = The same again:
prompt-words = The 24 words, in order, on one line (not shown):
prompt-details = d for details
progress-opening = Opening the wallet…
progress-making = Making the wallet…
progress-asking = Talking with the world…
progress-receiving = Receiving and checking…
progress-login = Waiting for your browser…
progress-presenting = Signing and sending…
progress-checking = Checking…

## What the person should hear about a wallet that did open

finding-counter-missing = The counter beside the wallet is gone: an older wallet file would not be noticed this time.
finding-counter-unreadable = The counter beside the wallet is damaged: an older wallet file would not be noticed this time.
finding-counter-unwritten = The counter beside the wallet could not be written; the change itself is stored.
finding-keychain-locked = The system's keychain is locked, so the passphrase alone opens this wallet.
finding-keychain-unavailable = There is no keychain in this session, so the passphrase alone opens this wallet.
finding-rolled-back =
    This wallet file is older than the one that was here before; nothing will be written to it.
    Put the newest file back, or go on with this one: omote doctor --accept-older-store
finding-other = Something about this wallet is unusual; omote doctor says more.

## init

default-persona = Main
init-welcome = Welcome to omote. Nothing leaves this computer without asking you.
init-words =
    These 24 words bring your wallet back, and whoever has them has your keys.
    Write them on paper, with their numbers. They are shown only once.
init-words-written = Press Enter when they are written down; they leave the screen.
init-words-ask = Word number { $number }:
init-words-wrong = That is not the word. Here they are once more.
init-words-out = The 24 words are in { $path }: print or copy them, then delete the file.
init-done = Wallet made in { $home }; your first persona is “{ $persona }”.
init-sealed-both = It opens with your system's keychain, and with your passphrase.
init-sealed-passphrase = It opens with your passphrase.
init-next = Next: omote receive LINK — and omote backup create FILE when there is something to keep.
init-next-restored = Next: receive your avatars and items again, or use omote backup restore if you have a backup file.

## status

status-absent = No wallet in { $home }
status-absent-next = Make one: omote init
status-locked = Wallet in { $home }: locked
status-locked-next = Open it with --passphrase-file FILE, or let a command ask you.
status-open = Wallet in { $home }: open
status-contents =
    Persona       { $persona } ({ $personas } in all)
    Usage rights  { $holdings }, with { $copies } copies
    Worlds        { $worlds }
    History       { $entries } entries
status-keychain = Opens with  the system's keychain, or the passphrase
status-no-keychain = Opens with    the passphrase
status-backup = Last backup   { $time }
status-no-backup = Last backup   none
status-owed =
    { $count ->
        [one] A world owes you something. Fetch it: omote receive --pending
       *[other] Worlds owe you { $count } things. Fetch them: omote receive --pending
    }
status-pending =
    { $count ->
        [one] One presentation was interrupted and may have been sent; see omote history.
       *[other] { $count } presentations were interrupted and may have been sent; see omote history.
    }
status-empty-next = Nothing here yet. Receive something: omote receive LINK
status-backup-next = No backup yet. Make one: omote backup create FILE

## doctor

doctor-no-wallet = wallet: there is none
doctor-unreadable = { $sentence }
doctor-accepted = This wallet file counts from now on. Copies that look unused count as doubtful.
doctor-nothing-to-accept = The wallet file is not older than it was; there is nothing to accept.
doctor-clock = clock: { $time }
doctor-clock-wrong = clock: { $time } cannot be right
doctor-clock-behind = clock: it is { $time }, but the history goes on to { $latest }
doctor-folder = folder: { $home } is yours alone (mode { $mode })
doctor-folder-open = folder: others can look into { $home } (mode { $mode })
doctor-keychain = keychain: opens the wallet
doctor-keychain-none = keychain: there is none in this session; the passphrase opens the wallet
doctor-keychain-unused = keychain: not used; the passphrase opens the wallet
doctor-keychain-gone = keychain: it has a key, but there is no keychain in this session; the passphrase opens the wallet
doctor-keychain-locked = keychain: locked; the passphrase opens the wallet
doctor-store = store: every record opens ({ $holdings } usage rights, { $copies } copies)
doctor-history = history: the chain of { $entries } entries is whole
doctor-pending = history: presentations that were interrupted and may have been sent: { $count }
doctor-backup = backup: last made { $time }
doctor-no-backup = backup: none yet

## persona

persona-is-default = used when none is named
persona-holds =
    { $count ->
        [one] 1 usage right
       *[other] { $count } usage rights
    }
persona-added = Persona “{ $name }” added. It shares no key with any other.
persona-renamed = “{ $old }” is called “{ $new }” now; its keys stay.
persona-default = “{ $name }” is used when none is named.

## trust

trust-added = Confirmed: { $world }
trust-removed = Forgotten: { $world }. It is not contacted before you confirm it again.
trust-absent = Not known here: { $world }
trust-none = No world is known yet. Confirm one: omote trust add ORIGIN
trust-confirmed = confirmed { $time }
trust-unconfirmed = not confirmed
anchor-added = Added: { $fingerprint }
anchor-removed = Removed: { $fingerprint }. Worlds that only it vouches for are refused now.
anchor-absent = Not added here: { $fingerprint }
anchor-none = No certification authority was added. Add one: omote trust anchor add FILE
anchor-since = added { $time }

## list and show

list-empty = Nothing here yet. Receive something: omote receive LINK
list-id = ID
list-kind = KIND
list-format = FORMAT
list-name = NAME
list-world = ISSUED BY
list-persona = PERSONA
list-copies = UNUSED
list-until = UNTIL
list-copies-left = { $fresh } of { $all }
list-refill-due =
    { $count ->
        [one] One holding needs fresh copies. Get more: omote refill --all
       *[other] { $count } holdings need fresh copies. Get more: omote refill --all
    }
list-refill = Get more: omote refill --all
list-expired = { $time } (expired)
list-taken =
    { $count ->
        [one] One of these was revoked or suspended by its issuer and is not offered. See: omote show ID
       *[other] { $count } of these were revoked or suspended by their issuers and are not offered. See: omote show ID
    }
taken-revoked = revoked
taken-suspended = suspended
taken-whole = Not offered any more: { $how }, as its issuer said when you asked at { $time }.
taken-part = Of { $all } copies { $copies } are not offered any more: { $how }, as its issuer said when you asked at { $time }.
kind-avatar = Avatar
kind-item = Item
kind-provenance = Creator's statement
kind-other = Credential
show-title = { $kind } “{ $name }” — usage right
show-id = Id
show-issuer = Issued by
show-persona = Persona
show-item = Item
show-validity = Valid
show-validity-until = { $from } to { $until }
show-validity-open = from { $from }
show-model = Model
show-digest = File digest
show-creator = Creator
show-copies = Copies
show-copies-left = { $fresh } unused of { $all }
show-copies-known =
    { $worlds ->
        [one] ; { $known } known to 1 world
       *[other] ; { $known } known to { $worlds } worlds
    }
show-copies-doubtful = ; { $doubtful } perhaps shown before
show-copies-expiring = ; { $expiring } about to expire
show-copies-withdrawn = ; { $withdrawn } revoked or suspended
show-refill-due = Get more: { $command }
show-format = Format
show-type = Type
show-license = License: what you may do
show-worlds = Worlds that know a copy
show-no-world = { "  " }none yet

## License terms

license-unstated = { $value } (not stated)
license-name = Name
license-version = Version
license-authors = Authors
license-copyrightInformation = Copyright
license-contactInformation = Contact
license-references = Based on
license-thirdPartyLicenses = Third-party licenses
license-licenseUrl = License document
license-otherLicenseUrl = Further document
license-avatarPermission = Who may wear it
license-avatarPermission-onlyAuthor = only its author
license-avatarPermission-onlySeparatelyLicensedPerson = only people with a separate license
license-avatarPermission-everyone = everyone
license-allowExcessivelyViolentUsage = Excessive violence
license-allowExcessivelyViolentUsage-false = not allowed
license-allowExcessivelyViolentUsage-true = allowed
license-allowExcessivelySexualUsage = Excessive sexual expression
license-allowExcessivelySexualUsage-false = not allowed
license-allowExcessivelySexualUsage-true = allowed
license-commercialUsage = Earning with it
license-commercialUsage-personalNonProfit = nobody; personal use without profit
license-commercialUsage-personalProfit = persons may
license-commercialUsage-corporation = persons and corporations may
license-allowPoliticalOrReligiousUsage = Political or religious use
license-allowPoliticalOrReligiousUsage-false = not allowed
license-allowPoliticalOrReligiousUsage-true = allowed
license-allowAntisocialOrHateUsage = Antisocial use or hate
license-allowAntisocialOrHateUsage-false = not allowed
license-allowAntisocialOrHateUsage-true = allowed
license-creditNotation = Naming the authors
license-creditNotation-required = required
license-creditNotation-unnecessary = not required
license-allowRedistribution = Handing on the file
license-allowRedistribution-false = not allowed
license-allowRedistribution-true = allowed
license-modification = Changing it
license-modification-prohibited = not allowed
license-modification-allowModification = allowed, but not handing on the result
license-modification-allowModificationRedistribution = allowed, also handing on the result

## Origins

origin-first =
    This link leads to a world that you have not met with this wallet:
      { $world }
origin-punycode = The name has letters outside of ASCII: look whether it imitates another one.
origin-ask = Is this the world you mean? Contact it and remember it?
origin-name = Name in its published document: “{ $name }”
claims-name = It calls itself “{ $name }”; nobody vouches for that.

## receive

receive-offers = { $world } offers:
receive-copies = Copies
receive-for = For persona
receive-until = Valid until
receive-format = Format
receive-type = Type
receive-needs-login = You log in at the world's page, in your browser.
receive-login = Open this page of { $world } in your browser, and come back here when it says so:
receive-code-wrong = This is not the right code. Try again.
receive-owed = { $world } delivers “{ $what }” later. Ask from { $time } on: omote receive --pending
receive-nothing-owed = No world owes you anything, and nothing waits for your answer.
refill-done =
    { $parts ->
        [both] “{ $name }” ({ $id }): { $added } fresh copies added; { $renewed } that worlds know renewed.
        [added] “{ $name }” ({ $id }): { $added } fresh copies added.
       *[renewed] “{ $name }” ({ $id }): { $renewed } copies that worlds know renewed, and none added.
    }
refill-for = “{ $name }” ({ $id }), issued by { $world }
refill-failed = “{ $name }” ({ $id }), issued by { $world }: { $sentence }
refill-expiring = “{ $name }” ({ $id }): copies of it are about to expire.
refill-due =
    { $fresh ->
        [0] “{ $name }” ({ $id }): no fresh copy left.
        [one] “{ $name }” ({ $id }): 1 fresh copy left.
       *[other] “{ $name }” ({ $id }): { $fresh } fresh copies left.
    }
refill-not-due = Enough copies are left. To ask all the same: --force
refill-not-standing = What cannot be shown now is not refilled. To ask all the same: --force
refill-not-offered = Its issuer gives no more copies without a new offer.
login-page-title = omote
login-page-done = Done. Go back to the terminal.
login-page-other = Nothing waits here.
receive-needs-code = It asks for the code that it told you another way.
receive-issuer-links = The issuer knows every copy that it gives you, and recognizes it wherever it meets it.
receive-terms-later = Its license terms, and until when it is valid, are known only after it is redeemed.
receive-terms-unseen = --consent keeps whatever arrives and verifies, under any terms. Without it, a person is asked again.
receive-ask = Receive this?
receive-code-said = The world says about the code: { $text }
receive-code = Code:
receive-arrived = { $world } sent, and every check passed:
receive-keep = Keep it?
receive-kept =
    { $copies ->
        [one] Kept “{ $name }” with 1 copy. See: omote show { $id }
       *[other] Kept “{ $name }” with { $copies } copies. See: omote show { $id }
    }
receive-stays = It waits until you decide: omote receive --pending
receive-came = { $world } sent something at { $time }:
receive-came-refill = More copies of what you hold. They are added without a question: omote receive --pending
receive-came-unjudged = Not checked yet, since omote was stopped before. It is checked, and you are asked: omote receive --pending
receive-pending-next =
    Nothing was fetched, kept or declined. To keep exactly one of these:
      omote receive --pending --consent DIGEST
dry-run-digest = Digest of this outcome: { $digest }
dry-run-next =
    Nothing was signed or sent. To agree to exactly this:
      omote { $command } LINK --consent { $digest }

## present

present-asks = { $world } asks
present-by-did = Signed by a key in the document of this origin.
present-by-certificate = Signed with a certificate for { $name }.
present-by-nobody = Nobody signed this request: anybody could have made the link. The answer goes to { $world } and to nobody else.
present-match-code = Match code: { $code }. When the request came from another screen, that screen has to show the same two digits.
present-lease = { $world } marks “{ $name }” as active there
present-lease-until = Active until
present-lease-means =
    Written down by the ledger of { $ledger }
    It learns when, and not where.
    Other worlds see that it is active elsewhere, not where. omote release ends
    it before; omote present --no-lease answers without it.
present-lease-ends = That ends what it is active in so far: { $said }
detail-lease = The item is not marked as active, and nothing was sent to the world.
present-agrees = With the answer you sign this statement
present-purpose = Purpose, in its words: { $purpose }
present-new = This wallet has shown it nothing before.
present-met-before = This wallet has shown it something before.
present-will-see = It will see: { $kind } “{ $name }”, issued by { $issuer }
present-copy-fresh = Copy { $number } of { $count }, shown to no world before; it belongs to this world from then on.
present-copy-known = Copy { $number } of { $count }, which this world knows already.
present-copy-doubtful = Copy { $number } of { $count }; it came from a backup and may have been shown elsewhere.
present-copies-left = Copies left that no world has seen: { $count }
present-refill = Few copies of “{ $name }” are left. To have more: omote refill { $id }
present-others = and { $count } more values, mostly license terms: answer “d” to see them
present-same-terms = and the creator's terms, which say the same: { $count } values
present-comes-along = Values that come along without being asked for, since the credential is one piece: { $count }
present-stands-openly = Values that stand openly in every copy, whatever is asked: { $count }
present-optional = It would also take { $names }, which is not shown. To show it: --choose { $query }={ $id }
present-alternatives =
    { $count ->
        [one] One other holding would do as well: --choose { $query }=ID
       *[other] { $count } other holdings would do as well: --choose { $query }=ID
    }
present-alternative = { "  " }{ $id }  “{ $name }”, issued by { $world }, persona { $persona }, received { $time }
present-alternatives-more = { "  " }and { $count } more; see: omote list
present-stays = Stays here
present-stays-claims = Of “{ $name }”: { $claims }
present-stays-holdings = Your other holdings: { $names }
present-stays-more-holdings = Your other holdings: { $names }, and { $more } more
present-stays-personas =
    { $count ->
        [one] Your other persona
       *[other] Your { $count } other personas
    }
present-stays-always = Your keys, your words, and where else you have been
present-can-link = Can be linked
present-link-none = Nothing, beyond the values above.
present-link-issuer = “{ $name }”: { $world } issued this copy and would recognize it if the two worlds compared.
present-link-known = “{ $name }”: this world recognizes the persona by it. That is what it is for.
present-link-maybe = “{ $name }”: another world may have seen this very copy.
present-link-creator = “{ $name }”: its creator is you, as persona “{ $persona }”. All that you made so names the same key, whoever holds it.
present-link-itself = “{ $name }”: recognizable wherever it is shown, whichever copy is used: { $claims }
present-link-values = “{ $name }”: { $worlds } saw the same values, under another key: { $claims }
present-link-here = “{ $name }”: this world saw the same values before, under another key, and can recognize the persona: { $claims }
present-interrupted = A run at { $time } was interrupted and may have sent this answer already. The same copy is shown again.
present-reminder = { $world } asks · match code { $code }
present-reminder-agrees = You sign: “{ $text }”
present-ask = Share this with { $world }?
present-say-no = Tell { $world } no? It learns no reason.
present-done = { $world } took your answer. What was shown cannot be taken back; see: omote history
present-not-admitted = { $world } does not admit you: { $sentence }
present-receipt = Its signed receipt is kept (history entry { $entry }).
present-no-receipt = The world gave no receipt.
claim-type = Type
claim-issued-at = Issued
claim-license = License terms
claim-provenance = Where the model comes from
claim-look = Look (the model file)
claim-dates = Exact dates
claim-persona-name = Persona name
claim-item-class = Item class
claim-serial = Serial number
claim-status = Place in a status list
claim-key = Key of this copy
claim-issuer = Issuer
claim-valid-from = Valid from
claim-valid-until = Valid until
claim-creator = Creator
claim-model = Model
claim-digest = File digest
claim-bytes = Bytes of the file
claim-media-type = Kind of file
claim-stated-at = Creator's statement of
claim-status-list = Status list
claim-status-place = Place of this copy in its status list
claim-status-purpose = What the list says
claim-contexts = Vocabulary
claim-id = Id that it has
claim-key-family = Family of that key
claim-key-kind = Kind of that key
claim-key-use = Use of that key
claim-schema = Description of its form
claim-status-id = Name of the place in the list
claim-status-kind = Kind of status list
claim-status-message = What the list can say of it
claim-status-more = More about the list
claim-status-size = Bits of the place in the list
claim-subject = Whom it is about
claim-term = License: { $term }
claim-creators-term = Creator's terms: { $term }

## What stands beside a verdict

finding-at = { $said } ({ $at })
finding-look-alike = The name looks like “{ $name }”, the name of { $who }: { $how }.
finding-reserved = The name looks like “{ $name }”, a name that nobody may go by: { $how }.
finding-mixed-scripts = The name mixes letters of several scripts: { $scripts }.
finding-hidden = The name has characters that are not seen: { $characters }.
finding-newer = Its issuer has a newer one to give; ask there for it.
finding-item-offered = The item is on offer to somebody at present.
finding-item-here = The item is active in the world that asks until { $until }.
finding-item-not-leased = The item was to be marked as active in the world that asks, and is not.
finding-item-elsewhere = The item is active in another world until { $until }.
finding-message = Its issuer says of it: “{ $message }”
finding-message-untold = Its issuer has marked it with a message that it does not tell.
likeness-same = it is the same text
likeness-folded = they differ only in width, case, spaces, punctuation or what is not seen
likeness-confusable = other letters that look the same
likeness-folded-confusable = other letters that look the same, but for width, case, spaces or punctuation
likeness-substituted = digits, signs or letters that look alike stand for letters
likeness-accents = they differ only in accents
likeness-other = they are easily taken for each other
script-armenian = Armenian
script-cherokee = Cherokee
script-cyrillic = Cyrillic
script-greek = Greek
script-han = Han
script-hangul = Hangul
script-hiragana = Hiragana
script-katakana = Katakana
script-latin = Latin

## Which rule decided

explain-heading = Which rule decided
explain-believed = { $issuer } is believed for { $type }: { $rule }
explain-not-believed = No rule of the policy believes { $issuer } for { $type }.
explain-not-confirmed = You have neither confirmed nor named { $issuer } for { $type }.
explain-unknown = Whether { $issuer } is believed for { $type } stands in lists that are missing: { $lists }
explain-unusable = Whether { $issuer } is believed for { $type } stands in a list that is not usable: { $sentence }
explain-ledger = What the policy asks of the ledgers of items
explain-ledger-announced = Of an issuer that announces an item ledger, every item has to name its entry there.
explain-ledger-required = Every item has to name its entry in a ledger.
explain-ledger-not-asked = No ledger is asked.
explain-ledger-age = What a ledger says of its newest step counts for { $seconds } seconds.
explain-ledger-no-proof = No proof of the ledger's log is asked for.
explain-ledger-quorum = { $quorum } of { $of } witnesses have to have signed the ledger's log within { $seconds } seconds.
explain-elsewhere-ignore = That an item is active in another world does not matter.
explain-elsewhere-review = That an item is active in another world is said beside the verdict.
explain-elsewhere-refuse = An item that is active in another world is refused.
explain-ledger-life = Every step of an item's life is walked, from its mint to now.
explain-rule = { $table } { $number }
explain-rule-entry = { $table } { $number }, entry { $entry }
explain-by-person = you confirmed or named it
explain-rule-says = { $rule }: { $said }
explain-believes = believes it
explain-other-type = is about it, but not for this type
explain-not-yet = does not hold yet
explain-over = holds no longer
explain-not-listed = does not list it
explain-not-known = the list is not at hand, or too old
explain-not-usable = the list is not usable ({ $reason })

## check

held-line = “{ $name }”, issued by { $world }: { $said }
held-stands = stands
held-unconfirmed = not asked, since you have not confirmed this world
check-size = Size
check-json = JSON
check-shape = Shape
check-trust = Trust in the issuer
check-key = Key
check-proof = Proof
check-time = Time
check-holder = Holder
check-challenge = Challenge
check-audience = Audience
check-query = What was asked
check-status = Status
check-hands = Life of the item
check-ledger = Item ledger
check-provenance = Provenance
check-license = License
check-name = Names
check-asset = Model file
check-passed = passed
check-failed = failed ({ $reason })
check-undecided = not decided ({ $reason })
check-blocked = not done, because of: { $by }
check-not-asked = not asked for
check-explain-next = Every check: omote check … --explain
check-creator-next = If you believe this creator: omote check … --creator DID
check-trusts-nobody = You have confirmed no world, so nobody is believed: omote trust add ORIGIN, or --origin ORIGIN.
verdict-accepted = Accepted
verdict-rejected = Rejected
verdict-indeterminate = Not decided
verdict-headline = { $check } ({ $reason }): { $sentence }
verdict-remedy = What would change it: { $remedy }
verdict-missing = { "  " }Missing: the DID document of { $did }
verdict-missing-status = { "  " }Missing: the status list at { $url }
verdict-missing-trust = { "  " }Missing: the trust list at { $url }
verdict-missing-chain = { "  " }Missing: every step of the item at { $url }
verdict-missing-item = { "  " }Missing: the newest step of the item at { $url }
detail-at = { $reason } at { $at }
detail-expected = expected  { $value }
detail-found = found     { $value }
model-well-formed = Well-formed model file ({ $format })
model-title = Name in the file
model-authors = Authors in the file
model-bytes = Bytes
model-nobody-vouches = { "  " }Nobody has vouched for this file; a credential or provenance does.
model-finding = Odd: { $code } at { $place }
receipt-good = { $world } confirms with its signature: { $verdict } ({ $time })

## history

history-whole = The chain of { $count } entries is whole.
history-exported = History written to { $path }
history-empty = Nothing has happened yet.
entry-accepted = accepted
entry-burned = gave up for ever
entry-forgotten = forgot
entry-ledger-warned = ledger warned of
entry-leased = marked as active
entry-released = released
entry-offered = offered
entry-passed-on = passed on
entry-presented = showed
entry-received = received
entry-refilled = refilled
entry-refused = refused
entry-restored = restored
entry-rollback-accepted = accepted an older file
entry-withdrawn = took back
outcome-completed = done
outcome-receipt = receipt kept
outcome-failed-receipt = failed ({ $reason }); the receipt that came is kept
outcome-failed-unverified = failed ({ $reason }); a receipt that does not verify is kept
outcome-failed = failed ({ $reason })
outcome-intended = begun

## backup

backup-created = Encrypted backup written to { $path }. Your 24 words open it, and nothing else does.
backup-created-next = Try it: omote backup verify { $path }
backup-verified = The backup opens and is whole: { $path }
backup-restored = Wallet restored in { $home }.
backup-summary =
    Made          { $created }
    Personas      { $personas }
    Usage rights  { $holdings }, with { $copies } copies
    Worlds        { $worlds }
    History       { $entries } entries
loss-heading = What does not come back:
loss-after = anything received, shown, confirmed or written down after { $time }
loss-doubtful-copies =
    { $count ->
        [one] certainty about 1 unused copy: it may have been shown since and is used last
       *[other] certainty about { $count } unused copies: they may have been shown since and are used last
    }
loss-history = the history
loss-holdings = avatars and items: ask their issuers for them again
loss-keychain-slot = the keychain's key of the other wallet file
loss-passphrase = the old passphrase; the new one counts
loss-persona-names = names of personas; their keys come back when you add them in the same order
loss-pins = confirmed worlds: confirm each again
loss-other = something that this version has no words for

## provenance

provenance-ask = Sign this as its creator?
provenance-done = Signed statement written to { $path }
provenance-public = Everybody who sees two of this persona's statements knows that one creator made both files.

# Items that change hands

about-me = Make a one-time address at which somebody can give you an item
example-me =
    Examples:
      $ omote me
      $ omote me --qr-png address.png
    Each address is for one gift and says nothing about you. Make a new one each
    time; what is offered shows in omote inbox.
about-give = Offer an item to somebody's address
example-give =
    Examples:
      $ omote give "Traveller's lantern #7" omote:to:…
      $ omote give LANTERN ADDRESS --until 2d
      $ omote give LANTERN --qr-image address.png
      $ omote give LANTERN ADDRESS --for TAG
    You see who holds the item before and after, and type its name. Until it is
    accepted you can take it back: omote withdraw. When this command is
    interrupted, the same command goes on with it and never sends twice.
about-inbox = Show what is offered to you, what you offer, and warnings
example-inbox =
    Examples:
      $ omote inbox
    Asks the ledgers of the worlds that you confirmed about your open addresses,
    and goes on with what was interrupted.
about-accept = Accept an item that is offered to you
example-accept =
    Examples:
      $ omote accept 1f3a9c42
      $ omote accept 1f3a9c42 --give SHIELD
    You see what it is, its terms, and each hand it was in, all of it checked.
about-refuse = Refuse an item that is offered to you
example-refuse =
    Examples:
      $ omote refuse 1f3a9c42
about-withdraw = Take back an offer that nobody has accepted
example-withdraw =
    Examples:
      $ omote withdraw LANTERN
about-burn = Give up the usage right to an item for ever
example-burn =
    Examples:
      $ omote burn LANTERN
about-release = Say that an item is active in no world any more
example-release =
    Examples:
      $ omote release
      $ omote release LANTERN
    A world may ask that an item is marked as active there for a while, at most
    an hour; you agree to it in omote present. Other worlds see that the item is
    active elsewhere, not where. Without ITEM: what is active where.
arg-release = The item; without it, what is active where is shown
arg-me-world = In whose ledger the item is: no other world is asked about the address
arg-me-qr = Draw the address as a QR code in the terminal
arg-me-qr-png = Write the address as a QR code to a new PNG file
arg-address = The address of whoever receives it (omote me)
arg-give-until = How long the offer stands: 30m, 12h, 7d (as a rule 7d, 30d at most)
arg-consent-request = Write a file with which the item's creator is asked to agree
arg-creator-consent = Give with the consent in this file, signed by the creator
arg-creator-sign = As the creator: read what this file asks, and sign it
arg-consent-out = The new file for the signed consent
arg-address-image = Read the address from the QR code in this picture (PNG or JPEG), or - for stdin
arg-give-for = Only in return for this item of the same ledger: its tag, as its holder sees it in omote show
arg-accept-give = What the offer asks for in return
arg-offer-world = Only what this world's ledger has: its origin
arg-offer = The offer, by the first digits that omote inbox shows
arg-show-provenance = Show where the item comes from, each hand it was in, checked
progress-transfer = Talking with the ledger…
me-world = Only { $world } is asked whether something was offered at it.
me-no-world = Worlds that this persona holds something of are asked about it. For an item of another world: omote me --world ORIGIN
me-once = For one gift to the persona { $persona }. Send it to whoever gives you the item.
me-mark = Whoever gives is shown the mark of this address too: { $mark }
me-picture = QR code written to { $path }
give-heading = Give “{ $name }”
give-ledger = Ledger of
give-before = Held now by
give-after = Offered to
give-until = Offer ends
give-transfers = Passed on so far
give-left = May be passed on
give-tag = Item
give-you = you (persona { $persona })
give-address = the address with the mark { $address }
give-until-accepted =
    While the offer stands the item is shown to no world. If nobody accepts it
    in time, it stays with you.
give-no-return = Once accepted, it cannot be taken back.
give-ask = Type the item's name to give it ({ $name }):
give-over = “{ $name }” was offered; since then: { $standing }
give-done = Offered “{ $name }” until { $until }. Take it back with omote withdraw.
give-consent-asked = Written to { $path }. The creator signs it with omote give --creator-sign
give-creator-heading = You are asked, as its creator, to let “{ $name }” be passed on
give-creator-as = Signed by persona
give-creator-wanted = In return the giver gets
give-creator-for-nothing = The giver asks for nothing in return.
give-creator-ask = Sign it with your creator key?
give-consent-signed = Consent written to { $path }
withdraw-heading = Take back the offer of “{ $name }”
withdraw-after = The item stays with you and can be shown again.
withdraw-ask = Take it back?
withdraw-done = Took back the offer of “{ $name }”
release-heading = Say that “{ $name }” is active nowhere
release-active = Active now
release-somewhere = a world that this wallet does not know
release-until = in { $world } until { $until }
release-after = Other worlds see from now on that it is active nowhere.
release-ask = Release it?
release-done = “{ $name }” is active nowhere any more
release-none = Nothing is active anywhere.
lease-done = “{ $name }” is active there now
burn-heading = Give up “{ $name }” for ever
burn-no-return = Nobody will hold it afterwards, and this cannot be undone.
burn-ask = Type the item's name to give it up ({ $name }):
burn-done = Gave up “{ $name }”
accept-heading = You are offered “{ $name }”
accept-hands = Where it comes from, each step checked:
accept-means =
    Accepting brings you the usage right under these terms. Whoever offers it
    cannot show it from then on.
accept-ask = Accept it?
accept-over = “{ $name }” was accepted; since then: { $standing }
accept-done = Accepted “{ $name }”; it is in your wallet
swap-wanted = In return you get
swap-heading = In return you give “{ $name }”
swap-after = Held then by
swap-holder = whoever has the mark { $mark }
swap-giver = whoever offers (mark { $mark })
swap-look = Nothing changes hands unless both do. You see what the item is once it is yours: ask for its tag only when you know it.
swap-both = Both change hands in one step, or neither does.
swap-personas = The two items are held by two of your personas. The ledger sees that they belong together.
swap-no-return = Once it is signed, it cannot be taken back.
swap-ask = Type the name of what you give to swap it ({ $name }):
swap-collected = “{ $name }” came in return; it is in your wallet
refuse-heading = Refuse “{ $name }”
refuse-ask = Refuse it?
refuse-done = Refused “{ $name }”; it stays with whoever offered it
transfer-goes-on = Going on with what was interrupted: { $kind } “{ $name }”
transfer-never = never
transfer-free = as often as people like
transfer-creator = as often as its creator agrees
transfer-no-more = no further time
transfer-left =
    { $left ->
        [one] once more
       *[other] { $left } times more
    }
transfer-left-creator =
    { $left ->
        [one] once more, with its creator's consent
       *[other] { $left } times more, each with its creator's consent
    }
step-accept = accept
step-burn = give up
step-give = give
step-lease = mark as active
step-release = release
step-refuse = refuse
step-withdraw = take back
standing-burned = given up for ever
standing-ended = ended by its issuer
standing-held = held by you
standing-offered = offered by you until { $until }
standing-passed-on = passed on: somebody else holds it
standing-suspended = stopped for a while by its issuer
event-mint = came to be
event-offer = offered
event-accept = accepted
event-swap = given in return
event-refuse = refused
event-withdraw = offer taken back
event-expire = offer ran out
event-burn = given up
event-lease = active in a world
event-release = active no more
event-suspend = stopped for a while
event-resume = goes on
event-end = ended
hand-ours = you
hand-line = { $time }  { $event }  →  { $holder }
inbox-no-address = Nothing is open. Make an address with omote me, and give it to whoever gives you something.
inbox-empty = Nothing is offered at your open addresses ({ $count }).
inbox-until = until { $until }
inbox-was-refused = refused: it stays with you
inbox-ran-out = not answered in time: it stays with you
inbox-accept = Look at it and accept: { $command }
inbox-wants = It asks for your “{ $name }” in return.
inbox-wants-other = It asks for an item in return that you do not hold: { $tag }
inbox-refused = Offer { $offer } of { $world } is not to be believed: { $sentence }
show-active = Active
show-tag = Tag there
show-ledger = In the ledger
show-not-shown = It is shown to no world: { $standing }
life-heading = Where it comes from
life-creator = made by { $creator }
life-checked =
    { $count ->
        [one] One step, and it is signed
       *[other] { $count } steps, each signed and following from the one before
    }
list-burned = given up
list-ended = ended
list-offered = offered
list-passed-on = passed on
held-item = { $name }: { $standing }
evidence-warning = The ledger of { $world } showed something that does not fit ({ $time }): { $sentence }
evidence-written = Evidence that anybody can judge: { $path }
about-evidence = Judge what speaks against a ledger, and keep it
example-evidence =
    Examples:
      $ omote evidence verify evidence.json
      $ omote evidence keep evidence.json
about-evidence-verify = Judge an evidence file, offline when keys are given
example-evidence-verify =
    Examples:
      $ omote evidence verify evidence.json --key world.example/ledger+1a2b…
      $ omote evidence verify evidence.json --did-document did.json
    Ends in 0 when the file convicts the ledger, and in 6 when it proves
    nothing. Without keys only a world that you confirmed is asked for them.
about-evidence-keep = Keep evidence of somebody else, a monitor for one, when it convicts
example-evidence-keep =
    Examples:
      $ omote evidence keep monitor/evidence-*.json
      $ omote evidence keep evidence.json --key world.example/ledger+1a2b…
    What convicts a ledger is kept in the wallet: “omote inbox” and “omote
    history” warn with it from then on, and so do “give” and “accept” before
    they ask. Ends in 6 when a file proves nothing; that file is not kept.
arg-evidence = The evidence file
arg-evidence-files = Evidence files, as “omote-world monitor” writes them
arg-evidence-key = A key of the ledger, as /ledger/vkey shows it
arg-evidence-document = The DID document of the ledger's world, in a file
evidence-two-leaves = The ledger of { $world } is convicted: it signed two stories of one step.
evidence-two-checkpoints = The ledger of { $world } is convicted: it signed two logs of one size.
evidence-two-trees = The ledger of { $world } is convicted: it signed two logs of which neither goes on from the other.
evidence-not-proven = This proves nothing against { $world }: { $sentence }
evidence-kept = Kept. “omote inbox” and “omote history” warn with it from now on.
evidence-known = This wallet has it already.
present-ledger = The ledger's word that you hold it goes along, good until { $time }.
present-ledger-old =
    The ledger's word that you hold it is missing or too old; the world may ask the
    ledger itself. A new one: omote check --holdings
step-dry-run-next =
    Nothing was signed or sent. To agree to exactly this:
      omote { $command } --consent { $digest }

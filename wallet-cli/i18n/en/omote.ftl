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
      $ omote receive - --dry-run < link.txt
    The terms of a license are shown only after the offer is redeemed. At a
    terminal you are asked again then; --consent DIGEST keeps whatever
    arrives and verifies, under any terms.
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
      $ omote present - --consent uEi… < link.txt
      $ omote present - --choose avatar=3f9c < link.txt
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
arg-receive-persona = Persona that is to hold it
arg-origin = Origin of the world, in your words, in place of the question; worlds on this machine must be named this way
arg-copies = How many copies of each to ask for
arg-code-file = File with the code that the world told you, readable by you alone
arg-holding = Its id, the first four or more digits of it, or its name
arg-request-link = The request's link (openid4vp:…), or - for stdin
arg-present-persona = Persona that answers
arg-choose = Show this holding for that part of the request
arg-again = Send once more what an interrupted run may have sent already
arg-check-file = What to judge, or - for stdin
arg-check-holdings = Ask whether what this wallet holds still stands with its issuers
arg-policy = Judge as a world with this trust policy (TOML) would
arg-model = The model file that it must be about
arg-challenge = The nonce that a presentation must answer
arg-audience = The full client_id that a presentation must be made for
arg-query = File with the DCQL query that a presentation must satisfy
arg-request = The signed request that a presentation must answer, in place of the three above
arg-check-origin = Also believe and contact this world
arg-creator = Also believe this creator's statements
arg-did-document = A DID document to judge by; then nobody is contacted
arg-status-list = A status list to judge by; then nobody is contacted
arg-bundle = A signed bundle of documents and lists to judge by; then nobody is contacted
arg-trust-list = A trust list to judge by; then nobody is contacted
arg-at = Judge as of this time, such as 2026-11-21T18:00:00Z
arg-explain = Show every check, where each fault is, and which rule decided
arg-history-world = Only what concerns this world
arg-history-verify = Check the chain from its beginning
arg-history-export = Write the history as JSON lines to a new file
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
usage-shape-did = A DID looks like did:key:z6Mk… or did:web:world.example.
usage-shape-digest = A digest begins with uEi; --dry-run prints it.
usage-shape-choose = Write it as QUERY=ID, such as avatar=3f9c.
usage-shape-copies = Give a number from 1 to 256.

## Failures

label-error = error:
label-help = help:
label-command = try: { $command }

err-declined = You said no: nothing was kept, and nothing was shown. A world whose link was already open is told that much.
    .remedy = If you change your mind, ask the world for a new link.
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
err-locked = The wallet is locked, and there is no terminal to ask for the passphrase.
    .remedy = Name a file with the passphrase: --passphrase-file FILE or OMOTE_PASSPHRASE_FILE.
err-needs-answer = An answer is needed, and there is no terminal to ask.
    .remedy = Give it with { $flag }.
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

## list and show

list-empty = Nothing here yet. Receive something: omote receive LINK
list-id = ID
list-kind = KIND
list-name = NAME
list-world = ISSUED BY
list-persona = PERSONA
list-copies = UNUSED
list-until = UNTIL
list-copies-left = { $fresh } of { $all }
list-expired = { $time } (expired)
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
show-copies-left = { $fresh } unused of { $all } ({ $known } known to a world, { $doubtful } doubtful)
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
dry-run-digest = Digest of this outcome: { $digest }
dry-run-next =
    Nothing was signed or sent. To agree to exactly this:
      omote { $command } LINK --consent { $digest }

## present

present-asks = { $world } asks
present-purpose = Purpose, in its words: { $purpose }
present-new = This wallet has shown it nothing before.
present-met-before = This wallet has shown it something before.
present-will-see = It will see: { $kind } “{ $name }”, issued by { $issuer }
present-copy-fresh = Copy { $number } of { $count }, shown to no world before; it belongs to this world from then on.
present-copy-known = Copy { $number } of { $count }, which this world knows already.
present-copy-doubtful = Copy { $number } of { $count }; it came from a backup and may have been shown elsewhere.
present-others = and { $count } more values, mostly license terms: answer “d” to see them
present-same-terms = and the creator's terms, which say the same: { $count } values
present-comes-along = Values that come along without being asked for, since the credential is one piece: { $count }
present-alternatives =
    { $count ->
        [one] One other holding would do as well: --choose { $query }=ID
       *[other] { $count } other holdings would do as well: --choose { $query }=ID
    }
present-stays = Stays here
present-stays-holdings = Your other holdings: { $names }
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
present-link-values = “{ $name }”: { $worlds } saw the same values, under another key.
present-interrupted = A run at { $time } was interrupted and may have sent this answer already. The same copy is shown again.
present-ask = Share this with { $world }?
present-nothing = Nothing in this wallet answers what { $world } asks.
present-say-no = Tell the world no? It learns no reason.
present-done = { $world } took your answer. What was shown cannot be taken back; see: omote history
present-not-admitted = { $world } does not admit you: { $sentence }
present-receipt = Its signed receipt is kept (history entry { $entry }).
present-no-receipt = The world gave no receipt.
claim-persona-name = Persona name
claim-item-class = Item class
claim-serial = Serial number
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
claim-status-place = Place of this copy in it
claim-status-purpose = What the list says
claim-term = License: { $term }
claim-creators-term = Creator's terms: { $term }

## What stands beside a verdict

finding-at = { $said } ({ $at })
finding-look-alike = The name looks like “{ $name }”, the name of { $who }: { $how }.
finding-reserved = The name looks like “{ $name }”, a name that nobody may go by: { $how }.
finding-mixed-scripts = The name mixes letters of several scripts: { $scripts }.
finding-hidden = The name has characters that are not seen: { $characters }.
finding-newer = Its issuer has a newer one to give; ask there for it.
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
entry-forgotten = forgot
entry-presented = showed
entry-received = received
entry-restored = restored
entry-rollback-accepted = accepted an older file
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

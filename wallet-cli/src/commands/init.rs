//! `omote init`: makes a wallet, or brings its keys back from the 24 words. The holder's machine runs
//! it.
//!
//! The wallet is made last: whoever stops before has made nothing and lost nothing.

use schemas::lang::Lang;
use schemas::object;
use wallet_core::{
    Finding, KdfParams, Keychain, NewWallet, NoKeychain, OsEntropy, OsKeychain, PersonaName,
    RngError, Seed, SeedOrigin, Wallet, WordList, draw, losses_of_words,
};

use crate::args::{InitArgs, Language};
use crate::commands::{backup, words};
use crate::error::{Failure, shown};
use crate::output::{Answer, optional};
use crate::progress::Progress;
use crate::terminal::{Mark, Terminal};
use crate::unlock::Session;
use crate::{files, prompt, secrets};

/// Makes the wallet.
///
/// # Errors
/// [`Failure`]; no wallet is left then.
pub(crate) fn run(
    args: &InitArgs,
    terminal: &mut Terminal,
    session: &Session,
) -> Result<Answer, Failure> {
    refuse_second(session)?;
    let name = match &args.persona {
        Some(name) => name.clone(),
        None => terminal.texts().text("default-persona"),
    };
    let name: PersonaName = name.parse()?;
    if args.restore && args.words_file.is_none() {
        prompt::needs(terminal, "--words-file FILE")?;
    } else if !args.restore && args.words_out.is_none() {
        prompt::needs(terminal, "--words-out FILE")?;
    }
    terminal.say("init-welcome", &[]);
    let (seed, origin) = if args.restore {
        (
            secrets::seed(terminal, args.words_file.as_deref())?,
            SeedOrigin::Words,
        )
    } else {
        let bytes = draw::<32>(&mut OsEntropy)
            .map_err(|error: RngError| Failure::explained(error.reason(), &error))?;
        (Seed::from_bytes(bytes), SeedOrigin::New)
    };
    let passphrase = secrets::new_passphrase(terminal, session.passphrase_file.as_deref())?;
    if origin == SeedOrigin::New {
        hand_over(args, terminal, &seed)?;
    }
    let keychain: &dyn Keychain = if args.no_keychain {
        &NoKeychain
    } else {
        &OsKeychain
    };
    let new = NewWallet {
        passphrase: &passphrase,
        kdf: KdfParams::default(),
        seed: &seed,
        origin,
        first_persona: &name,
        now: session.now,
    };
    let made = {
        let _progress = Progress::start(terminal, "progress-making");
        Wallet::create(session.home.path(), &new, keychain, Box::new(OsEntropy))
    };
    let wallet = made.inspect_err(|_| {
        // The words of a wallet that was never made help nobody.
        if let Some(path) = &args.words_out {
            let _ = std::fs::remove_file(path);
        }
    })?;
    tell(args, terminal, session, &wallet)
}

/// Refuses early, before anything is asked.
pub(crate) fn refuse_second(session: &Session) -> Result<(), Failure> {
    if session.home.has_wallet() {
        return Err(Failure::of(schemas::reason::Reason::WalletExists)
            .detail(&session.home.path().display()));
    }
    Ok(())
}

/// Gives the words to the person: in a file of theirs, or on the screen.
fn hand_over(args: &InitArgs, terminal: &mut Terminal, seed: &Seed) -> Result<(), Failure> {
    let list = match (args.words_lang, terminal.texts().lang()) {
        (Some(Language::Ja), _) | (None, Lang::Ja) => WordList::Japanese,
        (Some(Language::En), _) | (None, Lang::En) => WordList::English,
    };
    let words = seed.to_words(list)?;
    match &args.words_out {
        Some(path) => {
            let mut bytes =
                zeroize::Zeroizing::new(Vec::with_capacity(words.len().saturating_add(1)));
            bytes.extend_from_slice(words.as_bytes());
            bytes.push(b'\n');
            files::write_new(path, &bytes)
        }
        None => words::show_and_confirm(terminal, &words),
    }
}

fn tell(
    args: &InitArgs,
    terminal: &mut Terminal,
    session: &Session,
    wallet: &Wallet,
) -> Result<Answer, Failure> {
    let home = session.home.path().display().to_string();
    let keychain = wallet.has_keychain_slot()?;
    let persona = wallet.default_persona()?.name.to_string();
    terminal.mark(
        Mark::Good,
        "init-done",
        &[("home", (&home).into()), ("persona", (&persona).into())],
    );
    let sealed = if keychain {
        "init-sealed-both"
    } else {
        "init-sealed-passphrase"
    };
    terminal.mark(Mark::Good, sealed, &[]);
    let unavailable = |finding: &Finding| matches!(finding, Finding::KeychainUnavailable(_));
    if !args.no_keychain && wallet.findings().iter().any(unavailable) {
        terminal.mark(Mark::Careful, "finding-keychain-unavailable", &[]);
    }
    if let Some(path) = &args.words_out {
        terminal.mark(
            Mark::Careful,
            "init-words-out",
            &[("path", shown(path).into())],
        );
    }
    let losses = if args.restore {
        losses_of_words()
    } else {
        Vec::new()
    };
    if !losses.is_empty() {
        backup::tell_losses(terminal, &losses);
    }
    terminal.say(
        if args.restore {
            "init-next-restored"
        } else {
            "init-next"
        },
        &[],
    );
    Ok(Answer::done(object! {
        "home" => home,
        "persona" => persona,
        "restored" => args.restore,
        "keychain" => keychain,
        "words_file" => optional(args.words_out.as_ref().map(|path| path.display())),
        "losses" => backup::losses_json(&losses),
    }))
}

//! Links that come as a picture of a QR code.

use qr::draw::Code;

use crate::runner::Machine;

const REQUEST: &str = "openid4vp://?client_id=decentralized_identifier%3Adid%3Aweb%3Aarena.example&\
    request_uri=https%3A%2F%2Farena.example%2Frequest%2FGWYzrA9u9DlGrCQ9dPdXmQ";
const OFFER: &str = "openid-credential-offer://?credential_offer_uri=\
    https%3A%2F%2Farena.example%2Foffer%2FGWYzrA9u9DlGrCQ9dPdXmQ";

/// The picture of a link is that link: a wallet without a tty asks for the origin in both ways.
#[test]
fn a_picture_is_as_good_as_its_link() {
    let machine = Machine::with_wallet();
    for (verb, link) in [("present", REQUEST), ("receive", OFFER)] {
        let file = format!("{verb}.png");
        std::fs::write(
            machine.path().join(&file),
            Code::new(link).unwrap().to_png(),
        )
        .unwrap();
        let by_picture = machine.open(&[verb, "--json", "--qr-image", &file]);
        let by_link = machine.open(&[verb, "--json", link]);
        assert_eq!(by_picture.stdout, by_link.stdout, "{}", by_picture.stderr);
        assert_eq!(by_picture.stderr, by_link.stderr);
        assert_eq!(by_picture.code, 4, "{}", by_picture.stderr);
    }
}

#[test]
fn another_picture_has_its_reason() {
    let machine = Machine::with_wallet();
    let put = |name: &str, bytes: &[u8]| std::fs::write(machine.path().join(name), bytes).unwrap();
    let drawn = |text: &str| Code::new(text).unwrap().to_png();
    put("text.png", REQUEST.as_bytes());
    put("damaged.png", &drawn(REQUEST)[..200]);
    put("elsewhere.png", &drawn("https://arena.example/"));
    put("offer.png", &drawn(OFFER));
    // A picture without anything on it, one pixel large.
    put(
        "blank.png",
        b"\x89PNG\x0d\x0a\x1a\x0a\x00\x00\x00\x0dIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\
          \x00\x00\x00\x00\x3a\x7e\x9bU\x00\x00\x00\x0aIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\
          \x00\xb18\xf6\x14\x00\x00\x00\x00IEND\xaeB\x60\x82",
    );
    for (file, reason, exit) in [
        ("text.png", "qr_picture_malformed", 6),
        ("damaged.png", "qr_picture_malformed", 6),
        ("blank.png", "qr_not_found", 6),
        ("none.png", "cli_file_unreadable", 1),
    ] {
        let run = machine.open(&["present", "--json", "--qr-image", file]);
        assert_eq!((run.reason().as_str(), run.code), (reason, exit), "{file}");
    }
    // What is on it is judged as a link that was typed.
    for (file, text) in [
        ("elsewhere.png", "https://arena.example/"),
        ("offer.png", OFFER),
    ] {
        let by_picture = machine.open(&["present", "--json", "--qr-image", file]);
        let by_link = machine.open(&["present", "--json", text]);
        assert_eq!(by_picture.stdout, by_link.stdout, "{file}");
        assert_ne!(by_picture.code, 0);
    }
    // One of the two, and not both.
    assert_eq!(
        machine
            .open(&["present", "--qr-image", "offer.png", OFFER])
            .code,
        2
    );
    assert_eq!(machine.open(&["present"]).code, 2);
}

/// What a screen shows is a picture, and not the letters that would steer its colors.
#[test]
fn an_address_is_drawn_for_the_screen() {
    let machine = Machine::with_wallet();
    let colored = machine.open(&["me", "--qr", "--color", "always"]).stderr;
    assert!(colored.contains("\u{1b}[38;5;16;48;5;231m"), "{colored}");
    assert!(!colored.contains("\\u{1b}"), "{colored}");
    let plain = machine.open(&["me", "--qr"]).stderr;
    assert!(plain.contains('█') && !plain.contains('\u{1b}'), "{plain}");
}

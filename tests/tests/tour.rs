//! The tour of `README.md` in two terminals, line for line: the worlds' lines in a shell, the
//! person's at a real terminal, with the real binaries and two real servers.
//!
//! At each line stands what a person would look for. A line that nobody here expects fails, so that
//! the README and this test stay the same. The binaries are those that cargo left beside this test:
//! `cargo test` builds them, a run of this test alone takes them as they are.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test code"
)]

#[path = "tour/machine.rs"]
mod machine;
#[path = "tour/person.rs"]
mod person;
#[path = "tour/readme.rs"]
mod readme;
#[path = "tour/screen.rs"]
mod screen;

use std::fs;
use std::process::Output;

use machine::Machine;
use person::{Beside, Mind, Typed};
use readme::Party;

/// How the lines of the tour begin, in order.
const LINES: [&str; 15] = [
    "omote-world init --dir neo",
    "omote-world init --dir arena",
    "omote-world serve --config neo/",
    "omote-world serve --config arena/",
    "omote init",
    "omote demo",
    "omote provenance",
    "omote-world offer --config neo/omote-world.toml avatar",
    "omote-world offer --config neo/omote-world.toml item",
    "omote receive \"$(cat avatar.link)\"",
    "omote receive \"$(cat item.link)\"",
    "omote list",
    "omote-world ask",
    "omote present",
    "omote history",
];
/// The lines after those.
const LAST: [&str; 13] = [
    "omote backup create",
    "omote-world decisions",
    "omote-world offer --config neo/omote-world.toml item",
    "omote-world ask --config arena/omote-world.toml avatar --qr",
    "omote receive --qr-image charm.png",
    "omote present --qr-image door.png",
    "omote refill",
    "omote-world init --dir harbor",
    "printf",
    "omote-world serve --config harbor/",
    "omote-world offer --config harbor/omote-world.toml avatar",
    "omote receive \"$(cat login.link)\"",
    "curl",
];

#[test]
fn the_tour_goes_as_the_readme_says() {
    let Some(binaries) = tests::programs::binaries("tour") else {
        return;
    };
    let mut tour = Tour::at(Machine::new(binaries));
    let lines = readme::lines(&readme::read());
    let expected: Vec<&str> = LINES.iter().chain(&LAST).copied().collect();
    assert_eq!(lines.len(), expected.len(), "{lines:#?}");
    for (line, start) in lines.iter().zip(&expected) {
        assert!(line.text.starts_with(start), "{start}: {line:?}");
        let text = tour.machine.here(&line.text);
        match line.party {
            Party::World => tour.world(start, &text),
            Party::Person => tour.person(start, &text),
            // Typed while the wallet waits, with the line before.
            Party::Page => assert!(tour.has_logged_in, "{text}"),
        }
    }
}

struct Tour {
    machine: Machine,
    /// What the login page of the world says.
    page: String,
    has_logged_in: bool,
    /// The second code that a world told last.
    code: String,
    /// What a world shows beside its question.
    digits: String,
}

impl Tour {
    fn at(machine: Machine) -> Self {
        let lines = readme::lines(&readme::read());
        let page = lines.iter().find(|line| line.party == Party::Page).unwrap();
        Self {
            page: machine.here(&page.text),
            machine,
            has_logged_in: false,
            code: String::new(),
            digits: String::new(),
        }
    }

    fn world(&mut self, start: &str, line: &str) {
        if let Some(line) = line.strip_suffix(" &") {
            return self.machine.serves(line);
        }
        let output = self.machine.runs(line);
        let (out, talk) = texts(&output);
        assert_eq!(output.status.code(), Some(0), "{line}\n{out}\n{talk}");
        let link = |name: &str, scheme: &str| {
            let text = fs::read_to_string(self.machine.path(name)).unwrap();
            assert!(text.starts_with(scheme), "{line}: {text}");
            assert_eq!(text.lines().count(), 1, "{line}: {text}");
        };
        match start {
            "omote-world init --dir neo" => {
                holds(
                    line,
                    &talk,
                    &["Neo Kyoto", "omote-world serve --config neo/"],
                );
                holds(line, &out, &["neo/omote-world.toml"]);
            }
            "omote-world init --dir arena" => {
                holds(line, &talk, &["Sky Arena"]);
                let policy = fs::read_to_string(self.machine.path("arena/policy.toml")).unwrap();
                holds(
                    line,
                    &policy,
                    &[&self.machine.here("did:web:localhost%3A4001")],
                );
            }
            "omote-world offer --config neo/omote-world.toml avatar" => {
                holds(line, &talk, &["Mika", "10 one-time copies"]);
                link("avatar.link", "openid-credential-offer://");
            }
            "omote-world offer --config neo/omote-world.toml item"
                if line.contains("--tx-code") =>
            {
                let code = talk.split_once("never again: ").unwrap().1;
                self.code = code.lines().next().unwrap().to_owned();
                link("charm.link", "openid-credential-offer://");
                assert!(self.machine.path("charm.png").is_file());
            }
            "omote-world offer --config neo/omote-world.toml item" => {
                holds(line, &talk, &["charm"]);
                link("item.link", "openid-credential-offer://");
            }
            "omote-world ask" => link("ask.link", "openid4vp://"),
            "omote-world ask --config arena/omote-world.toml avatar --qr" => {
                holds(line, &talk, &["█▀", "▄█"]);
                let digits = talk.split_once("the wallet shows the same: ").unwrap().1;
                self.digits = digits.lines().next().unwrap().to_owned();
                link("door.link", "openid4vp://");
            }
            "omote-world init --dir harbor" => holds(line, &talk, &["Harbor"]),
            "printf" => {}
            "omote-world offer --config harbor/omote-world.toml avatar" => {
                holds(line, &talk, &["Kai"]);
                link("login.link", "openid-credential-offer://");
            }
            "omote-world decisions" => {
                // Newest first; the other one is the no from before.
                let decisions: Vec<&str> = out.lines().collect();
                assert_eq!(decisions.len(), 2, "{out}");
                holds(line, decisions[0], &["admission", "accepted"]);
                holds(line, decisions[1], &["admission", "declined"]);
                lacks(line, &out, &["Mika", "charm", "did:"]);
            }
            other => panic!("nobody looks at what {other} does"),
        }
    }

    fn person(&mut self, start: &str, line: &str) {
        match start {
            "omote receive \"$(cat avatar.link)\"" => self.receives_nothing_unasked(line),
            "omote present" => self.presents_nothing_unasked(line),
            _ => {}
        }
        let typed = match start {
            "omote receive \"$(cat login.link)\"" => self.logs_in(line),
            _ => self.types(line, Mind::Yes),
        };
        assert_eq!(typed.code, 0, "{line}\n{}", typed.said);
        let neo = self.machine.here("http://localhost:4001");
        let arena = self.machine.here("http://localhost:4002");
        let said = &typed.said;
        match start {
            "omote init" => {
                let questions = typed.asked.iter().filter(|q| q.starts_with("Word number"));
                assert_eq!(questions.count(), 3, "{:?}", typed.asked);
                holds(
                    line,
                    said,
                    &["Wallet made in", "It opens with your passphrase."],
                );
                holds(line, &typed.screen, &["Wallet made in"]);
            }
            "omote demo" => {
                holds(
                    line,
                    said,
                    &["All as it should be.", "Every file is kept in"],
                );
                assert!(self.machine.path("demo/avatar.vrm").is_file());
            }
            "omote provenance" => {
                holds(
                    line,
                    said,
                    &["Signed statement written to mika.provenance.json"],
                );
                assert!(self.machine.path("mika.provenance.json").is_file());
            }
            "omote receive \"$(cat avatar.link)\"" => {
                agreed(line, &typed, &["Receive this?", "Keep it?"]);
                holds(line, said, &["Neo Kyoto", &neo, "Mika", "10"]);
            }
            "omote receive \"$(cat item.link)\"" => {
                agreed(line, &typed, &["Receive this?", "Keep it?"]);
                holds(line, said, &["Neo Kyoto", &neo, "charm #7"]);
            }
            "omote receive --qr-image charm.png" => {
                let code = format!("Code: {}", self.code);
                holds(line, said, &["charm #8", "with 2 copies", &code]);
                agreed(line, &typed, &["Receive this?", "Keep it?"]);
            }
            "omote present --qr-image door.png" => {
                agreed(line, &typed, &[&format!("Share this with {arena}?")]);
                holds(line, said, &[&format!("Match code: {}.", self.digits)]);
                holds(line, said, &["took your answer"]);
            }
            "omote refill" => {
                holds(line, said, &["8 fresh copies added"]);
                let list = self.types("omote list", Mind::Yes).said;
                assert_eq!(list.matches("9 of 10").count(), 2, "{list}");
                assert_eq!(list.matches("10 of 10").count(), 1, "{list}");
            }
            "omote receive \"$(cat login.link)\"" => {
                holds(
                    line,
                    said,
                    &["Harbor", "You log in at the world's page", "Kept “Kai”"],
                );
                agreed(line, &typed, &["Receive this?", "Keep it?"]);
                self.has_logged_in = true;
            }
            // A table is narrow: it names the host alone.
            "omote list" => {
                let host = neo.trim_start_matches("http://");
                holds(line, said, &["Mika", "charm #7", host, "10 of 10"]);
            }
            "omote present" => {
                agreed(line, &typed, &[&format!("Share this with {arena}?")]);
                let purpose = "To let you in with your face";
                holds(line, said, &["Sky Arena", purpose, "Mika", "charm #7"]);
                holds(
                    line,
                    said,
                    &["took your answer", "Its signed receipt is kept"],
                );
            }
            "omote history" => {
                let [neo, arena] = [&neo, &arena].map(|at| at.trim_start_matches("http://"));
                holds(line, said, &["entries is whole", neo, arena]);
            }
            "omote backup create" => {
                holds(line, said, &["Encrypted backup written to mika.omote"]);
                assert!(self.machine.path("mika.omote").is_file());
            }
            other => panic!("nobody looks at what {other} does"),
        }
    }

    /// Who says no, or goes away, has received nothing, and the offer is still there.
    fn receives_nothing_unasked(&self, line: &str) {
        for mind in [Mind::Leave, Mind::No] {
            let typed = self.types(line, mind);
            assert_eq!(typed.code, 5, "{mind:?}: {line}\n{}", typed.said);
            agreed(line, &typed, &["Receive this?"]);
        }
        let list = self.types("omote list", Mind::Yes);
        assert_eq!(list.code, 0, "{}", list.said);
        holds("omote list", &list.said, &["Nothing here yet"]);
    }

    /// Who goes away has answered nothing, and the request is still there. Who says no has sent
    /// that no, and nothing that the world would have to judge.
    fn presents_nothing_unasked(&self, line: &str) {
        let decided = || {
            let line = "omote-world decisions --config arena/omote-world.toml";
            texts(&self.machine.runs(line)).0.trim().to_owned()
        };
        let typed = self.types(line, Mind::Leave);
        assert_eq!(typed.code, 5, "{}", typed.said);
        agreed(line, &typed, &["Share this with"]);
        assert_eq!(decided(), "");
        let ask = "omote-world ask --config arena/omote-world.toml both > no.link";
        let asked = self.machine.runs(ask);
        assert_eq!(asked.status.code(), Some(0), "{}", texts(&asked).1);
        let typed = self.types(&line.replace("ask.link", "no.link"), Mind::No);
        assert_eq!(typed.code, 5, "{}", typed.said);
        agreed(line, &typed, &["Share this with"]);
        let decisions = decided();
        assert_eq!(decisions.lines().count(), 1, "{decisions}");
        holds(line, &decisions, &["declined"]);
        let list = self.types("omote list", Mind::Yes);
        assert_eq!(list.said.matches("10 of 10").count(), 2, "{}", list.said);
    }

    /// The person opens what the wallet names, the login page says yes, and the browser goes on.
    fn logs_in(&self, line: &str) -> Typed {
        let mut browser = |said: &str| {
            let mut words = said.split_whitespace();
            // Whole only when something stands behind it.
            let Some(page) = words.find(|word| word.contains("/authorize?")) else {
                return false;
            };
            if words.next().is_none() {
                return false;
            }
            let sent = machine::browse(page);
            let ticket = sent
                .split_once("/login?ticket=")
                .unwrap_or_else(|| panic!("{sent}"))
                .1;
            let ticket = ticket.lines().next().unwrap().trim();
            let said = self.machine.runs(&self.page.replace("TICKET", ticket));
            let (said, talk) = texts(&said);
            let back = said.split_once("\"redirect_to\":\"");
            let back = back
                .unwrap_or_else(|| panic!("{}\n{said}\n{talk}", self.page))
                .1;
            let came = machine::browse(back.split_once('"').unwrap().0);
            holds(line, &came, &["Go back to the terminal"]);
            true
        };
        self.types_with(line, Mind::Yes, &mut browser)
    }

    fn types(&self, line: &str, mind: Mind) -> Typed {
        self.types_with(line, mind, &mut |_| true)
    }

    fn types_with(&self, line: &str, mind: Mind, browser: &mut dyn FnMut(&str) -> bool) -> Typed {
        let mut beside = Beside {
            code: &self.code,
            browser,
        };
        person::types(&mut self.machine.command("setsid"), line, mind, &mut beside)
    }
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&output.stdout), text(&output.stderr))
}

#[track_caller]
fn holds(line: &str, text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{line}\nno “{part}” in:\n{text}");
    }
}

#[track_caller]
fn lacks(line: &str, text: &str, parts: &[&str]) {
    for part in parts {
        assert!(!text.contains(part), "{line}\n“{part}” in:\n{text}");
    }
}

/// The person was asked to agree to exactly this, in this order.
#[track_caller]
fn agreed(line: &str, typed: &Typed, questions: &[&str]) {
    let asked: Vec<&String> = typed.asked.iter().filter(|q| q.contains("[y/N")).collect();
    assert_eq!(asked.len(), questions.len(), "{line}: {asked:?}");
    for (asked, question) in asked.iter().zip(questions) {
        assert!(
            asked.starts_with(question),
            "{line}: {asked} for {question}"
        );
    }
}

/// The terminal of the test is no better than its own: what it takes for gone is gone.
#[test]
fn the_screen_loses_what_is_erased() {
    let shown = b"head\r\n 1 ability   2 able\r\nEnter \r\n\x1b[2A\x1b[Jnext\r\n";
    assert_eq!(screen::rows(shown), ["head", "next", ""]);
    assert!(screen::said(shown).contains("ability"));
    let wrapped = ["x".repeat(81), "\r\n\u{1b}[1A\u{1b}[J".to_owned()].concat();
    assert_eq!(
        screen::rows(wrapped.as_bytes()),
        ["x".repeat(80), String::new()]
    );
    let painted = b"\x1b[1mbold\x1b[0m\r\x1b[Kgone";
    assert_eq!(screen::rows(painted), ["gone"]);
}

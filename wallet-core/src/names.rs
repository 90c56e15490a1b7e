//! Whether a world shows itself under a name that is taken for that of another world which the person
//! confirmed. The holder's side runs it.
//!
//! What is known are the names in the authenticated documents of confirmed worlds, kept with their
//! pins. What is shown is all that a world calls itself: in its document, its offer or its request.

use schemas::did::Did;
use verifier::names::{KnownName, KnownNames, NameFinding, NameKind, judge};

use crate::trust::{Confirmation, Pin};

/// What is odd about the names under which a world shows itself, each finding once.
pub(crate) fn judge_world(pins: &[Pin], world: &Did, shown: &[&str]) -> Vec<NameFinding> {
    let known: KnownNames = pins.iter().flat_map(known).collect();
    let mut findings: Vec<NameFinding> = Vec::new();
    for name in shown {
        for finding in judge(name, Some(world), &known) {
            if !findings.contains(&finding) {
                findings.push(finding);
            }
        }
    }
    findings
}

fn known(pin: &Pin) -> impl Iterator<Item = KnownName> {
    let confirmed = pin.confirmation != Confirmation::Unconfirmed;
    let names = pin.names.iter().filter(move |_| confirmed);
    names.map(|name| KnownName {
        name: name.clone(),
        who: Some(pin.did.clone()),
        kind: NameKind::World,
    })
}

#[cfg(test)]
mod tests {
    use schemas::did::Did;
    use schemas::time::Timestamp;
    use schemas::world::WorldId;
    use verifier::names::NameFinding;

    use super::judge_world;
    use crate::trust::{Confirmation, Pin};

    fn pin(origin: &str, names: &[&str], confirmed: bool) -> Pin {
        let world: WorldId = origin.parse().unwrap();
        let at = Timestamp::from_unix(1_800_000_000);
        Pin {
            did: world.did(),
            world,
            names: names.iter().copied().map(str::to_owned).collect(),
            first_seen: at,
            confirmation: if confirmed {
                Confirmation::ByPerson { at }
            } else {
                Confirmation::Unconfirmed
            },
        }
    }

    #[test]
    fn a_name_is_compared_with_those_of_other_confirmed_worlds() {
        let pins = [
            pin("https://meadow.example", &["Meadow", "草原"], true),
            pin("https://nameless.example", &[], true),
            pin("https://passing.example", &["Harbor"], false),
        ];
        let stranger: Did = "did:web:stranger.example".parse().unwrap();
        let meadow: Did = "did:web:meadow.example".parse().unwrap();
        let codes = |world: &Did, shown: &[&str]| -> Vec<&'static str> {
            let findings = judge_world(&pins, world, shown);
            findings.iter().map(NameFinding::code).collect()
        };
        // With the Cyrillic letter О; once, however often it is shown.
        let alike = "MEADОW";
        assert_eq!(
            codes(&stranger, &[alike, alike]),
            ["look_alike", "mixed_scripts"]
        );
        assert_eq!(codes(&stranger, &["Meadow"]), ["look_alike"]);
        assert_eq!(codes(&stranger, &["Another", "Meadow"]), ["look_alike"]);
        assert_eq!(codes(&stranger, &["草原"]), ["look_alike"]);
        // Its name is its, and a world that was only seen has no name to defend.
        assert!(codes(&meadow, &["Meadow"]).is_empty());
        assert!(codes(&stranger, &["Harbor", "Another"]).is_empty());
        assert!(codes(&stranger, &[]).is_empty());
    }
}

//! What the policy asks of items that a ledger keeps, setting by setting, for the people who run the
//! world.

use schemas::json::{Object, Value};
use verifier::{ActiveElsewhere, LedgerItems, LedgerProvenance, LedgerRules};

use super::Sentences;

/// One setting of the table `[ledger]`, with what follows from it.
#[derive(Clone, Debug, PartialEq)]
pub struct LedgerSetting {
    /// Its name in the policy file.
    pub name: &'static str,
    /// Its value, as the file would have it.
    pub value: Value,
    /// What follows.
    pub sentence: Sentences,
}

impl LedgerSetting {
    fn new(
        name: &'static str,
        value: impl Into<Value>,
        english: impl Into<String>,
        japanese: impl Into<String>,
    ) -> Self {
        Self {
            name,
            value: value.into(),
            sentence: Sentences::new(english, japanese),
        }
    }

    pub(super) fn to_object(&self) -> Object {
        schemas::object! {
            "setting" => self.name,
            "value" => self.value.clone(),
            "sentence" => self.sentence.to_object(),
        }
    }
}

/// The settings that decide about items, in the order in which they are asked.
pub(super) fn settings(rules: &LedgerRules) -> Vec<LedgerSetting> {
    let mut all = vec![items(rules.items)];
    if rules.items == LedgerItems::NotAsked {
        all.extend(life(rules.provenance));
        return all;
    }
    all.push(LedgerSetting::new(
        "ledger.max_receipt_age_seconds",
        schemas::json::Number::from_i64(rules.max_receipt_age),
        format!(
            "What a ledger says of its newest step counts for {} seconds, and never beyond its own end.",
            rules.max_receipt_age
        ),
        format!(
            "台帳による最新の記録の証明は {} 秒間有効とします。証明自体の期限を越えることはありません。",
            rules.max_receipt_age
        ),
    ));
    let (quorum, of) = (rules.quorum, rules.witnesses.len());
    let value = u64::try_from(quorum).unwrap_or(u64::MAX);
    all.push(match quorum {
        0 => LedgerSetting::new(
            "ledger.quorum",
            0,
            "No proof of the ledger's log is asked for; one that comes has to hold.",
            "台帳の公開ログの証明は求めません。証明が届いた場合は検証します。",
        ),
        _ => LedgerSetting::new(
            "ledger.quorum",
            schemas::json::Number::from_u64_saturating(value),
            format!(
                "The ledger's log has to have the step, in a tree that {quorum} of {of} witnesses \
                 signed within the last {} seconds.",
                rules.max_cosignature_age
            ),
            format!(
                "記録が台帳の公開ログにあり、そのログに {of} 件中 {quorum} 件の証人が直近 {} 秒以内に署名している必要があります。",
                rules.max_cosignature_age
            ),
        ),
    });
    all.push(elsewhere(rules.active_elsewhere));
    all.extend(life(rules.provenance));
    all
}

fn items(items: LedgerItems) -> LedgerSetting {
    let (value, english, japanese) = match items {
        LedgerItems::Announced => (
            "announced",
            "Of an issuer that announces an item ledger every item has to name its entry there; what \
             is named is asked.",
            "アイテムの台帳を公表している発行者のアイテムは、台帳の記載を示す必要があり、その台帳に確かめます。",
        ),
        LedgerItems::Required => (
            "required",
            "Every item has to name its entry in a ledger, and that is asked.",
            "すべてのアイテムは、台帳の記載を示す必要があり、その台帳に確かめます。",
        ),
        LedgerItems::NotAsked => (
            "not_asked",
            "No ledger is asked: an item that was passed on is accepted from whoever had it before.",
            "台帳には確かめません。譲渡済みのアイテムでも、以前の保有者の提示を受け入れます。",
        ),
    };
    LedgerSetting::new("ledger.items", value, english, japanese)
}

fn elsewhere(rule: ActiveElsewhere) -> LedgerSetting {
    let (value, english, japanese) = match rule {
        ActiveElsewhere::Ignore => (
            "ignore",
            "That an item is active in another world does not matter.",
            "アイテムが別のワールドで使用中でも問題にしません。",
        ),
        ActiveElsewhere::Review => (
            "review",
            "That an item is active in another world is a finding beside the verdict.",
            "アイテムが別のワールドで使用中の場合、判定とは別に所見として示します。",
        ),
        ActiveElsewhere::Refuse => (
            "refuse",
            "An item that is active in another world is refused.",
            "別のワールドで使用中のアイテムは受け入れません。",
        ),
    };
    LedgerSetting::new("ledger.active_elsewhere", value, english, japanese)
}

fn life(rule: LedgerProvenance) -> Option<LedgerSetting> {
    match rule {
        LedgerProvenance::NotAsked => None,
        LedgerProvenance::Required => Some(LedgerSetting::new(
            "ledger.provenance",
            "required",
            "Every step of an item's life is walked, from its mint to now.",
            "アイテムの全記録を、発行から現在まで順に検証します。",
        )),
    }
}

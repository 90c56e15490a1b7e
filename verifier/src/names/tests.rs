//! Names of impostors are found, and names of honest people are not.

use std::collections::BTreeSet;

use proptest::prelude::{Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};
use schemas::did::Did;
use schemas::object;
use schemas::reason::Reason;
use unicode_security::skeleton;

use super::{
    KnownName, KnownNames, Likeness, MAX_RESEMBLED, NameFinding, NameKind, judge, judge_against,
    likeness,
};

fn did(host: &str) -> Did {
    format!("did:web:{host}.example").parse().unwrap()
}

fn world(name: &str, host: &str) -> KnownName {
    KnownName {
        name: name.to_owned(),
        who: Some(did(host)),
        kind: NameKind::World,
    }
}

fn knowing(names: &[&str]) -> KnownNames {
    names
        .iter()
        .enumerate()
        .map(|(at, name)| world(name, &format!("w{at}")))
        .collect()
}

/// How `shown` is like `known`, when somebody else shows it.
fn likeness_of(shown: &str, known: &str) -> Option<Likeness> {
    let found = judge(shown, Some(&did("else")), &knowing(&[known]));
    found.into_iter().find_map(|finding| match finding {
        NameFinding::LookAlike {
            likeness,
            resembles,
        } => {
            assert_eq!(resembles.name, known);
            Some(likeness)
        }
        _ => None,
    })
}

fn codes(shown: &str) -> Vec<&'static str> {
    let found = judge(shown, None, &KnownNames::none());
    found.iter().map(NameFinding::code).collect()
}

#[test]
fn spoofs_are_found() {
    use Likeness::{Accents, Confusable, Folded, FoldedConfusable, Same, Substituted};
    let mut wrong = Vec::new();
    for (known, shown, likeness) in [
        ("Mika", "Mika", Same),
        ("Zoë", "Zoe\u{308}", Same),
        ("Mika", "Mika ", Folded),
        ("Mika", " \u{3000}mika\u{a0}", Folded),
        ("Mika", "MIKA", Folded),
        ("Mika", "ＭＩＫＡ", Folded),
        ("Mika", "Mi-ka", Folded),
        ("Mika", "M.i.k.a.", Folded),
        ("Mika", "m i k a", Folded),
        ("Mika", "Mi\u{200b}ka", Folded),
        ("Mika", "\u{2066}Mika\u{2069}", Folded),
        ("Mika", "Mi\u{e0061}ka", Folded),
        ("Mika", "Mi\u{fe0f}ka", Folded),
        ("Mika", "★Mika★", Folded),
        ("Mika", "Mika✅", Folded),
        ("Mika", "Mika™", Folded),
        ("Mika", "𝐌𝐢𝐤𝐚", Folded),
        ("Mika", "ⓂⓘⓀⓐ", Folded),
        ("Mika", "ᴹⁱᵏᵃ", Folded),
        ("Straße", "STRASSE", Folded),
        ("Neo Kyoto", "NeoKyoto", Folded),
        ("O’Neil", "O'NEIL", Folded),
        ("O'Neil", "OʼNeil", Confusable),
        ("Mika", "Мika", Confusable),
        ("Mika", "Mіka", Confusable),
        ("Mika", "Mikа", Confusable),
        ("Mika", "Μika", Confusable),
        ("Scope", "Ѕсоре", Confusable),
        ("Meadow", "Meadovv", Substituted),
        ("Meadow", "Meɑdоw", Confusable),
        ("Modern", "Modem", Confusable),
        ("paypal", "раураl", Confusable),
        ("Hello", "Heꞁꞁo", Confusable),
        ("MIKA", "МІКА", Confusable),
        ("Mika", "МІКА", FoldedConfusable),
        ("Mika", "ᎷᎥᏦᎪ", FoldedConfusable),
        ("Mika", "ꓟꓲꓗꓮ", FoldedConfusable),
        ("MEADOW", "MEАDОW!", FoldedConfusable),
        ("Mika", "M1KA", FoldedConfusable),
        ("Mika", "M1ka", FoldedConfusable),
        ("Mika", "Mlka", Substituted),
        ("Mika", "M1k4", Substituted),
        ("Mika", "M|ka", Substituted),
        ("Mika", "M!ka", Substituted),
        ("Mika", "m1k4", Substituted),
        ("Mika", "Mik@", Substituted),
        ("Mika", "ᴍɪᴋᴀ", Substituted),
        ("Mika", "мiка", FoldedConfusable),
        ("Mika", "🅼🅸🅺🅰", Substituted),
        ("Mika", "🇲🇮🇰🇦", Substituted),
        ("Sora", "S0ra", FoldedConfusable),
        ("Sora", "$ora", Substituted),
        ("Sora", "5ora", Substituted),
        ("Mika", "Míka", Accents),
        ("Mika", "M̶i̶k̶a̶", Accents),
        ("Mika", "Ṃịḳạ", Accents),
        // Japanese.
        ("カエデ", "力エデ", Confusable),
        ("カエデ", "カ工デ", Confusable),
        ("ニコ", "二コ", Confusable),
        ("ハルト", "八ルト", Confusable),
        ("ハルト", "ハル卜", Confusable),
        ("ロビン", "口ビン", Confusable),
        ("タロウ", "夕ロウ", Confusable),
        ("へいわ", "ヘいわ", Confusable),
        ("べに", "ベに", Confusable),
        ("ミカ", "ﾐｶ", Folded),
        ("ガーデン", "ｶﾞｰﾃﾞﾝ", Folded),
        ("ガーデン", "カ\u{3099}ーデン", Same),
        ("ミカ", "ミ・カ", Folded),
        ("ミーカ", "ミ—カ", Confusable),
        ("ミーカ", "ミ一カ", Confusable),
        ("ミーカ", "ミ-カ", Substituted),
        ("リリー", "りリー", Substituted),
        ("オト", "才ト", Substituted),
        ("チカ", "千カ", Substituted),
        ("メイ", "〆イ", Substituted),
        ("キャノン", "キヤノン", Substituted),
        ("土屋", "士屋", Confusable),
        ("未来", "末来", Confusable),
        ("ソニア", "ンニア", Substituted),
        ("運営", "運\u{200b}営", Folded),
        ("運営", "【運営】", Folded),
        ("葛城", "葛\u{e0100}城", Folded),
        // Letters that run to the left: alike on the line, not in memory.
        ("אב1", "1אב", Confusable),
        ("אבג", "אבג\u{200f}", Folded),
        // Nothing but signs.
        ("🦊", "🦊\u{fe0f}", Folded),
    ] {
        let found = [likeness_of(shown, known), likeness_of(known, shown)];
        if found != [Some(likeness); 2] {
            wrong.push((known, shown, likeness, found));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Ordinary names: nothing is odd about one, and none is taken for another.
const ORDINARY: &[&str] = &[
    "Mika",
    "Anna",
    "Hanna",
    "Jose Garcia",
    "Zoë",
    "Łukasz",
    "Søren",
    "Đặng Thị Hoa",
    "Nguyễn Văn An",
    "François",
    "Strauß",
    "O’Brien",
    "Jean-Luc",
    "Smith, John",
    "J. R. R. Tolkien",
    "X Æ A-12",
    "Müller & Söhne",
    "İpek",
    "Çağla",
    "Ágnes",
    "Þórdís",
    "Mr. T",
    "Player 1",
    "Room 42",
    "R2-D2",
    "Meadow",
    "Neo Kyoto",
    "Agent 007",
    "3D World",
    "Web3 Café",
    "Tom",
    "Tim",
    "Kim",
    "Ken",
    "Ben",
    "ミカ",
    "カエデ",
    "ニコ",
    "はると",
    "ハルト",
    "さくら",
    "桜子",
    "一郎",
    "二郎",
    "三郎",
    "八重",
    "工藤",
    "夕夏",
    "力丸",
    "口分田",
    "土屋",
    "未来",
    "己斐",
    "千夏",
    "才川",
    "シオン",
    "ツバキ",
    "ソラ",
    "ノア",
    "メイ",
    "ジャン・ポール",
    "ネオ京都",
    "表の顔",
    "Tシャツ屋",
    "Mika ちゃん",
    "みか☆",
    "ガーデン",
    "カーデン",
    "バラ",
    "パラ",
    "ハラ",
    "佐々木",
    "葛\u{e0100}城",
    "辻\u{fe00}",
    "〆木",
    "ﾐｸ",
    "ｱﾘｽ@工房",
    "VRのお店",
    "(´・ω・`)",
    "ミカ(о´∀`о)ノ",
    "ヾ(＾Д＾)ﾉ",
    "初音 39",
    "第2工場",
    "김민수",
    "이서연",
    "Kpop 팬",
    "金민수",
    "王小明",
    "陳大文",
    "李娜",
    "ㄅㄆ小明",
    "Иван",
    "Мария",
    "Ольга Петрова",
    "Іван",
    "Ђорђе",
    "Анна Smith",
    "Кот & Dog",
    "Ёлка",
    "Как",
    "Αλέξανδρος",
    "Μαρία",
    "Νίκος Smith",
    "Ὀδυσσεύς",
    "Արամ",
    "გიორგი",
    "Giorgi გიორგი",
    "محمد",
    "علی\u{200c}رضا",
    "فاطمة Ali",
    "مها 7",
    "דוד",
    "שרה לוי",
    "דוד Levi",
    "ܝܘܚܢܢ",
    "नमिता",
    "श्रीमान्",
    "क्\u{200d}ष",
    "রহিম",
    "ਗੁਰਪ੍ਰੀਤ",
    "தமிழ்",
    "లక్ష్మి",
    "ക്\u{200d}മലയാളം",
    "ශ්\u{200d}රී",
    "สมชาย",
    "ลาว ไทย",
    "မြန်မာ",
    "ខ្មែរ",
    "ᠮᠣᠩᠭᠣᠯ",
    "አበበ",
    "ትግርኛ",
    "🦊",
    "Luna 🦊✨",
    "👩\u{200d}💻 Dev",
    "❤\u{fe0f}\u{200d}🔥",
    "👨🏽\u{200d}🚀",
    "🏳\u{fe0f}\u{200d}🌈",
    "1\u{fe0f}\u{20e3} first",
    "🇯🇵 Aki",
    "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
    "★",
    "♪♪",
    "…",
    "ⓥ",
    "№ 5",
    "½",
    "x²",
    "π",
    "Ω",
    "µ",
    "C++",
    "C#",
    "2001",
    "1984",
    "#1",
];

#[test]
fn nothing_is_odd_about_ordinary_names() {
    for name in ORDINARY {
        assert_eq!(codes(name), [""; 0], "{name}");
    }
}

#[test]
fn ordinary_names_are_not_taken_for_each_other() {
    let known: KnownNames = ORDINARY
        .iter()
        .enumerate()
        .map(|(at, name)| world(name, &format!("w{at}")))
        .collect();
    assert_eq!(known.len(), ORDINARY.len());
    let taken: Vec<_> = ORDINARY
        .iter()
        .enumerate()
        .map(|(at, name)| judge(name, Some(&did(&format!("w{at}"))), &known))
        .filter(|found| !found.is_empty())
        .collect();
    assert!(taken.is_empty(), "{taken:#?}");
}

#[test]
fn ones_own_name_is_no_look_alike_and_anothers_is() {
    let known: KnownNames = [
        world("Meadow", "meadow"),
        world("草原", "meadow"),
        KnownName {
            name: "Staff".to_owned(),
            who: None,
            kind: NameKind::Reserved,
        },
    ]
    .into_iter()
    .collect();
    for own in ["Meadow", "MEADOW", "Mead0w", "草原"] {
        assert_eq!(judge(own, Some(&did("meadow")), &known), [], "{own}");
    }
    for by in [Some(did("else")), None] {
        let found = judge("Meadow", by.as_ref(), &known);
        let [
            NameFinding::LookAlike {
                likeness,
                resembles,
            },
        ] = found.as_slice()
        else {
            panic!("{found:?}");
        };
        assert_eq!(*likeness, Likeness::Same);
        assert_eq!(*resembles, world("Meadow", "meadow"));
    }
    // What nobody may go by, nobody goes by.
    for by in [Some(did("meadow")), None] {
        let found = judge("ＳＴＡＦＦ", by.as_ref(), &known);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].reason(), Reason::NameLookalike);
    }
}

#[test]
fn mixed_scripts_are_found() {
    for (name, scripts) in [
        ("Мika", &["Cyrillic", "Latin"][..]),
        ("Ωmega", &["Greek", "Latin"]),
        ("Γеоргий", &["Cyrillic", "Greek"]),
        ("ᎷikA", &["Cherokee", "Latin"]),
        ("カФエ", &["Cyrillic", "Katakana"]),
        ("ミカ김", &["Hangul", "Katakana"]),
        ("แมวКот", &["Cyrillic", "Thai"]),
        ("Ѕсоре Studio", &["Cyrillic", "Latin"]),
        ("Ok Мi\u{200b}ka", &["Cyrillic", "Latin"]),
    ] {
        let found = judge(name, None, &KnownNames::none());
        let Some(NameFinding::MixedScripts { scripts: told }) = found.first() else {
            panic!("{name}: {found:?}");
        };
        assert_eq!(told, scripts, "{name}");
        assert_eq!(found[0].reason(), Reason::NameMixedScripts);
    }
}

#[test]
fn hidden_characters_are_found() {
    for (name, hidden) in [
        ("Mi\u{200b}ka", &['\u{200b}'][..]),
        ("Mika\u{202e}", &['\u{202e}']),
        ("\u{feff}Mika\u{feff}\u{200e}", &['\u{feff}', '\u{200e}']),
        ("Mi\u{200d}ka", &['\u{200d}']),
        ("Mi\u{fe0f}ka", &['\u{fe0f}']),
        ("Mika\u{3164}", &['\u{3164}']),
        ("Mika\u{2800}", &['\u{2800}']),
        ("Mi\u{ad}ka", &['\u{ad}']),
        ("\u{200c}Mika", &['\u{200c}']),
        ("د\u{200c}م", &['\u{200c}']),
        ("葛\u{e0100}\u{e0101}", &['\u{e0101}']),
        ("🦊\u{fe0f}\u{fe0f}", &['\u{fe0f}']),
        ("🦊\u{e0100}", &['\u{e0100}']),
        ("🦊\u{e0041}", &['\u{e0041}']),
        ("🦊\u{200d}Mika", &['\u{200d}']),
        ("\u{1b}[2J", &['\u{1b}']),
    ] {
        let found = judge(name, None, &KnownNames::none());
        let wanted = NameFinding::HiddenCharacters {
            characters: hidden.to_vec(),
        };
        assert_eq!(found, [wanted], "{name:?}");
        assert_eq!(found[0].reason(), Reason::NameHiddenCharacters);
    }
    // A message under a flag is no flag.
    let smuggled: String = "🏴".chars().chain("\u{e0061}".repeat(30).chars()).collect();
    assert_eq!(codes(&smuggled), ["hidden_characters"]);
}

#[test]
fn what_is_not_seen_is_no_name() {
    for blank in ["", " ", "\u{200b}", "\u{3164}\u{2800} \u{3000}"] {
        assert!(knowing(&[blank]).is_empty());
        assert_eq!(likeness_of(blank, "Mika"), None);
    }
}

#[test]
fn the_json_form_carries_the_evidence() {
    let found = judge("MEАDOW\u{200b}", None, &knowing(&["Meadow"]));
    let objects: Vec<_> = found.iter().map(NameFinding::to_object).collect();
    assert_eq!(
        objects,
        [
            object! {
                "kind" => "name",
                "code" => "look_alike",
                "likeness" => "folded_confusable",
                "resembles" => object! {
                    "name" => "Meadow",
                    "kind" => "world",
                    "did" => "did:web:w0.example",
                },
            },
            object! { "kind" => "name", "code" => "mixed_scripts", "scripts" => ["Cyrillic", "Latin"] },
            object! { "kind" => "name", "code" => "hidden_characters", "characters" => ["U+200B"] },
        ]
    );
}

/// However many names are known and however bad the name: counted, for a clock would tell nothing.
#[test]
fn a_look_up_costs_no_more_with_many_names() {
    let known: KnownNames = (0..10_000)
        .map(|at| world(&format!("Mika the {at}th"), &format!("w{at}")))
        .chain((0..100).map(|at| world("Mika", &format!("m{at}"))))
        .collect();
    assert_eq!(known.len(), 10_100);
    for (shown, most) in [
        ("Mika ".repeat(40), 16),
        ("\u{fdfa}".repeat(200), 40),
        ("אב1 ".repeat(50), 40),
        ("a\u{300}".repeat(100), 16),
        ("1!|@".repeat(50), 16),
        (" ".repeat(1_000_000), 0),
        (format!("{}Mika", "\u{200b}".repeat(1_000_000)), 16),
        ("\u{fdfa}".repeat(1_000_000), 40),
    ] {
        let keys = likeness::keys(&shown);
        assert!(keys.len() <= most, "{} keys", keys.len());
        // A character has at most 18 compatible ones, and each at most one prototype of 18.
        let longest = keys.iter().map(|(_, key)| key.chars().count()).max();
        assert!(longest.unwrap_or(0) <= 1024 * 18 * 2, "{longest:?}");
        assert!(judge(&shown, None, &known).len() <= MAX_RESEMBLED + 2);
    }
    // Whoever is listed is not crowded out by those who are like them less.
    let found = judge("Mika", None, &known);
    assert_eq!(found.len(), MAX_RESEMBLED);
}

#[test]
fn the_closest_are_told_first_and_none_twice() {
    let known = knowing(&["Míka", "M!ka", "Мika", "MIKA", "Mika", "Mika"]);
    let found = judge("Mika", None, &known);
    let told: Vec<_> = found
        .iter()
        .map(|finding| match finding {
            NameFinding::LookAlike {
                likeness,
                resembles,
            } => (*likeness, resembles.name.as_str()),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        told,
        [
            (Likeness::Same, "Mika"),
            (Likeness::Same, "Mika"),
            (Likeness::Folded, "MIKA"),
            (Likeness::Confusable, "Мika"),
            (Likeness::Substituted, "M!ka"),
            (Likeness::Accents, "Míka"),
        ]
    );
}

#[test]
fn likenesses_are_in_order_and_spelled_once() {
    let codes: BTreeSet<_> = Likeness::ALL
        .iter()
        .map(|likeness| likeness.code())
        .collect();
    assert_eq!(codes.len(), Likeness::ALL.len());
    assert!(Likeness::ALL.is_sorted());
}

/// Texts that are near each other, and near the edges of tables.
fn any_name() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        prop::sample::select(
            "Mika1l|IмМа𝐌カ力ー一-\u{200b}\u{200d}\u{fe0f} \u{3000}.!@אב١\u{300}\u{3099}🦊🇯ﷺßİ™"
                .chars()
                .collect::<Vec<_>>()
        ),
        any::<char>(),
    ];
    prop::collection::vec(letter, 0..24).prop_map(|letters| letters.into_iter().collect())
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(name in any_name(), other in any_name()) {
        let known = knowing(&[&other]);
        let found = judge(&name, None, &known);
        prop_assert!(found.len() <= 3);
        // However many lists the names stand in.
        let twice = judge_against(&name, None, [&known, &known]);
        prop_assert_eq!(twice, found);
    }

    #[test]
    fn a_name_is_like_itself(name in any_name()) {
        if !likeness::is_blank(&name) {
            prop_assert_eq!(likeness_of(&name, &name), Some(Likeness::Same));
        }
    }

    #[test]
    fn likeness_is_mutual(one in any_name(), other in any_name()) {
        if !likeness::is_blank(&one) && !likeness::is_blank(&other) {
            prop_assert_eq!(likeness_of(&one, &other), likeness_of(&other, &one));
        }
    }

    #[test]
    fn a_skeleton_is_its_own_skeleton(name in any_name()) {
        let once: String = skeleton(&name).collect();
        let twice: String = skeleton(&once).collect();
        prop_assert_eq!(once, twice);
    }

    /// What UTS #39 holds for confusable is found, whatever else is.
    #[test]
    fn each_confusable_letter_is_found(place in 0_usize..4, c in any::<char>()) {
        let mut letters: Vec<char> = "Mika".chars().collect();
        letters[place] = c;
        let shown: String = letters.into_iter().collect();
        if skeleton(&shown).eq(skeleton("Mika")) {
            prop_assert!(likeness_of(&shown, "Mika").is_some());
        }
    }

    #[test]
    fn spaces_and_unseen_characters_hide_nothing(
        name in "[A-Za-z]{2,8}",
        at in 0_usize..8,
        hidden in prop::sample::select(vec!["\u{200b}", " ", "\u{2060}", "\u{3164}", "-", "\u{202e}", "\u{e0020}"]),
    ) {
        let mut shown = name.clone();
        shown.insert_str(at.min(name.len()), hidden);
        prop_assert_eq!(likeness_of(&shown, &name), Some(Likeness::Folded));
    }
}

/// Every letter that the table maps onto a Latin one is found in place of it.
#[test]
fn all_letters_of_the_table_are_found() {
    let mut found = 0;
    for c in ('\u{80}'..=char::MAX).filter(|c| c.is_alphabetic()) {
        let prototype: String = skeleton(&c.to_string()).collect();
        let [letter] = *prototype.as_bytes() else {
            continue;
        };
        if letter.is_ascii_alphabetic() {
            let (shown, known) = (format!("x{c}x"), format!("x{}x", char::from(letter)));
            assert!(likeness_of(&shown, &known).is_some(), "{shown} for {known}");
            found += 1;
        }
    }
    assert!(found > 1000, "{found}");
}

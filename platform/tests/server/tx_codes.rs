//! Second codes: told once, tried five times, and kept as nothing that could be guessed at.

use schemas::form::Form;
use schemas::message::Message;
use schemas::oid4vci::offer::{CredentialOffer, InputMode};

use crate::holder::{code_of, token_form};
use crate::http::{Answer, get, post_form, post_json};
use crate::town::{Town, provenance};

/// An offer with a second code: its path, its first code, and the second.
async fn with_code(town: &Town, mode: InputMode) -> (String, String, String) {
    let (path, offered) = town.offer_like(|terms| terms.tx_code = Some(mode)).await;
    let told = offered.tx_code.unwrap().reveal().to_owned();
    assert!(!offered.link.to_link().contains(&told));
    let code = code_of(town, &path).await;
    (path, code, told)
}

async fn redeem(town: &Town, code: &str, tx_code: &str) -> Answer {
    let form = token_form(code).with("tx_code", tx_code);
    post_form(town.port, "/token", &form).await
}

/// A code that is not this one.
fn another(code: &str) -> String {
    let last = if code.ends_with('7') { '3' } else { '7' };
    format!("{}{last}", &code[..code.len() - 1])
}

#[tokio::test]
async fn a_second_code_is_told_once_and_described_in_the_offer() {
    let town = Town::new().await;
    for (mode, length) in [(InputMode::Numeric, 6), (InputMode::Text, 8)] {
        let (path, code, told) = with_code(&town, mode).await;
        let offer = get(town.port, &path).await;
        assert!(!offer.text().contains(&told));
        let offer = CredentialOffer::read(&offer.body).unwrap();
        let described = offer.pre_authorized().unwrap().tx_code.clone().unwrap();
        assert_eq!(
            (described.input_mode, described.length),
            (mode, Some(length))
        );
        assert!(described.admits(&told));
        // Neither it nor the first code is on the disk.
        let store = town.store_bytes().await;
        for secret in [&told, &code] {
            let secret = secret.as_bytes();
            assert!(!store.windows(secret.len()).any(|window| window == secret));
        }
        assert_eq!(redeem(&town, &code, &told).await.status, 200);
    }
    // As the world's servers ask for it.
    let body = schemas::object! {
        "right" => "avatar", "persona" => "Mika", "provenance" => provenance(), "tx_code" => true,
    };
    let made = post_json(town.port, "/offers", &town.token, &body).await;
    assert_eq!(made.status, 201);
    crate::http::assert_valid("offer-created", &made.body);
    assert_eq!(made.word("tx_code").len(), 6);
}

/// OVI-03: whoever saw the QR code guesses wrong; the person is let in all the same.
#[tokio::test]
async fn one_wrong_code_does_not_end_an_offer() {
    let town = Town::new().await;
    let (_, code, told) = with_code(&town, InputMode::Numeric).await;
    redeem(&town, &code, &another(&told))
        .await
        .refuses(400, "invalid_grant", "tx_code_invalid");
    assert_eq!(redeem(&town, &code, &told).await.status, 200);
    redeem(&town, &code, &told)
        .await
        .refuses(400, "invalid_grant", "pre_auth_code_used");
}

#[tokio::test]
async fn five_wrong_codes_end_an_offer() {
    let mut town = Town::new().await;
    let (path, code, told) = with_code(&town, InputMode::Numeric).await;
    for number in 0..5 {
        redeem(&town, &code, &another(&told)).await.refuses(
            400,
            "invalid_grant",
            "tx_code_invalid",
        );
        if number == 2 {
            // Whoever restarts the world does not start counting again.
            town.restart().await;
        }
    }
    for guess in [told.as_str(), &another(&told)] {
        redeem(&town, &code, guess)
            .await
            .refuses(400, "invalid_grant", "tx_code_locked");
    }
    get(town.port, &path)
        .await
        .refuses(404, "not_found", "not_found");
}

#[tokio::test]
async fn many_guesses_at_a_time_are_five() {
    let town = Town::new().await;
    let (_, code, told) = with_code(&town, InputMode::Numeric).await;
    let wrong: Vec<String> = (0..60)
        .map(|number| format!("{number:06}"))
        .filter(|guess| *guess != told)
        .collect();
    let tasks: Vec<_> = wrong
        .into_iter()
        .map(|guess| {
            let (port, form) = (town.port, token_form(&code).with("tx_code", guess));
            tokio::spawn(async move { post_form(port, "/token", &form).await })
        })
        .collect();
    let mut tried = 0;
    for task in tasks {
        let answer = task.await.unwrap();
        match answer.word("reason").as_str() {
            "tx_code_invalid" => tried += 1,
            _ => answer.refuses(400, "invalid_grant", "tx_code_locked"),
        }
    }
    assert_eq!(tried, 5);
}

/// OVI-04
#[tokio::test]
async fn a_code_that_is_missing_or_of_another_form_is_no_code() {
    let town = Town::new().await;
    let (_, code, told) = with_code(&town, InputMode::Numeric).await;
    let post = async |form: Form| post_form(town.port, "/token", &form).await;
    for form in [
        token_form(&code),
        token_form(&code).with("tx_code", ""),
        // What old drafts called it, and an array.
        token_form(&code).with("user_pin", told.as_str()),
        token_form(&code).with("tx_code[]", told.as_str()),
    ] {
        post(form)
            .await
            .refuses(400, "invalid_request", "tx_code_invalid");
    }
    // Each a text that is another, and a try.
    let wide: String = told
        .chars()
        .map(|digit| char::from_u32(u32::from(digit) - 0x30 + 0xff10).unwrap())
        .collect();
    for guess in [
        wide,
        format!("[\"{told}\"]"),
        format!("0{told}"),
        format!("{told} "),
    ] {
        redeem(&town, &code, &guess)
            .await
            .refuses(400, "invalid_grant", "tx_code_invalid");
    }
    // As JSON there is no token endpoint.
    let json = schemas::object! { "tx_code" => 123_456 };
    post_json(town.port, "/token", "x", &json).await.refuses(
        415,
        "invalid_request",
        "media_type_unsupported",
    );
    assert_eq!(redeem(&town, &code, &told).await.status, 200);
    // Nobody asked for one.
    let code = code_of(&town, &town.offer_avatar().await).await;
    redeem(&town, &code, "123456")
        .await
        .refuses(400, "invalid_request", "tx_code_invalid");
    assert_eq!(post(token_form(&code)).await.status, 200);
}

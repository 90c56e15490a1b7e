//! What a world remembers of others: documents of several issuers beside each other.

use crate::holder::{ask_avatar, avatar, key, response};
use crate::http::{Answer, post_form};
use crate::town::Town;

async fn enter(town: &Town, credential: schemas::json::Object) -> Answer {
    let asked = ask_avatar(town).await;
    let form = response(town, &asked, &key(1), credential);
    post_form(town.port, asked.response_path(), &form).await
}

async fn enters(town: &Town, credential: schemas::json::Object) {
    let answer = enter(town, credential).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
}

#[tokio::test]
async fn an_issuer_that_is_asked_again_does_not_make_the_others_forgotten() {
    let (mut a, mut c) = (Town::new().await, Town::new().await);
    let b = Town::with(&[&a, &c], "").await;
    let (of_a, of_c) = (avatar(&a, key(1)).await, avatar(&c, key(1)).await);
    enters(&b, of_a).await;
    enters(&b, of_c.clone()).await;
    a.change_hands().await;
    let of_a = avatar(&a, key(1)).await;
    // C is away now; what is remembered of it is young enough.
    c.serving.take().unwrap().stop().await;
    enters(&b, of_a).await;
    enters(&b, of_c).await;
}

#[tokio::test]
async fn each_issuer_is_asked_again_in_its_own_time() {
    let (mut a, mut c) = (Town::new().await, Town::new().await);
    let b = Town::with(&[&a, &c], "").await;
    let (old_of_a, old_of_c) = (avatar(&a, key(1)).await, avatar(&c, key(1)).await);
    enters(&b, old_of_a.clone()).await;
    enters(&b, old_of_c).await;
    a.change_hands().await;
    c.change_hands().await;
    let (of_a, of_c) = (avatar(&a, key(1)).await, avatar(&c, key(1)).await);
    enters(&b, of_a.clone()).await;
    enters(&b, of_c).await;
    // Not again and again: bad signatures do not make this world a nuisance to A.
    a.serving.take().unwrap().stop().await;
    enter(&b, old_of_a)
        .await
        .refuses(400, "invalid_request", "sig_invalid");
    enters(&b, of_a).await;
}

//! `GET /ledger`: the log for people, and the chain of one item. One document without scripts and
//! without anything from elsewhere; the form asks the page again.

use std::fmt::Write;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use schemas::digest::Sha256Digest;
use schemas::encoding::base64;
use schemas::form::Form;
use schemas::lang::Lang;
use schemas::ledger::{Event, ItemTag, LeafClaims, State as Standing};

use super::{read_leaf, rules, signing, tiles};
use crate::error::Refusal;
use crate::world::World;

const STYLE: &str = include_str!("page.css");
/// Leaves that are shown of a chain: its newest.
const MOST: u64 = 200;

/// `GET /ledger`
pub(crate) async fn page(
    State(world): State<Arc<World>>,
    request: Request,
) -> Result<Response, Refusal> {
    let witnesses = rules(&world)?.witnesses.len();
    let words = Words::of(lang_of(request.headers()));
    let asked = Form::read(request.uri().query().unwrap_or_default().as_bytes(), 512).ok();
    let asked = asked.as_ref().and_then(|form| form.field("item"));
    let asked = asked.map(str::trim).filter(|tag| !tag.is_empty());
    let mut body = String::new();
    write_log(&world, &words, witnesses, &mut body).await?;
    write_form(&words, asked, &mut body);
    if let Some(text) = asked {
        match text.parse() {
            Ok(tag) => write_chain(&world, &words, tag, &mut body).await?,
            Err(_) => note(&mut body, words.no_tag),
        }
    }
    body.push_str("</section>\n");
    Ok(whole(
        &words,
        world.config.names().in_lang(words.lang),
        &body,
    ))
}

/// The page, with a policy that lets nothing in but its own style.
fn whole(words: &Words, name: &str, body: &str) -> Response {
    let digest = base64::encode(Sha256Digest::of(STYLE.as_bytes()).as_bytes());
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; \
         frame-ancestors 'none'"
    );
    let page = format!(
        "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title} – {name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n\
         <header><p class=\"world\">{name}</p><h1>{title}</h1><p>{about}</p></header>\n{body}\
         </main>\n</body>\n</html>\n",
        tag = words.lang.tag(),
        title = words.title,
        name = escaped(name),
        about = words.about,
    );
    let mut response = page.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn write_log(
    world: &World,
    words: &Words,
    witnesses: usize,
    out: &mut String,
) -> Result<(), Refusal> {
    let _ = writeln!(out, "<section><h2>{}</h2>", words.log);
    let Some(shown) = tiles::shown(world).await? else {
        note(out, words.no_log);
        out.push_str("</section>\n");
        return Ok(());
    };
    let said = match &world.config.ledger {
        Some(rules) => {
            let keys: Vec<_> = rules.witnesses.iter().map(|one| one.key.clone()).collect();
            let found = shown.checkpoint.cosignatures(&keys).unwrap_or_default();
            let found: Vec<(String, String)> = found
                .iter()
                .filter_map(|one| {
                    let name = keys.get(one.witness())?.name().to_string();
                    Some((name, one.at().to_string()))
                })
                .collect();
            found
        }
        None => Vec::new(),
    };
    let key = signing::public(world.config.world(), &world.identity());
    let key = key.map(|key| key.to_string()).unwrap_or_default();
    let _ = writeln!(out, "<dl>");
    row(out, words.size, &shown.kept.size.to_string());
    row(out, words.signed, &shown.kept.signed.to_string());
    row(
        out,
        words.witnesses,
        &format!("{} / {witnesses}", said.len()),
    );
    row(out, words.key, &key);
    let _ = writeln!(out, "</dl>");
    if !said.is_empty() {
        let _ = writeln!(out, "<ul>");
        for (name, at) in said {
            let (name, at) = (escaped(&name), escaped(&at));
            let _ = writeln!(out, "<li><code>{name}</code> <time>{at}</time></li>");
        }
        let _ = writeln!(out, "</ul>");
    }
    let text = escaped(&shown.checkpoint.to_string());
    let _ = writeln!(
        out,
        "<details><summary>{}</summary><pre>{text}</pre></details>\n\
         <p><a href=\"/ledger/checkpoint\">/ledger/checkpoint</a> · \
         <a href=\"/ledger/vkey\">/ledger/vkey</a></p></section>",
        words.checkpoint
    );
    Ok(())
}

fn write_form(words: &Words, asked: Option<&str>, out: &mut String) {
    let _ = writeln!(
        out,
        "<section><h2>{item}</h2>\n<form action=\"/ledger\" method=\"get\">\
         <label for=\"item\">{tag}</label>\
         <input id=\"item\" name=\"item\" value=\"{value}\" maxlength=\"64\" spellcheck=\"false\" \
         autocomplete=\"off\" autocapitalize=\"none\"><button>{show}</button></form>",
        item = words.item,
        tag = words.tag,
        value = escaped(asked.unwrap_or_default()),
        show = words.show,
    );
}

async fn write_chain(
    world: &World,
    words: &Words,
    tag: ItemTag,
    out: &mut String,
) -> Result<(), Refusal> {
    let heads = world.store.item_heads(&[tag]).await?;
    let Some(head) = heads.get(&tag) else {
        note(out, words.unknown);
        return Ok(());
    };
    let newest = read_leaf(head)?.claims().seq;
    let from = newest.saturating_sub(MOST - 1);
    let most = u32::try_from(MOST).unwrap_or(u32::MAX);
    let leaves = world.store.item_chain(tag, from, most).await?;
    if from > 0 {
        note(out, words.older);
    }
    let _ = writeln!(
        out,
        "<p>{}</p>\n<div class=\"wide\"><table><thead><tr><th>{}</th><th>{}</th><th>{}</th>\
         <th>{}</th><th>{}</th></tr></thead><tbody>",
        words.names_nobody, words.number, words.when, words.event, words.state, words.holder,
    );
    for leaf in leaves.iter().rev() {
        write_leaf(words, read_leaf(leaf)?.claims(), out);
    }
    let _ = writeln!(
        out,
        "</tbody></table></div>\n<p><a href=\"/items/{tag}/chain\">/items/…/chain</a> · \
         <a href=\"/items/{tag}/head\">/items/…/head</a></p>"
    );
    Ok(())
}

fn write_leaf(words: &Words, leaf: &LeafClaims, out: &mut String) {
    let holder = leaf.holder.to_string();
    let short: String = holder.chars().take(12).collect();
    let reason = match &leaf.reason {
        Some(reason) => format!("<p class=\"reason\">{}</p>", escaped(reason)),
        None => String::new(),
    };
    let _ = writeln!(
        out,
        "<tr><td>{}</td><td><time>{}</time></td><td>{}{reason}</td>\
         <td><span class=\"state {}\">{}</span></td>\
         <td><code title=\"{holder}\">{short}…</code></td></tr>",
        leaf.seq,
        leaf.at,
        words.event(leaf.event),
        leaf.state.id(),
        words.state(leaf.state),
    );
}

fn row(out: &mut String, name: &str, value: &str) {
    let value = escaped(value);
    let _ = writeln!(out, "<dt>{name}</dt><dd>{value}</dd>");
}

fn note(out: &mut String, text: &str) {
    let _ = writeln!(out, "<p class=\"note\">{text}</p>");
}

/// A text from outside, for an element or an attribute in double quotes.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            letter => safe.push(letter),
        }
    }
    safe
}

/// Japanese for whoever asks for it before English.
fn lang_of(headers: &HeaderMap) -> Lang {
    let asked = headers.get(header::ACCEPT_LANGUAGE);
    let asked = asked
        .and_then(|asked| asked.to_str().ok())
        .unwrap_or_default();
    let mut tags = asked.split(',').map(|tag| tag.trim().to_ascii_lowercase());
    let known = tags.find(|tag| tag.starts_with("ja") || tag.starts_with("en"));
    match known {
        Some(tag) if tag.starts_with("ja") => Lang::Ja,
        _ => Lang::En,
    }
}

/// What the page says.
struct Words {
    lang: Lang,
    title: &'static str,
    about: &'static str,
    log: &'static str,
    no_log: &'static str,
    size: &'static str,
    signed: &'static str,
    witnesses: &'static str,
    key: &'static str,
    checkpoint: &'static str,
    item: &'static str,
    tag: &'static str,
    show: &'static str,
    no_tag: &'static str,
    unknown: &'static str,
    older: &'static str,
    names_nobody: &'static str,
    number: &'static str,
    when: &'static str,
    event: &'static str,
    state: &'static str,
    holder: &'static str,
}

impl Words {
    const fn of(lang: Lang) -> Self {
        match lang {
            Lang::En => Self {
                lang,
                title: "Item ledger",
                about: "Which commitment may use which item of this world, step by step, in a log \
                        that everybody can check.",
                log: "The log",
                no_log: "No checkpoint is shown yet.",
                size: "Steps",
                signed: "Signed at",
                witnesses: "Witnesses that signed",
                key: "Key",
                checkpoint: "Checkpoint",
                item: "One item",
                tag: "Tag of the item",
                show: "Show",
                no_tag: "That is no tag: it has 43 letters, digits, - and _.",
                unknown: "This ledger has no item of that tag.",
                older: "The newest steps; the chain goes on below.",
                names_nobody: "Holders are commitments to one-time keys. They name nobody.",
                number: "Step",
                when: "When",
                event: "What happened",
                state: "State",
                holder: "Holder",
            },
            Lang::Ja => Self {
                lang,
                title: "アイテム台帳",
                about: "このワールドのアイテムをどのコミットメントが利用できるかを、一手ずつ、誰でも確かめられるログに記します。",
                log: "ログ",
                no_log: "チェックポイントはまだありません。",
                size: "記録の数",
                signed: "署名日時",
                witnesses: "署名した証人",
                key: "鍵",
                checkpoint: "チェックポイント",
                item: "アイテムを見る",
                tag: "アイテムのタグ",
                show: "表示",
                no_tag: "タグではありません。英数字と - と _ の 43 文字です。",
                unknown: "そのタグのアイテムはこの台帳にありません。",
                older: "新しい記録だけを示します。",
                names_nobody: "保持者は一度限りの鍵へのコミットメントで、誰の名前も含みません。",
                number: "番号",
                when: "日時",
                event: "できごと",
                state: "状態",
                holder: "保持者",
            },
        }
    }

    /// Of two texts that of the language.
    const fn said(&self, (english, japanese): (&'static str, &'static str)) -> &'static str {
        match self.lang {
            Lang::En => english,
            Lang::Ja => japanese,
        }
    }

    const fn event(&self, event: Event) -> &'static str {
        let said = match event {
            Event::Mint => ("Issued", "発行"),
            Event::Offer => ("Offered", "譲渡の申し出"),
            Event::Accept => ("Accepted", "受け取り"),
            Event::Swap => ("Given in return", "交換で譲渡"),
            Event::Refuse => ("Refused", "辞退"),
            Event::Withdraw => ("Offer taken back", "申し出の取り下げ"),
            Event::Expire => ("Offer ran out", "申し出の期限切れ"),
            Event::Burn => ("Given up", "放棄"),
            Event::Lease => ("Active in a world", "ワールドで使用中"),
            Event::Release => ("No longer active there", "使用の終了"),
            Event::Suspend => ("Suspended", "停止"),
            Event::Resume => ("Resumed", "再開"),
            Event::End => ("Ended", "終了"),
        };
        self.said(said)
    }

    const fn state(&self, state: Standing) -> &'static str {
        let said = match state {
            Standing::Held => ("held", "保持"),
            Standing::Offered => ("offered", "申し出中"),
            Standing::Suspended => ("suspended", "停止中"),
            Standing::Burned => ("given up", "放棄済み"),
            Standing::Ended => ("ended", "終了"),
        };
        self.said(said)
    }
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn what_comes_from_outside_is_text() {
        let hostile = "\"><script>alert('x')</script>&amp;";
        let safe = escaped(hostile);
        assert!(!safe.contains(['<', '>', '"', '\'']));
        assert_eq!(escaped("AAAA-_09"), "AAAA-_09");
    }
}

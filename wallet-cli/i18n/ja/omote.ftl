### コマンド `omote` が表示するすべての文（日本語）。
### about-、arg-、example-、help- はヘルプ。err- は何が起きたか、.remedy は何をすればよいか。
### アバターやアイテムについて人が持つのは「利用権」。財産や所属の言い方は使わない。
### 用語: persona は「ペルソナ」、world は「ワールド」、license は「利用条件」、creator は「制作者」。

## ヘルプ

about-omote = omote（おもて）: メタバースでまとう「顔」のためのウォレット
after-omote =
    終了コード:
      0 成功  1 エラー  2 書き方の誤り  3 該当なし  4 ロック中・返答が必要
      5 辞退  6 検証を通らない  7 通信  8 提示・使用・移転が済んでいる

    環境変数:
      OMOTE_HOME             ウォレットのフォルダー
      OMOTE_PASSPHRASE_FILE  パスフレーズを書いた、自分だけが読めるファイル
      OMOTE_LANG, LC_ALL     言語（en または ja）
      NO_COLOR, CLICOLOR_FORCE

    はじめに: omote init
help-usage = 使い方:
help-usage-options = [オプション]
help-usage-command = <コマンド>
help-commands = コマンド:
help-arguments = 引数:
help-options = オプション:
help-global-options = 共通のオプション:
help-values = { "" }［{ $values }］
help-repeated = { "" }（繰り返し可）

about-init = ウォレットを作る。または 24 語から鍵を復元する
example-init =
    例:
      $ omote init
      $ omote init --restore
      $ omote init --words-out words.txt --passphrase-file pass.txt
about-status = ウォレットの有無と中身を表示する（何も尋ねない）
example-status =
    例:
      $ omote status --json
about-doctor = この端末の異常を調べ、対処を示す
example-doctor =
    例:
      $ omote doctor
about-persona = ペルソナ（互いに鍵を共有しない「顔」）の一覧・追加・改名・選択
example-persona =
    例:
      $ omote persona add 夜
about-persona-list = ペルソナの一覧を表示する
example-persona-list =
    例:
      $ omote persona list
about-persona-add = ペルソナを追加する
example-persona-add =
    例:
      $ omote persona add 夜
about-persona-rename = ペルソナの名前を変える（名前はどのワールドにも伝わらない）
example-persona-rename =
    例:
      $ omote persona rename 夜 明け方
about-persona-default = 指定がないときに使うペルソナを選ぶ
example-persona-default =
    例:
      $ omote persona default 夜
about-receive = ワールドが差し出すアバターやアイテムを受け取る
example-receive =
    例:
      $ omote receive 'openid-credential-offer://?credential_offer_uri=…'
      $ omote receive - --origin http://localhost:8081 < link.txt
      $ omote receive - --dry-run < link.txt
    利用条件は、受け取りの手続きを済ませてから初めて分かります。
    端末では、保存する前にもう一度たずねます。
    --consent DIGEST は、検査を通ったものを条件によらず保存します。
about-list = 利用権を持つアバターとアイテムの一覧を表示する
example-list =
    例:
      $ omote list
about-show = アバターかアイテムを一つ、利用条件やコピーとともに表示する
example-show =
    例:
      $ omote show 3f9c
about-present = ワールドが求めるものを、結果を見て同意してから提示する
example-present =
    例:
      $ omote present 'openid4vp://?client_id=…&request_uri=…'
      $ omote present - --dry-run < link.txt
      $ omote present - --consent uEi… < link.txt
      $ omote present - --choose avatar=3f9c < link.txt
about-check = 渡されたクレデンシャル、提示、モデルファイル、受領証を検証する
example-check =
    例:
      $ omote check avatar.json --explain
      $ omote check mika.vrm
      $ omote check vp_token.json --request request.jwt --policy trust.toml
      $ omote check avatar.json --did-document did.json --status-list list.json
      $ omote check --holdings
    文書やリストを指定すると、どこにも接続しません。--holdings は、確認済みの
    ワールドにステータスリストを求めます。問い合わせがあったことは伝わりますが、
    どのクレデンシャルについてかは伝わりません。
about-history = 受け取ったものと見せたものを表示し、記録に欠けがないか確かめる
example-history =
    例:
      $ omote history --world https://arena.example
      $ omote history --verify
about-trust = ワールドの一覧・確認・取り消し（確認済みにだけ接続する）
example-trust =
    例:
      $ omote trust list
about-trust-list = 登録されたワールドの一覧を表示する
example-trust-list =
    例:
      $ omote trust list
about-trust-add = ワールドをオリジンで確認済みにする
example-trust-add =
    例:
      $ omote trust add https://neokyoto.example
      $ omote trust add http://localhost:8081
about-trust-remove = ワールドの確認を取り消す（再び確認するまで接続しない）
example-trust-remove =
    例:
      $ omote trust remove https://neokyoto.example
about-backup = 24 語で開く、暗号化したバックアップの作成・確認・復元
example-backup =
    例:
      $ omote backup create mika.omote
about-backup-create = バックアップを新しいファイルに書き出す
example-backup-create =
    例:
      $ omote backup create mika.omote
about-backup-verify = バックアップを開いて全体を読み、何が戻るかを示す
example-backup-verify =
    例:
      $ omote backup verify mika.omote
about-backup-restore = バックアップと 24 語からウォレットを作る
example-backup-restore =
    例:
      $ omote backup restore mika.omote
about-provenance = 制作者として、モデルファイルの来歴と利用条件に署名する
example-provenance =
    例:
      $ omote provenance mika.vrm --out mika.provenance.json
      $ omote provenance mika.glb --out p.json --license terms.json
about-completions = シェルの補完用スクリプトを出力する
example-completions =
    例:
      $ omote completions bash > ~/.omote-completion.bash
about-man = マニュアルページを出力する
example-man =
    例:
      $ omote man present | man -l -
about-help = コマンドのヘルプを表示する
example-help =
    例:
      $ omote help backup create

arg-lang = 表示に使う言語
arg-json = 結果を JSON で出力する（omote.schema.json）
arg-color = 色を付けるかどうか
arg-home = ウォレットのフォルダー（OMOTE_HOME の代わり）
arg-passphrase-file = パスフレーズを書いた、自分だけが読めるファイル
arg-help = このヘルプを表示する
arg-version = バージョンを表示する
arg-init-restore = 24 語から鍵を復元する
arg-words-file = 24 語を書いた、自分だけが読めるファイル
arg-words-out = 24 語を、画面の代わりに新しいファイルへ書き出す
arg-words-lang = 24 語の言語
arg-init-persona = 最初のペルソナの名前（どのワールドにも伝わらない）
arg-no-keychain = OS のキーチェーンに鍵を預けない
arg-accept-older-store = 以前より古いウォレットファイルのまま続ける（ほかには何もしない）
arg-persona-name = ペルソナの名前
arg-persona-new-name = 新しい名前
arg-dry-run = 結果とそのダイジェストを示すだけで、署名も送信もしない
arg-consent = このダイジェストの結果だけに、質問なしで同意する
arg-offer-link = オファーのリンク（openid-credential-offer:…）。- なら標準入力
arg-receive-persona = 受け取るペルソナ
arg-origin = 質問に答える代わりに書く、ワールドのオリジン（この端末の中のワールドでは必須）
arg-copies = 一種類につき何枚のコピーを求めるか
arg-code-file = ワールドから伝えられたコードを書いた、自分だけが読めるファイル
arg-holding = ID、その先頭 4 桁以上、または名前
arg-request-link = 要求のリンク（openid4vp:…）。- なら標準入力
arg-present-persona = 応答するペルソナ
arg-choose = 要求のその部分に、このアバターかアイテムを見せる
arg-again = 中断した実行がすでに送ったかもしれないものを、もう一度送る
arg-check-file = 検証するファイル。- なら標準入力
arg-check-holdings = このウォレットの利用権がいまも有効か、発行者に確かめる
arg-policy = この信頼ポリシー（TOML）のワールドと同じように検証する
arg-model = 対象であるはずのモデルファイル
arg-challenge = 提示が応じているはずのノンス
arg-audience = 提示の宛先であるはずの client_id 全体
arg-query = 提示が満たすはずの DCQL を書いたファイル
arg-request = 提示が応じているはずの署名付き要求（上の三つの代わり）
arg-check-origin = このワールドも信頼し、接続してよい
arg-creator = この制作者の来歴も信頼する
arg-did-document = 検証に使う DID 文書。指定すると、どこにも接続しない
arg-status-list = 検証に使うステータスリスト。指定すると、どこにも接続しない
arg-bundle = 検証に使う、文書とリストをまとめた署名付きバンドル。指定すると、どこにも接続しない
arg-trust-list = 検証に使う信頼リスト。指定すると、どこにも接続しない
arg-at = この時刻の時点として検証する（例: 2026-11-21T18:00:00Z）
arg-explain = すべての検査と問題の箇所、どの規則で決まったかを表示する
arg-history-world = このワールドに関わるものだけ
arg-history-verify = 記録のつながりを最初から確かめる
arg-history-export = 履歴を JSON 行で新しいファイルに書き出す
arg-world = ワールドのオリジン（例: https://neokyoto.example）
arg-backup-new = 新しいバックアップファイル
arg-backup = バックアップファイル
arg-verify-words-file = 24 語を書いたファイル（開いているウォレットの代わり）
arg-provenance-model = モデルファイル（.vrm または .glb）
arg-provenance-out = 署名した来歴を書き出す新しいファイル
arg-provenance-name = モデルの名前。なければファイル内の名前
arg-provenance-license = VRM 1.0 の名前で書いた利用条件（JSON）。ファイル内のものより緩くはできない
arg-provenance-persona = 制作者として署名するペルソナ
arg-shell = シェル
arg-page-command = コマンド（例: backup create）

## コマンドの書き方

usage-unknown = ここに「{ $arg }」というオプションはありません。
usage-surplus = 引数「{ $arg }」は余分です。
usage-command = 「{ $arg }」というコマンドはありません。
usage-no-value = 「{ $arg }」には値が必要です。
usage-value = 「{ $value }」は「{ $arg }」の値として使えません。
usage-missing = 足りないものがあります: { $arg }
usage-twice = 「{ $arg }」は一度だけ指定できます。
usage-conflict = 「{ $arg }」は「{ $other }」と同時に指定できません。
usage-missing-command = コマンドが指定されていません。
usage-utf8 = コマンドの文字が UTF-8 ではありません。
usage-other = コマンドの書き方が解釈できません。{ $arg }
usage-suggestion = 「{ $meant }」のことですか。
usage-values = 使える値: { $meant }
usage-shape-origin = オリジンは https://world.example のように書きます。この端末の中のワールドは http://localhost:8081 のように書きます。
usage-shape-time = 時刻は 2026-11-21T18:00:00Z のように書きます。
usage-shape-did = DID は did:key:z6Mk… や did:web:world.example のように書きます。
usage-shape-digest = ダイジェストは uEi で始まり、--dry-run で表示されます。
usage-shape-choose = avatar=3f9c のように QUERY=ID の形で書きます。
usage-shape-copies = 1 から 256 までの数を指定します。

## 失敗

label-error = エラー:
label-help = 対処:
label-command = 次のコマンド: { $command }

err-declined = 辞退したため、何も保存せず、何も提示していません。リンクをすでに開いていたワールドには、辞退したことだけが伝わります。
    .remedy = 気が変わったら、ワールドに新しいリンクを頼んでください。
err-declined-to-sign = 署名しないと答えたため、何も作りませんでした。
    .remedy = 利用条件は --license で、名前は --name で変えられます。
err-file-exists = 同じ名前のファイルがすでにあります: { $path }
    .remedy = 別の名前にしてください。上書きは決してしません。
err-file-insecure = 秘密のファイルを、ほかの利用者が読める状態です: { $path }（モード { $mode }）
    .remedy = 自分のファイルにして、自分だけが読めるようにしてください。
err-file-too-large = ファイルが { $limit } バイトを超えています: { $path }
    .remedy = より小さいファイルを指定してください。
err-file-unreadable = ファイルを読めません: { $path }（{ $kind }）
    .remedy = 名前と、読み取りの許可を確かめてください。
err-file-unwritable = ファイルに書き込めません: { $path }（{ $kind }）
    .remedy = 別の場所を選ぶか、空きを増やしてください。
err-locked = ウォレットはロックされていて、パスフレーズを尋ねる端末がありません。
    .remedy = --passphrase-file FILE か OMOTE_PASSPHRASE_FILE で、パスフレーズのファイルを指定してください。
err-needs-answer = 返答が必要ですが、尋ねる端末がありません。
    .remedy = { $flag } で指定してください。
err-link-gone = このリンクの先には、もう何もありません。使用済みか、期限切れです。
    .remedy = 新しいリンクをワールドに求めてください。
err-not-by-itself = これは{ $what }です。単独で検証するものではなく、ほかのものの検証に使います。
    .remedy = 検証したいものと一緒に指定してください。
err-nothing-to-judge = クレデンシャル、提示、モデルファイル、受領証のどれでもありません。
    .remedy = 正しいファイルか、途中で切れていないかを確かめてください。
err-request-missing = 提示は、それが応じた要求がなければ検証できません。
    .remedy = ワールドの要求を一緒に指定するか、--challenge、--audience、--query を指定してください。
err-nothing-fits = この要求に応えられるものが、ウォレットにありません。
    .remedy = 求められたものを先に受け取るか、--persona で別のペルソナを選んでください。
err-named-other = リンクの行き先は { $found } ですが、指定は { $named } でした。どこにも接続していません。
    .remedy = リンクを見直してください。別の場所へ誘い込まれているかもしれません。
err-no-holding = 「{ $name }」に当たるものは、このウォレットにありません。
    .remedy = 一覧にある ID、その先頭 4 桁以上、または名前を使ってください。
err-no-persona = 「{ $name }」というペルソナはありません。
    .remedy = ペルソナの一覧にある名前を使ってください。
err-no-home = HOME、XDG_DATA_HOME、OMOTE_HOME のどれもなく、ウォレットの置き場所が決まりません。
    .remedy = --home FOLDER で指定してください。
err-no-wallet = ここにはまだウォレットがありません。
    .remedy = ウォレットを作るか、--home または OMOTE_HOME でフォルダーを指定してください。
err-passphrase-mismatch = 二つのパスフレーズが一致しないため、何も作りませんでした。
    .remedy = 同じものを二度入力してください。
err-passphrase-short = パスフレーズが { $least } 文字に足りません。
    .remedy = もっと長くしてください。自分で選んだ四つか五つの言葉を並べるのがよい方法です。
err-output-failed = 出力を書き込めませんでした（{ $kind }）。
    .remedy = 標準出力の先に空きを作ってから、もう一度実行してください。
err-usage = { $problem }
    .remedy = ヘルプを見てください。
err-words-unconfirmed = 入力された語が表示したものと違うため、ウォレットは作りませんでした。
    .remedy = 24 語すべてを番号とともに書き留めてから、もう一度 omote init を実行してください。

aid-bundle = 文書とリストをまとめたバンドル
aid-did-document = DID 文書
aid-request = ワールドの署名付き要求
aid-status-list = ステータスリスト
aid-trust-list = 信頼リスト

io-not-found = この名前のものはありません
io-permission-denied = 許可がありません
io-is-a-folder = フォルダーです
io-not-a-folder = 途中がフォルダーではありません
io-storage-full = ディスクに空きがありません

## 質問と経過

prompt-passphrase = パスフレーズ:
prompt-new-passphrase = 新しいパスフレーズ（8 文字以上。画面には出ません）:
prompt-again = もう一度同じもの:
prompt-words = 24 語を順に一行で（画面には出ません）:
prompt-details = d で詳細
progress-opening = ウォレットを開いています…
progress-making = ウォレットを作っています…
progress-asking = ワールドと通信しています…
progress-receiving = 受け取って検証しています…
progress-presenting = 署名して送っています…
progress-checking = 検証しています…

## 開いたウォレットについて知らせること

finding-counter-missing = ウォレットの横にあるはずのカウンターがありません。今回は、古いファイルに戻されていても気づけません。
finding-counter-unreadable = ウォレットの横のカウンターが壊れています。今回は、古いファイルに戻されていても気づけません。
finding-counter-unwritten = ウォレットの横のカウンターを書き換えられませんでした。変更そのものは保存されています。
finding-keychain-locked = OS のキーチェーンがロックされているため、このウォレットはパスフレーズだけで開きます。
finding-keychain-unavailable = このセッションにはキーチェーンがないため、このウォレットはパスフレーズだけで開きます。
finding-rolled-back =
    このウォレットファイルは、以前ここにあったものより古いため、書き込みを止めています。
    最新のファイルに戻すか、このまま続けてください: omote doctor --accept-older-store
finding-other = このウォレットに、いつもと違う点があります。omote doctor で確かめてください。

## init

default-persona = メイン
init-welcome = omote へようこそ。断りなしに、この端末から何かが外へ出ることはありません。
init-words =
    次の 24 語でウォレットを復元できます。これを知る人は、あなたの鍵を使えてしまいます。
    番号とともに紙に書き留めてください。表示は一度だけです。
init-words-written = 書き終えたら Enter を押してください。画面から消えます。
init-words-ask = { $number } 番目の語:
init-words-wrong = その語ではありません。もう一度表示します。
init-words-out = 24 語を { $path } に書き出しました。印刷するか書き写してから、ファイルを削除してください。
init-done = { $home } にウォレットを作りました。最初のペルソナは「{ $persona }」です。
init-sealed-both = OS のキーチェーンでも、パスフレーズでも開きます。
init-sealed-passphrase = パスフレーズで開きます。
init-next = 次は omote receive LINK。何か受け取ったら omote backup create FILE も実行してください。
init-next-restored = 次は、アバターやアイテムを受け取り直すか、バックアップファイルがあれば omote backup restore を使ってください。

## status

status-absent = { $home } にウォレットはありません
status-absent-next = 作るには: omote init
status-locked = { $home } のウォレット: ロック中
status-locked-next = --passphrase-file FILE で開くか、各コマンドからの質問に答えてください。
status-open = { $home } のウォレット: 開いています
status-contents =
    ペルソナ            { $persona }（全 { $personas }）
    利用権              { $holdings }（コピー { $copies } 枚）
    ワールド            { $worlds }
    履歴                { $entries } 件
status-keychain = 開き方              OS のキーチェーン、またはパスフレーズ
status-no-keychain = 開き方              パスフレーズ
status-backup = 最新のバックアップ  { $time }
status-no-backup = 最新のバックアップ  なし
status-pending = 中断され、送られたかもしれない提示が { $count } 件あります。omote history で確かめてください。
status-empty-next = まだ何もありません。受け取るには: omote receive LINK
status-backup-next = まだバックアップがありません。作るには: omote backup create FILE

## doctor

doctor-no-wallet = ウォレット: ありません
doctor-unreadable = { $sentence }
doctor-accepted = これからはこのウォレットファイルを正とします。未使用に見えるコピーは、使用済みの疑いがあるものとして扱います。
doctor-nothing-to-accept = ウォレットファイルは古くなっていないため、何もしませんでした。
doctor-clock = 時計: { $time }
doctor-clock-wrong = 時計: { $time } は正しいはずがありません
doctor-clock-behind = 時計: いま { $time } ですが、履歴は { $latest } まであります
doctor-folder = フォルダー: { $home } は自分だけが使えます（モード { $mode }）
doctor-folder-open = フォルダー: { $home } の中を、ほかの利用者が見られます（モード { $mode }）
doctor-keychain = キーチェーン: ウォレットを開けます
doctor-keychain-none = キーチェーン: このセッションにはありません。パスフレーズで開きます
doctor-keychain-unused = キーチェーン: 使っていません。パスフレーズで開きます
doctor-keychain-gone = キーチェーン: 鍵を預けていますが、このセッションにはありません。パスフレーズで開きます
doctor-keychain-locked = キーチェーン: ロックされています。パスフレーズで開きます
doctor-store = 保管: すべての記録が読めます（利用権 { $holdings }、コピー { $copies } 枚）
doctor-history = 履歴: { $entries } 件のつながりに、欠けも改変もありません
doctor-pending = 履歴: 中断され、送られたかもしれない提示が { $count } 件あります
doctor-backup = バックアップ: 最後に作ったのは { $time }
doctor-no-backup = バックアップ: まだありません

## persona

persona-is-default = 指定がないときに使用
persona-holds = 利用権 { $count }
persona-added = ペルソナ「{ $name }」を追加しました。ほかのペルソナと鍵を共有することはありません。
persona-renamed = 「{ $old }」を「{ $new }」に改名しました。鍵は変わりません。
persona-default = 指定がないときは「{ $name }」を使います。

## trust

trust-added = 確認済みにしました: { $world }
trust-removed = 確認を取り消しました: { $world }（再び確認するまで接続しません）
trust-absent = 登録のないワールドです: { $world }
trust-none = 登録されたワールドはまだありません。確認するには: omote trust add ORIGIN
trust-confirmed = { $time } に確認
trust-unconfirmed = 未確認

## list と show

list-empty = まだ何もありません。受け取るには: omote receive LINK
list-id = ID
list-kind = 種類
list-name = 名前
list-world = 発行者
list-persona = ペルソナ
list-copies = 未使用
list-until = 有効期限
list-copies-left = { $fresh }／{ $all }
list-expired = { $time }（期限切れ）
kind-avatar = アバター
kind-item = アイテム
kind-provenance = 来歴
kind-other = クレデンシャル
show-title = { $kind }「{ $name }」の利用権
show-id = ID
show-issuer = 発行者
show-persona = ペルソナ
show-item = アイテム
show-validity = 有効期間
show-validity-until = { $from } から { $until } まで
show-validity-open = { $from } から
show-model = モデル
show-digest = ファイルのダイジェスト
show-creator = 制作者
show-copies = コピー
show-copies-left = 全 { $all } 枚のうち未使用 { $fresh } 枚（提示済み { $known } 枚、提示済みの疑い { $doubtful } 枚）
show-license = 利用条件
show-worlds = コピーを見せたワールド
show-no-world = { "  " }まだありません

## 利用条件

license-unstated = { $value }（記載なし）
license-name = 名前
license-version = バージョン
license-authors = 作者
license-copyrightInformation = 著作権表示
license-contactInformation = 連絡先
license-references = 元にした作品
license-thirdPartyLicenses = 第三者のライセンス
license-licenseUrl = ライセンス文書
license-otherLicenseUrl = その他の文書
license-avatarPermission = 着てよい人
license-avatarPermission-onlyAuthor = 作者だけ
license-avatarPermission-onlySeparatelyLicensedPerson = 個別に許諾された人だけ
license-avatarPermission-everyone = 誰でも
license-allowExcessivelyViolentUsage = 過度に暴力的な表現
license-allowExcessivelyViolentUsage-false = 不可
license-allowExcessivelyViolentUsage-true = 可
license-allowExcessivelySexualUsage = 過度に性的な表現
license-allowExcessivelySexualUsage-false = 不可
license-allowExcessivelySexualUsage-true = 可
license-commercialUsage = 商用利用
license-commercialUsage-personalNonProfit = 不可（個人の非営利だけ）
license-commercialUsage-personalProfit = 個人は可
license-commercialUsage-corporation = 個人も法人も可
license-allowPoliticalOrReligiousUsage = 政治・宗教での利用
license-allowPoliticalOrReligiousUsage-false = 不可
license-allowPoliticalOrReligiousUsage-true = 可
license-allowAntisocialOrHateUsage = 反社会的・憎悪表現での利用
license-allowAntisocialOrHateUsage-false = 不可
license-allowAntisocialOrHateUsage-true = 可
license-creditNotation = 作者名の表示
license-creditNotation-required = 必要
license-creditNotation-unnecessary = 不要
license-allowRedistribution = ファイルの再配布
license-allowRedistribution-false = 不可
license-allowRedistribution-true = 可
license-modification = 改変
license-modification-prohibited = 不可
license-modification-allowModification = 可（改変したものの再配布は不可）
license-modification-allowModificationRedistribution = 可（改変したものの再配布も可）

## オリジン

origin-first =
    このリンクの行き先は、このウォレットがまだ接したことのないワールドです:
      { $world }
origin-punycode = 名前に ASCII 以外の文字があります。ほかの名前をまねていないか、よく見てください。
origin-ask = 目的のワールドに間違いありませんか。接続し、覚えておきますか。
origin-name = 公開文書にある名前: 「{ $name }」
claims-name = 自称は「{ $name }」です（誰も保証していません）。

## receive

receive-offers = { $world } から受け取れるもの
receive-copies = コピーの枚数
receive-for = 受け取るペルソナ
receive-until = 有効期限
receive-needs-code = 別の方法で伝えられたコードが必要です。
receive-issuer-links = 発行者は、渡したコピーをすべて知っていて、どこで出会ってもそれと分かります。
receive-terms-later = 利用条件と有効期限は、受け取りの手続きを済ませてから初めて分かります。
receive-terms-unseen = --consent は、検査を通ったものを条件によらず保存します。付けなければ、保存する前にもう一度たずねます。
receive-ask = 受け取りますか。
receive-code-said = コードについてのワールドの説明: { $text }
receive-code = コード:
receive-arrived = { $world } から届きました。すべての検査を通っています
receive-keep = 保存しますか。
receive-kept = 「{ $name }」を { $copies } 枚のコピーとともに保存しました。見るには: omote show { $id }
dry-run-digest = この結果のダイジェスト: { $digest }
dry-run-next =
    署名も送信もしていません。この結果だけに同意するには:
      omote { $command } LINK --consent { $digest }

## present

present-asks = { $world } からの要求
present-purpose = 目的（相手の説明）: { $purpose }
present-new = このウォレットから何かを見せるのは、初めてです。
present-met-before = このウォレットから、以前にも何かを見せています。
present-will-see = 見せるもの: { $kind }「{ $name }」（発行者 { $issuer }）
present-copy-fresh = { $count } 枚中 { $number } 枚目のコピー。まだどこにも見せておらず、今後はこのワールド専用になります。
present-copy-known = { $count } 枚中 { $number } 枚目のコピー。このワールドはすでに知っています。
present-copy-doubtful = { $count } 枚中 { $number } 枚目のコピー。バックアップから戻したため、ほかで見せたかもしれません。
present-others = ほかに { $count } 個の値（おもに利用条件）。d と答えると見られます
present-same-terms = ほかに、同じ内容の制作者の利用条件（{ $count } 個の値）
present-comes-along = 求められていないのに一緒に渡る値: { $count } 個（クレデンシャルは分けられないため）
present-alternatives = 代わりに見せられるものがあと { $count } 個あります: --choose { $query }=ID
present-stays = 見せないもの
present-stays-holdings = ほかの利用権: { $names }
present-stays-personas = ほかのペルソナ（{ $count }）
present-stays-always = 鍵、24 語、ほかにどこへ行ったか
present-can-link = 結び付けられうるもの
present-link-none = 上の値のほかにはありません。
present-link-issuer = 「{ $name }」: このコピーを発行した { $world } は、両者が照合すれば同じものと分かります。
present-link-known = 「{ $name }」: このワールドは、これで同じペルソナだと分かります（そのためのものです）。
present-link-maybe = 「{ $name }」: まさにこのコピーを、別のワールドが見たかもしれません。
present-link-creator = 「{ $name }」: 制作者はあなた（ペルソナ「{ $persona }」）です。この名で作ったものは、誰が持っていても同じ鍵を示します。
present-link-values = 「{ $name }」: { $worlds } が、別の鍵で同じ値を見ています。
present-interrupted = { $time } の実行が中断し、この応答をすでに送ったかもしれません。見せるのは同じコピーです。
present-ask = { $world } に見せますか。
present-nothing = { $world } の要求に応えられるものが、このウォレットにはありません。
present-say-no = ワールドに「応じない」と伝えますか。理由は伝わりません。
present-done = { $world } が応答を受け取りました。見せたものは取り消せません。記録は omote history で見られます。
present-not-admitted = { $world } には入れません: { $sentence }
present-receipt = 署名付きの受領証を保存しました（履歴 { $entry } 番）。
present-no-receipt = ワールドから受領証は届きませんでした。
claim-persona-name = ペルソナの名前
claim-item-class = アイテムの種類
claim-serial = 通し番号
claim-key = このコピーの鍵
claim-issuer = 発行者
claim-valid-from = 有効期間の始まり
claim-valid-until = 有効期限
claim-creator = 制作者
claim-model = モデル
claim-digest = ファイルのダイジェスト
claim-bytes = ファイルのバイト数
claim-media-type = ファイルの種類
claim-stated-at = 制作者が署名した日時
claim-status-list = ステータスリスト
claim-status-place = リストでのこのコピーの位置
claim-status-purpose = リストが示すこと
claim-term = 利用条件: { $term }
claim-creators-term = 制作者の条件: { $term }

## 判定とともに知らせること

finding-at = { $said }（{ $at }）
finding-look-alike = { $who } の名前「{ $name }」とまぎらわしい名前です（{ $how }）。
finding-reserved = 誰も名乗れない名前「{ $name }」とまぎらわしい名前です（{ $how }）。
finding-mixed-scripts = 名前に複数の文字体系が混ざっています: { $scripts }
finding-hidden = 名前に目に見えない文字があります: { $characters }
finding-newer = 発行者には、より新しいものがあります。発行者に求めてください。
finding-message = 発行者からの知らせ: 「{ $message }」
finding-message-untold = 発行者が知らせの印を付けていますが、内容は書かれていません。
likeness-same = 同じ文字列
likeness-folded = 違いは幅、大文字小文字、空白、記号、見えない文字だけ
likeness-confusable = 見た目が同じ別の文字
likeness-folded-confusable = 見た目が同じ別の文字（ほかに幅、大文字小文字、空白、記号の違い）
likeness-substituted = 数字や記号、似た文字への置き換え
likeness-accents = 違いはアクセント記号だけ
likeness-other = 取り違えやすい
script-armenian = アルメニア文字
script-cherokee = チェロキー文字
script-cyrillic = キリル文字
script-greek = ギリシャ文字
script-han = 漢字
script-hangul = ハングル
script-hiragana = ひらがな
script-katakana = カタカナ
script-latin = ラテン文字

## どの規則で決まったか

explain-heading = どの規則で決まったか
explain-believed = { $issuer } を { $type } の発行者として信頼します: { $rule }
explain-not-believed = { $issuer } を { $type } の発行者として信頼する規則は、ポリシーにありません。
explain-not-confirmed = { $issuer } は、{ $type } の発行者として確認も指定もされていません。
explain-unknown = { $issuer } を { $type } の発行者として信頼するかは、手元にないリストによります: { $lists }
explain-unusable = { $issuer } を { $type } の発行者として信頼するかは、使えないリストによります: { $sentence }
explain-rule = { $table } { $number }
explain-rule-entry = { $table } { $number } の { $entry } 件目
explain-by-person = 本人による確認または指定
explain-rule-says = { $rule }: { $said }
explain-believes = 信頼する
explain-other-type = この発行者についての規則だが、この種類は対象外
explain-not-yet = まだ有効でない
explain-over = すでに有効でない
explain-not-listed = 載っていない
explain-not-known = リストが手元にないか、古すぎる
explain-not-usable = リストが使えない（{ $reason }）

## check

held-line = 「{ $name }」（発行者 { $world }）: { $said }
held-stands = 有効
held-unconfirmed = このワールドは確認済みでないため、問い合わせていません
check-size = 大きさ
check-json = JSON
check-shape = 形
check-trust = 発行者への信頼
check-key = 鍵
check-proof = 証明
check-time = 時刻
check-holder = 保有者
check-challenge = チャレンジ
check-audience = 宛先
check-query = 要求との一致
check-status = 失効状態
check-provenance = 来歴
check-license = 利用条件
check-name = 名前
check-asset = モデルファイル
check-passed = 合格
check-failed = 不合格（{ $reason }）
check-undecided = 判定できない（{ $reason }）
check-blocked = 行わない（原因: { $by }）
check-not-asked = 対象外
check-explain-next = すべての検査を見るには: omote check … --explain
check-creator-next = この制作者を信頼するなら: omote check … --creator DID
check-trusts-nobody = 確認済みのワールドがないため、誰も信頼していません。omote trust add ORIGIN か --origin ORIGIN を使ってください。
verdict-accepted = 受理
verdict-rejected = 拒否
verdict-indeterminate = 判定できません
verdict-headline = { $check }（{ $reason }）: { $sentence }
verdict-remedy = 結果を変えるには: { $remedy }
verdict-missing = { "  " }足りないもの: { $did } の DID 文書
verdict-missing-status = { "  " }足りないもの: { $url } のステータスリスト
verdict-missing-trust = { "  " }足りないもの: { $url } の信頼リスト
detail-at = { $reason }: { $at }
detail-expected = 期待  { $value }
detail-found = 実際  { $value }
model-well-formed = 正しい形式のモデルファイルです（{ $format }）
model-title = ファイル内の名前
model-authors = ファイル内の作者
model-bytes = バイト数
model-nobody-vouches = { "  " }このファイルだけでは誰も保証していません。保証するのはクレデンシャルか来歴です。
model-finding = 気になる点: { $code }（{ $place }）
receipt-good = { $world } が署名で確認しています: { $verdict }（{ $time }）

## history

history-whole = 履歴 { $count } 件のつながりに、欠けも改変もありません。
history-exported = 履歴を { $path } に書き出しました
history-empty = 記録はまだありません。
entry-forgotten = 削除
entry-presented = 提示
entry-received = 受け取り
entry-restored = 復元
entry-rollback-accepted = 古いファイルを承認
outcome-completed = 完了
outcome-receipt = 受領証あり
outcome-failed-receipt = 失敗（{ $reason }）。届いた受領証は保存してあります
outcome-failed-unverified = 失敗（{ $reason }）。検証できない受領証を保存してあります
outcome-failed = 失敗（{ $reason }）
outcome-intended = 開始

## backup

backup-created = 暗号化したバックアップを { $path } に書き出しました。24 語だけで開きます。
backup-created-next = 試すには: omote backup verify { $path }
backup-verified = バックアップは開け、欠けもありません: { $path }
backup-restored = { $home } にウォレットを復元しました。
backup-summary =
    作成日時  { $created }
    ペルソナ  { $personas }
    利用権    { $holdings }（コピー { $copies } 枚）
    ワールド  { $worlds }
    履歴      { $entries } 件
loss-heading = 復元されないもの:
loss-after = { $time } より後に受け取り、見せ、確認し、記録したもの
loss-doubtful-copies = 未使用のコピー { $count } 枚の確かさ（その後に見せたかもしれないため、最後に使います）
loss-history = 履歴
loss-holdings = アバターとアイテム（発行者にもう一度頼んでください）
loss-keychain-slot = 前のウォレットファイルのキーチェーンの鍵
loss-passphrase = 前のパスフレーズ（新しいものが有効です）
loss-persona-names = ペルソナの名前（同じ順に追加すれば、鍵は元に戻ります）
loss-pins = 確認済みのワールド（一つずつ確認し直してください）
loss-other = このバージョンでは説明できないもの

## provenance

provenance-ask = 制作者としてこれに署名しますか。
provenance-done = 署名した来歴を { $path } に書き出しました
provenance-public = このペルソナの来歴を二つ見た人は、両方のファイルの制作者が同じだと分かります。

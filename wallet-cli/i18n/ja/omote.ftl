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
      $ omote receive --qr-image offer.png
      $ omote receive - --dry-run < link.txt
      $ omote receive https://world.example
      $ omote receive --pending
    利用条件は、受け取りの手続きを済ませてから初めて分かります。
    端末では、保存する前にもう一度たずねます。
    --consent DIGEST は、検査を通ったものを条件によらず保存します。
about-refill = 持っているもののコピーを補充する
example-refill =
    例:
      $ omote refill 美香
      $ omote refill --all
    提示先のワールドがあるコピーは同じ鍵のまま新しくし、
    未使用のコピーも足します。発行者に連絡するのはこの命令のときだけ
    なので、いつ提示しているかは伝わりません。
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
      $ omote present --qr-image screen.png
      $ omote present - --consent uEi… < link.txt
      $ omote present - --choose avatar_sd_jwt=3f9c < link.txt
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
about-trust-anchor = ワールドを保証する認証局の一覧・追加・削除
example-trust-anchor =
    例:
      $ omote trust anchor list
    ワールドは証明書の鍵で要求に署名することがあります。その証明書が、
    ウェブサイトと同じくこのコンピューターの知るルート証明書か、ここに追加した
    ルート証明書につながるとき、信用されます。どのワールドの名前についても
    信用できるものだけを追加してください。
about-trust-anchor-list = 追加した認証局の一覧を表示する
example-trust-anchor-list =
    例:
      $ omote trust anchor list
about-trust-anchor-add = PEM ファイルの証明書を追加する
example-trust-anchor-add =
    例:
      $ omote trust anchor add root.pem
about-trust-anchor-remove = 証明書をフィンガープリントで削除する
example-trust-anchor-remove =
    例:
      $ omote trust anchor remove 8F43288AD272F3103B6FB1428485EA3014C0BCFE...
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
arg-qr-image = この画像（PNG または JPEG）の QR コードからリンクを読む。- なら標準入力
arg-receive-persona = 受け取るペルソナ
arg-origin = 質問に答える代わりに書く、ワールドのオリジン（この端末の中のワールドでは必須）
arg-copies = 一種類につき何枚のコピーを求めるか
arg-pending = 前に届いたものに返事をし、ワールドから後で届くものを、時期が来ていれば取り寄せる
arg-format = 複数の形式で差し出されたときの形式
arg-only = 差し出されたもののうち、この名前のものだけ
arg-open = ワールドのログインページをブラウザで開く
arg-refill-all = 必要なものすべて
arg-refill-force = 足りているものも補充する
arg-code-file = ワールドから伝えられたコードを書いた、自分だけが読めるファイル
arg-holding = ID、その先頭 4 桁以上、または名前
arg-request-link = 要求のリンク（openid4vp:…）。- なら標準入力
arg-no-lease = ワールドにアイテムを使用中と記録させない
arg-present-persona = 応答するペルソナ
arg-choose = 要求のその部分に、このアバターかアイテムを見せる
arg-fresh = このワールドが知っているコピーがあっても、まだどこにも見せていないコピーを見せる
arg-again = 中断した実行がすでに送ったかもしれないものを、もう一度送る
arg-check-file = 検証するファイル。- なら標準入力
arg-check-holdings = このウォレットの利用権がいまも有効か、発行者に確かめる
arg-policy = この信頼ポリシー（TOML）のワールドと同じように検証する
arg-model = 対象であるはずのモデルファイル
arg-challenge = 提示が応じているはずのノンス
arg-audience = 提示の宛先であるはずの client_id 全体
arg-query = 提示が満たすはずの DCQL を書いたファイル
arg-transaction-data = 要求の transaction_data の各テキスト
arg-request = 提示が応じているはずの署名付き要求（上の三つの代わり）
arg-check-origin = このワールドも信頼し、接続してよい
arg-creator = この制作者の来歴も信頼する
arg-did-document = 検証に使う DID 文書。指定すると、どこにも接続しない
arg-status-list = 検証に使うステータスリスト。指定すると、どこにも接続しない
arg-bundle = 検証に使う、文書とリストをまとめた署名付きバンドル。指定すると、どこにも接続しない
arg-trust-list = 検証に使う信頼リスト。指定すると、どこにも接続しない
arg-chain = アイテムの全記録 (台帳の GET /items/…/chain の応答)。最初から検証し、どこにも接続しない
arg-item-head = 検証に使うアイテムの最新の記録 (台帳の応答)。指定すると、どこにも接続しない
arg-at = この時刻の時点として検証する（例: 2026-11-21T18:00:00Z）
arg-explain = すべての検査と問題の箇所、どの規則で決まったかを表示する
arg-history-world = このワールドに関わるものだけ
arg-history-verify = 記録のつながりを最初から確かめる
arg-history-export = 履歴を JSON 行で新しいファイルに書き出す
arg-anchor-file = 証明書の PEM ファイル
arg-anchor = 証明書の SHA-256 フィンガープリント
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
usage-shape-span = 長さは 30m、12h、7d のように書きます。
usage-shape-tag = タグは英数字と - と _ の 43 文字です。アイテムの保有者が omote show で見られます。
usage-shape-did = DID は did:key:z6Mk… や did:web:world.example のように書きます。
usage-shape-digest = これはダイジェストではありません。ダイジェストは uEi で始まる { $all } 文字ですが、これは { $found } 文字です。--dry-run の表示をそのまま全部コピーしてください。
usage-shape-choose = avatar=3f9c のように QUERY=ID の形で書きます。
usage-shape-copies = 1 から 256 までの数を指定します。

## 失敗

label-error = エラー:
label-help = 対処:
label-command = 次のコマンド: { $command }

err-answer-broken = ワールドの返答が壊れています。{ $what }が正しい形になっていません。何も保存していません。
    .remedy = 送る内容を、ワールドの運営者が直す必要があります。直ってからやり直してください。オファーのコードを使ったあとなら、新しいオファーが必要です。
answer-credential = クレデンシャルの受け渡し
answer-login = ログインへの返答
answer-nonce = 古い証明の使い回しを防ぐ番号
answer-token = クレデンシャルを求めるためのトークン
err-declined = 辞退したため、何も保存せず、何も提示していません。リンクをすでに開いていたワールドには、辞退したことだけが伝わります。
    .remedy = 気が変わったら、ワールドに新しいリンクを頼んでください。
err-declined-step = 同意しなかったため、何も署名せず、何も送信していません。
    .remedy = 気が変わったら、同じコマンドをもう一度実行してください。
err-named-other-item = 「{ $typed }」は、求められた名前「{ $name }」と違います。何も署名せず、何も送信していません。
    .remedy = コマンドをもう一度実行し、表示のとおりに名前を入力してください。
err-no-address = これは、アイテムを渡せる宛先ではありません。
    .remedy = 受け取る人が omote me で宛先を作ります。omote:to: から最後まで全部コピーしてください。
err-address-ours = この宛先の鍵はこのウォレットにあるため、何も移りません。
    .remedy = 受け取る人が、その人のウォレットで omote me を実行して宛先を作ります。
err-wants-ours = 引き換えに求めているのは、このアイテム自身か、すでに保有しているものです。
    .remedy = 欲しいアイテムのタグを指定してください。保有者が omote show で見られます。
err-item-burned = このアイテムは放棄され、保有者はいません。
    .remedy = もう何もできません。由来は今も読めます。
err-item-ended = 発行したワールドが、このアイテムの利用権を終了しました。
    .remedy = 理由をそのワールドに尋ねてください。
err-item-held = このアイテムは誰にも申し出ていません。あなたが保有しています。
    .remedy = 取り下げるものはありません。申し出中のものは omote inbox で見られます。
err-item-offered = このアイテムは、すでに { $until } まで申し出ています。
    .remedy = 先にその申し出を取り下げるか、返事か期限を待ってください。
err-item-passed-on = このアイテムは譲渡済みで、別の人が保有しています。
    .remedy = これができるのは現在の保有者だけです。また受け取るには、omote me で宛先を作って頼んでください。
err-item-suspended = 発行したワールドが、このアイテムを一時停止しています。
    .remedy = いつ再開されるかを、そのワールドに尋ねてください。
err-item-not-active = このアイテムはどこでも使用中ではないため、終えるものがありません。
    .remedy = どこで何が使用中かは omote release で見られます。
err-no-offer = この申し出はもうないか、このウォレットへのものではありません。取り下げられたか、返事が済んだか、期限が過ぎたのかもしれません。
    .remedy = 今届いている申し出を見てください。譲る人は、申し出し直せます。
err-ledger-busy = 台帳は今、応答できません。
    .remedy = 何も失われていません。しばらくしてから試してください。署名済みのものは omote inbox で続けられます。
err-offered-not-shown = 「{ $name }」（{ $id }）は見せられません。申し出中で、いつ承諾されてもおかしくないためです。
    .remedy = 申し出を取り下げるか、返事か期限を待ってください。
err-not-creator = 求められているのは { $creator } の同意ですが、あなたの制作者の鍵ではないか、指定したペルソナのものではありません。
    .remedy = モデルを作った人にファイルを送ってください。何も署名していません。
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
err-login-timeout = ブラウザからの戻りがありませんでした。
    .remedy = もう一度実行し、十分以内にワールドのページで手続きを終えてください。
err-locked = ウォレットはロックされていて、パスフレーズを尋ねる端末がありません。
    .remedy = --passphrase-file FILE か OMOTE_PASSPHRASE_FILE で、パスフレーズのファイルを指定してください。
err-needs-answer = 返答が必要ですが、尋ねる端末がありません。
    .remedy = { $flag } で指定してください。
err-no-such-digest = 返事を待っているものの中に、このダイジェストのものはありません。何も保存していません。
    .remedy = 待っているものを確かめ、保存したいもののダイジェストを --consent に指定してください。
err-unclear = 「はい」とも「いいえ」とも取れない返答だったため、まだ何も決めていません。届いたものは保管してあります。
    .remedy = もう一度確かめ、y か n で答えてください。
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
err-no-copy-left = 「{ $name }」（{ $id }）のコピーはすべて、ほかのワールドに見せています。見せたコピーは、そのワールド専用です。
    .remedy = 発行者から新しいコピーを受け取り、ワールドに新しい要求を求めてください。
err-no-copy-left-at-all = 「{ $name }」（{ $id }）のコピーはすべて、ほかのワールドに見せています。発行者は追加のコピーを渡しません。
    .remedy = 発行者に新しいオファーを求め、受け取ってください。
err-not-standing = 「{ $name }」（{ $id }）は見せられません。{ $sentence }
    .remedy = 新しいものをもらえるか発行者に確かめ、受け取り直してください。
err-not-standing-now = 「{ $name }」（{ $id }）は見せられません。{ $sentence }
    .remedy = いつ終わるかを発行者に確かめてください。終わったかどうかは、発行者のリストを調べれば分かります。
err-other-format = ワールドが求める形式は { $asked } ですが、「{ $name }」（{ $id }）の形式は { $held } です。
    .remedy = 新しいオファーから、求められた形式で受け取り直すか、{ $held } も受け付けるようワールドに頼んでください。
err-offer-given = これは、何かを受け取るためのオファーのリンクです。これで見せることはできません。
    .remedy = このオファーを受け取るか、ワールドが求めるときのリンク（openid4vp:…）を使ってください。
err-no-request-link = これは要求のリンクではありません。
    .remedy = 要求のリンクは openid4vp: で始まり、求める相手（client_id=…）を含みます。全体を引用符で囲んで指定してください。
err-request-given = これは、ワールドが何かを見せるよう求める要求のリンクです。これで受け取ることはできません。
    .remedy = omote present で応えるか、オファーのリンク（openid-credential-offer:…）を使ってください。
err-no-offer-link = これはオファーのリンクでも、ワールドのアドレスでもありません。
    .remedy = オファーのリンクは openid-credential-offer: で、ワールドのアドレスは https:// で始まります。全体を引用符で囲んで指定してください。
err-no-login = { $world } はオファーのリンクではなくワールドのアドレスです。ここにログインして受け取ることはできません。
    .remedy = ワールドにオファー（openid-credential-offer: で始まるリンク、または QR コード）を求めてください。
err-no-more-copies = 発行者は今、これのコピーを渡しません。
    .remedy = 停止または失効していないか確かめてください。していなければ、ワールドに新しいオファーを求めてください。
err-swap-wanted = この申し出は、引き換えにあなたの「{ $name }」を求めています。
    .remedy = 交換するなら --give を付けて承諾してください。しないなら断ってください。
err-swap-not-held = この申し出が引き換えに求めているのは別のアイテムです: { $tag }
    .remedy = そのアイテムを保有している人だけが、--give を付けて承諾できます。
err-several-offers = 「{ $digits }」に当たる申し出が { $count } 件あります。
    .remedy = もっと多くの桁を入力するか、--world でワールドを指定してください。
err-several-holdings = 「{ $name }」に当たるものが { $count } 件あります。
    .remedy = ID の先頭で、どれか一つを指定してください。
offer-apart = { $offer }  「{ $name }」、{ $world }
holding-apart = { $id }  「{ $name }」、{ $format }、発行者 { $world }、ペルソナ { $persona }、受け取り { $time }
holding-named = 「{ $name }」（{ $id }）
holdings-more = ほか { $count } 件
detail-part = 要求の「{ $part }」の部分です。
detail-heard = { $time } に発行者に確かめた結果です。
detail-refused = ワールドの返答: { $code }
detail-shown = 見せたもの: 「{ $name }」（{ $id }）
detail-sent = その前に送られていて、取り消せません。
detail-only-one = ワールドが「{ $part }」の部分に受け付けるのは一つだけです。
detail-status = ワールドの返答は HTTP ステータス { $status } でした。
detail-elsewhere = 求めているのは { $expected } ですが、要求は { $found } にあります。
detail-unsigned = 署名する文がありますが、見せるものの中に、署名できるものがありません。
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

## 理由コードの対処が保有者について述べるところで、自分にできること

remedy-bad-request = 作った人に、作り直したものを頼んでください。ワールドから届いたものは、運営者が直す必要があります。
remedy-cred-expired = 発行者から新しく受け取るか、有効期間の始まりまで待ってください。
remedy-cred-type = 求められた型の、ワールドが信頼する発行者によるものを見せてください。
remedy-revoked = 新しいものをもらえるか、発行者に確かめてください。
remedy-suspended = いつ終わるかを発行者に確かめ、その後もう一度リストを調べてください。
remedy-vp-holder-mismatch = 受け取ったウォレットから見せてください。
remedy-vp-query-unsatisfied = 要求の必須部分すべてに応えてください。
remedy-vp-stale = ワールドの決めた時間内に、見せ直してください。
remedy-asset-hash-mismatch = 変更前のファイルを使うか、変更後のファイルのクレデンシャルを求めてください。
remedy-auth-code-used = ワールドにもう一度ログインして同意してください。
remedy-issuance-denied = 理由をワールドに尋ね、新しいオファーを求めてください。
remedy-pre-auth-code-used = 発行者に新しいオファーを求めてください。
remedy-tx-code-invalid = ワールドから別の方法で伝えられたコードを入力してください。間違いが続くと、このオファーは終わります。
remedy-tx-code-locked = このオファーは終わりました。別のコードの付いた新しいオファーをワールドに求めてください。
remedy-refill-too-early = 後でもう一度試してください。残っているコピーはその間も使えます。
remedy-grant-revoked = 理由を発行者にたずねてください。コピーはもう渡されないので、新しいオファーが必要です。
remedy-consent-mismatch = --dry-run を付けて実行し、内容を読み、表示されたダイジェストを --consent に指定してください。
remedy-offer-rejected = 新しいオファーをワールドに求めてください。
remedy-item-active-elsewhere = そのワールドで手放すか、そこでの期限が終わるのを待ってください。
remedy-ledger-entry-missing = クレデンシャルの台帳の記録を見せるか、記録のあるクレデンシャルを受け取ってください。
remedy-transfer-not-allowed = アイテムはそのまま持っていてください。制作者の同意が要る場合は、先にその署名を得てください。
remedy-head-unavailable = 台帳が応答するときに試し直すか、送った人に、アイテムの最新の文書も添えてもらってください。
remedy-head-stale = 台帳から最新の文書を取り直すか、改めて送ってもらってください。
remedy-item-revoked = アイテムを発行したワールドに、利用権を改めて得られるかを確かめてください。
remedy-transfer-audience = アイテムの登録されている台帳を記した移転に署名してください。
remedy-transfer-expired = 移転を始め直してください。受け取る側が期限内に承諾する必要があります。
remedy-transfer-not-holder = アイテムを今持っているウォレットで署名してください。
remedy-transfer-replay = アイテムの現在の状態に対する新しい移転に署名してください。

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
progress-login = ブラウザでの手続きを待っています…
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
status-owed = あとで届けると言われたものが { $count } 件あります。受け取るには: omote receive --pending
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
anchor-added = 追加しました: { $fingerprint }
anchor-removed = 削除しました: { $fingerprint }（これだけが保証するワールドは今後拒否されます）
anchor-absent = 追加されていません: { $fingerprint }
anchor-none = 追加された認証局はありません。追加するには: omote trust anchor add FILE
anchor-since = { $time } に追加

## list と show

list-empty = まだ何もありません。受け取るには: omote receive LINK
list-id = ID
list-kind = 種類
list-format = 形式
list-name = 名前
list-world = 発行者
list-persona = ペルソナ
list-copies = 未使用
list-until = 有効期限
list-copies-left = { $fresh }／{ $all }
list-refill-due = 新しいコピーが必要なものが { $count } 件あります。補充するには: omote refill --all
list-refill = 補充するには: omote refill --all
list-expired = { $time }（期限切れ）
list-taken = 発行者が失効または一時停止させたものが { $count } 件あり、見せる候補から外れています。詳しくは: omote show ID
taken-revoked = 失効
taken-suspended = 一時停止
taken-whole = 見せる候補から外れています: { $how }（{ $time } に発行者に確かめた結果）
taken-part = { $all } 枚のコピーのうち { $copies } 枚は、見せる候補から外れています: { $how }（{ $time } に発行者に確かめた結果）
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
show-copies-left = 全 { $all } 枚のうち未使用 { $fresh } 枚
show-copies-known = 、{ $worlds } か所のワールドに提示済み { $known } 枚
show-copies-doubtful = 、提示済みの疑い { $doubtful } 枚
show-copies-expiring = 、まもなく期限切れ { $expiring } 枚
show-copies-withdrawn = 、失効または一時停止 { $withdrawn } 枚
show-refill-due = 補充するには: { $command }
show-format = 形式
show-type = 型
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
receive-format = 形式
receive-type = 型
receive-needs-login = ブラウザで、ワールドのページにログインします。
receive-login = ブラウザで { $world } の次のページを開き、終わったと表示されたら、この端末に戻ってください。
receive-code-wrong = コードが違います。もう一度入力してください。
receive-owed = { $world } は「{ $what }」をあとで届けます。{ $time } 以降に: omote receive --pending
receive-nothing-owed = 届くのを待っているものも、返事を待っているものもありません。
refill-done =
    { $parts ->
        [both] 「{ $name }」（{ $id }）: 新しいコピーを { $added } 枚足し、ワールドが知っているコピーを { $renewed } 枚新しくしました。
        [added] 「{ $name }」（{ $id }）: 新しいコピーを { $added } 枚足しました。
       *[renewed] 「{ $name }」（{ $id }）: ワールドが知っているコピーを { $renewed } 枚新しくしました。足したコピーはありません。
    }
refill-for = 「{ $name }」（{ $id }）、発行者 { $world }
refill-failed = 「{ $name }」（{ $id }）、発行者 { $world }: { $sentence }
refill-expiring = 「{ $name }」（{ $id }）: 期限の近いコピーがあります。
refill-due =
    { $fresh ->
        [0] 「{ $name }」（{ $id }）: まだ見せていないコピーは残っていません。
       *[other] 「{ $name }」（{ $id }）: まだ見せていないコピーは残り { $fresh } 枚です。
    }
refill-not-due = コピーは足りています。それでも補充するには: --force
refill-not-standing = いま見せられないものは補充しません。それでも補充するには: --force
refill-not-offered = 新しく差し出されない限り、発行者はこれ以上コピーを渡しません。
login-page-title = omote
login-page-done = 終わりました。端末に戻ってください。
login-page-other = ここで待っているものはありません。
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
receive-stays = 返事があるまで保管します: omote receive --pending
receive-came = { $world } から { $time } に届いたもの
receive-came-refill = すでにあるもののコピーです。確認なしで足します: omote receive --pending
receive-came-unjudged = omote が途中で止まったため、まだ検査していません。検査してからたずねます: omote receive --pending
receive-pending-next =
    何も取り寄せず、保存も辞退もしていません。このうち一つだけを保存するには:
      omote receive --pending --consent DIGEST
dry-run-digest = この結果のダイジェスト: { $digest }
dry-run-next =
    署名も送信もしていません。この結果だけに同意するには:
      omote { $command } LINK --consent { $digest }

## present

present-asks = { $world } からの要求
present-by-did = このオリジンの文書にある鍵で署名されています。
present-by-certificate = { $name } の証明書で署名されています。
present-by-nobody = この要求には署名がありません。リンクは誰でも作れます。応答は { $world } だけに届きます。
present-match-code = 照合コード: { $code }。要求が別の画面から来たときは、その画面に同じ 2 桁が出ているはずです。
present-lease = { $world } が「{ $name }」を使用中と記録します
present-lease-until = 使用中の期限
present-lease-means =
    記録する台帳: { $ledger }
    場所は書かれませんが、時刻は台帳に伝わります。ほかのワールドには、別の
    場所で使用中であることだけが見え、どこかは見えません。期限前に終えるには
    omote release、記録なしで応答するには omote present --no-lease です。
present-lease-ends = これまでの使用は終了します: { $said }
detail-lease = アイテムは使用中と記録されず、ワールドには何も送られていません。
present-agrees = 応答とともに、次の文に署名します
present-purpose = 目的（相手の説明）: { $purpose }
present-new = このウォレットから何かを見せるのは、初めてです。
present-met-before = このウォレットから、以前にも何かを見せています。
present-will-see = 見せるもの: { $kind }「{ $name }」（発行者 { $issuer }）
present-copy-fresh = { $count } 枚中 { $number } 枚目のコピー。まだどこにも見せておらず、今後はこのワールド専用になります。
present-copy-known = { $count } 枚中 { $number } 枚目のコピー。このワールドはすでに知っています。
present-copy-doubtful = { $count } 枚中 { $number } 枚目のコピー。バックアップから戻したため、ほかで見せたかもしれません。
present-copies-left = まだどこにも見せていないコピーの残り: { $count } 枚
present-refill = 「{ $name }」のコピーが残りわずかです。補充するには: omote refill { $id }
present-others = ほかに { $count } 個の値（おもに利用条件）。d と答えると見られます
present-same-terms = ほかに、同じ内容の制作者の利用条件（{ $count } 個の値）
present-comes-along = 求められていないのに一緒に渡る値: { $count } 個（クレデンシャルは分けられないため）
present-stands-openly = 何を求められても、どのコピーにも表に出ている値: { $count } 個
present-optional = { $names } も受け付けますが、見せません。見せるには: --choose { $query }={ $id }
present-alternatives = 代わりに見せられるものがあと { $count } 個あります: --choose { $query }=ID
present-alternative = { "  " }{ $id }  「{ $name }」、発行者 { $world }、ペルソナ { $persona }、受け取り { $time }
present-alternatives-more = { "  " }ほか { $count } 件。一覧: omote list
present-stays = 見せないもの
present-stays-claims = 「{ $name }」のうち: { $claims }
present-stays-holdings = ほかの利用権: { $names }
present-stays-more-holdings = ほかの利用権: { $names }、ほか { $more } 件
present-stays-personas = ほかのペルソナ（{ $count }）
present-stays-always = 鍵、24 語、ほかにどこへ行ったか
present-can-link = 結び付けられうるもの
present-link-none = 上の値のほかにはありません。
present-link-issuer = 「{ $name }」: このコピーを発行した { $world } は、両者が照合すれば同じものと分かります。
present-link-known = 「{ $name }」: このワールドは、これで同じペルソナだと分かります（そのためのものです）。
present-link-maybe = 「{ $name }」: まさにこのコピーを、別のワールドが見たかもしれません。
present-link-creator = 「{ $name }」: 制作者はあなた（ペルソナ「{ $persona }」）です。この名で作ったものは、誰が持っていても同じ鍵を示します。
present-link-itself = 「{ $name }」: どのコピーを使っても、どこで見せても同じものと分かる値: { $claims }
present-link-values = 「{ $name }」: { $worlds } が、別の鍵で同じ値を見ています: { $claims }
present-link-here = 「{ $name }」: このワールドは、別の鍵で同じ値を見たことがあり、同じペルソナだと分かりえます: { $claims }
present-interrupted = { $time } の実行が中断し、この応答をすでに送ったかもしれません。見せるのは同じコピーです。
present-reminder = { $world } からの要求 · 照合コード { $code }
present-reminder-agrees = 署名する文: 「{ $text }」
present-ask = { $world } に見せますか。
present-say-no = { $world } に「応じない」と伝えますか。理由は伝わりません。
present-done = { $world } が応答を受け取りました。見せたものは取り消せません。記録は omote history で見られます。
present-not-admitted = { $world } には入れません: { $sentence }
present-receipt = 署名付きの受領証を保存しました（履歴 { $entry } 番）。
present-no-receipt = ワールドから受領証は届きませんでした。
claim-type = 種類
claim-issued-at = 発行
claim-license = 利用条件
claim-provenance = モデルの出どころ
claim-look = 見た目（モデルファイル）
claim-dates = 細かい日時
claim-persona-name = ペルソナの名前
claim-item-class = アイテムの種類
claim-serial = 通し番号
claim-status = ステータスリストでの位置
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
claim-status-place = ステータスリストでのこのコピーの位置
claim-status-purpose = リストが示すこと
claim-contexts = 語彙
claim-id = それ自体の ID
claim-key-family = 鍵の系統
claim-key-kind = 鍵の種類
claim-key-use = 鍵の用途
claim-schema = 形の説明
claim-status-id = リストでの位置の名前
claim-status-kind = ステータスリストの種類
claim-status-message = リストが示せる内容
claim-status-more = リストについての説明
claim-status-size = リストでの位置のビット数
claim-subject = 対象
claim-term = 利用条件: { $term }
claim-creators-term = 制作者の条件: { $term }

## 判定とともに知らせること

finding-at = { $said }（{ $at }）
finding-look-alike = { $who } の名前「{ $name }」とまぎらわしい名前です（{ $how }）。
finding-reserved = 誰も名乗れない名前「{ $name }」とまぎらわしい名前です（{ $how }）。
finding-mixed-scripts = 名前に複数の文字体系が混ざっています: { $scripts }
finding-hidden = 名前に目に見えない文字があります: { $characters }
finding-newer = 発行者には、より新しいものがあります。発行者に求めてください。
finding-item-offered = アイテムは現在、誰かに譲渡を申し出ている途中です。
finding-item-here = アイテムは { $until } まで、求めているワールドで使用中です。
finding-item-not-leased = 求めているワールドでの使用中の記録が求められましたが、ありません。
finding-item-elsewhere = アイテムは { $until } まで別のワールドで使用中です。
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
explain-ledger = アイテムの台帳についてポリシーが求めること
explain-ledger-announced = アイテムの台帳を公表している発行者のアイテムは、台帳の記載を示す必要があります。
explain-ledger-required = すべてのアイテムは、台帳の記載を示す必要があります。
explain-ledger-not-asked = 台帳には確かめません。
explain-ledger-age = 台帳による最新の記録の証明は { $seconds } 秒間有効とします。
explain-ledger-no-proof = 台帳の公開ログの証明は求めません。
explain-ledger-quorum = { $of } 件中 { $quorum } 件の証人が、台帳の公開ログに { $seconds } 秒以内に署名している必要があります。
explain-elsewhere-ignore = アイテムが別のワールドで使用中でも問題にしません。
explain-elsewhere-review = アイテムが別のワールドで使用中であることは、判定とは別に示します。
explain-elsewhere-refuse = 別のワールドで使用中のアイテムは受け入れません。
explain-ledger-life = アイテムの全記録を、発行から現在まで順に検証します。
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
check-hands = アイテムの来歴
check-ledger = アイテムの台帳
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
verdict-missing-chain = { "  " }足りないもの: { $url } にあるアイテムのすべての記録
verdict-missing-item = { "  " }足りないもの: { $url } にあるアイテムの最新の記録
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
entry-accepted = 承諾
entry-burned = 放棄
entry-forgotten = 削除
entry-ledger-warned = 台帳の警告
entry-leased = 使用中の記録
entry-released = 使用終了
entry-offered = 譲渡の申し出
entry-passed-on = 譲渡済み
entry-presented = 提示
entry-received = 受け取り
entry-refilled = 補充
entry-refused = 拒否
entry-restored = 復元
entry-rollback-accepted = 古いファイルを承認
entry-withdrawn = 申し出の取り下げ
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

# 人から人へ移るアイテム

about-me = アイテムを受け取るための一度限りの宛先を作る
example-me =
    例:
      $ omote me
      $ omote me --qr-png address.png
    宛先は一回の受け取りにだけ使え、あなたが誰かを示しません。毎回新しく
    作ってください。届いた申し出は omote inbox に表示されます。
about-give = アイテムを相手の宛先に譲る
example-give =
    例:
      $ omote give "Traveller's lantern #7" omote:to:…
      $ omote give LANTERN ADDRESS --until 2d
      $ omote give LANTERN --qr-image address.png
      $ omote give LANTERN ADDRESS --for TAG
    譲る前と後の保有者を確かめ、アイテムの名前を入力します。承諾されるまでは
    omote withdraw で取り下げられます。途中で止まったときは、同じコマンドで
    続けられ、二重に送られることはありません。
about-inbox = 届いた申し出、譲渡の申し出、警告を表示する
example-inbox =
    例:
      $ omote inbox
    確認済みのワールドの台帳に宛先を問い合わせ、中断した手続きを続けます。
about-accept = 申し出のあったアイテムを受け取る
example-accept =
    例:
      $ omote accept 1f3a9c42
      $ omote accept 1f3a9c42 --give SHIELD
    内容、利用条件、これまでの移転の記録を、すべて検証して表示します。
about-refuse = 申し出のあったアイテムを断る
example-refuse =
    例:
      $ omote refuse 1f3a9c42
about-withdraw = まだ承諾されていない申し出を取り下げる
example-withdraw =
    例:
      $ omote withdraw LANTERN
about-burn = アイテムの利用権を完全に放棄する
example-burn =
    例:
      $ omote burn LANTERN
about-release = アイテムの使用中の記録を終了する
example-release =
    例:
      $ omote release
      $ omote release LANTERN
    ワールドは、最長一時間、アイテムを自分のところで「使用中」と記録するよう
    求めることがあります。同意は omote present で行います。ほかのワールドには
    別の場所で使用中であることだけが見え、どこかは見えません。ITEM を省くと、
    使用中のアイテムとその場所を表示します。
arg-release = アイテム。省くと、使用中のアイテムを表示する
arg-me-world = アイテムの台帳があるワールド。この宛先はほかのワールドに問い合わせない
arg-me-qr = 宛先を端末に QR コードで表示する
arg-me-qr-png = 宛先の QR コードを新しい PNG ファイルに書き出す
arg-address = 受け取る相手の宛先（omote me）
arg-give-until = 申し出の期間: 30m、12h、7d（通常 7d、最長 30d）
arg-consent-request = アイテムの制作者に同意を求めるファイルを書き出す
arg-creator-consent = 制作者が署名した同意のファイルを使って譲る
arg-creator-sign = 制作者として、このファイルの内容を確かめて署名する
arg-consent-out = 署名した同意を書き出す新しいファイル
arg-address-image = この画像（PNG または JPEG）の QR コードから宛先を読む。- なら標準入力
arg-give-for = 同じ台帳のこのアイテムと引き換えにする。保有者が omote show で見られるタグで指定
arg-accept-give = 引き換えに渡すアイテム
arg-offer-world = このワールドの台帳にある申し出だけを見る（オリジンで指定）
arg-offer = 申し出。omote inbox に表示される先頭の数桁で指定する
arg-show-provenance = アイテムの由来とこれまでの移転の記録を検証して表示する
progress-transfer = 台帳とやり取りしています…
me-world = この宛先への申し出は { $world } だけに問い合わせます。
me-no-world = この宛先は、このペルソナが何かを持っているワールドに問い合わせます。ほかのワールドのアイテムなら omote me --world オリジン を使ってください。
me-once = ペルソナ { $persona } が一回受け取るための宛先です。譲ってくれる相手に送ってください。
me-mark = 譲る人の画面にも、この宛先の識別記号が出ます: { $mark }
me-picture = QR コードを { $path } に書き出しました
give-heading = 「{ $name }」を譲る
give-ledger = 台帳
give-before = 現在の保有者
give-after = 申し出の相手
give-until = 申し出の期限
give-transfers = これまでの移転回数
give-left = 今後の移転
give-tag = アイテム
give-you = あなた（ペルソナ { $persona }）
give-address = 識別記号 { $address } の宛先
give-until-accepted =
    申し出の間、このアイテムはどのワールドにも提示されません。期限までに
    承諾されなければ、あなたのもとに残ります。
give-no-return = 承諾された後は取り戻せません。
give-ask = 譲るには、アイテムの名前を入力してください（{ $name }）:
give-over = 「{ $name }」は申し出済みでした。その後の状態: { $standing }
give-done = 「{ $name }」を { $until } まで申し出ました。取り下げは omote withdraw です。
give-consent-asked = { $path } に書き出しました。制作者は omote give --creator-sign で署名します
give-creator-heading = 制作者として、「{ $name }」の譲渡への同意を求められています
give-creator-as = 署名するペルソナ
give-creator-wanted = 引き換えに、譲る人が受け取るもの
give-creator-for-nothing = 譲る人は、引き換えに何も求めていません。
give-creator-ask = 制作者の鍵で署名しますか。
give-consent-signed = 同意を { $path } に書き出しました
withdraw-heading = 「{ $name }」の申し出を取り下げる
withdraw-after = アイテムはあなたのもとに残り、また提示できます。
withdraw-ask = 取り下げますか。
withdraw-done = 「{ $name }」の申し出を取り下げました
release-heading = 「{ $name }」の使用中の記録を終了する
release-active = 現在の使用
release-somewhere = このウォレットが知らないワールド
release-until = { $world } で { $until } まで使用中
release-after = 以後、ほかのワールドには、どこでも使用中でないと見えます。
release-ask = 終了しますか。
release-done = 「{ $name }」はどこでも使用中ではなくなりました
release-none = 使用中のアイテムはありません。
lease-done = 「{ $name }」を使用中にしました
burn-heading = 「{ $name }」の利用権を完全に放棄する
burn-no-return = 以後、誰も保有しません。元に戻すことはできません。
burn-ask = 放棄するには、アイテムの名前を入力してください（{ $name }）:
burn-done = 「{ $name }」の利用権を放棄しました
accept-heading = 「{ $name }」の申し出が届いています
accept-hands = 由来（各段階を検証済み）:
accept-means =
    承諾すると、この条件での利用権があなたに移ります。申し出た人は、以後
    このアイテムを提示できません。
accept-ask = 承諾しますか。
accept-over = 「{ $name }」は承諾済みでした。その後の状態: { $standing }
accept-done = 「{ $name }」を承諾しました。ウォレットに入っています
swap-wanted = 引き換えに受け取るもの
swap-heading = 引き換えに「{ $name }」を渡す
swap-after = その後の保有者
swap-holder = 識別記号 { $mark } の人
swap-giver = 申し出た人（識別記号 { $mark }）
swap-look = 両方が同時に移るか、どちらも移らないかのどちらかです。受け取るまで内容は表示されません。内容を知っているタグだけを指定してください。
swap-both = 両方が同時に移るか、どちらも移らないかのどちらかです。
swap-personas = 二つのアイテムは別々のペルソナが保有しています。台帳にはその関係が分かります。
swap-no-return = 署名した後は取り消せません。
swap-ask = 交換するには、渡すアイテムの名前を入力してください（{ $name }）:
swap-collected = 引き換えの「{ $name }」を受け取りました。ウォレットに入っています
refuse-heading = 「{ $name }」を断る
refuse-ask = 断りますか。
refuse-done = 「{ $name }」を断りました。申し出た人のもとに残ります
transfer-goes-on = 中断した手続きを続けます: 「{ $name }」の{ $kind }
transfer-never = できません
transfer-free = 何度でもできます
transfer-creator = 制作者が同意すれば何度でもできます
transfer-no-more = もうできません
transfer-left = あと { $left } 回できます
transfer-left-creator = 制作者の同意を得て、あと { $left } 回できます
step-accept = 承諾
step-burn = 放棄
step-give = 譲渡
step-lease = 使用中の記録
step-release = 使用終了
step-refuse = 拒否
step-withdraw = 取り下げ
standing-burned = 放棄済み
standing-ended = 発行者により終了
standing-held = あなたが保有
standing-offered = { $until } まで譲渡の申し出中
standing-passed-on = 譲渡済み。別の人が保有しています
standing-suspended = 発行者により一時停止中
event-mint = 発行
event-offer = 申し出
event-accept = 承諾
event-swap = 交換で譲渡
event-refuse = 拒否
event-withdraw = 申し出の取り下げ
event-expire = 申し出の期限切れ
event-burn = 放棄
event-lease = ワールドで使用中
event-release = 使用終了
event-suspend = 一時停止
event-resume = 再開
event-end = 終了
hand-ours = あなた
hand-line = { $time }  { $event }  →  { $holder }
inbox-no-address = 未使用の宛先がありません。omote me で作り、譲ってくれる相手に送ってください。
inbox-empty = 未使用の宛先（{ $count } 件）への申し出はありません。
inbox-until = 期限 { $until }
inbox-was-refused = 断られました。あなたのもとに残ります
inbox-ran-out = 期限までに返事がなく、あなたのもとに残ります
inbox-accept = 確かめて受け取る: { $command }
inbox-wants = 引き換えにあなたの「{ $name }」を求めています。
inbox-wants-other = あなたが保有していないアイテムを引き換えに求めています: { $tag }
inbox-refused = { $world } の申し出 { $offer } は信頼できません: { $sentence }
show-active = 使用中
show-tag = 台帳でのタグ
show-ledger = 台帳
show-not-shown = ワールドには見せられません: { $standing }
life-heading = 由来
life-creator = 制作者 { $creator }
life-checked = { $count } 段階。すべて署名があり、前の段階に続いています
list-burned = 放棄
list-ended = 終了
list-offered = 申し出中
list-passed-on = 譲渡済み
held-item = { $name }: { $standing }
evidence-warning = { $world } の台帳が、以前と食い違う内容を示しました（{ $time }）: { $sentence }
evidence-written = 誰でも検証できる証拠: { $path }
about-evidence = 台帳の不正を示すものを判定し、保存する
example-evidence =
    例:
      $ omote evidence verify evidence.json
      $ omote evidence keep evidence.json
about-evidence-verify = 証拠のファイルを判定する。鍵を渡せばオフラインで行える
example-evidence-verify =
    例:
      $ omote evidence verify evidence.json --key world.example/ledger+1a2b…
      $ omote evidence verify evidence.json --did-document did.json
    台帳の不正が証明されると 0、何も証明されないと 6 で終わります。鍵を
    渡さないときは、確認済みのワールドにだけ問い合わせます。
about-evidence-keep = 他者（監視プログラムなど）の証拠が不正を証明するなら保存する
example-evidence-keep =
    例:
      $ omote evidence keep monitor/evidence-*.json
      $ omote evidence keep evidence.json --key world.example/ledger+1a2b…
    台帳の不正を証明するものはウォレットに保存されます。以後「omote inbox」
    と「omote history」が警告し、「give」と「accept」も尋ねる前に警告しま
    す。何も証明されないファイルがあると 6 で終わり、それは保存されません。
arg-evidence = 証拠のファイル
arg-evidence-files = 「omote-world monitor」が書き出す証拠のファイル
arg-evidence-key = 台帳の鍵。/ledger/vkey に表示されるもの
arg-evidence-document = 台帳のあるワールドの DID ドキュメントのファイル
evidence-two-leaves = { $world } の台帳の不正が証明されました: 一つの段階について、二つの異なる記録に署名しています。
evidence-two-checkpoints = { $world } の台帳の不正が証明されました: 同じ長さの、二つの異なるログに署名しています。
evidence-two-trees = { $world } の台帳の不正が証明されました: 互いにつながらない二つのログに署名しています。
evidence-not-proven = { $world } の不正は何も証明されません: { $sentence }
evidence-kept = 保存しました。以後「omote inbox」と「omote history」が警告します。
evidence-known = このウォレットにはすでに保存されています。
present-ledger = 保有していることを示す台帳の文書（{ $time } まで有効）も送られます。
present-ledger-old =
    保有していることを示す台帳の文書がないか、古くなっています。ワールドが台帳に
    問い合わせることがあります。取り直し: omote check --holdings
step-dry-run-next =
    署名も送信もしていません。この結果だけに同意するには:
      omote { $command } --consent { $digest }

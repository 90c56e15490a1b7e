### `omote demo` の文章

demo-chapter-journey = アバターを連れて、あるワールドから別のワールドへ
demo-chapter-forgeries = Sky Arena の入口での七つの偽造
demo-step-worlds = 三つのワールドを開く: Neo Kyoto、Sky Arena、Night Market
demo-step-model = モデルファイルを上限つきで読む
demo-step-provenance = 制作者が来歴と利用条件に署名する
demo-step-wallet = 24 個の単語と二つの顔を持つ新しいウォレットを作る
demo-step-receive-avatar = Neo Kyoto からアバター「Mika」の利用権を 10 枚受け取る
demo-step-receive-item = Neo Kyoto からアイテム「lantern #42」の利用権を 10 枚受け取る
demo-step-enter = Sky Arena が両方を求め、本人が同意し、入場が認められる
demo-step-file = Sky Arena がモデルファイルをクレデンシャルと照合する
demo-step-again = 同じ回答をもう一度送る
demo-step-another-key = クレデンシャルを別の鍵で提示する
demo-step-license-edited = 保有者が利用条件を書き換える
demo-step-model-edited = モデルファイルの 1 ビットを書き換える
demo-step-relayed = Neo Kyoto への回答を Sky Arena のノンスで中継する
demo-step-expired = Neo Kyoto が三年前に発行したクレデンシャル
demo-step-issuer-unknown = 同じアバターを Night Market が発行する
demo-accepted = 受理
demo-refused = 拒否: { $reason }
demo-expected = 本来の結果: { $outcome }
demo-heading-learned = Sky Arena が知ったこと:
demo-heading-hidden = Sky Arena が知らないままのこと:
demo-heading-recognizes = 発行者の Neo Kyoto が、なお見分けられるもの:
demo-learned-rest = 各モデルファイルについての制作者の証明と、利用条件のすべて
demo-learned-keys = このウォレットがほかの誰にも使わない二つの鍵
demo-hidden-person = 本人が誰か: 氏名・住所・アカウントはクレデンシャルに含まれません
demo-hidden-personas = ウォレットの中のもう一つの顔と、その保有するもの
demo-hidden-copies = 残りの 18 枚とその鍵。別のワールドにはそのどれかを見せます
demo-recognizes = { $world } が発行した 2 枚。Sky Arena がそれを見せた場合に限ります
demo-all-well = すべて期待どおりです。
demo-not-well = 期待どおりでないことがあります。
demo-kept = すべてのファイルを { $folder } に残しました

about-demo = このマシンで全体の流れを見せます: 三つのワールド、アバター、アイテム、七つの偽造
arg-demo-avatar = コードで作る代わりに使うモデルファイル(.vrm または .glb)
arg-demo-keep = すべてのファイルを残す新しいフォルダー
example-demo =
    例:
      $ omote demo
      $ omote demo --avatar my-avatar.vrm --keep omote-demo

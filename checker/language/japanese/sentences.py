"""Sentences in Japanese, by the English ones; values stand at the same names. `{number} model` counts things."""

from __future__ import annotations

#: the stages, with their English names, which commands, JSON and documents use
STAGES = {
    "resolve": "依存解決 (resolve)",
    "install": "インストール (install)",
    "import": "インポート (import)",
    "fit": "学習 (fit)",
    "convert": "変換 (convert)",
    "check": "検証 (check)",
    "load": "読み込み (load)",
    "run": "実行 (run)",
    "parity": "結果の一致 (parity)",
    "register": "登録 (register)",
    "target": "配備先 (target)",
}
COUNTED = {
    "{number} model": "モデル{number}個",
    "{number} import": "インポート{number}件",
    "{number} step": "ステップ{number}件",
    "{number} conversion": "変換{number}件",
    "{number} warning": "警告{number}件",
    "{number} note": "注記{number}件",
    "{number} finding": "指摘{number}件",
    "{number} change": "変更{number}件",
    "{number} package": "パッケージ{number}個",
    "{number} line": "{number}行",
    "{number} thing": "{number}件",
    "{number} byte": "{number}バイト",
    "{number} tensor": "テンソル{number}個",
    "{number} cause": "原因{number}件",
    "{number} row": "環境{number}件",
    "{number} more model": "ほかにモデル{number}個",
    "{number} more line": "ほかに{number}行",
    "{number} more finding": "ほかに指摘{number}件",
    "{number} more note": "ほかに注記{number}件",
}
VERDICTS = {
    "Blocked at {stage}": "{stage} で停止します",
    "Needs building, not tried": "ビルドが必要なため、試していません",
    "Ready": "準備完了",
    "Not all read ({read} of {number})": "一部のみ読み取りました ({number}のうち{read}件)",
    "Not all known ({unknown} of {number} not measured)": "一部は不明です ({number}のうち{unknown}個は未計測)",
    "with {number}": "{number}あり",
    "{number} ignored": "無視した{number}",
    "but not all was looked at": "ただし一部は未確認です",
    ", ": "、",
    " and ": "、",
    "; ": "。",
    "scikit-learn to ONNX to MLflow": "scikit-learn から ONNX、MLflow まで",
    "{named} for {places}": "{named} ({places} 向け)",
    "{severity} at {stage}": "{stage} の{severity}",
    "blocker": "障害",
    "warning": "警告",
    "note": "注記",
    "blocked": "停止",
    "warnings": "警告あり",
    "ready": "準備完了",
    "missing": "レポートなし",
}
FACTS = {
    "Not tried: {name} was not built from its sources; see --build": (
        "{name} をソースからビルドしていないため、試していません。--build を参照してください。"
    ),
    "Not known: {name}: {why}": "不明: {name}: {why}",
    "works, {measured}": "動作します ({measured})",
    "fails at {stage}": "{stage} で失敗します",
    "probably fails at {stage}": "{stage} で失敗すると推定されます",
    "unknown: {why}": "不明: {why}",
    "the installed files": "インストールされたファイル",
    "the releases that are pinned": "固定されたバージョン",
    "Nothing was imported or run: this was read in {place}.": (
        "インポートも実行もせず、{place}だけを読んで判定しました。"
    ),
    "No obstacle in {place}. Nothing was run; only a run can prove it.": (
        "{place}に問題は見つかりません。何も実行していないため、確実な判定には実行が必要です。"
    ),
    "With --rehearse the script is run small, and nothing has to be read.": (
        "--rehearse を付けるとスクリプトを小規模に実行するため、読み取りに頼らずに判定できます。"
    ),
    "The script does not use it, but this would fail here: {names}.": (
        "スクリプトでは使われていませんが、この環境では次も失敗します: {names}。"
    ),
    "nothing of the path is installed": "対象のパッケージは何もインストールされていません",
    "no version": "バージョン不明",
    "{first} (also {hidden}, hidden by the first)": "{first} (ほかに {hidden} がありますが、先のものに隠されています)",
    "(not installed)": "(未インストール)",
    "nothing": "なし",
    "an installation": "インストール",
    "{what}: {failed} of {steps} failed": "{what}: {steps}のうち{failed}件が失敗",
    "{what}: {steps} passed": "{what}: {steps}がすべて成功",
    "Tried: {tally}.": "試行: {tally}。",
    "{what}.": "{what}。",
    "{what}: {told}.": "{what}: {told}。",
    "Tried: {tally}. --verbose shows every step and error message.": (
        "試行: {tally}。--verbose ですべてのステップとエラーメッセージを表示します。"
    ),
    "{script} was not run.": "{script} は実行していません。",
    "{script} was run, small and without a trace, {far}.": "{script} を小規模に、痕跡を残さず実行しました ({far})。",
    "its first line": "最初の行",
    "to its end": "最後まで",
    "as far as {where}": "{where} まで",
    "no fit saw more than {rows} of {every} rows": "学習に使ったのは {every}行のうち最大 {rows}行",
    "read in part: {parts}": "一部だけ読んだファイル: {parts}",
    "{place} was made here, and loads and runs {models}.": (
        "{place} をここで構築し、{models}の読み込みと実行を確認しました。"
    ),
    "it": "モデル",
    "all {number} models": "全{number}モデル",
    "edge values differ in {number}": "しきい値付近の値だけが異なる{number}",
    "{number} that the script does not use would fail": "スクリプトで使われないものの失敗 {number}",
    "{told} (--verbose shows all).": "{told} (--verbose ですべて表示します)。",
    "{python} on {platform}": "{python} ({platform})",
    "Knowledge of {date}.": "知識ベースの日付: {date}。",
    "Took: {times}.": "所要時間: {times}。",
}
REMEDIES = {
    "Proven: {how}": "検証済み: {how}",
    "Proven: {how} ({steps}, nothing blocks and nothing broke, {time}).": (
        "検証済み: {how} ({steps}、障害も新たな失敗もなし、{time})。"
    ),
    "Not proven: {why}": "未検証: {why}",
    "it was not tried.": "試していません。",
    "proven": "検証済み",
    "not proven": "未検証",
    "proven in each": "すべてで検証済み",
    "No remedy was found. {vain}": "対処法は見つかりませんでした。{vain}",
    "No remedy is known.": "対処法は分かっていません。",
    "Tried: {number}, and it still fails with each.": "{number}を試しましたが、いずれも失敗しました。",
    "Known to fail, and not tried: {number}.": "失敗することが分かっているため試していない{number}。",
    "Tried, without success": "試したが効果がなかったもの",
    "Known to fail, and not tried": "失敗することが分かっているため、試していないもの",
    "{what}: {number} (--verbose shows each).": "{what}: {number} (--verbose で詳細を表示します)。",
    "without {name}": "{name} なし",
    "with uv": "uv を使う場合",
    "with pip": "pip を使う場合",
    "with conda": "conda を使う場合",
    "in your code": "コードの変更",
    "in a shell": "シェルで",
    "in the requirements": "requirements の変更",
    "Before and after": "適用前と適用後",
    "Before and after the fix": "修正の前と後",
    "before": "適用前",
    "after": "適用後",
    "Packages that move": "変更されるパッケージ",
    "Models, before and after": "モデルごとの適用前と適用後",
    "Every package of the environment in which it works": "動作を確認した環境の全パッケージ",
    "absent": "なし",
    "removed": "削除",
    "works": "動作します",
}
BASES = {
    "seen here": "この環境で確認",
    "measured elsewhere": "別の環境で計測",
    "declared in the packages' metadata": "パッケージのメタデータの宣言",
    "read in the installed files; nothing was run": "インストールされたファイルからの読み取り (実行はしていません)",
    "documented of that place": "配備先の公開文書の記載",
    "concluded from what is documented of that place": "配備先の公開文書からの推論",
}

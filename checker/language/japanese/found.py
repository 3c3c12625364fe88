"""Sentences of findings in Japanese, by the English ones; what stands in braces is anything, errors stay English."""

from __future__ import annotations

INSTALLED = {
    "{name} is not installed": "{name} がインストールされていません",
    "{name} is not installed and the script needs it": "スクリプトに必要な {name} がインストールされていません",
    "{consumer} asks for {requirement}, and {name} is not installed": (
        "{consumer} は {requirement} を要求しますが、{name} がインストールされていません"
    ),
    "{consumer} asks for {requirement}, and {name} is {was}": (
        "{consumer} は {requirement} を要求しますが、インストールされているのは {name} {was} です"
    ),
    "{consumer} imports {module}, which is not installed": (
        "{consumer} は {module} をインポートしますが、インストールされていません"
    ),
    "{name} brings it": "{name} に含まれています",
    "{consumer} imports {module}, which {owner} does not have": (
        "{consumer} は {module} をインポートしますが、{owner} にはありません"
    ),
    "{consumer} uses {attribute}, which {owner} does not have": (
        "{consumer} は {attribute} を使いますが、{owner} にはありません"
    ),
    "{consumer} was built for another binary interface than that of {owner}": (
        "{consumer} は {owner} とは別のバイナリーインターフェース向けにビルドされています"
    ),
    "The generated code of {consumer} does not fit {owner}": "{consumer} の生成コードは {owner} に適合しません",
    "`import {module}` loads {path}, which hides the installed {owner}": (
        "`import {module}` で {path} が読み込まれ、インストールされた {owner} が隠されています"
    ),
    "import {module} fails with {error}": "import {module} が失敗します: {error}",
    "{consumer} is an editable install of {path}, which is gone": (
        "{consumer} は {path} の編集可能インストールですが、そのフォルダーはもうありません"
    ),
    "{number} of {every} code files of {owner} are missing (files that only tests need are not counted)": (
        "{owner} のコードファイル {every} 個のうち{number}個がありません (テスト専用のファイルは数えません)"
    ),
    "an interrupted installation left {folder} in {place}": (
        "中断されたインストールにより {place} に {folder} が残っています"
    ),
    "This kernel has {name} {was} in memory while {to} is on disk": (
        "このカーネルのメモリーには {name} {was} がありますが、ディスク上は {to} です"
    ),
    "the metadata of {name} say {was}, its code says {to}": "{name} のメタデータは {was}、コードは {to} を示しています",
    "{owner} in {folder} wins over {was} in {place}": "{folder} の {owner} が {place} の {was} より優先されます",
    "{name} {to} has no wheel for Python {python}": "{name} {to} には Python {python} 用の wheel がありません",
    "it has wheels for Python {was} to {to}": "wheel があるのは Python {was} から {to} までです",
    "it has wheels for Python {was}": "wheel があるのは Python {was} です",
    "{consumer} was built for {built}, and {owner} is installed": (
        "{consumer} は {built} 向けにビルドされていますが、インストールされているのは {owner} です"
    ),
    "{number} files of {owner} are not the ones that were installed": (
        "{owner} の{number}個のファイルが、インストールされたものと異なります"
    ),
    "{path} holds no code, yet `import {module}` finds it: an uninstall left it behind": (
        "{path} にはコードがありませんが、`import {module}` で見つかります。アンインストール後に残ったものです"
    ),
    "The tracking database was migrated by a newer MLflow, and {owner} refuses it": (
        "トラッキング用データベースは新しい MLflow で移行されており、{owner} では開けません"
    ),
    "{place} installs {requirement} after {module} was imported": (
        "{place} は {module} をインポートした後に {requirement} をインストールします"
    ),
    "{name} {was} stays in memory, and its next import mixes two releases": (
        "メモリーには {name} {was} が残り、次のインポートで 2 つのバージョンが混在します"
    ),
    "{variable} asks for a backend that {owner} does not have": (
        "{variable} が指定するバックエンドは {owner} にはありません"
    ),
    "The requirements cannot be installed: {why}": "requirements をインストールできません: {why}",
    "{place}: {name} {was} does not exist": "{place}: {name} {was} は存在しません",
    "the nearest is {to}": "最も近いのは {to} です",
    "{place}: the package index has no package {name}": "{place}: パッケージインデックスに {name} はありません",
    "{place}: {name} has to be built from its sources, which was not tried": (
        "{place}: {name} はソースからのビルドが必要なため、試していません"
    ),
}
MODELS = {
    "The data given to {subject} do not fit its declared inputs: {error}": (
        "{subject} に渡すデータが、宣言された入力に合いません: {error}"
    ),
    "What MLflow feeds to {subject} does not fit its declared inputs: {error}": (
        "MLflow が {subject} に渡すデータが、宣言された入力に合いません: {error}"
    ),
    "The signature of {subject} refuses what the script scores: {error}": (
        "{subject} のシグネチャが、スクリプトで予測するデータを拒否します: {error}"
    ),
    "{subject} is fed by another name than the model has: {input}": (
        "{subject} に渡す入力名がモデルの入力名と異なります: {input}"
    ),
    "{subject} has no output of the name that the script asks for: {error}": (
        "{subject} には、スクリプトが求める名前の出力がありません: {error}"
    ),
    "{subject} cannot be written with target_opset={number}: {error}": (
        "{subject} は target_opset={number} では書き出せません: {error}"
    ),
    "{converter} does not convert {subject} over whole numbers: {error}": (
        "{converter} は整数列に対する {subject} を変換できません: {error}"
    ),
    "The ONNX checker complains of {subject}: {error}": "ONNX の検査で {subject} に問題が見つかりました: {error}",
    "{subject} does not convert: {giver} gives {taker} a value of a type that it cannot store": (
        "{subject} は変換できません。{giver} が {taker} に、格納できない型の値を渡します"
    ),
    "{reader} reads {attribute}, which {owner} does not have: {subject} does not convert": (
        "{reader} は {attribute} を読みますが、{owner} にはないため、{subject} は変換できません"
    ),
    "{consumer} uses {attribute}, which {owner} does not have: {subject} does not convert": (
        "{consumer} は {attribute} を使いますが、{owner} にはないため、{subject} は変換できません"
    ),
    "{subject} does not convert with {converter}: {error}": "{subject} は {converter} で変換できません: {error}",
    "{converter} cannot convert {subject}: {error}": "{converter} は {subject} を変換できません: {error}",
    "{converter} has no converter for {name}, a class of the script that is part of what is converted": (
        "変換対象に含まれるスクリプト独自のクラス {name} のコンバーターは {converter} にありません"
    ),
    "{subject} cannot be fitted with {owner}: {error}": "{subject} は {owner} で学習できません: {error}",
    "{subject} comes to target_opset {number}, which {owner} does not have": (
        "{subject} の target_opset は {number} になりますが、{owner} にはありません"
    ),
    "{subject} uses {operator}, which only onnxruntime has": (
        "{subject} は onnxruntime だけにある {operator} を使います"
    ),
    "{runtime} does not load {subject}: {error}": "{runtime} は {subject} を読み込めません: {error}",
    "{runtime} has no implementation for {operator} with the types of {subject}": (
        "{runtime} には、{subject} の型に対応する {operator} の実装がありません"
    ),
    "{runtime} opens no model without providers=, which {subject} does not pass": (
        "{runtime} では providers= の指定が必須ですが、{subject} では指定していません"
    ),
    "{runtime} refuses {subject}: the model has IR version {number}, it takes {most}": (
        "{runtime} は {subject} を拒否します。モデルの IR バージョンは {number}、対応は {most} までです"
    ),
    "{subject} converts and runs with {versions}, but its results are wrong: the runtime disagrees with scikit-learn "
    "on {number} of {rows} rows: largest difference {difference}, {share} % of the labels flipped": (
        "{subject} は {versions} で変換でき、実行もできますが、結果が誤っています。{rows} 行のうち{number}行で "
        "scikit-learn と異なります (最大の差 {difference}、ラベルの反転 {share} %)"
    ),
    "onnx's reference evaluator agrees with the runtime": "onnx の参照実装の結果はランタイムと一致します",
    "{subject}: on values next to the thresholds of its trees, the runtime disagrees with scikit-learn on {number} of "
    "{rows} rows: largest difference {difference}, {share} % of the labels flipped": (
        "{subject}: 木のしきい値付近の値で、{rows} 行のうち{number}行が scikit-learn と異なります "
        "(最大の差 {difference}、ラベルの反転 {share} %)"
    ),
    "{owner} does not log {subject}: {error}": "{owner} は {subject} を記録できません: {error}",
    "{owner} does not score {subject}: {error}": "{owner} は {subject} で予測できません: {error}",
    "The script ends at {place} with {error}": "スクリプトは {place} で終了します: {error}",
}
ADVICE = {
    "Try a {name} newer than {was} (the newest for Python {python} is {to}), or a release of {owner} that fits "
    "{other}": (
        "{was} より新しい {name} (Python {python} では {to} が最新) か、{other} に適合する {owner} を試してください"
    ),
    "Try a {name} newer than {was} (the newest for Python {python} is {to})": (
        "{was} より新しい {name} を試してください (Python {python} では {to} が最新です)"
    ),
    "Try a {name} older than {was}, or another release of {owner}": (
        "{was} より古い {name} か、別のバージョンの {owner} を試してください"
    ),
    "Install {requirement}: {attribute} went with {to}": (
        "{requirement} をインストールしてください。{attribute} は {to} で削除されました"
    ),
    "Install {requirement}: {attribute} came with {to}": (
        "{requirement} をインストールしてください。{attribute} は {to} で追加されました"
    ),
    "Install a {name} older than {to}": "{to} より古い {name} をインストールしてください",
    "Or a {name} before {to}, for which {consumer} was built": (
        "または、{consumer} のビルド対象である {to} より前の {name} を使ってください"
    ),
    "Install {name} again, from where it came": "{name} を元の場所からもう一度インストールしてください",
    "Install {name} {was} or newer, which has opset {to}": (
        "opset {to} に対応する {name} {was} 以降をインストールしてください"
    ),
    "Install {name} {was} or newer, which has this version": (
        "このバージョンに対応する {name} {was} 以降をインストールしてください"
    ),
    "Install what {place} installs before the script is run, and take that line out": (
        "{place} でインストールするものはスクリプトの実行前にインストールし、その行を削除してください"
    ),
    "Install {name} before anything is imported, then restart the kernel": (
        "何もインポートしないうちに {name} をインストールし、カーネルを再起動してください"
    ),
    "Delete {path}, or the line in it": "{path} を削除するか、その中の行を削除してください",
    "Unset {name} for this environment": "この環境では {name} を解除してください",
    "Relax one of these: {versions}": "次のいずれかの条件を緩めてください: {versions}",
    "Ask for target_opset={number}": "target_opset={number} を指定してください",
    "Ask for target_opset={number}, the highest that {owner} has": (
        "{owner} で使える最大の target_opset={number} を指定してください"
    ),
    "Convert with target_opset set to what the runtime has ({number})": (
        "target_opset をランタイムが対応する値 ({number}) にして変換してください"
    ),
    "Leave out the option {name}": "オプション {name} を外してください",
    "Leave out the option that writes it: {name}": "それを書き出すオプション {name} を外してください",
    "Give {name} as an array": "{name} は配列で渡してください",
    "Name the provider": "providers を指定してください",
    "Or move {name}": "または {name} のバージョンを変更してください",
    "Train on float32 data": "float32 のデータで学習してください",
    "Feed by the names that the session gives ({input}), or rename the column before the training": (
        "セッションが示す入力名 ({input}) で渡すか、学習の前に列名を変更してください"
    ),
    "Ask for the outputs by the names that the session gives": "出力はセッションが示す名前で取得してください",
    "Take what the session gives: {output}": "セッションが返す出力を受け取ってください: {output}",
    "Declare the inputs in the order of the columns that the model was fitted on: {input}": (
        "入力は、モデルの学習に使った列の順に宣言してください: {input}"
    ),
    "Register onnxmltools' converter of {name} before the conversion": (
        "変換の前に、onnxmltools の {name} 用コンバーターを登録してください"
    ),
    "Hand over the rows in the form and with the types with which the model was converted": (
        "モデルを変換したときと同じ形式と型で行を渡してください"
    ),
    "Infer the signature from data of the form and type that will be scored": (
        "シグネチャは、予測に使うデータと同じ形式と型のデータから推定してください"
    ),
    "Or score what the signature says": "または、シグネチャどおりのデータで予測してください",
    "Uninstall {versions}, then install the one you want": (
        "{versions} をアンインストールし、必要なものだけをインストールしてください"
    ),
    "Ask for {name} {to} or earlier": "{name} {to} 以前を要求してください",
    "Use a store that has a model registry": "モデルレジストリーのあるストアを使ってください",
    "Reinstall {name}": "{name} を再インストールしてください",
    "Rename {path}": "{path} の名前を変更してください",
    "Unset the variable": "環境変数を解除してください",
    "Mend {place}, and rehearse again": "{place} を修正し、もう一度試行してください",
    "Install a protobuf that fits the generated code": "生成コードに適合する protobuf をインストールしてください",
    "Convert with zipmap=False: the scores are then an array": (
        "zipmap=False を指定して変換してください。スコアは配列になります"
    ),
    "Fit, convert and score with floats: x.astype(np.float32), declared as FloatTensorType": (
        "学習、変換、予測を float で行ってください: x.astype(np.float32)、宣言は FloatTensorType"
    ),
    "Feed what the model declares, or declare what you feed": (
        "モデルの宣言どおりの値を渡すか、渡す値に合わせて宣言してください"
    ),
    "Declare the inputs as FloatTensorType": "入力を FloatTensorType として宣言してください",
    "Try a newer skl2onnx": "より新しい skl2onnx を試してください",
    "where none converts it, use another estimator or option": (
        "どのバージョンでも変換できない場合は、別の推定器またはオプションを使ってください"
    ),
    "Use another estimator or option, or register a converter of your own with skl2onnx": (
        "別の推定器またはオプションを使うか、独自のコンバーターを skl2onnx に登録してください"
    ),
}

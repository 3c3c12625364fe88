"""Sentences of remedies, proofs and places in Japanese, by the English ones; what stands in braces is anything."""

from __future__ import annotations

CHANGES = {
    "Move {name} from {was} to {to}": "{name} を {was} から {to} に変更します",
    "Install {name} {to}": "{name} {to} をインストールします",
    "Install {name}": "{name} をインストールします",
    "Remove {name} {was}": "{name} {was} を削除します",
    "Remove {name} {was}: nothing requires it after this change": (
        "{name} {was} を削除します (この変更の後はどこからも要求されません)"
    ),
    "Remove {name} {was}: nothing requires it after this change, and its files lie over those of {others}": (
        "{name} {was} を削除します (この変更の後はどこからも要求されず、ファイルが {others} のものに重なっています)"
    ),
    "Ask for {name} only where {marker}": "{name} は {marker} の場合だけ要求します",
    "This keeps {kept}": "{kept} は変わりません",
    "{number} new package comes along": "新しいパッケージ{number}個が加わります",
    "{number} new packages come along": "新しいパッケージ{number}個が加わります",
    "Use another estimator or option: this one is not converted correctly": (
        "別の推定器またはオプションを使ってください。これは正しく変換されません"
    ),
    "Restart the kernel and run the notebook from the top": (
        "カーネルを再起動し、ノートブックを先頭から実行してください"
    ),
}
PROOFS = {
    "it was tried in a throwaway environment with Python {python}": "Python {python} の使い捨て環境で試しました",
    "the script was rehearsed in a throwaway environment with Python {python}": (
        "Python {python} の使い捨て環境でスクリプトを試行しました"
    ),
    "this is advice, it was not tried in an environment": "助言であり、環境での検証はしていません",
    "it was neither resolved nor tried": "依存解決も試行もしていません",
    "it was neither resolved nor tried: --offline was asked for": (
        "--offline が指定されたため、依存解決も試行もしていません"
    ),
    "no change of versions can be resolved with what is installed": (
        "インストール済みのパッケージと両立するバージョンの変更がありません"
    ),
    "it was not tried": "試していません",
    "it was not tried; other changes are known to fail": ("試していません。ほかの変更は失敗することが分かっています"),
    "it was not tried; another change was, in vain": (
        "試していません。別の変更を1件試しましたが、効果はありませんでした"
    ),
    "it was not tried; {number} other changes were, in vain": (
        "試していません。別の変更を{number}件試しましたが、効果はありませんでした"
    ),
    "it was tried, and the step that failed was not reached": "試しましたが、失敗したステップまで到達しませんでした",
    "it cannot be tried from here": "ここからは試せません",
}
PLACES = {
    "it is the checker's own interpreter": "checker 自身のインタープリターです",
    "it is the environment that uv has laid the checker over": "uv が checker を重ねた環境です",
    "it is the active virtual environment (VIRTUAL_ENV)": "有効な仮想環境です (VIRTUAL_ENV)",
    "it is the active conda environment (CONDA_PREFIX)": "有効な conda 環境です (CONDA_PREFIX)",
    "it is the first python on PATH that is not the checker's own": (
        "PATH の先頭にある、checker 自身のものではない python です"
    ),
    "it is the environment of the project in {folder}": "{folder} のプロジェクトの環境です",
    "it is the environment of the project in {folder}, kept in {place}": (
        "{folder} のプロジェクトの環境です ({place} にあります)"
    ),
    "it is this kernel's own interpreter": "このカーネル自身のインタープリターです",
    "it was recorded in {file}": "{file} に記録されたものです",
    "it was built from {file} with {interpreter}": "{interpreter} を使って {file} から構築したものです",
    "it is what {file} comes to on Python {python}": "Python {python} で {file} から決まるものです",
}

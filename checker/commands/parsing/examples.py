"""What to type, as the help of every command shows it."""

from __future__ import annotations

import argparse

#: command, "" for the help of them all -> what to type, and what it does
EXAMPLES = {
    "": {
        "checker preflight train.py": "look at the environment that is active",
        "checker preflight --requirements requirements.txt train.py": "before anything is installed",
        "checker explain silent-disagreement": "what a finding means",
        "checker help preflight": "the options of a command",
    },
    "preflight": {
        "checker preflight train.py": "the environment that is active, for what this script does",
        "checker preflight train.py --rehearse -- --epochs 3": "run the script itself, small and without a trace",
        "checker preflight --model taxi:build --data rides.csv --target-column tip": "a model without a script",
        "checker preflight --python ~/envs/tips train.py --fix": "another one; change it to what was proven",
    },
    "inspect": {
        "checker inspect model.onnx": "what it holds, what it needs, and whether the file is whole",
        "checker inspect model.onnx --python ~/envs/scoring": "whether that environment loads and runs it",
        "checker inspect model.onnx --target bigquery-ml --repair new.onnx": "a file that this place takes",
        "checker inspect mlruns/1/a1b2/artifacts/model --python ~/envs/scoring": "the folder of an MLflow model",
    },
    "report": {
        "checker report rows": "every report in the folder rows",
        "checker report rows --verbose": "with a table of the rows and their versions",
        "checker report a.json b.json --format markdown --output summary.md": "for the summary of a CI run",
    },
    "probe": {
        "checker probe train.py --output look.py": "a script to run there: it leaves checker-frames.jsonl",
        "checker preflight --from checker-frames.jsonl train.py": "the report on what it has seen, here",
    },
    "explain": {
        "checker explain": "the names of all rules",
        "checker explain silent-disagreement": "what happens, why, and what to do",
    },
    "canaries": {
        "checker canaries": "the models that can be tried",
        "checker preflight --canaries SVC,KMeans": "try these two in the environment that is active",
    },
    "targets": {
        "checker targets": "every place, with its limits",
        "checker targets --output targets.txt": "the same in a file",
    },
    "sweep": {
        "checker sweep --budget 90m": "whatever is not measured yet, for an hour and a half",
        "checker sweep conversions runtimes --python 3.11 --shard 1/4": "a part of it, for one of four machines",
    },
    "completions": {
        "checker completions bash --output ~/.checker-completions": "then `source` that file in ~/.bashrc",
        "checker completions fish --output ~/.config/fish/completions/checker.fish": "for fish",
    },
    "cache": {
        "checker cache": "where it is, and how large",
        "checker cache --prune 100": "keep at most 100 MB of it",
        "checker cache --clear": "remove it",
    },
    "bisect": {
        "checker bisect skl2onnx train.py": "in the environment that is active",
        "checker bisect skl2onnx --python ~/envs/tips --between 1.14..1.17 train.py": "only these releases",
        "checker bisect mlflow train.py --format json --output mlflow.json": "for a program to read",
    },
    "repro": {
        "checker repro converter-and-estimator train.py --output repro.py": "the failure that this rule names",
        "checker repro KMeans --python ~/envs/tips --output repro.py": "a model of `checker canaries`",
        "checker repro KMeans --fixed --output fixed.py": "the same with what was proven: it passes",
    },
    "matrix": {
        "checker matrix tox --help": "what a command of this group does",
        'checker matrix tox --requires "scikit-learn>=1.4" --python 3.10-3.13': "the environments worth testing",
    },
    "matrix show": {
        'checker matrix show "python==3.11" "scikit-learn==1.4.2" "skl2onnx==1.16.0"': "what is known of these",
        "checker matrix show requirements.txt --canary SVC": "one model, under the pins of a file",
    },
    "matrix why": {
        'checker matrix why "python==3.11" "skl2onnx==1.16.0" SVC': "the measurements behind it",
        "checker matrix why requirements.txt KMeans": "the same for the pins of a file",
    },
    "matrix choose": {
        'checker matrix choose "python==3.9" "onnxruntime==1.14.1" train.py': "for the models of a script",
        'checker matrix choose "onnxruntime<=1.14" --output requirements.txt': "for the quick set, on any Python",
    },
    "matrix stats": {
        "checker matrix stats": "how much is measured, inferred and unknown",
        "checker matrix stats --format json": "for a program to read",
    },
    "matrix site": {
        "checker matrix site public": "pages in the folder public: open public/index.html",
        "checker matrix site --help": "what it takes",
    },
    "matrix verify": {
        "checker matrix verify": "the lines of evidence, and the file that ships",
        "checker matrix verify --sample 10 --seed 1": "and ten whole cells measured again",
    },
    "matrix tox": {
        'checker matrix tox --requires "scikit-learn>=1.4" --python 3.10-3.13': "a tox.ini",
        'checker matrix tox --requires "onnx<1.18" --python 3.11 --github': "a workflow of GitHub",
    },
}


class Shown(argparse.HelpFormatter):
    """A help whose examples stay as they are to be typed; everything else is as wide as the terminal."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        told, *shown = text.split("\n\n", 1)
        return "\n\n".join([super()._fill_text(told, width, indent), *shown])


def epilog(name: str, statuses: str) -> str:
    """What stands below the options of a command: what its statuses mean, then the examples."""
    rows = [f"  {command}\n      {what}" for command, what in EXAMPLES[name].items()]
    return "\n".join([f"{statuses}\n\nexamples:", *rows])

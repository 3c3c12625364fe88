"""Reading files and notebooks: magics, installations, imports, and what cannot be read."""

from __future__ import annotations

import json
import time
import tracemalloc
from pathlib import Path

import pytest

from checker.errors import CannotLook
from checker.model import Script
from checker.script import read


def script(tmp_path: Path, text: str, name: str = "train.py") -> Script:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read([path])


def test_imports_and_whether_they_are_sure(tmp_path: Path) -> None:
    text = "import onnx.helper as h, numpy\ntry:\n    import mlflow\nexcept ImportError:\n    mlflow = None\n"
    text += "def f():\n    from skl2onnx import to_onnx\nif __name__ == '__main__':\n    import onnxruntime\n"
    text += "from .own import thing\n"
    found = script(tmp_path, text)
    assert [(i.module, i.name, i.where, i.sure) for i in found.imports] == [
        ("onnx.helper", "", "train.py:1", True),
        ("numpy", "", "train.py:1", True),
        ("mlflow", "", "train.py:3", False),
        ("skl2onnx", "to_onnx", "train.py:7", False),
        ("onnxruntime", "", "train.py:9", True),
        (".own", "thing", "train.py:10", True),
    ]


def notebook(tmp_path: Path, *cells: object) -> Path:
    path = tmp_path / "train.ipynb"
    rows = [{"cell_type": "markdown", "source": ["# title"]}]
    rows += [{"cell_type": "code", "source": cell} for cell in cells]  # type: ignore[dict-item]
    path.write_text(json.dumps({"cells": rows, "nbformat": 4}))
    return path


def test_notebook_cells_magics_and_their_order(tmp_path: Path) -> None:
    path = notebook(
        tmp_path,
        ["import sklearn.utils\n", "%matplotlib inline\n", "files = !ls\n", "sklearn?"],
        [
            "#%pip install onnx==1.0\n",
            "!pip install -q \\\n",
            "  Scikit_Learn==0.20.3 'numpy>=1.16,<2' -r requirements.txt",
        ],
        "%%bash\npip install onnx==1.11.0 && echo done\nconda install -y -c conda-forge mlflow=1.10",
        "%%time\nfrom sklearn.linear_model import Ridge\nRidge().fit([[1.], [2.]], [1., 2.])",
        "this is no Python",
        "%conda install pandas\nget_ipython().system('pip install skl2onnx')",
    )
    found = read([path])
    assert [(i.where, i.requirements, i.after) for i in found.installs] == [
        ("train.ipynb:cell 2:2", ("scikit-learn==0.20.3", "numpy>=1.16,<2"), ("sklearn",)),
        ("train.ipynb:cell 3:1", ("onnx==1.11.0", "mlflow=1.10"), ("sklearn",)),
        ("train.ipynb:cell 6:1", ("pandas",), ("sklearn",)),
        ("train.ipynb:cell 6:2", ("skl2onnx",), ("sklearn",)),
    ]
    assert found.canaries[0].where == "train.ipynb:cell 4:3"
    assert list(found.notes) == [
        "Not all read: train.ipynb:cell 5:1 could not be parsed (invalid syntax); only its import statements count"
    ]
    assert [text.partition(":")[0] for text in found.unseen] == ["Not all read"]


INSTALLS = [
    ("subprocess.check_call([sys.executable, '-m', 'pip', 'install', '-q', 'numpy==2.2.6'])", ("numpy==2.2.6",)),
    ("subprocess.run(f'{sys.executable} -m pip install --index-url https://x/y onnx', shell=True)", ("onnx",)),
    (
        "os.system('pip3 install \"mlflow[extras]>=2\" ./local wheel/onnx-1.17.0-py3-none-any.whl')",
        ("mlflow[extras]>=2", "onnx==1.17.0"),
    ),
    ("pip.main(['install', 'protobuf<4'])", ("protobuf<4",)),
    ("os.system('uv pip install ml_dtypes; ls')", ("ml-dtypes",)),
    ("os.system('pip list')", None),
    ("subprocess.run(['ls', 'install'])", None),
]


@pytest.mark.parametrize(("text", "expected"), INSTALLS)
def test_installs(tmp_path: Path, text: str, expected: tuple[str, ...] | None) -> None:
    found = script(tmp_path, f"import os, sys, subprocess, pip\nimport numpy\n{text}\nimport sklearn\n")
    assert [i.requirements for i in found.installs] == ([] if expected is None else [expected])
    assert all(
        i.after == ("os", "sys", "subprocess", "pip", "numpy") and i.where == "train.py:3" for i in found.installs
    )


def test_an_install_under_a_condition_is_a_note(tmp_path: Path) -> None:
    text = "import sys, os\nif 'google.colab' in sys.modules:\n    os.system('pip install onnx')\n"
    text += "try:\n    import onnx\nexcept ImportError:\n    os.system('pip install onnx')\n"
    found = script(tmp_path, text)
    assert found.installs == ()
    assert found.notes == ("train.py:3 installs only under a condition: pip install onnx",)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.py", None, "No such file"),
        ("folder", "folder", "Is a directory"),
        ("a.py", b"x = '\xff\xfe'\n", "is not a text in UTF-8"),
        ("a.py", b"# coding: nonsense\n", "is not a text in UTF-8"),
        ("a.ipynb", b"print(1)", "it is not JSON"),
        ("a.ipynb", b"", "it has no cells"),
        ("a.ipynb", b"[1]", "it has no cells"),
        ("a.ipynb", b'{"cells": 3}', "it has no cells"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, content: object, message: str) -> None:
    path = tmp_path / name
    if content == "folder":
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    with pytest.raises(CannotLook) as caught:
        read([path])
    assert message in caught.value.message
    assert caught.value.hint
    assert caught.value.code == 3


WEIRD = [
    b"",
    b"\n\n",
    b"\xef\xbb\xbfimport numpy\r\nimport onnx\r\n",
    b"# -*- coding: latin-1 -*-\nimport numpy\nx = '\xe9'\n",
    b"import numpy\n\tx = 1\n        y = 2\n",
    b"import numpy\nprint 'old'\n",
    b"import numpy\nexec 'x' in {}\n",
    b"import numpy\ntype X[T] = list[T]\ndef f[T](x: T): ...\n",
    b"import numpy\nx = 1\x00\n",
    b"import numpy\nx = " + b"(" * 300 + b")" * 300 + b"\n",
    b"import numpy\nx = " + b"-" * 5000 + b"1\n",
    b"import numpy\nx = [0] * 10 ** 12; y = 2 ** 10 ** 10; z = 'a' * 10 ** 9; w = 9 ** 9 ** 9 ** 9\n",
    b"import numpy\ndef f(): return f()\nf()\ng = lambda: g()\ng()\n",
    b"import numpy\nwhile True:\n    pass\nfor i in range(10 ** 9):\n    x = i\n",
    b"import numpy\nreturn 3\nbreak\nyield 3\n",
    b"import numpy\na, *b = 1, 2, 3\na[0][1].c = {}[1]\ndel a\nassert a, 1 / 0\nx = y = a[1:2, ..., None]\n",
    b"import numpy\nfrom sklearn.linear_model import *\nRidge(*a, **b).fit(*c)\nRidge().fit()\n",
    b"import numpy\nx = numpy.array([[1, 2], [3]]) + numpy.array('a')[numpy.newaxis] * {}\nnumpy.c_[1]\n",
    b"import numpy\nmatch numpy:\n    case {'a': 1}: import onnx\n",
    b"import numpy\nimport pandas as pd\ndf = pd.DataFrame()\ndf[df[3]] = df.iloc[1]\ndf.columns = 3\npd.concat(3)\n",
    b"import numpy\nx = [[[[y for a in x] for b in range(99)] for c in range(99)] for d in range(99)]\n",
]


@pytest.mark.parametrize("content", WEIRD, ids=range(len(WEIRD)))
def test_weird_scripts_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(content)
    problem = ""
    try:
        found = read([path])
    except CannotLook as error:
        problem = error.message
    empty = "no code" in problem and b"numpy" not in content
    assert empty or "could not be parsed" in problem or "numpy" in found.modules


def test_a_script_for_another_python_is_refused_with_line_and_reason(tmp_path: Path) -> None:
    with pytest.raises(CannotLook, match=r"train\.py:3 could not be parsed \(Missing parentheses"):
        script(tmp_path, "import onnx\nimport sklearn\nprint 'hello'\n")


GROWING = {
    "list": "x = [1]\nfor i in range(100):\n    x = x + x\n",
    "text": "x = 'a'\nfor i in range(100):\n    x = f'{x}{x}'\n",
    "replaced": "x = 'a'\nfor i in range(50):\n    x = x.replace('a', 'a' * 10)\n",
    "joined": "x = 'ab'\nfor i in range(50):\n    x = x.join([x, x, x, x])\n",
    "number": "x = 2\nfor i in range(100):\n    x = x * x\n",
    "nested": "x = [1]\nfor i in range(200):\n    x = [x, x]\n",
    "padded": "x = '{:1000000000}'.format(1)\ny = '%1000000000d' % 3\n",
    "columns": "import pandas as pd\ndf = pd.read_csv('a')\nfor i in range(200):\n    for j in range(200):\n"
    "        df[f'{i} {j}'] = df['a']\n",
}


@pytest.mark.parametrize("text", GROWING.values(), ids=GROWING)
def test_what_grows_in_a_loop_is_bounded_and_the_rest_is_read(tmp_path: Path, text: str) -> None:
    tracemalloc.start()
    start = time.process_time()
    found = script(tmp_path, text + "from sklearn.linear_model import Ridge\nmodel = Ridge().fit(X, y)\n")
    seconds, most = time.process_time() - start, tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [c.make for c in found.canaries] == ["sklearn.linear_model.Ridge()"]
    assert most < 50_000_000
    assert seconds < 10  # traced, five times slower than it is


def test_arguments_that_double_with_every_call_are_followed_as_far_as_anything(tmp_path: Path) -> None:
    text = "def f(*a, **k):\n    return f(*a, *a, **k)\n" + "f(1, 2)\n" * 1000
    start = time.process_time()
    assert "as far as it was followed" in script(tmp_path, text).notes[0]
    assert time.process_time() - start < 2


def test_a_script_that_is_too_long_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotLook, match="too long"):
        script(tmp_path, "x = 1\n" * 100_000)

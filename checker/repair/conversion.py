"""Operators in the forms of an earlier opset: made by onnx's own version converter, in a throwaway environment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ..artifact import read
from ..errors import CannotLook
from ..knowledge import Knowledge, Limits
from ..model import Artifact
from ..places.making import interpreters
from ..rules.onnxfiles.needs import as_used, beyond
from ..world.files import absolute
from ..world.pythons import MINORS
from ..world.sandbox import run_script, scratch_folder

#: the domain whose operators the converter knows
DOMAIN = "ai.onnx"
#: seconds that a conversion may take, with the making of its environment
PATIENCE = 600.0
#: what the environment's Python does: from the lowest opset upwards, the first to which the converter knows the way;
#: of the model, only the operators and their opset are taken from what it makes
CONVERT = """# /// script
# dependencies = ["onnx=={version}"]
# ///
import onnx
from onnx import version_converter
model = onnx.load({source!r})
why = "it names no way"
for opset in range({lowest}, {highest}):
    try:
        made = version_converter.convert_version(model, opset)
    except Exception as error:
        why = str(error).replace("\\n", " ")[-120:]
        continue
    for ends in ("input", "output"):
        del getattr(made.graph, ends)[:]
        getattr(made.graph, ends).extend(getattr(model.graph, ends))
    model.graph.CopyFrom(made.graph)
    others = [one for one in model.opset_import if one.domain not in ("", "ai.onnx")]
    del model.opset_import[:]
    model.opset_import.extend([onnx.helper.make_opsetid("", opset), *others])
    onnx.save(model, {target!r})
    print("converted to", opset)
    break
else:
    print("refused:", why)
"""


@dataclass(frozen=True)
class Converted:
    """A file with its operators in earlier forms, as a scratch file; None where there is none, and why."""

    path: Path | None
    told: str


def opset_asked(artifact: Artifact, places: Sequence[Limits | None], knowledge: Knowledge) -> int | None:
    """The opset to which operators have to be converted; None where stamps can be lowered, or it would not help."""
    model = artifact.model
    if model is None or model.functions or model.external:
        return None
    used = as_used(model, knowledge, widened=True)
    over = [one for limits in places for one in (beyond(used, limits) if used else ())]
    return min(one.most for one in over) if over and {one.what for one in over} == {DOMAIN} else None


@contextmanager
def converted(artifact: Artifact, opset: int, knowledge: Knowledge, pythons: Sequence[Path]) -> Iterator[Converted]:
    """The file with its operators in forms that `opset` or one near above it has, for as long as it is used."""
    release = next((r for r in reversed(knowledge.releases("onnx")) if not r.yanked), None)
    base = next((b for _, b in interpreters(filter(release.supports, MINORS), pythons)), None) if release else None
    if release is None or base is None:
        yield Converted(None, "not converted: there is no Python here that has a release of onnx")
        return
    with scratch_folder() as folder:
        target = folder / Path(artifact.path).name
        told = {"version": release.version, "source": absolute(Path(artifact.path)), "target": absolute(target)}
        try:
            text = CONVERT.format(lowest=opset, highest=artifact.opsets[DOMAIN], **told)
            done = run_script(text, base, PATIENCE)
        except CannotLook as error:
            yield Converted(None, f"not converted: {error.message}")
            return
        said = (done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or ["nothing was said"])[-1]
        if not said.startswith("converted"):
            yield Converted(None, f"not converted: onnx {release.version} has no way to opset {opset} ({said[:160]})")
            return
        was, now = artifact.opsets[DOMAIN], read(target).opsets.get(DOMAIN)
        how = f"the operators, from opset {was} to {now}, by the version converter of onnx {release.version}"
        yield Converted(target, how)


def as_converted(
    artifact: Artifact, made: Converted, places: Sequence[Limits | None], knowledge: Knowledge
) -> Artifact:
    """What was read of the converted file; the artifact itself where there is none, or places do not take it either."""
    if made.path is None:
        return artifact
    new = replace(read(made.path), table=artifact.table)
    return artifact if new.faults or opset_asked(new, places, knowledge) else new

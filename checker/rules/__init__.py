"""The rules over artifacts and places, by hand, and what makes findings of rules; `environment` has the others.

A rule is a pure function from a `Case` to findings. The order matters in one way: among rules of one stage the specific
ones come first, since a generic finding about a failure is dropped when a specific one explains it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from ..model import Artifact, Case, Finding, Rule, Severity, Stage, Step, Subject
from . import rehearsal
from .artifacts import contract, files, mlmodel, mlmodel_used, pickled, pickled_lost, store
from .expected import as_measured
from .onnxfiles import known as known_of_files
from .onnxfiles import operators, stamps
from .onnxfiles import running as artifact_running
from .places import columns, forms, registered, shapes
from .places import stamps as stamps_of_places
from .places.together import all_at_once

#: rules over the places in which a model is to be used: they read what a training made, and what a script will make
PLACES: tuple[Rule[Any], ...] = (
    forms.form_not_taken,
    stamps_of_places.stamp_beyond_target,
    stamps_of_places.opset_below_target,
    forms.operators_not_taken,
    shapes.inputs_not_taken,
    shapes.type_not_taken,
    shapes.maps_not_taken,
    forms.file_not_taken,
    stamps_of_places.target_refuses,
    forms.target_retired,
    forms.target_unknown,
)

#: rules over what a training made
ARTIFACT: tuple[Rule[Artifact], ...] = (
    artifact_running.checker_refuses_file,
    files.broken_file,
    files.external_data_missing,
    files.external_data_outside,
    pickled.pickle_runs_code,
    pickled.pickle_protocol_too_new,
    pickled.byte_code_of_another_python,
    pickled.python_2_wrote_it,
    pickled.packing_not_installed,
    pickled_lost.saved_name_lost,
    pickled_lost.saved_package_missing,
    pickled_lost.own_code_missing,
    pickled_lost.arrays_padded,
    pickled_lost.array_layout_changed,
    pickled_lost.helper_refuses,
    pickled.saved_by_other_release,
    mlmodel.no_python_function,
    mlmodel.loading_runs_code,
    mlmodel.flavor_library_missing,
    mlmodel.other_library_release,
    mlmodel_used.written_by_newer_mlflow,
    mlmodel.onnx_package_missing,
    store.store_newer_than_client,
    stamps.stamps_beyond_runtime,
    operators.operators_of_own,
    operators.operators_beside_stamps,
    operators.locale_of_file,
    artifact_running.operator_not_implemented,
    artifact_running.graph_wrong,
    mlmodel_used.folder_not_loaded,
    artifact_running.file_not_loaded,
    pickled_lost.saved_attribute_missing,
    mlmodel_used.example_refused,
    mlmodel_used.example_not_read,
    mlmodel_used.columns_fed_flat,
    contract.signature_against_inputs,
    mlmodel_used.folder_not_scored,
    artifact_running.answers_vary,
    artifact_running.file_not_run,
    artifact_running.reference_disagrees,
    known_of_files.runtime_known_bad,
    store.store_would_be_migrated,
    contract.no_signature,
    contract.example_not_there,
    registered.signature_for_target,
    columns.input_without_column,
    columns.column_not_fitting,
)


def rules_over(subject: type) -> tuple[Rule[Any], ...]:
    """The rules that read a kind of subject; those over environments are imported where there is one."""
    if subject is Artifact:
        return (*ARTIFACT, *PLACES)
    from .environment import ENVIRONMENT

    return (*ENVIRONMENT, *PLACES)


def diagnose(case: Case[Subject], rules: Iterable[Rule[Any]] | None = None) -> tuple[Finding, ...]:
    """Every finding of every rule for such a subject (None: all that there are), echoes dropped, the cause first."""
    read = rules_over(type(case.subject)) if rules is None else rules
    specific_first = sorted(read, key=lambda rule: rule.generic)
    found = without_echoes(finding for rule in specific_first for finding in rule(case))
    return tuple(sorted(as_measured(case, rehearsal.decide(case, all_at_once(found))), key=rank))


def against_places(case: Case[Subject]) -> list[Finding]:
    """What blocks in the places in which a model is to be used."""
    found = (finding for rule in PLACES for finding in rule(case))
    return [finding for finding in found if finding.severity is Severity.BLOCKER]


def diagnose_artifact(case: Case[Artifact]) -> tuple[Finding, ...]:
    """Every finding about an artifact, and about the environment that is to use it where that is known."""
    found, seen = list(diagnose(case)), case.subject.consumer
    if seen is not None and not case.subject.faults:
        own = {canary.name for canary in case.script.canaries} if case.script else set()
        others = tuple(o for o in seen.outcomes if o.subject not in own)
        found += diagnose(Case(replace(seen, outcomes=others), case.script, case.knowledge))
    return tuple(sorted(without_echoes(found), key=rank))


def without_echoes(findings: Iterable[Finding]) -> list[Finding]:
    """Drop each finding whose failures were all explained by one before it; what says the same again is one finding."""
    kept: dict[tuple[str, str], Finding] = {}
    explained: set[Step] = set()
    for finding in findings:
        # what a place has against a model is told thing by thing
        if finding.explains and set(finding.explains) <= explained and finding.stage is not Stage.TARGET:
            continue
        explained |= set(finding.explains)
        same = kept.setdefault((finding.rule, finding.message), finding)
        if same is not finding:
            kept[finding.rule, finding.message] = replace(same, explains=same.explains + finding.explains)
    return list(kept.values())


def rank(finding: Finding) -> tuple[int, bool, int, int]:
    """Blockers first, then what is asked for, then by stage, then by how it is known."""
    return finding.severity.order, finding.out_of_scope, finding.stage.order, finding.basis.order

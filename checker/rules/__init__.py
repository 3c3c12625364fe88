"""All rules, by hand, and what makes findings of them.

A rule is a pure function from a `Case` to findings. The order matters in one way: among rules of one stage the specific
ones come first, since a generic finding about a failure is dropped when a specific one explains it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..model import Case, Finding, Rule, Stage, Step
from .importing import imports, interfaces, origins, references
from .installation import damage, install, resolve
from .models import conversion, known, parity, registry, running, runtime

S = Stage

#: rules whose findings give way to any other finding that explains the same failure
GENERIC = (
    "import-failed",
    "conversion-failed",
    "load-failed",
    "run-failed",
    "requirements-conflict",
    "mlflow-scoring",
    "mlflow-loading",
)

ALL: tuple[Rule, ...] = (
    Rule(
        "no-wheel-for-python", "A pinned release has no wheel for this Python", S.RESOLVE, resolve.no_wheel_for_python
    ),
    Rule("requirements-conflict", "The requirements contradict each other", S.RESOLVE, resolve.requirements_conflict),
    Rule("missing-package", "A package of the path is not installed", S.INSTALL, install.missing_package),
    Rule(
        "duplicate-metadata",
        "Two metadata folders, or metadata that disagree with the code",
        S.INSTALL,
        damage.duplicate_metadata,
    ),
    Rule("mixed-files", "Files are missing or were replaced", S.INSTALL, damage.mixed_files),
    Rule("leftover", "Something is left of an installation", S.INSTALL, damage.leftover),
    Rule("wrong-wheel", "Built for another Python or platform", S.INSTALL, damage.wrong_wheel),
    Rule("editable-gone", "An editable install without its source", S.INSTALL, damage.editable_gone),
    Rule("shared-folder", "Two distributions own the same files", S.INSTALL, damage.shared_folder),
    Rule("search-path", "The search path is not the environment's own", S.INSTALL, damage.search_path),
    Rule("declared-conflict", "Declared requirements are not met", S.INSTALL, install.declared_conflict),
    Rule("stale-kernel", "A kernel holds another release than the disk", S.IMPORT, origins.stale_kernel),
    Rule(
        "installs-over-import", "The script installs over what it has imported", S.IMPORT, origins.installs_over_import
    ),
    Rule("shadowed-module", "A module is answered from the wrong place", S.IMPORT, origins.shadowed_module),
    Rule(
        "environment-variable", "A variable asks for what is not installed", S.IMPORT, interfaces.environment_variable
    ),
    Rule("numpy-interface", "Built for another numpy", S.IMPORT, interfaces.numpy_interface),
    Rule("protobuf-code", "Generated code does not fit protobuf", S.IMPORT, interfaces.protobuf_code),
    Rule(
        "undeclared-dependency", "A module that nobody declared is missing", S.IMPORT, references.undeclared_dependency
    ),
    Rule("removed-name", "A name that another package does not have", S.IMPORT, references.removed_name),
    Rule("import-failed", "A package fails to import", S.IMPORT, imports.import_failed),
    Rule("fit-failed", "An estimator cannot be fitted", S.FIT, conversion.fit_failed),
    Rule("opset-beyond-onnx", "A target_opset that onnx does not have", S.CONVERT, conversion.opset_beyond_onnx),
    Rule("converter-missing", "No converter for an estimator or option", S.CONVERT, conversion.converter_missing),
    Rule(
        "converter-and-estimator",
        "The converter was made for another scikit-learn",
        S.CONVERT,
        conversion.converter_and_estimator,
    ),
    Rule("removed-in-converter", "A converter uses a removed name", S.CONVERT, conversion.removed_in_converter),
    Rule("attribute-type", "A value that onnx cannot store", S.CONVERT, conversion.attribute_type),
    Rule("conversion-failed", "A conversion fails", S.CONVERT, conversion.conversion_failed),
    Rule("checker-complains", "The ONNX checker complains", S.CHECK, conversion.checker_complains),
    Rule(
        "opset-or-ir-beyond-runtime",
        "The runtime is older than the model's stamps",
        S.LOAD,
        runtime.opset_or_ir_beyond_runtime,
    ),
    Rule(
        "operator-without-kernel", "The runtime has no kernel for an operator", S.LOAD, runtime.operator_without_kernel
    ),
    Rule("system-locale", "The system lacks a locale", S.LOAD, runtime.system_locale),
    Rule("providers-required", "A session needs providers", S.LOAD, runtime.providers_required),
    Rule("output-type", "A declared output type that the operator does not give", S.LOAD, runtime.output_type),
    Rule("mlflow-loading", "MLflow does not load the model back", S.LOAD, registry.mlflow_loading),
    Rule("load-failed", "The runtime refuses the model", S.LOAD, runtime.load_failed),
    Rule("input-type-or-rank", "Fed another type or shape than declared", S.RUN, running.input_type_or_rank),
    Rule("zipmap", "Outputs by names that the model does not have", S.RUN, running.zipmap),
    Rule("custom-operator", "An operator that only one runtime has", S.RUN, running.custom_operator),
    Rule("mlflow-scoring", "MLflow does not score the model", S.RUN, registry.mlflow_scoring),
    Rule("run-failed", "The model cannot be run", S.RUN, running.run_failed),
    Rule("silent-disagreement", "The model runs and answers wrongly", S.PARITY, parity.silent_disagreement),
    Rule("known-bad-release", "A release that was measured to misbehave", S.PARITY, known.known_bad_release),
    Rule("edge-disagreement", "Values on a tree's threshold go the other way", S.PARITY, parity.edge_disagreement),
    Rule("mlflow-logging", "MLflow does not log the model", S.REGISTER, registry.mlflow_logging),
)


def diagnose(case: Case) -> tuple[Finding, ...]:
    """Every finding of every rule, echoes dropped, the cause first."""
    found = [finding for rule in ALL for finding in rule.check(case)]
    return tuple(sorted(without_echoes(found), key=rank))


def without_echoes(findings: Iterable[Finding]) -> list[Finding]:
    """Drop each finding whose failures were all explained by one before it; what says the same again is one finding."""
    kept: dict[tuple[str, str], Finding] = {}
    explained: set[Step] = set()
    for finding in sorted(findings, key=lambda f: f.rule in GENERIC):
        if finding.explains and set(finding.explains) <= explained:
            continue
        explained |= set(finding.explains)
        same = kept.setdefault((finding.rule, finding.message), finding)
        if same is not finding:
            kept[finding.rule, finding.message] = replace(same, explains=same.explains + finding.explains)
    return list(kept.values())


def rank(finding: Finding) -> tuple[int, bool, int, int]:
    """Blockers first, then what is asked for, then by stage, then by how it is known."""
    return finding.severity.order, finding.out_of_scope, finding.stage.order, finding.basis.order

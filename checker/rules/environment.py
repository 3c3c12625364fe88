"""The rules over environments, by hand; and all rules there are, for what tells of them."""

from __future__ import annotations

from typing import Any

from ..model import Observation, Rule
from . import ARTIFACT, PLACES, rehearsal
from .importing import imports, interfaces, origins, references
from .installation import damage, install, parts, resolve, wanted, written
from .models import conversion, differences, hints, known, parity, registry, running, runtime
from .onnxfiles import built
from .order import story, unfitted
from .places import servers
from .serving import scoring

#: rules over an environment, in causal order
ENVIRONMENT: tuple[Rule[Observation], ...] = (
    written.mistyped_requirement,
    written.release_never_made,
    written.package_unknown,
    written.stub_package,
    written.build_failed,
    written.needs_building,
    resolve.no_wheel_for_python,
    resolve.requirements_conflict,
    install.missing_package,
    wanted.other_release_wanted,
    parts.mixed_parts,
    damage.duplicate_metadata,
    damage.mixed_files,
    damage.leftover,
    damage.wrong_wheel,
    damage.editable_gone,
    damage.shared_folder,
    damage.search_path,
    install.declared_conflict,
    origins.stale_kernel,
    origins.installs_over_import,
    origins.shadowed_module,
    interfaces.environment_variable,
    interfaces.numpy_interface,
    interfaces.protobuf_code,
    references.undeclared_dependency,
    references.removed_name,
    imports.import_failed,
    rehearsal.saved_by_another_release,
    rehearsal.script_fails,
    conversion.fit_failed,
    unfitted.converted_unfitted,
    built.graph_of_script,
    conversion.opset_beyond_onnx,
    conversion.opset_beyond_converter,
    hints.fractions_of_integers,
    hints.opset_too_low,
    hints.option_refused,
    hints.list_for_array,
    hints.sampler_in_pipeline,
    hints.converter_not_registered,
    hints.columns_by_name,
    hints.own_class_unconverted,
    hints.function_unconverted,
    conversion.types_missing,
    conversion.converter_missing,
    conversion.converter_and_estimator,
    conversion.removed_in_converter,
    conversion.attribute_type,
    conversion.form_of_data,
    conversion.conversion_failed,
    conversion.checker_complains,
    runtime.opset_or_ir_beyond_runtime,
    runtime.operator_without_kernel,
    runtime.system_locale,
    runtime.providers_required,
    runtime.output_type,
    runtime.zipmap_shape,
    registry.mlflow_loading,
    runtime.load_failed,
    scoring.signature_refuses,
    scoring.served_type_or_rank,
    scoring.prediction_names,
    scoring.answers_in_one_table,
    running.input_type_or_rank,
    running.zipmap,
    running.input_renamed,
    running.answers_unpacked,
    running.scores_as_maps,
    running.width_not_declared,
    running.custom_operator,
    scoring.mlflow_scoring,
    running.run_failed,
    differences.numbers_too_large,
    differences.inputs_out_of_order,
    differences.missing_whole_numbers,
    differences.letters_beyond_ascii,
    differences.absent_or_zero,
    differences.label_from_ties,
    differences.rare_categories,
    differences.scores_of_pipeline,
    parity.silent_disagreement,
    known.known_bad_release,
    parity.edge_disagreement,
    parity.beyond_the_rows,
    known.measured_otherwise,
    registry.tracking_database,
    servers.tracking_server,
    story.calls_contradict,
    registry.mlflow_logging,
    servers.tracking_server_unknown,
)

#: rules over whatever there is
ALL: tuple[Rule[Any], ...] = (*ENVIRONMENT, *ARTIFACT, *PLACES)

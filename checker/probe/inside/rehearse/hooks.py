"""Replacing what a script is watched by, when the module that has it was imported."""

import functools
import importlib.abc
import importlib.machinery
import sys
from typing import Any

from .leaving.shared import Shared
from .lock import refusing


class Hooked(importlib.abc.Loader):
    """A loader that calls `after(module)` when its module has been executed."""

    def __init__(self, loader: Any, after: Any) -> None:
        self.loader, self.after = loader, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self.loader, name)

    def create_module(self, spec: Any) -> Any:
        """As the real loader does."""
        return self.loader.create_module(spec)

    def exec_module(self, module: Any) -> None:
        """As the real loader does; it is the module's loader afterwards."""
        self.loader.exec_module(module)
        module.__loader__ = module.__spec__.loader = self.loader
        self.after(module)


class Finder(importlib.abc.MetaPathFinder):
    """Finds the modules that are to be hooked, by asking all other finders."""

    def __init__(self, hooks: dict) -> None:
        self.hooks = hooks

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """The spec with a hooked loader, None for any other module."""
        if name not in self.hooks:
            return None
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target) if finder is not self else None
            if spec is not None:
                if hasattr(spec.loader, "exec_module"):
                    spec.loader = Hooked(spec.loader, self.hooks[name])
                return spec
        return None


def draw_nowhere(module: Any) -> None:
    """Let plots be drawn as they are where there is no screen, and shown nowhere, whatever a script asks for.

    Matplotlib itself calls these functions too.
    """
    for name in ("use", "switch_backend"):
        real = getattr(module, name, None)
        if real is not None:
            setattr(module, name, lambda *_, real=real, **__: real("agg"))
    if hasattr(module, "show"):
        module.show = lambda *_, **__: None


def ask_nobody(module: Any) -> None:
    """Let nobody be asked for a password."""
    module.getpass = refusing("the rehearsal has nobody who answers getpass()")


def watch_modules(watch: Any, small: Any, stores: Any) -> None:
    """Hook the modules in which a script meets the path, and those that would leave something."""
    shared = Shared(stores.folder + "/shared")
    sys.meta_path.insert(
        0,
        Finder(
            {
                "sklearn.base": functools.partial(small.watch_derived, "BaseEstimator"),
                "pyod.models.base": functools.partial(small.watch_derived, "BaseDetector"),
                "catboost.core": small.watch_classes,
                "joblib.parallel": small.stay_in_process,
                "skl2onnx.convert": watch.skl2onnx,
                "onnxmltools.convert.main": watch.onnxmltools,
                "onnxruntime.capi.onnxruntime_inference_collection": watch.onnxruntime,
                "onnxruntime.capi.session": watch.onnxruntime,
                "getpass": ask_nobody,
                "multiprocessing.shared_memory": shared.memory,
                "multiprocessing.synchronize": shared.semaphores,
                "joblib.externals.loky.backend.synchronize": shared.semaphores,
                "loky.backend.synchronize": shared.semaphores,
                "matplotlib": draw_nowhere,
                "matplotlib.pyplot": draw_nowhere,
                **small.parts.hooks(),
                "mlflow.utils.uri": stores.addresses,
                "mlflow.tracking.registry": stores.registries,
                "mlflow.tracking.client": stores.answers,
                "mlflow.tracking.fluent": stores.answers,
                "mlflow.tracking._model_registry.fluent": stores.answers,
                "mlflow.store.artifact.artifact_repository_registry": stores.artifacts,
            }
        ),
    )

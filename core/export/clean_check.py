"""Opens an export as a stranger would.  Run by path in a clean process; imports nothing of ours.

Usage: ``python -I clean_check.py KIND EXPORT FOLDER``.  Reads ``pictures.npy`` (uint8) from FOLDER
and writes ``answers.npy`` (float32, one row of probabilities a picture) beside it; for a script,
writes ``answers.json`` with the output shapes and the parameter count of the model that it builds.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

BATCH = 256


def main() -> None:
    """Open the export and note what it answers."""
    kind, export, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if kind == "python":
        (folder / "answers.json").write_text(json.dumps(_build(export)))
        return
    pictures = np.load(folder / "pictures.npy")
    answer = {"keras": _keras, "savedmodel": _savedmodel}[kind](export)
    parts = [answer(pictures[at : at + BATCH]) for at in range(0, len(pictures), BATCH)]
    np.save(folder / "answers.npy", np.concatenate(parts).astype(np.float32))


def _keras(export: str) -> Any:
    import keras

    sys.setrecursionlimit(100_000)
    model = keras.models.load_model(export)
    return lambda pictures: model.predict_on_batch(pictures)


def _savedmodel(export: str) -> Any:
    import tensorflow as tf

    endpoint = tf.saved_model.load(export).signatures["serving_default"]
    return lambda pictures: next(iter(endpoint(tf.constant(pictures)).values())).numpy()


def _build(script: str) -> dict[str, object]:
    sys.setrecursionlimit(100_000)
    spec = importlib.util.spec_from_file_location("exported", script)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    model = module.build_model()
    # A functional model counts its input among the layers, a Sequential one does not.
    layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    shapes = [list(layer.output.shape[1:]) for layer in layers]
    return {"shapes": shapes, "parameters": model.count_params()}


if __name__ == "__main__":
    main()

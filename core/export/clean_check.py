"""Opens an export as a stranger would.  Run by path in a clean process; imports nothing of ours.

Usage: ``python -I clean_check.py KIND EXPORT FOLDER``.  Reads ``pictures.npy`` (uint8) from FOLDER
and writes ``answers.npy`` (float32, one row of probabilities a picture) beside it; where an export
takes files too, ``files.npy`` for the first pictures as PNGs; for a script, writes ``answers.json``
with the output shapes and the parameter count of the model that it builds.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

BATCH = 256
FILES = 100
"""How many pictures are given as files too; packing and unpacking them takes its time."""


def main() -> None:
    """Open the export and note what it answers."""
    kind, export, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    if kind == "python":
        (folder / "answers.json").write_text(json.dumps(_build(export)))
        return
    pictures = np.load(folder / "pictures.npy")
    answer, answer_files = {"keras": _keras, "savedmodel": _savedmodel}[kind](export)
    parts = [answer(pictures[at : at + BATCH]) for at in range(0, len(pictures), BATCH)]
    np.save(folder / "answers.npy", np.concatenate(parts).astype(np.float32))
    if answer_files is not None:
        np.save(folder / "files.npy", answer_files(pictures[:FILES]).astype(np.float32))


def _keras(export: str) -> tuple[Any, Any]:
    import keras

    sys.setrecursionlimit(100_000)
    model = keras.models.load_model(export)
    return lambda pictures: model.predict_on_batch(pictures), None


def _savedmodel(export: str) -> tuple[Any, Any]:
    import tensorflow as tf

    endpoints = tf.saved_model.load(export).signatures

    def ask(name: str, values: Any) -> Any:
        return next(iter(endpoints[name](tf.constant(values)).values())).numpy()

    def as_files(pictures: Any) -> Any:
        return ask("encoded", [tf.io.encode_png(picture).numpy() for picture in pictures])

    return lambda pictures: ask("serving_default", pictures), as_files


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

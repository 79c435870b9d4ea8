"""The proof: a clean process opens the export and must answer like the model it came from."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import numpy.typing as npt

from core.data.places import keras_home
from core.data.rows import Pictures
from core.export.formats import Format

if TYPE_CHECKING:
    import keras

CHECK = Path(__file__).parent / "clean_check.py"
PICTURES = 1_000
"""How many held-out pictures are compared, if there are as many."""
TOLERANCE = 1e-4
"""Largest difference of any probability; float formats were measured below 2e-5."""
MINUTES = 10


class ProofError(Exception):
    """An export does not open or does not answer the same; the text says what was found."""


class Proof(msgspec.Struct, frozen=True):
    """What a clean process found.

    Attributes:
        pictures: How many were compared; 0 where the format is a script.
        largest_difference: Of any probability.
        agreement: Share of pictures with the same answer, 0 to 1.
        accuracy: Of the export on these pictures, 0 to 1; None for a script.
        words: The same in a sentence.
    """

    pictures: int
    largest_difference: float
    agreement: float
    accuracy: float | None
    words: str


def prove(
    entry: Format,
    export: Path,
    model: keras.Model,
    pictures: Pictures,
    labels: npt.NDArray[np.int32],
    cancelled: Callable[[], bool] = lambda: False,
) -> Proof:
    """Compare an export with its model.

    Raises:
        ProofError: It does not open, answers differently, or was cancelled.
    """
    with tempfile.TemporaryDirectory(prefix="layerloom-proof-") as name:
        folder = Path(name)
        np.save(folder / "pictures.npy", pictures[:PICTURES])
        _run(entry, export, folder, cancelled)
        if entry.proof == "python":
            return _same_model(json.loads((folder / "answers.json").read_text()), model)
        answers = np.load(folder / "answers.npy")
        of_files = folder / "files.npy"
        files = np.load(of_files) if of_files.exists() else None
    proof = _same_answers(answers, model, pictures[:PICTURES], labels[:PICTURES])
    return proof if files is None else _same_of_files(files, answers, proof)


def proof_bytes(pictures: Pictures) -> int:
    """What a proof writes to the folder for temporary files, about."""
    return math.prod(pictures.shape[1:]) * min(PICTURES, len(pictures))


def _run(entry: Format, export: Path, folder: Path, cancelled: Callable[[], bool]) -> None:
    """Run the clean process and wait for it.

    Raises:
        ProofError: It failed, took too long, or was cancelled.
    """
    log = folder / "log.txt"
    environment = os.environ | {
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "-1",
        # A script finds weights that were downloaded once; Keras looks for them in its own home.
        "KERAS_HOME": str(keras_home() if entry.proof == "python" else folder),
        # Threads of the engine's own settings must not leak into the stranger's process.
        "PYTHONPATH": "",
    }
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-I", str(CHECK), entry.proof, str(export), str(folder)],
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            cwd=folder,
            env=environment,
        )
        end = time.monotonic() + MINUTES * 60
        try:
            while process.poll() is None:
                if cancelled():
                    raise ProofError("it was cancelled.")
                if time.monotonic() > end:
                    raise ProofError(f"opening it took more than {MINUTES} minutes.")
                time.sleep(0.1)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
    if process.returncode != 0:
        lines = log.read_text(errors="replace").strip().splitlines()
        raise ProofError(
            f"a clean process could not open it: {lines[-1] if lines else 'no reason given'}"
        )


def _same_answers(
    answers: npt.NDArray[np.float32],
    model: keras.Model,
    pictures: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int32],
) -> Proof:
    expected = np.asarray(model.predict(pictures, batch_size=256, verbose=0), np.float32)
    if answers.shape != expected.shape:
        raise ProofError(f"it answers with {answers.shape}, not {expected.shape}.")
    difference = float(np.abs(answers - expected).max())
    same = answers.argmax(-1) == expected.argmax(-1)
    agreement = float(same.mean())
    if not difference <= TOLERANCE:
        raise ProofError(
            f"it predicts differently: by up to {difference:.2g} in a probability, and "
            f"{agreement:.1%} of {len(pictures):,} answers agree."
        )
    accuracy = float((answers.argmax(-1) == labels).mean())
    same_words = "all" if agreement == 1 else f"{agreement:.2%}"
    return Proof(
        len(pictures),
        difference,
        agreement,
        accuracy,
        f"A clean process answered the same for {same_words} of {len(pictures):,} held-out "
        f"pictures; {_difference_words(difference)}.",
    )


def _same_of_files(
    files: npt.NDArray[np.float32], answers: npt.NDArray[np.float32], proof: Proof
) -> Proof:
    """The proof, if files are answered as the pixels in them are."""
    difference = float(np.abs(files - answers[: len(files)]).max())
    if not difference <= TOLERANCE:
        raise ProofError(
            f"it answers PNG files otherwise than their pixels: by up to {difference:.2g} in a "
            "probability."
        )
    return msgspec.structs.replace(
        proof,
        largest_difference=max(difference, proof.largest_difference),
        words=f"{proof.words} Given as PNG files, {len(files):,} of them were answered alike.",
    )


def _difference_words(difference: float) -> str:
    if difference == 0:
        return "its probabilities are the very same"
    return f"its probabilities differ by at most {difference:.1e}"


def _same_model(built: dict[str, object], model: keras.Model) -> Proof:
    shapes = [list(layer.output.shape[1:]) for layer in model.layers[1:]]
    if built != {"shapes": shapes, "parameters": model.count_params()}:
        raise ProofError("the script builds another model than the one that was trained.")
    return Proof(
        0,
        0.0,
        1.0,
        None,
        f"Ran in a clean process: builds the same {len(shapes)} layers with "
        f"{model.count_params():,} parameters.",
    )

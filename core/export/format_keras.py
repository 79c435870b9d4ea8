"""Keras's own file, ``.keras``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.export.formats import Format

if TYPE_CHECKING:
    import keras

    from core.project import Project


def write(model: keras.Model, project: Project, path: Path) -> None:
    """Write the model with its weights, compiled so that ``evaluate`` works at once.

    No custom objects: the optimiser is a fresh one of the plan's kind at a constant rate.
    """
    import keras

    from core.training.steps import make_optimizer

    optimizer = make_optimizer(project.plan)
    # Keras builds an optimiser when it loads a compiled model, and wants its variables in the file.
    optimizer.build(model.trainable_variables)
    compiled = keras.Model(model.inputs, model.outputs, name=model.name)
    compiled.compile(
        optimizer=optimizer,
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    compiled.save(path)


FORMAT = Format(
    key="keras",
    title="Keras",
    suffix=".keras",
    description="One file for Python with Keras 3, on TensorFlow, JAX or PyTorch.",
    proof="keras",
    write=write,
    use="""\
import keras
{picture_imports}

CLASS_NAMES = {class_names}


def main():
    model = keras.models.load_model("{path}")
    pixels = read_picture("{picture}")[np.newaxis]
    shares = model.predict(pixels, verbose=0)[0]
    print(CLASS_NAMES[shares.argmax()], f"{{shares.max():.1%}}")


{read_picture}


main()
""",
    reads="Put your own picture's name in. It is read to the very pixels that Layerloom reads; "
    "only pictures of floats or negative numbers are refused.",
)

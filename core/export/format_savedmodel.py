"""TensorFlow SavedModel: a folder for TensorFlow Serving and every TensorFlow language.

Keras's own ``model.export`` calls the model without saying ``training=False``; layers such as
RandomFlip then stay active.  So the endpoints are made here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from core.export.formats import Format, FormatError

if TYPE_CHECKING:
    import keras

    from core.project import Project


def write(model: keras.Model, project: Project, path: Path) -> None:
    """Write two endpoints: ``serving_default`` on uint8 pixels, ``encoded`` on JPEG or PNG bytes.

    Raises:
        FormatError: The engine does not run on TensorFlow.
    """
    import keras

    if keras.backend.backend() != "tensorflow":
        raise FormatError(
            "A SavedModel needs TensorFlow, but the engine runs on "
            f"{keras.backend.backend()}. Start Layerloom with KERAS_BACKEND=tensorflow."
        )
    import tensorflow as tf

    from core.export.serving import picture

    size = project.input

    def pixels(pictures):  # type: ignore[no-untyped-def]
        return model(pictures, training=False)

    def encoded(files):  # type: ignore[no-untyped-def]
        pictures = tf.map_fn(lambda file: picture(file, size), files, fn_output_signature=tf.uint8)
        return model(pictures, training=False)

    archive = keras.export.ExportArchive()
    archive.track(model)
    shape = (None, *size.shape)
    archive.add_endpoint("serve", pixels, [tf.TensorSpec(shape, tf.uint8, "pictures")])
    archive.add_endpoint("encoded", encoded, [tf.TensorSpec((None,), tf.string, "files")])
    archive.write_out(str(path), verbose=False)


FORMAT = Format(
    key="savedmodel",
    title="SavedModel",
    suffix="",
    description="A folder for TensorFlow Serving, C++, Java and Go; takes pixels, JPEG or PNG.",
    proof="savedmodel",
    write=write,
    use="""\
import tensorflow as tf

CLASS_NAMES = {class_names}

model = tf.saved_model.load("{path}")
file = tf.io.read_file("{picture}")
shares = model.encoded(file[tf.newaxis])[0].numpy()
print(CLASS_NAMES[shares.argmax()], f"{{shares.max():.1%}}")
""",
    reads="Put your own picture's name in: a JPEG or PNG of any size. It is read as in Layerloom, "
    "but by TensorFlow, whose shrinking differs by up to two grey levels.",
)

"""TensorFlow SavedModel: a folder for TensorFlow Serving and every TensorFlow language.

Keras's own ``model.export`` calls the model without saying ``training=False``; layers such as
RandomFlip then stay active.  So the endpoints are made here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.export.formats import Format, FormatError

if TYPE_CHECKING:
    import keras

    from core.blocks import Input
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

    size = project.input

    def pixels(pictures):  # type: ignore[no-untyped-def]
        return model(pictures, training=False)

    def encoded(files):  # type: ignore[no-untyped-def]
        return model(tf.map_fn(decode, files, fn_output_signature=tf.uint8), training=False)

    def decode(file):  # type: ignore[no-untyped-def]
        # The settings with which TensorFlow decodes and shrinks like Pillow (within 1 grey level).
        jpeg = tf.strings.substr(file, 0, 2) == b"\xff\xd8"
        values = tf.cond(
            jpeg,
            lambda: tf.io.decode_jpeg(
                file, size.channels, dct_method="INTEGER_ACCURATE", fancy_upscaling=True
            ),
            lambda: tf.io.decode_png(file, size.channels),
        )
        small = _fitted(values, size)
        return tf.cast(tf.clip_by_value(tf.round(small), 0, 255), tf.uint8)

    archive = keras.export.ExportArchive()
    archive.track(model)
    shape = (None, *size.shape)
    archive.add_endpoint("serve", pixels, [tf.TensorSpec(shape, tf.uint8, "pictures")])
    archive.add_endpoint("encoded", encoded, [tf.TensorSpec((None,), tf.string, "files")])
    archive.write_out(str(path), verbose=False)


def _fitted(values: Any, size: Input) -> Any:
    """A picture at the model's size: stretched, its middle, or all of it on black."""
    import tensorflow as tf

    wanted = tf.constant((size.height, size.width))
    if size.fit == "stretch":
        return tf.image.resize(values, wanted, antialias=True)
    actual, target = (tf.cast(shape, tf.float64) for shape in (tf.shape(values)[:2], wanted))
    if size.fit == "crop":
        kept = tf.cast(tf.round(target * tf.reduce_min(actual / target)), tf.int32)
        top, left = tf.unstack((tf.shape(values)[:2] - kept) // 2)
        middle = values[top : top + kept[0], left : left + kept[1]]
        return tf.image.resize(middle, wanted, antialias=True)
    whole = tf.cast(tf.round(actual * tf.reduce_min(target / actual)), tf.int32)
    small = tf.image.resize(values, tf.maximum(whole, 1), antialias=True)
    return tf.image.resize_with_crop_or_pad(small, size.height, size.width)


FORMAT = Format(
    key="savedmodel",
    title="SavedModel",
    suffix="",
    description="A folder for TensorFlow Serving, C++, Java and Go; eats pixels or JPEG/PNG bytes.",
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
)

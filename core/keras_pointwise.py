"""Strided 1×1 convolutions, worked out in a way that TensorFlow can train.

TensorFlow 2.21 on CPU hands their gradient to a kernel of oneDNN that writes past its memory when
the channels are few and the picture is 46 pixels or larger: training dies, sooner or later.  Such a
convolution only picks every n-th pixel and mixes its channels, and a transposed one puts zeros
between; doing these as two steps gives the same values and never comes near that kernel.  The layer
stays a plain Keras layer with the same weights, in memory as in files.

Engine process only: importing this module loads Keras.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
from keras import ops


def trainable_pointwise(layer: keras.layers.Layer) -> keras.layers.Layer:
    """The layer; if it is a strided 1×1 convolution, it now works in two steps."""
    kinds = (keras.layers.Conv2D, keras.layers.Conv2DTranspose)
    if type(layer) not in kinds or layer.kernel_size != (1, 1) or max(layer.strides) == 1:
        return layer
    if isinstance(layer, keras.layers.Conv2DTranspose):
        layer.call = partial(_transposed, layer)
    else:
        layer.convolution_op = partial(_picked, layer.strides)
    return layer


def _picked(strides: tuple[int, int], inputs: Any, kernel: Any) -> Any:
    """(batch, height, width, channels) → (batch, ⌈height / stride⌉, ⌈width / stride⌉, filters)."""
    return ops.conv(inputs[:, :: strides[0], :: strides[1], :], kernel, strides=1)


def _transposed(layer: keras.layers.Conv2DTranspose, inputs: Any) -> Any:
    """What the layer's own ``call`` gives: mixed channels at every n-th place, zeros between."""
    mixed = ops.conv(inputs, ops.swapaxes(layer.kernel, 2, 3), strides=1)
    down, right = layer.strides
    height, width, filters = mixed.shape[1:]
    mixed = ops.reshape(mixed, (-1, height, 1, width, 1, filters))
    spread = ops.pad(mixed, ((0, 0), (0, 0), (0, down - 1), (0, 0), (0, right - 1), (0, 0)))
    outputs = ops.reshape(spread, (-1, height * down, width * right, filters))
    rows, columns = layer.compute_output_shape(inputs.shape)[1:3]
    outputs = outputs[:, :rows, :columns, :]
    if layer.use_bias:
        outputs = ops.add(outputs, layer.bias)
    return layer.activation(outputs)

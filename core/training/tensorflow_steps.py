"""Many steps in one call: TensorFlow's inner loop.  Engine process only.

Per-step overhead in Python is what a plain ``model.fit`` loses time on with small nets.  Pictures
that fit into memory lie in one uint8 tensor, and batches are gathered inside the graph; those on
disk are read a call ahead by a thread.  A call runs as many steps as take about a fifth of a
second, so that progress and a stop come through.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import keras
import numpy as np
import numpy.typing as npt
import tensorflow as tf

from core.data.augmenting import Figures
from core.data.rows import Rows
from core.training.augment_steps import augmented, tensors
from core.training.steps import Diet, Sums

CALL_SECONDS = 0.2
"""How long one call of several steps should take (s)."""
MOST_STEPS = 64
MOST_BYTES = 32 * 2**20
"""Pictures from disk that are handed to one call (bytes)."""

Batches = npt.NDArray[np.int32]


class Pace:
    """How many steps to run in one call."""

    def __init__(self) -> None:
        self.steps = 1
        self._first = True

    def took(self, steps: int, seconds: float) -> None:
        """Note how long a call of so many steps took."""
        if self._first:
            self._first = False  # the first call traces the graph; its time says nothing
            return
        fitting = int(steps * CALL_SECONDS / max(seconds, 1e-6))
        # Grow gently: one fast call is no promise.
        self.steps = max(1, min(fitting, 2 * self.steps, MOST_STEPS))


class TensorFlowSteps:
    """Several steps in one graph call."""

    def __init__(self, model: keras.Model, optimizer: keras.Optimizer, diet: Diet) -> None:
        self._diet = diet
        self._batch = diet.batch_size
        self._pace = Pace()
        self._on_disk = isinstance(diet.pictures, Rows)
        one = int(np.prod(diet.pictures.shape[1:])) * self._batch
        self._most = max(1, min(MOST_STEPS, MOST_BYTES // one)) if self._on_disk else MOST_STEPS
        # The pictures stay in the CPU's memory; a GPU gets each batch as bytes.
        with tf.device("CPU:0"):
            self._labels = tf.constant(diet.labels)
            self._pictures = None if self._on_disk else tf.constant(diet.pictures)
        self._shape = diet.pictures.shape[1:]
        self._used = diet.figures(0).part(slice(0, 1))
        self._call = self._graph(model, optimizer)

    def _graph(self, model: keras.Model, optimizer: keras.Optimizer) -> Callable[..., Any]:
        step = self._step(model, optimizer)

        def steps(batches: Any, fed: Any, figures: list[Any]) -> tuple[Any, Any]:
            losses, hits = tf.constant(0.0), tf.constant(0.0)
            for index in tf.range(tf.shape(batches)[0]):
                seen = self._seen(batches[index], fed, index)
                own = [one[index] if one.shape.rank > 1 else one for one in figures]
                loss, right = step(seen, tf.gather(self._labels, batches[index]), own)
                losses += loss
                hits += right
            return losses, hits

        # Sizes are left open, so that the last, smaller batch needs no graph of its own.
        fed = tf.TensorSpec((None, None, *self._shape) if self._on_disk else (), tf.uint8)
        figures = [_open_spec(one) for one in tensors(self._used)]
        signature = [tf.TensorSpec((None, None), tf.int32), fed, figures]
        graph: Callable[..., Any] = tf.function(steps, input_signature=signature)
        return graph

    def _seen(self, batch: Any, fed: Any, index: Any) -> Any:
        """The pictures of a step."""
        if self._on_disk:
            return fed[index]
        with tf.device("CPU:0"):
            return tf.gather(self._pictures, batch)

    def _step(self, model: keras.Model, optimizer: keras.Optimizer) -> Callable[..., Any]:
        weights = tf.constant(self._diet.class_weights, tf.float32)
        weighed, varied = bool(self._diet.class_weights), bool(self._diet.augmentation)

        def cost(truth: Any, answers: Any) -> Any:
            each = keras.losses.sparse_categorical_crossentropy(truth, answers)
            return each * tf.gather(weights, truth) if weighed else each

        def step(seen: Any, truth: Any, figures: list[Any]) -> tuple[Any, Any]:
            share = others = None
            if varied:
                seen, share, others = augmented(seen, figures, self._used)
            with tf.GradientTape() as tape:
                answers = model(seen, training=True)
                each = cost(truth, answers)
                if share is not None:
                    each = each * share + cost(tf.gather(truth, others), answers) * (1 - share)
                loss = tf.reduce_mean(each) + sum(model.losses)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)
            size = tf.cast(tf.shape(truth)[0], tf.float32)
            hits = tf.equal(tf.argmax(answers, -1, tf.int32), truth)
            return loss * size, tf.reduce_sum(tf.cast(hits, tf.float32))

        return step

    def epoch(self, order: npt.NDArray[np.int32], epoch: int = 1) -> Iterator[Sums]:
        """Go through the pictures in this order once; see `core.training.steps.Stepper`."""
        figures = self._diet.figures(epoch) if self._diet.augmentation else self._used
        if not self._on_disk:
            yield from self._from_memory(order, figures)
            return
        with ThreadPoolExecutor(1, thread_name_prefix="read ahead") as reader:
            yield from self._from_disk(order, figures, reader)

    def _from_memory(self, order: Batches, figures: Figures) -> Iterator[Sums]:
        nothing = np.zeros((), np.uint8)
        at = 0
        while at < len(order):
            batches = self._next(order, at)
            yield self._run(batches, nothing, figures, at)
            at += batches.size

    def _from_disk(
        self, order: Batches, figures: Figures, reader: ThreadPoolExecutor
    ) -> Iterator[Sums]:
        def read(batches: Batches) -> npt.NDArray[np.uint8]:
            pictures = self._diet.pictures[batches.ravel()]
            return pictures.reshape(*batches.shape, *self._shape)

        at = 0
        batches = self._next(order, at)
        ahead = reader.submit(read, batches)
        while batches.size:
            fed, now = ahead.result(), batches
            batches = self._next(order, at + now.size)
            if batches.size:
                ahead = reader.submit(read, batches)
            yield self._run(now, fed, figures, at)
            at += now.size

    def _next(self, order: Batches, at: int) -> Batches:
        """The batches of the next call, ``(steps, batch)``; the last may be smaller and alone."""
        full = (len(order) - at) // self._batch
        steps = min(full, self._pace.steps, self._most)
        if steps:
            return order[at : at + steps * self._batch].reshape(steps, self._batch)
        return order[None, at:]

    def _run(self, batches: Batches, fed: npt.NDArray[np.uint8], figures: Figures, at: int) -> Sums:
        began = time.perf_counter()
        own = figures.part(slice(at, at + batches.size))
        shaped = [_by_step(one, batches.shape) for one in tensors(own)]
        loss, right = self._call(batches, fed, shaped)
        sums = Sums(len(batches), batches.size, float(loss), float(right))
        self._pace.took(len(batches), time.perf_counter() - began)
        return sums


def _by_step(values: npt.NDArray[Any], steps: tuple[int, ...]) -> npt.NDArray[Any]:
    """Figures of pictures in line as ``(steps, batch, …)``; unused ones stay empty."""
    return values.reshape(*steps, *values.shape[1:]) if len(values) else values


def _open_spec(values: npt.NDArray[Any]) -> Any:
    """What a graph is told of figures: their rank and last sizes."""
    if not len(values):
        return tf.TensorSpec(values.shape, tf.as_dtype(values.dtype))
    return tf.TensorSpec((None, None, *values.shape[1:]), tf.as_dtype(values.dtype))

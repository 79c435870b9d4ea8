"""The inner loop: many steps in one call on TensorFlow, plain Keras on other backends.

Per-step overhead in Python is what a plain ``model.fit`` loses time on with small nets.  On
TensorFlow the pictures lie in one uint8 tensor, batches are gathered inside the graph, and a call
runs as many steps as take about a fifth of a second, so that progress and a stop come through.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import keras
import msgspec
import numpy as np
import numpy.typing as npt

from core.training.plan import TrainingPlan

CALL_SECONDS = 0.2
"""How long one call of several steps should take (s)."""
MOST_STEPS = 64


class Sums(msgspec.Struct, frozen=True):
    """What a few steps came to.

    Attributes:
        steps: How many steps.
        pictures: How many pictures.
        loss: Sum over the pictures, penalties of regularisers included.
        right: Pictures answered right.
    """

    steps: int
    pictures: int
    loss: float
    right: float


class Stepper(Protocol):
    """Trains a model on given batches."""

    def epoch(self, order: npt.NDArray[np.int32]) -> Iterator[Sums]:
        """Go through the pictures in this order once; yields now and then."""


class PlannedRate(keras.optimizers.schedules.LearningRateSchedule):  # type: ignore[misc]
    """The plan's learning rate as Keras computes it inside a step; see `learning_rate_at`."""

    def __init__(self, plan: TrainingPlan, steps: int) -> None:
        """Prepare for a whole training.

        Args:
            plan: Whose rate.
            steps: Steps of the whole training.
        """
        super().__init__()
        self._plan = plan
        self._steps = steps

    def __call__(self, step: Any) -> Any:
        """The learning rate of a step, a float32 scalar."""
        ops, plan = keras.ops, self._plan
        if plan.schedule == "constant":
            return ops.convert_to_tensor(plan.learning_rate, dtype="float32")
        now = ops.cast(step, "float32")
        warm = plan.warmup_steps(self._steps)
        progress = ops.minimum(1.0, (now - warm) / max(1, self._steps - warm))
        falling = 0.5 * plan.learning_rate * (1 + ops.cos(np.pi * progress))
        climbing = plan.learning_rate * (now + 1) / max(1, warm)
        return ops.where(now < warm, climbing, falling)

    def get_config(self) -> dict[str, object]:
        """What the schedule was made of (Keras asks for it when it saves an optimiser)."""
        return {"plan": msgspec.to_builtins(self._plan), "steps": self._steps}


def make_optimizer(plan: TrainingPlan, steps: int | None = None) -> keras.Optimizer:
    """The plan's optimiser.

    Args:
        plan: Whose optimiser and learning rate.
        steps: Steps of the whole training; None for a constant rate, which is what a saved model
            carries, since nobody else could load our schedule.
    """
    rate = plan.learning_rate if steps is None else PlannedRate(plan, steps)
    if plan.optimizer == "adam":
        return keras.optimizers.Adam(rate)
    if plan.optimizer == "adamw":
        return keras.optimizers.AdamW(rate, weight_decay=plan.weight_decay)
    if plan.optimizer == "sgd":
        return keras.optimizers.SGD(rate, momentum=plan.momentum)
    return keras.optimizers.RMSprop(rate)


def make_stepper(
    model: keras.Model,
    optimizer: keras.Optimizer,
    pictures: npt.NDArray[np.uint8],
    labels: npt.NDArray[np.int32],
    batch_size: int,
) -> Stepper:
    """The fastest way that the backend has."""
    optimizer.build(model.trainable_variables)
    if keras.backend.backend() == "tensorflow":
        return _TensorFlowSteps(model, optimizer, pictures, labels, batch_size)
    return _KerasSteps(model, optimizer, pictures, labels, batch_size)


class _Pace:
    """How many steps to run in one call."""

    def __init__(self) -> None:
        self.steps = 1
        self._first = True

    def took(self, steps: int, seconds: float) -> None:
        if self._first:
            self._first = False  # the first call traces the graph; its time says nothing
            return
        fitting = int(steps * CALL_SECONDS / max(seconds, 1e-6))
        # Grow gently: one fast call is no promise.
        self.steps = max(1, min(fitting, 2 * self.steps, MOST_STEPS))


class _TensorFlowSteps:
    """Several steps in one graph call, batches gathered in the graph."""

    def __init__(
        self,
        model: keras.Model,
        optimizer: keras.Optimizer,
        pictures: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.int32],
        batch_size: int,
    ) -> None:
        import tensorflow as tf

        self._batch = batch_size
        self._pace = _Pace()
        # The pictures stay in the CPU's memory; a GPU gets each batch as bytes.
        with tf.device("CPU:0"):
            self._pictures = tf.constant(pictures)
            self._labels = tf.constant(labels)
        self._call = self._graph(model, optimizer)

    def _graph(self, model: keras.Model, optimizer: keras.Optimizer) -> Callable[..., Any]:
        import tensorflow as tf

        pictures, labels = self._pictures, self._labels

        def step(batch: Any) -> tuple[Any, Any]:
            with tf.device("CPU:0"):
                seen, truth = tf.gather(pictures, batch), tf.gather(labels, batch)
            with tf.GradientTape() as tape:
                answers = model(seen, training=True)
                each = keras.losses.sparse_categorical_crossentropy(truth, answers)
                loss = tf.reduce_mean(each) + sum(model.losses)
            gradients = tape.gradient(loss, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)
            size = tf.cast(tf.shape(batch)[0], tf.float32)
            hits = tf.equal(tf.argmax(answers, -1, tf.int32), truth)
            return loss * size, tf.reduce_sum(tf.cast(hits, tf.float32))

        def steps(batches: Any) -> tuple[Any, Any]:
            losses, hits = tf.constant(0.0), tf.constant(0.0)
            for index in tf.range(tf.shape(batches)[0]):
                loss, right = step(batches[index])
                losses += loss
                hits += right
            return losses, hits

        # Sizes are left open, so that the last, smaller batch needs no graph of its own.
        signature = [tf.TensorSpec((None, None), tf.int32)]
        graph: Callable[..., Any] = tf.function(steps, input_signature=signature)
        return graph

    def epoch(self, order: npt.NDArray[np.int32]) -> Iterator[Sums]:
        full = len(order) // self._batch
        batches = order[: full * self._batch].reshape(full, self._batch)
        at = 0
        while at < full:
            part = batches[at : at + self._pace.steps]
            yield self._run(part)
            at += len(part)
        if len(order) % self._batch:
            yield self._run(order[None, full * self._batch :])

    def _run(self, batches: npt.NDArray[np.int32]) -> Sums:
        began = time.perf_counter()
        loss, right = self._call(batches)
        sums = Sums(len(batches), batches.size, float(loss), float(right))
        self._pace.took(len(batches), time.perf_counter() - began)
        return sums


class _KerasSteps:
    """Keras's own compiled step, one at a time: JAX and PyTorch."""

    def __init__(
        self,
        model: keras.Model,
        optimizer: keras.Optimizer,
        pictures: npt.NDArray[np.uint8],
        labels: npt.NDArray[np.int32],
        batch_size: int,
    ) -> None:
        # A model around the same layers: the one that is saved must not carry our own schedule,
        # which nobody else could load.
        self._model = keras.Model(model.inputs, model.outputs)
        self._pictures = pictures
        self._labels = labels
        self._batch = batch_size
        self._model.compile(
            optimizer=optimizer,
            loss=keras.losses.SparseCategoricalCrossentropy(),
            metrics=["accuracy"],
        )

    def epoch(self, order: npt.NDArray[np.int32]) -> Iterator[Sums]:
        before = (0.0, 0.0)
        seen = 0
        for step, at in enumerate(range(0, len(order), self._batch)):
            batch = order[at : at + self._batch]
            # Keras's metrics run on from batch to batch; only the first starts them anew.
            if step == 0:
                self._model.reset_metrics()
            logs = self._model.train_on_batch(
                self._pictures[batch], self._labels[batch], return_dict=True
            )
            seen += len(batch)
            now = (float(logs["loss"]) * seen, float(logs["accuracy"]) * seen)
            yield Sums(1, len(batch), now[0] - before[0], now[1] - before[1])
            before = now

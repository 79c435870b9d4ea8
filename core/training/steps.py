"""The inner loop: what is trained on, the optimiser, and plain Keras steps for JAX and PyTorch.

TensorFlow has a faster way of its own, in `core.training.tensorflow_steps`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Protocol

import keras
import msgspec
import numpy as np
import numpy.typing as npt

from core.data.augment import Augmentation
from core.data.augmenting import Figures, augment, draw_figures, partners
from core.data.rows import Pictures
from core.training.plan import TrainingPlan


class Sums(msgspec.Struct, frozen=True):
    """What a few steps came to.

    Attributes:
        steps: How many steps.
        pictures: How many pictures.
        loss: Sum over the pictures, penalties of regularisers included.
        right: Pictures answered right.
    """

    steps: int = 0
    pictures: int = 0
    loss: float = 0.0
    right: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.steps + other.steps,
            self.pictures + other.pictures,
            self.loss + other.loss,
            self.right + other.right,
        )


class Diet(msgspec.Struct, frozen=True):
    """What a model is trained on.

    Attributes:
        pictures: uint8 ``(n, height, width, channels)``, in memory or on disk.
        labels: int32 ``(n,)``.
        batch_size: Pictures in a step.
        augmentation: How they are varied each time; nothing: as they are.
        class_weights: How much a picture of each class counts; empty: all the same.
        seed: Of the augmentation.
    """

    pictures: Pictures
    labels: npt.NDArray[np.int32]
    batch_size: int
    augmentation: Augmentation = ()
    class_weights: tuple[float, ...] = ()
    seed: int = 0

    def figures(self, epoch: int) -> Figures:
        """Random figures of the augmentation for the pictures of an epoch, as they are seen."""
        shape = self.pictures.shape
        return draw_figures(self.augmentation, len(self.labels), shape[1:], (self.seed, epoch))


class Stepper(Protocol):
    """Trains a model on given batches."""

    def epoch(self, order: npt.NDArray[np.int32], epoch: int = 1) -> Iterator[Sums]:
        """Go through the pictures in this order once; yields now and then.

        Args:
            order: Indices of pictures.
            epoch: Its number; another one, other variations of the pictures.
        """


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


def make_stepper(model: keras.Model, optimizer: keras.Optimizer, diet: Diet) -> Stepper:
    """The fastest way that the backend has."""
    optimizer.build(model.trainable_variables)
    if keras.backend.backend() == "tensorflow":
        from core.training.tensorflow_steps import TensorFlowSteps

        return TensorFlowSteps(model, optimizer, diet)
    return _KerasSteps(model, optimizer, diet)


class _KerasSteps:
    """Keras's own compiled step, one at a time: JAX and PyTorch."""

    def __init__(self, model: keras.Model, optimizer: keras.Optimizer, diet: Diet) -> None:
        # A model around the same layers: the one that is saved must not carry our own schedule,
        # which nobody else could load.
        self._model = keras.Model(model.inputs, model.outputs)
        self._diet = diet
        self._classes = np.eye(model.output_shape[-1], dtype=np.float32)
        weights = diet.class_weights or (1.0,) * len(self._classes)
        self._weights = np.array(weights, np.float32)
        self._model.compile(
            optimizer=optimizer,
            loss=keras.losses.CategoricalCrossentropy(),
            metrics=["accuracy"],
        )

    def epoch(self, order: npt.NDArray[np.int32], epoch: int = 1) -> Iterator[Sums]:
        before = (0.0, 0.0)
        seen = 0
        figures = self._diet.figures(epoch)
        size = self._diet.batch_size
        for step, at in enumerate(range(0, len(order), size)):
            pictures, truth, weights = self._batch(order[at : at + size], figures, at)
            # Keras's metrics run on from batch to batch; only the first starts them anew.
            if step == 0:
                self._model.reset_metrics()
            logs = self._model.train_on_batch(pictures, truth, weights, return_dict=True)
            seen += len(pictures)
            now = (float(logs["loss"]) * seen, float(logs["accuracy"]) * seen)
            yield Sums(1, len(pictures), now[0] - before[0], now[1] - before[1])
            before = now

    def _batch(
        self, which: npt.NDArray[np.int32], figures: Figures, at: int
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Pictures, classes as probabilities and weights of one step."""
        pictures, labels = self._diet.pictures[which], self._diet.labels[which]
        truth, weights = self._classes[labels], self._weights[labels]
        if self._diet.augmentation:
            own = figures.part(slice(at, at + len(which)))
            pictures = augment(pictures, own)
            if own.mix is not None:
                shares, turns = own.mix.values
                other, share = partners(turns), shares[:, None]
                truth = truth * share + truth[other] * (1 - share)
                weights = weights * shares + weights[other] * (1 - shares)
        return pictures, truth, weights

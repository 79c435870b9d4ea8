"""Activations as blocks of their own."""

from __future__ import annotations

from typing import ClassVar

from core.blocks.base import ActivationField, Block, Role


class Activation(Block, frozen=True, kw_only=True):
    """Apply a function to every value; softmax turns the last axis into shares that sum to 1.

    Any shape → the same shape.
    """

    role: ClassVar[Role] = Role.ACTIVATION
    purpose: ClassVar[str] = "A bend between linear blocks."
    when_to_use: ClassVar[str] = (
        "After BatchNormalization, or wherever the activation should be a step of its own."
    )
    keras_required: ClassVar[tuple[str, ...]] = ("activation",)

    activation: ActivationField = "relu"

    @classmethod
    def keras_section(cls) -> str:
        return "core_layers"

    def telling(self) -> tuple[str, ...]:
        return (self.activation,)

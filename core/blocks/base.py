"""What every kind of block has in common.

A kind of block is one class in this package.  Its fields carry their limits, titles and help in
their annotations; its methods say what it does to a shape and what that costs.  Palette, inspector,
file format, code generator, help and tests read the class; nothing about a block is listed anywhere
else.

Shapes in this package never contain the batch axis: a colour picture of 32 × 32 is ``(32, 32, 3)``.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from math import prod
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

import msgspec
from msgspec import Meta

Gather = Literal["order", "mean", "max"]
"""How a block's outputs come from the values that arrive: the same ones in the same order, or the
mean or the largest of each channel."""

ADVANCED = {"advanced": True}
"""Extra of a field that the inspector keeps folded away until asked for."""

HIDDEN = {"hidden": True}
"""Extra of a field that is no argument of the Keras layer and has no row in the inspector: nested
stacks, and what the canvas has its own ways to change."""

PIXELS = {"unit": "px"}
"""Extra of a field whose numbers are pixels."""

RIM = {**PIXELS, "sides": (("top", "bottom"), ("left", "right"))}
"""Extra of a field with a number of pixels for each side of a picture."""

Shape = tuple[int, ...]
"""Sizes of one picture's values, channels last, without the batch axis."""

Pair = tuple[Annotated[int, Meta(ge=1, le=1024)], Annotated[int, Meta(ge=1, le=1024)]]
"""(height, width) in pixels, each at least 1."""

Padding = Annotated[
    Literal["valid", "same"],
    Meta(
        title="Padding",
        description="valid: only whole windows inside the picture. "
        "same: zeros around it, so that with stride 1 the size stays.",
    ),
]

Activation = Literal[
    "linear",
    "relu",
    "leaky_relu",
    "relu6",
    "elu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "softplus",
    "softsign",
    "tanh",
    "sigmoid",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "exponential",
    "softmax",
    "log_softmax",
]

Initializer = Literal[
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "zeros",
    "ones",
]

BiasInitializer = Literal[
    "zeros",
    "ones",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
]
"""All but orthogonal, which Keras refuses for the one axis of a bias."""

ActivationField = Annotated[
    Activation,
    Meta(
        title="Activation",
        description="Function applied to every output value. linear changes nothing.",
    ),
]
BiasField = Annotated[
    bool,
    Meta(title="Bias", description="Add one learnt number per output channel."),
]
InitializerField = Annotated[
    Initializer,
    Meta(
        title="Initial weights",
        description="How the weights are drawn before training.",
        extra=ADVANCED,
    ),
]
BiasInitializerField = Annotated[
    BiasInitializer,
    Meta(
        title="Initial bias",
        description="How the bias is set before training.",
        extra=ADVANCED,
    ),
]
L2Field = Annotated[
    float,
    Meta(
        ge=0,
        le=10,
        title="L2 penalty",
        description="Factor of the sum of squared weights that is added to the loss. 0: none. "
        "Usual: 0.0001 to 0.001.",
        extra=ADVANCED,
    ),
]


class Role(StrEnum):
    """What a kind of block is for; the palette groups by it and colours follow it."""

    INPUT = "input"
    CONVOLUTION = "convolution"
    POOLING = "pooling"
    RESHAPE = "reshape"
    DENSE = "dense"
    ACTIVATION = "activation"
    NORMALIZATION = "normalization"
    REGULARIZATION = "regularization"
    CONTAINER = "container"
    PRETRAINED = "pretrained"


class L2(msgspec.Struct, frozen=True):
    """A Keras argument value: ``keras.regularizers.L2(factor)``."""

    factor: float


class Cost(msgspec.Struct, frozen=True, gc=False):
    """What one block costs for one picture.

    Attributes:
        trainable: Weights that training changes (values).
        non_trainable: Weights that the optimiser leaves alone, such as moving averages (values).
        multiply_adds: Multiply-and-add operations of one forward pass.
    """

    trainable: int = 0
    non_trainable: int = 0
    multiply_adds: int = 0

    @property
    def parameters(self) -> int:
        """All weights, trainable or not (values)."""
        return self.trainable + self.non_trainable

    def __add__(self, other: Cost) -> Cost:
        return Cost(
            trainable=self.trainable + other.trainable,
            non_trainable=self.non_trainable + other.non_trainable,
            multiply_adds=self.multiply_adds + other.multiply_adds,
        )


class Reach(msgspec.Struct, frozen=True, gc=False):
    """How a block widens the part of the picture that one output value sees.

    Attributes:
        window: (height, width) of values looked at, dilation counted in.
        step: (height, width) distance between two outputs, in inputs; below 1 when upsampling.
    """

    window: tuple[float, float] = (1, 1)
    step: tuple[float, float] = (1, 1)


class Remedy(msgspec.Struct, frozen=True):
    """One way out of a problem: put these blocks in place of the one that has it."""

    label: str
    replacement: tuple[Block, ...]


class ShapeProblem(Exception):  # noqa: N818 - it is shown to people as a problem, not an error
    """A block cannot take the shape that reaches it.

    Args:
        message: What is wrong, in one plain sentence with the shapes in it.
        reason: Why that is so, one or two sentences.
        remedies: One-click ways out.
    """

    def __init__(self, message: str, reason: str = "", remedies: tuple[Remedy, ...] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.reason = reason
        self.remedies = remedies


class Remark(NamedTuple):
    """Something about a block that can be built, but should not be left so.

    Attributes:
        code: A short name that stays the same, for tests and for muting.
        message: What, in one sentence.
        reason: Why, and what would be right.
        remedies: One-click ways out.
        stops: Whether it cannot be trained so.
    """

    code: str
    message: str
    reason: str
    remedies: tuple[Remedy, ...] = ()
    stops: bool = False


class Source(NamedTuple):
    """How a block that is no layer of ``keras.layers`` is written in a script.

    Attributes:
        call: The expression that applies it; ``{x}`` stands for what it takes.
        before: Lines that make what the expression uses.
        layer: What stands for it in a list of layers; empty where there is none.
    """

    call: str
    before: tuple[str, ...] = ()
    layer: str = ""


class NetworkFile(NamedTuple):
    """A file that a block needs from the network.

    Attributes:
        title: What it is, in words.
        url: Where it is.
        checksum: MD5 or SHA-256, as its publishers say; empty where they say none.
        bytes: About how large it is.
    """

    title: str
    url: str
    checksum: str
    bytes: int

    @property
    def name(self) -> str:
        """The file's name."""
        return self.url.rpartition("/")[2]


PixelRange = tuple[float, float]
"""Factor and offset by which the pixels 0 to 255 became the values that arrive."""


class Block(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag_field="kind",
    tag=True,
    cache_hash=True,
    omit_defaults=True,
):
    """A step of the stack: an immutable value that compares and hashes by its fields.

    Field defaults equal Keras's own, so that a field at its default need not be written; fields
    without a Keras default are named in ``keras_required``.
    """

    role: ClassVar[Role]
    purpose: ClassVar[str] = ""
    """One line for the palette."""
    when_to_use: ClassVar[str] = ""
    search_words: ClassVar[str] = ""
    """What else people may type to find it, besides its kind and purpose."""
    keras_required: ClassVar[tuple[str, ...]] = ()
    palette_values: ClassVar[dict[str, Any]] = {}
    """Field values of a block freshly taken from the palette, where a default would not do."""
    gathers: ClassVar[Gather | None] = None
    """How the lens explains this kind, value by value; None where it has nothing to show."""

    name: Annotated[
        str,
        Meta(
            pattern=r"^([A-Za-z][A-Za-z0-9_]*)?\Z",  # $ would let a line break through
            max_length=60,
            title="Name",
            description="Your own name for this block: letters, digits and _. "
            "It becomes the Keras layer's name.",
        ),
    ] = ""
    disabled: Annotated[
        bool,
        Meta(
            title="Disabled",
            description="Kept in the stack, but skipped.",
            extra=HIDDEN,
        ),
    ] = False

    @classmethod
    def kind(cls) -> str:
        """The name of this kind, the same as its Keras layer's."""
        return cls.__name__

    @classmethod
    def fresh(cls) -> Self:
        """A block as the palette gives it."""
        return cls(**cls.palette_values)

    @classmethod
    def ordered_fields(cls) -> tuple[msgspec.structs.FieldInfo, ...]:
        """The fields in the order people meet them: what Keras requires, the rest, the name."""
        required = {name: place for place, name in enumerate(cls.keras_required)}

        def place(info: msgspec.structs.FieldInfo) -> int:
            return 1_000 if info.name == "name" else required.get(info.name, 100)

        return tuple(sorted(msgspec.structs.fields(cls), key=place))

    @classmethod
    @cache
    def argument_fields(cls) -> tuple[msgspec.structs.FieldInfo, ...]:
        """The fields that are arguments of the Keras layer."""
        return tuple(
            info for info in cls.ordered_fields() if info.name != "name" and not is_hidden(info)
        )

    @classmethod
    def keras_page(cls) -> str:
        """Address of the layer's page in Keras's documentation; empty where it has none."""
        return f"https://keras.io/api/layers/{cls.keras_section()}/{cls.keras_page_name()}/"

    @classmethod
    def keras_section(cls) -> str:
        """Folder of Keras's documentation that holds the layer's page."""
        folder = "reshaping" if cls.role is Role.RESHAPE else cls.role.value
        return f"{folder}_layers"

    @classmethod
    def keras_page_name(cls) -> str:
        """Name of the layer's page in that folder."""
        return snake(cls.__name__)

    def resolved(self, classes: int) -> Block:
        """This block with everything that follows from the data filled in.

        Args:
            classes: How many classes the data has.
        """
        return self

    def reached_by(self, pixels: PixelRange | None) -> Block:
        """This block, knowing what became of the pixels before it.

        Args:
            pixels: How they were rescaled; None where the values that arrive are no pixels.
        """
        return self

    def pixels_after(self, pixels: PixelRange | None) -> PixelRange | None:
        """What became of the pixels behind this block; None where it makes something else."""
        return None

    def choices(self, field: str) -> tuple[str, ...]:
        """The values that a field may have as the others are now; empty for any."""
        return ()

    def field_note(self, field: str) -> str:
        """A few words on the value that a field has; may be empty."""
        return ""

    def remarks(self, shape: Shape) -> tuple[Remark, ...]:
        """What is likely not meant when ``shape`` reaches it and ``output_shape`` accepts it."""
        return ()

    def download(self, shape: Shape) -> NetworkFile | None:
        """The file that it needs from the network when ``shape`` reaches it."""
        return None

    def telling(self) -> tuple[str, ...]:
        """The arguments worth showing on the card, in a few words each."""
        return ()

    def output_shape(self, shape: Shape) -> Shape:
        """The shape this block makes of ``shape``, both without the batch axis.

        Raises:
            ShapeProblem: The block cannot take that shape; says why, with remedies.
        """
        return shape

    def cost(self, shape: Shape) -> Cost:
        """What the block costs when ``shape`` reaches it and ``output_shape`` accepts it."""
        return Cost()

    def reach(self, shape: Shape) -> Reach | None:
        """How the receptive field grows; None when every output sees the whole picture."""
        return Reach()

    def values(self, shape: Shape) -> int:
        """Output values of all its layers for one picture, when ``shape`` reaches it."""
        return values_in(self.output_shape(shape))

    @property
    def applies_softmax(self) -> bool:
        """Whether what leaves are shares that sum to 1, as the end of a classifier must be."""
        return getattr(self, "activation", None) == "softmax"

    def shape_formula(self, shape: Shape) -> str:
        """How the output shape comes about, with this block's numbers filled in."""
        return f"{show_shape(shape)} → {show_shape(self.output_shape(shape))}"

    def parameter_formula(self, shape: Shape) -> str:
        """How the parameter count comes about, with this block's numbers filled in."""
        return "no parameters"

    def keras_arguments(self) -> dict[str, object]:
        """Arguments for the Keras layer of the same name, only those that differ from its defaults.

        Values are plain Python values, tuples, or `L2`.  The layer's name is not among them.
        """
        arguments: dict[str, object] = {}
        for info in self.argument_fields():
            value = getattr(self, info.name)
            if value == info.default and info.name not in self.keras_required:
                continue
            arguments[info.name] = L2(value) if info.name.endswith("_regularizer") else value
        return arguments

    def source(self, name: str) -> Source | None:
        """How it is written in a script under this name; None for a plain layer."""
        return None

    def changed(self, **fields: object) -> Self:
        """A copy with some fields changed (values are taken as valid)."""
        return msgspec.structs.replace(self, **fields)


def is_hidden(info: msgspec.structs.FieldInfo) -> bool:
    """Whether a field has no row in the inspector and is no Keras argument."""
    return any(
        isinstance(meta, Meta) and bool(meta.extra and meta.extra.get("hidden"))
        for meta in getattr(info.type, "__metadata__", ())
    )


def snake(kind: str) -> str:
    """The name Keras gives a layer of this kind: ``max_pooling2d`` for ``MaxPooling2D``."""
    text = ""
    for index, letter in enumerate(kind):
        follows_lower = index > 0 and kind[index - 1].islower()
        starts_word = (
            index > 0 and letter.isupper() and index + 1 < len(kind) and kind[index + 1].islower()
        )
        if letter.isupper() and (follows_lower or starts_word):
            text += "_"
        text += letter.lower()
    return text


def show_shape(shape: Shape) -> str:
    """A shape for people: ``26 × 26 × 32``."""
    return " × ".join(f"{size:,}" for size in shape)


def show_pair(pair: tuple[int, int]) -> str:
    """A (height, width) pair for people: ``3×3``."""
    return f"{pair[0]}×{pair[1]}"


def values_in(shape: Shape) -> int:
    """How many numbers a shape holds."""
    return prod(shape)


def require_picture(block: Block, shape: Shape) -> tuple[int, int, int]:
    """The shape as (height, width, channels).

    Raises:
        ShapeProblem: It is not three numbers.
    """
    if len(shape) == 3:
        return shape[0], shape[1], shape[2]
    kind = block.kind()
    what = "a vector" if len(shape) == 1 else f"{len(shape)} axes"
    raise ShapeProblem(
        f"{kind} needs a picture (height × width × channels), but {show_shape(shape)} arrives.",
        f"{kind} moves over rows and columns, and {what} has no rows and columns to move over. "
        "Put it before Flatten or global pooling, or bring the values back into a picture "
        "with Reshape.",
        (Remedy(f"Remove this {kind}", ()),),
    )

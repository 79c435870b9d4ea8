"""Networks that others designed and trained, as one block."""

from __future__ import annotations

from collections.abc import Iterable
from keyword import iskeyword
from pathlib import PurePath
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from core.blocks._applications import APPLICATIONS, Application, Name
from core.blocks._nesting import Composite, Stack
from core.blocks._network import Network, last_frozen, network, stages
from core.blocks.base import (
    ADVANCED,
    HIDDEN,
    Block,
    Cost,
    NetworkFile,
    PixelRange,
    Reach,
    Remark,
    Remedy,
    Role,
    Shape,
    ShapeProblem,
    Source,
    require_picture,
    show_pair,
    show_shape,
    values_in,
)
from core.blocks.containers import Parallel
from core.blocks.convolution import Conv2D
from core.blocks.resizing import Resizing

ALL, NOTHING = "all", "nothing"
BLUE_GREEN_RED = (103.939, 116.779, 123.68)
"""ImageNet's mean of each colour, of pixels 0 to 255, as Caffe counted it."""
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""ImageNet's mean and deviation of red, green and blue, of pixels 0 to 1, as PyTorch counts."""
_RUN = frozenset(("argparse", "build_model", "json", "keras", "layers", "main", "np", "pathlib"))
_TAKEN = _RUN | frozenset(("branch", "entry", "inputs", "layer", "model", "shortcut", "x", "y"))
"""Names that mean something else in a script."""

Triple = tuple[float, float, float]


class _Fields(Block, frozen=True, kw_only=True):
    """What tells one network from another."""

    role: ClassVar[Role] = Role.PRETRAINED

    application: Annotated[
        Name,
        Meta(title="Network", description="Which network of Keras Applications."),
    ] = "MobileNetV2"
    weights: Annotated[
        Literal["imagenet", "none", "file"],
        Meta(
            title="Weights",
            description="imagenet: learnt from 1.3 million photographs, downloaded once. none: "
            "drawn at random. file: your own, from the field below.",
        ),
    ] = "imagenet"
    weights_file: Annotated[
        str,
        Meta(
            max_length=4096,
            title="Weights file",
            description="A .weights.h5 file that Keras saved from this network without its "
            "classifier; only used when weights is file.",
            extra=ADVANCED | {"file": True},
        ),
    ] = ""
    frozen: Annotated[
        str,
        Meta(
            max_length=100,
            title="Frozen up to",
            description="Layers that training leaves as they are: all of them, nothing, or those "
            "up to a layer at which a stage of the network ends.",
            extra={"choices": True},
        ),
    ] = ALL

    @property
    def about(self) -> Application:
        """What is known of the network."""
        return APPLICATIONS[self.application]

    @property
    def _file(self) -> str:
        """The network's file of layers."""
        return self.application.lower().replace(" ", "")

    def _frozen_layers(self) -> int:
        """How many layers of the network, counted from the first, stay as they are."""
        if self.frozen in (ALL, NOTHING):
            return 1_000_000 if self.frozen == ALL else 0
        last = last_frozen(self._file, self.frozen)
        return 0 if last is None else last + 1

    def _passed(self, shape: Shape) -> Network:
        return network(self._file, shape[0], shape[1])

    def _counts(self, shape: Shape) -> tuple[Cost, Cost]:
        """What the frozen and the other layers cost."""
        costs, frozen = self._passed(shape).costs, self._frozen_layers()
        kept, learning = sum(costs[:frozen], Cost()), sum(costs[frozen:], Cost())
        return Cost(0, kept.parameters, kept.multiply_adds), learning


class Backbone(_Fields, Composite, frozen=True, kw_only=True):
    """A known network without its classifier, with what it learnt from ImageNet.

    (height, width, 3) → (about height / 32, about width / 32, channels).  Grey pictures are taken
    three times, as red, green and blue.  Pixels are brought to the range that the network was
    trained with, whatever the Input makes of them.  Frozen layers keep their weights in training,
    and their batch normalisation goes on with the averages that it has learnt.
    """

    purpose: ClassVar[str] = "A network that already learnt from ImageNet."
    when_to_use: ClassVar[str] = (
        "For photographs, when you have some hundred of each class rather than ten thousand: "
        "freeze it, put GlobalAveragePooling2D and Dense behind it."
    )
    search_words: ClassVar[str] = f"transfer learning pretrained {' '.join(APPLICATIONS)}"
    keras_required: ClassVar[tuple[str, ...]] = ("application", "weights", "weights_file", "frozen")

    pixels: Annotated[
        tuple[float, float] | None,
        Meta(
            title="Pixels",
            description="Factor and offset by which pixels 0 to 255 became what arrives; "
            "worked out from the Input.",
            extra=HIDDEN,
        ),
    ] = None

    @classmethod
    def keras_page(cls) -> str:
        """The overview of all networks."""
        return "https://keras.io/api/applications/"

    def choices(self, field: str) -> tuple[str, ...]:
        return (ALL, *reversed(stages(self._file)), NOTHING) if field == "frozen" else ()

    def field_note(self, field: str) -> str:
        return self.about.words if field == "application" else ""

    def reached_by(self, pixels: PixelRange | None) -> Block:
        return self.changed(pixels=pixels)

    def telling(self) -> tuple[str, ...]:
        weights = {
            "imagenet": "ImageNet weights",
            "none": "random weights",
            "file": PurePath(self.weights_file).name or "no file yet",
        }[self.weights]
        frozen = {ALL: "all frozen", NOTHING: "nothing frozen"}.get(
            self.frozen, f"frozen to {self.frozen}"
        )
        return (self.application, weights, frozen)

    def expanded(self, shape: Shape) -> Stack:
        height, width, channels = require_picture(self, shape)
        self._check_channels(channels)
        self._check_size(height, width)
        self._check_frozen()
        grey: Stack = ()
        if channels == 1:
            grey = (_AsColour(name="colours", branches=((), (), ()), merge="concatenate"),)
        return (*grey, *self._preparation(), self._network((height, width)))

    def _check_channels(self, channels: int) -> None:
        if channels in (1, 3):
            return
        mix = Conv2D(filters=3, kernel_size=(1, 1))
        raise ShapeProblem(
            f"{self.application} takes pictures of 3 channels, but {channels} arrive.",
            "Its first layer was trained on red, green and blue. A 1×1 convolution can learn to "
            "mix the channels down to three.",
            (Remedy("Insert Conv2D with 3 filters", (mix, self._plain())),),
        )

    def _check_size(self, height: int, width: int) -> None:
        least = self.about.smallest
        if min(height, width) >= least:
            return
        larger = Resizing(height=max(height, least), width=max(width, least), antialias=True)
        size = show_pair((larger.height, larger.width))
        ways = [Remedy(f"Insert Resizing to {size}", (larger, self._plain()))]
        if least > 32 and min(height, width) >= 32:
            other = self._plain(application="MobileNetV2", frozen=ALL)
            ways.append(Remedy("Use MobileNetV2", (other,)))
        raise ShapeProblem(
            f"{self.application} takes pictures of at least {least} × {least} pixels, but "
            f"{height} × {width} arrive.",
            "It halves the picture several times, and nothing would be left. Enlarge the pictures "
            "here, or set a larger height and width at the Input; 96 or more suits it better.",
            tuple(ways),
        )

    def _check_frozen(self) -> None:
        known = self.choices("frozen")
        if self.frozen in known or last_frozen(self._file, self.frozen or "?") is not None:
            return
        raise ShapeProblem(
            f"{self.application} has no layer “{self.frozen}” to freeze up to.",
            f"Its stages end at {', '.join(stages(self._file))}.",
            tuple(
                Remedy(f"Freeze {words}", (self._plain(frozen=name),))
                for name, words in ((ALL, "all"), (known[1], f"up to {known[1]}"))
            ),
        )

    # Pixels

    def _preparation(self) -> Stack:
        """Blocks that bring the pixels to the range that the network was trained with."""
        if self.pixels is None:
            return ()
        scale, offset = _wanted(self.about)
        factor, shift = self.pixels
        bring = BringToRange(
            name="pixels",
            scale=_rounded(one / factor for one in scale),
            offset=_rounded(o - s * shift / factor for s, o in zip(scale, offset, strict=True)),
        )
        flip: Stack = (FlipColours(name="pixels"),) if self.about.prepared == "caffe" else ()
        return flip if bring.changes_nothing else (*flip, bring)

    def _network(self, size: tuple[int, int]) -> PretrainedNetwork:
        return PretrainedNetwork(
            size=size,
            application=self.application,
            weights=self.weights,
            weights_file=self.weights_file,
            frozen=self.frozen,
        )

    # What it comes to

    def reach(self, shape: Shape) -> Reach | None:
        return self._passed(shape).reach

    def download(self, shape: Shape) -> NetworkFile | None:
        if self.weights != "imagenet":
            return None
        try:
            self.output_shape(shape)
        except ShapeProblem:
            return None
        file = self.about.weights(shape[0], shape[1])
        frozen, learning = self._counts(shape)
        return NetworkFile(
            f"{self.application}'s ImageNet weights",
            file.url,
            file.checksum,
            4 * (frozen + learning).parameters,
        )

    def shape_formula(self, shape: Shape) -> str:
        lines = [super().shape_formula(shape)]
        if shape[-1] == 1:
            lines.insert(0, f"grey taken three times: {show_shape((*shape[:2], 3))}")
        return "\n".join(lines)

    def parameter_formula(self, shape: Shape) -> str:
        """The sum of the stages, and how much of it is trained."""
        ends = [last_frozen(self._file, name) for name in stages(self._file)]
        starts = [0, *(end + 1 for end in ends if end is not None)]
        costs = self._passed(shape).costs
        sums = [
            sum(cost.parameters for cost in costs[start:end])
            for start, end in zip(starts, [*starts[1:], len(costs)], strict=True)
        ]
        total, trained = sum(sums), self._counts(shape)[1].trainable
        words = f"{trained:,} trained" if trained else "none trained"
        return f"{' + '.join(f'{one:,}' for one in sums)} = {total:,}, {words}"

    def remarks(self, shape: Shape) -> tuple[Remark, ...]:
        found = []
        imagenet = Remedy("Use ImageNet weights", (self._plain(weights="imagenet"),))
        if self.weights == "file" and not self.weights_file:
            found.append(
                Remark(
                    "no-weights-file",
                    "No weights file is named.",
                    f"Name a .weights.h5 file that Keras saved from {self.application} without its "
                    "classifier, or take other weights.",
                    (imagenet, Remedy("Start at random", (self._plain(weights="none"),))),
                    stops=True,
                )
            )
        if self.weights == "none" and self.frozen != NOTHING:
            found.append(
                Remark(
                    "frozen-at-random",
                    "Layers are frozen that have never learnt anything.",
                    "Their weights are drawn at random and stay so: nothing useful comes through. "
                    "Freeze nothing, or start with weights that have learnt.",
                    (Remedy("Freeze nothing", (self._plain(frozen=NOTHING),)), imagenet),
                )
            )
        if self.weights != "none" and self.pixels is None:
            found.append(
                Remark(
                    "no-pixels",
                    f"What reaches {self.application} are no longer pixels.",
                    "It was trained on photographs. Behind layers that make something else of them "
                    "its weights know nothing, and their range cannot be brought to what it "
                    "expects. Put it first.",
                )
            )
        return tuple(found)

    def _plain(self, **fields: object) -> Backbone:
        """This block as the user would have written it."""
        return self.changed(pixels=None, **fields)


class PretrainedNetwork(_Fields, frozen=True, kw_only=True):
    """The network itself, a model within the model.  (height, width, 3) → its last feature map."""

    size: tuple[int, int]

    def output_shape(self, shape: Shape) -> Shape:
        return self._passed(shape).outputs[-1]

    def cost(self, shape: Shape) -> Cost:
        frozen, learning = self._counts(shape)
        return frozen + learning

    def values(self, shape: Shape) -> int:
        return self._passed(shape).values

    def reach(self, shape: Shape) -> Reach | None:
        return self._passed(shape).reach

    def source(self, name: str) -> Source:
        # Keras calls every copy of a network the same, and refuses two layers of one name.
        named = f'name="{name}"'
        name = _variable(name)
        own = [f"{key}={value!r}" for key, value in self.about.arguments]
        weights = '"imagenet"' if self.weights == "imagenet" else "None"
        size = f"({self.size[0]}, {self.size[1]}, 3)"
        arguments = [*own, "include_top=False", f"weights={weights}", f"input_shape={size}", named]
        before = [
            f"{name} = keras.applications.{self.about.function}(",
            f"    {', '.join(arguments)}",
            ")",
        ]
        if self.weights == "file":
            before.append(f"{name}.load_weights({self.weights_file!r})")
        return Source(f"{name}({{x}})", (*before, *self._freezing(name)), name)

    def _freezing(self, name: str) -> tuple[str, ...]:
        if self.frozen == NOTHING:
            return ()
        if self.frozen == ALL:
            return (f"{name}.trainable = False",)
        return (
            f"for layer in {name}.layers:",
            "    layer.trainable = False",
            f'    if layer.name == "{self.frozen}":',
            "        break",
        )


class BringToRange(Block, frozen=True, kw_only=True):
    """A Rescaling layer with a factor and an offset for each colour.  Any shape → the same."""

    role: ClassVar[Role] = Role.NORMALIZATION

    scale: Triple
    offset: Triple

    @classmethod
    def kind(cls) -> str:
        """Keras's layer."""
        return "Rescaling"

    @property
    def changes_nothing(self) -> bool:
        """Whether the values are already what they should be, but for rounding."""
        return all(abs(one - 1) < 1e-9 for one in self.scale) and all(
            abs(one) < 1e-9 for one in self.offset
        )

    def cost(self, shape: Shape) -> Cost:
        """A multiplication for each value."""
        return Cost(multiply_adds=values_in(shape))

    def keras_arguments(self) -> dict[str, object]:
        """One number where all colours are treated alike."""
        scale, offset = (one[0] if len(set(one)) == 1 else one for one in (self.scale, self.offset))
        arguments: dict[str, object] = {"scale": scale}
        return arguments if offset == 0 else arguments | {"offset": offset}


class FlipColours(Block, frozen=True, kw_only=True):
    """Red, green, blue become blue, green, red.  Any shape → the same."""

    role: ClassVar[Role] = Role.NORMALIZATION

    def source(self, name: str) -> Source:
        return Source("keras.ops.flip({x}, axis=-1)")


class _AsColour(Parallel, frozen=True, kw_only=True):
    """A grey picture three times, as red, green and blue."""


def _triple(numbers: Iterable[float]) -> Triple:
    red, green, blue = numbers
    return (red, green, blue)


def _rounded(numbers: Iterable[float]) -> Triple:
    """To ten digits, of which float32 keeps seven: nothing ragged stands in the script."""
    return _triple(float(f"{number:.10g}") for number in numbers)


def _variable(name: str) -> str:
    """What to call a network in a script: its name, unless that would hide something else."""
    word = name.rstrip("_0123456789")
    return f"{name}_network" if word in _TAKEN or iskeyword(name) else name


def _wanted(about: Application) -> tuple[Triple, Triple]:
    """Factor and offset that make of pixels 0 to 255 what a network was trained with."""
    match about.prepared:
        case "-1 to 1":
            return (1 / 127.5,) * 3, (-1.0,) * 3
        case "torch":
            scale = _triple(1 / 255 / deviation for deviation in DEVIATION)
            return scale, _triple(-m / d for m, d in zip(MEAN, DEVIATION, strict=True))
        case "caffe":
            return (1.0,) * 3, _triple(-mean for mean in BLUE_GREEN_RED)
    return (1.0,) * 3, (0.0,) * 3

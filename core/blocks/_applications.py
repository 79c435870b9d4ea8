"""The networks of Keras Applications that a Backbone can be, and what Keras says of each.

Layer by layer they are written down in ``resources/backbones``; `core.blocks._network` reads that.
"""

from __future__ import annotations

from typing import Literal, get_args

import msgspec

Name = Literal[
    "MobileNetV2",
    "MobileNetV2 0.35",
    "MobileNetV3Small",
    "MobileNetV3Large",
    "EfficientNetV2B0",
    "ConvNeXtTiny",
    "ResNet50",
    "ResNet50V2",
    "DenseNet121",
    "InceptionV3",
    "Xception",
    "VGG16",
]

Prepared = Literal["inside", "-1 to 1", "torch", "caffe"]
"""How a network likes its pixels.

inside: as they are, 0 to 255; its own first layers do the rest.  torch: 0 to 1, then each colour by
ImageNet's mean and deviation.  caffe: 0 to 255, blue first, less ImageNet's mean of each colour.
"""

_KERAS = "https://storage.googleapis.com/tensorflow/keras-applications/"
SQUARES = (96, 128, 160, 192, 224)
"""Sides (pixels) for which MobileNetV2 has weights of its own; other pictures get those of 224."""


class WeightsFile(msgspec.Struct, frozen=True):
    """A file of ImageNet weights without the classifier.

    Attributes:
        url: Where Keras keeps it.
        checksum: MD5 or SHA-256 as Keras publishes it; empty where it publishes none.
    """

    url: str
    checksum: str = ""

    @property
    def name(self) -> str:
        """The file's name."""
        return self.url.rpartition("/")[2]


class Application(msgspec.Struct, frozen=True, kw_only=True):
    """One network.

    Attributes:
        function: Name of the function in ``keras.applications``.
        prepared: How it likes its pixels.
        smallest: Smallest height and width that Keras lets in (pixels).
        file: Where its ImageNet weights are; ``{side}`` stands for the picture's.
        checksum: Of that file.
        words: What it is known for.
        arguments: Arguments of the function, besides those that every one gets.
    """

    function: str
    prepared: Prepared
    smallest: int
    file: str
    checksum: str = ""
    words: str
    arguments: tuple[tuple[str, object], ...] = ()

    def weights(self, height: int, width: int) -> WeightsFile:
        """The file that Keras would take for pictures of this size (pixels)."""
        side = height if height == width and height in SQUARES else 224
        return WeightsFile(_KERAS + self.file.format(side=side), self.checksum)


_MOBILE_V2 = (
    "mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_{alpha}_{{side}}_no_top.h5"
)

APPLICATIONS: dict[str, Application] = {
    "MobileNetV2": Application(
        function="MobileNetV2",
        prepared="-1 to 1",
        smallest=32,
        file=_MOBILE_V2.format(alpha="1.0"),
        words="small and quick, a good first try",
    ),
    "MobileNetV2 0.35": Application(
        function="MobileNetV2",
        prepared="-1 to 1",
        smallest=32,
        file=_MOBILE_V2.format(alpha="0.35"),
        words="the smallest, with about a third of the channels",
        arguments=(("alpha", 0.35),),
    ),
    "MobileNetV3Small": Application(
        function="MobileNetV3Small",
        prepared="inside",
        smallest=32,
        file="mobilenet_v3/weights_mobilenet_v3_small_224_1.0_float_no_top_v2.h5",
        checksum="d3e8ec802a04aa4fc771ee12a9a9b836",
        words="very quick, made for phones",
    ),
    "MobileNetV3Large": Application(
        function="MobileNetV3Large",
        prepared="inside",
        smallest=32,
        file="mobilenet_v3/weights_mobilenet_v3_large_224_1.0_float_no_top_v2.h5",
        checksum="07fb09a5933dd0c8eaafa16978110389",
        words="quick, more exact than the small one",
    ),
    "EfficientNetV2B0": Application(
        function="EfficientNetV2B0",
        prepared="inside",
        smallest=32,
        file="efficientnet_v2/efficientnetv2-b0_notop.h5",
        checksum="893217f2bb855e2983157299931e43ff",
        words="much accuracy for its size",
    ),
    "ConvNeXtTiny": Application(
        function="ConvNeXtTiny",
        prepared="inside",
        smallest=32,
        file="convnext/convnext_tiny_notop.h5",
        checksum="d547c096cabd03329d7be5562c5e14798aa39ed24b474157cef5e85ab9e49ef1",
        words="modern and exact, wants a GPU",
    ),
    "ResNet50": Application(
        function="ResNet50",
        prepared="caffe",
        smallest=32,
        file="resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
        checksum="4d473c1dd8becc155b73f8504c6f6626",
        words="the classic with shortcuts",
    ),
    "ResNet50V2": Application(
        function="ResNet50V2",
        prepared="-1 to 1",
        smallest=32,
        file="resnet/resnet50v2_weights_tf_dim_ordering_tf_kernels_notop.h5",
        checksum="fac2f116257151a9d068a22e544a4917",
        words="the classic with shortcuts, normalised first",
    ),
    "DenseNet121": Application(
        function="DenseNet121",
        prepared="torch",
        smallest=32,
        file="densenet/densenet121_weights_tf_dim_ordering_tf_kernels_notop.h5",
        checksum="30ee3e1110167f948a6b9946edeeb738",
        words="few weights, every layer sees all before it",
    ),
    "InceptionV3": Application(
        function="InceptionV3",
        prepared="-1 to 1",
        smallest=75,
        file="inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
        checksum="bcbd6486424b2319ff4ef7d526e38f63",
        words="windows of several sizes side by side",
    ),
    "Xception": Application(
        function="Xception",
        prepared="-1 to 1",
        smallest=71,
        file="xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
        checksum="b0042744bf5b25fce3cb969f33bebb97",
        words="separable convolutions with shortcuts",
    ),
    "VGG16": Application(
        function="VGG16",
        prepared="caffe",
        smallest=32,
        file="vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
        checksum="6d6bbae143d832006294945121d1f1fc",
        words="plain convolutions, easy to look into, slow",
    ),
}
"""Each network by the name that people choose."""

assert set(APPLICATIONS) == set(get_args(Name))

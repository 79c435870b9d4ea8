"""Which weights of known networks a project starts with, and whether they are here.

Apart from `core.data.pretrained`, which fetches them: the window asks this while it starts, and
the network's modules take a tenth of a second.
"""

from __future__ import annotations

from pathlib import Path

from core.analysis import analyse
from core.blocks.backbone import PretrainedNetwork
from core.blocks.base import NetworkFile
from core.data.places import keras_home
from core.project import Project


def weights_home() -> Path:
    """The folder that holds them, laid out as Keras lays out its own."""
    return keras_home() / "models"


def weights_path(block: PretrainedNetwork) -> Path | None:
    """The file that a network's weights come from; None where they are drawn at random."""
    if block.weights == "none":
        return None
    if block.weights == "file":
        return Path(block.weights_file).expanduser()
    return weights_home() / block.about.weights(*block.size).name


def is_there(wanted: NetworkFile) -> bool:
    """Whether it has been downloaded."""
    return (weights_home() / wanted.name).is_file()


def missing(project: Project) -> tuple[NetworkFile, ...]:
    """What a project's blocks need from the network and is not there yet, each file once."""
    wanted: dict[str, NetworkFile] = {}
    for _place, report in analyse(project).walk():
        if report.input is None or report.block.disabled:
            continue
        file = report.block.download(report.input)
        if file is not None and not is_there(file):
            wanted.setdefault(file.name, file)
    return tuple(wanted.values())

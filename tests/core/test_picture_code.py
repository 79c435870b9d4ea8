"""What is exported reads picture files as Layerloom does: the same pixels from the same file."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.blocks import Input
from core.data.picture import read_picture
from core.picture_code import IMPORTS, read_picture_code
from tests.core.odd_pictures import jpegs_and_pngs, others

STRANGER = """
import sys
{imports}

{code}

np.savez("{name}", **{{path: read_picture(path) for path in sys.argv[1:]}})
"""
"""Runs where Layerloom is not to be found."""


def read_elsewhere(files: list[Path], size: Input, folder: Path) -> dict[str, np.ndarray]:
    """What the exported text makes of files, in a process of its own."""
    script = folder / "stranger.py"
    code = STRANGER.format(imports=IMPORTS, code=read_picture_code(size), name="read.npz")
    script.write_text(code, "utf-8")
    names = [str(file) for file in files]
    done = subprocess.run(
        [sys.executable, "-I", script, *names], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    with np.load(folder / "read.npz") as read:
        return dict(read)


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    return [
        *jpegs_and_pngs(tmp_path_factory.mktemp("usual")),
        *others(tmp_path_factory.mktemp("others")),
    ]


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
@pytest.mark.parametrize(("height", "width"), [(64, 60), (9, 130)])
def test_exported_code_gives_the_very_pixels(files, tmp_path, fit, channels, height, width):
    size = Input(height=height, width=width, channels=channels, fit=fit)
    theirs = read_elsewhere(files, size, tmp_path)
    other = {
        file.name
        for file in files
        if theirs[str(file)].dtype != np.uint8
        or not np.array_equal(theirs[str(file)], read_picture(file, size))
    }
    assert other == set()


@pytest.mark.parametrize("values", [np.float32([[0, 1]]), np.int32([[-5, 5]])])
def test_what_it_would_read_otherwise_is_refused(tmp_path, values):
    Image.fromarray(values).save(tmp_path / "a.tif")
    names: dict = {}
    exec(f"{IMPORTS}\n{read_picture_code(Input())}", names)
    with pytest.raises(ValueError, match="floats or of negative numbers are not read"):
        names["read_picture"](tmp_path / "a.tif")

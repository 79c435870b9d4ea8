"""MNIST, the handwritten digits that come with Layerloom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.data.errors import DataError

MNIST_FILE = Path(__file__).parent.parent.parent / "resources" / "datasets" / "mnist.npz"


def load_mnist(
    path: Path = MNIST_FILE,
) -> tuple[
    npt.NDArray[np.uint8], npt.NDArray[np.int32], npt.NDArray[np.uint8], npt.NDArray[np.int32]
]:
    """All of MNIST.

    Returns:
        Training pictures ``(60000, 28, 28, 1)`` uint8, their digits ``(60000,)`` int32, then the
        same for the 10,000 test pictures.

    Raises:
        DataError: The file is missing or damaged.
    """
    try:
        # Opened here, because numpy leaves the file open when it is no archive.
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            train_x, train_y = arrays["x_train"], arrays["y_train"]
            test_x, test_y = arrays["x_test"], arrays["y_test"]
    except FileNotFoundError as error:
        raise DataError(
            f"MNIST should be at {path}, but it is not there. Install Layerloom again."
        ) from error
    except Exception as error:  # numpy and zipfile raise many kinds for a damaged archive
        raise DataError(f"{path} is damaged ({error}). Install Layerloom again.") from error
    return (
        train_x[..., None],
        train_y.astype(np.int32),
        test_x[..., None],
        test_y.astype(np.int32),
    )

"""Downloading the ImageNet weights of the networks that a Backbone can be: once, and checked."""

from __future__ import annotations

import urllib.error
from pathlib import Path

from core.blocks.base import NetworkFile
from core.data.download import DamagedError, Tell, fetch, free_bytes, network_words
from core.data.errors import DataError
from core.data.remote import Remote
from core.data.weights import weights_home
from core.words import data_size


class WeightsError(DataError):
    """Weights cannot be had or do not fit; the text is for people."""


def fetch_weights(wanted: NetworkFile, tell: Tell = lambda done, total: None) -> Path:
    """Fetch a file of weights unless it is there.

    Args:
        wanted: What to fetch.
        tell: Told of the progress; may raise to stop, and nothing half-fetched stays.

    Returns:
        Where it is.

    Raises:
        WeightsError: It cannot be fetched; says why and what to do.
    """
    folder = weights_home()
    path = folder / wanted.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.is_file():
            return path
        if free_bytes(folder) < 2 * wanted.bytes:
            raise WeightsError(
                f"{wanted.title} need {data_size(2 * wanted.bytes)} in {folder}, and "
                f"{data_size(free_bytes(folder))} are free there. Free some space first."
            )
        fetch(Remote(wanted.url, wanted.checksum), folder, tell)
    except DamagedError as error:
        raise WeightsError(f"{wanted.title} could not be downloaded. {error}") from error
    except (urllib.error.URLError, TimeoutError) as error:
        raise WeightsError(_offline(wanted, error)) from error
    except OSError as error:
        raise WeightsError(
            f"{wanted.title} could not be kept in {folder}: {error.strerror or error}."
        ) from error
    return path


def _offline(wanted: NetworkFile, error: Exception) -> str:
    return (
        f"{wanted.title} ({data_size(wanted.bytes)}) could not be downloaded: "
        f"{network_words(error)}. Check the network and try again, or fetch {wanted.url} yourself "
        f"and put it into {weights_home()}. With weights set to none the network starts at random "
        "and needs no download."
    )

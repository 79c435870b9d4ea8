"""Thousands of random sequences of edits: ``python -m tests.properties --sequences 5000``.

The suite draws a few of the same; a failure prints the acts that led to it, shrunk to the least.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from core.bootstrap import ROOT, ensure_environment


def run() -> int:
    """Run them; pytest's exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.properties")
    parser.add_argument("--sequences", type=int, default=5_000, help="how many (default: 5000)")
    parser.add_argument("--seed", type=int, help="for the same ones again")
    parser.add_argument("--unshrunk", action="store_true", help="show a failure as it was drawn")
    options = parser.parse_args()
    ensure_environment("tests")
    os.chdir(ROOT)
    os.environ["LAYERLOOM_SEQUENCES"] = str(options.sequences)
    if options.unshrunk:
        os.environ["LAYERLOOM_UNSHRUNK"] = "1"
    # Only now is pytest sure to be there.
    import pytest

    seed = [] if options.seed is None else [f"--hypothesis-seed={options.seed}"]
    statistics = ["-q", "--hypothesis-show-statistics", "-p", "no:cacheprovider", "--capture=sys"]
    return int(pytest.main([str(Path(__file__).parent), *statistics, *seed]))


if __name__ == "__main__":
    sys.exit(run())

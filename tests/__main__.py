"""Run the test suite in an environment that holds what it needs; arguments go on to pytest."""

import os
import sys

from core.bootstrap import ROOT, ensure_environment


def run() -> int:
    """Run the tests; the exit code."""
    ensure_environment("tests")
    os.chdir(ROOT)
    # Only now is pytest sure to be there, and this Python new enough for the rest.
    from tests.suite import run_suite

    return run_suite(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(run())

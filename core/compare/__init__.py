"""Comparing two projects or two runs; pure, without Keras and without a window."""

from core.compare.comparison import Comparison, Figure, Subject, compare, of_run, open_subject
from core.compare.design import INPUT, Mark, Row, Side, design_rows
from core.compare.fields import Difference

__all__ = [
    "INPUT",
    "Comparison",
    "Difference",
    "Figure",
    "Mark",
    "Row",
    "Side",
    "Subject",
    "compare",
    "design_rows",
    "of_run",
    "open_subject",
]

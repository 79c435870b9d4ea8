"""The picture of an architecture for a paper, as boxes, texts and lines; drawn elsewhere."""

from core.picture.drawing import Box, Drawing, Line, Text
from core.picture.options import MM, PAGE_WIDTHS, Options
from core.picture.page import draw

__all__ = ["MM", "PAGE_WIDTHS", "Box", "Drawing", "Line", "Options", "Text", "draw"]

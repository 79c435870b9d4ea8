"""Export: one module for each format, each proved in a clean process before it counts as done."""

from core.export.formats import Format
from core.export.registry import FORMATS
from core.export.run import ExportError, ExportResult, export

__all__ = ["FORMATS", "ExportError", "ExportResult", "Format", "export"]

"""Export: one module for each format, each proved in a clean process before it counts as done.

`core.export.registry` says which formats there are and needs no numpy; `core.export.run` writes.
"""

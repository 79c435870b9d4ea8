"""Everything Layerloom knows without a window: projects, blocks, analysis, training, export.

Nothing in here imports Qt.
"""

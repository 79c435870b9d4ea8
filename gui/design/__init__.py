"""The Design page: palette, loom, inspector and drawer, all mirrors of one document."""

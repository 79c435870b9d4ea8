"""The window: shows and edits a project.  Imports `core`, never keras or tensorflow."""

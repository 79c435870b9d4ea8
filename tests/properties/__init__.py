"""Random sequences of edits: what must hold after any of them, whatever was done."""

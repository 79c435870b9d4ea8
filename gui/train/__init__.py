"""Training as the window shows it: the run under way, its curves, its plan, its outcome."""

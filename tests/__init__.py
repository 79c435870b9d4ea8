"""The test suite: ``python3 -m tests`` runs it, with whatever arguments pytest takes."""

"""The templates as cards to choose from."""

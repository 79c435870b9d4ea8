"""Pictures of architectures: painted from `core.picture`, shown, written to files."""

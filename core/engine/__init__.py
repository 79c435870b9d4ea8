"""The engine: a process of its own that owns Keras and the GPU, and its protocol."""

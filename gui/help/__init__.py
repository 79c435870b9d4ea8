"""Help on every kind of block, made from its class."""

"""What hands do on the loom, one gesture a module: select, insert, move, and dropping either."""

"""Training: the plan, the loop, the devices, and the folder a run is kept in."""

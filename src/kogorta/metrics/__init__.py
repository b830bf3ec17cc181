"""Key figures of the base and of its segments."""

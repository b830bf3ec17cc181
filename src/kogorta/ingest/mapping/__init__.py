"""Which column of a file is which field of the canonical tables."""

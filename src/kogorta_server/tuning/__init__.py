"""Settings that people change on a page: which there are, how they are written, what they would do."""

"""The segment language: nodes, parsing, validation and fingerprints."""

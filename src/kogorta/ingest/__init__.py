"""Readers, column mapping, validation and quarantine: from a file to facts."""

"""A workspace is a folder: settings, definitions and data, and the one facade over them."""

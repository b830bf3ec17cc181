"""Pages: plain functions that answer with markup made of typed elements; the look is that of the report."""

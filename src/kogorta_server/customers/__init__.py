"""Customers, for pages and the API: what is asked of the living base about one of them, lists as files, erasure, calls."""

"""Tests of what judges a base."""

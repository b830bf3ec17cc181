"""Definitions of segments, written on a page: checked while they are typed, saved, taken away."""

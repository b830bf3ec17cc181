"""Keeping the service alive: is it well, what does it do, what if the disk dies."""

"""A workspace that another process holds: a service, which is asked on this machine for what the workspace would answer."""

from kogorta.remote.served import Served, find

__all__ = ["Served", "find"]

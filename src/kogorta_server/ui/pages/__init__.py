"""The pages, a module for each place of the menu. Importing this package registers them all."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

for _found in sorted(item.name for item in iter_modules(__path__)):
    import_module(f"{__name__}.{_found}")

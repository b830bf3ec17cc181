"""What tests of presets share."""

from tests.core.cli.conftest import typed

__all__ = ["typed"]

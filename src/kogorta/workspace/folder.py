"""A workspace on disk: `kogorta.toml`, `segments/`, `data/`."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from kogorta import config as configuration
from kogorta.config import FILE_NAME, Config
from kogorta.errors import InputError, KogortaError, WorkspaceError
from kogorta.vocab import Business

STORE = Path("data") / "warehouse.duckdb"
SEGMENTS = "segments"
TESTS = "tests"
"""Below `SEGMENTS`: tests of definitions."""


def create(
    folder: Path,
    template: str = Business.SHOP.value,
    *,
    name: str | None = None,
    currency: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
) -> Config:
    """Make a new workspace folder from a template.

    Raises:
        InputError: There is no such template.
        WorkspaceError: The folder is one already.
    """
    if template not in {business.value for business in Business}:
        raise InputError("there is no such template", got=template, expected=", ".join(Business))
    path = folder / FILE_NAME
    if path.exists():
        raise WorkspaceError(
            "this folder is a workspace already",
            got=str(folder),
            hint="choose another folder, or use this one as it is",
        )
    text = _template(f"{template}.toml")
    (folder / SEGMENTS / TESTS).mkdir(parents=True, exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    wishes = {
        "name": name or folder.resolve().name,
        "currency": currency,
        "timezone": timezone,
        "language": language,
    }
    try:
        config = configuration.update(
            folder, {"workspace": {key: value for key, value in wishes.items() if value}}
        )
    except KogortaError:
        path.unlink()
        raise
    _explain(folder / SEGMENTS, config)
    return config


def _explain(folder: Path, config: Config) -> None:
    """Lay a page beside the definitions that says what belongs there, and an example that defines nothing yet."""
    for name, source in (("README.md", "segments"), ("example.yaml", "example")):
        path = folder / name
        if not path.exists():
            ending = path.suffix
            path.write_text(_template(f"{source}.{config.workspace.language}{ending}"), encoding="utf-8")


def _template(name: str) -> str:
    return (files("kogorta.workspace") / "templates" / name).read_text(encoding="utf-8")

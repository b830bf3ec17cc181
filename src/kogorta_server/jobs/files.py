"""Where files of jobs lie: in folders that are named by numbers, so that no name of a person's file is ever a path."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from kogorta_server import base

UPLOADS, EXPORTS = Path("data") / "uploads", Path("data") / "exports"

_STRANGE = re.compile(r"[^\w .()+-]+")
_LONGEST = 80


def clean_name(name: str) -> str:
    """Return the name of a file as it may stand on any disk: no path, no sign that means something to a shell.

    Examples:
        >>> clean_name("../../etc/passwd"), clean_name("Заказы за май.xlsx"), clean_name("..")
        ('passwd', 'Заказы за май.xlsx', 'file')
        >>> clean_name('a;rm -rf $HOME".csv'), clean_name(".htaccess")
        ('a_rm -rf _HOME_.csv', 'htaccess')
    """
    last = re.split(r"[\\/]", name)[-1]
    plain = _STRANGE.sub("_", last).strip(" .")
    if len(plain) > _LONGEST:
        stem, dot, ending = plain.rpartition(".")
        plain = f"{stem[: _LONGEST - 10]}.{ending[:8]}" if dot else plain[:_LONGEST]
    return plain or "file"


def upload_folder(upload_id: int) -> Path:
    """Return where a file that was uploaded lies, and what belongs to it."""
    return base.workspace().folder / UPLOADS / f"{upload_id:08d}"


def export_path(job_id: int) -> Path:
    """Return where the file of an export lies."""
    return base.workspace().folder / EXPORTS / f"{job_id:08d}.csv"


def quarantine_path(upload_id: int, number: int) -> Path:
    """Return where the refused rows of an import lie; an export of another system has such a file for each table."""
    return upload_folder(upload_id) / "refused" / f"{number}.csv"


def remove_exports() -> None:
    """Remove the files of all exports: who is to be forgotten may stand in any of them."""
    for path in (base.workspace().folder / EXPORTS).glob("*"):
        path.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove a folder with all that is in it; one that is not there is no error."""
    shutil.rmtree(folder, ignore_errors=True)

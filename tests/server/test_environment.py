"""What an operator sets from outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from kogorta.errors import ConfigError
from kogorta_server.environment import read


def test_the_greatest_upload_is_told_in_megabytes(tmp_path: Path) -> None:
    here = {"KOGORTA_WORKSPACE": str(tmp_path)}
    assert read(here).upload_bytes == 512 * 1024 * 1024
    assert read(here | {"KOGORTA_UPLOAD_MB": "20"}).upload_bytes == 20 * 1024 * 1024


@pytest.mark.parametrize("text", ["much", "-1", "1.5", ""])
def test_a_size_that_is_no_number_is_refused_by_its_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigError, match="this setting is a whole number") as told:
        read({"KOGORTA_WORKSPACE": str(tmp_path), "KOGORTA_UPLOAD_MB": text})
    assert told.value.got == f"KOGORTA_UPLOAD_MB={text}"

"""The pages about files say what the code does."""

from __future__ import annotations

from pathlib import Path

from kogorta.i18n import Translator
from kogorta.ingest import messages
from kogorta.ingest.reference import file_forms_page
from tests.core.ingest.base import Desk, counts

DOCS = Path(__file__).parents[3] / "docs"


def test_the_reference_page_is_up_to_date() -> None:
    page = (DOCS / "reference" / "file-forms.md").read_text("utf-8")
    assert page == file_forms_page(), "run: python -m kogorta.ingest.reference > docs/reference/file-forms.md"


def test_the_files_of_the_guide_can_be_imported(desk: Desk) -> None:
    blocks = (DOCS / "howto" / "import-files.md").read_text("utf-8").split("```\n")
    files = [block for block in blocks if block.startswith("Клиент;")]
    assert [
        counts(desk.take(file, form))
        for file, form in zip(files, ("orders", "customer_summaries"), strict=True)
    ] == [
        (2, 0, 0, 0),
        (1, 0, 0, 0),
    ]


def test_every_reason_says_what_is_wrong_and_what_to_do() -> None:
    speaker = Translator("en")
    for reason in messages.REASONS:
        text = speaker.say(messages.reason_message(reason, value="x", column="c"))
        assert ";" in text or "--" in text or "needs" in text, reason

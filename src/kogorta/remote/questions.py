"""What a workspace is asked from another process, and in which of its arguments files may be named.

Whoever is asked stands in another folder, so a path is said whole. A text that might be one is looked at by who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from kogorta.workspace.defining import is_text
from kogorta.workspace.questions import DOCUMENTS


@dataclass(frozen=True, slots=True)
class Question:
    """A method, or a property.

    Attributes:
        files: Arguments that name a file, or several.
        sources: Arguments with definitions, as a text or as a file.
        definitions: Arguments with definitions, as a text, as a file or by id.
        writes: Whether the store, the folder of segments or the settings are another after it.
    """

    files: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    definitions: tuple[str, ...] = ()
    writes: bool = False


_OF_ONE = Question(definitions=("segment",))
_WRITES = Question(writes=True)

QUESTIONS: Mapping[str, Question] = {
    # whose base it is
    "refreshed_at": Question(),
    "catalogue": Question(),
    "names": Question(),
    "definitions": Question(),
    "definition_number": Question(),
    "status": Question(),
    "audit": Question(),
    "doctor": Question(),
    "report_data": Question(),
    # who is where, and why
    "members": Question(),
    "sizes": Question(),
    "traits": Question(),
    "explain": Question(),
    "transitions": Question(),
    "timeline": Question(),
    "profile": Question(),
    "ways": Question(),
    "variables": Question(),
    "today": Question(),
    "record_call": _WRITES,
    # definitions
    "show": Question(),
    "sentence": Question(),
    "sentences": Question(sources=("source",)),
    "sql": Question(definitions=("definition",)),
    "size": Question(definitions=("definition",)),
    "estimate": Question(definitions=("definition",)),
    "effects": Question(),
    "overlap": Question(),
    "diff": Question(sources=("source",)),
    "backtest": Question(definitions=("definition",)),
    "define": Question(sources=("source",), writes=True),
    "undefine": _WRITES,
    "plan": Question(),
    "apply": _WRITES,
    "pull": _WRITES,
    "versions": Question(),
    "version_difference": Question(),
    "try_segments": Question(files=("paths",)),
    "presets": Question(),
    "preset": Question(),
    "add_presets": _WRITES,
    # measures
    "kpis": _OF_ONE,
    "cohorts": _OF_ONE,
    "campaign_kpis": _OF_ONE,
    "source_kpis": _OF_ONE,
    "portrait": Question(definitions=("segment", "against")),
    "attractive": _OF_ONE,
    "trend": _OF_ONE,
    # what comes in, and what is done to it
    "preview": Question(files=("source",)),
    "recognise": Question(files=("path",)),
    "columns_of": Question(files=("path",)),
    "plan_export": Question(files=("paths",)),
    "read_so_far": Question(),
    "import_file": Question(files=("path",), writes=True),
    "import_export": Question(files=("paths",), writes=True),
    "keep_read": _WRITES,
    "import_snapshot": _WRITES,
    "import_table": _WRITES,
    "import_tracking": _WRITES,
    "compact": _WRITES,
    "refresh": _WRITES,
    "refresh_due": _WRITES,
    # people
    "links": Question(),
    "preview_merge": Question(),
    "link": _WRITES,
    "unlink": _WRITES,
    "split": _WRITES,
    "unsplit": _WRITES,
    "preview_erasure": Question(),
    "erase": _WRITES,
}


class Files:
    """Says files of this process whole.

    Args:
        names: Returns the ids of all schemes and free segments.

    Attributes:
        called: How each was called here, by how it is said.
    """

    def __init__(self, names: Callable[[], Collection[str]]) -> None:
        self._names = names
        self.called: dict[str, str] = {}

    def said(self, question: Question, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return arguments as another process understands them.

        Args:
            question: What they are for.
            arguments: By name.
        """
        said = dict(arguments)
        for names, say in (
            (question.files, self._files),
            (question.sources, self._source),
            (question.definitions, self._definition),
        ):
            said |= {name: say(said[name]) for name in names if name in said}
        return said

    def _files(self, value: Any) -> Any:
        if isinstance(value, str | Path):
            return self._whole(value)
        if isinstance(value, Iterable) and not isinstance(value, pa.Table):
            return [self._whole(path) for path in value]
        return value

    def _source(self, value: Any) -> Any:
        return value if isinstance(value, str) and is_text(value) else self._whole(value)

    def _definition(self, value: Any) -> Any:
        if isinstance(value, Path):
            return self._whole(value)
        if not isinstance(value, str) or is_text(value):
            return value
        # an id comes first, as where the file and the base are in one process
        is_file = value.endswith(DOCUMENTS) or (Path(value).is_file() and not self._is_id(value))
        return self._whole(value) if is_file else value

    def _is_id(self, value: str) -> bool:
        return value.partition(".")[0] in self._names()

    def _whole(self, value: str | Path) -> Path:
        whole = Path(value).absolute()
        if str(whole) != str(value):
            self.called[str(whole)] = str(value)
        return whole

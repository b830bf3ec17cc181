"""How the bytes of an upload are received: on disk, no more than are allowed, and only from whom it is allowed."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, StopUpload, TemporaryFileUploadHandler
from django.http import HttpRequest

from kogorta_server.accounts.models import User
from kogorta_server.accounts.rights import Right

_TOO_BIG = "kogorta.upload_too_big"


class LimitedUpload(TemporaryFileUploadHandler):
    """Keeps a file while it comes in, and gives it up as soon as it is too big."""

    _received = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; of strangers none is kept."""
        user = getattr(self.request, "user", None)
        if not isinstance(user, User) or not user.may(Right.IMPORT):
            raise SkipFile
        announced = int(self.request.META.get("CONTENT_LENGTH") or 0) if self.request else 0
        if announced > settings.ENVIRONMENT.upload_bytes + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            self._give_up()
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Keep some bytes; whoever announced less than he sends is found out here."""
        self._received += len(raw_data)
        if self._received > settings.ENVIRONMENT.upload_bytes:
            self._give_up()
        return super().receive_data_chunk(raw_data, start)

    def _give_up(self) -> None:
        if self.request is not None:
            self.request.META[_TOO_BIG] = True
        raise StopUpload(connection_reset=False)


def is_too_big(request: HttpRequest) -> bool:
    """Tell whether more was sent than is allowed."""
    return bool(request.META.get(_TOO_BIG))

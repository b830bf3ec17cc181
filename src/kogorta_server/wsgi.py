"""What the web server calls. Loading this opens the base, which this process then owns."""

from __future__ import annotations

import atexit
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kogorta_server.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402  only now there are settings

from kogorta_server import base  # noqa: E402
from kogorta_server.operation.control import Control  # noqa: E402

base.open_base(settings.ENVIRONMENT.workspace)
atexit.register(base.close_base)
atexit.register(Control(settings.ENVIRONMENT.workspace).close)

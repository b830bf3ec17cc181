"""What the web server calls. Loading this opens the base, which this process then owns, and begins to do jobs."""

from __future__ import annotations

import os
from multiprocessing.util import Finalize

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kogorta_server.settings")

application = get_wsgi_application()

from django.conf import settings  # noqa: E402  only now there are settings

from kogorta_server import base  # noqa: E402
from kogorta_server.jobs.worker import Worker  # noqa: E402
from kogorta_server.operation.control import Control  # noqa: E402

base.open_base(settings.ENVIRONMENT.workspace)

# the web server runs this in a child process, which ends without `atexit`; the greater number comes first
Finalize(None, base.close_base, exitpriority=10)
Finalize(None, Control(settings.ENVIRONMENT.workspace).close, exitpriority=15)

# One process owns the base, so whatever seems to run was left by one that is dead.
_worker = Worker(owns_all=True)
_worker.start()
Finalize(None, _worker.stop, exitpriority=20)

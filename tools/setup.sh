#!/bin/sh
# Brings the locked environment into .venv. Called by the Makefile; needs Python, and uv is brought by pip.
set -eu
cd "$(dirname "$0")/.."

uv_version=0.13.9
tools=.venv-tools

# The first Python that fits. PYTHON=... comes first, so that a person can choose.
find_python() {
    for name in ${PYTHON:-} python3.11 python3.12 python3.13 python3 python; do
        "$name" -c '
import sys
if not (3, 11) <= sys.version_info[:2] < (3, 14):
    raise SystemExit(1)
print(getattr(sys, "_base_executable", sys.executable))
' 2>/dev/null && return 0
    done
    echo "Kogorta needs Python 3.11, 3.12 or 3.13, and none was found on the PATH." >&2
    echo "  found: $(command -v python3 >/dev/null && python3 --version || echo no python3 at all)" >&2
    echo "  what to do: on Debian, apt-get install python3; or name one: make PYTHON=/path/to/python3.12" >&2
    return 1
}

# Debian ships Python without the part of venv that brings pip; as root we can mend that ourselves.
make_tools() {
    "$python" -m venv --clear "$tools" >/dev/null 2>&1 && return 0
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        echo "setup: this Python cannot make virtual environments; installing python3-venv"
        export DEBIAN_FRONTEND=noninteractive
        apt-get update -qq -o Acquire::Retries=3
        apt-get install -y -qq -o Acquire::Retries=3 --no-install-recommends python3-venv >/dev/null
        "$python" -m venv --clear "$tools" && return 0
    fi
    echo "This Python cannot make virtual environments: $python" >&2
    echo "  what to do: on Debian, apt-get install python3-venv" >&2
    return 1
}

python=$(find_python)

# uv stands apart from .venv, because `uv sync` removes from there whatever the lock does not name.
if [ "$("$tools/bin/uv" --version 2>/dev/null | cut -d' ' -f2)" != "$uv_version" ]; then
    echo "setup: bringing uv $uv_version"
    make_tools
    "$tools/bin/python" -m pip install --quiet --disable-pip-version-check "uv==$uv_version"
fi

echo "setup: installing the locked packages into .venv"
unset VIRTUAL_ENV                            # another environment's name would only make uv warn
export UV_PYTHON_DOWNLOADS=never             # the Python is the machine's own
export UV_PROJECT_ENVIRONMENT=.venv
export UV_SYSTEM_CERTS=1                     # as pip does: behind a company's proxy its certificate counts
export UV_NO_PROGRESS=1
export UV_LINK_MODE=copy                     # the cache and the checkout may be on two disks
exec "$tools/bin/uv" sync --frozen --quiet --python "$python"

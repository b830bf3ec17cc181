#!/bin/sh
# Installs what tests need of the machine, a browser and a MariaDB server, where we may; elsewhere those tests are skipped and say so.
set -eu
PATH="$PATH:/usr/sbin:/usr/local/sbin"

has() {
    for name; do
        if command -v "$name" >/dev/null; then return 0; fi
    done
    return 1
}

wanted=""
has chromium chromium-browser google-chrome || wanted="$wanted chromium fonts-dejavu-core"
has mariadbd || wanted="$wanted mariadb-server"
[ -n "$wanted" ] || exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setup: installing$wanted for the tests"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086  one word for each package
    apt-get update -qq -o Acquire::Retries=3 &&
        apt-get install -y -qq -o Acquire::Retries=3 --no-install-recommends $wanted >/dev/null &&
        exit 0
fi
echo "setup: without$wanted some tests will be skipped (on Debian: apt-get install$wanted)" >&2

#!/bin/sh
# Installs what the browser tests need, where we may; elsewhere those tests are skipped and say so.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setup: installing Chromium and a font for the browser tests"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq -o Acquire::Retries=3 &&
        apt-get install -y -qq -o Acquire::Retries=3 --no-install-recommends chromium fonts-dejavu-core >/dev/null &&
        exit 0
fi
echo "setup: no Chromium, so the browser tests will be skipped (on Debian: apt-get install chromium)" >&2

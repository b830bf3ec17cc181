"""Catalogue feeds: what shops publish for marketplaces and advertisements, as rows of products."""

from __future__ import annotations

from kogorta.ingest.feeds.recognise import Feed, feed_of, is_google_header
from kogorta.ingest.feeds.records import AMOUNTS, CODES, CURRENCY, PARAMS, Record

__all__ = ["AMOUNTS", "CODES", "CURRENCY", "PARAMS", "Feed", "Record", "feed_of", "is_google_header"]

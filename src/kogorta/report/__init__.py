"""The report: one HTML file in Russian or English that needs no network.

`render(data, lang)` turns a `ReportData` into the page; `model` is the contract for whoever fills it.
"""

from __future__ import annotations

from kogorta.report.model import ReportData
from kogorta.report.render import render

__all__ = ["ReportData", "render"]

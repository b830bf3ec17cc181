"""What the pages can do, the API can."""

from __future__ import annotations

import kogorta_server.urls  # noqa: F401  registers the pages
from kogorta_server.ui.page import PAGES
from tests.server.api.test_door import endpoints

READS = {"GET", "HEAD"}

ENDPOINTS: dict[str, tuple[str, ...]] = {
    "overview": ("base", "steps", "kpis", "movements", "findings", "status"),
    "segments": ("list_segments", "list_definitions"),
    "segments_freshness": ("status",),
    "segment": ("segment", "trend", "reach", "definition"),
    "segment_people": ("members",),
    "segment_definition": ("definition", "definition_versions", "definition_difference"),
    "segment_sql": ("segment_sql",),
    "segment_moves": ("trend", "changes"),
    "segment_portrait": ("portrait",),
    "segment_backtest": ("backtest", "trend_by_month"),
    "definition_state": ("status",),
    "definition_edit": ("definition",),
    "definition_words": ("vocabulary",),
    "definition_check": ("check", "estimate"),
    "definition_effect": ("plan", "size"),
    "definition_save": ("define",),
    "definition_delete": ("definition", "undefine"),
    "presets": ("list_presets",),
    "presets_list": ("list_presets",),
    "preset_add": ("add_preset",),
    "schemes": ("list_schemes",),
    "scheme": ("scheme", "list_customers"),
    "overlap": ("overlap",),
    "movements": ("movements", "scheme_refreshes"),
    "moved": ("moved",),
    "cohorts": ("cohorts",),
    "cohorts_months": ("kpis",),
    "cohorts_sources": ("sources",),
    "cohorts_messages": ("messages",),
    "customers": ("list_customers",),
    "customers_file": ("list_customers", "export_customers"),
    "exports": ("export_customers",),
    "customer": ("customer", "timeline", "profile", "ways", "links", "customer_segments", "why"),
    "erasure": ("preview_erasure", "erase_customer"),
    "today": ("today", "record_call"),
    "uploads": ("list_uploads", "upload", "import_file"),
    "upload": ("upload_state", "import_upload"),
    "upload_look": ("look_at_upload",),
    "upload_state": ("upload_state", "job"),
    "upload_refused": ("refused_rows",),
    "jobs": ("list_jobs", "job"),
    "jobs_now": ("list_jobs",),
    "jobs_refresh": ("refresh",),
    "job_retry": ("retry_job",),
    "job_cancel": ("cancel_job",),
    "job_file": ("job_file",),
    "settings": ("list_settings",),
    "setting": ("preview_settings", "change_settings"),
    "users": ("list_users", "invite"),
    "users_strict": ("second_step", "require_second_step"),
    "user": ("user", "change_user", "make_user_link", "forget_second_step"),
    "keys": ("list_keys", "make_key"),
    "key_revoke": ("revoke_key",),
    "audit": ("audit",),
    "audit_csv": ("audit",),
}
"""By page, the endpoints that do what it does."""

REASONS: dict[str, str] = {
    "login": "a program shows a key with each request",
    "login_code": "a program has no telephone",
    "logout": "there is no session to end: a key is taken back",
    "language": "Accept-Language says it with each request",
    "invited": "a person chooses his password himself; nobody else may know it",
    "profile": "it is about the person who looks, and a key is nobody",
    "change_password": "likewise",
    "security": "the telephone of the person who looks",
    "security_off": "likewise",
    "definition_new": "an empty form with an example; `vocabulary` has the words",
    "components": "how things look",
}
"""By page that has none, why."""

BEYOND = {
    *("list_webhooks", "make_webhook", "remove_webhook"),
    *("list_waivers", "set_waivers"),
    *("list_schedules", "change_schedule"),
    *("preview_link", "link", "unlink", "split", "unsplit"),
}
"""What the API can do and no page does yet."""

OPERATIONS = {str(item[2].operation_id): item[0] for item in endpoints()}


def test_every_page_has_an_endpoint_or_a_reason_to_have_none() -> None:
    pages = {page.name for page in PAGES}
    assert ENDPOINTS.keys() | REASONS.keys() == pages
    assert not ENDPOINTS.keys() & REASONS.keys()


def test_every_endpoint_is_what_a_page_does_or_is_known_to_go_beyond() -> None:
    named = {operation for operations in ENDPOINTS.values() for operation in operations}
    assert named | BEYOND == OPERATIONS.keys()
    assert not named & BEYOND


def test_a_page_that_changes_something_has_an_endpoint_that_does() -> None:
    # whoever sends a form that only asks, sends it to these
    asks = {"definition_check", "definition_effect", "upload_look"}
    for page in PAGES:
        if page.name in ENDPOINTS and set(page.methods) - READS and page.name not in asks:
            methods = {OPERATIONS[operation] for operation in ENDPOINTS[page.name]}
            assert methods - READS, page.name

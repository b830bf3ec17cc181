"""What the description of the API promises holds for requests that nobody thought of."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from django.core.wsgi import get_wsgi_application
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from kogorta.workspace import Workspace
from tests.server.api.conftest import Programs
from tests.server.api.test_door import endpoints

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = 10
OPERATIONS = sorted(str(item[2].operation_id) for item in endpoints())


@pytest.mark.parametrize("operation_id", OPERATIONS)
def test_an_endpoint_answers_as_described_whatever_is_sent(
    own_shop: Workspace, program: Programs, operation_id: str
) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    operation = schema.find_operation_by_id(operation_id)
    headers = {"authorization": program().defaults["HTTP_AUTHORIZATION"], "accept-encoding": "identity"}

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def whatever(case: schemathesis.Case[Any]) -> None:
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    whatever()

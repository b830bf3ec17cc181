"""What the description of the API promises holds for requests that nobody thought of."""

from __future__ import annotations

from functools import cache
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

from tests.server.api.conftest import Programs
from tests.server.api.test_door import endpoints

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
READS, WRITES = 3, 5
"""Examples of each operation: there are a hundred of them."""

OPERATIONS = {str(item[2].operation_id): item[0] for item in endpoints()}


@cache
def described() -> Any:
    """Return the description, as tools read it."""
    return schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.mark.parametrize("operation_id", sorted(OPERATIONS))
def test_an_endpoint_answers_as_described_whatever_is_sent(
    request: pytest.FixtureRequest, program: Programs, operation_id: str
) -> None:
    is_read = OPERATIONS[operation_id] == "GET"
    # what only looks may look at a base that others look at, too
    request.getfixturevalue("shop" if is_read else "own_shop")
    operation = described().find_operation_by_id(operation_id)
    headers = {"authorization": program().defaults["HTTP_AUTHORIZATION"], "accept-encoding": "identity"}
    answered: list[str] = []

    @settings(
        max_examples=READS if is_read else WRITES,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def whatever(case: schemathesis.Case[Any]) -> None:
        answer = case.call(headers=headers)
        case.validate_response(answer, checks=CHECKS)
        answered.append(str(answer.status_code))

    whatever()
    assert answered
    assert set(answered) <= set(operation.definition.raw["responses"])

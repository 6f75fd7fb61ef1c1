"""Every service's OpenAPI document is kept, whatever is sent: no 5xx, no answer that the document does not describe."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from shared.http.app import VERSION
from shared.http.document import document
from shared.http.operations import Operation, Query, Reckoning, Upload
from shared.policy.role import BUYING_BOARD, ROLES, buying_board
from tests.shared.http.inn import token
from tests.shared.http.services import SERVICES, remembering, tables

EVERYTHING = token(*(buying_board("education") if role == BUYING_BOARD else role for role in ROLES))
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip


def operations(service: str) -> list[Any]:
    """Give a service's operations as its document has them; the token is ours and is not to be made up."""
    made = remembering(service)
    rows = tables(service)
    whole = document(
        service, VERSION, [r for r in rows if isinstance(r, Operation)], [r for r in rows if isinstance(r, Query)],
        [r for r in rows if isinstance(r, Upload)], [r for r in rows if isinstance(r, Reckoning)],
    )  # fmt: skip
    schema = schemathesis.openapi.from_dict({name: part for name, part in whole.items() if name != "security"})
    schema.app = made
    return [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr] # else it fails here


OPERATIONS = [
    (service, mode, operation)
    for service in SERVICES
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)
    for operation in operations(service)
]
NAMES = [f"{service} {mode.value} {operation.label}" for service, mode, operation in OPERATIONS]


@pytest.mark.parametrize(("mode", "operation"), [row[1:] for row in OPERATIONS], ids=NAMES)
def test_the_document_is_kept(mode: GenerationMode, operation: Any) -> None:
    """What is valid by the document and what is not is answered as the document says, and what is not is refused."""

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
    def attempt(case: Any) -> None:
        response = case.call(headers={"authorization": f"Bearer {EVERYTHING}"})
        refused = [negative_data_rejection] if mode == GenerationMode.NEGATIVE else []
        case.validate_response(response, checks=[*CHECKS, *refused])

    attempt()

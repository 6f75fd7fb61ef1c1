"""Each service keeps its OpenAPI document over HTTP and on real servers, whatever is sent to it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.local import issuer
from deploy.local.stack import Servers
from deploy.local.suite import SERVICES, Suite
from shared.policy.role import BUYING_BOARD, ROLES, buying_board
from tests.suite import forms, office
from tests.suite.desk import Desk
from tests.suite.rest import comes_to_rest
from tests.suite.running import at, running

TODAY = "2026-06-01"
EXAMPLES = 4
EVERY_ROLE = [str(buying_board("education") if role == BUYING_BOARD else role) for role in ROLES]
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip


@dataclass
class Asked:
    """A running suite with one of everything in it; `ids` are what a path can name."""

    suite: Suite
    ids: dict[str, str]
    session: requests.Session = field(default_factory=requests.Session)


async def one_of_everything(suite: Suite) -> dict[str, str]:
    """Let there be an enterprise, a place, a tender and a consultation, so that paths lead somewhere."""
    async with Desk(suite) as desk:
        enterprise_id = await office.recognised(desk, TODAY, 1, "77")
        placement_id, _ = await office.running(desk, TODAY, enterprise_id)
        tender_id = await office.published(desk, "2026-06-01T07:00:00+02:00", "2026-07-01", "77310000")
        await desk.do("consultation", "/v1/consultations/2026/initiatives", forms.initiative(TODAY))
        await comes_to_rest(suite, date.fromisoformat(TODAY))
    return {
        "enterpriseId": enterprise_id, "placementId": placement_id, "tenderId": tender_id, "year": "2026",
        "objectId": placement_id, "dutyId": f"gs-4.first/{placement_id}",
    }  # fmt: skip


@pytest.fixture(scope="module")
def asked(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asked]:
    """A suite for the whole module."""
    with running(servers, tmp_path_factory.mktemp("openapi"), at(TODAY)) as suite:
        found = Asked(suite, asyncio.run(one_of_everything(suite)))
        found.session.headers["authorization"] = (
            f"Bearer {issuer.token('suite-everybody', EVERY_ROLE, at(TODAY), issuer.private_key())}"
        )
        yield found
        found.session.close()


def operations(suite: Suite, service: str) -> list[Any]:
    """Give a service's operations as its document has them; the token is ours and is not to be made up."""
    whole = requests.get(f"{suite.url(service)}/openapi.json", timeout=10).json()
    schema = schemathesis.openapi.from_dict({name: part for name, part in whole.items() if name != "security"})
    schema.config.update(base_url=suite.url(service))
    return [result.ok() for result in schema.get_all_operations()]  # type: ignore[union-attr] # else it fails here


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=lambda mode: mode.value)
@pytest.mark.parametrize("service", SERVICES)
def test_the_document_is_kept(asked: Asked, service: str, mode: GenerationMode) -> None:
    """No 5xx, no status, media type or body that the document does not have, and nothing invalid is taken.

    Half the requests are about what is there, so that they get past "not found".
    """
    refused = [negative_data_rejection] if mode == GenerationMode.NEGATIVE else []
    for operation in operations(asked.suite, service):

        @given(case=operation.as_strategy(generation_mode=mode), is_there=st.booleans())
        @settings(
            max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True
        )  # fmt: skip
        def attempt(case: Any, is_there: bool) -> None:  # noqa: FBT001 - hypothesis gives it
            if is_there and mode == GenerationMode.POSITIVE:
                case.path_parameters |= {name: asked.ids[name] for name in case.path_parameters if name in asked.ids}
            response = case.call(session=asked.session)
            case.validate_response(response, checks=[*CHECKS, *refused])

        attempt()


@pytest.mark.parametrize("service", SERVICES)
def test_every_service_says_what_it_is(asked: Asked, service: str) -> None:
    """The documents that need no token: OpenAPI 3.1 and the API's own description; AsyncAPI 3 with one."""
    address = asked.suite.url(service)
    assert requests.get(f"{address}/openapi.json", timeout=10).json()["openapi"].startswith("3.1")
    said = requests.get(f"{address}/api-info", timeout=10).json()
    assert said.keys() == {"apiName", "apiVersion", "apiReleased", "apiDocumentation", "apiStatus"}
    assert asked.session.get(f"{address}/asyncapi.json", timeout=10).json()["asyncapi"].startswith("3.")

"""A notice that cannot be read is refused with its own reason, in either language."""

import httpx
import pytest

from services.procurement.api.notices import SAID_SV
from services.procurement.notice.unreadable import Reason
from shared.policy.role import PROCUREMENT_OFFICE
from tests.shared.http.inn import token
from tests.shared.http.services import remembering


async def refused(data: bytes, language: str) -> tuple[str, str]:
    """Send a file; give the reason and the sentence."""
    headers = {
        "authorization": f"Bearer {token(PROCUREMENT_OFFICE)}", "accept-language": language,
        "content-type": "application/xml", "idempotency-key": "k",
    }  # fmt: skip
    transport = httpx.ASGITransport(remembering("procurement"))
    async with httpx.AsyncClient(transport=transport, base_url="http://procurement", headers=headers) as client:
        answer = await client.post("/v1/notices", content=data)
    assert answer.status_code == 422
    return answer.json()["reason"], answer.json()["detail"]


@pytest.mark.parametrize(
    ("data", "reason", "swedish", "english"),
    [
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "notice-document-type", "DOCTYPE", "document type declaration"),
        (b"PK\x03\x04", "notice-compressed", "packa upp den", "unpack it first"),
        (b"<x", "notice-not-well-formed", "inte välformad XML", "not well-formed XML"),
        (b"<cheque/>", "notice-unknown-root", "cheque", "its root, cheque"),
    ],
)
async def test_each_file_is_refused_for_its_own_reason(data: bytes, reason: str, swedish: str, english: str) -> None:
    """What is the case and what to do, not one sentence for all."""
    for language, words in (("sv", swedish), ("en", english)):
        told, sentence = await refused(data, language)
        assert told == reason
        assert words in sentence


def test_every_reason_is_said_in_swedish() -> None:
    """A new reason of the reader's needs its words here."""
    assert SAID_SV.keys() == set(Reason)

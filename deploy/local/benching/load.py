"""The load: enterprises with distinct valid organisation numbers, registered by registry's own command."""

from datetime import UTC, date, datetime
from time import time

import uuid_utils
from stdnum import luhn

from services.registry.domain.registration import RegisterEnterprise
from shared.contracts.values import Id, Plain
from shared.deciding import Submission
from shared.policy.role import REGISTRY_OFFICER

REGISTERED_ON = date(2026, 1, 12)
ASSOCIATION = "769"  # what the numbers of economic associations begin with; six more digits and Luhn's
NUMBERS = 1_000_000


class TooMany(ValueError):
    """There are a million such numbers."""


def organisation_number(number: int) -> str:
    """Give the number-th valid organisation number. Raises TooMany."""
    if number >= NUMBERS:
        raise TooMany(number)
    digits = f"{ASSOCIATION}{number:06}"
    return digits + str(luhn.calc_check_digit(digits))


def name(number: int) -> str:
    """Give an enterprise's name, with letters that take two bytes."""
    return f"Företag {number} ekonomisk förening"


def registration(number: int, now: datetime | None = None) -> Submission:
    """Make the command as HTTP makes it of a request: its own id, key, time (now by default) and correlation."""
    now = now or datetime.fromtimestamp(time(), UTC)
    command = RegisterEnterprise(
        at=now,
        enterprise_id=Id(str(uuid_utils.uuid7())),
        organisation_number=Plain(f'"{organisation_number(number)}"'),
        name=Plain(f'"{name(number)}"'),
        legal_form="ekonomisk-forening",
        municipality_code="0180",
        registered_on=REGISTERED_ON,
    )
    return Submission(
        command=command, key=f"bench/{number}", actor="bench", role=REGISTRY_OFFICER, recorded_at=now,
        correlation_id=str(uuid_utils.uuid7()), dnr=f"RS {number}", digest=b"",
    )  # fmt: skip

"""IN-2: more people should start such enterprises. A wish: since when each is in business is kept, and nothing is owed."""

from deploy.local.referencing.suite import services
from services.registry.views.enterprise import ENTERPRISE
from shared.contracts.duty import DutyArose
from tests.registry.stories import register, registry, row_of


def test_since_when_an_enterprise_is_in_business_is_kept() -> None:
    """It is counted by the year of its start, which may be unknown (IN-2)."""
    told = registry().given(register(business_started_on="2019-05-02"))
    assert str(row_of(ENTERPRISE, told).business_started_on) == "2019-05-02"
    assert row_of(ENTERPRISE, registry().given(register(business_started_on=None))).business_started_on is None


def test_an_enterprise_that_starts_makes_nothing_owed() -> None:
    """Nobody is late with a wish (IN-2)."""
    told = registry().given(register(business_started_on="2026-01-02"))
    assert not [envelope for envelope in told.told if isinstance(envelope.data, DutyArose)]


def test_the_indicator_is_asked_by_day() -> None:
    """How many there were of each year's start, on a day (IN-2)."""
    [asked] = [query for query in services()["registry"].queries if query.path == "/v1/start-years"]
    assert asked.filters == {"on": "date"}

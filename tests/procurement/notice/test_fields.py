"""The table of paths against the SDK's own list of fields."""

import pytest

from services.procurement.notice import fields
from tests.procurement.notice.sdk_reading import COMPANY, LOT, RESULT, sdk_paths

# the table, where its paths begin, and the fields that the SDK's list lacks for parts, which have a lot's paths
ROWS = [
    *((field, path, "/*") for field, path in fields.FROM_ROOT.items()),
    *((field, path, LOT.format(scheme="Lot")) for field, path in fields.FROM_LOT.items()),
    *((field, path, COMPANY) for field, path in fields.FROM_COMPANY.items()),
    *((field, path, RESULT) for field, path in fields.FROM_LOT_RESULT.items()),
]


@pytest.mark.parametrize(("field", "path", "start"), ROWS, ids=[row[0] for row in ROWS])
def test_a_path_is_the_sdks(field: str, path: str, start: str) -> None:
    """Each field is read where the SDK says that it stands."""
    assert f"{start}/{path}" == sdk_paths()[field]


@pytest.mark.parametrize("field", fields.FROM_LOT)
def test_a_part_has_the_paths_of_a_lot(field: str) -> None:
    """Where the SDK knows a field for parts, only the scheme differs."""
    of_lot = sdk_paths()[field]
    assert sdk_paths().get(field.replace("-Lot", "-Part"), of_lot).replace("'Part'", "'Lot'") == of_lot


def test_everything_that_a_path_names_is_kept() -> None:
    """Also what a condition asks about."""
    for name in ("CompanyLegalFormCode", "ID", "EndTime"):
        assert f"{{{fields.NAMESPACES['cbc']}}}{name}" in fields.KEPT_VALUES
    assert f"{{{fields.NAMESPACES['efac']}}}Changes" in fields.KEPT_ELEMENTS - fields.KEPT_VALUES
    assert {"schemeName", "listName", "languageID", "currencyID"} == fields.KEPT_ATTRIBUTES

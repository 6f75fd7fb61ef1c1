"""Work that takes more than one request: an enterprise that is recognised, a place that runs, a tender that is open."""

from tests.suite import forms
from tests.suite.desk import Desk


async def registered(desk: Desk, day: str, n: int) -> str:
    """Register the n-th enterprise; gives its id."""
    made = await desk.do("registry", "/v1/enterprises", forms.enterprise(day, n))
    return str(made["enterpriseId"])


async def recognised(desk: Desk, day: str, n: int, *cpv: str) -> str:
    """Register the n-th enterprise, say what it offers, and recognise it; gives its id."""
    enterprise_id = await registered(desk, day, n)
    path = f"/v1/enterprises/{enterprise_id}"
    if cpv:
        await desk.do("registry", f"{path}/offerings", forms.offering(day, *cpv))
    for criterion in forms.MET:
        await desk.do("registry", f"{path}/assessments", forms.assessment(day, criterion))
    await desk.do("registry", f"{path}/recognitions", forms.recognition(day))
    return enterprise_id


async def bought(desk: Desk, day: str, enterprise_id: str, **changes: object) -> tuple[str, str]:
    """Buy a place; gives its id and its person's reference."""
    made = await desk.do("placements", "/v1/placements", forms.purchase(day, enterprise_id, day, **changes))
    return made["placementId"], made["subjectRef"]


async def running(desk: Desk, day: str, enterprise_id: str, **changes: object) -> tuple[str, str]:
    """Buy a place that begins at once; gives its id and its person's reference."""
    placement_id, subject_ref = await bought(desk, day, enterprise_id, **changes)
    await desk.do("placements", f"/v1/placements/{placement_id}/starts", forms.start(day))
    return placement_id, subject_ref


async def published(desk: Desk, published_at: str, closes: str, *cpv: str) -> str:
    """Publish a tender; gives its id."""
    made = await desk.do("procurement", "/v1/tenders", forms.tender(published_at, closes, *cpv))
    return str(made["tenderId"])

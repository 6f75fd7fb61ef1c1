"""Correcting what was recorded of a tender or of an outreach."""

from services.procurement.domain.outreach import OutreachCommand
from services.procurement.domain.tender_commands import TenderCommand
from shared.correction import CorrectEvent


class CorrectTender(CorrectEvent, TenderCommand):
    """Correct an event of the tender; every enterprise is judged anew by it."""


class CorrectOutreach(CorrectEvent, OutreachCommand):
    """Correct an event of a tender and an enterprise."""

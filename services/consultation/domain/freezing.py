"""Keeping which evidence was shown (GS-7): a frozen pack is what was known of each log, and the digest of what that gives."""

from services.consultation.domain.consultation import ConsultationCommand, State
from shared.contracts.consultation import EvidencePackFrozen, LogSize, PackCause
from shared.contracts.values import Day, Id, Sha256
from shared.deciding import Decision


class FreezePack(ConsultationCommand):
    """Freeze a pack: a reaction's, to the initiative, to the meeting, and to a correction that alters what was shown."""

    pack_id: Id
    cause: PackCause
    as_of: Day
    logs: tuple[LogSize, ...]
    format: int
    manifest_digest: Sha256


def freeze(command: FreezePack, state: State) -> Decision:
    """Freeze it, once for each cause and as the next version."""
    if any(pack.pack_id == command.pack_id for pack in state.packs):
        return []
    return [EvidencePackFrozen(version=len(state.packs) + 1, **command.said())]

"""Who sees which of a service's duties: some all of them; others what lies in no sealed log, an owing board its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.http.principal import Principal
from shared.policy.duty.duties import Duties
from shared.policy.role import Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """`readers` see every duty, `auditors` those in logs that are not sealed, and whoever owes one of these its own."""

    duties: Duties
    readers: tuple[Role, ...]
    auditors: tuple[Role, ...]
    sealed: tuple[str, ...]

    @property
    def roles(self) -> tuple[Role, ...]:
        """All who may ask; what they see differs."""
        owing = (each.owed_by for each in self.duties.all if each.log not in self.sealed)
        return tuple(dict.fromkeys((*self.readers, *self.auditors, *owing)))

    def sees(self, row: Mapping[str, Any], who: Principal) -> bool:
        """Tell whether a principal sees a duty: its `id` and who owes it."""
        if who.acting(self.readers) is not None:
            return True
        if self.duties.definition(row["id"]).log in self.sealed:
            return False
        return who.acting(self.auditors) is not None or row["owed_by"] in who.roles

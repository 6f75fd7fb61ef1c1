"""What is owed about an enterprise, in the order of the clauses. The review of a recognition (DF review) has its place here."""

from shared.policy.authority import Authority
from shared.policy.duty.duties import Duties


def duties(authority: Authority) -> Duties:
    """Give registry's duties."""
    return Duties((), authority)

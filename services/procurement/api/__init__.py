"""What may be done with a tender and what may be asked of procurement, each with the roles that may.

One file of tables an aggregate; here they are joined. What names an enterprise beside a tender is the procurement
office's alone; everybody else gets counts (OSL 19:3 § 2).
"""

from typing import Final

from services.procurement.api import (
    awards,
    criteria,
    duplicates,
    enterprises,
    knowledge,
    letters,
    notices,
    outreach,
    tenders,
    waivers,
)

OPERATIONS: Final = (
    *tenders.OPERATIONS,
    *criteria.OPERATIONS,
    *awards.OPERATIONS,
    *duplicates.OPERATIONS,
    *outreach.OPERATIONS,
    *letters.OPERATIONS,
    *knowledge.OPERATIONS,
    *waivers.OPERATIONS,
)

QUERIES: Final = (
    *tenders.QUERIES,
    *criteria.QUERIES,
    *awards.QUERIES,
    *duplicates.QUERIES,
    *outreach.QUERIES,
    *letters.QUERIES,
    *knowledge.QUERIES,
    *enterprises.QUERIES,
)

UPLOADS: Final = (*notices.UPLOADS,)

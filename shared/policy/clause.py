"""Every clause of the policy under its stable id, in our own words (domain.md §1): the policy's table of contents.

The policy names no number of days: every day count is a local deadline in the authority's file.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from typing_extensions import override

from shared.policy.role import BUYING_BOARD, EXECUTIVE_OFFICE, PROCUREMENT_OFFICE, SOCIAL_BOARD, Role


class Modality(StrEnum):
    """What a breach of the clause is."""

    SHALL = "shall"  # "ska": binding
    RESP = "resp"  # "ansvarar för att": binding, without a day count of the policy's own
    SHOULD = "should"  # "bör": comply or explain
    MAY = "may"  # "kan": never a breach
    FACT = "fact"  # a statement: never a breach
    CRITERION = "criterion"  # part of what makes an enterprise a WISE: assessed, never breached
    LOCAL = "local"  # owed by a rule of the authority's own: can be late, is never a breach of the policy


@dataclass(frozen=True, slots=True)
class Without:
    """Why a clause has none of a part of the software, in Swedish and in English."""

    part: Literal["duties", "events", "tests", "views"]
    sv: str
    en: str


NO_DUTY: Final = {
    Modality.FACT: Without("duties", "en sakuppgift, inget att göra i tid", "a statement, nothing to do in time"),
    Modality.MAY: Without("duties", "får göras, måste inte", "may be done and need not"),
    Modality.CRITERION: Without(
        "duties", "prövas tillsammans med de andra, se DF-0", "assessed together with the others, see DF-0"
    ),
}


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement of the policy, and the role that it addresses: who owes it, or for MAY, who may."""

    id: str
    modality: Modality
    sv: str
    en: str
    role: Role | None = None
    without: tuple[Without, ...] = ()
    """What the software has none of for it, beside what its modality says (`NO_DUTY`)."""


class UnknownClause(KeyError):
    """No clause has this id."""

    def __init__(self, clause_id: str) -> None:
        self.clause_id = clause_id
        super().__init__(clause_id)

    @override
    def __str__(self) -> str:
        return f'There is no clause "{self.clause_id}"; use an id from {CLAUSES[0].id} to {CLAUSES[-1].id}.'


# Introduction

IN_1: Final = Clause(
    "IN-1",
    Modality.FACT,
    sv="Policyn vänder sig till myndighetens egen organisation. Den lägger "
    "inga skyldigheter på företagen eller stödorganisationerna.",
    en="The policy is addressed to the authority's own organisation. It puts no duty on enterprises or support bodies.",
    without=(
        Without("events", "säger vem som är bunden, och händer inte", "says who is bound, and is no happening"),
        Without("views", "syns i vem varje skyldighet åligger", "is seen in who owes each duty"),
    ),
)
IN_2: Final = Clause(
    "IN-2",
    Modality.FACT,
    sv="Myndigheten hoppas att fler ska våga starta sociala företag som integrerar människor i arbete.",
    en="The authority hopes that more people will start enterprises that integrate people into work.",
)
IN_3: Final = Clause(
    "IN-3",
    Modality.FACT,
    sv="Sådana företag ger nya jobb, något meningsfullt att göra och en väg in i arbetslivet.",
    en="Such enterprises bring new jobs, occupation and a way into working life.",
)
IN_4: Final = Clause(
    "IN-4",
    Modality.FACT,
    sv="Det ska vara klart vad myndighetens stöd omfattar, var det slutar, och "
    "vilken roll myndigheten har mot vart och ett av de tre stödorganen.",
    en="It is to be clear what the authority's support covers, where it "
    "ends, and which role it has towards each of the three partner bodies.",
)

# Background

BG_1: Final = Clause(
    "BG-1",
    Modality.FACT,
    sv="Det är företagen själva som driver sin utveckling framåt.",
    en="It is the enterprises themselves that drive their growth.",
)
BG_2: Final = Clause(
    "BG-2",
    Modality.FACT,
    sv="Almi och Coompanion är fristående från myndigheten och har båda i uppgift att stödja företag.",
    en="Almi and Coompanion stand outside the authority, and both have the task of supporting firms.",
)
BG_3: Final = Clause(
    "BG-3",
    Modality.FACT,
    sv="Staten har gett Coompanion i uppgift att ge råd åt den som "
    "startar kooperativt och att tala för den sociala ekonomin.",
    en="The State has tasked Coompanion with advising those who "
    "start cooperatives and with speaking for the social economy.",
)
BG_4: Final = Clause(
    "BG-4",
    Modality.MAY,
    sv="Coompanion kan ge råd till den som vill starta eller driva ett sådant "
    "företag, och hjälpa företagen med upphandling och kvalitetsarbete.",
    en="Coompanion can advise those who want to start or run such an "
    "enterprise, and help enterprises with procurement and quality work.",
)
BG_5: Final = Clause(
    "BG-5",
    Modality.MAY,
    sv="Coompanion kan hjälpa vanliga företag som vill anlita ett socialt företag som underleverantör.",
    en="Coompanion can help ordinary companies that want a social enterprise as their subcontractor.",
)
BG_6: Final = Clause(
    "BG-6",
    Modality.FACT,
    sv="Almi ger livskraftiga idéer och firmor möjlighet att växa.",
    en="Almi gives viable ideas and firms a chance to grow.",
)
BG_7: Final = Clause(
    "BG-7",
    Modality.FACT,
    sv="Myndigheten främjar företagsformen med pengar till Coompanion varje år och som en av ägarna till Almi.",
    en="The authority promotes this kind of enterprise with money "
    "to Coompanion every year and as one of Almi's owners.",
)

# Basic approach: what the authority takes upon itself

GS_1: Final = Clause(
    "GS-1",
    Modality.FACT,
    sv="Myndigheten gör Coompanions arbete möjligt med ett bidrag varje år.",
    en="The authority makes Coompanion's work possible with a contribution every year.",
)
GS_2: Final = Clause(
    "GS-2",
    Modality.FACT,
    sv="Myndigheten äger en del av Almi.",
    en="The authority owns a part of Almi.",
)
GS_3: Final = Clause(
    "GS-3",
    Modality.MAY,
    sv="När behov finns får socialnämnden köpa platser åt brukare hos ett arbetsintegrerande socialt företag.",
    en="When there is a need, the social board may buy places for "
    "service users at a work-integrating social enterprise.",
    role=SOCIAL_BOARD,
)
GS_4: Final = Clause(
    "GS-4",
    Modality.RESP,
    sv="Socialnämnden svarar för att varje köpt plats följs upp.",
    en="The social board is responsible for following up every place that was bought.",
    role=SOCIAL_BOARD,
)
GS_5: Final = Clause(
    "GS-5",
    Modality.RESP,
    sv="Styrelsen svarar, genom den enhet som sköter upphandling, för att "
    "företagen aktivt får information om upphandling och lär sig mer om den.",
    en="The executive board is responsible, through its procurement office, for actively "
    "informing the enterprises about procurement and for raising their knowledge of it.",
    role=PROCUREMENT_OFFICE,
)
GS_6: Final = Clause(
    "GS-6",
    Modality.RESP,
    sv="Styrelsen svarar, genom samma enhet, för att företagen får veta "
    "vilka upphandlingar som är på väg inom myndigheten och som kan passa dem.",
    en="The executive board is responsible, through the same office, for telling the "
    "enterprises which coming procurements within the authority may suit them.",
    role=PROCUREMENT_OFFICE,
)
GS_7: Final = Clause(
    "GS-7",
    Modality.SHALL,
    sv="Varje år ska styrelsen, genom sin ledningsstab, bjuda "
    "in Coompanion till samråd och till en gemensam uppföljning.",
    en="Every year the executive board, through its executive office, shall "
    "take the initiative to consultation and follow-up with Coompanion.",
    role=EXECUTIVE_OFFICE,
)
GS_8: Final = Clause(
    "GS-8",
    Modality.SHOULD,
    sv="När myndigheten köper tjänster bör den ställa sociala krav eller upphandla "
    "socialt ansvarsfullt, om det är lämpligt i det enskilda fallet.",
    en="When it buys services, the authority should apply social criteria "
    "or buy in a socially responsible way, where that is appropriate.",
    role=BUYING_BOARD,
)

# What a work-integrating social enterprise is

DF_0: Final = Clause(
    "DF-0",
    Modality.CRITERION,
    sv="Företaget bedriver näring: det framställer och säljer varor eller tjänster.",
    en="The enterprise carries on business: it produces and sells goods or services.",
)
DF_1: Final = Clause(
    "DF-1",
    Modality.CRITERION,
    sv="Dess främsta syfte är att den som har mycket svårt att få "
    "eller behålla ett jobb ska komma in i arbetsliv och samhälle.",
    en="Its overall aim is to bring people who find it very hard to get or keep work into working life and society.",
)
DF_2: Final = Clause(
    "DF-2",
    Modality.CRITERION,
    sv="Den som arbetar där är delaktig som ägare, genom avtal eller på något annat sätt som handlingar styrker. "
    "Delaktigheten gäller både den egna utvecklingen och hur arbetet läggs upp.",
    en="Those who work there take part as owners, by agreement or in some other way that a document can prove. "
    "They take part both in their own development and in how the work is organised.",
)
DF_3: Final = Clause(
    "DF-3",
    Modality.CRITERION,
    sv="Större delen av vinsten går tillbaka till verksamheten eller till något likartat.",
    en="Most of its profit goes back into its own activity or a similar one.",
)
DF_4: Final = Clause(
    "DF-4",
    Modality.CRITERION,
    sv="Företaget är fritt från det offentliga, både som organisation och i juridisk mening.",
    en="The enterprise is independent of the public sector, as an organisation and in law.",
)
DF_6: Final = Clause(
    "DF-6",
    Modality.FACT,
    sv="I många av företagen är medarbetarna också med och sköter driften.",
    en="In many of the enterprises those who work there also run the firm.",
)
DF_8: Final = Clause(
    "DF-8",
    Modality.FACT,
    sv="Den juridiska formen varierar; ekonomiska och ideella "
    "föreningar är vanligast, och många är sociala arbetskooperativ.",
    en="The legal form varies; economic and non-profit associations "
    "are the most common, and many are social work cooperatives.",
)
DF_9: Final = Clause(
    "DF-9",
    Modality.FACT,
    sv="Företagen tar emot den som behöver rehabilitering eller arbetsträning.",
    en="The enterprises take in those who need rehabilitation or work training.",
)

CLAUSES: Final = (
    *(IN_1, IN_2, IN_3, IN_4),
    *(BG_1, BG_2, BG_3, BG_4, BG_5, BG_6, BG_7),
    *(GS_1, GS_2, GS_3, GS_4, GS_5, GS_6, GS_7, GS_8),
    *(DF_0, DF_1, DF_2, DF_3, DF_4, DF_6, DF_8, DF_9),
)
_BY_ID = {clause.id: clause for clause in CLAUSES}


def clause(clause_id: str) -> Clause:
    """Return the clause with this id, as `GS-4`; raises UnknownClause."""
    if clause_id not in _BY_ID:
        raise UnknownClause(clause_id)
    return _BY_ID[clause_id]

"""`medverka pack YEAR`: a year's evidence for the consultation (GS-7), to look at, for a script, or as files."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from deploy.local.answers.asking import NotAnswered, asked
from deploy.local.answers.calling import parser
from deploy.local.answers.printing import Column, facts, printed, printed_json
from deploy.local.explained import WrongCall
from services.consultation.domain.evidence.pack import to_bytes
from shared.http.language import Language, Text

FACTS = {
    "asOf": Text("Som det var", "As of"), "version": Text("Fryst version", "Frozen version"),
    "cause": Text("Fryst vid", "Frozen at"), "manifestDigest": Text("Kontrollsumma", "Digest"),
    "differsFrom": Text("Jämfört med version", "Compared to version"),
}  # fmt: skip
AMISS = (("clause", Text("Punkt", "Clause")), ("said", Text("Vad", "What")))
CONTRIBUTIONS = (
    ("year", Text("År", "Year")), ("decided", Text("Beslutat", "Decided")), ("paid", Text("Utbetalt", "Paid")),
    ("difference", Text("Skillnad", "Difference")), ("deviation", Text("Avvikelse", "Deviation")),
)  # fmt: skip
FIGURES = (
    ("year", Text("År", "Year")), ("clause", Text("Punkt", "Clause")), ("kind", Text("Slag", "Kind")),
    ("measure", Text("Mått", "Measure")), ("value", Text("Antal", "Count")),
)  # fmt: skip
CELLS = (
    ("period", Text("Kvartal", "Quarter")), ("clause", Text("Punkt", "Clause")), ("measure", Text("Mått", "Measure")),
    ("by", Text("För", "Of")), ("value", Text("Antal", "Count")), ("suppressed", Text("Undertryckt", "Suppressed")),
)  # fmt: skip
ACTIONS = (
    ("agreedYear", Text("Bestämd", "Agreed")), ("owner", Text("Ansvarig", "Owner")), ("dueOn", Text("Sista dag", "Due")),
    ("overdue", Text("Försenad (lokalt)", "Late (locally)")), ("description", Text("Åtgärd", "Action")),
)  # fmt: skip
DIFFERENCES = (
    ("part", Text("Del", "Part")), ("pointer", Text("Var", "Where")), ("before", Text("Före", "Before")),
    ("after", Text("Efter", "After")),
)  # fmt: skip


def main(argv: list[str]) -> int:
    """Ask and print, or write. Raises NothingRuns, NotAnswered, WrongCall."""
    made = parser(
        "pack", "Visar eller skriver ut ett års underlag för samrådet.", "Shows or writes a year's evidence pack.",
        "  ./medverka pack 2026\n  ./medverka pack 2026 --version 2 --out underlag-2026\n  ./medverka pack 2026 --json\n",
    )  # fmt: skip
    made.add_argument("year", metavar="YEAR", type=int, help="samrådets år / the consultation's year")
    made.add_argument(
        "--version", default="current", metavar="N",
        help="en fryst version; annars det som är känt nu / a frozen version; else what is known now",
    )  # fmt: skip
    made.add_argument("--out", type=Path, metavar="DIR", help="skriv delarna som filer / write the parts as files")
    arguments = made.parse_args(argv)
    if arguments.out is not None and arguments.json:
        raise WrongCall("pack: ange --json eller --out, inte båda / give --json or --out, not both")
    with asked(arguments.lang, arguments.addresses) as suite:
        pack = suite.one("consultation", f"/v1/consultations/{arguments.year}/packs/{arguments.version}")
    if pack is None:
        raise NotAnswered(
            f"{arguments.year}, {arguments.version}: det underlaget finns inte här / there is no such pack here"
        )
    if arguments.json:
        printed_json(pack)
    elif arguments.out is not None:
        written(pack, arguments.out)
    else:
        shown(pack, arguments.lang)
    return 0


def written(pack: Mapping[str, Any], directory: Path) -> None:
    """Write each part, the manifest and the differences: the bytes whose digests stand in the manifest.

    Raises WrongCall for a directory that holds something, NotAnswered where a part is not what the manifest says.
    """
    if directory.exists() and any(directory.iterdir()):
        raise WrongCall(f"{directory}: katalogen är inte tom / the directory is not empty")
    files = {name: to_bytes(part) for name, part in pack["parts"].items()}
    for part in pack["manifest"]["parts"]:
        if sha256(files[part["name"]]).hexdigest() != part["sha256"]:
            raise NotAnswered(f"{part['name']}: delen stämmer inte med manifestet / the part is not the manifest's")
    directory.mkdir(parents=True, exist_ok=True)
    files |= {"manifest": to_bytes(pack["manifest"]), "differences": to_bytes(pack["differences"])}
    for name, data in files.items():
        (directory / f"{name}.json").write_bytes(data)


def shown(pack: Mapping[str, Any], language: Language) -> None:
    """Print what the meeting is prepared by: the agenda first, then what it rests on."""
    parts, manifest = pack["parts"], pack["manifest"]
    title = Text(f"Underlag {manifest['year']}", f"Evidence {manifest['year']}").said(language)
    facts(title, {**pack, "asOf": manifest["asOf"]}, FACTS, language)
    amiss = {row["id"]: row for row in parts["deviations"]}
    for number, point in enumerate(parts["agenda"], 1):
        items = [amiss[each] for each in point["deviations"]]
        printed(f"{number}. {point[language]}", [{**row, "said": row[language]} for row in items], AMISS, language)
    told = [cell for cell in parts["published"] if cell["value"] or cell["suppressed"]]
    counted = [row for row in parts["figures"] if row["value"]]
    tables: tuple[tuple[Text, Any, Sequence[Column]], ...] = (
        (Text("Bidrag (GS-1)", "Contributions (GS-1)"), parts["contributions"], CONTRIBUTIONS),
        (Text("Skyldigheter", "Duties"), counted, FIGURES),
        (Text("Publicerade siffror", "Published figures"), told, CELLS),
        (Text("Öppna åtgärder", "Open actions"), parts["actions"], ACTIONS),
        (Text("Vad som skiljer sig", "What differs"), pack["differences"], DIFFERENCES),
    )
    for said, rows, columns in tables:
        printed(said.said(language), rows, columns, language)

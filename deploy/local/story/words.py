"""What the classes and kinds of duties are called in the story, and what each class means."""

from collections.abc import Iterator

from shared.http.language import Language, Text

HEADS = {
    "arose": Text("uppstod", "arose"),
    "done": Text("i tid", "in time"),
    "done-recorded-late": Text("i tid, sent antecknad", "in time, noted late"),
    "done-late": Text("sent", "late"),
    "not-done": Text("ogjord", "not done"),
    "lapsed": Text("förföll", "lapsed"),
    "waived": Text("befriad", "waived"),
    "voided": Text("bortföll", "voided"),
    "open": Text("öppen", "open"),
    "breach": Text("brister", "breaches"),
}
MEANINGS = {
    "done": Text("gjort och antecknat senast sista dagen", "done and recorded by the due day"),
    "done-recorded-late": Text(
        "gjort i tid och antecknat efteråt, med bevis från den tiden; ingen brist",
        "done in time and recorded afterwards, with proof of that time; no breach",
    ),
    "done-late": Text("gjort efter sista dagen", "done after the due day"),
    "not-done": Text("sista dagen gick, och det är fortfarande inte gjort", "the due day passed, and it is still not done"),
    "lapsed": Text("går inte längre att göra; bristen består", "can no longer be done; the breach stays"),
    "waived": Text("någon som får har beslutat att det inte behövs", "somebody entitled decided that it need not be done"),
    "voided": Text(
        "det som skyldigheten gällde föll bort innan sista dagen; ingen brist",
        "what it was about was gone before the due day; no breach",
    ),
    "open": Text("ska göras; sista dagen har inte gått", "to be done; the due day has not passed"),
    "breach": Text(
        "bestämmelsens sista dag gick utan att det var gjort", "the clause's last day passed without its being done"
    ),
}  # fmt: skip
KINDS = {
    "first": Text("första uppföljningen", "first follow-up"),
    "recurring": Text("återkommande uppföljning", "recurring follow-up"),
    "final": Text("slutuppföljning", "final follow-up"),
    "review": Text("omprövning av plats", "review of a place"),
    "planned": Text("besked om plan", "word of a plan"),
    "published": Text("besked om annons", "word of a notice"),
    "knowledge": Text("kunskap om upphandling", "knowledge of procurement"),
    "criteria": Text("ställningstagande till sociala krav", "statement on social criteria"),
    "contract-term": Text("uppföljning av socialt villkor (lokal)", "follow-up of a social term (local)"),
    "df-review": Text("ny prövning av godkännandet (lokal)", "review of the recognition (local)"),
    "initiative": Text("initiativ till samråd", "initiative to consultation"),
    "held": Text("samrådet hålls (lokal)", "consultation held (local)"),
}


def legend(language: Language) -> Iterator[str]:
    """Say what each class means, a line each."""
    width = max(len(HEADS[name].said(language)) for name in MEANINGS)
    for name, meaning in MEANINGS.items():
        yield f"  {HEADS[name].said(language):{width}}  {meaning.said(language)}"

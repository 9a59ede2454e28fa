"""Documents of the authority that are recorded already: a row that tells another story of one is no new finding."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from api.imports.book import Book
from api.imports.findings.mapping import FindingsMapping
from api.imports.findings.rows import Finding
from api.imports.mapping import PLACEHOLDER, ROW
from api.imports.problems import BadRow

ADVICE = (
    "nothing is ever edited: cancel or reverse that slip first, or, if this is another finding of the same document, "
    "import it together with the earlier ones"
)


async def told_otherwise(mapping: FindingsMapping, findings: Sequence[Finding], book: Book) -> dict[str, BadRow]:
    """By id the findings of a recorded document that the file tells otherwise than before.

    A document may have many findings, and a later file may add some; but then it repeats those that are recorded.
    Slips that were cancelled or reversed count no more.
    """
    rule = mapping.fields.document
    if not any(rule.columns) or ROW in PLACEHOLDER.findall(rule.text or ""):
        return {}
    issued = await _issued(mapping, {finding.texts["document"] for finding in findings}, book)
    told = _by_document((finding.texts["document"], finding.id) for finding in findings)
    column = next(rule.columns)
    return {
        finding.id: BadRow(finding.line, column, document, f"recorded already and told otherwise in {slips}; {ADVICE}")
        for finding in findings
        if (document := finding.texts["document"]) in issued
        and finding.id not in issued[document]
        and not issued[document] <= told[document]
        and (slips := f"slip {min(issued[document] - told[document])}")
    }


async def _issued(mapping: FindingsMapping, documents: set[str], book: Book) -> dict[str, set[str]]:
    """The slips of these documents that imports of this source have issued, and that still stand."""
    ours = re.compile(rf"{re.escape(mapping.source)}-[0-9a-f]{{16}}-[0-9]+\Z")
    slips = [fact for fact in await book.slips(mapping.source) if ours.match(fact.slip)]
    found = [(fact.authority.doc, fact.slip) for fact in slips if fact.authority and fact.authority.doc in documents]
    await book.load(f"slip:{slip}" for _, slip in found)
    return _by_document((name, slip) for name, slip in found if book.lookup(f"slip:{slip}").state != "cancelled")


def _by_document(named: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for document, name in named:
        found.setdefault(document, set()).add(name)
    return found

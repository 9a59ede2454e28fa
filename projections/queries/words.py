"""Amounts in words."""

from __future__ import annotations

from ledger.errors import Invalid
from ledger.vocabulary import SignedFen
from projections.amount_in_words import amount_in_words
from projections.queries.answers import books as answers
from projections.queries.kernel import Reader, Result, query


@query("AmountInWords", at="/amounts/{amount}/words", cli="amount-in-words AMOUNT", answer=answers.AmountInWords)
async def words(reader: Reader, amount: SignedFen) -> Result:
    """An amount in capital figures (大写), without 人民币."""
    try:
        return {"words": amount_in_words(amount)}
    except ValueError as error:
        raise Invalid(f"amount: {error}") from None

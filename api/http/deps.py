"""The ledger of the path, as routes ask for it."""

from __future__ import annotations

from typing import Annotated, cast

from fastapi import Depends, Request

from api.bootstrap import Ledgers, NoLedger
from api.http.problems import Problem
from api.ledger import Ledger


def ledgers_of(request: Request) -> Ledgers:
    return cast("Ledgers", request.app.state.ledgers)


async def ledger_of(request: Request) -> Ledger:
    """`/v1/…` is the server's own ledger, `/ledgers/{ledger}/v1/…` any other."""
    ledgers = ledgers_of(request)
    name: str = request.path_params.get("ledger", ledgers.main)
    try:
        return await ledgers.get(name)
    except NoLedger:
        raise Problem("NOT_FOUND", f"This server has no ledger '{name}'.") from None


CurrentLedgers = Annotated[Ledgers, Depends(ledgers_of)]
CurrentLedger = Annotated[Ledger, Depends(ledger_of)]

"""The journal for beancount and hledger: their own tools load it and find our balances to the fen."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from beancount.core.account import is_valid
from beancount.core.data import Transaction
from beancount.ops.validation import HARDCORE_VALIDATIONS
from hypothesis import given as forall
from hypothesis import strategies as st

from ledger.accounts import OPENING
from ledger.calendars import add_days
from ledger.errors import Invalid
from ledger.facts.pools import QuotaWageCredited
from ledger.vocabulary import unit_stream
from projections.exports.beancount import beancount
from projections.exports.chart import CHART, inside, outside
from projections.exports.hledger import hledger
from projections.exports.journal import one_line
from projections.exports.source import Wanted, source
from tests.integration import missing
from tests.projections.company import Company
from tests.projections.conftest import Books

HLEDGER = shutil.which("hledger")
KNOWN = 3_000
SECOND = "2026-02"
UTF8 = {"LANG": "C.UTF-8", "PATH": "/usr/bin"}


@pytest.fixture
async def company(books: Books) -> Books:
    """Five thousand facts, of which some are late."""
    await books.load(Company(per_day=30).facts(5_000))
    return books


@pytest.fixture(scope="session")
def hledger_program() -> str:
    if HLEDGER is None:
        missing("hledger", "hledger")
    return HLEDGER


async def export(books: Books, form: Any, path: Path, **wanted: Any) -> Path:
    async with books.reading() as connection:
        blocks: AsyncIterator[bytes] = form(await source(connection, Wanted(**wanted)))
        path.write_bytes(b"".join([block async for block in blocks]))
    return path


def of_beancount(path: Path) -> tuple[dict[str, str], list[Transaction]]:
    """Load the file by beancount's own loader: balances by our accounts, and the transactions."""
    entries, errors, _ = loader.load_file(str(path), extra_validations=HARDCORE_VALIDATIONS)
    assert not errors, errors[:3]
    transactions = [entry for entry in entries if isinstance(entry, Transaction)]
    balances: dict[str, Decimal] = {}
    for posting in (posting for each in transactions for posting in each.postings):
        assert posting.units is not None
        account = inside(posting.account)
        balances[account] = balances.get(account, Decimal("0.00")) - Decimal(posting.units.number or 0)
    return {account: str(amount) for account, amount in balances.items()}, transactions


def of_hledger(program: str, path: Path, *arguments: str) -> dict[str, str]:
    """Balances of accounts as hledger reads them."""
    told = run(program, "-f", str(path), "balance", "--flat", "--empty", "--no-total", "-O", "json", *arguments)
    balances = {}
    for name, _, _, amounts in json.loads(told)[0]:
        total = sum((exact(amount["aquantity"]) for amount in amounts), Decimal("0.00"))
        balances[inside(name)] = str(-total + 0)
    return balances


def exact(quantity: dict[str, Any]) -> Decimal:
    return Decimal(quantity["decimalMantissa"]).scaleb(-quantity["decimalPlaces"])


def run(program: str, *arguments: str) -> str:
    done = subprocess.run([program, *arguments], capture_output=True, env=UTF8, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode()[:2000]
    return done.stdout.decode()


async def balances(books: Books) -> dict[str, str]:
    told: dict[str, str] = (await books.ask("Balances"))["balances"]
    return told


async def closing(books: Books, period: str) -> dict[str, str]:
    told = await books.ask("TrialBalance", period=period)
    return {row["account"]: row["closing"] for row in told["accounts"]}


async def test_beancount_finds_our_balances(company: Books, tmp_path: Path) -> None:
    found, transactions = of_beancount(await export(company, beancount, tmp_path / "all.beancount"))
    assert found == await balances(company)
    assert len(transactions) == len({each.meta["position"] for each in transactions})


async def test_hledger_finds_our_balances(company: Books, tmp_path: Path, hledger_program: str) -> None:
    journal = await export(company, hledger, tmp_path / "all.journal")
    run(hledger_program, "-f", str(journal), "check", "--strict")
    assert of_hledger(hledger_program, journal) == await balances(company)


async def test_a_period_begins_with_what_was_brought_forward(
    company: Books, tmp_path: Path, hledger_program: str
) -> None:
    found, transactions = of_beancount(await export(company, beancount, tmp_path / "b.beancount", period=SECOND))
    expected = await closing(company, SECOND)
    assert nonzero(found) == nonzero(expected)
    assert {each.meta["posting-period"] for each in transactions if "position" in each.meta} == {SECOND}
    journal = await export(company, hledger, tmp_path / "h.journal", period=SECOND)
    run(hledger_program, "-f", str(journal), "check", "--strict")
    assert nonzero(of_hledger(hledger_program, journal)) == nonzero(expected)


async def test_as_known_at_a_position_nothing_later_is_in_it(
    company: Books, tmp_path: Path, hledger_program: str
) -> None:
    told = await company.ask("BalancesAt", business_date="2999-12-31", known_position=KNOWN)
    expected = told["balances"]
    found, transactions = of_beancount(await export(company, beancount, tmp_path / "b.beancount", position=KNOWN))
    assert found == expected
    assert max(each.meta["position"] for each in transactions) <= KNOWN
    journal = await export(company, hledger, tmp_path / "h.journal", position=KNOWN)
    assert of_hledger(hledger_program, journal) == expected


async def test_dates_are_business_dates_and_secondary_dates_are_of_the_posting_period(
    company: Books, tmp_path: Path, hledger_program: str
) -> None:
    journal = await export(company, hledger, tmp_path / "h.journal")
    day = "2026-01-20"
    told = await company.ask("BalancesAt", business_date=day, known_position=5_000)
    by_day = of_hledger(hledger_program, journal, "--end", add_days(day, 1))
    assert nonzero(by_day) == nonzero(told["balances"])
    rows = (await company.ask("TrialBalance", period=SECOND))["accounts"]
    moved = {row["account"]: str(Decimal(row["closing"]) - Decimal(row["opening"])) for row in rows}
    assert nonzero(of_hledger(hledger_program, journal, "--date2", "--period", SECOND)) == nonzero(moved)


def nonzero(told: dict[str, str]) -> dict[str, str]:
    return {account: amount for account, amount in told.items() if Decimal(amount)}


async def test_a_transaction_says_which_fact_it_is(company: Books, tmp_path: Path) -> None:
    _, transactions = of_beancount(await export(company, beancount, tmp_path / "all.beancount"))
    facts = {fact["position"]: fact for fact in (await company.ask("Facts", limit=1000))["facts"]}
    told = [each for each in transactions if each.meta["position"] in facts]
    slip = next(each for each in told if each.meta["fact"] == "SlipConfirmed")
    fact = facts[slip.meta["position"]]
    assert slip.payee == "安全质量赔付"
    assert slip.meta["document"] == f"slip:{fact['data']['slip']}"
    assert slip.meta["number"] == slip.narration
    assert slip.meta["number"].startswith("HQ-SL-")
    for each in told:
        fact = facts[each.meta["position"]]
        assert each.date.isoformat() == each.meta["business-date"].isoformat() == fact["business_date"]
        assert each.meta["posting-period"] == fact["posting_period"]
        assert each.meta.get("adjusts-period") == fact["adjusts_period"]
        assert (each.meta["recorded-at"], each.meta["by"]) == (fact["recorded_at"], fact["by"])


@pytest.mark.parametrize("form", [beancount, hledger])
async def test_the_tool_itself_finds_a_fen_that_was_changed(
    company: Books, tmp_path: Path, hledger_program: str, form: Any
) -> None:
    check = [hledger_program, "check", "-f"] if form is hledger else [str(Path(sys.executable).with_name("bean-check"))]
    journal = await export(company, form, tmp_path / "journal.beancount")
    assert status(*check, str(journal)) == 0
    text = journal.read_text(encoding="utf-8")
    assert text.count(" 60.00 CNY") == text.count(" -60.00 CNY") > 2
    one = text.replace(" 60.00 CNY", " 60.01 CNY", 1).replace(" -60.00 CNY", " -60.01 CNY", 1)
    journal.write_text(one, encoding="utf-8")
    assert status(*check, str(journal)) == 1


def status(*arguments: str) -> int:
    return subprocess.run(arguments, env=UTF8, capture_output=True, check=False, timeout=60).returncode


async def test_free_text_breaks_no_file(books: Books, tmp_path: Path, hledger_program: str) -> None:
    text = 'a "b" \\ c; d | e, f\n2026-01-01 * x\n  ; y\u2028z  w'
    unit = '掘进-1队:("x");'
    day: dict[str, Any] = {
        "business_date": "2026-01-05",
        "at": "2026-01-05T00:00:00.000000Z",
        "by": "P-C",
        "command": "c-1",
    }
    credited = QuotaWageCredited(
        stream=unit_stream(unit), unit=unit, amount=1, source_doc=text, posting_period="2026-02", **day
    )
    await books.load([credited])
    expected = {f"SRC_QUOTA:{unit}": "-0.01", f"POOL_WAGE:{unit}": "0.01"}
    found, [transaction] = of_beancount(await export(books, beancount, tmp_path / "b.beancount"))
    assert found == expected
    assert transaction.meta["document"] == one_line(text)
    journal = await export(books, hledger, tmp_path / "h.journal")
    run(hledger_program, "-f", str(journal), "check", "--strict")
    assert of_hledger(hledger_program, journal) == expected


async def test_an_empty_ledger_is_an_empty_journal(books: Books, tmp_path: Path, hledger_program: str) -> None:
    await books.load([])
    for wanted in ({}, {"period": "2026-02"}):
        assert of_beancount(await export(books, beancount, tmp_path / "b.beancount", **wanted)) == ({}, [])
        assert of_hledger(hledger_program, await export(books, hledger, tmp_path / "h.journal", **wanted)) == {}


@pytest.mark.parametrize(
    "wanted",
    [
        {"period": "2026-13"},
        {"period": "Feb"},
        {"position": -1},
        {"known_at": "x"},
        {"position": 1, "known_at": "2026"},
    ],
)
async def test_what_cannot_be_read_is_refused(books: Books, wanted: dict[str, Any]) -> None:
    await books.load([])
    async with books.reading() as connection:
        with pytest.raises(Invalid):
            await source(connection, Wanted(**wanted))


# -- names -----------------------------------------------------------------------------------------------------------

owners = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
tricky = st.text(alphabet="X-:3aW队", min_size=1, max_size=8)


@forall(st.sampled_from(sorted(set(CHART) - {OPENING})), owners | tricky)
def test_a_name_outside_leads_back_to_the_account(word: str, owner: str) -> None:
    account = f"{word}:{owner}"
    assert inside(outside(account)) == account
    assert is_valid(outside(account))
    assert outside(account).count(":") == 2


def test_ordinary_names_stay_readable() -> None:
    assert outside("POOL_WAGE:W1") == "Liabilities:POOL-WAGE:W1"
    assert outside("DUE_PERSON:P-T1L") == "Assets:DUE-PERSON:P-T1L"
    assert outside("OPENING") == "Equity:OPENING"
    assert inside("Equity:OPENING") == "OPENING"

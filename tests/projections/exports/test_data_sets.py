"""The audit data set and Parquet: what they say is recomputed from the files alone, and is what the ledger says."""

from __future__ import annotations

import csv
import hashlib
import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pytest
from pyarrow import parquet as pq

from ledger.facts.hazards import HazardReported
from ledger.facts.pools import QuotaWageCredited
from ledger.money import fen
from projections.exports.audit import audit
from projections.exports.catalogue import EXPORTS, export_of
from projections.exports.log import log
from projections.exports.manifest import Table, text_of
from projections.exports.parquet import parquet
from projections.exports.source import Wanted, source
from tests.api.doors import group, jsonl, run_history
from tests.conftest import Database
from tests.projections.company import Company
from tests.projections.conftest import Books
from tests.spec import VECTORS

SECOND = "2026-02"
LENGTH = 3_000


@pytest.fixture
async def company(books: Books) -> Books:
    await books.load(Company(per_day=20).facts(LENGTH))
    return books


async def fill(books: Books, form: Any, directory: Path, **wanted: Any) -> dict[str, Any]:
    """Write a data set; its manifest."""
    directory.mkdir(exist_ok=True)
    async with books.reading() as connection:
        await form(await source(connection, Wanted(**wanted)), directory)
    manifest: dict[str, Any] = json.loads((directory / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def rows_of(directory: Path, name: str) -> list[dict[str, str]]:
    with (directory / name).open(encoding="utf-8-sig", newline="") as file:
        return [{column: text_of(value) for column, value in row.items()} for row in csv.DictReader(file)]


def sums(rows: list[dict[str, str]], column: str) -> int:
    return sum(signed(row[column]) for row in rows)


def signed(text: str) -> int:
    return -fen(text[1:]) if text.startswith("-") else fen(text)


def net(rows: list[dict[str, str]], key: str) -> dict[str, int]:
    """Credits less debits of the journal, by a column."""
    total: dict[str, int] = defaultdict(int)
    for row in rows:
        total[row[key]] += fen(row["Amount"]) * (1 if row["Amount_Credit_Debit_Indicator"] == "C" else -1)
    return dict(total)


# -- the audit data set -----------------------------------------------------------------------------------------


async def test_the_files_alone_bear_out_the_manifest(company: Books, tmp_path: Path) -> None:
    manifest = await fill(company, audit, tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {*manifest["files"], "manifest.json"}
    for name, told in manifest["files"].items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == told["sha256"]
        rows = rows_of(tmp_path, name)
        assert len(rows) == told["rows"]
        assert not rows or list(rows[0]) == told["columns"]
    journal, trial = rows_of(tmp_path, "gl_detail.csv"), rows_of(tmp_path, "trial_balance.csv")
    debit = [row for row in journal if row["Amount_Credit_Debit_Indicator"] == "D"]
    credit = [row for row in journal if row["Amount_Credit_Debit_Indicator"] == "C"]
    totals = manifest["files"]["gl_detail.csv"]["totals"]
    assert sums(debit, "Amount") == sums(credit, "Amount") == fen(totals["debit"]) == fen(totals["credit"]) > 0
    said = manifest["files"]["trial_balance.csv"]["totals"]
    assert sums(trial, "Amount_Debit") == fen(said["debit"]) == fen(totals["debit"])
    assert sums(trial, "Amount_Credit") == fen(said["credit"])
    assert (manifest["ledger"], manifest["clock"], manifest["simulated_clock"]) == ("company", "simulated", True)
    assert (manifest["first_position"], manifest["last_position"]) == (1, LENGTH)


async def test_journal_and_balances_agree_account_by_account(company: Books, tmp_path: Path) -> None:
    await fill(company, audit, tmp_path)
    journal, trial = rows_of(tmp_path, "gl_detail.csv"), rows_of(tmp_path, "trial_balance.csv")
    assert set(net(journal, "Journal_ID").values()) == {0}
    ending: dict[str, int] = {}
    for row in trial:
        account = row["GL_Account_Number"]
        assert signed(row["Amount_Beginning"]) == ending.get(account, 0)
        ending[account] = signed(row["Amount_Beginning"]) - fen(row["Amount_Debit"]) + fen(row["Amount_Credit"])
        assert signed(row["Amount_Ending"]) == ending[account]
    assert ending == net(journal, "GL_Account_Number")
    told = (await company.ask("Balances"))["balances"]
    assert ending == {account: signed(amount) for account, amount in told.items()}


async def test_everything_that_an_entry_refers_to_is_listed(company: Books, tmp_path: Path) -> None:
    await fill(company, audit, tmp_path)
    journal = rows_of(tmp_path, "gl_detail.csv")
    listed = {name: rows_of(tmp_path, name) for name in ("chart_of_accounts.csv", "accounting_periods.csv")}
    accounts = {row["GL_Account_Number"]: row for row in listed["chart_of_accounts.csv"]}
    assert set(accounts) == {row["GL_Account_Number"] for row in journal}
    first = next(row["Journal_ID"] for row in journal if row["GL_Account_Number"] == "FUND_SAFETY:HQ")
    assert accounts["FUND_SAFETY:HQ"] == {
        "GL_Account_Number": "FUND_SAFETY:HQ",
        "GL_Account_Name": "安全奖惩基金 HQ",
        "Account_Type": "Liabilities",
        "Account_Subtype": "FUND_SAFETY",
        "Chart_Number": "2004",
        "Normal_Balance": "C",
        "Owner_Type": "unit",
        "Owner": "HQ",
        "First_Journal_ID": first,
    }
    months = {(row["Fiscal_Year"], row["Period"]) for row in journal}
    assert {(row["Fiscal_Year"], row["Period"]) for row in listed["accounting_periods.csv"]} == months
    units = {row["Business_Unit_Code"] for row in rows_of(tmp_path, "business_units.csv")}
    assert {row["Business_Unit_Code"] for row in journal} - {""} <= units
    kinds = {row["Source"] for row in rows_of(tmp_path, "journal_entry_types.csv")}
    assert {row["Source"] for row in journal} <= kinds
    users = {row["User_ID"] for row in rows_of(tmp_path, "user_listing.csv")}
    owners = {row["Owner"] for row in accounts.values() if row["Owner_Type"] == "person"}
    assert owners <= users


async def test_one_period_has_every_account_on_its_opening_balance(company: Books, tmp_path: Path) -> None:
    manifest = await fill(company, audit, tmp_path, period=SECOND)
    journal = rows_of(tmp_path, "gl_detail.csv")
    assert {(row["Fiscal_Year"], row["Period"]) for row in journal} == {("2026", "02")}
    assert manifest["posting_period"] == SECOND
    assert any(row["Adjusted_Period"] == "2026-01" for row in journal)
    names = ("account", "opening", "debit", "credit", "closing")
    columns = ("GL_Account_Number", "Amount_Beginning", "Amount_Debit", "Amount_Credit", "Amount_Ending")
    found = [dict(zip(names, [row[c] for c in columns], strict=True)) for row in rows_of(tmp_path, "trial_balance.csv")]
    assert found == (await company.ask("TrialBalance", period=SECOND))["accounts"]


async def test_as_known_at_a_position_nothing_later_is_in_it(company: Books, tmp_path: Path) -> None:
    manifest = await fill(company, audit, tmp_path, position=900)
    assert manifest["last_position"] == 900
    assert max(int(row["Journal_ID"]) for row in rows_of(tmp_path, "gl_detail.csv")) <= 900
    told = await company.ask("BalancesAt", business_date="2999-12-31", known_position=900)
    found = net(rows_of(tmp_path, "gl_detail.csv"), "GL_Account_Number")
    assert found == {account: signed(amount) for account, amount in told["balances"].items()}


async def test_no_name_is_in_it_and_the_root_is_that_of_the_log(company: Books, tmp_path: Path) -> None:
    manifest = await fill(company, audit, tmp_path)
    for path in tmp_path.iterdir():
        assert "某" not in path.read_text(encoding="utf-8")
    async with company.reading() as connection:
        record = b"".join([block async for block in log(await source(connection, Wanted(), uses=()))])
    assert json.loads(record.splitlines()[-1])["root"] == manifest["log_root"]
    assert "某" in record.decode()


async def test_months_that_a_centre_has_closed_say_so(database: Database, tmp_path: Path) -> None:
    vector = json.loads((VECTORS / "SC-19.json").read_text(encoding="utf-8"))
    steps = [step["send"] for step in vector["steps"] if "command" in step["send"]]
    await run_history(database.dsn, group() + jsonl(steps))
    books = Books(database)
    await books.runner.catch_up()
    await fill(books, audit, tmp_path)
    months = rows_of(tmp_path, "accounting_periods.csv")
    closed = [row for row in months if row["Status"] == "closed"]
    assert closed
    assert all(len(row["Statements_Digest"]) == 64 and row["Closed_Date"] > row["Period_End_Date"] for row in closed)
    users = rows_of(tmp_path, "user_listing.csv")
    assert {"User_ID": "P-C1", "Role_Responsibility": "clerk"}.items() <= {
        **users[0],
        **next(row for row in users if row["User_ID"] == "P-C1" and row["Role_Responsibility"] == "clerk"),
    }.items()


async def test_text_is_no_formula_and_comes_back_as_it_was(books: Books, tmp_path: Path) -> None:
    for n, text in enumerate(("=1+1", "-2", "@x", "+y", "'z", 'ok,"q"')):
        await books.record(
            [
                QuotaWageCredited(
                    stream="unit-W1",
                    unit="W1",
                    amount=1,
                    source_doc=text,
                    posting_period=SECOND,
                    command=f"c-{n}",
                    business_date="2026-02-01",
                    at="2026-02-01T00:00:00.000000Z",
                    by="P-C",
                )
            ]
        )
    await books.runner.catch_up()
    await fill(books, audit, tmp_path)
    raw = (tmp_path / "gl_detail.csv").read_text(encoding="utf-8-sig")
    assert all(f",'{text}," in raw for text in ("=1+1", "-2", "@x", "+y", "'z"))
    documents = [row["Document_ID"] for row in rows_of(tmp_path, "gl_detail.csv")][::2]
    assert documents == ["=1+1", "-2", "@x", "+y", "'z", 'ok,"q"']


def test_a_file_that_is_not_finished_is_closed(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), Table(tmp_path, "x.csv", ("A",)) as table:
        table.add([(1 // 0,)])
    assert (tmp_path / "x.csv").read_bytes() == b"\xef\xbb\xbfA\r\n"


# -- Parquet ------------------------------------------------------------------------------------------------------


async def test_entries_are_read_back_typed_and_add_up_to_our_balances(company: Books, tmp_path: Path) -> None:
    manifest = await fill(company, parquet, tmp_path)
    table = pq.read_table(tmp_path / "entries.parquet")
    assert table.schema.field("amount").type == pyarrow.int64()
    assert table.schema.field("business_date").type == pyarrow.date32()
    assert table.schema.field("recorded_at").type == pyarrow.timestamp("us", "UTC")
    assert table.schema.field("qty").type == pyarrow.decimal128(18, 4)
    assert table.num_rows == manifest["files"]["entries.parquet"]["rows"]
    added = table.group_by("account").aggregate([("amount", "sum")])
    found = dict(zip(*(added.column(name).to_pylist() for name in ("account", "amount_sum")), strict=True))
    told = (await company.ask("Balances"))["balances"]
    assert found == {account: signed(amount) for account, amount in told.items()}
    first = table.slice(0, 1).to_pylist()[0]
    assert first["business_date"] == date(2026, 1, 1)
    handed = next(row for row in table.to_pylist() if row["kind"] == "handover")
    assert (handed["qty"], handed["unit_price"]) == (Decimal("1.0000"), 6000)


async def test_facts_are_printed_as_queries_print_them(company: Books, tmp_path: Path) -> None:
    manifest = await fill(company, parquet, tmp_path)
    table = pq.read_table(tmp_path / "facts.parquet")
    assert table.num_rows == manifest["files"]["facts.parquet"]["rows"] == LENGTH
    assert table.schema.metadata[b"ledger"] == b"company"
    told = (await company.ask("Facts", limit=200))["facts"]
    for row, fact in zip(table.slice(0, 200).to_pylist(), told, strict=True):
        assert json.loads(row["data"]) == fact["data"]
        assert {name: row[name] for name in ("position", "stream", "version", "by", "mirror", "command")} == {
            name: fact[name] for name in ("position", "stream", "version", "by", "mirror", "command")
        }
    names = [json.loads(row["data"])["name"] for row in table.to_pylist() if row["fact"] == "PersonRegistered"]
    assert names == [None] * len(names) != []


async def test_a_sealed_reporter_is_not_in_it(books: Books, tmp_path: Path) -> None:
    report = HazardReported(
        stream="unit-T1",
        hazard="H-1",
        unit="T1",
        place="x",
        category="hazard",
        description="y",
        tier="T3",
        anonymous=True,
        discoverer="P-SECRET",
        by="P-SECRET",
        command="c-1",
        business_date="2026-02-01",
        at="2026-02-01T00:00:00.000000Z",
    )
    await books.load([report])
    await fill(books, parquet, tmp_path)
    [row] = pq.read_table(tmp_path / "facts.parquet").to_pylist()
    assert row["by"] is None
    assert "P-SECRET" not in str(row)


async def test_long_histories_are_written_in_row_groups(
    company: Books, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("projections.exports.parquet.ROWS", 500)
    await fill(company, parquet, tmp_path)
    assert pq.ParquetFile(tmp_path / "facts.parquet").num_row_groups > 1
    assert pq.read_table(tmp_path / "facts.parquet").column("position").to_pylist() == list(range(1, LENGTH + 1))


def test_exports_that_know_no_period_refuse_one() -> None:
    for name, export in EXPORTS.items():
        if export.by_period:
            assert export_of(name, Wanted(SECOND)) is export
        else:
            with pytest.raises(Exception, match="is exported whole"):
                export_of(name, Wanted(SECOND))

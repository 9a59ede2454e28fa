"""The audit data set: journal, balances, accounts, periods, units and users as CSV, after ISO 21378 and the AICPA's
audit data standard for the general ledger (docs/audit-data.md says which field is which)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from ledger.calendars import add_days, local, local_day, moment, next_month
from ledger.money import yuan
from ledger.posting import RULES
from ledger.words import zh
from projections.exports import chart
from projections.exports.manifest import Plain, Table, write_manifest
from projections.exports.masters import Masters, masters
from projections.exports.source import Posting, Source

FORMAT = "jiesuan audit data set 1"
CURRENCY = "CNY"

GL_DETAIL = (
    *("Journal_ID", "Journal_ID_Line_Number", "JE_Header_Description", "Source", "Business_Unit_Code"),
    *("Effective_Date", "Fiscal_Year", "Period", "Adjusted_Period", "GL_Account_Number", "Amount"),
    *("Amount_Credit_Debit_Indicator", "Amount_Currency", "Entered_By", "Entered_Date", "Entered_Time"),
    *("Document_Type", "Document_ID", "Document_Number", "Shift", "Item", "Price_List_Version", "Quantity"),
    *("Unit_Price", "Counterparty", "Transfer_ID", "Statement_Class", "Reversal_Indicator", "Reversal_Journal_ID"),
)
TRIAL_BALANCE = (
    *("GL_Account_Number", "Fiscal_Year", "Period", "Amount_Beginning", "Amount_Debit", "Amount_Credit"),
    *("Amount_Ending", "Amount_Currency"),
)
ACCOUNTS = (
    *("GL_Account_Number", "GL_Account_Name", "Account_Type", "Account_Subtype", "Chart_Number", "Normal_Balance"),
    *("Owner_Type", "Owner", "First_Journal_ID"),
)
PERIODS = (
    *("Fiscal_Year", "Period", "Business_Unit_Code", "Period_Begin_Date", "Period_End_Date", "Cut_Off_Date", "Status"),
    *("Closed_Date", "Closed_Position", "Statements_Digest"),
)
UNITS = ("Business_Unit_Code", "Business_Unit_Name", "Level", "Parent_Code", "Is_Settlement_Centre", "Retired_Date")
USERS = (
    *("User_ID", "User_Active_Status", "Registered_Date", "Left_Date", "Business_Unit_Code", "Role_Responsibility"),
    *("Effective_Date", "End_Date", "Is_Home"),
)
ENTRY_TYPES = ("Source", "Source_Description")

MOVED = """
select account, posting_period, coalesce(-sum(amount) filter (where amount < 0), 0)::bigint,
    coalesce(sum(amount) filter (where amount > 0), 0)::bigint
from read.entries where position <= $1 and posting_period <= $2
group by account, posting_period order by account, posting_period
"""


MONTHS = "select distinct posting_period from read.entries where position <= $1 and posting_period <= $2"


async def audit(source: Source, directory: Path) -> None:
    """Write all files of the data set, the manifest last."""
    known = await masters(source)
    files = {
        "gl_detail.csv": await _gl_detail(source, directory),
        "trial_balance.csv": await _trial_balance(source, directory),
        "chart_of_accounts.csv": await _accounts(source, directory),
        "accounting_periods.csv": await _periods(source, directory, known),
        "business_units.csv": _written(directory, "business_units.csv", UNITS, _unit_rows(known)),
        "user_listing.csv": _written(directory, "user_listing.csv", USERS, _user_rows(source, known)),
        "journal_entry_types.csv": _written(directory, "journal_entry_types.csv", ENTRY_TYPES, _entry_types()),
    }
    write_manifest(directory, source, await source.root(), FORMAT, files)


async def _gl_detail(source: Source, directory: Path) -> dict[str, Any]:
    with Table(directory, "gl_detail.csv", GL_DETAIL, ("debit", "credit")) as table:
        async for postings in source.postings():
            table.add(map(_gl_row, postings))
            table.sum_up("debit", -sum(each.amount for each in postings if each.amount < 0))
            table.sum_up("credit", sum(each.amount for each in postings if each.amount > 0))
    return table.about()


def _gl_row(line: Posting) -> tuple[object, ...]:
    entered_day, entered_time = _entered(line)
    unit = "" if chart.is_personal(line.account) else chart.owner(line.account)
    return (
        *(line.position, line.line, zh("fact", line.fact), line.fact, unit),
        *(line.business_date, line.posting_period[:4], line.posting_period[5:], line.adjusts_period, line.account),
        *(yuan(abs(line.amount)), "C" if line.amount > 0 else "D", CURRENCY, line.by, entered_day, entered_time),
        *(line.kind, line.document, line.number, line.shift, line.item, line.list_version, line.qty),
        *(None if line.unit_price is None else yuan(line.unit_price), line.counter, line.transfer),
        *(line.statement_class, "N" if line.reverses is None else "Y", line.reverses),
    )


def _entered(line: Posting) -> tuple[str, str]:
    """Day and time of recording in Shanghai."""
    day, _, time = local(moment(line.recorded_at)).isoformat(timespec="seconds").partition("T")
    return day, time


async def _trial_balance(source: Source, directory: Path) -> dict[str, Any]:
    with Table(directory, "trial_balance.csv", TRIAL_BALANCE, ("debit", "credit")) as table:
        async for account, month, before, debit, credit in _moved(source):
            after = before - debit + credit
            amounts = (Plain(yuan(before)), yuan(debit), yuan(credit), Plain(yuan(after)))
            table.add([(account, month[:4], month[5:], *amounts, CURRENCY)])
            table.sum_up("debit", debit)
            table.sum_up("credit", credit)
    return table.about()


async def _moved(source: Source) -> AsyncIterator[tuple[str, str, int, int, int]]:
    """Account, month, opening balance, debit, credit: every month with movement; of a single period, every account."""
    if source.period is not None:
        for each in await source.accounts():
            yield each.account, source.period, each.opening, each.debit, each.credit
        return
    account, balance = "", 0
    async for row in source.session.cursor(MOVED, source.position, source.last_month, prefetch=4_000):
        balance = balance if row[0] == account else 0
        account = row[0]
        yield account, row[1], balance, row[2], row[3]
        balance += row[3] - row[2]


async def _accounts(source: Source, directory: Path) -> dict[str, Any]:
    with Table(directory, "chart_of_accounts.csv", ACCOUNTS) as table:
        for each in await source.accounts():
            head, owner = chart.heading(each.account), chart.owner(each.account)
            kind = "person" if chart.is_personal(each.account) else "unit" if owner else ""
            word = each.account.partition(":")[0]
            named = (each.account, chart.title(each.account), head.type, word, head.number, head.side)
            table.add([(*named, kind, owner, each.first_position)])
    return table.about()


async def _periods(source: Source, directory: Path, known: Masters) -> dict[str, Any]:
    months = {row[0] for row in await source.session.fetch(MONTHS, source.position, source.last_month)}
    told = sorted(known.months.items(), key=lambda item: (item[0][1], item[0][0]))
    rows = [_period_row(month, centre, centre_month) for (centre, month), centre_month in told]
    rows += [_period_row(month, "", None) for month in sorted(months - {month for _, month in known.months})]
    if source.period is not None:
        rows = [row for row in rows if f"{row[0]}-{row[1]}" == source.period]
    return _written(directory, "accounting_periods.csv", PERIODS, rows)


def _period_row(month: str, centre: str, told: Any) -> tuple[object, ...]:
    """A month of a centre; a month that no centre has opened or closed counts as open."""
    end = add_days(f"{next_month(month)}-01", -1)
    dates = (month[:4], month[5:], centre, f"{month}-01", end)
    if told is None:
        return (*dates, "", "open", "", "", "")
    return (*dates, told.cutoff, told.status, told.closed_on, told.closed_at, told.digest)


FOREVER = "9999-12-31"
"""A day after all that is known to take effect."""


def _unit_rows(known: Masters) -> Iterator[tuple[object, ...]]:
    for node in known.organisation.units.values():
        parent = known.organisation.parent(node.unit, FOREVER)
        yield node.unit, node.name_on(FOREVER), node.level, parent, "Y" if node.centre else "N", node.retired


def _user_rows(source: Source, known: Masters) -> Iterator[tuple[object, ...]]:
    """One row for each assignment.  Names are sealed: the HR department knows whose id it is."""
    today = "" if source.recorded_at is None else local_day(moment(source.recorded_at))
    for user in known.persons.values():
        active = "Y" if user.left is None or today <= user.left else "N"
        about = (user.person, active, user.registered_on, user.left)
        if not user.posts:
            yield (*about, "", "", "", "", "")
        for post in user.posts:
            yield (*about, post.unit, post.role, post.since, post.until, "Y" if post.home else "N")


def _written(directory: Path, name: str, columns: tuple[str, ...], rows: Any) -> dict[str, Any]:
    with Table(directory, name, columns) as table:
        table.add(rows)
    return table.about()


def _entry_types() -> list[tuple[str, str]]:
    """Every fact that can move money, with its Chinese name."""
    return sorted((fact_type.__name__, zh("fact", fact_type.__name__)) for fact_type in RULES)

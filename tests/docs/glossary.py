"""Makes docs/glossary.md from the ledger's words and the code's own docstrings: `python -m tests.docs.glossary`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

import msgspec

from api.http.problems import TITLES
from ledger import accounts, policy, vocabulary
from ledger.decisions import TABLE as COMMANDS
from ledger.state import reconciliation
from ledger.words import GROUPS, Word
from ledger.words.terms import Term, terms
from projections.queries import TABLE as QUERIES
from tests.docs.citations import identifiers
from tests.docs.codes import FACTS, REFUSALS
from tests.docs.pages import DOCS

PAGE = DOCS / "glossary.md"
ROOT = DOCS.parent
_ID = re.compile(r"\b[A-Z]+-?\d{1,2}[abc]?\b")


# -- where each is defined, and what asks for it ---------------------------------------------------------------------


class Source(NamedTuple):
    """The first sentence of a docstring, the module that it stands in, and the ids that the two cite."""

    sentence: str
    module: str
    cited: str


def source(thing: Any) -> Source:
    text = inspect.getdoc(thing) or ""
    module = inspect.getmodule(thing)
    assert module is not None
    return Source(_sentence(text), module.__name__, _cited(text) or _cited(inspect.getdoc(module) or ""))


def _sentence(text: str) -> str:
    first = " ".join(text.split("\n\n")[0].split()).replace("``", "`").replace("**$** ", "")
    return re.split(r"(?<=[.])\s", first)[0]


def _cited(text: str) -> str:
    known = identifiers()
    return ", ".join(dict.fromkeys(name for name in _ID.findall(text) if name in known))


def place(term: Term) -> str:
    """The module of the code that a term names.  Raises LookupError for one that is not there."""
    kind, _, code = term.at.rpartition(" ")
    for table, module in _TABLES:
        if code in table and kind in ("", "role"):
            return module or source(_thing(code)).module
    if (ROOT / code).is_file():
        return code.removesuffix(".py").replace("/", ".")
    raise LookupError(f"{term.en}: nothing is called {term.at}")


_TABLES: tuple[tuple[Mapping[str, Any] | set[str], str], ...] = (
    (FACTS, ""),
    (COMMANDS, ""),
    (QUERIES, ""),
    (REFUSALS, "ledger.errors"),
    (policy.KEYS, "ledger.policy"),
    ({str(code) for code in accounts.AccountCode}, "ledger.accounts"),
    ({str(role) for role in vocabulary.Role}, "ledger.vocabulary"),
)


def _thing(code: str) -> Any:
    return FACTS.get(code) or (COMMANDS.get(code) or QUERIES[code]).function


# -- the page --------------------------------------------------------------------------------------------------------


def page() -> str:
    """The whole page."""
    return "\n".join((HEAD, *(line for section in SECTIONS for line in section()), ""))


HEAD = """\
# Glossary 词汇表

Every term of the market and every code of the ledger, Chinese and English. The words are those of papers and answers;
both are made from `ledger/words/`, this page by `python -m tests.docs.glossary`. A test finds a code without words, and
words without a code.

账本中每个术语和代码的中英文名称。单据与查询结果使用同一张词表(`ledger/words/`), 本页由其生成;
缺词或多词都会被测试发现。

* [Terms 术语](#terms), [accounts 科目](#accounts), [roles 角色](#roles),
  [documents and states 单据与状态](#documents)
* [Facts 事实](#facts), [commands 命令](#commands), [queries 查询](#queries), [refusals 拒绝代码](#refusals)
* [Policy keys 制度参数](#policies), [reconciliation 对账](#reconciliation),
  [classes and choices 分类与选项](#choices)
"""


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    heads = list(heads)
    yield "| " + " | ".join(heads) + " |"
    yield "|" + "---|" * len(heads)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def _title(anchor: str, title: str, *paragraph: str) -> tuple[str, ...]:
    return (f'<a id="{anchor}"></a>', "", f"## {title}", "", *paragraph, *([""] if paragraph else []))


def _link(module: str) -> str:
    path = f"{module.replace('.', '/')}.py"
    path = path if (ROOT / path).is_file() else f"{module.replace('.', '/')}/__init__.py"
    return f"[{path.removesuffix('.py').removesuffix('/__init__')}](../{path})"


def _terms() -> Iterator[str]:
    yield from _title(
        "terms", "Terms 术语", "Where the code has it, and which requirement, law or section asks for it."
    )
    rows = ((t.zh, t.en, t.meaning, t.meaning_zh, f"{_at(t.at)} {_link(place(t))}", t.see) for t in terms())
    yield from _table(("中文", "English", "Meaning", "含义", "In the code", "Required by"), rows)


def _at(at: str) -> str:
    return "" if "/" in at else f"`{at.rpartition(' ')[2]}`"


def _worded(group: str, order: Iterable[str]) -> Iterator[str]:
    """A table of the words of a group; sentences only where some are."""
    words = [(code, GROUPS[group][code]) for code in order]
    says = any(word.meaning for _, word in words)
    heads = ("Code", "中文", "English", *(("Meaning", "含义") if says else ()))
    rows = ((f"`{code}`", *(_cells(word) if says else word[:2])) for code, word in words)
    yield from _table(heads, rows)


def _cells(word: Word) -> tuple[str, str, str, str]:
    return word.zh, word.en, word.meaning, word.meaning_zh


def _accounts() -> Iterator[str]:
    about = (
        "Code word, colon, owner: `POOL_WAGE:W1`. [ledger/accounts](../ledger/accounts.py), [domain §4](domain.md#s4)."
    )
    yield from _title("accounts", "Accounts 科目", about)
    yield from _worded("account", (*accounts.AccountCode, accounts.OPENING))


def _roles() -> Iterator[str]:
    about = "`Role` in [ledger/vocabulary](../ledger/vocabulary.py), [contract §1.6](contract.md#s1.6)."
    yield from _title("roles", "Roles 角色", about)
    yield from _worded("role", vocabulary.Role)


def _documents() -> Iterator[str]:
    about = (
        "Kinds of documents, and of money that a document holds; below, the states of each ([domain §7](domain.md#s7))."
    )
    yield from _title("documents", "Documents and states 单据与状态", about)
    yield from _worded("document", GROUPS["document"])
    rows = ((*(f"`{part}`" for part in code.split(".")), *word[:2]) for code, word in GROUPS["state"].items())
    yield from _table(("Kind", "State", "中文", "English"), rows)


def _named(group: str, things: Mapping[str, Any]) -> Iterator[str]:
    """Codes that are English words: their sentences are the docstrings."""
    rows = ((code, word, source(things[code])) for code, word in GROUPS[group].items())
    heads = ("Code", "中文", "Meaning", "Defined in", "Required by")
    yield from _table(
        heads, ((f"`{code}`", word.zh, told.sentence, _link(told.module), told.cited) for code, word, told in rows)
    )


def _facts() -> Iterator[str]:
    yield from _title("facts", "Facts 事实", "[Domain §6](domain.md#s6) says on which stream each is recorded.")
    yield from _named("fact", FACTS)


def _commands() -> Iterator[str]:
    yield from _title("commands", "Commands 命令", "[Contract §2](contract.md#s2) has their fields, and who may.")
    yield from _named("command", {code: row.function for code, row in COMMANDS.items()})


def _queries() -> Iterator[str]:
    yield from _title("queries", "Queries 查询", "[Contract §3](contract.md#s3) has those that a history may ask.")
    yield from _named("query", {code: row.function for code, row in QUERIES.items()})


def _refusals() -> Iterator[str]:
    about = "[ledger/errors](../ledger/errors.py), [contract §4](contract.md#s4); `UNKNOWN_SLIP`: no such slip."
    yield from _title("refusals", "Refusals 拒绝代码", about)
    told = {code: _sentence(inspect.getdoc(kind) or "") for code, kind in REFUSALS.items()}
    problems = {code: TITLES[code] for code in GROUPS["problem"]}
    words = {**GROUPS["refusal"], "UNKNOWN_…": UNKNOWN, **GROUPS["problem"]}
    sentences = {**told, "UNKNOWN_…": UNKNOWN.meaning, **problems}
    rows = ((f"`{code}`", word.zh, word.en, sentences[code], word.meaning_zh) for code, word in words.items())
    yield from _table(("Code", "中文", "English", "Meaning", "含义"), rows)


UNKNOWN = Word("无此对象", "unknown", "Something that the command refers to is not known.", "命令所引用的对象不存在。")


def _policies() -> Iterator[str]:
    about = "[ledger/policy](../ledger/policy.py), [domain §9](domain.md#s9); a dash: it has to be given."
    yield from _title("policies", "Policy keys 制度参数", about)
    rows = (
        (f"`{key}`", word.zh, word.en, _default(policy.KEYS[key].default)) for key, word in GROUPS["policy"].items()
    )
    yield from _table(("Key", "中文", "English", "Default"), rows)


def _default(value: Any) -> str:
    return "—" if value is None else f"`{msgspec.json.encode(value).decode()}`"


def _reconciliation() -> Iterator[str]:
    about = "[ledger/state/reconciliation](../ledger/state/reconciliation.py), [domain §11](domain.md#s11)."
    yield from _title("reconciliation", "Reconciliation 对账", about)
    yield from _worded("check", reconciliation.CHECKS)
    rows = (
        (f"`{code}`", check, *_cells(GROUPS["exception"][code]))
        for check, codes in reconciliation.CHECKS.items()
        for code in codes
    )
    yield from _table(("Exception", "Check", "中文", "English", "Meaning", "含义"), rows)


CHOICES = (
    ("tier", "Discovery tiers 查出层级", "PRICE-07"),
    ("level", "Hazard levels 隐患等级", "PERF-07"),
    ("severity", "Severity 严重程度", "PRICE-07"),
    ("category", "Categories of findings 问题类别", "TR-08"),
    ("item_kind", "Kinds of price items 价格项目类型", "PRICE-05"),
    ("matrix_kind", "Kinds of liability matrices 追责标准类型", "PERF-05"),
    ("family", "Post families 岗位族", "ORG-22"),
    ("unit_level", "Levels of units 单位层级", "ORG-01"),
    ("clock", "Clocks 时钟", "contract §2.1"),
    ("class", "Lines of a statement 结算单分类", "PLAT-01"),
    ("heading", "Columns and figures of papers 单据栏目", "domain §10"),
    ("own_account", "Accounts on a person's own list 个人清单科目", "ORG-24"),
    ("rate", "Ratios of the analysis 分析指标", "F-11"),
    ("report_subject", "Subjects of the analysis 分析对象", "ASS-18"),
    ("reference", "Things that a command can refer to 引用对象", "contract §4"),
)


def _classes() -> Iterator[str]:
    about = "Classes ([ledger/vocabulary](../ledger/vocabulary.py)), then the choices of single fields."
    yield from _title("choices", "Classes and choices 分类与选项", about)
    for group, title, required in CHOICES:
        yield from (f"### {title}", "", f"{required}.", "")
        yield from _worded(group, GROUPS[group])
    yield from ("### Choices of single fields 字段选项", "")
    rows = ((*(f"`{part}`" for part in code.split(".")), *word[:2]) for code, word in GROUPS["value"].items())
    yield from _table(("Field", "Code", "中文", "English"), rows)


SECTIONS = (
    _terms,
    _accounts,
    _roles,
    _documents,
    _facts,
    _commands,
    _queries,
    _refusals,
    _policies,
    _reconciliation,
    _classes,
)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")

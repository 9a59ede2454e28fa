"""The analysis report in words, Chinese or English: templates that are filled in, the same for the same facts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from ledger import words
from ledger.money import plain

Row = Mapping[str, Any]
ZH, EN = 0, 1
"""The places of a language in ``ledger.words.Word``."""


def text_of(data: Row, lang: str) -> list[str]:
    """The report, sentence by sentence."""
    language = ZH if lang == "zh" else EN
    parts = (_title, _scores, _trend, _duties, _deductions, _rates, _comparison)
    return [sentence for part in parts for sentence in part(data, language)]


def _say(language: int, zh: str, en: str) -> list[str]:
    return [(zh, en)[language]]


def _title(data: Row, language: int) -> list[str]:
    kind, subject, period = words.word("report_subject", data["kind"])[language], data["subject"], data["period"]
    return _say(
        language,
        f"安全履职分析报告 · {kind} {subject} · {period}",
        f"Safety duty analysis · {kind} {subject} · {period}",
    )


def _scores(data: Row, language: int) -> list[str]:
    """How the period was scored."""
    scores = data["scores"]
    if not scores["sheets"]:
        return _say(language, "成绩：本期没有已公布的成绩。", "Scores: none is published for the period.")
    zh_inspection = "" if scores["I"] is None else f"，检查 {scores['I']}"
    en_inspection = "" if scores["I"] is None else f", inspection {scores['I']}"
    number, full = scores["sheets"], scores["full"]
    return _say(
        language,
        f"成绩：{number} 份成绩单，平均安全成绩 {scores['S']}（履职 {scores['D']}{zh_inspection}）；"
        f"全额兑现 {full} 份。",
        f"Scores: {_count(number, 'sheet')}, mean safety score {scores['S']} (duty {scores['D']}{en_inspection}); "
        f"{full} paid in full.",
    )


def _count(number: int, thing: str) -> str:
    return f"{number} {thing}{'' if number == 1 else 's'}"


def _trend(data: Row, language: int) -> list[str]:
    """The last two months that have scores."""
    known = [row for row in data["trend"] if row["S"] is not None]
    if len(known) < 2:
        return _say(language, "趋势：没有可比的月份。", "Trend: no months to compare.")
    before, last = known[-2:]
    change = Decimal(last["S"]) - Decimal(before["S"])
    points = plain(abs(change))
    zh_change = "持平" if not change else f"{'上升' if change > 0 else '下降'} {points} 分"
    en_change = "unchanged" if not change else f"{'up' if change > 0 else 'down'} {points}"
    course = "、".join(f"{row['month']} {row['S']}" for row in known)
    en_course = ", ".join(f"{row['month']} {row['S']}" for row in known)
    return _say(
        language,
        f"趋势：{last['month']} 较 {before['month']} {zh_change}；各月成绩：{course}。",
        f"Trend: {last['month']} is {en_change} on {before['month']}; by month: {en_course}.",
    )


def _duties(data: Row, language: int) -> list[str]:
    """The duties that were missed."""
    if not data["tasks"]["due"]:
        return _say(language, "薄弱履职：没有到期的履职任务。", "Weakest duties: no task fell due.")
    if not data["duties"]:
        return _say(language, "薄弱履职：没有未完成的履职任务。", "Weakest duties: no task was missed.")
    return list(_each_duty(data["duties"], language))


def _each_duty(duties: Iterable[Row], language: int) -> Iterable[str]:
    for place, duty in enumerate(duties, 1):
        what = duty["item"] if duty["text"] is None else f"{duty['text']}（{duty['item']}）"
        english = duty["item"] if duty["text"] is None else f"{duty['text']} ({duty['item']})"
        yield from _say(
            language,
            f"薄弱履职 {place}：{what}，应完成 {duty['due']} 次，未完成 {duty['missed']} 次，完成率 {duty['rate']}%。",
            f"Weak duty {place}: {english}, due {duty['due']}, missed {duty['missed']}, done {duty['rate']} %.",
        )


def _deductions(data: Row, language: int) -> list[str]:
    """The reasons for which points were taken off."""
    if not data["deductions"]:
        return _say(language, "扣分：无。", "Deductions: none.")
    zh = "；".join(f"{row['reason'][ZH]} {row['points']} 分（{row['count']} 次）" for row in data["deductions"])
    en = "; ".join(
        f"{row['reason'][EN]} {row['points']} ({_count(row['count'], 'time')})" for row in data["deductions"]
    )
    return _say(language, f"扣分：{zh}。", f"Deductions: {en}.")


def _rates(data: Row, language: int) -> list[str]:
    """The ratios, the weakest first."""
    weakest = [name for name in data["weakest"] if name in data["rates"]]
    rest = sorted(name for name in data["rates"] if name not in weakest)
    if not data["rates"]:
        return []
    zh = "、".join(f"{words.zh('rate', name)} {data['rates'][name]}%" for name in (*weakest, *rest))
    en = ", ".join(f"{words.en('rate', name)} {data['rates'][name]} %" for name in (*weakest, *rest))
    return _say(language, f"指标（由弱到强）：{zh}。", f"Indicators, weakest first: {en}.")


def _comparison(data: Row, language: int) -> list[str]:
    """The place among the sibling units, or beside the means."""
    rows = [row for row in data["comparison"] if row["S"] is not None]
    if not rows:
        return _say(language, "对比：没有可比的成绩。", "Comparison: no scores to compare.")
    if data["kind"] == "person":
        zh = "、".join(f"{_whose(row, ZH)} {row['S']}" for row in rows)
        en = ", ".join(f"{_whose(row, EN)} {row['S']}" for row in rows)
    else:
        zh = "、".join(f"第 {row['rank']} {row['subject']} {row['S']}" for row in rows)
        en = ", ".join(f"{row['rank']}. {row['subject']} {row['S']}" for row in rows)
    return _say(language, f"对比：{zh}。", f"Comparison: {en}.")


def _whose(row: Row, language: int) -> str:
    names = {
        "person": ("本人", "the person"),
        "unit": (f"{row['subject']} 平均", f"mean of {row['subject']}"),
        "company": ("公司平均", "mean of the company"),
    }
    return names[row["of"]][language]

"""Groups of subcommands; who has a subcommand in one asks for it here."""

from __future__ import annotations

from functools import cache

import typer

HELP = {
    "policy": "Policies (制度参数) in force.",
    "prices": "Price lists (价格体系) in force.",
    "lists": "Duty and inspection lists (履职清单, 检查要素清单).",
    "tasks": "Duty tasks (履职任务).",
    "inspections": "Inspections (现场检查).",
    "indicators": "Ratio indicators (指标) from the facts.",
    "report": "Reports (分析报告) and sums over documents.",
    "month": "A settlement month (日清月结): open, cut off, reconcile, issue, confirm, export, close.",
    "pool": "Pools and wages (工资总额池与工资): show, credit, distribute, deduct, accrue.",
    "hazard": "A hazard (隐患): report, verify, assign, claim, accept.",
    "handover": "A shift handover (班组交接): open, transfer, sign, refuse, arbitrate.",
    "tender": "A tender (招标): request, approve, publish, bid, award, accept.",
    "slip": "A compensation slip (安全质量赔付单): issue, serve, acknowledge, confirm, cancel.",
    "notice": "A trade notice (交易通知单): issue, confirm, dispute, review, cancel.",
    "penalty": "A penalty (绩效赔付): propose, approve, confirm, waive.",
    "dispute": "A dispute (异议) of a slip or penalty: raise, review, withdraw.",
    "appeal": "An appeal (申诉): lodge, decide.",
    "proposal": "A proposed command (双人复核): approve, refuse, withdraw.",
    "oversight": "Lists for auditors (监督): powers used, money taken back or forgone, charges by hand or twice.",
}


@cache
def group(name: str) -> typer.Typer:
    """The group of this name, to which subcommands are added."""
    made = typer.Typer(name=name, help=HELP[name], no_args_is_help=True)
    made.callback()(lambda: None)
    return made


def register(app: typer.Typer) -> None:
    for name in HELP:
        app.add_typer(group(name))

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
    "oversight": "Lists for auditors (监督): urgent prices, directed awards, top-ups, conflicts of duty.",
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

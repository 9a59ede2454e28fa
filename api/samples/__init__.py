"""Sample data: a coal-mining group with a month of commands, and the real history of one mine with its mapping."""

from pathlib import Path

HERE = Path(__file__).parent
COMPANY = HERE / "company.jsonl"
VIOLATIONS = HERE / "upper_big_branch_violations.csv"
VIOLATIONS_MAPPING = HERE / "upper_big_branch.toml"

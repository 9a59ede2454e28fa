"""Sample data: a coal-mining group with a month of commands, the real history of one mine, and mappings."""

from pathlib import Path

HERE = Path(__file__).parent
COMPANY = HERE / "company.jsonl"
VIOLATIONS = HERE / "upper_big_branch_violations.csv"
VIOLATIONS_MAPPING = HERE / "upper_big_branch.toml"
DOUBLE_PREVENTION = HERE / "double_prevention.toml"

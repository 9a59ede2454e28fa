"""The container files name what exists."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, Any] = COMPOSE["services"]


def test_there_are_a_database_an_api_and_a_projector() -> None:
    assert set(SERVICES) == {"postgres", "api", "projector"}
    assert SERVICES["postgres"]["image"] == "postgres:18"
    assert SERVICES["api"]["image"] == SERVICES["projector"]["image"]


def test_the_api_is_open_to_this_machine_alone() -> None:
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["api"]["ports"])


@pytest.mark.parametrize("service", ["api", "projector"])
@pytest.mark.integration
def test_the_commands_of_the_containers_exist(service: str) -> None:
    command = [sys.executable, "-c", "from api.cli import main; main()", *SERVICES[service]["command"], "--help"]
    answer = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert answer.returncode == 0, answer.stderr


def test_what_the_image_copies_exists() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (\S+)", dockerfile, flags=re.MULTILINE)
    assert copied
    assert all((ROOT / name).exists() for name in copied)

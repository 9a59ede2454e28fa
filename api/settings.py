"""Everything that can be set, in one object, from JIESUAN_… variables; the command line overrides them."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

LedgerName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]


class Settings(BaseSettings):
    """The settings of one process."""

    model_config = SettingsConfigDict(env_prefix="JIESUAN_", frozen=True, hide_input_in_errors=True)

    database_url: str | None = Field(
        default=None,
        repr=False,
        description="postgresql://user:password@host:5432/database; without it, our own PostgreSQL",
    )
    data: Path = Field(
        default=Path(".jiesuan"), description="Directory of our own PostgreSQL; by default below the current one"
    )
    ledger: LedgerName = Field(
        default="main", description="Which ledger: each is a database of its own on the same server"
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on; there is no access control yet")
    port: int = Field(default=8420, ge=0, le=65535, description="Port to listen on; 0 takes a free one")
    database_connections: int = Field(default=10, ge=2, le=1000, description="At most so many connections for reading")
    evidence_dir: Path | None = Field(
        default=None, description="Directory of the evidence files; by default `evidence` in the data directory"
    )
    packs_dir: Path | None = Field(default=None, description="Directory of indicator packs of your own, TOML files")
    evidence_max_mb: int = Field(default=50, ge=1, le=10_000, description="Largest file of evidence, in megabytes")
    raw_log: bool = Field(
        default=False, description="Give the record itself out over HTTP: it holds names and sealed reporters"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"


class WrongSettings(Exception):
    """A setting cannot be used; the message names it and says what it must be."""


def load(**given: object) -> Settings:
    """The settings, with what the command line gave; what it did not give is None."""
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        complaints = (f"{variable(item['loc'])}: {item['msg']}" for item in error.errors())
        raise WrongSettings("; ".join(complaints)) from error


def variable(location: tuple[int | str, ...]) -> str:
    return "JIESUAN_" + "_".join(str(part) for part in location).upper()

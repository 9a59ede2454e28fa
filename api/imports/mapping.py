"""Common parts of mapping files (TOML): how the table is written, and where a field comes from."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from api.imports.problems import ImportProblem

Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._\-]{0,23}$")]
Id = Annotated[str, StringConstraints(pattern=r"^[^\s\x00-\x1f\x7f\"\\/,]{1,64}$")]
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
ROW = "row"
"""``{row}`` in a text is the id of the finding itself."""


class Part(BaseModel):
    """A table of the mapping file; what it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TableFormat(Part):
    """How the file is written; without ``format`` its ending says it."""

    format: Literal["csv", "xlsx", "json"] | None = None
    encoding: Literal["utf-8", "gb18030", "gbk", "gb2312"] = "utf-8"
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] = ","
    sheet: str | None = None
    header: Annotated[int, Field(ge=1)] | None = None

    def of(self, path: Path) -> str:
        """The format of a file."""
        ending = path.suffix.lower().removeprefix(".")
        return self.format or {"xlsm": "xlsx", "xlsx": "xlsx", "json": "json"}.get(ending, "csv")


class Rule(Part):
    """Where a field comes from: a column, a constant value, or a text with {columns} in it."""

    column: str | None = None
    value: str | None = None
    text: str | None = None
    values: dict[str, str] | None = None
    date: str | None = None
    blank: bool = False

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if sum(origin is not None for origin in (self.column, self.value, self.text)) != 1:
            raise ValueError("exactly one of column, value and text is needed")
        if (self.values or self.date) and self.column is None:
            raise ValueError("values and date go with column")
        return self

    @property
    def columns(self) -> Iterator[str]:
        if self.column is not None:
            yield self.column
        if self.text is not None:
            yield from (name for name in PLACEHOLDER.findall(self.text) if name != ROW)


def columns_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """Every column that the rules read, in their order."""
    return tuple(dict.fromkeys(name for rule in rules for name in rule.columns))


M = TypeVar("M", bound=Part)


def mapping_of(path: Path, kind: type[M]) -> M:
    """A mapping file of a kind.  Raises ImportProblem that names the file and every wrong entry."""
    try:
        return kind.model_validate(tomllib.loads(unicodedata.normalize("NFC", path.read_text(encoding="utf-8-sig"))))
    except OSError as error:
        raise ImportProblem(f"{path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ImportProblem(f"{path} is not TOML in UTF-8: {error}") from error
    except ValidationError as error:
        complaints = (f"{'.'.join(map(str, entry['loc'])) or 'mapping'}: {entry['msg']}" for entry in error.errors())
        raise ImportProblem(f"{path}: {'; '.join(complaints)}") from error

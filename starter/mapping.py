"""Mappings: which columns of a CSV file make which fields of a complaint, read from TOML.

The form is explained in examples/mappings. A mapping is checked whole before the first row is read,
so that what is wrong with it is told once and not with every row.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from domain.codes import CODE
from runtime.errors import ConfigInvalid, Problem
from runtime.toml_file import TomlFile, read_toml
from schemas.vocabulary import Category, Channel, Language, RemedyKind, Word
from starter.recipe import Recipe

PERSONAL = ("name", "member_no", "complainant")
"""Fields that say who somebody is; contacts do so too."""

REFERENCES = ("order", "product", "batch", "store", "carrier", "recorded_by", "external_rule")
"""Fields that are codes, stored in the open; the source key is another."""

MOMENTS = ("time", "external_due", "sold")
"""Tables that read a moment."""

WORDS: Mapping[str, type[Word]] = {
    "channel": Channel,
    "category": Category,
    "demand": RemedyKind,
    "language": Language,
}
"""Fields whose values are words of a closed list."""

WRITTEN_WRONG: Mapping[str, tuple[str, str]] = {
    "missing": ("is missing", "add it"),
    "extra_forbidden": ("is not known", "remove it, or correct its spelling"),
}


class MappingInvalid(ConfigInvalid):
    """The mapping {file} cannot be used:

    {listed}
    """  # noqa: D415 - The colon introduces the list.


def _recipe(value: object) -> object:
    return Recipe(value) if isinstance(value, str) else value


def encoding_name(value: str) -> str:
    """Return the usual name of an encoding; ValueError for what is none."""
    try:
        name = codecs.lookup(value).name
        # Broken bytes are to arrive in the list of rejected rows as they were.
        "\udc80".encode(name, "surrogateescape")
    except (LookupError, UnicodeError):
        raise ValueError("is no usable encoding; write such as utf-8 or gb18030") from None
    return name


def _code(value: str) -> str:
    if CODE.fullmatch(value) is None:
        raise ValueError("is no code: letters, digits and . _ : / @ # + = - without blanks")
    return value


def zone_name(value: str) -> str:
    """Return the name of a time zone; ValueError for what is none."""
    try:
        return ZoneInfo(value).key
    except (KeyError, OSError, ValueError):
        raise ValueError("is no time zone; write an IANA name such as Asia/Shanghai") from None


def _time_format(value: str) -> str:
    try:
        moment = datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
        datetime.strptime(moment.strftime(value), value)  # noqa: DTZ007 - Only the form counts.
    except ValueError:
        raise ValueError("is no form of time; write such as %Y-%m-%d %H:%M:%S") from None
    return value


Text = Annotated[Recipe, BeforeValidator(_recipe)]
TimeFormat = Annotated[str, AfterValidator(_time_format)]


class Form(BaseModel):
    """A table of the file; a key that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Fields(Form):
    """The table `[fields]`: a recipe for each field that the file can fill."""

    source_key: Text
    content: Text
    channel: Text
    name: Text | None = None
    member_no: Text | None = None
    complainant: Text | None = None
    language: Text | None = None
    time_zone: Text | None = None
    demand: Text | None = None
    demand_text: Text | None = None
    category: Text | None = None
    order: Text | None = None
    product: Text | None = None
    batch: Text | None = None
    store: Text | None = None
    carrier: Text | None = None
    recorded_by: Text | None = None
    external_rule: Text | None = None


class Tables(Form):
    """The tables `[tables.FIELD]`: what the words of the file mean in ours."""

    channel: dict[str, Channel] = {}
    category: dict[str, Category] = {}
    demand: dict[str, RemedyKind] = {}
    language: dict[str, Language] = {}


class Otherwise(Form):
    """The table `[otherwise]`: what a word means that no table knows."""

    channel: Channel | None = None
    category: Category | None = None
    demand: RemedyKind | None = None
    language: Language | None = None


class Moment(Form):
    """The table `[time]`: when the row was written; the first format that fits counts.

    So are `[external_due]`, by when a platform or authority wants its answer, and `[sold]`.
    """

    value: Text
    formats: Annotated[tuple[TimeFormat, ...], Field(min_length=1)]
    zone: Annotated[str, AfterValidator(zone_name)]


class Amount(Form):
    """The table `[amount]`: the amount involved, in whole units with decimals."""

    value: Text
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]


class RowMapping(Form):
    """A whole mapping; `personal` lists further columns that say who somebody is."""

    source: Annotated[str, AfterValidator(_code)]
    encoding: Annotated[str, AfterValidator(encoding_name)] = "utf-8-sig"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = ","
    personal: tuple[str, ...] = ()
    fields: Fields
    contacts: dict[Channel, Text] = {}
    tables: Tables = Tables()
    otherwise: Otherwise = Otherwise()
    time: Moment | None = None
    external_due: Moment | None = None
    sold: Moment | None = None
    sold_remotely: bool = False
    amount: Amount | None = None

    def recipes(self) -> Iterator[tuple[str, Recipe]]:
        """Yield every recipe with the key under which it stands."""
        for name, recipe in self.fields:
            if recipe is not None:
                yield f"fields.{name}", recipe
        for channel, recipe in self.contacts.items():
            yield f"contacts.{channel}", recipe
        for table in MOMENTS:
            moment: Moment | None = getattr(self, table)
            if moment is not None:
                yield f"{table}.value", moment.value
        if self.amount is not None:
            yield "amount.value", self.amount.value

    def personal_columns(self) -> frozenset[str]:
        """Return the columns that say who somebody is."""
        recipes = [getattr(self.fields, name) for name in PERSONAL]
        found = [*recipes, *self.contacts.values()]
        used = {column for recipe in found if recipe for column in recipe.columns}
        return frozenset(used.union(self.personal))


def load_mapping(path: Path) -> RowMapping:
    """Return a mapping. Raises ConfigMissing, ConfigUnreadable or MappingInvalid."""
    file = read_toml(path)
    try:
        mapping = RowMapping.model_validate(file.data)
    except ValidationError as error:
        faults = tuple(_fault(file, each) for each in error.errors(include_url=False))
        raise MappingInvalid(file=path, problems=faults) from None
    problems = tuple(_placed(file, problem) for problem in _problems(mapping))
    if problems:
        raise MappingInvalid(file=path, problems=problems)
    return mapping


def missing_columns(mapping: RowMapping, header: tuple[str, ...]) -> tuple[Problem, ...]:
    """Return what the mapping expects of a file and its header does not have."""
    there = ", ".join(repr(column) for column in header)
    remedy = f"name one of {there}; or set encoding and delimiter to those of the file"
    wanted = [(key, column) for key, recipe in mapping.recipes() for column in recipe.columns]
    wanted += [("personal", column) for column in mapping.personal]
    return tuple(
        Problem(key, f"the file has no column {column!r}", remedy)
        for key, column in wanted
        if column not in header
    )


def _problems(mapping: RowMapping) -> Iterator[Problem]:
    if not mapping.fields.source_key.columns:
        remedy = "use the columns that tell one row from all others"
        yield Problem("fields.source_key", "is the same for every row", remedy)
    yield from _open_personal(mapping)
    yield from _constants(mapping)


def _open_personal(mapping: RowMapping) -> Iterator[Problem]:
    personal = mapping.personal_columns()
    for name in ("source_key", *REFERENCES):
        recipe: Recipe | None = getattr(mapping.fields, name)
        for column in recipe.columns if recipe else ():
            if column in personal:
                what = f"codes are stored in the open, and {column!r} says who somebody is"
                yield Problem(f"fields.{name}", what, "use another column, or leave the field out")


def _constants(mapping: RowMapping) -> Iterator[Problem]:
    for name, words in WORDS.items():
        recipe: Recipe | None = getattr(mapping.fields, name)
        if recipe is None or recipe.columns or recipe.text in {word.value for word in words}:
            continue
        known = ", ".join(words)
        remedy = f"write one of {known}; or {{COLUMN}} and [tables.{name}]"
        yield Problem(f"fields.{name}", f"{recipe.text!r} is no {name}", remedy)


def _fault(file: TomlFile, fault: ErrorDetails) -> Problem:
    path = [step for step in fault["loc"] if step != "[key]"]
    said = fault["msg"].removeprefix("Value error, ").removeprefix("Input ")
    what, remedy = WRITTEN_WRONG.get(fault["type"], (f"{_shown(fault['input'])} {said}", "mend it"))
    return Problem(".".join(map(str, path)), what, remedy, file.line_of(path))


def _shown(value: Any) -> str:  # noqa: ANN401 - Whatever TOML can hold.
    return repr(value) if isinstance(value, str | int | float | bool) else "the value"


def _placed(file: TomlFile, problem: Problem) -> Problem:
    return problem._replace(line=file.line_of(problem.key.split(".")))

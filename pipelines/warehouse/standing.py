"""Whether what the last build made may be brought up to date, or everything must be made new, and why.

Beside the database lies a seal, written last: the database's size and time, the code that made it, and the release that
it became. A database without its seal, or another than the sealed one, is not trusted: a build was killed, or somebody
wrote into it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pipelines.warehouse import changes
from pipelines.warehouse.changes import Rewritten
from pipelines.warehouse.manifest import fingerprint

if TYPE_CHECKING:
    import duckdb

DATABASE = Path("building") / "warehouse.duckdb"
SEAL = Path("building") / "warehouse.seal.json"
_PROGRAM = ("statistics", "warehouse")
Told = TypeVar("Told")
_LIBRARIES = ("duckdb", "polars", "pyarrow", "numpy", "scipy", "statsmodels")


@dataclass(frozen=True)
class Seal:
    """What is known of a finished database.

    Attributes:
        size: Bytes of its file.
        written: Time of its file, in nanoseconds.
        code: Fingerprint of the code that made it.
        built_for: The release that it was made for.
        built_on: The release before, whose gaps it goes on from; None for the first.
        published_as: The release whose tables are its own; None as long as there is none.
        released: The last release that its tables were, however often they were updated since; None for none.
        released_after: How many updates had been made then.
    """

    size: int
    written: int
    code: str
    built_for: str
    built_on: str | None
    published_as: str | None = None
    released: str | None = None
    released_after: int = 0


def seal(warehouse: Path, built_for: str, built_on: str | None, before: Seal | None = None) -> None:
    """Vouch for the database as it stands: it is closed, whole, and made by this code.

    Args:
        warehouse: the warehouse folder.
        built_for: the release that it was made for.
        built_on: the release before, whose gaps it goes on from.
        before: of a database that was brought up to date, what is still true of its seal; None for a new one.
    """
    status = (warehouse / DATABASE).stat()
    known = before or Seal(0, 0, "", built_for, built_on)
    now = replace(known, size=status.st_size, written=status.st_mtime_ns, code=code())
    _write(warehouse, replace(now, built_for=built_for, built_on=built_on))


def published_as(warehouse: Path, release_id: str) -> None:
    """Note which release has the tables of the database, where one stands sealed."""
    standing = read(warehouse)
    if standing is not None:
        after = _opened(warehouse, standing, changes.updates)
        known = replace(standing, published_as=release_id)
        _write(warehouse, known if after is None else replace(known, released=release_id, released_after=after))


def rewritten_since(warehouse: Path, release_id: str) -> dict[str, Rewritten | None] | None:
    """What updates left otherwise than it is in a release, by table; a table that is not there is as it was.

    None where that is not certain: the database was made new since, its seal does not fit, or its last release is
    another one.
    """
    standing = read(warehouse)
    if standing is None or standing.released != release_id:
        return None
    after = standing.released_after
    return _opened(warehouse, standing, lambda connection: changes.since(connection, after))


def unseal(warehouse: Path) -> None:
    """Vouch for the database no longer, because it is about to change."""
    (warehouse / SEAL).unlink(missing_ok=True)


def read(warehouse: Path) -> Seal | None:
    """The seal beside the database, whether or not it fits; None where there is none that can be read."""
    try:
        return Seal(**json.loads((warehouse / SEAL).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def why_anew(warehouse: Path) -> str | None:
    """Why every table must be made new, in words; None when what stands may be brought up to date."""
    if not (warehouse / DATABASE).is_file():
        return "nothing was built before"
    standing = read(warehouse)
    if standing is None:
        return "nothing vouches for what stands: the build before did not finish, or everything was asked for anew"
    if (warehouse / DATABASE).with_suffix(".duckdb.wal").exists():
        # Killed between commit and checkpoint: what the log would add is not what the seal was given for.
        return "the build before did not finish"
    if not _fits(warehouse, standing):
        return "the database was written to since it was built"
    if standing.code != code():
        return "the program is another than the one that built it"
    return None


def code() -> str:
    """Fingerprint of all that decides what comes out of the same inputs: dbt models, statistics, libraries."""
    found = sha256(fingerprint().encode())
    found.update(" ".join(version(library) for library in _LIBRARIES).encode())
    for package in _PROGRAM:
        for path in sorted((Path(__file__).parents[1] / package).rglob("*.py")):
            found.update(path.name.encode() + path.read_bytes())
    return found.hexdigest()


def _fits(warehouse: Path, standing: Seal) -> bool:
    """Whether the file is the one that the seal was given to."""
    status = (warehouse / DATABASE).stat()
    return (standing.size, standing.written) == (status.st_size, status.st_mtime_ns)


def _opened(warehouse: Path, standing: Seal, ask: Callable[[duckdb.DuckDBPyConnection], Told]) -> Told | None:
    """What the database answers; None where the seal is not its own or it keeps no count of its updates."""
    import duckdb

    try:
        if not _fits(warehouse, standing):
            return None
        with duckdb.connect(str(warehouse / DATABASE), read_only=True) as connection:
            return ask(connection)
    except (OSError, duckdb.Error):
        return None


def _write(warehouse: Path, standing: Seal) -> None:
    path = warehouse / SEAL
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(json.dumps(asdict(standing), indent=1), encoding="utf-8")
    partial.replace(path)

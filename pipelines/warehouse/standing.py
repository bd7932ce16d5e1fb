"""Whether what the last build made may be brought up to date, or everything must be made new, and why.

Beside the database lies a seal, written last: the database's size and time, the code that made it, and the release that
it became. A database without its seal, or another than the sealed one, is not trusted: a build was killed, or somebody
wrote into it.
"""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from pipelines.warehouse.manifest import fingerprint

DATABASE = Path("building") / "warehouse.duckdb"
SEAL = Path("building") / "warehouse.seal.json"
_PROGRAM = ("statistics", "warehouse")
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
    """

    size: int
    written: int
    code: str
    built_for: str
    built_on: str | None
    published_as: str | None = None


def seal(warehouse: Path, built_for: str, built_on: str | None, published_as: str | None) -> None:
    """Vouch for the database as it stands: it is closed, whole, and made by this code."""
    status = (warehouse / DATABASE).stat()
    _write(warehouse, Seal(status.st_size, status.st_mtime_ns, code(), built_for, built_on, published_as))


def published_as(warehouse: Path, release_id: str) -> None:
    """Note which release has the tables of the database, where one stands sealed."""
    standing = read(warehouse)
    if standing is not None:
        _write(warehouse, replace(standing, published_as=release_id))


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
    status = (warehouse / DATABASE).stat()
    if (standing.size, standing.written) != (status.st_size, status.st_mtime_ns):
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


def _write(warehouse: Path, standing: Seal) -> None:
    path = warehouse / SEAL
    partial = path.with_name(f"{path.name}.partial")
    partial.write_text(json.dumps(asdict(standing), indent=1), encoding="utf-8")
    partial.replace(path)

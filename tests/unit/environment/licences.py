"""The list of licences in docs/guides/licences.md: every locked package, and what it says of its own licence.

`python -m tests.unit.environment.licences` writes it again from the lock and the installed environment.
"""

import json
import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PAGE = ROOT / "docs" / "guides" / "licences.md"
BEGIN, END = "<!-- begin: every locked package -->", "<!-- end: every locked package -->"
NOT_HERE = "not installed on the machine that wrote this page"
_LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)


def locked() -> list[tuple[str, str]]:
    """Name and version of every Python package of requirements.lock, in its order."""
    return _LOCKED.findall((ROOT / "requirements.lock").read_text(encoding="utf-8"))


def locked_npm() -> list[tuple[str, str, str]]:
    """Name, version and licence of every package of package-lock.json."""
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    return [
        (path.removeprefix("node_modules/"), package["version"], package.get("license", "not stated"))
        for path, package in packages.items()
        if path
    ]


def licence_of(name: str) -> tuple[str, str]:
    """What an installed package says of its licence, and where it says it."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return NOT_HERE, ""
    metadata = found.metadata
    if expression := metadata.get("License-Expression"):
        return expression, "License-Expression"
    stated = (metadata.get("License") or "").strip()
    if stated and "\n" not in stated and len(stated) < 80:
        return stated, "License"
    classifiers = [
        text.rpartition(" :: ")[2] for text in metadata.get_all("Classifier") or [] if text.startswith("License ::")
    ]
    if classifiers:
        return "; ".join(classifiers), "classifier"
    return _first_line(found), "licence file"


def _first_line(found: Distribution) -> str:
    for file in found.files or ():
        if re.search(r"(licen[cs]e|copying)[^/]*$", str(file), re.IGNORECASE) and not str(file).endswith(".py"):
            for line in Path(str(file.locate())).read_text(encoding="utf-8", errors="replace").splitlines():
                if re.search(r"[A-Za-z]{3}", line):
                    return line.strip().strip("#*= ")[:80]
    return "not stated"


def table() -> str:
    """Every locked package as a table in Markdown, from the lock and the environment."""
    rows = ["| package | version | licence | read from |", "| --- | --- | --- | --- |"]
    for name, version in locked():
        licence, where = licence_of(name)
        rows.append(f"| {name} | {version} | {licence.replace('|', '/')} | {where} |")
    for name, version, licence in locked_npm():
        rows.append(f"| {name} (npm) | {version} | {licence} | package-lock.json |")
    return "\n".join(rows)


def main() -> None:
    """Write the list into the page."""
    text = PAGE.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    PAGE.write_text(f"{before}{BEGIN}\n{table()}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()

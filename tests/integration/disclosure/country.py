"""A landing folder of an invented country with canaries: small counts that make numbers found nowhere else, and words.

What the restricted build may hold and the public one may not, under the name of how it would escape.
"""

import shutil
from pathlib import Path

GOOD = Path(__file__).parents[2] / "fixtures" / "good" / "intake"
REGISTERS = (
    "FICTIONAL_authorities.csv", "FICTIONAL_services.csv", "FICTIONAL_structures.csv", "FICTIONAL_participation.csv",
)  # fmt: skip
ENGAGED = "Number of victims engaged with on restorative justice opportunities"
CONSENT = "Number of victims who consent to be contacted by the YJS"
VICTIMS = "Total number of victims "
CHILDREN = "Number of children with an order closing with an identified victim or victims of youth crime"
QUARTERS = ("2023-04-01", "2023-07-01", "2023-10-01", "2024-01-01")
SERVICES = ("Quillmarsh", "Oxterby", "Vellow")

SMALL = (3, 47)
"""6.38 per cent: three of forty-seven."""
REST = (86, 89)
"""96.6 per cent: all but three of eighty-nine."""
SUPERSEDED = (4, 59)
"""6.78 per cent, corrected later to eleven of fifty-nine."""
OPEN = (31, 83)
"""37.3 per cent: nothing about it is small."""
WORDS = "canary of the quarantine"


def shown(numerator: int, denominator: int) -> str:
    """The percentage of two counts, to as many digits as no other number shares with it."""
    return f"{100 * numerator / denominator:.12f}"[:10]


def write(folder: Path) -> Path:
    """Write the landing folder; returns it."""
    folder.mkdir(parents=True)
    for name in REGISTERS:
        shutil.copy(GOOD / name, folder)
    counts = {(s, q): (40 + 7 * n + 13 * m, 80 + 10 * n + 17 * m)
              for n, s in enumerate(SERVICES) for m, q in enumerate(QUARTERS)}  # fmt: skip
    counts[("Quillmarsh", QUARTERS[0])] = SMALL
    counts[("Oxterby", QUARTERS[1])] = REST
    counts[("Vellow", QUARTERS[2])] = SUPERSEDED
    counts[("Quillmarsh", QUARTERS[3])] = OPEN
    rows = [line for place, both in counts.items() for line in _lines(*place, *both)]
    rows.append(f"9,{QUARTERS[0]},Vellow,{CHILDREN},{WORDS}")
    _save(folder, "FICTIONAL_kpi_10.csv", rows, "2024-07-31")
    corrected = _lines("Vellow", QUARTERS[2], 11, SUPERSEDED[1])
    _save(folder, "FICTIONAL_kpi_10_corrected.csv", corrected, "2024-10-31")
    return folder


def _lines(service: str, quarter: str, engaged: int, consent: int) -> list[str]:
    told = {ENGAGED: engaged, CONSENT: consent, VICTIMS: consent + 20}
    return [f"{n},{quarter},{service},{line},{count}" for n, (line, count) in enumerate(told.items())]


def _save(folder: Path, name: str, rows: list[str], published: str) -> None:
    header = "return_status_id,reporting_date,yot_code,description,total"
    (folder / name).write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (folder / f"{name}.delivery.yml").write_text(f"published: {published}\n", encoding="utf-8")

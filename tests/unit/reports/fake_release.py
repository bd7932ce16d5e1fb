"""Small releases in the shape of the public tables, for the tests of the reports.

`fictional` has two typologies, comparisons shown and refused, and one of everything a page must show. `real_like` has
the result that real input gives: no register of structural models, every value unassigned, every comparison refused.
Nothing here is a real place.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.unit.reports import fake_differences, fake_register, fake_statistics
from tests.unit.reports.fake_deliveries import deliveries
from tests.unit.reports.fake_facts import FTE, KPI_2, NI_111
from tests.unit.reports.fake_values import frame, indicator
from tests.unit.reports.fake_world import World, write


def fictional(folder: Path) -> Path:
    """155 services, four indicators, comparisons."""
    world = World("2026.2")
    frame(world, services=155, evidenced=True)
    quarters = [
        ("2024Q2", date(2024, 7, 1), date(2024, 9, 30)),
        ("2024Q3", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024Q4", date(2025, 1, 1), date(2025, 3, 31)),
    ]
    years = [(str(year), date(year, 1, 1), date(year, 12, 31)) for year in (2022, 2023)]
    psa = [("2009-10", date(2009, 4, 1), date(2010, 3, 31))]
    indicator(
        world, KPI_2, "yjb__kpi_2_ete", quarters, mean=0.62, base=(20, 60), typology="yjb_2024", refused={"2024Q4"}
    )
    indicator(
        world, FTE, "yjb__first_time_entrants_by_service", years, mean=136e-5, base=(9000, 60000), typology="yjb_2024"
    )
    indicator(
        world,
        NI_111,
        "dcsf__ni_111_first_time_entrants",
        psa,
        mean=1600e-5,
        base=(9000, 60000),
        typology="fielder_2007",
    )
    deliveries(world)
    fake_statistics.add(world)
    fake_register.add(world)
    written = write(folder, world, is_fictional=True)
    fake_differences.add(written)
    return written


def real_like(folder: Path) -> Path:
    """154 services, no register of structural models: everything unassigned, everything refused."""
    world = World("2026.1")
    frame(world, services=154, evidenced=False)
    years = [(f"{year}/{year - 1999}", date(year, 4, 1), date(year + 1, 3, 31)) for year in (2020, 2021)]
    indicator(
        world,
        FTE,
        "yjb__youth_justice_2021_22",
        years,
        mean=136e-5,
        base=(9000, 60000),
        typology="yjb_2024",
        refused={label for label, _, _ in years},
    )
    deliveries(world)
    return write(folder, world, is_fictional=False)

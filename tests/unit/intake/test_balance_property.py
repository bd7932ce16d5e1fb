"""Whatever a file holds, its cells are landed, set aside or out of scope, and the three add up."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.intake.checks import Context, run
from pipelines.intake.judge import judge, recognise_file
from pipelines.intake.problems import Refused
from pipelines.intake.sidecar import Said
from pipelines.landing.registers import registers
from sources.catalogue import load_catalogue
from tests.unit.intake.conftest import FIXTURES

CATALOGUE = load_catalogue()
FILES = {
    "wide": FIXTURES / "good/intake/FICTIONAL_participation.csv",
    "template": FIXTURES / "broken/intake/measure_undeclared.csv",
    "register": FIXTURES / "good/intake/FICTIONAL_structures.csv",
    "sum": FIXTURES / "broken/intake/part_missing.csv",
}
CELLS = st.sampled_from(
    ["", "0", "3.5", "-1", "1e9", "c", "z", "~", "NA", "three", "FE0000002", "Vellow", "2021", "202122"]
)


def _checked(candidates, state, aside, placed):
    dataset = CATALOGUE.datasets["dfe__participation_16_to_17"]
    return run(candidates, Context(dataset, CATALOGUE, state, None, aside, date(2026, 1, 1), None, placed))


@pytest.mark.parametrize("layout", FILES)
def test_cells_balance_whatever_is_written_into_them(layout, workspace, tmp_path):
    state = registers(workspace.landed, CATALOGUE)
    with FILES[layout].open(encoding="utf-8", newline="") as stream:
        header, *rows = list(csv.reader(stream))
    path = Path(tmp_path / "mutated.csv")

    @settings(max_examples=60)
    @given(st.data())
    def balances(data):
        changed = [list(row) for row in rows]
        for _ in range(data.draw(st.integers(0, 6))):
            row = data.draw(st.integers(0, len(changed) - 1))
            changed[row][data.draw(st.integers(0, len(header) - 1))] = data.draw(CELLS)
        repeated = data.draw(st.integers(0, 2))
        with path.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([header, *changed, *changed[:repeated]])
        try:
            (recognised,) = recognise_file(path, path.name, Said(), CATALOGUE)
            judgement = judge(
                recognised,
                state,
                CATALOGUE,
                lambda candidates, aside, placed: _checked(candidates, state, aside, placed),
                date(2026, 11, 22),
            )
        except Refused:
            return
        # judge() asserts the balance itself; that is not taken on trust here.
        accounted = judgement.cells_landed + judgement.cells_quarantined + judgement.cells_out_of_scope
        assert accounted == judgement.cells_in
        assert (judgement.findings["cells"] >= 0).all()

    balances()

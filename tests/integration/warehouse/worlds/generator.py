"""Any world, by its number: the same number gives the same world."""

from random import Random

from tests.integration.warehouse.world import World
from tests.integration.warehouse.worlds.draft import Draft
from tests.integration.warehouse.worlds.draw_claims import draw_claims
from tests.integration.warehouse.worlds.draw_figures import draw_figures
from tests.integration.warehouse.worlds.draw_places import draw_places

SEED = 20261122


def draw(number: int, settings: dict[str, object] | None = None) -> World:
    """World `number`, under the given thresholds; consistent enough to be landed and in no other way."""
    draft = Draft(number, Random(f"{SEED}:{number}"))
    draft.world.settings = dict(settings or {})
    draw_places(draft)
    draw_claims(draft)
    draw_figures(draft)
    return draft.world

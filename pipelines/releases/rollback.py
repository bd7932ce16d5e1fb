"""Going back: an earlier release is made current, and what was left is not put back while nothing is new.

What belongs here: which release stands after a rollback, and what came of which inputs. Who may do it at the same time
is decided by the caller's lock.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

from pipelines.releases.store import Release, ReleaseNotFound, ReleaseStore, order, sync_folder
from pipelines.releases.verify import Problem, verify

_FILE = ".rolled_back"


class NotAsPublished(Exception):
    """The release is not what was published, so it is not made current again."""

    def __init__(self, release: Release, problems: list[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [
            f"Release {release.release_id} is not as it was published, so it is not made current; what was current "
            "stays. `dovetail releases list` shows the others."
        ]
        super().__init__("\n".join([*lines, *(f"  {problem}" for problem in problems[:10])]))


@dataclass(frozen=True)
class Rollback:
    """One return to an earlier release.

    Attributes:
        release_id: the release that was made current.
        left: the release that was current before it.
        at: when, in UTC, as text of ISO 8601.
        reason: what the person said of it; empty when nothing.
        inputs: fingerprints of what the later releases were built from: a build from one of them changes nothing.
    """

    release_id: str
    left: str
    at: str
    reason: str
    inputs: tuple[str, ...]

    def in_words(self) -> str:
        """Why the current release is not the newest."""
        why = f" ({self.reason})" if self.reason else ""
        return f"release {self.left} was rolled back to {self.release_id} on {self.at[:10]}{why}"


def target(store: ReleaseStore, release_id: str | None) -> Release:
    """The release to go back to: the named one, else the newest that is older than the current one.

    Raises:
        ReleaseNotFound: there is none of that number, or none before the current one.
    """
    if release_id:
        return store.get(release_id)
    left = store.current_id()
    older = [release for release in store.list() if left and order(release.release_id) < order(left)]
    if not older:
        raise ReleaseNotFound(f"There is no release before {left or 'the first'} to go back to.")
    return older[-1]


def roll_back(
    store: ReleaseStore, to: Release, *, at: datetime, reason: str = "", built_from: Iterable[str | None] = ()
) -> Rollback:
    """Make a verified release current. No release is changed or removed.

    Args:
        store: the releases.
        to: the release to make current.
        at: now.
        reason: what the person says of it.
        built_from: fingerprints of inputs that are known to have come to a later release, beside those which the later
            releases name themselves.

    Raises:
        NotAsPublished: a file of the release is missing, added or changed.
    """
    if problems := verify(to):
        raise NotAsPublished(to, problems)
    later = [release for release in store.list() if order(release.release_id) > order(to.release_id)]
    inputs = [*(release.inputs_fingerprint for release in later), *(built_from if later else ())]
    rollback = Rollback(
        to.release_id,
        store.current_id() or "",
        at.isoformat(timespec="seconds"),
        " ".join(reason.split()),
        tuple(sorted({fingerprint for fingerprint in inputs if fingerprint})),
    )
    # Said before it is done: were we stopped in between, a build would find the record and nothing that it applies to.
    _write(store, [*rollbacks(store), rollback])
    store.make_current(to)
    return rollback


def rollbacks(store: ReleaseStore) -> list[Rollback]:
    """Every rollback of a warehouse, oldest first. A line that cannot be read is passed over."""
    try:
        lines = (store.folder / _FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    found = []
    for line in lines:
        try:
            said = json.loads(line)
            found.append(Rollback(**{**said, "inputs": tuple(said["inputs"])}))
        except (ValueError, TypeError, KeyError):
            continue
    return found


def standing(store: ReleaseStore) -> Rollback | None:
    """The rollback that made the current release current, when a later release was left by it; else None."""
    current = store.current_id()
    made = [rollback for rollback in rollbacks(store) if rollback.release_id == current]
    newest = store.list()[-1:]
    return made[-1] if made and newest and order(newest[0].release_id) > order(str(current)) else None


def stands_against(store: ReleaseStore, inputs_fingerprint: str) -> Rollback | None:
    """The standing rollback, when a build from these inputs would only put back what was left."""
    found = standing(store)
    return found if found and inputs_fingerprint in found.inputs else None


def _write(store: ReleaseStore, made: Iterable[Rollback]) -> None:
    new = store.folder / f"{_FILE}-{os.getpid()}"
    with new.open("w", encoding="utf-8") as lines:
        lines.writelines(json.dumps(asdict(rollback), ensure_ascii=False) + "\n" for rollback in made)
        lines.flush()
        os.fsync(lines.fileno())
    new.replace(store.folder / _FILE)
    sync_folder(store.folder)

"""Pictures of Vega-Lite specifications: drawn by vl-convert in processes of their own, kept by content, fit for a page.

The kinds of chart are modules beside this one. A picture depends on nothing but its specification and the version of
vl-convert, so those two name its file in the folder of kept pictures: what was drawn for an earlier release is read
and not drawn again, and a folder that was lost costs time and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.metadata import version
from pathlib import Path
from typing import Any

_ENDED = '{"error": "the process that draws has ended"}'
_WORKER = Path(__file__).with_name("worker.py")
_PLACES = re.compile(r' (?:d|transform)="[^"]*"')
_LONG = re.compile(r"(\d\.\d\d)\d+")
_HINT = re.compile(
    r"<(path)\b([^>]*?) aria-label=\"([^\"]*)\" role=\"graphics-symbol\" aria-roledescription=\"[^\"]*\"([^>]*?)"
    r"(?:></path>|/>)"
)
_EMPTY_LINE = re.compile(r"(<tspan\b[^>]*)/>")
_NOISE = re.compile(r' (?:role|aria-[a-z]+|xmlns(?::\w+)?|version|class)="[^"]*"')
_FONT = re.compile(r' font-family="[^"]*"')
_SIZE = re.compile(r'viewBox="0 0 ([\d.]+) ([\d.]+)"')


class ChartNotDrawn(Exception):
    """A specification could not be drawn; the message is what vl-convert says."""


@dataclass(frozen=True)
class Drawing:
    """A chart that is being drawn; a template that prints it waits for it.

    Attributes:
        svg: the picture as vl-convert gives it.
        name: what a screen reader says in place of the picture.
    """

    svg: Future[str]
    name: str

    def __html__(self) -> str:
        """The chart as inline SVG."""
        return accessible(self.svg.result(), self.name)


class Drawings:
    """Draws beside the putting together of the pages; draws nothing twice in a render, nor what is kept.

    Attributes:
        drawn: pictures drawn by this one.
        kept: pictures read from the folder.
    """

    def __init__(self, cache: Path | None = None, workers: int = 2) -> None:
        """Take the folder of kept pictures (made when it is not there; none when None); start nothing yet."""
        self._cache = cache
        self._pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="charts")
        self._pictures: dict[str, Future[str]] = {}
        self._own = threading.local()
        self._processes: list[subprocess.Popen[str]] = []
        self.drawn = self.kept = 0

    def __enter__(self) -> Drawings:
        return self

    def __exit__(self, *failure: object) -> None:
        self._pool.shutdown(cancel_futures=True)
        for process in self._processes:
            for pipe in (process.stdin, process.stdout):
                if pipe:
                    pipe.close()
            process.wait()

    def __len__(self) -> int:
        return len(self._pictures)

    def draw(self, spec: dict[str, Any], name: str) -> Drawing:
        """Begin to draw.

        Args:
            spec: a Vega-Lite specification that holds its data; nothing is fetched.
            name: what a screen reader says in place of the picture: kind of chart and its main message.
        """
        content = json.dumps(spec, sort_keys=True)
        key = hashlib.sha256(f"{_version()}\n{content}".encode()).hexdigest()
        if key not in self._pictures:
            kept = self._read(key)
            if kept is None:
                self.drawn += 1
                self._pictures[key] = self._pool.submit(self._draw, key, content)
            else:
                self.kept += 1
                self._pictures[key] = Future()
                self._pictures[key].set_result(kept)
        return Drawing(self._pictures[key], name)

    def _file(self, key: str) -> Path | None:
        return self._cache and self._cache / key[:2] / f"{key}.svg"

    def _read(self, key: str) -> str | None:
        file = self._file(key)
        if file is None:
            return None
        try:
            picture = file.read_text(encoding="utf-8")
        except OSError:
            return None
        with suppress(OSError):
            os.utime(file)  # the time of its last use, by which old ones are told
        return picture

    def _draw(self, key: str, content: str) -> str:
        process = self._process()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            process.stdin.write(content + "\n")
            process.stdin.flush()
            answer = json.loads(process.stdout.readline() or _ENDED)
        except BrokenPipeError:
            answer = json.loads(_ENDED)
        if "error" in answer:
            raise ChartNotDrawn(f"A chart could not be drawn: {answer['error']}")
        svg = str(answer["svg"])
        if file := self._file(key):
            file.parent.mkdir(parents=True, exist_ok=True)
            partial = file.with_suffix(f".{os.getpid()}.{threading.get_ident()}")
            partial.write_text(svg, encoding="utf-8")
            partial.replace(file)
        return svg

    def _process(self) -> subprocess.Popen[str]:
        """The process of this thread, started with its first picture."""
        process: subprocess.Popen[str] | None = getattr(self._own, "process", None)
        if process is None:
            process = self._own.process = subprocess.Popen(
                [sys.executable, "-P", str(_WORKER)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
                encoding="utf-8",
                env={**os.environ, "PYTHONUTF8": "1"},
            )
            self._processes.append(process)
        return process


def accessible(svg: str, name: str) -> str:
    """One image with a name; each mark with a description keeps it as a hint for a mouse, silent for a screen reader.

    Coordinates are cut to hundredths of a pixel, and the font is said once.
    """
    svg = _HINT.sub(r'<\1\2\4><title data-quoted="">\3</title></\1>', svg)
    # A line without a letter does not move the next one down.
    svg = _EMPTY_LINE.sub(r"\1>&#160;</tspan>", svg)
    svg = _NOISE.sub("", svg)
    svg = _PLACES.sub(lambda place: _LONG.sub(r"\1", place[0]), _FONT.sub("", svg))
    size = _SIZE.search(svg)
    body = svg[svg.index(">") + 1 :]
    width, height = (size[1], size[2]) if size else ("1120", "400")
    style = f"max-width:{width}px;min-width:{min(900, int(float(width)))}px"
    return (
        f'<svg class="dv-chart" viewBox="0 0 {width} {height}" style="{style}" font-family="arial, sans-serif" '
        f'role="img" aria-label="{escape(name)}" focusable="false">{body}'
    )


@cache
def _version() -> str:
    return f"vl-convert {version('vl-convert-python')}"

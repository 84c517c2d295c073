"""Progress of a build on the terminal: a bar for a person, one line for each step in any case."""

from __future__ import annotations

import types

import rich.console
import rich.progress


class Progress:
    """Counts steps; used as a context."""

    def __init__(self, total: int, console: rich.console.Console) -> None:
        self.seconds: dict[str, float] = {}
        self._bar = rich.progress.Progress(
            "{task.description}",
            rich.progress.BarColumn(),
            rich.progress.MofNCompleteColumn(),
            rich.progress.TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Progress:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: types.TracebackType | None,
    ) -> None:
        self._bar.stop()

    def started(self, name: str) -> None:
        """Show which step runs."""
        self._bar.update(self._task, description=name)

    def finished(self, name: str, seconds: float) -> None:
        """Print the time that a step took."""
        self.seconds[name] = seconds
        self._bar.console.print(f"{name:<16} {seconds:6.2f} s", highlight=False)
        self._bar.advance(self._task)

    def skipped(self, name: str) -> None:  # noqa: ARG002
        """Count a step that is up to date."""
        self._bar.advance(self._task)

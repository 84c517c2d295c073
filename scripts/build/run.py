"""Run the steps whose inputs changed, and replace the atlas when all of them succeeded."""

from __future__ import annotations

import collections.abc
import concurrent.futures
import dataclasses
import datetime
import graphlib
import importlib.metadata
import pathlib
import shutil
import sys
import time
import typing

import rich.console

from geo import errors
from layers import embedded
from layers.io import manifest
from scripts.build import fingerprint, graph, kept, notes, progress, publish, state, steps, workers


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What a build did.

    Parameters
    ----------
    seconds
        Time that each step took, of those that ran.
    replaced
        Whether the atlas was replaced.
    copies
        Products that somebody had changed, and files whose names the atlas takes now, with the names
        under which they are kept.
    """

    seconds: dict[str, float]
    replaced: bool
    copies: tuple[kept.Copy, ...] = ()


def main(*, out: pathlib.Path, regions: list[pathlib.Path], dry_run: bool, jobs: int) -> None:
    """Build atlases, or with ``dry_run`` say what would be rebuilt, with progress on the terminal.

    One region goes to ``out``, several to folders in it that are named by their ids.

    Raises
    ------
    InputError
        If something is at fault; with several regions the others are built all the same.
    """
    console = rich.console.Console(soft_wrap=True, highlight=False)
    if len(regions) == 1:
        _one(console, out=out, region=regions[0], dry_run=dry_run, jobs=jobs)
        return
    names = [embedded.identity(region) for region in regions]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise errors.InputError(
            f"region.toml: id = {name!r} of two regions; expected another for each" for name in twice
        )
    findings: list[str] = []
    for name, region in zip(names, regions, strict=True):
        console.print(f"{name}:", markup=False)
        try:
            _one(console, out=out / name, region=region, dry_run=dry_run, jobs=jobs)
        except errors.InputError as error:
            findings += [f"{name}: {line}" for line in error.findings]
    if findings:
        raise errors.InputError(findings)


def _one(
    console: rich.console.Console, *, out: pathlib.Path, region: pathlib.Path, dry_run: bool, jobs: int
) -> None:
    plan = graph.Graph(steps.STEPS, graph.Folders(region=region, atlas=out))
    for line in notes.of_region(region):
        print(line, file=sys.stderr)
    if dry_run:
        for line in _listing(explain(plan)):
            console.print(line, markup=False)
        return
    started = time.perf_counter()
    with progress.Progress(len(plan.steps), console) as report:
        outcome = build(plan, report, jobs=jobs)
    seconds = time.perf_counter() - started
    console.print(_summary(outcome, len(plan.steps), seconds))
    for one in outcome.copies:
        line = f"{one.name}: yours is kept as {one.copy}"
        console.print(kept.shown(line), markup=False)
    console.print(f"Open {out / 'index.html'}")


def build(plan: graph.Graph, report: progress.Progress, *, jobs: int = 1) -> Outcome:
    """Bring the atlas up to date, running up to so many steps at a time.

    Raises
    ------
    InputError
        If the data are at fault, another build is running, or the folder holds files and is no atlas.
        It stays as it was.
    """
    folders = plan.folders
    graph.require_region(plan)
    publish.require_replaceable(folders.atlas)
    folders.stages.mkdir(parents=True, exist_ok=True)
    with publish.locked(folders.stages):
        copies = publish.recover(folders.atlas, work=folders.stages)
        shutil.rmtree(folders.partial, ignore_errors=True)
        started = time.time()
        content = _manifest(plan, _run(plan, report, jobs))
        if manifest.is_same(manifest.read(folders.atlas), content) and not manifest.damaged(
            folders.atlas, content
        ):
            return Outcome(report.seconds, replaced=False, copies=tuple(copies))
        content[manifest.TIMINGS] = _timings(started, report.seconds)
        copies += publish.replace(folders.atlas, folders.products, content, work=folders.stages)
    return Outcome(report.seconds, replaced=True, copies=tuple(dict.fromkeys(copies)))


def explain(plan: graph.Graph) -> dict[str, list[str]]:
    """Say which steps would run, and why: one line for each reason."""
    graph.require_region(plan)
    known = state.State(plan.folders.stages)
    found: dict[str, list[str]] = {}
    for step in plan.steps:
        reasons = _reasons(plan, step, known.get(step.name), plan.fingerprint(step))
        reasons += [f"after: {name}" for name in plan.needs(step) if name in found]
        if reasons:
            found[step.name] = reasons
    return found


def _listing(reasons: collections.abc.Mapping[str, list[str]]) -> list[str]:
    lines = [f"{name}: {reason}" for name, found in reasons.items() for reason in found]
    return lines or ["Nothing to rebuild."]


def _summary(outcome: Outcome, total: int, seconds: float) -> str:
    if outcome.seconds:
        return f"{len(outcome.seconds)} of {total} steps rebuilt in {seconds:.1f} s."
    return f"{'Atlas restored' if outcome.replaced else 'Nothing changed'} ({seconds:.1f} s)."


def _run(plan: graph.Graph, report: progress.Progress, jobs: int) -> list[state.Made]:
    """Run what is not up to date; return what each step was made from and made."""
    known = state.State(plan.folders.stages)
    order = graphlib.TopologicalSorter({step.name: plan.needs(step) for step in plan.steps})
    order.prepare()
    running: dict[concurrent.futures.Future[float], tuple[graph.Step, fingerprint.Fingerprint]] = {}
    with workers.started(jobs) as executor:
        while order.is_active():
            ready, skipped = set(order.get_ready()), False
            for step in (one for one in plan.steps if one.name in ready):
                inputs = plan.fingerprint(step)
                if _reasons(plan, step, known.get(step.name), inputs):
                    report.started(step.name)
                    running[executor.submit(workers.make, plan, step)] = step, inputs
                else:
                    report.skipped(step.name)
                    order.done(step.name)
                    skipped = True
            if skipped:
                continue  # what comes after may be ready
            done, _ = concurrent.futures.wait(running, return_when=concurrent.futures.FIRST_COMPLETED)
            for future in done:
                step, inputs = running.pop(future)
                try:
                    seconds = future.result()
                except errors.InputError:
                    raise errors.InputError(_findings([*running, future])) from None
                known.keep(step.name, state.Made(inputs, _targets(plan, step)))
                report.finished(step.name, seconds)
                order.done(step.name)
    return [known[step.name] for step in plan.steps]


def _findings(steps: collections.abc.Iterable[concurrent.futures.Future[float]]) -> dict[str, None]:
    """Collect the findings of steps, each line once, when all that have begun are through.

    The rules begin first and tell all that is wrong with a region; other steps only meet a part of it.
    """
    begun = [step for step in steps if not step.cancel()]
    concurrent.futures.wait(begun)
    faults = [step.exception() for step in begun]
    told = [fault.findings for fault in faults if isinstance(fault, errors.InputError)]
    return dict.fromkeys(line for lines in told for line in lines)


def _reasons(
    plan: graph.Graph, step: graph.Step, made: state.Made | None, inputs: fingerprint.Fingerprint
) -> list[str]:
    if made is None:
        return ["never built"]
    return fingerprint.changes(made.inputs, inputs) + fingerprint.changes(made.targets, _targets(plan, step))


def _targets(plan: graph.Graph, step: graph.Step) -> fingerprint.Fingerprint:
    return {label: manifest.digest(path) for label, path in plan.targets(step).items()}


def _products(plan: graph.Graph) -> dict[str, pathlib.Path]:
    return {name: plan.folders.products / name for step in plan.steps for name in step.products}


def _manifest(plan: graph.Graph, steps: collections.abc.Iterable[state.Made]) -> manifest.Manifest:
    seen: fingerprint.Fingerprint = {}
    for step in steps:
        seen |= step.inputs
    made = {label for step in plan.steps for label in plan.targets(step)}
    files = {label: value for label, value in seen.items() if " " not in label and label not in made}
    return manifest.compose(
        products=_products(plan),
        region=plan.folders.region,
        inputs=files,
        libraries={name.partition(" ")[2]: version for name, version in fingerprint.libraries().items()},
        code=fingerprint.combined({k: v for k, v in seen.items() if k.startswith(("code ", "step "))}),
        version=importlib.metadata.version("borderzone"),
    )


def _timings(started: float, seconds: collections.abc.Mapping[str, float]) -> dict[str, typing.Any]:
    """Tell the time of the build, here and nowhere else."""
    moment = datetime.datetime.fromtimestamp(started, tz=datetime.UTC)
    return {
        "started": moment.isoformat(timespec="seconds"),
        "seconds": round(time.time() - started, 2),
        "steps": dict(seconds),
    }

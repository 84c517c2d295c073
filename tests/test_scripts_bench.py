import json

import pytest
import typer.testing

from scripts.bench import __main__, contest, scale, shortest, synthetic

SOME = contest.Row("one", "1.0", 1_000, [2.0, 3.0], peak_mb=10.0, difference=0.0, ratio=1.0)


def test_contenders_on_this_machine_agree_on_a_small_graph():
    report = shortest.run(1, sides=(40,))
    ran = [row for row in report.rows if row.seconds]
    assert ran[0].contender == "borderzone"
    assert ran[0].ratio == 1
    assert len(ran) > 1
    assert all(row.difference <= 1e-6 and row.peak_mb > 0 and row.ratio > 0 for row in ran)


def test_contender_that_is_not_installed_is_reported_and_not_run():
    absent = contest.Contender("absent", contest.version_of("no-such-distribution"), run=None)
    task = contest.Contest((shortest.OURS, absent), (20,), lambda side: side**2, "scripts.bench.shortest")
    rows = contest.hold(task, rounds=2)
    assert [len(row.seconds) for row in rows] == [2, 0]
    assert "not installed: absent" in contest.table(contest.Report("title", "cells", rows))


def test_failure_of_a_contender_tells_why():
    program = shortest.__name__
    impossible = contest.Contest((shortest.OURS,), (-1,), lambda side: side, program)
    with pytest.raises(RuntimeError, match=r"borderzone failed:(.|\n)*unknown dimension"):
        contest.hold(impossible, rounds=1)


def test_growth_is_the_exponent_from_the_least_to_the_largest_amount():
    rows = [contest.Row("one", "1.0", amount, [amount**1.5]) for amount in (100, 10_000, 1_000)]
    assert contest.growth(rows) == pytest.approx(1.5)


def test_growth_of_memory_is_told_too():
    rows = [contest.Row("one", "1.0", amount, [1.0], peak_mb=amount**0.5) for amount in (100, 10_000)]
    assert contest.growth(rows, contest.peak) == pytest.approx(0.5)


def test_a_whole_build_is_measured():
    one = scale.built(synthetic.Spec(units=8, cell_m=4_000, villages=1, scenarios=False, siting=False))
    assert 100 < one.cells < 2_000
    assert one.seconds > 1
    assert one.peak_mb > 100


def test_builds_of_rising_size_tell_exponents_of_districts_and_of_cells(monkeypatch):
    def built(spec):
        cells = int(1e12 / spec.cell_m**2)
        return scale.Built(cells, spec.units * cells / 1e6, spec.units * cells**0.5)

    monkeypatch.setattr(scale, "built", built)
    spec = synthetic.Spec(units=10, cell_m=1_000)
    report = scale.report(spec, spec, units=(10, 40), cell_m=(1_000, 500, 250))
    assert [(row.contender, row.amount) for row in report.rows] == [
        *(("districts", 10), ("districts", 40)),
        *(("cells", 1_000_000), ("cells", 4_000_000), ("cells", 16_000_000)),
    ]
    assert list(report.figures.values()) == pytest.approx([1, 1, 1, 0.5])
    assert "| 16,000,000 | cells" in contest.table(report)


def test_a_build_that_fails_tells_why():
    with pytest.raises(RuntimeError, match="cell_m = -1"):
        scale.built(synthetic.Spec(cell_m=-1))


def test_long_benches_run_only_if_they_are_named(monkeypatch, tmp_path):
    ran = []

    def noted(name):
        return lambda _rounds: ran.append(name) or contest.Report("T", "cells", [SOME])

    monkeypatch.setattr(__main__, "BENCHES", {name: noted(name) for name in __main__.BENCHES})
    app = typer.Typer()
    app.command()(__main__.main)
    assert typer.testing.CliRunner().invoke(app, ["--out", str(tmp_path / "one.json")]).exit_code == 0
    assert set(ran) == set(__main__.BENCHES) - set(__main__.LONG)


def test_results_are_printed_and_written(monkeypatch, tmp_path):
    monkeypatch.setattr(
        __main__, "BENCHES", {"some": lambda rounds: contest.Report("T", "cells", [SOME], {"x": rounds})}
    )
    app = typer.Typer()
    app.command()(__main__.main)
    out = tmp_path / "deep" / "bench.json"
    result = typer.testing.CliRunner().invoke(app, ["some", "--rounds", "2", "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "| 1,000 | one 1.0 | 2.00 | 1.00 | 10 | 0.0e+00 |" in result.output
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["benches"]["some"]["rows"][0]["seconds"] == [2, 3]
    assert written["benches"]["some"]["figures"] == {"x": 2}
    assert typer.testing.CliRunner().invoke(app, ["none"]).exit_code == 2

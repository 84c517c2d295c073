import json

import pytest
import typer.testing

from scripts.bench import __main__, contest, shortest

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

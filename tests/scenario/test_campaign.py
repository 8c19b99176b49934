"""A campaign as its user meets it: the same to the digit with any workers, taken up again, every failure by seed."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from safeconduct.model.faults import BadInput
from safeconduct.runtime.campaign import CampaignWishes, again, join_campaign, run_campaign
from safeconduct.runtime.campaign_folder import MISSIONS, CampaignFolder
from safeconduct.runtime.campaign_result import MissionResult
from safeconduct.runtime.campaign_task import Task, fly_task, scenario_for, tasks
from safeconduct.runtime.campaign_workers import here
from safeconduct.sim import World
from safeconduct.verbs import app
from safeconduct.witness import LOG, verify

CHEAP = "cannot-walk"


def _wishes(out: Path, **more: object) -> CampaignWishes:
    return CampaignWishes(**{"scenario": CHEAP, "missions": 4, "seed": 5, "out": out, "jobs": 1, **more})  # type: ignore[arg-type]


def test_two_workers_give_what_one_gives_to_the_digit(tmp_path: Path) -> None:
    one = run_campaign(_wishes(tmp_path / "one"))
    two = run_campaign(_wishes(tmp_path / "two", jobs=2))
    assert (tmp_path / "one" / MISSIONS).read_bytes() == (tmp_path / "two" / MISSIONS).read_bytes()
    assert one["arrived"] == two["arrived"] == 4
    assert one["failures"] == []
    assert "<svg" in (tmp_path / "one" / "report.html").read_text()


def test_a_campaign_that_was_killed_is_gone_on_with(tmp_path: Path) -> None:
    run_campaign(_wishes(tmp_path / "whole"))
    whole = (tmp_path / "whole" / MISSIONS).read_bytes()
    run_campaign(_wishes(tmp_path / "cut", missions=2))
    file = tmp_path / "cut" / MISSIONS
    file.write_bytes(file.read_bytes() + whole.splitlines()[2][:40])  # a kill in the middle of a line
    report = run_campaign(_wishes(tmp_path / "cut"))
    assert file.read_bytes() == whole
    assert report["complete"]
    assert report["missions"] == 4


def test_nothing_is_flown_twice_nor_mixed_with_another_campaign(tmp_path: Path) -> None:
    run_campaign(_wishes(tmp_path, missions=1))
    again = run_campaign(_wishes(tmp_path, missions=1))
    assert again["flown_now_s"] == 0.0
    assert again["x_real_time"] > 1
    for other in ({"seed": 6}, {"scenario": "night"}, {"pace": "0.2-1.5"}):
        with pytest.raises(BadInput, match="holds a campaign"):
            run_campaign(_wishes(tmp_path, **other))
    (tmp_path / MISSIONS).write_text("{}\n")
    with pytest.raises(BadInput, match="line 1"):
        run_campaign(_wishes(tmp_path, missions=1))


def test_pieces_of_a_campaign_put_together_are_the_campaign_to_the_byte(tmp_path: Path) -> None:
    run_campaign(_wishes(tmp_path / "whole"))
    run_campaign(_wishes(tmp_path / "late", missions=2, seed=7))
    run_campaign(_wishes(tmp_path / "early", missions=2))
    report = join_campaign([tmp_path / "late", tmp_path / "early"], tmp_path / "all")
    assert (tmp_path / "all" / MISSIONS).read_bytes() == (tmp_path / "whole" / MISSIONS).read_bytes()
    assert (report["complete"], report["missions"], report["seed"]) == (True, 4, 5)
    assert report["x_real_time"] > 1
    assert run_campaign(_wishes(tmp_path / "all"))["flown_now_s"] == 0.0, "it is a campaign like any other"


def test_pieces_with_a_hole_are_not_complete_and_the_hole_can_be_flown(tmp_path: Path) -> None:
    run_campaign(_wishes(tmp_path / "a", missions=1, seed=5))
    run_campaign(_wishes(tmp_path / "b", missions=1, seed=7))
    assert not join_campaign([tmp_path / "a", tmp_path / "b"], tmp_path / "all")["complete"]
    assert run_campaign(_wishes(tmp_path / "all", missions=3))["complete"]


def test_pieces_of_different_campaigns_are_never_mixed(tmp_path: Path) -> None:
    run_campaign(_wishes(tmp_path / "a", missions=1))
    run_campaign(_wishes(tmp_path / "b", missions=1, pace="1-1.5"))
    with pytest.raises(BadInput, match="another pace"):
        join_campaign([tmp_path / "a", tmp_path / "b"], tmp_path / "all")
    with pytest.raises(BadInput, match="holds no campaign"):
        join_campaign([tmp_path / "a", tmp_path / "nothing"], tmp_path / "all")
    other = (tmp_path / "a" / MISSIONS).read_text().replace('"duration_s":', '"duration_s":1')
    run_campaign(_wishes(tmp_path / "c", missions=1))
    (tmp_path / "c" / MISSIONS).write_text(other)
    with pytest.raises(BadInput, match="tells otherwise"):
        join_campaign([tmp_path / "a", tmp_path / "c"], tmp_path / "all")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    with pytest.raises(BadInput, match="no campaign"):
        run_campaign(_wishes(tmp_path))


@pytest.mark.parametrize("pace", ["fast", "1.5-0.2", "0-1", "0.2-9", "nan-1"])
def test_a_pace_that_is_none_is_said_in_one_line(tmp_path: Path, pace: str) -> None:
    with pytest.raises(BadInput, match="--pace"):
        run_campaign(_wishes(tmp_path / "new", pace=pace))


def test_a_mission_that_went_wrong_is_listed_with_the_command_that_flies_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import safeconduct.runtime.campaign_task as task

    flies = task._fly

    def breaks(one: Task) -> MissionResult:
        if one.seed == 6:
            raise KeyError("nobody")
        return flies(one)

    monkeypatch.setattr(task, "_fly", breaks)
    report = run_campaign(_wishes(tmp_path, missions=2))
    (row,) = report["failures"]
    assert (row["seed"], row["ended"]) == (6, "lost")
    assert "the program failed: KeyError" in row["cause"]
    assert row["again"].startswith(f"safeconduct campaign --scenario {CHEAP} --missions 1 --seed 6 --records")
    assert json.loads((tmp_path / "figures.json").read_text())["lost"] == 1


@pytest.mark.parametrize(("name", "pace"), [(CHEAP, ""), ("night", "1.2-1.5")])
def test_the_command_of_a_report_flies_the_same_mission_to_the_last_byte_of_its_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, pace: str
) -> None:
    """Whatever place it had in the campaign: the record's last line stands for all before it."""
    low, high = (float(part) for part in pace.split("-")) if pace else (0.0, 0.0)
    before = fly_task(Task(41, name, 6, (low, high))).result
    monkeypatch.chdir(tmp_path)
    told = CliRunner().invoke(app, shlex.split(again(before, pace))[1:])
    assert told.exit_code == 0, told.output
    (line,) = (tmp_path / f"{name}-6" / MISSIONS).read_bytes().splitlines()
    after = msgspec.json.decode(line, type=MissionResult)
    assert msgspec.structs.replace(after, number=41) == before
    record = tmp_path / f"{name}-6" / "records" / f"{name}-6"
    assert verify(record).ok
    last = (record / LOG).read_bytes().splitlines()[-1]
    assert hashlib.sha256(last).hexdigest() == before.log


def test_paces_are_drawn_by_seed_and_the_ground_is_laid_once() -> None:
    made = tasks(("night",), 40, 1, (0.2, 1.5), None)
    scenarios = [scenario_for(one) for one in made]
    paces = [s.person.pace_mps[0] for s in scenarios if s.person.pace_mps is not None]
    assert len(set(paces)) == 40
    assert min(paces) < 0.35
    assert max(paces) > 1.3
    assert paces == [scenario_for(one).person.pace_mps[0] for one in made]  # type: ignore[index]
    assert len({id(s.laid_ground) for s in scenarios}) == 1


def test_everybody_of_a_group_has_a_pace_of_his_own_and_the_battery_lasts_for_the_slowest() -> None:
    group = scenario_for(Task(0, "group", 3, (0.2, 1.5)))
    paces = [one.pace_mps[0] for one in group.walkers if one.pace_mps is not None]
    assert len(set(paces)) == 1 + len(group.companions) == 5
    assert all(0.2 <= pace <= 1.5 for pace in paces)
    assert group.battery.endurance_s > 2 * group.route_length_m / min(paces)
    world = World(group, 3)
    assert [body.state.pace_mps for body in world.bodies] == pytest.approx(paces)


def test_without_ray_one_line_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "ray", None)
    with pytest.raises(BadInput, match="Ray is not installed"):
        run_campaign(_wishes(tmp_path, ray="local"))


@pytest.mark.xdist_group("ray")  # two clusters that begin at once each make the one token of this user
@pytest.mark.slow
@pytest.mark.timeout(300)  # some 20 s on a quiet machine; a busy one takes long to begin a cluster
@pytest.mark.filterwarnings("default")
def test_a_ray_cluster_gives_what_one_process_gives_to_the_digit(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    short = Path(f"/tmp/sc-ray-{os.getpid()}")  # sockets have short names
    os.environ["SAFECONDUCT_RAY_TEMP"] = str(short)
    try:
        run_campaign(_wishes(tmp_path / "one", missions=3))
        report = run_campaign(_wishes(tmp_path / "ray", missions=3, ray="local", jobs=2))
    except BadInput as bad:
        if "no cluster answers" not in str(bad):
            raise
        pytest.skip(f"Ray does not begin on this machine now: {bad}")  # it gives itself 30 s, whatever the load
    finally:
        del os.environ["SAFECONDUCT_RAY_TEMP"]
    assert report["complete"]
    assert (tmp_path / "ray" / MISSIONS).read_bytes() == (tmp_path / "one" / MISSIONS).read_bytes()


@pytest.mark.timeout(300)  # a busy machine takes half a minute to begin a worker
def test_a_worker_that_is_killed_costs_only_what_it_had_in_the_air(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    run_campaign(_wishes(tmp_path / "whole", missions=6))
    keep = CampaignFolder.keep
    killed: list[int] = []

    def keeps_and_kills(folder: CampaignFolder, result: MissionResult) -> None:
        keep(folder, result)
        if not killed:
            killed.append(next(worker.pid for worker in multiprocessing.active_children() if worker.pid))
            os.kill(killed[0], signal.SIGKILL)

    monkeypatch.setattr(CampaignFolder, "keep", keeps_and_kills)
    report = run_campaign(_wishes(tmp_path / "cut", missions=6, jobs=2))
    assert report["complete"]
    assert killed
    (line,) = [line for line in capfd.readouterr().err.splitlines() if "was killed" in line]
    assert "go on with new ones" in line
    assert (tmp_path / "cut" / MISSIONS).read_bytes() == (tmp_path / "whole" / MISSIONS).read_bytes()


@pytest.mark.timeout(300)  # a busy machine takes half a minute to begin a worker
def test_workers_that_are_killed_again_and_again_end_the_campaign_with_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import safeconduct.runtime.campaign_workers as workers

    monkeypatch.setattr(workers, "fly_task", _dies)
    report = run_campaign(_wishes(tmp_path, missions=3, jobs=2))
    assert not report["complete"]
    assert report["missions"] == 0
    assert "killed again and again" in capfd.readouterr().err
    assert "Not complete" in (tmp_path / "report.html").read_text()


@pytest.mark.timeout(300)
def test_what_a_worker_cannot_use_is_said_in_one_line_as_if_it_had_been_flown_here(tmp_path: Path) -> None:
    task = Task(0, str(tmp_path / "plan.geojson"), 1)  # a node to which nobody copied it
    for jobs in (1, 2):
        with pytest.raises(BadInput, match=r"plan.geojson: cannot be read.*; name a") as told:
            list(here([task], jobs, lambda _line: None))
        assert "\n" not in str(told.value)


def _dies(_task: Task) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.xdist_group("ray")  # two clusters that begin at once each make the one token of this user
@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.filterwarnings("default")
def test_a_ray_head_that_dies_leaves_a_partial_report_and_the_rest_is_flown_by_the_same_command(tmp_path: Path) -> None:
    pytest.importorskip("ray")
    short, port = Path(f"/tmp/sc-head-{os.getpid()}"), _free_port()  # sockets have short names
    begin = ["--port", str(port), "--num-cpus", "2", "--include-dashboard=false", "--temp-dir", str(short)]
    quiet = {**os.environ, "RAY_USAGE_STATS_ENABLED": "0", "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0"}
    ray = str(Path(sys.executable).with_name("ray"))
    out = tmp_path / "cut"
    command = [sys.executable, "-m", "safeconduct", "campaign", "--scenario", CHEAP, "--missions", "40", "--seed", "5"]
    try:
        began = subprocess.run(
            [ray, "start", "--head", *begin], env=quiet, capture_output=True, text=True, timeout=120, check=False
        )
        if began.returncode:
            pytest.skip(f"Ray does not begin on this machine now: {began.stderr[-200:]}")
        flying = subprocess.Popen(
            [*command, "--ray", f"127.0.0.1:{port}", "--out", str(out)], env=quiet, stderr=subprocess.PIPE, text=True
        )
        file = out / MISSIONS
        while not (file.exists() and file.read_bytes().count(b"\n") >= 2):
            assert flying.poll() is None, flying.stderr.read() if flying.stderr else ""
            time.sleep(0.1)
    finally:
        _kill_cluster(short)
    _, said = flying.communicate(timeout=120)
    assert flying.returncode == 1, said
    lines = [line for line in said.replace("\r", "\n").splitlines() if "is gone" in line]
    assert len(lines) == 1, said
    assert "run the same command to go on" in lines[0]
    assert "Traceback" not in said
    kept = file.read_bytes()
    done = kept.count(b"\n")
    assert 2 <= done < 40
    assert "Not complete" in (out / "report.html").read_text()
    more = 2
    numbers = [json.loads(line)["number"] for line in kept.splitlines()]
    wanted = max(numbers) + 1 + more
    report = run_campaign(_wishes(out, missions=wanted))
    assert report["complete"]
    run_campaign(_wishes(tmp_path / "whole", missions=wanted, jobs=2))
    assert file.read_bytes() == (tmp_path / "whole" / MISSIONS).read_bytes()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def _kill_cluster(folder: Path) -> None:
    """All processes of the cluster that keeps its files there, at once, as when its machine loses power."""
    for process in Path("/proc").iterdir():
        if not process.name.isdigit() or int(process.name) == os.getpid():
            continue
        with suppress(OSError):
            if str(folder).encode() in (process / "cmdline").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
    shutil.rmtree(folder, ignore_errors=True)

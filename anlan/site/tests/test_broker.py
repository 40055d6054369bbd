"""The private broker: started on loopback with rights per device, replaced by MQTT_URL, and missed without harm."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from anlan.kit.testing.brokers import broker
from anlan.lib import mqtt
from anlan.site import supervisor
from anlan.site.broker import Mosquitto
from anlan.site.cli import main
from anlan.site.config import Config


def config(tmp_path: Path, **more: str) -> Config:
    return Config.from_environment({"ANLAN_VAR": str(tmp_path), **more})


def test_up_starts_one_on_loopback_with_secrets_for_its_user_alone(tmp_path: Path) -> None:
    child = supervisor.broker_child(config(tmp_path))
    assert child is not None and child.process is not None
    try:
        assert child.process.poll() is None
        made = Mosquitto(tmp_path)
        told = (made.folder / "mosquitto.conf").read_text()
        assert "127.0.0.1" in told and "allow_anonymous false" in told
        assert all((made.folder / name).stat().st_mode & 0o077 == 0 for name in ("users", "anlan.secret", "simulator.secret"))
        assert made.url() == made.url(), "a second start keeps users and port"
    finally:
        child.ask_to_stop()
        child.process.wait(10)


def test_one_whose_port_was_taken_meanwhile_takes_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with broker(tmp_path / "other") as other:
        ports = iter([other.port])
        real = Mosquitto._port
        monkeypatch.setattr(Mosquitto, "_port", lambda self: next(ports, 0) or real(self))
        child = supervisor.broker_child(config(tmp_path))
        assert child is not None and child.process is not None
        assert Mosquitto(tmp_path).url().rpartition(":")[2] != str(other.port)
        child.ask_to_stop()
        child.process.wait(10)


def test_a_broker_of_ones_own_replaces_it_and_production_has_none(tmp_path: Path) -> None:
    assert supervisor.broker_child(config(tmp_path, MQTT_URL="mqtt://a:b@broker.example:1883")) is None
    assert supervisor.broker_child(config(tmp_path, ANLAN_ENV="production")) is None
    assert not (tmp_path / "mqtt").exists()


def test_without_mosquitto_all_else_goes_on_and_it_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(supervisor, "program", lambda: None)
    assert supervisor.broker_child(config(tmp_path)) is None
    assert "apt-get install mosquitto" in capsys.readouterr().out


def test_an_address_that_is_none_is_told(tmp_path: Path) -> None:
    told = [p for p in config(tmp_path, MQTT_URL="http://broker").problems() if p.startswith("MQTT_URL")]
    assert "mqtt://user:password@host" in told[0]


def test_a_device_is_let_in_by_its_password_alone_and_a_new_one_ends_the_old(tmp_path: Path) -> None:
    with broker(tmp_path) as own:
        old = own.device("gauge-1")
        assert mqtt.tell(_broker(old), [("anlan/readings/gauge-1", b"x", False)]) == 1
        done = CliRunner().invoke(main, ["mqtt-device", "gauge-1"], env={"ANLAN_VAR": str(tmp_path), "MQTT_URL": ""})
        assert done.exit_code == 0 and done.output.strip() not in old
        fresh = f"mqtt://gauge-1:{done.output.strip()}@127.0.0.1:{own.port}"
        _until(lambda: mqtt.tell(_broker(fresh), [("anlan/readings/gauge-1", b"x", False)], 1.0) == 1)
        assert mqtt.tell(_broker(old), [("anlan/readings/gauge-1", b"x", False)], 0.5) == 0
        stranger = f"mqtt://gauge-1@127.0.0.1:{own.port}"
        assert mqtt.tell(_broker(stranger), [("anlan/readings/gauge-1", b"x", False)], 0.5) == 0


@pytest.mark.parametrize("name", ["a/b", "+", "#", "a b", ""])
def test_a_name_that_could_be_a_topic_is_refused(tmp_path: Path, name: str) -> None:
    done = CliRunner().invoke(main, ["mqtt-device", name], env={"ANLAN_VAR": str(tmp_path), "MQTT_URL": ""})
    assert done.exit_code != 0 and not (tmp_path / "mqtt").exists()


def _broker(url: str) -> mqtt.Broker:
    found = mqtt.broker(url)
    assert found is not None
    return found


def _until(holds: Any, patience: float = 10.0) -> None:
    ended = threading.Event()
    for _again in range(int(patience / 0.2)):
        if holds():
            return
        ended.wait(0.2)
    raise AssertionError("never")


def test_each_app_brings_its_own_simulators() -> None:
    told = CliRunner().invoke(main, ["simulate", "--help"]).output
    assert all(name in told for name in ("stations", "smsc", "subscribers", "speakers"))

"""Single readings by MQTT, one a message, from many stations, with detection on: messages gathered into one transaction against one each.

`python -m tests.load.mqtt [messages]`. A process of its own publishes them through a broker of its own and counts the receipts.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

from anlan.lib import mqtt

STATIONS = 500


def devices(url: str, messages: int, run: str) -> None:
    """Publish messages of many stations, a thousand unanswered at most; print seconds, the median and the 95th of 100 waits in ms."""
    to = mqtt.broker(url)
    assert to is not None
    at = datetime.now(UTC) - timedelta(hours=22 - 4 * int(run))
    begun: dict[str, float] = {}
    waits: list[float] = []
    ready, done, room = threading.Event(), threading.Event(), threading.Semaphore(1000)

    def told(_client: object, _data: object, message: mqtt.paho.MQTTMessage) -> None:
        said = json.loads(message.payload)
        assert said["state"] == "accepted", said
        waits.append(time.perf_counter() - begun[said["id"]])
        room.release()
        if len(waits) == messages:
            done.set()

    client = mqtt.client(to)
    client.max_inflight_messages_set(1000)
    client.on_message = told
    client.on_subscribe = lambda *_: ready.set()
    client.on_connect = lambda c, *_: c.subscribe("anlan/receipts/+", qos=1)
    mqtt.start(client, to)
    assert ready.wait(10)
    began = time.perf_counter()
    for n in range(messages):
        room.acquire()
        number, station = f"{run}-{n}", f"B-{n % STATIONS + 1}"
        reading = {"station": station, "quantity": "rain", "value": 0.2, "time": (at + timedelta(seconds=n)).isoformat()}
        begun[number] = time.perf_counter()
        client.publish(f"anlan/readings/{station}", json.dumps({"id": number, "readings": [reading]}), qos=1)
    assert done.wait(600)
    took = time.perf_counter() - began
    waits.sort()
    print(json.dumps([took, waits[len(waits) // 2] * 1000, waits[len(waits) * 95 // 100] * 1000]))
    client.disconnect()
    client.loop_stop()


def main(messages: int) -> None:
    """Measure both ways in throw-away databases, turn by turn."""
    bench = import_module("tests.load.bench")  # sets the program up
    from anlan.apps.telemetry.api import undetected  # noqa: PLC0415
    from anlan.apps.telemetry.detection.process import judge  # noqa: PLC0415
    from anlan.apps.telemetry.intake import subscribing  # noqa: PLC0415
    from anlan.kit.scope import Scope, entered  # noqa: PLC0415
    from anlan.kit.testing import databases  # noqa: PLC0415
    from anlan.kit.testing.brokers import broker  # noqa: PLC0415
    from anlan.site.startup import ready  # noqa: PLC0415

    databases.start_cluster()
    try:
        databases.fresh_worlds("bench")
        ready()
        bench.durable()
        with entered(Scope.everything("system:bench")):
            bench.gauges(STATIONS)
        rates = {}
        with broker(Path(tempfile.mkdtemp(prefix="anlan-broker-", dir="/tmp"))) as own:
            for run, (many, sent) in enumerate(((1, messages // 10), (subscribing.MOST_TOGETHER, messages)) * 2):
                subscribing.MOST_TOGETHER = many
                with subscribing.Subscribed(own.url):
                    began = time.perf_counter()
                    process = subprocess.Popen(
                        [sys.executable, "-m", "tests.load.mqtt", "--devices", own.simulator, str(sent), str(run)],
                        stdout=subprocess.PIPE,
                        text=True,
                    )
                    while process.poll() is None:
                        judge("live")
                        time.sleep(0.25)
                    took, middle, late = json.loads(process.communicate()[0])
                    with entered(Scope.everything("system:bench")):
                        left = len(undetected())
                    judge("live")
                    judged = time.perf_counter() - began
                rates.setdefault(many, []).append(sent / took)
                print(
                    f"MQTT, {sent:,} single readings of {STATIONS}, up to {many} in a transaction: {sent / took:,.0f}/s told after the"
                    f" commit; receipt after {middle:,.0f} ms, p95 {late:,.0f} ms with 1,000 under way; {left:,} unjudged then,"
                    f" {sent / judged:,.0f}/s judged",
                    flush=True,
                )
        one, many = (max(found) for found in rates.values())
        print(f"gathered against one each: {many / one:.1f} x")
        databases.drop_worlds()
    finally:
        databases.stop_cluster(keep=False)


if __name__ == "__main__":
    if "--devices" in sys.argv:
        devices(sys.argv[2], int(sys.argv[3]), sys.argv[4])
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 5000)

"""Loudspeakers on this machine, for demonstrations and tests: they take orders from the broker, "play" them and answer.

They can be slow, silent, broken and lying, each to a share told in their mood, from a seed: the same mood does the same.
"""

from __future__ import annotations

import hashlib
import heapq
import itertools
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from anlan.lib import mqtt
from anlan.lib.loudspeakers import AUDIO, SAY, TOLD

#: Characters said in a second.
PACE = 4.0


@dataclass(frozen=True)
class Mood:
    """How the loudspeakers behave. Shares are of 1; times in seconds."""

    #: Seconds of playing for each second of speech: 1 as in life, 0 at once.
    slowness: float = 0.0
    silent: float = 0.0
    failing: float = 0.0
    #: Answers told twice, late, under an id that nobody gave; another level echoed than was sent.
    doubled: float = 0.0
    late: float = 0.0
    late_by: float = 5.0
    wrong: float = 0.0
    lying: float = 0.0
    seed: int = 1


class Speakers:
    """All loudspeakers of a broker, in one client."""

    def __init__(self, url: str, mood: Mood | None = None, say: Callable[[str], None] = lambda _words: None) -> None:
        to = mqtt.broker(url)
        if to is None:
            raise ValueError("no broker")
        self.broker, self.mood, self.say = to, mood or Mood(), say
        #: How often each key played each id; how many orders came again; sounds that were whole.
        self.played: Counter[tuple[str, str]] = Counter()
        self.texts: dict[tuple[str, str], str] = {}
        self.repeats = self.sounds = 0
        self.answers: dict[tuple[str, str], dict[str, Any]] = {}
        self._dice = random.Random(self.mood.seed)  # noqa: S311  a simulator's dice
        self._due: list[tuple[float, int, str, dict[str, Any]]] = []
        self._turn, self._more, self._ended = itertools.count(), threading.Condition(), False
        self.ready = threading.Event()
        self.client = mqtt.client(to)
        self.client.on_connect = lambda c, *_: c.subscribe([(SAY.format(key="+"), 1), (AUDIO.format(digest="+"), 1)])
        self.client.on_subscribe = lambda *_: self.ready.set()
        self.client.on_message = self._comes
        self._thread = threading.Thread(target=self._answer, name="speakers", daemon=True)

    def start(self) -> None:
        """Connect and listen."""
        self._thread.start()
        mqtt.start(self.client, self.broker)
        if not self.ready.wait(10):
            raise RuntimeError(f"{self.broker.peer}: the broker does not answer")

    def stop(self) -> None:
        """Hang up."""
        with self._more:
            self._ended = True
            self._more.notify()
        self._thread.join(5)
        self.client.disconnect()
        self.client.loop_stop()

    def _comes(self, _client: Any, _data: Any, message: Any) -> None:
        if message.topic.startswith(AUDIO.format(digest="")):
            self.sounds += hashlib.sha256(message.payload).hexdigest() == message.topic.rpartition("/")[2]
            return
        key, order = message.topic.split("/")[2], json.loads(message.payload)
        number = str(order["id"])
        if (key, number) in self.answers:  # a repeat: answered as before, played once
            self.repeats += 1
            self._plan(key, self.answers[key, number], 0.0)
            return
        mood, dice = self.mood, self._dice
        if dice.random() < mood.silent:
            return
        level = order["level"] if dice.random() >= mood.lying else order["level"] % 4 + 1
        told = {"id": number, "state": "taken", "level": level, "areas": order["areas"], "outline": order["outline"]}
        self._plan(key, told, 0.0)
        seconds = 0.0 if order["silent"] else (order["siren"] + len(order["text"]) / PACE) * order["repeat"]
        failed = dice.random() < mood.failing
        said = "amplifier off" if failed else "silent test passed" if order["silent"] else f"{order['repeat']}×, {seconds:.0f} s"
        self.answers[key, number] = {"id": number, "state": "failed" if failed else "played", "said": said}
        if not failed:
            self.played[key, number] += 1
            self.texts[key, number] = order["text"]
        sound = " ♪" if order["audio"] else ""
        self.say(f"{key}{sound} [{order['volume']} %] {'(silent) ' if order['silent'] else ''}{order['text'][:60]} → {said}")
        self._plan(key, self.answers[key, number], seconds * mood.slowness)

    def _plan(self, key: str, answer: dict[str, Any], after: float) -> None:
        mood, dice = self.mood, self._dice
        if answer["state"] != "taken":
            after += mood.late_by if dice.random() < mood.late else 0.0
            if dice.random() < mood.wrong:
                answer = {**answer, "id": f"x{answer['id']}"}
        with self._more:
            for _time in range(2 if answer["state"] != "taken" and dice.random() < mood.doubled else 1):
                heapq.heappush(self._due, (time.monotonic() + after, next(self._turn), key, answer))
            self._more.notify()

    def _answer(self) -> None:
        while True:
            with self._more:
                while not self._ended and (not self._due or self._due[0][0] > time.monotonic()):
                    self._more.wait(max(self._due[0][0] - time.monotonic(), 0.0) if self._due else None)
                if self._ended:
                    return
                _at, _turn, key, answer = heapq.heappop(self._due)
            self.client.publish(TOLD.format(key=key), json.dumps(answer, ensure_ascii=False), qos=1)


def listen(url: str, mood: Mood, say: Callable[[str], None]) -> None:
    """Be the loudspeakers until interrupted, and say what each plays."""
    made = Speakers(url, mood, say)
    made.start()
    say(f"{made.broker.peer}: 大喇叭已就绪 ready")
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        made.stop()

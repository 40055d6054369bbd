"""Writers of messages, by noun: single messages and their receipts, subscribers, broadcasts, reach tests."""

from anlan.apps.messages.actions.broadcasts import (
    broadcast,
    call_off,
    drop_copies,
    end_filling,
    finish,
    look_up,
    note_difference,
    stop,
)
from anlan.apps.messages.actions.reaching import answer_reach, test_reach
from anlan.apps.messages.actions.sending import (
    NO_CHANNEL,
    TEST,
    Outcome,
    allowed_channel,
    answer,
    load_limits,
    note_report,
    record,
    resend,
    send,
    send_to_address,
    test_contact,
)
from anlan.apps.messages.actions.speakers import judge_test, simulate_speakers, test_speaker, test_speakers
from anlan.apps.messages.actions.subscribers import (
    confirm,
    simulate_subscribers,
    subscribe,
    unsubscribe,
    unsubscribe_address,
)

__all__ = [
    "NO_CHANNEL",
    "TEST",
    "Outcome",
    "allowed_channel",
    "answer",
    "answer_reach",
    "broadcast",
    "confirm",
    "drop_copies",
    "end_filling",
    "finish",
    "judge_test",
    "load_limits",
    "look_up",
    "note_difference",
    "note_report",
    "call_off",
    "record",
    "resend",
    "send",
    "send_to_address",
    "simulate_speakers",
    "simulate_subscribers",
    "stop",
    "subscribe",
    "test_contact",
    "test_reach",
    "test_speaker",
    "test_speakers",
    "unsubscribe",
    "unsubscribe_address",
]

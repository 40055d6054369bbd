"""Django's one-time page messages under the label `flash`: the label `messages` belongs to our own duty."""

from django.contrib.messages.apps import MessagesConfig


class FlashConfig(MessagesConfig):
    """django.contrib.messages with a label of its own."""

    label = "flash"

"""A crawl 滚动字幕: a warning as one line of text at the foot of a television picture."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from anlan.apps.warning.kinds import MEDIA, Frame, Medium, Notice, Rendering


def line_of(notice: Notice) -> str:
    """Return a warning as one line: level and hazard, where, its words, until when, who speaks."""
    zh = notice.language == "zh"
    where = ("、" if zh else ", ").join(notice.places)
    words = [one.strip().rstrip("。.") for one in (notice.headline, notice.description, notice.instruction) if one.strip()]
    said = ("。" if zh else ". ").join(" ".join(one.split()) for one in words)
    mark = ("【演练】" if zh else "[EXERCISE] ") if notice.exercise else ""
    if zh:
        until = "" if notice.cancels else f"有效至{notice.until}。"
        return f"{mark}【{notice.whole_name}】{where}：{said}。{until}{notice.issuer}发布"
    until = "" if notice.cancels else f"Valid until {notice.until}. "
    return f"{mark}[{notice.whole_name}] {where}: {said}. {until}Issued by {notice.issuer}"


def render(notice: Notice, frame: Frame) -> Rendering:
    """Write the line as the file for the character generator holds it."""
    text = line_of(notice)
    return Rendering("crawl", notice.language, (text,), (f"{text}\n".encode(),))


def read(rendering: Rendering, frame: Frame) -> str:
    """Read the file as a character generator does."""
    return b"".join(rendering.octets).decode("utf-8")


MEDIA.add(
    Medium(
        code="crawl",
        name=_("Broadcaster's crawl"),
        render=render,
        read=read,
        wanted=("name", "places", "headline", "description", "instruction", "until", "issuer"),
    )
)

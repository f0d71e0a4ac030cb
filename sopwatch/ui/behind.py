"""What stands behind a step or a violation, as HTML: the SOP's sentences, and the rules that are held over them."""

from __future__ import annotations

import re
from html import escape

from sopwatch.ui.clause import Background
from sopwatch.ui.icons import icon
from sopwatch.ui.tongue import Tongue

_HAN = re.compile(r"[\u3400-\u9fff]+")


def background_html(behind: Background, _: Tongue, heading: str) -> str:
    """Return the SOP's sentences and the rules that are held over them as HTML."""
    parts = []
    own = f'lang="{escape(behind.language)}"'
    for sentence in behind.sentences:
        parts.append(
            f"<p><b>{escape(sentence.id)}</b> <span class='sop-quiet' {own}>{escape(behind.document)}</span></p>"
        )
        parts.append(f"<blockquote {own}>{escape(sentence.words)}</blockquote>")
        parts += [f"<p>{escape(text)}</p>" for text in (sentence.translation,) if text]
        if sentence.reading:
            read_as = _quoting(_("Read as: {reading}", reading=sentence.reading), own, _)
            parts.append(f"<p class='sop-quiet'>{read_as}</p>")
        if sentence.manual:
            parts.append(f"<p class='sop-quiet'>{escape(_('Judged by people: {reason}', reason=sentence.manual))}</p>")
    if behind.rules:
        parts.append(f"<p><b>{escape(heading)}</b></p>")
    for rule in behind.rules:
        house = f'<span class="sop-tag">{icon("house")}{escape(_("house figure, not the source’s"))}</span>'
        parts.append(f"<p>{escape(rule.title)} <span class='sop-tag'>{escape(rule.severity)}</span>"
                     f"{house if rule.house else ''}</p>")  # fmt: skip
        if rule.reading:
            parts.append(f"<p class='sop-quiet'>{_quoting(rule.reading, own, _)}</p>")
    return f'<div class="sop-sentence">{"".join(parts)}</div>'


def _quoting(text: str, own: str, _: Tongue) -> str:
    """Return a text as HTML; the source's own words in an English one are marked as what they are."""
    return (
        _HAN.sub(lambda quote: f"<span {own}>{quote[0]}</span>", escape(text)) if _.language == "en" else escape(text)
    )

"""The whole record of a case: every entry with both clocks, every violation whatever became of it, and its code."""

from __future__ import annotations

from base64 import b64encode
from html import escape
from urllib.parse import urlencode

from sopwatch.casefile import CaseFile
from sopwatch.qr import case_address, qr_png
from sopwatch.ui.deeds import Reader
from sopwatch.ui.found import lines, when
from sopwatch.ui.icons import mark
from sopwatch.ui.log import log_html
from sopwatch.ui.tongue import Tongue
from sopwatch.ui.waiting import waiting_html
from sopwatch.ui.words import severity_of
from storage.store import Finding


def history_html(file: CaseFile, reader: Reader, address: str, _: Tongue) -> str:
    """Return the record of a case as HTML; `address` is where people reach the service."""
    code = b64encode(qr_png(case_address(address, file.case_id))).decode()
    said = _("Scan to open case {case}", case=file.case_id)
    return (
        f"{waiting_html(file.case_id, _)}{log_html(lines(file, reader, _), _)}{_violations_html(file, _)}"
        f'<figure class="sop-code"><img src="data:image/png;base64,{code}" alt="{escape(said)}">'
        f"<figcaption>{escape(said)}</figcaption></figure>"
    )


def _violations_html(file: CaseFile, _: Tongue) -> str:
    if not file.findings:
        return f"<p class='sop-quiet'>{escape(_('No rule was broken in this case.'))}</p>"
    head = "".join(f"<th>{escape(t)}</th>" for t in (_("Due or broken"), _("Done late"), _("Rule"), _("State")))
    rows = "".join(_row(finding, file, _) for finding in sorted(file.findings, key=when))
    title = escape(_("Violations"))
    return f'<h3>{title}</h3><table class="sop-table"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'


def _row(finding: Finding, file: CaseFile, _: Tongue) -> str:
    words = {"open": _("Open"), "remedied": _("Remedied late"), "rescinded": _("No longer holds")}
    rule = next((rule for rule in file.catalogue.rules if rule.id == finding.violation.rule), None)
    title = _.of(rule.title, rule.id) if rule else finding.violation.rule
    severity = f' <span class="sop-tag">{escape(severity_of(rule.severity, _))}</span>' if rule else ""
    link = urlencode({"case": file.case_id, "violation": finding.id, "lang": _.language})
    done = finding.violation.remedied_at
    cells = (
        escape(_.exact(when(finding))),
        "—" if done is None else escape(_.exact(done)),
        f'<a href="/violations?{escape(link)}" target="_self">{escape(title)}</a>{severity}',
        mark(finding.state, words[finding.state]),
    )
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"

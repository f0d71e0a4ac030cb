"""What can be printed of a case: a link to each of its forms, in the language of the screen."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from sopwatch.casefile import CaseFile
from sopwatch.ui.tongue import Tongue


def forms_html(file: CaseFile, _: Tongue) -> str:
    """Return the links to the forms of a case, each opening beside the screen; printing ticks nothing."""
    links = [
        f'<a class="sop-link sop-print" target="_blank" rel="noopener" href="{escape(_address(file, form.id, _))}">'
        f"{escape(_('Print: {form}', form=_.of(form.title, form.id)))}</a>"
        for form in file.procedure.forms
    ]
    return f'<div class="sop-prints">{"".join(links)}</div>' if links else "<span></span>"


def _address(file: CaseFile, form_id: str, _: Tongue) -> str:
    return f"/api/v1/cases/{quote(file.case_id, safe='')}/forms/{quote(form_id, safe='')}.pdf?lang={_.language}"

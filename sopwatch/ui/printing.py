"""What can be printed: a link to each form of a case, and to the list of a shift, in the language of the screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote, urlencode

from sopwatch.casefile import CaseFile
from sopwatch.ui.tongue import Tongue


def forms_html(file: CaseFile, _: Tongue) -> str:
    """Return the links to the forms of a case, each opening beside the screen; printing ticks nothing."""
    links = [
        _link(_address(file, form.id, _), _("Print: {form}", form=_.of(form.title, form.id)))
        for form in file.procedure.forms
    ]
    return f'<div class="sop-prints">{"".join(links)}</div>' if links else "<span></span>"


def shift_list_html(narrowed: Mapping[str, Sequence[str]], _: Tongue) -> str:
    """Return the link to the list of what is open, narrowed as the screen is."""
    address = f"/api/v1/shift-list.pdf?{urlencode({'lang': _.language, **narrowed}, doseq=True)}"
    return f'<div class="sop-prints">{_link(address, _("Print this list"))}</div>'


def _link(address: str, label: str) -> str:
    return f'<a class="sop-link sop-print" target="_blank" rel="noopener" href="{escape(address)}">{escape(label)}</a>'


def _address(file: CaseFile, form_id: str, _: Tongue) -> str:
    return f"/api/v1/cases/{quote(file.case_id, safe='')}/forms/{quote(form_id, safe='')}.pdf?lang={_.language}"

"""Which department a violation belongs to, and what departments are called."""

from __future__ import annotations

from collections.abc import Mapping

from checklists.model import Procedure
from rules.kinds import Rule
from sopwatch.i18n import Translator

NO_DEPARTMENT = ""


def department_of(rule: Rule | None, procedure: Procedure | None) -> str:
    """Return the department of the usual role of the first step named that has one; else the rule's, the procedure's.

    Empty where none of them says one.
    """
    if procedure is None:
        return (rule.department if rule else None) or NO_DEPARTMENT
    for selector in rule.kind.selectors() if rule else ():
        for word in selector.words:
            step = procedure.steps.get(word)
            role = procedure.roles.get(step.role[0]) if step and step.role else None
            if role and role.department:
                return role.department
    return (rule.department if rule else None) or procedure.department or NO_DEPARTMENT


def department_title(department: str, own: Mapping[str, Mapping[str, str]], _: Translator) -> str:
    """Return what a department is called: as the property says, else by its usual name, else its id."""
    if known := own.get(department):
        return known.get(_.language) or next(iter(known.values()), department)
    usual = {
        NO_DEPARTMENT: _("No department"),
        "engineering": _("Engineering"),
        "front_office": _("Front office"),
        "housekeeping": _("Housekeeping"),
        "management": _("Management"),
        "marketing": _("Marketing"),
        "meeting_service": _("Meeting service"),
        "property": _("Property management"),
        "public_relations": _("Public relations"),
        "security": _("Security"),
    }
    return usual.get(department, department)

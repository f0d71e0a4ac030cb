"""The department that a rule belongs to: that of the people who usually do what it asks for."""

from __future__ import annotations

from checklists.model import Procedure
from rules.kinds import Rule


def department_of(rule: Rule, procedure: Procedure | None) -> str | None:
    """Return the department of the usual role of the first step it names that has one, else its own, else the SOP's."""
    if procedure is None:
        return rule.department
    for selector in rule.kind.selectors():
        for word in selector.words:
            step = procedure.steps.get(word)
            role = procedure.roles.get(step.role[0]) if step and step.role else None
            if role and role.department:
                return role.department
    return rule.department or procedure.department

"""Streamlit's own words, which it has in English alone, in the reader's; tablet/js/builtins.mjs replaces them."""

from __future__ import annotations

from sopwatch.ui.tongue import Tongue


def builtins(_: Tongue) -> list[list[str]]:
    """Return pairs: a pattern for a whole text of Streamlit's, and what is said instead (`$1`: what it held).

    A third entry says that Streamlit has it as a name alone, which is heard: where it is seen, the word is ours.
    """
    return [
        ["Skip to main content", _("Skip to the screen")],
        ["Open", _("Open the list"), "name"],
        ["Dismiss|Close", _("Shut"), "name"],
        ["Increment", _("More by one")],
        ["Decrement", _("Less by one")],
        ["Choose (an option|options)", _("Choose")],
        ["No results", _("Nothing found")],
        ["Clear value|Clear all|Clear entry", _("Clear")],
        [r"Remove (.+)", _("Remove {what}", what="$1")],
        [r"(\d+) options? available\.", _("{n} to choose from", n="$1")],
    ]

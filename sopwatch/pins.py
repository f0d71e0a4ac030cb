"""PINs: made at random, refused when they are easily guessed, kept as their Argon2 hash alone."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from checklists.errors import SopwatchError
from sopwatch.refusals import because

PIN_DIGITS, MOST_PIN_DIGITS = 6, 12
_HASHER = PasswordHasher(time_cost=2, memory_cost=32 * 1024, parallelism=1)


def new_pin() -> str:
    """Return a random PIN that is not easily guessed from its pattern."""
    while True:
        pin = "".join(secrets.choice("0123456789") for _ in range(PIN_DIGITS))
        if len(set(pin)) > 2:
            return pin


def stored_pin(pin: str) -> str:
    """Return a PIN as it is kept. Raises SopwatchError for one that is too short, too long or easily guessed."""
    if not (pin.isascii() and pin.isdigit() and PIN_DIGITS <= len(pin) <= MOST_PIN_DIGITS):
        raise SopwatchError(*because("pin_length", least=PIN_DIGITS, most=MOST_PIN_DIGITS))
    if len(set(pin)) <= 2 or pin in "01234567890" or pin in "09876543210":
        raise SopwatchError(*because("pin_guessable"))
    return _HASHER.hash(pin)


def fits(kept: str, pin: str) -> bool:
    """Whether a PIN is the one that is kept so."""
    try:
        return bool(kept) and _HASHER.verify(kept, pin)
    except (VerificationError, InvalidHashError):
        return False

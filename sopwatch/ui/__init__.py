"""The screens: what staff, supervisors, auditors and administrators see and tap."""

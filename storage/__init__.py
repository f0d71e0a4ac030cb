"""What happened: the append-only record of events, its chain, and the violations found in it."""

"""What staff do: procedures as checklists, and the cases that run them."""

"""A walk over every screen: the list of them, a property that fills them, and what is seen on the way."""

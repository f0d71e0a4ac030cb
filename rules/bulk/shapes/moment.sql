-- Made once: the events of recurrences, each once: whether it opens a window, is the deed, ends a window.
SELECT w.rule, e.cid, e.tick, e.pos, c.opens, c.does, c.ends
FROM want w JOIN recurrence_code c ON c.rule = w.rule JOIN event e ON e.cid = w.cid AND e.code = c.code

-- Made once: the events of the cases in which a rule may be broken, by the parts that they have in it.
SELECT w.rule, p.part, e.cid, e.tick, e.pos
FROM want w JOIN part p ON p.rule = w.rule JOIN event e ON e.cid = w.cid AND e.code = p.code

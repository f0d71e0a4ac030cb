-- Made once: the events of recurrences by stretches, each of which closes with an event that ends a window; what opens
-- first in a stretch opens its window.
SELECT m.rule, m.cid, m.tick, m.pos, m.opens, m.does, m.ends, r.every,
    count(CASE WHEN m.ends = 1 THEN 1 END) OVER (
        PARTITION BY m.rule, m.cid ORDER BY m.tick, m.pos ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
    ) AS nth
FROM {source} m JOIN recurrence r ON r.rule = m.rule

-- Made once a group: a row a case, when each selector's events first (f) and last (l) were, and how many (n) there are.
SELECT e.*{whole_columns}
FROM (SELECT cid{columns} FROM event WHERE code BETWEEN {low} AND {high} GROUP BY cid) e{join_whole}

-- Made once: per case, whether a guard holds in any version of the fields, and the least instant that an anchor has.
SELECT cid, {columns} FROM version GROUP BY cid

-- Who is who, and everyone. Every customer has a row in `customers` that is dated before anything he did, and one
-- version of it; that is how this shop writes, so no fact has to be asked who there is.
CREATE TEMP TABLE aliases AS
WITH RECURSIVE standing AS (
    SELECT a, b FROM identity_edges
    WHERE ingest_seq <= getvariable('known_seq') AND a <> b
    QUALIFY row_number() OVER (PARTITION BY a, b, rule ORDER BY ingest_seq DESC) = 1 AND revoked_at IS NULL
),
both_ways AS (SELECT a, b FROM standing UNION SELECT b, a FROM standing),
reached AS (
    SELECT a AS node, b AS other FROM both_ways
    UNION SELECT r.node, s.b FROM reached r JOIN both_ways s ON s.a = r.other
)
SELECT node AS customer_key, min(other) AS person FROM reached GROUP BY node HAVING min(other) < node;

CREATE TEMP TABLE everyone AS
SELECT DISTINCT coalesce(a.person, c.customer_key) AS person
FROM customers c LEFT JOIN aliases a USING (customer_key)
WHERE c.valid_at < getvariable('as_of') AND c.ingest_seq <= getvariable('known_seq');

-- every key of those people
CREATE TEMP TABLE people AS
SELECT person AS customer_key, person FROM everyone
UNION ALL SELECT a.customer_key, a.person FROM aliases a JOIN everyone USING (person);

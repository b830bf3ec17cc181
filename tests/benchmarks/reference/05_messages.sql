-- Messages and what became of them.
CREATE TEMP TABLE sent AS
SELECT p.person, m.message_id, m.channel, m.send_at AS "at"
FROM messages m JOIN people p USING (customer_key)
WHERE m.valid_at < getvariable('as_of') AND m.ingest_seq <= getvariable('known_seq')
    AND m.send_at < getvariable('as_of');

CREATE TEMP TABLE answers AS
SELECT message_id, kind, "at"
FROM message_events
WHERE valid_at < getvariable('as_of') AND ingest_seq <= getvariable('known_seq')
    AND (kind = 'opened' AND machine IS NOT TRUE
        OR kind = 'clicked' AND "at" >= getvariable('as_of') - INTERVAL 90 DAY
        OR kind = 'bounced' AND "at" >= getvariable('as_of') - INTERVAL 365 DAY);

CREATE TEMP TABLE answered AS
SELECT s.person, a.kind, a."at" FROM answers a JOIN sent s USING (message_id)
WHERE a."at" < getvariable('as_of') AND a."at" >= getvariable('as_of') - INTERVAL 365 DAY;

CREATE TEMP TABLE by_answers AS
SELECT person,
    count(*) FILTER (kind = 'opened' AND "at" >= getvariable('as_of') - INTERVAL 90 DAY) AS opened_90,
    count(*) FILTER (kind = 'clicked') AS clicked_90,
    count(*) FILTER (kind = 'bounced') AS bounced_365
FROM answered GROUP BY person;

CREATE TEMP TABLE by_sent AS
SELECT person,
    count(*) AS sent_90,
    count(*) FILTER (channel = 'email' AND "at" >= getvariable('as_of') - INTERVAL 7 DAY) AS mailed_7
FROM sent WHERE "at" >= getvariable('as_of') - INTERVAL 90 DAY
GROUP BY person;

-- Opens less than before: five messages against five or more, so only who got ten and opened one is looked at.
CREATE TEMP TABLE opens_less AS
WITH opened AS (SELECT DISTINCT message_id FROM answers WHERE kind = 'opened'),
settled AS (
    SELECT s.person, s."at", s.message_id, o.message_id IS NOT NULL AS is_opened
    FROM sent s LEFT JOIN opened o USING (message_id)
    -- by these channels nobody learns that a message was read
    WHERE s."at" <= getvariable('as_of') - INTERVAL 72 HOUR
        AND coalesce(lower(trim(s.channel)) NOT IN ('sms', 'call', 'telegram', 'phone', 'calls', 'tg', 'смс', 'звонок', 'телефон'), true)
),
sure AS (SELECT person FROM settled GROUP BY person HAVING count(*) >= 10 AND bool_or(is_opened)),
ranked AS (
    SELECT person, is_opened, row_number() OVER (PARTITION BY person ORDER BY "at" DESC, message_id DESC) AS no
    FROM settled SEMI JOIN sure USING (person)
)
SELECT person FROM ranked GROUP BY person
HAVING count(*) FILTER (is_opened AND no <= 5) * (count(*) - 5) * 2 < count(*) FILTER (is_opened AND no > 5) * 5;

CREATE TEMP TABLE clicked_and_bought AS
SELECT DISTINCT a.person FROM answered a JOIN sold o USING (person)
WHERE a.kind = 'clicked' AND a."at" >= getvariable('as_of') - INTERVAL 30 DAY
    AND o."at" >= a."at" AND o."at" < a."at" + INTERVAL 3 DAY;

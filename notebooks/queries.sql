-- How much of what was read, and what failed
SELECT task, status, error.type, count(*) AS rows FROM results GROUP BY ALL ORDER BY ALL;

-- Key information as columns
SELECT uri, fields['vendor'] AS vendor, fields['date'] AS date, fields['total'] AS total FROM results WHERE task = 'key_information';

-- The answers that the model was least sure of
SELECT uri, part.page, task, round(exp(quality.mean_logprob), 3) AS confidence FROM results WHERE status = 'ok' ORDER BY confidence LIMIT 10;

-- Parts of parsed pages with their place in the original
SELECT uri, part.page, element.type, element.bbox, element.text FROM results LATERAL VIEW explode(elements) AS element;

-- Where the time goes
SELECT task, avg(timing.media_ms), avg(timing.vision_ms), avg(timing.prefill_ms), avg(timing.decode_ms) FROM results GROUP BY task;

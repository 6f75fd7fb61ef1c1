-- name: all_published
-- How far each log has been acknowledged by Kafka.
SELECT log, next_index FROM published;

-- name: all_applied
-- How far the views are in each source.
SELECT source, next_index FROM position WHERE follower = 'reactor';

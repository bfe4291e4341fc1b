-- What is known of a cache; written down by whoever comes first.
-- KEYS[1] the hash that says it. ARGV: names and values. Returns names and values that hold.
if redis.call('EXISTS', KEYS[1]) == 0 then
  redis.call('HSET', KEYS[1], unpack(ARGV))
end
return redis.call('HGETALL', KEYS[1])

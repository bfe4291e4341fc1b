-- Removes entries whose time is over, where the server does not.
-- ARGV: who, how many at most. Returns how many.
local over = redis.call('ZRANGEBYSCORE', deadlines, '-inf', now(), 'LIMIT', 0, ARGV[2])
for i = 1, #over do
  if not get(over[i]) then
    -- Also where the hash has no such field.
    redis.call('ZREM', deadlines, over[i])
  end
end
return #over

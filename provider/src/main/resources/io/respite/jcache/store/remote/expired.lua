-- Tells of entries that the server has removed because their time was over.
-- ARGV: who, how many at most. Returns how many notes it has looked at.
if not noting() then
  return 0
end
local over = try('ZRANGEBYSCORE', deadlines, '-inf', now(), 'LIMIT', 0, ARGV[2]) or {}
for i = 1, #over do
  local value = get(over[i])
  if value then
    -- Somebody else has given it another time to live, or none.
    note(over[i], value, redis.call('HPEXPIRETIME', hash, 'FIELDS', 1, over[i])[1])
  end
end
return #over

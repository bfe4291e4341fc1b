-- ARGV: keys. Returns the values.
if #ARGV == 1 then
  local value = redis.call('HGET', hash, ARGV[1])
  if value and left(redis.call('ZSCORE', deadlines, ARGV[1])) == 0 then
    value = false
  end
  return {value}
end
local values = redis.call('HMGET', hash, unpack(ARGV))
local ttls = lives(ARGV)
if ttls then
  for i = 1, #ARGV do
    values[i] = ttls[i] ~= 0 and values[i]
  end
end
return values

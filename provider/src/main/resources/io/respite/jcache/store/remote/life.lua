-- ARGV: a key. Returns -2 when there is no entry, else how long it lives.
if redis.call('HEXISTS', hash, ARGV[1]) == 0 then
  return -2
end
local ttl = left(redis.call('ZSCORE', deadlines, ARGV[1]))
return ttl == 0 and -2 or ttl

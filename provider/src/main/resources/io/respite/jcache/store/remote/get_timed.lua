-- ARGV: keys. Returns for each its value, or nothing, and how long it lives.
local values = redis.call('HMGET', hash, unpack(ARGV))
local ttls = lives(ARGV)
local answer = {}
for i = 1, #ARGV do
  local ttl = ttls and ttls[i] or -1
  answer[2 * i - 1] = ttl ~= 0 and values[i]
  answer[2 * i] = ttl
end
return answer

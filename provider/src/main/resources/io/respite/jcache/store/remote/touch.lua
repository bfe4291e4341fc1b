-- ARGV: who, time to live, keys. Returns the values.
local ttl = tonumber(ARGV[2])
local values = {}
for i = 3, #ARGV do
  local value = get(ARGV[i])
  if value then
    renew(ARGV[i], value, ttl)
  end
  values[i - 2] = value
end
return answer(values)

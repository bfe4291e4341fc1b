-- ARGV: who, time to live, and keys with values.
-- Returns for each the value there is, or nothing when it was put.
local ttl = tonumber(ARGV[2])
local befores = {}
for i = 3, #ARGV, 2 do
  local before = get(ARGV[i])
  if not before then
    put(ARGV[i], ARGV[i + 1], before, ttl)
  end
  befores[#befores + 1] = before
end
return answer(befores)

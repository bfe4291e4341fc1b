-- ARGV: who, key, whether there has to be an entry, the value that it has to have,
-- what to do then (put, remove, touch), a time to live, a value to put.
-- Returns 1 when it was done.
local field = ARGV[2]
local before = get(field)
if ARGV[3] == '1' then
  if before ~= ARGV[4] then
    return 0
  end
elseif before then
  return 0
end
local ttl = tonumber(ARGV[6])
if ARGV[5] == 'put' then
  put(field, ARGV[7], before, ttl)
elseif ARGV[5] == 'remove' then
  remove(field, before)
else
  renew(field, before, ttl)
end
return answer(1)

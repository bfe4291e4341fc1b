-- ARGV: who, key, the value that the entry has to have, what to do then (put, remove), a time to
-- live, the time to live of an entry with another value, a value to put.
-- Returns the value before, or nothing.
local field = ARGV[2]
local before = get(field)
if before == ARGV[3] then
  if ARGV[4] == 'put' then
    put(field, ARGV[7], before, tonumber(ARGV[5]))
  else
    remove(field, before)
  end
elseif before and tonumber(ARGV[6]) ~= -2 then
  renew(field, before, tonumber(ARGV[6]))
end
return answer(before)

-- ARGV: who, time to live, key, value. Returns the value before, or nothing when there was none.
local before = get(ARGV[3])
if before then
  put(ARGV[3], ARGV[4], before, tonumber(ARGV[2]))
end
return answer(before)

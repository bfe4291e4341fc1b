-- ARGV: who, whether the values before are wanted, keys.
-- Returns the values before, or how many there were.
local wanted = ARGV[2] == '1'
if not wanted and not listening() then
  return drop_all(3)
end
local befores, count = {}, 0
for i = 3, #ARGV do
  local before = get(ARGV[i])
  if before then
    remove(ARGV[i], before)
    count = count + 1
  end
  befores[i - 2] = before
end
return answer(wanted and befores or count)

-- ARGV: cursor, about how many. Returns the next cursor, and keys with values.
local page = redis.call('HSCAN', hash, ARGV[1], 'COUNT', ARGV[2])
if redis.call('EXISTS', deadlines) == 0 then
  return page
end
local entries = page[2]
local live = {}
for i = 1, #entries, 2 do
  if left(redis.call('ZSCORE', deadlines, entries[i])) ~= 0 then
    live[#live + 1] = entries[i]
    live[#live + 1] = entries[i + 1]
  end
end
return {page[1], live}

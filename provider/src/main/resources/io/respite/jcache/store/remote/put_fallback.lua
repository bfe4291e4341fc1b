-- Puts entries together where fields have no time to live.
if together then
  local hash, deadlines = KEYS[1], KEYS[2]
  local some = redis.call('EXISTS', deadlines) == 1
  local fields = (some or creation > 0) and keys()
  -- Those that get another deadline, or none: all, or those that were not there or whose time was over.
  local others = fields
  if fields and update == -2 then
    local values = redis.call('HMGET', hash, unpack(fields))
    local scores = some and redis.call('ZMSCORE', deadlines, unpack(fields)) or {}
    others = {}
    for i = 1, #fields do
      if not values[i] or scores[i] and tonumber(scores[i]) <= now() then
        others[#others + 1] = fields[i]
      end
    end
  end
  redis.call('HSET', hash, unpack(ARGV, 5))
  if others and #others > 0 then
    if creation > 0 then
      local ends = {}
      for i = 1, #others do
        ends[2 * i - 1] = now() + creation
        ends[2 * i] = others[i]
      end
      redis.call('ZADD', deadlines, unpack(ends))
    else
      redis.call('ZREM', deadlines, unpack(others))
    end
  end
  return false
end

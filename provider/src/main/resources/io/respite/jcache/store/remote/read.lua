-- How entries are read where fields have no time to live; changes nothing.
-- KEYS[1] the hash, KEYS[2] the sorted set of deadlines.
local hash, deadlines = KEYS[1], KEYS[2]

-- How long an entry with a deadline or without one lives: milliseconds, 0 when that is over, -1 for ever.
local function left(deadline)
  return deadline and math.max(0, deadline - now()) or -1
end

-- How long entries live; nothing when all of them live for ever.
local function lives(fields)
  if redis.call('EXISTS', deadlines) == 0 then
    return nil
  end
  local answer = redis.call('ZMSCORE', deadlines, unpack(fields))
  for i = 1, #fields do
    answer[i] = left(answer[i])
  end
  return answer
end

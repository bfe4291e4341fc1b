-- How entries are kept where fields have no time to live: deadlines by the server's clock in a sorted
-- set beside the hash. An entry without a deadline is not in it.
-- KEYS[1] the hash, KEYS[2] the sorted set.
local hash, deadlines = KEYS[1], KEYS[2]

local function touch(field, ttl)
  if ttl > 0 then
    redis.call('ZADD', deadlines, now() + ttl, field)
  elseif ttl == -1 then
    redis.call('ZREM', deadlines, field)
  end
end

local function set(field, value, ttl, existed)
  redis.call('HSET', hash, field, value)
  if ttl > 0 then
    redis.call('ZADD', deadlines, now() + ttl, field)
  elseif ttl == -1 or not existed then
    redis.call('ZREM', deadlines, field)
  end
end

local function drop(field)
  redis.call('ZREM', deadlines, field)
  return redis.call('HDEL', hash, field)
end

local function get(field)
  local value = redis.call('HGET', hash, field)
  local deadline = value and redis.call('ZSCORE', deadlines, field)
  if deadline and tonumber(deadline) <= now() then
    drop(field)
    tell('E', field, nil, value)
    return false
  end
  return value
end

-- Keys, from an argument on; how many of them there were.
local function drop_all(first)
  if redis.call('EXISTS', deadlines) == 1 then
    for i = first, #ARGV do
      local deadline = redis.call('ZSCORE', deadlines, ARGV[i])
      if deadline and tonumber(deadline) <= now() then
        redis.call('HDEL', hash, ARGV[i])
      end
    end
    redis.call('ZREM', deadlines, unpack(ARGV, first))
  end
  return redis.call('HDEL', hash, unpack(ARGV, first))
end

local function clear()
  redis.call('UNLINK', hash, deadlines)
end

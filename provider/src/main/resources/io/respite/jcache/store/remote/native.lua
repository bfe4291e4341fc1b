-- How entries are kept where fields have a time to live of their own (Redis 7.4, Valkey 9, Respite).
--
-- Redis and Valkey remove what is over without a word. So while somebody wants to hear of that, and only
-- then, it is noted besides when entries will be over, and what they hold; whoever notices first that a
-- field is gone tells of it and ends the note. The field's own time to live is what counts.
-- KEYS[1] the hash. A sorted set of deadlines by the server's clock, and a hash of values, are no KEYS: where
-- there are none, a cluster that moves the slot would refuse the script. For the same reason what concerns
-- them may fail: then an event is missing, and not the change.
local hash = KEYS[1]
local deadlines, lasts = '{' .. hash .. '}#ttl', '{' .. hash .. '}#lasts'

-- Notes that nobody looks after vanish so many milliseconds after the last of their deadlines.
local SPARE = 3600000

local function noting()
  return listening() and listened[5]
end

local function try(...)
  local answer = redis.pcall(...)
  return (type(answer) ~= 'table' or not answer.err) and answer
end

local function unnote(field)
  try('ZREM', deadlines, field)
  try('HDEL', lasts, field)
end

-- Notes what an entry holds, and when it will be over or that it never will.
local function note(field, value, deadline)
  if deadline <= 0 then
    unnote(field)
    return
  end
  try('ZADD', deadlines, deadline, field)
  try('HSET', lasts, field, value)
  for _, key in ipairs({deadlines, lasts}) do
    if try('PEXPIREAT', key, deadline + SPARE, 'NX') == 0 then
      try('PEXPIREAT', key, deadline + SPARE, 'GT')
    end
  end
end

-- Tells of a field that is not there, if its time was over.
local function gone(field)
  local deadline = try('ZSCORE', deadlines, field)
  if deadline then
    local value = try('HGET', lasts, field)
    unnote(field)
    if tonumber(deadline) <= now() then
      tell('E', field, nil, value)
    end
  end
end

local function get(field)
  local value = redis.call('HGET', hash, field)
  if not value and noting() then
    gone(field)
  end
  return value
end

local function touch(field, ttl, value)
  if ttl > 0 then
    redis.call('HPEXPIRE', hash, ttl, 'FIELDS', 1, field)
  elseif ttl == -1 then
    redis.call('HPERSIST', hash, 'FIELDS', 1, field)
  end
  if ttl ~= -2 and noting() then
    note(field, value, ttl > 0 and now() + ttl or -1)
  end
end

-- Of an entry that is there, -2 keeps the time to live.
local function set(field, value, ttl, existed)
  local deadline = -1
  if ttl == -2 and existed and (noting() or not at_once) then
    deadline = redis.call('HPEXPIRETIME', hash, 'FIELDS', 1, field)[1]
  end
  if at_once and ttl > 0 then
    redis.call('HSETEX', hash, 'PX', ttl, 'FIELDS', 1, field, value)
  elseif at_once and ttl == -2 and existed then
    redis.call('HSETEX', hash, 'KEEPTTL', 'FIELDS', 1, field, value)
  else
    redis.call('HSET', hash, field, value)
    if ttl > 0 then
      redis.call('HPEXPIRE', hash, ttl, 'FIELDS', 1, field)
    elseif deadline > 0 then
      redis.call('HPEXPIREAT', hash, deadline, 'FIELDS', 1, field)
    end
  end
  if noting() then
    note(field, value, ttl > 0 and now() + ttl or deadline)
  end
end

local function drop(field)
  if noting() then
    unnote(field)
  end
  return redis.call('HDEL', hash, field)
end

-- Keys, from an argument on; how many of them there were. Only while nobody listens.
local function drop_all(first)
  return redis.call('HDEL', hash, unpack(ARGV, first))
end

local function clear()
  redis.call('UNLINK', hash)
  if noting() then
    try('UNLINK', deadlines, lasts)
  end
end

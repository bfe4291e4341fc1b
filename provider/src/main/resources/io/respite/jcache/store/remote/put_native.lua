-- Puts entries together where fields have a time to live.
if together then
  local hash = KEYS[1]
  local count = (#ARGV - 4) / 2

  -- HSET ends times to live.
  local function set(ttl, number, ...)
    if ttl <= 0 then
      redis.call('HSET', hash, ...)
    elseif at_once then
      redis.call('HSETEX', hash, 'PX', ttl, 'FIELDS', number, ...)
    else
      redis.call('HSET', hash, ...)
      local pairs, fields = {...}, {}
      for i = 1, number do
        fields[i] = pairs[2 * i - 1]
      end
      redis.call('HPEXPIRE', hash, ttl, 'FIELDS', number, unpack(fields))
    end
  end

  if update ~= -2 then
    set(update, count, unpack(ARGV, 5))
    return false
  end
  if keeps and creation < 0 then
    redis.call('HSETEX', hash, 'KEEPTTL', 'FIELDS', count, unpack(ARGV, 5))
    return false
  end
  -- Elsewhere HSETEX KEEPTTL may also keep the time of a field whose time is over and which has not been
  -- removed yet, and in Redis 8.0 the value is lost so. Asked first, the server says that there is no such field.
  local ends = redis.call('HPEXPIRETIME', hash, 'FIELDS', count, unpack(keys()))
  local new, old = {}, {}
  for i = 1, count do
    local list = (ends[i] == -2 or ends[i] == -1 and creation < 0) and new or old
    list[#list + 1] = i
  end
  if #old == 0 then
    set(creation, count, unpack(ARGV, 5))
    return false
  end
  local function pairs_of(indexes)
    local found = {}
    for i = 1, #indexes do
      found[2 * i - 1] = ARGV[3 + 2 * indexes[i]]
      found[2 * i] = ARGV[4 + 2 * indexes[i]]
    end
    return unpack(found)
  end
  if at_once then
    redis.call('HSETEX', hash, 'KEEPTTL', 'FIELDS', #old, pairs_of(old))
  else
    redis.call('HSET', hash, pairs_of(old))
    for i = 1, #old do
      if ends[old[i]] > 0 then
        redis.call('HPEXPIREAT', hash, ends[old[i]], 'FIELDS', 1, ARGV[3 + 2 * old[i]])
      end
    end
  end
  if #new > 0 then
    set(creation, #new, pairs_of(new))
  end
  return false
end

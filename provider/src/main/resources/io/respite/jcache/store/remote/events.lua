-- Tells of changes whoever listens, and nobody else: whoever does has subscribed to a channel that
-- lives where the hash lives, and a listener that has gone is no subscriber any more.
-- ARGV[1] who changes, in eight bytes, and the name that the channels have in common.
--   :keys     kind, who, key                        for near caches
--   :changes  kind, who, key, new value             for listeners
--   :olds     kind, who, key, new value, old value  for listeners that want old values
--   :sync     tokens, which who changes something sends behind it; heard by those on whom he waits
--   :expired  nothing; heard by those who want to know what has expired, where the server does not tell
-- Kinds: C created, U updated, R removed, X expired by an operation, E found to have expired in time,
-- A all entries removed.
local who, events = string.sub(ARGV[1], 1, 8), string.sub(ARGV[1], 9)
local listened, told

local function listening()
  if listened == nil then
    local counts = redis.call('PUBSUB', 'SHARDNUMSUB', events)
    listened = counts[2] > 0
    if listened then
      counts = redis.call(
        'PUBSUB', 'SHARDNUMSUB', events .. ':keys', events .. ':changes', events .. ':olds',
        events .. ':sync', events .. ':expired')
      listened = {counts[2] > 0, counts[4] > 0, counts[6] > 0, counts[8], counts[10] > 0}
    end
  end
  return listened
end

local function tell(kind, field, new, old)
  if not listening() then
    return
  end
  told = told or kind ~= 'E'
  local message = kind .. who .. struct.pack('>I4', #field) .. field
  if listened[1] then
    redis.call('SPUBLISH', events .. ':keys', message)
  end
  if listened[2] or listened[3] then
    message = message .. struct.pack('>I4', #(new or '')) .. (new or '')
  end
  if listened[2] then
    redis.call('SPUBLISH', events .. ':changes', message)
  end
  if listened[3] then
    redis.call('SPUBLISH', events .. ':olds', message .. (old or ''))
  end
end

-- What a script returns: an answer, and behind it how many connections hear synchronously what it
-- has told, if any do.
local function answer(value)
  if not told or listened[4] == 0 then
    return value
  end
  if type(value) ~= 'table' then
    value = {value}
  end
  value[#value + 1] = listened[4]
  return value
end

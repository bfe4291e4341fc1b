-- The server's clock, in milliseconds since 1970; asked once.
local time

local function now()
  if not time then
    local parts = redis.call('TIME')
    time = parts[1] * 1000 + math.floor(parts[2] / 1000)
  end
  return time
end

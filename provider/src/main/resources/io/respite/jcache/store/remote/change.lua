-- What the operations that change entries have in common.

-- Gives an entry, which is there or not, a value; true when it is there then.
local function put(field, value, before, ttl)
  if ttl == 0 then
    if before then
      tell('U', field, value, before)
      tell('X', field, nil, value)
      drop(field)
    end
    return false
  end
  set(field, value, ttl, before)
  tell(before and 'U' or 'C', field, value, before)
  return true
end

local function remove(field, before)
  drop(field)
  tell('R', field, nil, before)
end

-- Gives an entry that is there another time to live.
local function renew(field, before, ttl)
  if ttl == 0 then
    drop(field)
    tell('X', field, nil, before)
  else
    touch(field, ttl, before)
  end
end

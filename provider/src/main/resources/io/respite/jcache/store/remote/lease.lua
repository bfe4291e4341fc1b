-- ARGV: who, key, whose lease it will be, for how many milliseconds, whether the caller has waited.
-- The last of KEYS is the lease.
-- Returns 1 when the caller may load, 0 when somebody else does, 2 when there is an entry, 3 when
-- somebody who has loaded just now found nothing, which matters to who has waited for him.
if get(ARGV[2]) then
  return 2
end
local lease = KEYS[#KEYS]
if redis.call('SET', lease, ARGV[3], 'NX', 'PX', ARGV[4]) then
  return 1
end
if redis.call('GET', lease) == '' then
  if ARGV[5] == '1' then
    return 3
  end
  redis.call('SET', lease, ARGV[3], 'PX', ARGV[4])
  return 1
end
return 0

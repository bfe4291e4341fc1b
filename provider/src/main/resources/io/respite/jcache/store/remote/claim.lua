-- ARGV: who, key, whose claim it will be, for how many milliseconds. The last of KEYS is the claim.
-- Returns the value, or nothing, and 1 when the claim is the caller's, 0 when it is another's.
if redis.call('SET', KEYS[#KEYS], ARGV[3], 'NX', 'PX', ARGV[4]) then
  return {get(ARGV[2]), 1}
end
return {false, 0}

-- KEYS[1] a lease. ARGV: whose it is, for how many milliseconds more, and if for none, for how long
-- others shall know that nothing was found.
if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 0
end
if ARGV[2] ~= '0' then
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
if ARGV[3] ~= '0' then
  redis.call('SET', KEYS[1], '', 'PX', ARGV[3])
  return 1
end
return redis.call('DEL', KEYS[1])

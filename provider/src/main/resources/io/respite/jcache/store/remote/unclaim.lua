-- The last of KEYS is a claim, the last of ARGV whose it is: it ends with what follows.
if redis.call('GET', KEYS[#KEYS]) == ARGV[#ARGV] then
  redis.call('DEL', KEYS[#KEYS])
end

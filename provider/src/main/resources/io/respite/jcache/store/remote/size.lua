return redis.call('HLEN', hash) - redis.call('ZCOUNT', deadlines, '-inf', now())

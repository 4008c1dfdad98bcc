-- The format, who asks, how long its lease is. Gives what came of it.
local format = redis.call('GET', prefix .. ':format')
if format and format ~= ARGV[2] then
  return {'format', format}
end
local holder = redis.call('GET', prefix .. ':lease')
if holder and holder ~= ARGV[3] then
  return {'busy', holder, redis.call('PTTL', prefix .. ':lease')}
end
redis.call('SET', prefix .. ':format', ARGV[2])
redis.call('SET', prefix .. ':writer', ARGV[3])
redis.call('SET', prefix .. ':lease', ARGV[3], 'PX', ARGV[4])
return {'taken'}

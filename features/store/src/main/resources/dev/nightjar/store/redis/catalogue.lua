-- Gives the format, and of each view the field and the entry.
local format = redis.call('GET', prefix .. ':format')
if not format then
  return {false}
end
return {format, redis.call('HGETALL', prefix .. ':views')}

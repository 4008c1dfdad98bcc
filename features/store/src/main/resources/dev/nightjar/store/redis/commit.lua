-- The writer, the batch's number, how many scripts have written of it, the view's field and entry, the
-- id that is new, the id that is gone; 0 for none. Given again it changes nothing.
if redis.call('HGET', prefix .. ':views', ARGV[5]) == ARGV[6] then
  return 1
end
local no = refused(ARGV[2], ARGV[3], ARGV[4])
if no then
  return no
end
redis.call('HSET', prefix .. ':views', ARGV[5], ARGV[6])
redis.call('DEL', prefix .. ':writing', prefix .. ':written')
if ARGV[7] ~= '0' then
  redis.call('SREM', prefix .. ':gone', ARGV[7])
end
if ARGV[8] ~= '0' then
  redis.call('SADD', prefix .. ':gone', ARGV[8])
end
return 1

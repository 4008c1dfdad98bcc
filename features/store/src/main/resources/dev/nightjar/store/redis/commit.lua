-- The token, the batch's number, the view's field and entry, the id that is new, the id that is gone;
-- 0 for none. Given again it changes nothing.
if redis.call('HGET', prefix .. ':views', ARGV[4]) == ARGV[5] then
  return 1
end
if fenced(ARGV[2]) or ended(ARGV[3]) then
  return redis.error_reply(FENCED)
end
redis.call('HSET', prefix .. ':views', ARGV[4], ARGV[5])
redis.call('DEL', prefix .. ':writing')
if ARGV[6] ~= '0' then
  redis.call('SREM', prefix .. ':gone', ARGV[6])
end
if ARGV[7] ~= '0' then
  redis.call('SADD', prefix .. ':gone', ARGV[7])
end
return 1

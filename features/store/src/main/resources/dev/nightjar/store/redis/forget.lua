-- The token; then fields of views that go.
if fenced(ARGV[2]) then
  return redis.error_reply(FENCED)
end
for i = 3, #ARGV do
  local entry = redis.call('HGET', prefix .. ':views', ARGV[i])
  if entry then
    redis.call('SADD', prefix .. ':gone', string.format('%.0f', id(entry)))
    redis.call('HDEL', prefix .. ':views', ARGV[i])
  end
end
return 1

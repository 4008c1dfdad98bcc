-- The writer; then fields of views that go.
local no = refused(ARGV[2])
if no then
  return no
end
for i = 3, #ARGV do
  local entry = redis.call('HGET', prefix .. ':views', ARGV[i])
  if entry then
    redis.call('SADD', prefix .. ':gone', string.format('%.0f', id(entry)))
    redis.call('HDEL', prefix .. ':views', ARGV[i])
  end
end
return 1

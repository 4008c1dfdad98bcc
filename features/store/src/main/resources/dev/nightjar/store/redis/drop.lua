-- The token; then keys of rows that go.
if fenced(ARGV[2]) then
  return redis.error_reply(FENCED)
end
for i = 3, #ARGV do
  redis.call('UNLINK', ARGV[i])
end
return 1

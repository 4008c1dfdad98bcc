-- The writer; then keys of rows that go.
local no = refused(ARGV[2])
if no then
  return no
end
for i = 3, #ARGV do
  redis.call('UNLINK', ARGV[i])
end
return 1

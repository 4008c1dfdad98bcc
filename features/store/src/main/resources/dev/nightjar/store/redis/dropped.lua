-- The writer; an id of which no rows are left.
local no = refused(ARGV[2])
if no then
  return no
end
return redis.call('SREM', prefix .. ':gone', ARGV[3])

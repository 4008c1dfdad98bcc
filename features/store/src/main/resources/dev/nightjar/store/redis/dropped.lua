-- The token; an id of which no rows are left.
if fenced(ARGV[2]) then
  return redis.error_reply(FENCED)
end
return redis.call('SREM', prefix .. ':gone', ARGV[3])

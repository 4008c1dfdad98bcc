-- The token, who it is, how long its lease is. Gives whether it is still the last writer.
if fenced(ARGV[2]) then
  return 0
end
redis.call('SET', prefix .. ':lease', ARGV[3], 'PX', ARGV[4])
return 1

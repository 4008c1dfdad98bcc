-- The writer, how long its lease is. Gives whether it is still the last one.
if refused(ARGV[2]) then
  return 0
end
redis.call('SET', prefix .. ':lease', ARGV[2], 'PX', ARGV[3])
return 1

-- Who lets go.
if redis.call('GET', prefix .. ':lease') == ARGV[2] then
  redis.call('DEL', prefix .. ':lease')
end
return 1

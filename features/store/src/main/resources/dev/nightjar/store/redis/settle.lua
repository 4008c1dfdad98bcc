-- The writer, how many to settle. Of what a batch has touched, takes away what has been replaced by it
-- if it is visible, and what it put there if it is not, which then it can no longer become. Gives how
-- many are left.
local no = refused(ARGV[2])
if no then
  return no
end
redis.call('DEL', prefix .. ':writing', prefix .. ':written')
local most = tonumber(ARGV[3])
local touched = redis.call('LRANGE', prefix .. ':touched', 0, most - 1)
if #touched == 0 then
  return 0
end
local entry = redis.call('HGET', prefix .. ':views', redis.call('GET', prefix .. ':open'))
local until_ = entry and visible(entry) or 0
for _, one in ipairs(touched) do
  local key = string.sub(one, 9)
  local kept = false
  local function drop(member)
    redis.call('ZREM', key, member)
  end
  local function settle()
    if kept and #kept == HEAD then
      drop(kept)
    end
    kept = false
  end
  for _, member in ipairs(redis.call('ZRANGEBYLEX', key, '[' .. time(one), '+')) do
    if kept and time(kept) ~= time(member) then
      settle()
    end
    if number(member, 9) > until_ then
      drop(member)
    else
      if kept then
        drop(kept)
      end
      kept = member
    end
  end
  settle()
end
redis.call('LTRIM', prefix .. ':touched', most, -1)
return redis.call('LLEN', prefix .. ':touched')

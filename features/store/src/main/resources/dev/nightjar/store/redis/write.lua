-- The token, the batch's number, the id, whether it is new; then of each key its bytes, the
-- least time of its members, the time before which all goes (or nothing), the number of members, and
-- the members, without the batch's number: a time, and the record, or nothing where that goes.
if fenced(ARGV[2]) or ended(ARGV[3]) then
  return redis.error_reply(FENCED)
end
local batch, view, isNew = struct.pack('>I8', tonumber(ARGV[3])), tonumber(ARGV[4]), ARGV[5] == '1'

local function put(key, at, record)
  local own = at .. batch
  redis.call('ZREMRANGEBYLEX', key, '[' .. own, '[' .. own .. '\255')
  -- Of a new id there is nothing beside the batch's own.
  if record ~= '' or not isNew then
    redis.call('ZADD', key, 0, own .. record)
  end
end

local i = 6
while i <= #ARGV do
  local key, least, before, count = rows(view, ARGV[i]), ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  i = i + 4
  local isTouched = tonumber(count) > 0
  for _ = 1, tonumber(count) do
    put(key, time(ARGV[i]), string.sub(ARGV[i], 9))
    i = i + 1
  end
  if before ~= '' then
    local passed = nil
    for _, member in ipairs(redis.call('ZRANGEBYLEX', key, '-', '(' .. before)) do
      if time(member) ~= passed then
        passed = time(member)
        put(key, passed, '')
        least = string.rep('\0', 8)
        isTouched = true
      end
    end
  end
  if isTouched and not isNew then
    redis.call('RPUSH', prefix .. ':touched', least .. key)
  end
end
return 1

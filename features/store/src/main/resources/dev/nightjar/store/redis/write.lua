-- The writer, the batch's number, how many scripts have written of it, the id, whether it is new; then
-- of each key its bytes, the least time of its members, the time before which all goes (or nothing),
-- the number of members, and the members, without the batch's number: a time, and the record, or
-- nothing where that goes. Given again it changes nothing.
local number_, view, isNew = ARGV[3], tonumber(ARGV[5]), ARGV[6] == '1'
local written = string.format('%.0f', tonumber(ARGV[4]) + 1)
if not refused(ARGV[2], number_, written) then
  return 1
end
local no = refused(ARGV[2], number_, ARGV[4])
if no then
  return no
end
local batch = struct.pack('>I8', tonumber(number_))

local function put(key, at, record)
  local own = at .. batch
  redis.call('ZREMRANGEBYLEX', key, '[' .. own, '[' .. own .. '\255')
  -- Of a new id there is nothing beside the batch's own.
  if record ~= '' or not isNew then
    redis.call('ZADD', key, 0, own .. record)
  end
end

local i = 7
while i <= #ARGV do
  local key, least, before, count = rows(view, ARGV[i]), ARGV[i + 1], ARGV[i + 2], ARGV[i + 3]
  i = i + 4
  local puts = tonumber(count)
  local going = {}
  if before ~= '' then
    for _, member in ipairs(redis.call('ZRANGEBYLEX', key, '-', '(' .. before)) do
      if going[#going] ~= time(member) then
        going[#going + 1] = time(member)
      end
    end
  end
  if not isNew and puts + #going > 0 then
    -- First of all, so that nothing is ever there that nobody would take away.
    local lowest = #going > 0 and going[1] or least
    redis.call('RPUSH', prefix .. ':touched', lowest .. key)
  end
  for _ = 1, puts do
    put(key, time(ARGV[i]), string.sub(ARGV[i], 9))
    i = i + 1
  end
  for _, at in ipairs(going) do
    put(key, at, '')
  end
end
redis.call('SET', prefix .. ':written', written)
return 1

-- How many views; their fields; then of each query the view's place, the key's bytes and the time.
-- Gives the format, the views' entries, and for each query its record and whether there is a later one.
local format = redis.call('GET', prefix .. ':format')
if not format then
  return {false}
end
local count = tonumber(ARGV[2])
local entries = {}
for i = 1, count do
  entries[i] = redis.call('HGET', prefix .. ':views', ARGV[2 + i])
end
local records, later = {}, {}
for i = 3 + count, #ARGV, 3 do
  local entry = entries[tonumber(ARGV[i])]
  local record, isLater = false, 0
  if entry then
    local until_ = visible(entry)
    local function seen(member)
      return number(member, 9) <= until_
    end
    local key = rows(id(entry), ARGV[i + 1])
    local member = last(key, ARGV[i + 2], seen)
    if member then
      record = string.sub(member, HEAD + 1)
    elseif #behind(key, '(' .. ARGV[i + 2] .. '\255', seen, 1) > 0 then
      isLater = 1
    end
  end
  records[#records + 1] = record
  later[#later + 1] = isLater
end
return {format, entries, records, later}

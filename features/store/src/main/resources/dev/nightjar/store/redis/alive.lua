-- The view's field; then keys of rows. Gives of each whether anything of it is visible.
local entry = redis.call('HGET', prefix .. ':views', ARGV[2])
local until_ = entry and visible(entry) or 0
local function seen(member)
  return number(member, 9) <= until_
end
local alive = {}
for i = 3, #ARGV do
  alive[i - 2] = #behind(ARGV[i], '-', seen, 1)
end
return alive

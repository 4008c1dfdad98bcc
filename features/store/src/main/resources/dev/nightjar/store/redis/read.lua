-- The number of the visible batch, that of the batch that asks, the id; then of each key its bytes and
-- a time. Gives of each the members from the last one at or before that time on.
local visible_, own, view = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local function seen(member)
  local batch = number(member, 9)
  return batch <= visible_ or batch == own
end
local all = {}
for i = 5, #ARGV, 2 do
  local key = rows(view, ARGV[i])
  local members = behind(key, '(' .. ARGV[i + 1] .. '\255', seen, math.huge)
  local first = last(key, ARGV[i + 1], seen)
  if first then
    table.insert(members, 1, first)
  end
  all[#all + 1] = members
end
return all

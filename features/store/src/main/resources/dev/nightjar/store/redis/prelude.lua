-- Stands before every script; ARGV[1] is the beginning of all keys of the store.
--
--   :format   the layout of all this
--   :views    hash: name, zero byte, rule -> number of the last batch that is visible (8 bytes), then
--             what Java knows of the view, which begins with its own format and the id (4 bytes each)
--   :rows:ID: and the bytes of a key: sorted set, all scores 0, so it is in the order of bytes.
--             A member is a time (8 bytes), the number of the batch that put it there (8 bytes), and
--             the record; without a record it says that what older batches put there is gone
--   :touched  list: what a batch put beside what is visible: a time (8 bytes) and the key of the rows
--   :open     the field of :views whose rows those are
--   :writing  the number of the batch that is being written, until it is visible or given up
--   :gone     set: ids whose rows no view has
--   :written  how many scripts have written rows of it
--   :writer   the last writer; :lease, which expires, names it too
--   :batch, :ids   the last numbers that were given
--
-- Of a time the member of the greatest visible batch counts. Whoever looks up reads the number of the
-- visible batch and the rows in one script, so that it sees all of a batch or nothing.
-- Texts are compared for equality alone: less and greater go by the locale of the server.
local prefix = ARGV[1]
local HEAD = 16

local function number(text, at)
  return struct.unpack('>I8', text, at)
end

local function time(member)
  return string.sub(member, 1, 8)
end

local function rows(id, key)
  return prefix .. ':rows:' .. string.format('%.0f', id) .. ':' .. key
end

-- Of an entry of :views.
local function visible(entry)
  return number(entry, 1)
end

local function id(entry)
  return struct.unpack('>I4', entry, 13)
end

-- Why nothing may be written: another writer has come after this one; or the batch is given up, or it
-- is not as it was left, since a server that was started again or took over has lost some of it.
local function refused(writer, batch, written)
  if redis.call('GET', prefix .. ':writer') ~= writer then
    return redis.error_reply('FENCED another writer has come after this one')
  end
  if batch and (redis.call('GET', prefix .. ':writing') ~= batch
      or redis.call('GET', prefix .. ':written') ~= written) then
    return redis.error_reply('LOST the batch is not as it was left')
  end
  return false
end

-- The last member with a record at or before a time; false for none.
local function last(key, at, seen)
  local passed = nil
  local bound, size = '[' .. at .. '\255', 1
  while true do
    local page = redis.call('ZREVRANGEBYLEX', key, bound, '-', 'LIMIT', 0, size)
    for _, member in ipairs(page) do
      if seen(member) and time(member) ~= passed then
        passed = time(member)
        if #member > HEAD then
          return member
        end
      end
    end
    if #page < size then
      return false
    end
    bound = '(' .. page[#page]
    size = 16
  end
end

-- The members with a record behind a bound, one of each time, no more than most.
local function behind(key, bound, seen, most)
  local found = {}
  local candidate = false
  local size = 64
  local function take()
    if candidate and #candidate > HEAD then
      found[#found + 1] = candidate
    end
  end
  while #found < most do
    local page = redis.call('ZRANGEBYLEX', key, bound, '+', 'LIMIT', 0, size)
    for _, member in ipairs(page) do
      if seen(member) then
        if candidate and time(candidate) ~= time(member) then
          take()
        end
        candidate = member
      end
    end
    if #page < size then
      take()
      break
    end
    bound = '(' .. page[#page]
  end
  return found
end

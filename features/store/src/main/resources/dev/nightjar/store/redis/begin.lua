-- The writer, the view's field, whether it gets a new id. Gives the batch's number and the id.
-- A new id is gone until the batch is committed, so that nothing is left of one that never is.
local no = refused(ARGV[2])
if no then
  return no
end
redis.call('SET', prefix .. ':open', ARGV[3])
local batch = redis.call('INCR', prefix .. ':batch')
redis.call('SET', prefix .. ':writing', batch)
redis.call('SET', prefix .. ':written', 0)
local new = 0
if ARGV[4] == '1' then
  new = redis.call('INCR', prefix .. ':ids')
  redis.call('SADD', prefix .. ':gone', new)
end
return {batch, new}

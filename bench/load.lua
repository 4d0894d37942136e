-- For wrk. The first argument is how many requests are sent at a time on a
-- connection. With a file of paths as the second: requests them in turn, over
-- and over. Prints what it found as one line of JSON.

local paths, at = {}, 0

function init(args)
  local deep = tonumber(args[1])
  if deep > 1 then
    local one = wrk.format()
    local all = one:rep(deep)
    request = function() return all end
  end
  if not args[2] then return end
  for path in io.lines(args[2]) do
    paths[#paths + 1] = wrk.format("GET", path)
  end
  request = function()
    at = at % #paths + 1
    return paths[at]
  end
end

function done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\nresult {"requests":%d,"bytes":%d,"micros":%d,"p50":%d,"p99":%d,"connect":%d,"read":%d,"write":%d,"status":%d,"timeout":%d}\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    e.connect, e.read, e.write, e.status, e.timeout))
end

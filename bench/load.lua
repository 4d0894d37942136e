-- For wrk. With a file of paths as argument: requests them in turn, over and
-- over. Prints what it found as one line of JSON.

local paths, at = {}, 0

function init(args)
  if not args[1] then return end
  for path in io.lines(args[1]) do
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

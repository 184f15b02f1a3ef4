-- Sends prepared requests, byte for byte, from a file of "<length>\n<request>" records.
-- Arguments: the file, and the number of threads: each sends its share, so that no request is repeated
-- before all were sent once. A thread whose share is empty sends all of them.

local threads = {}

function setup(thread)
  thread:set("number", #threads)
  table.insert(threads, thread)
end

local function load(name, first, step)
  local found, record = {}, 0
  local file = assert(io.open(name, "rb"))
  while true do
    local length = file:read("*l")
    if not length then break end
    if record % step == first then
      found[#found + 1] = file:read(tonumber(length))
    else
      file:seek("cur", tonumber(length))
    end
    record = record + 1
  end
  file:close()
  return found
end

function init(args)
  sent, laps = 0, 0
  requests = load(args[1], number, tonumber(args[2]))
  if #requests == 0 then requests = load(args[1], 0, 1) end
end

function request()
  if sent == #requests then
    sent, laps = 0, laps + 1
  end
  sent = sent + 1
  return requests[sent]
end

function done(summary, latency, _)
  local most = 0
  for _, thread in ipairs(threads) do
    most = math.max(most, thread:get("laps"))
  end
  local errors = summary.errors
  io.write(string.format(
    'RESULT {"requests": %d, "microseconds": %d, "bytes": %d, "p50": %d, "p99": %d, "laps": %d, ' ..
    '"errors": {"connect": %d, "read": %d, "write": %d, "timeout": %d, "status": %d}}\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99), most,
    errors.connect, errors.read, errors.write, errors.timeout, errors.status
  ))
end

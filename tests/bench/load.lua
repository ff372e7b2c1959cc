-- What wrk sends: `anonymous PATH`, `token PATH`, `submit PATH FIRST FILE` with a draft's id and token on each line, or
-- `refresh-... PATH FIRST FILE` with a refresh token on each line, each used once; `office PATH` as the officer,
-- `search PATH FIRST FILE BODY`, `act PATH FIRST FILE` with an application's id on each line.
local mode, path, first, drafts, count, said = nil, nil, 0, {}, 0, ""

function init(args)
  mode, path, said = args[1], args[2], args[5]
  math.randomseed(7)
  if mode == "submit" or mode == "act" or mode:match("^refresh") then
    first = tonumber(args[3])
    for line in io.lines(args[4]) do drafts[#drafts + 1] = line end
  end
end

function request()
  if mode == "anonymous" then return wrk.format("GET", path) end
  if mode == "token" then
    return wrk.format("GET", path, {["Authorization"] = "Bearer bench-token-" .. math.random(1, 500)})
  end
  if mode == "office" then return wrk.format("GET", path, {["Authorization"] = "Bearer bench-officer"}) end
  if mode == "search" then
    local headers = {["Authorization"] = "Bearer bench-officer", ["Content-Type"] = "application/json"}
    return wrk.format("POST", path, headers, said)
  end
  count = count + 1
  if mode:match("^refresh") then
    local body = "grant_type=refresh_token&client_id=balikpapan-app&refresh_token=" .. (drafts[first + count] or "none")
    return wrk.format("POST", path, {["Content-Type"] = "application/x-www-form-urlencoded"}, body)
  end
  local id, token = drafts[first + count]:match("(%S+) (%S+)")
  local headers = {["Authorization"] = "Bearer " .. token, ["Idempotency-Key"] = id, ["Content-Length"] = "0"}
  if mode == "act" then
    headers = {["Authorization"] = "Bearer " .. token, ["Idempotency-Key"] = id, ["Content-Type"] = "application/json"}
    return wrk.format("POST", (path:gsub("{id}", id)), headers, "{}")
  end
  return wrk.format("POST", (path:gsub("{id}", id)), headers)
end

function done(summary, latency)
  io.write(string.format(
    '\nRESULT {"requests": %d, "microseconds": %d, "failed": %d, "p50": %d, "p99": %d}\n', summary.requests,
    summary.duration,
    summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout,
    latency:percentile(50), latency:percentile(99)))
end

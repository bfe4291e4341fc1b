-- Runs a program in an environment of its own and answers what it prints, returns, or raises.
-- Runs in both engines. Tables and functions are shown by their type: addresses differ.
local base = {}
for k, v in pairs(_G) do base[k] = v end
base.arg = nil

local function show(v)
  local t = type(v)
  if t == "table" or t == "function" or t == "userdata" or t == "thread" then return t end
  if t == "string" then return v end
  if v ~= v then return "nan" end
  return tostring(v)
end

local function line(...)
  local texts = {}
  for i = 1, select("#", ...) do texts[i] = show((select(i, ...))) end
  return table.concat(texts, "\t")
end

function run(source)
  local f, message = loadstring(source, "=s")
  if not f then return "cannot compile: " .. message end
  local lines = {}
  local env = {}
  for k, v in pairs(base) do env[k] = v end
  env._G = env
  env.print = function(...)
    local text = line(...)
    lines[#lines + 1] = text
  end
  setfenv(f, env)
  local result = line(pcall(f))
  lines[#lines + 1] = result
  return table.concat(lines, "\n")
end

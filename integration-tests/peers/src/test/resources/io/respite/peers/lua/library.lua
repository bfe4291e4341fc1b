-- Calls functions of the library with random arguments and answers what came of it. Runs in both
-- engines: run(seed, calls as text) draws the same numbers in both.
local seed

local function rnd(n)
  seed = (seed * 16807) % 2147483647
  return seed % n + 1
end

local function pick(...)
  return (select(rnd(select("#", ...)), ...))
end

local function show(v)
  local t = type(v)
  if t == "string" then return string.format("%q", v) end
  if t == "number" then return string.format("%.17g", v) end
  if t == "table" and rawget(v, "v") then return "{" .. v.v .. "}" end
  if t == "nil" or t == "boolean" then return tostring(v) end
  return t
end

local lines

local function out(...)
  local texts = {}
  for i = 1, select("#", ...) do
    texts[i] = show((select(i, ...)))
  end
  lines[#lines + 1] = table.concat(texts, " ")
end

-- The outcome of a call, without the position: that names the file.
local function try(f, ...)
  local function outcome(ok, first, ...)
    if not ok and type(first) == "string" then first = first:gsub("^%S-:%d+: ", "") end
    out(ok, first, ...)
  end
  outcome(pcall(f, ...))
end

local function elements(t, n)
  local texts = {}
  for i = 1, n do texts[i] = show(t[i]) end
  lines[#lines + 1] = table.concat(texts, ",")
end

local function number()
  local k = rnd(8)
  if k == 1 then return pick(0, -0, 1, -1, 0.5, -0.5, 1 / 0, -1 / 0, 2 ^ 53, 2 ^ 63, -2 ^ 63, 2 ^ 64) end
  if k == 2 then return rnd(2000) - 1000 end
  if k == 3 then return (rnd(2000000) - 1000000) / pick(8, 10, 100, 1000, 7) end
  if k == 4 then return rnd(1000000) * 2 ^ (rnd(200) - 100) end
  if k == 5 then return rnd(1000000) * 10 ^ (rnd(40) - 20) end
  return rnd(30) - 15
end

local function bytes(most)
  local parts = {}
  for i = 1, rnd(most) do
    parts[i] = pick("a", "b", "ab", " ", "1", "(", ")", "%", "A", "\0", "\233", ".", "-", "\n")
  end
  return table.concat(parts)
end

local function any()
  return pick(nil, true, false, number(), bytes(4), "10", "0x1F", " 5 ", "1e3", "5.", "1e", "nan")
end

local function pattern()
  local parts = {}
  for i = 1, rnd(4) do
    parts[i] = pick("a", "b", ".", "%a", "%d", "%W", "[ab]", "[^a]", "[%a1]", "[]]", "[a-]", "()",
      "(a)", "(.-)", "%s*", "%w+", "(%w*)", "b?", "%b()", "%f[%a]", "%1", "%2", ".-", "$", "^", ")",
      "(", "[", "%", "%z", "[^%z]*")
  end
  return table.concat(parts)
end

local function conversion()
  local text = pick("", "x", "%%") .. "%"
  for i = 1, pick(0, 0, 1, 2) do text = text .. pick("-", "+", " ", "#", "0") end
  return text .. pick("", "", "1", "5", "12", "30") .. pick("", "", ".", ".0", ".3", ".20") .. pick("d",
    "i", "o", "u", "x", "X", "c", "s", "q", "e", "E", "f", "g", "G", "y", "")
end

local ordered = {__lt = function(a, b) return a.v < b.v end}

local function value(v)
  return type(v) == "table" and v.v or v
end

local calls = {}

function calls.sort()
  local n, kind, t = rnd(40), rnd(5), {}
  for i = 1, n do
    if kind == 1 then t[i] = rnd(20)
    elseif kind == 2 then t[i] = "k" .. rnd(30)
    elseif kind == 3 then t[i] = setmetatable({v = rnd(9)}, ordered)
    elseif kind == 4 then t[i] = rnd(9) / rnd(9)
    else t[i] = pick(1, 2, "x", true)
    end
  end
  try(table.sort, t, pick(nil, nil,
    function(a, b) return value(a) < value(b) end,
    function(a, b) return value(a) > value(b) end,
    function(a, b) return value(a) <= value(b) end,
    function() return rnd(2) == 1 end,
    function() return rnd(5) == 1 end,
    function() return rnd(5) > 1 end))
  elements(t, n)
  out(seed)
end

function calls.elements()
  local t = {}
  for i = 1, rnd(30) do
    local op = rnd(5)
    if op == 1 then try(table.insert, t, rnd(50))
    elseif op == 2 then try(table.insert, t, rnd(#t + 3) - 1, "x" .. rnd(9))
    elseif op == 3 then try(table.remove, t)
    elseif op == 4 then try(table.remove, t, rnd(#t + 2) - 1)
    else t[rnd(20) - 3] = pick(1, nil, "a", 2.5)
    end
  end
  out(#t, table.maxn(t))
  try(table.concat, t, pick(",", "", 1), rnd(3) - 1, rnd(12))
  elements(t, 12)
  for k, v in pairs(t) do out(k, v) end
end

function calls.each()
  local t = {}
  for i = 1, rnd(12) do t[pick(i, i * 2, "k" .. i, i / 2, -i)] = rnd(9) end
  try(table.foreach, t, function(k, v) out(k, v) return pick(nil, nil, nil, nil, v) end)
  try(table.foreachi, t, function(i, v) out(i, v) return pick(nil, nil, nil, i) end)
  try(next, t, pick(1, 2, "k1", "zz"))
  try(unpack, t, rnd(4) - 2, rnd(9) - 1)
  out(#t, table.getn(t))
end

function calls.gsub()
  local s, p = bytes(20), pattern()
  out(s, p)
  local replacement = pick("<%0>", "%1%1", "x%2", "%", "%a", 12, true,
    function(...) return pick(nil, false, "q", 5, ...) end,
    function(...) return select("#", ...) end,
    function(a) return (tostring(a):gsub(".", function(c) return c .. "!" end)) end,
    {a = "A", b = false, ["1"] = 1, A = {}},
    setmetatable({}, {__index = function(t, k) return pick(nil, k, tostring(k) .. ".") end}))
  try(string.gsub, s, p, replacement, pick(nil, nil, 1, 2, 0))
  try(function()
    local found = 0
    for a, b in s:gmatch(p) do
      out(a, b)
      found = found + 1
      if found > 50 then break end
    end
  end)
  try(string.find, s, p, pick(nil, rnd(8) - 4), pick(nil, nil, nil, true))
  try(string.match, s, p, pick(nil, rnd(8) - 4))
end

function calls.format()
  local f = conversion() .. pick("", conversion())
  out(f)
  try(string.format, f, pick(number(), number(), any(), bytes(5), ("x"):rep(98 + rnd(4))), pick(number(), any()))
end

function calls.bytes()
  local s = bytes(10)
  try(string[pick("byte", "sub")], s, any(), any())
  try(string[pick("byte", "sub")], s, rnd(24) - 12, rnd(24) - 12)
  try(string[pick("upper", "lower", "len", "reverse")], any())
  try(string.rep, s, pick(-1, 0, 1, 2.7, 5, 2 ^ 32 + 2, "3", nil))
  try(string.char, rnd(300) - 20, any())
end

function calls.numbers()
  try(math[pick("abs", "ceil", "floor", "frexp", "modf", "sqrt", "deg", "rad")], any())
  try(math[pick("max", "min", "fmod", "mod", "ldexp")], number(), any())
  -- Functions that are not exact anywhere: compared to 13 digits.
  local f = pick("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "log10")
  out(f, string.format("%.13g", math[f](number() / 50)))
  f = pick("atan2", "pow")
  out(f, string.format("%.13g", math[f](number(), number())))
end

function calls.base()
  try(tonumber, any(), pick(nil, 10, 2, 8, 16, 36, 1, 37, any()))
  try(tonumber, pick("7fffffffffffffff", "ffffffffffffffff", "10000000000000000", "-1", " +7 ", "zz", "0x", "-0x1f"), pick(8, 16, 36))
  try(select, pick(1, 2, -1, 4, "#", any()), "a", any(), "c")
  try(rawequal, any(), any())
  try(pick(type, tostring, assert), any())
  try(setmetatable, pick({}, setmetatable({}, {__metatable = 1}), 5), pick(nil, {}, 5))
  try(getmetatable, pick(setmetatable({}, {__metatable = 1}), 5, nil))
  try(pick(rawget, rawset, next, pairs, ipairs, unpack), pick({}, {1, 2}, any()), any(), any())
end

local names = {"sort", "elements", "each", "gsub", "format", "bytes", "numbers", "base"}

function run(source)
  local first, count = source:match("(%d+) (%d+)")
  seed, lines = tonumber(first), {}
  for i = 1, tonumber(count) do
    local name = names[rnd(#names)]
    lines[#lines + 1] = name
    calls[name]()
  end
  return table.concat(lines, "\n")
end

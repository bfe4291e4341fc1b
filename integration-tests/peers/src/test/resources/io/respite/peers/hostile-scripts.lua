-- Scripts that want to hurt the server, each behind a line with its name. Each must end by itself,
-- well or with an error, or be ended by SCRIPT KILL, while others are answered.

-- ## string.rep of 10^10
return string.rep("x", 10^10)
-- ## string.rep of 2^31
return #string.rep("x", 2^31)
-- ## string.rep by a method, without end
local t = {} while true do t[#t + 1] = ("x"):rep(1e6 + #t) end
-- ## string.rep without end, nothing kept
while true do local s = ("x"):rep(1e7) end
-- ## string.rep by pcall without end
while true do pcall(string.rep, "xyz", 1e8) end
-- ## a string doubled without end
local s = "x" while true do s = s .. s end
-- ## a string doubled in pcall, again and again
while true do pcall(function() local s = "x" while true do s = s .. s end end) end
-- ## a string that grows by a byte
local s = ("x"):rep(1e6) while true do s = s .. "x" end
-- ## a table that grows without end
local t = {} for i = 1, 1e12 do t[i] = i end
-- ## a table that grows without end, as a hash
local t = {} for i = 1, 1e12 do t["k" .. i] = i end
-- ## a table that grows by halves
local t = {} for i = 1, 1e12 do t[i + 0.5] = {} end
-- ## tables in tables
local t = {} while true do t = {t} end
-- ## a table that grows in pcall, again and again
while true do pcall(function() local t = {} while true do t[#t + 1] = {{}, {}} end end) end
-- ## closures without end
local f = function() end while true do local g = f f = function() return g end end
-- ## wide frames, deep
local src = {"local f; f = function(n) local a1"}
for i = 2, 180 do src[#src + 1] = ",a" .. i end
src[#src + 1] = " if n > 0 then return (f(n - 1)) end return 0 end return f(19000)"
while true do loadstring(table.concat(src))() end
-- ## wide frames in many coroutines
local src = {"return function() local a1"}
for i = 2, 190 do src[#src + 1] = ",a" .. i end
src[#src + 1] = " coroutine.yield(1) end"
local f = loadstring(table.concat(src))()
local all = {}
while true do local c = coroutine.create(f) coroutine.resume(c) all[#all + 1] = c end
-- ## many arguments in deep calls
local t = {} for i = 1, 7000 do t[i] = i end
local function f(n, ...) if n > 0 then return (f(n - 1, ...)) end return 0 end
while true do f(19000, unpack(t)) end
-- ## many arguments in many coroutines
local t = {} for i = 1, 7000 do t[i] = i end
local all = {}
while true do
  local c = coroutine.create(function(...) coroutine.yield(1) return ... end)
  coroutine.resume(c, unpack(t))
  all[#all + 1] = c
end
-- ## deep calls in many coroutines
local function deep(n) if n > 0 then return (deep(n - 1)) end coroutine.yield(1) end
local all = {}
while true do local c = coroutine.create(deep) coroutine.resume(c, 15000) all[#all + 1] = c end
-- ## open lists in many coroutines
local t = {} for i = 1, 7000 do t[i] = i end
local all = {}
while true do
  local c = coroutine.create(function() return select("#", unpack(t), coroutine.yield(1), unpack(t)) end)
  coroutine.resume(c)
  all[#all + 1] = c
end
-- ## a pattern of .- thirty times, by find
return string.find(("a"):rep(1e6), (".-"):rep(30) .. "b")
-- ## a pattern of .- thirty times, by find without end
while true do pcall(string.find, ("a"):rep(1e4), (".-"):rep(30) .. "b") end
-- ## a pattern of .- thirty times, by match of captures
return string.match(("a"):rep(1e5), ("(.-)"):rep(30) .. "b")
-- ## a pattern of .- thirty times, by gsub
return string.gsub(("a"):rep(1e5), (".-"):rep(30) .. "b", "x")
-- ## a pattern of .- thirty times, by gsub without end
while true do pcall(string.gsub, ("a"):rep(1e4), (".-"):rep(30) .. "b", "x") end
-- ## a pattern of .- thirty times, by gmatch
for w in string.gmatch(("a"):rep(1e5), (".-"):rep(30) .. "b") do end
-- ## a pattern of a*, by find
return string.find(("a"):rep(1e5), ("a*"):rep(30) .. "b")
-- ## a pattern of optional letters
return string.find(("a"):rep(30), ("a?"):rep(3000) .. ("a"):rep(3000))
-- ## balanced parentheses that never close
return string.find(("("):rep(1e6), ("%b()"):rep(30))
-- ## a set as long as a pattern may be
return string.find(("a"):rep(1e6), "[" .. ("b-c"):rep(1e6) .. "]")
-- ## a plain search that nearly succeeds everywhere
while true do pcall(string.find, ("a"):rep(1e6), ("a"):rep(1e5) .. "b", 1, true) end
-- ## a frontier pattern
while true do pcall(string.find, ("a"):rep(1e6), "%f[^a]b") end
-- ## nested parentheses
local r = {} for _, n in ipairs{190, 250, 1e4, 1e6} do
  r[#r + 1] = tostring(loadstring("return " .. ("("):rep(n) .. "1" .. (")"):rep(n))) end return r
-- ## nested functions
return tostring(loadstring(("return function() "):rep(200) .. (" end"):rep(200)))
-- ## functions nested without sense
return tostring(loadstring(("return function() "):rep(1e5) .. (" end"):rep(1e5)))
-- ## nested tables in a program
return tostring(loadstring("return " .. ("{"):rep(1e6) .. ("}"):rep(1e6)))
-- ## nested blocks
return tostring(loadstring(("do "):rep(1e6) .. ("end "):rep(1e6)))
-- ## nested operators
return tostring(loadstring("return " .. ("-"):rep(1e6):gsub("-", "- ") .. "1"))
-- ## a long chain of concatenations
return tostring(loadstring("return " .. ("'a'.."):rep(1e6) .. "'a'"))
-- ## a long chain of powers
return tostring(loadstring("return " .. ("2^"):rep(1e6) .. "2"))
-- ## a long chain of not
return tostring(loadstring("return " .. ("not "):rep(1e6) .. "1"))
-- ## a long chain of additions
return tostring(loadstring("return 1" .. ("+x"):rep(1e6)))
-- ## a long chain of calls
return tostring(loadstring("return x" .. ("()"):rep(1e6)))
-- ## a long chain of fields
return tostring(loadstring("return x" .. (".a"):rep(1e6)))
-- ## a long chain of elseif
return tostring(loadstring("if x then " .. ("elseif x then "):rep(1e5) .. "end"))
-- ## 300 local variables
local s = {} for i = 1, 300 do s[i] = "local a" .. i end return tostring(loadstring(table.concat(s, " ")))
-- ## 300 upvalues
local s = {} for i = 1, 150 do s[i] = "local a" .. i end
local u = {} for i = 1, 150 do u[i] = "a" .. i end
return tostring(loadstring(table.concat(s, " ") .. " return function() return " .. table.concat(u, "+") .. " end"))
-- ## 300 parameters
local s = {} for i = 1, 300 do s[i] = "a" .. i end
return tostring(loadstring("return function(" .. table.concat(s, ",") .. ") end"))
-- ## many constants
local s = {} for i = 1, 3e5 do s[i] = i .. ".5" end
return tostring(loadstring("return {" .. table.concat(s, ",") .. "}"))
-- ## long brackets of a million signs
return tostring(loadstring("return [" .. ("="):rep(1e6) .. "[x]" .. ("="):rep(1e6) .. "]"))
-- ## long brackets that never end
return tostring(loadstring("return [" .. ("="):rep(1e6) .. "[x"))
-- ## long brackets that nearly end, again and again
return tostring(loadstring("return [==[" .. ("]="):rep(1e6)))
-- ## a comment that never ends
return tostring(loadstring("--[[" .. ("x"):rep(1e7)))
-- ## a name of a million letters
return tostring(loadstring("return " .. ("x"):rep(1e6)))
-- ## a number of a million digits
return tostring(loadstring("return " .. ("9"):rep(1e6)))
-- ## a number of a million digits, converted without end
local s = ("9"):rep(1e6) while true do tonumber(s) end
-- ## a small number of a million digits, converted without end
local s = "0." .. ("0"):rep(1e6) .. "1" while true do tonumber(s) end
-- ## compiling without end
local s = ("x = 1 "):rep(1e5) while true do loadstring(s) end
-- ## compiling a program of some megabytes
return tostring(loadstring(("local x = {1, 'a', b = 2} "):rep(3e5)))
-- ## load with an endless reader
load(function() return "x = 1 " end)
-- ## load with an endless reader of small pieces
load(function() return " " end)
-- ## load with a reader that loads
local function reader() return load(reader) and "x" end load(reader)
-- ## unpack of 2^31
return select("#", unpack({}, 1, 2^31 - 1))
-- ## unpack from -2^31
return select("#", unpack({1, 2, 3}, -2^31, 2^31))
-- ## unpack of huge and of no numbers
local r = {} for _, n in ipairs{1e300, -1e300, 2^53, 2^63, 1/0, -1/0, 0/0} do
  r[#r + 1] = tostring(pcall(unpack, {}, 1, n)) r[#r + 1] = tostring(pcall(unpack, {}, n, 1)) end return r
-- ## cjson nested by decode
return cjson.decode(("["):rep(1e6) .. ("]"):rep(1e6))
-- ## cjson nested by decode, with the limit raised
cjson.decode_max_depth(1e9) return cjson.decode(("["):rep(1e6) .. ("]"):rep(1e6))
-- ## cjson objects nested by decode, with the limit raised
cjson.decode_max_depth(2^31 - 1) return cjson.decode(('{"a":'):rep(1e6) .. "1" .. ("}"):rep(1e6))
-- ## cjson nested by encode
cjson.encode_max_depth(2^31 - 1) local t = {} for i = 1, 1e6 do t = {t} end return #cjson.encode(t)
-- ## cjson encodes a table that contains itself
cjson.encode_max_depth(2^31 - 1) local t = {} t[1] = t return cjson.encode(t)
-- ## cjson encodes a tree of twins
cjson.encode_max_depth(2^31 - 1) local t = {} for i = 1, 100 do t = {t, t} end return cjson.encode(t)
-- ## cjson encodes a sparse array
cjson.encode_sparse_array(true, 0, 0) return #cjson.encode({[1] = 1, [2^31 - 1] = 1})
-- ## cjson encodes a sparse array, without excess
cjson.encode_sparse_array(false, 0, 0) return #cjson.encode({[1] = 1, [2^40] = 1})
-- ## cjson of long numbers
cjson.encode_number_precision(16) return #cjson.encode({1e308, -1e-308}) .. tostring(pcall(cjson.decode, "[" .. ("9"):rep(1e6) .. "]"))
-- ## cjson without end
local s = "[" .. ("1,"):rep(1e5) .. "1]" while true do cjson.decode(s) end
-- ## cmsgpack arrays nested by unpack
return cmsgpack.unpack(("\145"):rep(1e6))
-- ## cmsgpack maps nested by unpack
return cmsgpack.unpack(("\129\1"):rep(1e6))
-- ## cmsgpack nested by pack
local t = {} for i = 1, 1e6 do t = {t} end return #cmsgpack.pack(t)
-- ## cmsgpack packs a table that contains itself
local t = {} t[1] = t return #cmsgpack.pack(t)
-- ## cmsgpack packs a tree of twins
local t = {} for i = 1, 15 do t = {t, t, t, t, t, t, t, t, t, t} end return #cmsgpack.pack(t)
-- ## cmsgpack with lying headers
local r = {} for _, h in ipairs{"\221\255\255\255\255", "\223\255\255\255\255", "\219\255\255\255\255", "\198\255\255\255\255", "\220\255\255", "\222\255\255", "\201\255\255\255\255\1"} do
  for n = 0, 3 do r[#r + 1] = tostring(pcall(cmsgpack.unpack, h .. ("\1"):rep(n))) end end return r
-- ## cmsgpack.unpack_limit with huge numbers
local r = {} for _, n in ipairs{2^31, -2^31, 2^53, 1/0, 0/0} do r[#r + 1] = tostring(pcall(cmsgpack.unpack_limit, ("\1"):rep(1e4), n, 0)) end return r
-- ## cmsgpack unpacks many values
return select("#", cmsgpack.unpack(("\1"):rep(1e6)))
-- ## struct of huge widths
local r = {} for _, f in ipairs{"i2147483647", "I2147483648", "c2147483647", "c99999999999", "!2147483647i", "x", "i0", "c0", "i33"} do
  r[#r + 1] = tostring(pcall(struct.pack, f, 1)) r[#r + 1] = tostring(pcall(struct.unpack, f, "abc"))
  r[#r + 1] = tostring(pcall(struct.size, f)) end return r
-- ## struct of a long format
return #tostring(pcall(struct.pack, ("x"):rep(1e7)))
-- ## struct sizes that overflow
return tostring(pcall(struct.size, ("c2147483647"):rep(10)))
-- ## struct.unpack at huge places
local r = {} for _, n in ipairs{2^31, -2^31, 2^53, 1/0, 0/0} do r[#r + 1] = tostring(pcall(struct.unpack, "i", "abcdefgh", n)) end return r
-- ## bit.tohex of extreme widths
local r = {} for _, n in ipairs{-2^31, 2^31, 2^53, 1/0, 0/0} do r[#r + 1] = tostring(pcall(bit.tohex, -1, n)) end return r
-- ## string.format of huge widths
local r = {} for _, f in ipairs{"%999999999d", "%.999999999f", "%99.99f", "%099d", ("%"):rep(1e5), ("%s"):rep(1e5)} do r[#r + 1] = #tostring(select(2, pcall(string.format, f, 1))) end return r
-- ## string.format without end
local s = ("x"):rep(1e6) while true do string.format("%q%s", s, s) end
-- ## an endless loop
while true do end
-- ## an endless loop of goto by repeat
repeat until false
-- ## an endless for
for i = 1, 1, 0 do end
-- ## an endless loop in pcall
while true do pcall(function() while true do end end) end
-- ## an endless loop of errors in pcall
while true do pcall(error, "x") end
-- ## an endless loop in the handler of xpcall
xpcall(error, function() while true do end end)
-- ## an endless loop in the handler of xpcall, again and again
while true do xpcall(function() error("x") end, function() while true do end end) end
-- ## a handler of xpcall that raises errors
local function h() error("y") end while true do xpcall(function() error("x") end, h) end
-- ## a handler of xpcall that is the function
local function h() return xpcall(h, h) end return h()
-- ## an endless loop in a coroutine
coroutine.wrap(function() while true do end end)()
-- ## endless loops in coroutines, in pcall
while true do pcall(coroutine.wrap(function() while true do end end)) end
-- ## coroutine.wrap within pcall within coroutine.wrap
local function f() while true do pcall(coroutine.wrap(function() pcall(coroutine.wrap(function() while true do end end)) end)) end end f()
-- ## coroutines that resume without end
local c = coroutine.wrap(function() while true do coroutine.yield() end end) while true do c() end
-- ## coroutines without end
local all = {} while true do all[#all + 1] = coroutine.create(function() end) end
-- ## coroutines within coroutines
local function f() return coroutine.wrap(f)() end return f()
-- ## an endless loop in a callback of gsub
return (("x"):rep(10)):gsub("x", function() while true do end end)
-- ## gsub without end
local s = ("x"):rep(1e5) while true do s:gsub("x", function() end) end
-- ## gsub that grows
local s = ("x"):rep(100) while true do s = s:gsub("x", "xx") end
-- ## gsub with a long replacement
local s = ("x"):rep(1e5) return s:gsub("x", ("%0"):rep(1e5))
-- ## gsub by a table with a metatable without end
return (("x"):rep(10)):gsub("x", setmetatable({}, {__index = function() while true do end end}))
-- ## gsub of an empty pattern
return #(("x"):rep(1e7)):gsub("", "y")
-- ## an endless loop in a comparator of sort
table.sort({3, 2, 1}, function() while true do end end)
-- ## a comparator of sort that lies
local t = {} for i = 1, 1e5 do t[i] = i end return tostring(pcall(table.sort, t, function() return true end))
-- ## sort without end
local t = {} for i = 1, 1e5 do t[i] = (i * 7919) % 100003 end while true do table.sort(t) table.sort(t, function(a, b) return a > b end) end
-- ## sort of long strings
local t = {} for i = 1, 1000 do t[i] = ("x"):rep(1e4) .. i end while true do table.sort(t) end
-- ## __lt in sort
local mt = {__lt = function() while true do end end} table.sort({setmetatable({}, mt), setmetatable({}, mt)})
-- ## an endless loop in __index
return setmetatable({}, {__index = function() while true do end end}).x
-- ## a chain of __index
local t = {} for i = 1, 1e5 do t = setmetatable({}, {__index = t}) end return tostring(pcall(function() return t.x end))
-- ## an __index that is itself
local t = {} setmetatable(t, {__index = t}) return tostring(pcall(function() return t.x end))
-- ## an __index that asks itself
local t t = setmetatable({}, {__index = function(_, k) return t[k] end}) return tostring(pcall(function() return t.x end))
-- ## a __newindex that is itself
local t = {} setmetatable(t, {__newindex = t}) return tostring(pcall(function() t.x = 1 end))
-- ## a __newindex that assigns
local t t = setmetatable({}, {__newindex = function(_, k, v) t[k] = v end}) t.x = 1
-- ## a __call that is itself
local t = {} setmetatable(t, {__call = t}) return tostring(pcall(t))
-- ## a chain of __call
local t = function() end for i = 1, 1e5 do t = setmetatable({}, {__call = t}) end return tostring(pcall(t))
-- ## __concat without end
local t = setmetatable({}, {__concat = function(a, b) while true do end end}) return t .. "x"
-- ## __concat that concatenates
local t t = setmetatable({}, {__concat = function(a, b) return a .. b end}) return t .. "x"
-- ## __eq without end
local mt = {__eq = function() while true do end end} return setmetatable({}, mt) == setmetatable({}, mt)
-- ## __len, __unm, __add that call themselves
local mt = {} mt.__unm = function(a) return -a end mt.__add = function(a, b) return a + b end
local t = setmetatable({}, mt) return {tostring(pcall(function() return -t end)), tostring(pcall(function() return t + t end))}
-- ## a __tostring without end
return tostring(setmetatable({}, {__tostring = function() while true do end end}))
-- ## a __tostring that calls tostring
return tostring(setmetatable({}, {__tostring = function(t) return tostring(t) end}))
-- ## an error object whose __tostring is without end
error(setmetatable({}, {__tostring = function() while true do end end}))
-- ## an error object whose __index is without end
error(setmetatable({}, {__index = function() while true do end end}))
-- ## tostring without end
while true do tostring({}) tostring(1.5) tostring(tostring) end
-- ## a result whose __index is without end
return setmetatable({}, {__index = function() while true do end end})
-- ## collectgarbage without end
while true do collectgarbage() end
-- ## collectgarbage without end, with much to look at
local t = {} for i = 1, 5e5 do t[i] = {i} end while true do collectgarbage() end
-- ## gcinfo and count without end
while true do gcinfo() collectgarbage("count") collectgarbage("step", 1e9) end
-- ## next without end
local t = {} for i = 1, 1e6 do t[i] = i end while true do for k in pairs(t) do end end
-- ## next in a table of holes
local t = {} for i = 1, 1e6 do t[i] = i end for i = 1, 1e6 do t[i] = nil end while true do next(t) end
-- ## the length of a table of holes
local t = {} for i = 1, 2^20 do t[i] = i end for i = 1, 2^20 - 1 do t[i] = nil end while true do local n = #t end
-- ## table.concat of huge indexes
return tostring(pcall(table.concat, {}, "x", 1, 2^31)) .. tostring(pcall(table.concat, {}, "x", -2^53, 2^53))
-- ## table.concat of many references to one string
local s = ("x"):rep(1e6) local t = {} for i = 1, 1e5 do t[i] = s end return #table.concat(t)
-- ## table.concat without end
local t = {} for i = 1, 1e5 do t[i] = "x" end while true do table.concat(t, ",") end
-- ## table.insert at huge indexes
return {tostring(pcall(table.insert, {}, 2^31, 1)), tostring(pcall(table.insert, {}, 2^53, 1)), tostring(pcall(table.insert, {}, -2^31, 1)), tostring(pcall(table.insert, {}, 1e300, 1))}
-- ## table.insert at the front
local t = {} for i = 1, 1e12 do table.insert(t, 1, i) end
-- ## table.insert far behind the front
local t = {} for i = 1, 1e5 do t[i] = i end while true do table.insert(t, -1e9, 1) end
-- ## table.remove at huge indexes
return {tostring(pcall(table.remove, {}, 2^31)), tostring(pcall(table.remove, {1, 2, 3}, -2^53)), tostring(pcall(table.remove, {1}, 1e300))}
-- ## table.remove from the front
local t = {} for i = 1, 3e5 do t[i] = i end while true do table.remove(t, 1) t[#t + 1] = 1 end
-- ## table.foreach and the like
local t = {} for i = 1, 1e6 do t[i] = i end while true do table.foreach(t, function() end) table.foreachi(t, function() end) table.maxn(t) table.getn(t) end
-- ## setn and getn
return tostring(pcall(table.setn, {}, 2^31))
-- ## string functions without end
local s = ("x"):rep(1e7) while true do s:reverse() s:upper() s:lower() s:len() s:sub(2) s:byte(1, 100) end
-- ## string.byte of everything
return tostring(pcall(string.byte, ("x"):rep(1e7), 1, -1))
-- ## comparing long strings
local a, b = ("x"):rep(2e7) .. "a", ("x"):rep(2e7) .. "b" while true do local c = a < b, a == b end
-- ## long strings as keys
local t = {} local s = ("x"):rep(1e7) while true do s = s:reverse() t[s .. #t] = true t = {} end
-- ## sha1hex of a long string
local s = ("x"):rep(5e7) while true do redis.sha1hex(s) end
-- ## redis.call a million times
for i = 1, 1e6 do redis.call("PING") end return 1
-- ## redis.call without end
while true do redis.call("GET", "nothing") end
-- ## redis.pcall of nonsense without end
while true do redis.pcall("nosuch") end
-- ## redis.pcall without arguments, without end
while true do redis.pcall() end
-- ## redis.call with huge arguments
local s = ("x"):rep(5e7) while true do redis.pcall("ECHO", s) end
-- ## redis.call with many huge arguments
local s = ("x"):rep(2e7) local t = {} for i = 1, 200 do t[i] = s end return redis.pcall("PING", unpack(t))
-- ## redis.call with many huge arguments, one wrong
local s = ("x"):rep(2e7) local t = {} for i = 1, 5 do t[i] = s end t[6] = {} for i = 1, 50 do redis.pcall("PING", unpack(t)) end return 1
-- ## redis.call with many arguments
local t = {} for i = 1, 7000 do t[i] = "x" end while true do redis.pcall("EXISTS", unpack(t)) end
-- ## a reply of ten million elements
local t = {} for i = 1, 1e7 do t[i] = 1 end return t
-- ## a reply of a million strings
local t = {} for i = 1, 1e6 do t[i] = "string " .. i end return t
-- ## a reply of one string many times
local s = ("x"):rep(1e6) local t = {} for i = 1, 5000 do t[i] = s end return t
-- ## a reply that contains itself
local t = {} t[1] = t return t
-- ## a reply that contains itself twice
local t = {} t[1] = t t[2] = t return t
-- ## a reply that is a tree of twins
local t = {1} for i = 1, 100 do t = {t, t} end return t
-- ## a reply that is a tree of empty twins
local t = {} for i = 1, 100 do t = {t, t, t, t, t, t} end return t
-- ## a reply of maps that contain themselves
redis.setresp(3) local t = {} t.map = t return t
-- ## a reply of sets that contain themselves
redis.setresp(3) local t = {} t.set = {[t] = true} return t
-- ## a reply nested a million deep
local t = {} for i = 1, 1e6 do t = {t} end return t
-- ## an error of a long text
error(("x"):rep(1e7))
-- ## an error reply of a long text
return redis.error_reply(("x"):rep(1e7))
-- ## CR LF in an error reply
return redis.error_reply("ERR a\r\n+OK\r\n:1")
-- ## CR LF in a status reply
return redis.status_reply("a\r\n+OK\r\n:1")
-- ## CR LF in tables
return {{ok = "a\r\n:1"}, {err = "b\r\n:2"}, {big_number = "3\r\n:3"}, {verbatim_string = {format = "\r\n:", string = "x"}}, {double = 0/0}}
-- ## CR LF in an error
error("a\r\n+OK\r\n:1")
-- ## CR LF in an error object
error({err = "a\r\n+OK\r\n:1"})
-- ## CR LF in the name of a command
return redis.pcall("GET\r\n+OK", "x")
-- ## CR LF in an unknown subcommand
return redis.pcall("OBJECT", "\r\n+OK\r\n")
-- ## redis.log without end
while true do redis.log(redis.LOG_DEBUG, ("x"):rep(1e6)) end
-- ## math.random of extreme bounds
return {tostring(pcall(math.random, 2^53)), tostring(pcall(math.random, -2^53, 2^53)), tostring(pcall(math.random, 0)), tostring(pcall(math.random, 1/0)), tostring(pcall(math.random, 0/0))}
-- ## recursion without end
local function f() return 1 + f() end return f()
-- ## recursion without end, in pcall, again and again
local function f() return 1 + f() end while true do pcall(f) end
-- ## tail calls without end
local function f() return f() end return f()
-- ## pcall within pcall
local function f() return pcall(f) end return tostring(f())
-- ## pcall of pcall
return tostring(pcall(pcall, pcall, pcall, pcall, error))
-- ## select without end
local t = {} for i = 1, 7000 do t[i] = i end while true do select(-1, unpack(t)) end
-- ## tonumber of bases
local s = ("z"):rep(1e6) while true do tonumber(s, 36) end
-- ## setmetatable without end
local t = {} while true do setmetatable(t, {__metatable = t}) t = {} end
-- ## an iterator that is a table with __call
for k in setmetatable({}, {__call = function() return 1 end}) do end

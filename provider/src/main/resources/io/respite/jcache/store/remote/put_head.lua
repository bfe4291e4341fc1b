-- ARGV: who, whether the values before are wanted, times to live for creating and for updating,
-- and keys with values. Returns the values before, or nothing.
local wanted = ARGV[2] == '1'
local creation, update = tonumber(ARGV[3]), tonumber(ARGV[4])

-- Whether nobody has to know which entries there were, so that all can be put by a few commands. What does
-- that comes before the functions of other scripts, because to make those takes as long as a command.
local together = not wanted and creation ~= 0 and (update == creation or update == -2) and not listening()

local function keys()
  local fields = {}
  for i = 1, (#ARGV - 4) / 2 do
    fields[i] = ARGV[2 * i + 3]
  end
  return fields
end

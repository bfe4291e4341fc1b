local befores = {}
for i = 5, #ARGV, 2 do
  local field = ARGV[i]
  local before = get(field)
  put(field, ARGV[i + 1], before, before and update or creation)
  if wanted then
    befores[#befores + 1] = before
  end
end
return answer(wanted and befores or false)

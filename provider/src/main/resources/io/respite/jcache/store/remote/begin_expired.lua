-- Before somebody begins to listen to what expires: notes from before are old if nobody has listened since.
if not noting() then
  try('UNLINK', deadlines, lasts)
end
return 1

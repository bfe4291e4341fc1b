-- ARGV: who.
clear()
tell('A', '')
return 1

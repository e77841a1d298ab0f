-- A dissector of mTCP for Wireshark and tshark, both profiles; see tools/README.md. Fields are named mtcp.*.
--
-- Profile 1 needs the shared key, profile 2 a key log. Both are checked: the hash of profile 1, the tag of profile 2. What is
-- not authentic is not taken apart.

local here = debug.getinfo(1, "S").source:match("^@(.*[/\\])") or ""
local crypto = assert(loadfile(here .. "mtcp/crypto.lua"))()

local HEADER = 32
local MOST_DATAGRAM = 1452
local LEAST_SEALED = 33
local TAG = 16
local CONTROL_HEADER = 9
local FRAGMENT_HEADER = 6
local MOST_PARTS = 4
local FRAGMENT, DATAGRAM = 9, 8
local CONTROLS = {[0] = "PAD", "PING", "PONG", "PATH_CHALLENGE", "PATH_RESPONSE", "CLOSE", "REKEY_REQUEST", "RESET", "DATAGRAM",
    "FRAGMENT"}

local mtcp = Proto("mtcp", "mTCP")

mtcp.prefs.port = Pref.uint("UDP port", 2286, "Datagrams from and to this port are mTCP")
mtcp.prefs.key = Pref.string("Profile 1 key", "", "The shared key of profile 1; none: profile 1 is not tried")
mtcp.prefs.keylog = Pref.string("Key log file", "", "The key log of profile 2, read again whenever it has grown")

local f = {
  profile = ProtoField.uint8("mtcp.profile", "Profile", base.DEC),
  problem = ProtoField.string("mtcp.problem", "Problem"),
  hash = ProtoField.uint32("mtcp.hash", "Hash", base.HEX),
  hashStatus = ProtoField.string("mtcp.hash.status", "Hash status"),
  rid = ProtoField.uint32("mtcp.rid", "Receiver ID", base.HEX),
  pn = ProtoField.uint32("mtcp.pn", "Packet number", base.DEC),
  direction = ProtoField.string("mtcp.direction", "Direction"),
  suite = ProtoField.string("mtcp.suite", "Suite"),
  tag = ProtoField.bytes("mtcp.tag", "Tag"),
  tagStatus = ProtoField.string("mtcp.tag.status", "Tag status"),
  id = ProtoField.uint64("mtcp.id", "Connection ID", base.HEX),
  seq = ProtoField.uint32("mtcp.seq", "Sequence number", base.DEC),
  ack = ProtoField.uint32("mtcp.ack", "Acknowledgment number", base.DEC),
  tsval = ProtoField.uint32("mtcp.tsval", "TsVal", base.DEC),
  tsecr = ProtoField.uint32("mtcp.tsecr", "TsEcr", base.DEC),
  window = ProtoField.uint16("mtcp.window", "Window", base.DEC),
  flags = ProtoField.uint8("mtcp.flags", "Flags", base.HEX),
  offset = ProtoField.uint16("mtcp.offset", "Data offset", base.DEC),
  sack = ProtoField.string("mtcp.sack", "SACK block"),
  sackFirst = ProtoField.uint32("mtcp.sack.first", "First", base.DEC),
  sackLast = ProtoField.uint32("mtcp.sack.last", "Last", base.DEC),
  len = ProtoField.uint32("mtcp.len", "Data length", base.DEC),
  data = ProtoField.bytes("mtcp.data", "Data"),
  padding = ProtoField.uint16("mtcp.padding", "Padding length", base.DEC),
  control = ProtoField.uint8("mtcp.control", "Control message", base.DEC, CONTROLS),
  token = ProtoField.uint64("mtcp.control.token", "Token", base.HEX),
  challenge = ProtoField.bytes("mtcp.control.challenge", "Challenge"),
  reason = ProtoField.uint8("mtcp.control.reason", "Reason", base.DEC),
  reset = ProtoField.uint64("mtcp.control.reset", "Connection to reset", base.HEX),
  body = ProtoField.bytes("mtcp.control.body", "Body"),
  fragmentId = ProtoField.uint32("mtcp.fragment.id", "Fragment of", base.DEC),
  fragmentIndex = ProtoField.uint8("mtcp.fragment.index", "Fragment index", base.DEC),
  fragmentCount = ProtoField.uint8("mtcp.fragment.count", "Fragment count", base.DEC),
}

-- From the lowest bit on; the field's upper five bits.
local FLAGS = {"FIN", "RST", "ACK", "CNT", "RSV"}
local flagFields = {}
for i, name in ipairs(FLAGS) do
  local field = ProtoField.bool("mtcp.flags." .. name:lower(), name, 8, nil, 2 ^ (i - 1))
  flagFields[i] = field
  f["flag" .. name] = field
end
mtcp.fields = f

local malformed = ProtoExpert.new("mtcp.malformed", "Malformed", expert.group.MALFORMED, expert.severity.ERROR)
local undecryptable = ProtoExpert.new("mtcp.undecryptable", "Undecryptable", expert.group.UNDECODED, expert.severity.WARN)
mtcp.experts = {malformed, undecryptable}

---------------------------------------------------------------------------------------------------------------- keys

local profile1 -- {schedule, iv} of the key in the preferences
local profile1Of = ""

local function profile1Keys()
  if mtcp.prefs.key ~= profile1Of then
    profile1Of = mtcp.prefs.key
    local first = crypto.md5(profile1Of)
    local key = first .. crypto.md5(first .. profile1Of)
    profile1 = profile1Of ~= "" and {schedule = crypto.aesKey(key), iv = key:sub(1, 16)} or nil
  end
  return profile1
end

local keylog -- what has been read of the key log: path, size, masks (a list), channels (by mask key and receiver ID)

local SUITES = {AES_256_GCM = crypto.gcm, CHACHA20_POLY1305 = crypto.chacha20poly1305}

local function addChannel(direction, rid, suite, key, iv, maskKey)
  if #rid ~= 8 or #key ~= 64 or #iv ~= 24 or #maskKey ~= 64 then return end
  local mask = keylog.masks[direction .. maskKey]
  if not mask then
    mask = {direction = direction, schedule = crypto.aesKey(crypto.fromHex(maskKey)), channels = {}}
    keylog.masks[direction .. maskKey] = mask
    table.insert(keylog.masks, mask)
  end
  local number = tonumber(rid, 16)
  local list = mask.channels[number] or {}
  mask.channels[number] = list
  for _, known in ipairs(list) do
    -- both ends may log to one file
    if known.key == key and known.suite == suite then return end
  end
  table.insert(list, {direction = direction, suite = suite, key = key, iv = {Struct.unpack(">I4I4I4", crypto.fromHex(iv))},
      parts = {}, wholes = {}})
end

local function addLine(line)
  local clientId, serverId, suite, key, iv, mask, key2, iv2, mask2 =
      line:match("^MTCP2 (%x+) (%x+) ([%w_]+) (%x+) (%x+) (%x+) (%x+) (%x+) (%x+)%s*$")
  if not SUITES[suite] then return end
  -- a datagram bears its receiver's ID
  addChannel("to server", serverId, suite, key, iv, mask)
  addChannel("to client", clientId, suite, key2, iv2, mask2)
end

-- Reads what the key log has more than before. Returns whether there is anything.
local function readKeyLog()
  local path = mtcp.prefs.keylog
  if path == "" then
    keylog = nil
    return false
  end
  local file = io.open(path, "rb")
  if not file then return keylog ~= nil and keylog.path == path end
  local size = file:seek("end")
  if not size then
    -- a pipe
    file:close()
    return false
  end
  if not keylog or keylog.path ~= path or size < keylog.size then
    keylog = {path = path, size = 0, masks = {}}
  end
  if size > keylog.size then
    file:seek("set", keylog.size)
    local text = file:read("*a") or ""
    for line in text:gmatch("([^\n]*)\n") do addLine(line) end
    -- a line still being written is read again
    keylog.size = keylog.size + #(text:match("^.*\n") or "")
  end
  file:close()
  return true
end

-- Calls action with each channel that a datagram may belong to, receiver ID, packet number and header in the clear, until one
-- returns something.
local function eachChannel(bytes, action)
  local head, tail = {Struct.unpack(">I4I4", bytes)}, bytes:sub(-TAG)
  for _, mask in ipairs(keylog.masks) do
    local header = {Struct.unpack(">I4I4", crypto.aesBlock(mask.schedule, tail))}
    local rid, pn = crypto.xor(head[1], header[1]), crypto.xor(head[2], header[2])
    for _, channel in ipairs(mask.channels[rid] or {}) do
      local found = action(channel, rid, pn)
      if found then return found end
    end
  end
  return nil
end

local function open(bytes, channel, rid, pn)
  channel.cipher = channel.cipher or SUITES[channel.suite](crypto.fromHex(channel.key))
  local nonce = Struct.pack(">I4I4I4", channel.iv[1], channel.iv[2], crypto.xor(channel.iv[3], pn))
  local sealed = bytes:sub(9, -TAG - 1)
  local opened = {channel = channel, rid = rid, pn = pn}
  opened.authentic = channel.cipher.tag(nonce, Struct.pack(">I4I4", rid, pn), sealed) == bytes:sub(-TAG)
  if opened.authentic then opened.plain = channel.cipher.decrypt(nonce, sealed) end
  return opened
end

-- Finds the keys of a datagram. Returns what was opened, or the last one whose tag is wrong, or nil.
local function find(bytes)
  if #bytes < LEAST_SEALED or not keylog then return nil end
  local wrong
  local found = eachChannel(bytes, function(channel, rid, pn)
    local opened = open(bytes, channel, rid, pn)
    if opened.authentic then return opened end
    wrong = opened
    return nil
  end)
  return found or wrong
end

-------------------------------------------------------------------------------------------------------------- output

local function problem(tree, pinfo, kind, text)
  tree:add(f.problem, text):set_generated()
  tree:add_proto_expert_info(kind, text)
  pinfo.cols.info = (kind == malformed and "Malformed: " or "Undecryptable: ") .. text
end

-- Why a header is not one, as the engine sees it (SegmentView), or nil.
local function fault(flags, offset, length, blocks)
  if offset < HEADER or offset > length then return "data offset " .. offset .. " outside of " .. length .. " bytes" end
  if (offset - HEADER) % 8 ~= 0 then return "half a SACK block" end
  for _, block in ipairs(blocks) do
    if (block.last - block.first) % 4294967296 >= 2147483648 then return "a SACK block that ends before it begins" end
  end
  local kinds = flags % 2 + math.floor(flags / 2) % 2 + math.floor(flags / 8) % 2
  if kinds > 1 then return "flags that exclude each other" end
  if kinds == 1 and length > offset then return "data with FIN, RST or CNT" end
  return nil
end

-- A segment in the clear. The header's byte i is at tvb(i + shift): profile 2 leaves the four bytes of the hash out.
local function segment(tvb, shift, pinfo, tree, secure)
  local length = tvb:len() - shift
  if length < HEADER then return problem(tree, pinfo, malformed, length .. " bytes are no header") end
  if length > MOST_DATAGRAM then return problem(tree, pinfo, malformed, length .. " bytes are more than a segment has") end
  local function at(i, n) return tvb(i + shift, n) end
  local word = at(30, 2):uint()
  local flags, offset = math.floor(word / 2048), word % 2048
  tree:add(f.id, at(4, 8))
  tree:add(f.seq, at(12, 4))
  tree:add(f.ack, at(16, 4))
  tree:add(f.tsval, at(20, 4))
  tree:add(f.tsecr, at(24, 4))
  tree:add(f.window, at(28, 2))
  local flagTree = tree:add(f.flags, at(30, 1), flags)
  local names = {}
  for i = #FLAGS, 1, -1 do
    flagTree:add(flagFields[i], at(30, 1), flags)
    if math.floor(flags / 2 ^ (i - 1)) % 2 == 1 then names[#names + 1] = FLAGS[i] end
  end
  flagTree:append_text(" (" .. table.concat(names, ", ") .. ")")
  tree:add(f.offset, at(30, 2), offset)

  if secure and flags >= 16 then
    local padding = tvb(tvb:len() - 2, 2):uint()
    tree:add(f.padding, tvb(tvb:len() - 2, 2))
    if padding < 2 or padding > length - HEADER then return problem(tree, pinfo, malformed, "padding of " .. padding .. " bytes") end
    length = length - padding
  end

  local blocks, texts = {}, {}
  for i = HEADER, math.min(offset, length) - 8, 8 do
    local block = {first = at(i, 4):uint(), last = at(i + 4, 4):uint()}
    blocks[#blocks + 1] = block
    texts[#texts + 1] = block.first .. "-" .. block.last
    local blockTree = tree:add(f.sack, at(i, 8), texts[#texts])
    blockTree:add(f.sackFirst, at(i, 4))
    blockTree:add(f.sackLast, at(i + 4, 4))
  end
  local wrong = fault(flags, offset, length, blocks)
  if wrong then return problem(tree, pinfo, malformed, wrong) end

  local dataLength = length - offset
  tree:add(f.len, dataLength):set_generated()
  if dataLength > 0 then tree:add(f.data, at(offset, dataLength)) end

  local info = {"Seq=" .. at(12, 4):uint()}
  if flags % 8 >= 4 then info[#info + 1] = "Ack=" .. at(16, 4):uint() end
  info[#info + 1] = "Win=" .. at(28, 2):uint()
  info[#info + 1] = "Len=" .. dataLength
  if #texts > 0 then info[#info + 1] = "SACK=" .. table.concat(texts, ",") end
  local shown = {}
  for _, name in ipairs(names) do
    -- Ack= says it
    if name ~= "ACK" then shown[#shown + 1] = name end
  end
  if #shown > 0 then info[#info + 1] = "[" .. table.concat(shown, ", ") .. "]" end
  pinfo.cols.info = table.concat(info, " ")
  tree:append_text(", " .. table.concat(info, " "))
end

-- Joins the parts of a plaintext as they are seen first. Returns the whole in the frame that completes it, or nil.
local function join(channel, frame, visited, id, index, count, part)
  if not visited and count >= 2 and count <= MOST_PARTS and index < count then
    local known = channel.parts[id]
    if not known or known.count ~= count then
      known = {count = count, have = 0}
      channel.parts[id] = known
    end
    if not known[index + 1] then
      known[index + 1] = part
      known.have = known.have + 1
    end
    if known.have == count then
      channel.parts[id] = nil
      channel.wholes[frame] = table.concat(known, "", 1, count)
    end
  end
  return channel.wholes[frame]
end

local plaintext

local function fragment(tvb, pinfo, tree, channel)
  local body = tvb:len() - CONTROL_HEADER
  if body <= FRAGMENT_HEADER then return problem(tree, pinfo, malformed, "a fragment of " .. body .. " bytes") end
  local id, index, count = tvb(9, 4):uint(), tvb(13, 1):uint(), tvb(14, 1):uint()
  tree:add(f.fragmentId, tvb(9, 4))
  tree:add(f.fragmentIndex, tvb(13, 1))
  tree:add(f.fragmentCount, tvb(14, 1))
  tree:add(f.body, tvb(15))
  if count < 2 or count > MOST_PARTS or index >= count then
    return problem(tree, pinfo, malformed, "fragment " .. index .. " of " .. count)
  end
  local text = ("FRAGMENT %d/%d of %d"):format(index + 1, count, id)
  local whole = join(channel, pinfo.number, pinfo.visited, id, index, count, tvb:raw(15))
  if not whole then
    pinfo.cols.info = text
    return
  end
  plaintext(ByteArray.new(whole, true):tvb("mTCP plaintext, joined"), pinfo, tree, nil)
  pinfo.cols.info:prepend(text .. ", joined: ")
end

local function control(tvb, pinfo, tree, channel)
  local kind, body = tvb(8, 1):uint(), tvb:len() - CONTROL_HEADER
  local name = CONTROLS[kind] or ("control " .. kind)
  tree:add(f.control, tvb(8, 1))
  tree:append_text(", " .. name)
  pinfo.cols.info = name .. " Len=" .. body
  local field, least, most = f.body, 0, body
  if kind == 1 or kind == 2 then field, least, most = f.token, 8, 8
  elseif kind == 3 or kind == 4 then field, least, most = f.challenge, 16, 16
  elseif kind == 5 then field, least, most = f.reason, 1, 1
  elseif kind == 7 then field, least, most = f.reset, 8, 8
  elseif kind == DATAGRAM then tree:add(f.len, body):set_generated()
  elseif kind == FRAGMENT then
    -- not within another: the engine takes no such thing
    if channel then return fragment(tvb, pinfo, tree, channel) end
    return problem(tree, pinfo, malformed, "a fragment within a fragment")
  end
  if body < least then return problem(tree, pinfo, malformed, name .. " with " .. body .. " bytes of " .. least) end
  if most > 0 then tree:add(field, tvb(CONTROL_HEADER, most)) end
end

function plaintext(tvb, pinfo, tree, channel)
  local n = tvb:len()
  if n >= CONTROL_HEADER and tvb(0, 4):uint() == 0 and tvb(4, 4):uint() == 0 then control(tvb, pinfo, tree, channel)
  elseif n > 0 then segment(tvb, -4, pinfo, tree, true)
  else problem(tree, pinfo, malformed, "nothing in it") end
end

local function showOpened(opened, tvb, pinfo, tree)
  local channel = opened.channel
  pinfo.cols.protocol = "mTCP/2"
  tree:add(f.profile, 2):set_generated()
  tree:add(f.direction, channel.direction):set_generated()
  tree:add(f.suite, channel.suite):set_generated()
  tree:add(f.rid, tvb(0, 4), opened.rid)
  tree:add(f.pn, tvb(4, 4), opened.pn)
  tree:add(f.tag, tvb(tvb:len() - TAG, TAG))
  tree:add(f.tagStatus, tvb(tvb:len() - TAG, TAG), opened.authentic and "good" or "bad"):set_generated()
  if not opened.authentic then return problem(tree, pinfo, undecryptable, "the tag is wrong: damaged or forged") end
  if opened.plain == "" then return problem(tree, pinfo, malformed, "nothing in it") end
  plaintext(ByteArray.new(opened.plain, true):tvb("mTCP plaintext"), pinfo, tree, channel)
end

-- Returns the plaintext of profile 1, and the hash it bears, if that is right.
local function openProfile1(bytes)
  local keys = profile1Keys()
  if not keys or #bytes < HEADER then return nil end
  local plain = crypto.cfbDecrypt(keys.schedule, keys.iv, bytes)
  return Struct.unpack(">I4", plain) == crypto.fnv1a(plain:sub(5)) and plain or nil
end

local function whyNot(length, haveLog)
  if length < HEADER then return "too short, " .. length .. " bytes" end
  local have1 = profile1Keys() ~= nil
  if haveLog and have1 then return "neither profile 1 with this key nor a session in the key log; perhaps a handshake" end
  if haveLog then return "a handshake, or a session that is not in the key log" end
  if mtcp.prefs.keylog ~= "" then return "the key log cannot be read" end
  if have1 then return "the hash is wrong: another key, or damaged" end
  return "no key is given (Preferences, Protocols, MTCP)"
end

function mtcp.dissector(tvb, pinfo, root)
  local length = tvb:reported_len()
  if length == 0 then return 0 end
  pinfo.cols.protocol = "mTCP"
  local tree = root:add(mtcp, tvb())
  if tvb:len() < length then
    problem(tree, pinfo, undecryptable, "the capture has only " .. tvb:len() .. " of " .. length .. " bytes")
    return tvb:len()
  end
  local bytes = tvb:raw()
  local haveLog = readKeyLog()
  local opened = haveLog and find(bytes) or nil
  local plain = not (opened and opened.authentic) and openProfile1(bytes) or nil
  if plain then
    pinfo.cols.protocol = "mTCP/1"
    local clear = ByteArray.new(plain, true):tvb("mTCP plaintext")
    tree:add(f.profile, 1):set_generated()
    tree:add(f.hash, clear(0, 4))
    tree:add(f.hashStatus, "good"):set_generated()
    segment(clear, 0, pinfo, tree, false)
  elseif opened then
    showOpened(opened, tvb, pinfo, tree)
  elseif length < HEADER then
    problem(tree, pinfo, malformed, whyNot(length, haveLog))
  else
    problem(tree, pinfo, undecryptable, whyNot(length, haveLog))
  end
  return length
end

-- On any port: what a session in the key log has sealed.
local function heuristic(tvb, pinfo, root)
  if mtcp.prefs.keylog == "" or tvb:len() < LEAST_SEALED or tvb:len() < tvb:reported_len() then return false end
  if not readKeyLog() then return false end
  local opened = find(tvb:raw())
  if not opened or not opened.authentic then return false end
  -- its other datagrams are ours as well, those that do not open included
  pinfo.conversation = mtcp
  mtcp.dissector(tvb, pinfo, root)
  return true
end

-------------------------------------------------------------------------------------------------------- registration

local ports = DissectorTable.get("udp.port")
local registered

local function register()
  if registered == mtcp.prefs.port then return end
  if registered then ports:remove(registered, mtcp) end
  registered = mtcp.prefs.port
  ports:add(registered, mtcp)
end

function mtcp.prefs_changed()
  register()
end

-- For each file that is opened: nothing of the one before is to be joined with it.
function mtcp.init()
  keylog = nil
end

register()
mtcp:register_heuristic("udp", heuristic)

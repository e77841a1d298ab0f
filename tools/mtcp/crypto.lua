-- The ciphers of mTCP in plain Lua 5.2 or later, for tools/mtcp.lua. Strings of bytes in, strings of bytes out.
-- For looking at test traffic only: nothing here is safe against timing, and it is slow (a few ms for a datagram).
--
-- Of Wireshark only Struct is used. Numbers are doubles in Lua 5.2: exact below 2^53, which the sums below rely on.

local crypto = {}

local bit = bit32 or load([[
  local M = 0xFFFFFFFF
  local b = {}
  function b.bxor(first, ...)
    for _, x in ipairs({...}) do first = first ~ x end
    return first & M
  end
  function b.band(x, y) return x & y & M end
  function b.bor(x, y, z) return (x | y | (z or 0)) & M end
  function b.bnot(x) return ~x & M end
  function b.lshift(x, n) return (x << n) & M end
  function b.rshift(x, n) return (x & M) >> n end
  function b.extract(x, at, width) return ((x & M) >> at) & ((1 << width) - 1) end
  function b.lrotate(x, n) x = x & M return ((x << n) | (x >> (32 - n))) & M end
  return b
]])()
local bxor, band, bor, bnot = bit.bxor, bit.band, bit.bor, bit.bnot
local lshift, rshift, extract, lrotate = bit.lshift, bit.rshift, bit.extract, bit.lrotate
local byte, char, rep = string.byte, string.char, string.rep
local concat, floor, unpack = table.concat, math.floor, Struct.unpack
local WORD = 4294967296

local function big4(a, b, c, d)
  return Struct.pack(">I4I4I4I4", a, b, c, d)
end

local function little4(a, b, c, d)
  return Struct.pack("<I4I4I4I4", a, b, c, d)
end

-- Pads with zeros to whole blocks of 16 bytes.
local function padded(s)
  return s .. rep("\0", -#s % 16)
end

-- XORs all bytes of s with as many of a longer string.
local function xor(s, stream)
  local out = {}
  local whole, other = padded(s), padded(stream)
  for at = 1, #s, 16 do
    local a, b, c, d = unpack(">I4I4I4I4", whole, at)
    local e, f, g, h = unpack(">I4I4I4I4", other, at)
    out[#out + 1] = big4(bxor(a, e), bxor(b, f), bxor(c, g), bxor(d, h))
  end
  return concat(out):sub(1, #s)
end

-- XOR of two words.
function crypto.xor(a, b)
  return bxor(a, b)
end

function crypto.fromHex(hex)
  return (hex:gsub("%x%x", function(pair) return char(tonumber(pair, 16)) end))
end

-- FNV-1a, 32 bits; the prime is 2^24 + 403.
function crypto.fnv1a(s)
  local hash = 0x811C9DC5
  for i = 1, #s do
    hash = bxor(hash, byte(s, i))
    hash = (hash * 403 + (hash % 256) * 16777216) % WORD
  end
  return hash
end

---------------------------------------------------------------------------------------------------- MD5 (RFC 1321)

local MD5_SHIFTS = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}}
local MD5_STEP, MD5_FIRST = {1, 5, 3, 7}, {0, 1, 5, 0}
local MD5_SINES = {}
for i = 1, 64 do MD5_SINES[i] = floor(math.abs(math.sin(i)) * WORD) end

local function md5Mix(round, b, c, d)
  if round == 1 then return bor(band(b, c), band(bnot(b), d)) end
  if round == 2 then return bor(band(b, d), band(c, bnot(d))) end
  if round == 3 then return bxor(b, c, d) end
  return bxor(c, bor(b, bnot(d)))
end

function crypto.md5(s)
  local message = s .. "\128" .. rep("\0", (55 - #s) % 64) .. Struct.pack("<I4I4", #s * 8 % WORD, floor(#s / 536870912))
  local A, B, C, D = 0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476
  for at = 1, #message, 64 do
    local words = {unpack("<" .. rep("I4", 16), message, at)}
    local a, b, c, d = A, B, C, D
    for i = 0, 63 do
      local round = floor(i / 16) + 1
      local word = words[(MD5_FIRST[round] + MD5_STEP[round] * i) % 16 + 1]
      local sum = (a + md5Mix(round, b, c, d) + MD5_SINES[i + 1] + word) % WORD
      a, d, c, b = d, c, b, (b + lrotate(sum, MD5_SHIFTS[round][i % 4 + 1])) % WORD
    end
    A, B, C, D = (A + a) % WORD, (B + b) % WORD, (C + c) % WORD, (D + d) % WORD
  end
  return little4(A, B, C, D)
end

------------------------------------------------------------------------------------------------ AES-256 (FIPS 197)

local SBOX, T0, T1, T2, T3 = {}, {}, {}, {}, {}

local function doubled(x)
  return x < 128 and x * 2 or bxor(x * 2, 0x11B)
end

local function makeTables()
  local power, log, x = {}, {}, 1
  for i = 0, 254 do
    power[i], log[x] = x, i
    x = bxor(x, doubled(x))
  end
  for i = 0, 255 do
    local inverse = i == 0 and 0 or power[(255 - log[i]) % 255]
    local s = bxor(inverse, 0x63)
    for turn = 1, 4 do s = bxor(s, band(bor(lshift(inverse, turn), rshift(inverse, 8 - turn)), 255)) end
    SBOX[i] = s
    local two = doubled(s)
    T0[i] = two * 16777216 + s * 65536 + s * 256 + bxor(two, s)
    T1[i], T2[i], T3[i] = lrotate(T0[i], 24), lrotate(T0[i], 16), lrotate(T0[i], 8)
  end
end
makeTables()

local function substituted(w)
  return SBOX[rshift(w, 24)] * 16777216 + SBOX[extract(w, 16, 8)] * 65536 + SBOX[extract(w, 8, 8)] * 256
      + SBOX[band(w, 255)]
end

-- The key schedule of 32 bytes.
function crypto.aesKey(key)
  local k = {unpack(">" .. rep("I4", 8), key)}
  local constant = 1
  for i = 9, 60 do
    local w = k[i - 1]
    if i % 8 == 1 then
      w = bxor(substituted(lrotate(w, 8)), lshift(constant, 24))
      constant = doubled(constant)
    elseif i % 8 == 5 then
      w = substituted(w)
    end
    k[i] = bxor(k[i - 8], w)
  end
  return k
end

local function aes(k, a, b, c, d)
  a, b, c, d = bxor(a, k[1]), bxor(b, k[2]), bxor(c, k[3]), bxor(d, k[4])
  for i = 5, 53, 4 do
    a, b, c, d =
        bxor(T0[rshift(a, 24)], T1[extract(b, 16, 8)], T2[extract(c, 8, 8)], T3[band(d, 255)], k[i]),
        bxor(T0[rshift(b, 24)], T1[extract(c, 16, 8)], T2[extract(d, 8, 8)], T3[band(a, 255)], k[i + 1]),
        bxor(T0[rshift(c, 24)], T1[extract(d, 16, 8)], T2[extract(a, 8, 8)], T3[band(b, 255)], k[i + 2]),
        bxor(T0[rshift(d, 24)], T1[extract(a, 16, 8)], T2[extract(b, 8, 8)], T3[band(c, 255)], k[i + 3])
  end
  local function last(p, q, r, s, key)
    return bxor(SBOX[rshift(p, 24)] * 16777216 + SBOX[extract(q, 16, 8)] * 65536 + SBOX[extract(r, 8, 8)] * 256
        + SBOX[band(s, 255)], key)
  end
  return last(a, b, c, d, k[57]), last(b, c, d, a, k[58]), last(c, d, a, b, k[59]), last(d, a, b, c, k[60])
end

-- One block.
function crypto.aesBlock(k, block)
  return big4(aes(k, unpack(">I4I4I4I4", block)))
end

function crypto.cfbDecrypt(k, iv, s)
  local out, whole = {}, padded(s)
  local a, b, c, d = unpack(">I4I4I4I4", iv)
  for at = 1, #s, 16 do
    local e, f, g, h = aes(k, a, b, c, d)
    a, b, c, d = unpack(">I4I4I4I4", whole, at)
    out[#out + 1] = big4(bxor(a, e), bxor(b, f), bxor(c, g), bxor(d, h))
  end
  return concat(out):sub(1, #s)
end

---------------------------------------------------------------------------------------------- GCM (NIST SP 800-38D)

-- Multiplication by H: for each byte of a block and each of its values, the product's four words.
local function ghashTables(a, b, c, d)
  local tables = {}
  for position = 1, 16 do
    local ta, tb, tc, td = {[0] = 0}, {[0] = 0}, {[0] = 0}, {[0] = 0}
    local value = 128
    while value >= 1 do
      ta[value], tb[value], tc[value], td[value] = a, b, c, d
      local carry = d % 2 == 1 and 0xE1000000 or 0
      d = bor(rshift(d, 1), lshift(c, 31))
      c = bor(rshift(c, 1), lshift(b, 31))
      b = bor(rshift(b, 1), lshift(a, 31))
      a = bxor(rshift(a, 1), carry)
      value = value / 2
    end
    local top = 1
    for v = 1, 255 do
      if v == top * 2 then top = v end
      if v ~= top then
        local rest = v - top
        ta[v], tb[v] = bxor(ta[top], ta[rest]), bxor(tb[top], tb[rest])
        tc[v], td[v] = bxor(tc[top], tc[rest]), bxor(td[top], td[rest])
      end
    end
    tables[position] = {ta, tb, tc, td}
  end
  return tables
end

local function ghash(tables, s)
  local a, b, c, d = 0, 0, 0, 0
  for at = 1, #s, 16 do
    local e, f, g, h = unpack(">I4I4I4I4", s, at)
    local x = {byte(big4(bxor(a, e), bxor(b, f), bxor(c, g), bxor(d, h)), 1, 16)}
    a, b, c, d = 0, 0, 0, 0
    for i = 1, 16 do
      local t, v = tables[i], x[i]
      a, b, c, d = bxor(a, t[1][v]), bxor(b, t[2][v]), bxor(c, t[3][v]), bxor(d, t[4][v])
    end
  end
  return big4(a, b, c, d)
end

-- What is needed to open datagrams with AES-256-GCM under this key.
function crypto.gcm(key)
  local k = crypto.aesKey(key)
  local tables
  local cipher = {}

  function cipher.decrypt(nonce, s)
    local stream = {}
    local a, b, c = unpack(">I4I4I4", nonce)
    for i = 1, math.ceil(#s / 16) do stream[i] = big4(aes(k, a, b, c, i + 1)) end
    return xor(s, concat(stream))
  end

  function cipher.tag(nonce, header, s)
    tables = tables or ghashTables(aes(k, 0, 0, 0, 0))
    local hash = ghash(tables, padded(header) .. padded(s) .. big4(0, #header * 8, 0, #s * 8))
    local a, b, c = unpack(">I4I4I4", nonce)
    return xor(hash, big4(aes(k, a, b, c, 1)))
  end

  return cipher
end

--------------------------------------------------------------------------------------- ChaCha20-Poly1305 (RFC 8439)

local function quarter(a, b, c, d)
  a = (a + b) % WORD
  d = lrotate(bxor(d, a), 16)
  c = (c + d) % WORD
  b = lrotate(bxor(b, c), 12)
  a = (a + b) % WORD
  d = lrotate(bxor(d, a), 8)
  c = (c + d) % WORD
  return a, lrotate(bxor(b, c), 7), c, d
end

local function chachaBlock(key, counter, nonce)
  local s = {0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, key[1], key[2], key[3], key[4], key[5], key[6], key[7],
      key[8], counter, nonce[1], nonce[2], nonce[3]}
  local x = {}
  for i = 1, 16 do x[i] = s[i] end
  for _ = 1, 10 do
    for i = 1, 4 do
      x[i], x[i + 4], x[i + 8], x[i + 12] = quarter(x[i], x[i + 4], x[i + 8], x[i + 12])
    end
    for i = 0, 3 do
      local p, q, r, t = i + 1, 5 + (i + 1) % 4, 9 + (i + 2) % 4, 13 + (i + 3) % 4
      x[p], x[q], x[r], x[t] = quarter(x[p], x[q], x[r], x[t])
    end
  end
  for i = 1, 16 do x[i] = (x[i] + s[i]) % WORD end
  return little4(x[1], x[2], x[3], x[4]) .. little4(x[5], x[6], x[7], x[8]) .. little4(x[9], x[10], x[11], x[12])
      .. little4(x[13], x[14], x[15], x[16])
end

-- Six limbs of 22 bits: every sum of products stays below 2^53.
local LIMB = 4194304

local function limbs(s, at)
  local a, b, c, d = unpack("<I4I4I4I4", s, at)
  return a % LIMB, bor(rshift(a, 22), lshift(b % 4096, 10)), bor(rshift(b, 12), lshift(c % 4, 20)), extract(c, 2, 22),
      bor(rshift(c, 24), lshift(d % 16384, 8)), rshift(d, 14)
end

-- Carries from limb to limb, and what is beyond 2^132 = 4 * 2^130 back to the lowest, times 4 * 5.
local function carry(h)
  for i = 1, 6 do
    local over = floor(h[i] / LIMB)
    h[i] = h[i] - over * LIMB
    if i < 6 then h[i + 1] = h[i + 1] + over else h[1] = h[1] + 20 * over end
  end
end

-- Down to less than 2^130 - 5.
local function reduce(h)
  carry(h)
  carry(h)
  local over = floor(h[6] / 1048576)
  h[6] = h[6] % 1048576
  h[1] = h[1] + 5 * over
  carry(h)
  local g = {h[1] + 5, h[2], h[3], h[4], h[5], h[6]}
  carry(g)
  if g[6] >= 1048576 then
    g[6] = g[6] - 1048576
    return g
  end
  return h
end

-- s is whole blocks.
local function poly1305(key, s)
  local r1, r2, r3, r4 = unpack("<I4I4I4I4", key)
  local r = {limbs(little4(band(r1, 0x0FFFFFFF), band(r2, 0x0FFFFFFC), band(r3, 0x0FFFFFFC), band(r4, 0x0FFFFFFC)), 1)}
  local h = {0, 0, 0, 0, 0, 0}
  for at = 1, #s, 16 do
    local m = {limbs(s, at)}
    m[6] = m[6] + 262144
    for i = 1, 6 do m[i] = m[i] + h[i] end
    for k = 1, 6 do
      local low, high = 0, 0
      for i = 1, k do low = low + m[i] * r[k + 1 - i] end
      for i = k + 1, 6 do high = high + m[i] * r[k + 7 - i] end
      h[k] = low + 20 * high
    end
    carry(h)
  end
  h = reduce(h)
  local words = {h[1] + h[2] % 1024 * LIMB, floor(h[2] / 1024) + h[3] % 1048576 * 4096,
      floor(h[3] / 1048576) + h[4] * 4 + h[5] % 256 * 16777216, floor(h[5] / 256) + h[6] % 262144 * 16384}
  local add = {unpack("<I4I4I4I4", key, 17)}
  local over = 0
  for i = 1, 4 do
    local sum = words[i] + add[i] + over
    over = floor(sum / WORD)
    words[i] = sum % WORD
  end
  return little4(words[1], words[2], words[3], words[4])
end

-- What is needed to open datagrams with ChaCha20-Poly1305 under this key.
function crypto.chacha20poly1305(key)
  local words = {unpack("<" .. rep("I4", 8), key)}
  local cipher = {}

  function cipher.decrypt(nonce, s)
    local stream, n = {}, {unpack("<I4I4I4", nonce)}
    for i = 1, math.ceil(#s / 64) do stream[i] = chachaBlock(words, i, n) end
    return xor(s, concat(stream))
  end

  function cipher.tag(nonce, header, s)
    local once = chachaBlock(words, 0, {unpack("<I4I4I4", nonce)})
    return poly1305(once, padded(header) .. padded(s) .. Struct.pack("<I4I4I4I4", #header, 0, #s, 0))
  end

  return cipher
end

return crypto

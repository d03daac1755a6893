/**
 * The announce as one script inside Redis: whole or not at all, however many trackers share the database.
 *
 * Keys of one torrent share a hash tag, so that they live on one node of a cluster. By family five of them: `t` (sorted set:
 * endpoint to time), `s` and `l` (sets of endpoints: seeds, leeches), `i` (hash: endpoint to key and peer id), `h` (hash:
 * host to count); and `c`, the downloads completed. All expire when a torrent is silent. The clock is Redis' own.
 * Chance is Redis' too (`SRANDMEMBER`); a peer selection of one's own is for the store in memory.
 */

/** Keys of a torrent: IPv4, IPv6, and what is counted. */
export function torrentKeys(infoHash: Uint8Array): string[] {
  const tag = `swarmwright:{${Buffer.from(infoHash).toString('hex')}}`;
  const parts = ['4t', '4s', '4l', '4i', '4h', '6t', '6s', '6l', '6i', '6h', 'c'];
  return parts.map((part) => `${tag}:${part}`);
}

export const KEYS_OF_TORRENT = 11;

/** Forgets who has been silent for too long, a few at a time. Shared by both scripts. */
const EXPIRE = `
local clock = redis.call('TIME')
local now = clock[1] * 1000 + math.floor(clock[2] / 1000)
local silence = tonumber(ARGV[1])
local function drop(base, hostLength, peer)
  redis.call('ZREM', KEYS[base], peer)
  redis.call('SREM', KEYS[base + 1], peer)
  redis.call('SREM', KEYS[base + 2], peer)
  redis.call('HDEL', KEYS[base + 3], peer)
  local host = string.sub(peer, 1, hostLength)
  if redis.call('HINCRBY', KEYS[base + 4], host, -1) <= 0 then
    redis.call('HDEL', KEYS[base + 4], host)
  end
end
local function expire(base, hostLength)
  local late = redis.call('ZRANGEBYSCORE', KEYS[base], '-inf', '(' .. (now - silence), 'LIMIT', 0, 16)
  for _, peer in ipairs(late) do drop(base, hostLength, peer) end
end
expire(1, 4)
expire(6, 8)
local function counts()
  local seeds = redis.call('SCARD', KEYS[2]) + redis.call('SCARD', KEYS[7])
  local leeches = redis.call('SCARD', KEYS[3]) + redis.call('SCARD', KEYS[8])
  if seeds + leeches == 0 then redis.call('DEL', KEYS[11]) end
  return seeds, leeches, tonumber(redis.call('GET', KEYS[11]) or '0')
end
`;

/** ARGV: silence (ms). Gives seeds, leeches, completed. */
export const SCRAPE_SCRIPT: string =
  EXPIRE +
  `
return {counts()}
`;

/**
 * ARGV: silence, peers of a torrent at most, of a host in it at most, family (4 or 6), endpoint, peer id, key (4 bytes),
 * seed (1 or 0), event, peers wanted, both families (1 or 0), ids (1 or 0), seeds wanted (1 or 0).
 * Gives 0 for a host that has too many, else seeds, leeches, completed, endpoints and ids of IPv4, and of IPv6.
 */
export const ANNOUNCE_SCRIPT: string =
  EXPIRE +
  `
local peersMax, hostMax = tonumber(ARGV[2]), tonumber(ARGV[3])
local own = ARGV[4] == '4' and 1 or 6
local hostLength = own == 1 and 4 or 8
local peer, id, key = ARGV[5], ARGV[6], ARGV[7]
local seed, event = ARGV[8] == '1', ARGV[9]
local wanted, both, ids = tonumber(ARGV[10]), ARGV[11] == '1', ARGV[12] == '1'
local seedsToo = ARGV[13] == '1'
local known = redis.call('HGET', KEYS[own + 3], peer)

if event == 'stopped' then
  if known then
    local owner = string.sub(known, 1, 4)
    if owner == '\\0\\0\\0\\0' or owner == key then drop(own, hostLength, peer) end
  end
  local seeds, leeches, completed = counts()
  return {seeds, leeches, completed, '', '', '', ''}
end

local wasSeed = known and redis.call('SISMEMBER', KEYS[own + 1], peer) == 1
if not known then
  local host = string.sub(peer, 1, hostLength)
  if tonumber(redis.call('HGET', KEYS[own + 4], host) or '0') >= hostMax then return 0 end
  redis.call('HINCRBY', KEYS[own + 4], host, 1)
end
redis.call('ZADD', KEYS[own], now, peer)
redis.call('HSET', KEYS[own + 3], peer, key .. id)
redis.call('SADD', KEYS[own + (seed and 1 or 2)], peer)
redis.call('SREM', KEYS[own + (seed and 2 or 1)], peer)
if redis.call('ZCARD', KEYS[own]) > peersMax then
  local silent = redis.call('ZRANGE', KEYS[own], 0, 1)
  drop(own, hostLength, silent[1] == peer and silent[2] or silent[1])
end
if event == 'completed' and not wasSeed then redis.call('INCR', KEYS[11]) end
for i = 1, 11 do redis.call('PEXPIRE', KEYS[i], silence + 60000) end

-- Of seeds and leeches as many as their share of the swarm asks for, the odd one by chance.
local function choose(base, most)
  local seeds = seedsToo and redis.call('SCARD', KEYS[base + 1]) or 0
  local leeches = redis.call('SCARD', KEYS[base + 2])
  local draws = most
  if base == own and (seedsToo or not seed) then draws = most + 1 end
  if draws <= 0 or seeds + leeches == 0 then return '', '', 0 end
  local fromSeeds = math.floor(draws * seeds / (seeds + leeches) + (clock[2] % 1000) / 1000)
  fromSeeds = math.min(math.max(fromSeeds, draws - leeches), seeds, draws)
  local found = {}
  if fromSeeds > 0 then
    for _, each in ipairs(redis.call('SRANDMEMBER', KEYS[base + 1], fromSeeds)) do found[#found + 1] = each end
  end
  if draws > fromSeeds then
    for _, each in ipairs(redis.call('SRANDMEMBER', KEYS[base + 2], draws - fromSeeds)) do found[#found + 1] = each end
  end
  local chosen = {}
  for _, each in ipairs(found) do
    if each ~= peer and #chosen < most then chosen[#chosen + 1] = each end
  end
  local names = {}
  if ids and #chosen > 0 then
    for i, each in ipairs(redis.call('HMGET', KEYS[base + 3], unpack(chosen))) do
      names[i] = string.sub(each or string.rep('\\0', 24), 5)
    end
  end
  return table.concat(chosen), table.concat(names), #chosen
end
local other = own == 1 and 6 or 1
local mine, mineIds, count = choose(own, wanted)
local theirs, theirIds = '', ''
if both then theirs, theirIds = choose(other, wanted - count) end
local seeds, leeches, completed = counts()
if own == 1 then return {seeds, leeches, completed, mine, mineIds, theirs, theirIds} end
return {seeds, leeches, completed, theirs, theirIds, mine, mineIds}
`;

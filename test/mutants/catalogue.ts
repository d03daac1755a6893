/**
 * The planted bugs: small, plausible mistakes of the engine, each as one replacement in one compiled file.
 *
 * `find` must occur exactly once in the compiled text of `file`; a test holds that, so that the catalogue cannot rot. None
 * of them is in the engine's source: a loader hook puts one at a time into a process that hunts it.
 */

export interface Mutant {
  readonly id: string;
  /** The mistake, in words. */
  readonly says: string;
  /** Under `src`, without the ending. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** `find` and `replace`, of one file. */
type Change = readonly [id: string, says: string, find: string, replace: string];

function inFile(file: string, ...changes: readonly Change[]): Mutant[] {
  return changes.map(([id, says, find, replace]) => ({ id, says, file, find, replace }));
}

/** The law that would see it, or the test that does. */
function notYet(law: string, [mutant]: Mutant[]): Mutant & { readonly law: string } {
  return { ...mutant!, law };
}

const books: readonly Mutant[] = [
  ...inFile(
    'protocol/torrent/pieces/ledger',
    ['lease-not-returned', 'a lease that ends is still counted', 'progress.leases--;', ''],
    [
      'missing-off-by-one',
      'a block that returns is not counted as missing',
      'this.#missingTotal++;',
      ';',
    ],
    [
      'last-block-overlooked',
      'the last block of a piece under way is never looked at',
      'let block = from; block < progress.blocks; block++',
      'let block = from; block < progress.blocks - 1; block++',
    ],
    [
      'failed-piece-stays-asked',
      'the blocks of a piece that failed are not missing again',
      'this.#missingTotal += this.#untouchedMissing(piece) - progress.missing;',
      '',
    ],
    [
      'contributor-twice',
      'who sent two blocks of a piece is named twice',
      '[...new Set(this.senders(piece))].filter(',
      'this.senders(piece).filter(',
    ],
    [
      'left-ignores-short-piece',
      'what is left is counted as if the last piece were long',
      'geometry.pieceLength - geometry.pieceSize(last) : 0',
      '0 : 0',
    ],
    [
      'reset-keeps-verified',
      'a reset trusts what was verified before',
      'this.verified.each((piece) => this.forget(piece));',
      ';',
    ],
  ),
  ...inFile(
    'protocol/torrent/pieces/geometry',
    [
      'last-block-full-length',
      'the last block is asked for at full length',
      'const rest = this.pieceSize(piece) - block * BLOCK_LENGTH;',
      'const rest = this.pieceLength - block * BLOCK_LENGTH;',
    ],
    [
      'any-block-length',
      'a block of any length is taken',
      ' || length !== this.blockSize(piece, block)',
      '',
    ],
  ),
  ...inFile(
    'protocol/torrent/pieces/availability',
    [
      'copies-counted-twice',
      'a copy counts as two',
      'this.#counts[piece]++;',
      'this.#counts[piece] += 2;',
    ],
    ['seeds-never-leave', 'a seed that left is still counted', 'this.#seeds--;', ''],
  ),
  ...inFile('protocol/torrent/download/request-queue', [
    'queue-gap',
    'taking a request from the middle of the queue loses another',
    'for (let i = found; i > 0; i--)',
    'for (let i = found; i > 1; i--)',
  ]),
];

const downloads: readonly Mutant[] = [
  ...inFile(
    'protocol/torrent/download/requests',
    [
      'leases-lost-on-leave',
      'the leases of a peer that left do not return',
      'left(peer) {\n        if (this.#returnAll(peer, false) > 0)',
      'left(peer) {\n        if (false)',
    ],
    [
      'leases-dropped-on-choke',
      'a choke ends the leases of a peer that will answer each of them',
      'if (peer.fast)\n            return;',
      '',
    ],
    [
      'late-block-offends',
      'a block whose lease has ended counts as never asked for',
      "return peer.late?.delete(block) === true ? 'late' : 'never';",
      "return 'never';",
    ],
    [
      'cancel-lost',
      'the others that were asked for a block are not told',
      'this.#cancel(other, block);',
      '',
    ],
    [
      'disk-bound-ignored',
      'blocks are asked for however many wait for the disk',
      'if (this.#backlog.isFull)\n            return 0;',
      '',
    ],
    [
      'no-request-time-out',
      'a request is waited for without end',
      'if (peer.requests.length === 0)\n            return Infinity;',
      'return Infinity;',
    ],
    [
      'rejected-not-released',
      'a rejected request keeps its lease',
      'const returned = this.#torrent.ledger.release(block);',
      'const returned = true;',
    ],
    [
      'asks-while-off',
      'blocks are asked for while downloading is switched off',
      'const wants = this.#torrent.downloading && peer.wantedPieces > 0;',
      'const wants = peer.wantedPieces > 0;',
    ],
    [
      'begin-off-by-one',
      'a request names the block after the one that it means',
      'const begin = within * BLOCK_LENGTH;',
      'const begin = within === 0 ? 0 : (within - 1) * BLOCK_LENGTH;',
    ],
    [
      'cancels-without-memory',
      'who was sent a cancel offends with the block that crossed it',
      '#cancel(peer, block) {\n        this.#remember(peer, block);',
      '#cancel(peer, block) {',
    ],
  ),
  ...inFile(
    'protocol/torrent/download/download',
    ['write-never-over', 'a write that is done counts as under way', 'this.#writesOut--;', ''],
    [
      'hash-not-checked',
      'whatever was downloaded is right',
      'if (digestMatches(this.#torrent.metainfo.pieces, piece, answer.digest)) {',
      'if (answer.digest.length > 0) {',
    ],
    [
      'have-before-verified',
      'a piece is told of before its hash is known',
      'this.#hash(message.index);',
      "{ this.#hash(message.index); for (const each of this.#torrent.peers.values()) if (!each.has(message.index)) this.#torrent.send(each, { type: 'have', index: message.index }); }",
    ],
    [
      'wrong-peer-banned',
      'somebody else pays for a bad piece',
      'const contributors = ledger.contributors(piece);\n        ledger.fail(piece);',
      'const contributors = [...this.#torrent.peers.keys()].slice(0, 1);\n        ledger.fail(piece);',
    ],
    [
      'block-in-wrong-place',
      'a block is written where its piece begins',
      'ledger.geometry.pieceOffset(message.index) + message.begin',
      'ledger.geometry.pieceOffset(message.index)',
    ],
  ),
  ...inFile('behaviors/pickers/endgame', [
    'endgame-without-bound',
    'every peer is asked for the last blocks',
    'requesters < requestersMax && taken < most',
    'requesters < 200 && taken < most',
  ]),
  ...inFile('behaviors/bans/ban-policy', [
    'sole-sender-stays',
    'who sent all of a bad piece is trusted a little less, and stays',
    'if (!alone) {',
    'if (contributors.length > 0) {',
  ]),
];

const rates: readonly Mutant[] = [
  ...inFile(
    'protocol/session/rate-line',
    [
      'payload-not-charged',
      'what leaves is not charged to any limit',
      'this.#gate.limit.release(n);\n        this.spend(n);',
      'this.#gate.limit.release(n);',
    ],
    [
      'limit-of-torrent-only',
      'the limit of the session is not asked',
      'if (this.limit.room(this.now) < line.wanted)\n                break;',
      '',
    ],
    [
      'line-never-moves',
      'nobody is called when there is room again',
      "this.#timer = at === Infinity ? 0 : timers.set('rate', this.#direction, at);",
      'this.#timer = 0;',
    ],
  ),
  ...inFile('protocol/torrent/download/requests', [
    'request-not-charged',
    'what is asked for is not charged to any limit',
    "if (type === 'request')\n            this.#line.spend(length);",
    '',
  ]),
];

const uploads: readonly Mutant[] = [
  ...inFile('protocol/torrent/peers/introductions', [
    'reqq-ignored',
    'how many requests a peer takes is not heard',
    'peer.requestsMax = requestQueue;',
    '',
  ]),
  ...inFile(
    'protocol/torrent/upload/upload',
    [
      'hidden-given',
      'a piece that a peer was not told of is given',
      ' &&\n            peer.isTold(index);',
      ';',
    ],
    [
      'read-bytes-leak',
      'bytes that were read count as being read',
      'peer.readingBytes -= request.length;',
      '',
    ],
    [
      'read-ahead-without-bound',
      'everything that a peer asks for is read at once',
      'peer.readingBytes < session.config.readAheadBytesMax',
      'true',
    ],
    [
      'serves-the-unverified',
      'a piece is given that is not verified',
      ' &&\n            ledger.verified.has(index) &&',
      ' &&',
    ],
    [
      'queue-without-bound',
      'a peer may ask for more than it was told',
      'peer.uploads.length + peer.reading.length >= session.config.requestQueueMax',
      'false',
    ],
    [
      'cancelled-stays-known',
      'a request that was cancelled cannot be made again',
      'peer.uploadOffsets?.delete(this.#offset(message));',
      '',
    ],
    [
      'begin-ignored',
      'the first block of a piece is read for each of its blocks',
      'pieceOffset(request.index) + request.begin,',
      'pieceOffset(request.index),',
    ],
    [
      'no-reject-on-choke',
      'what a choked peer was waiting for is dropped without a word',
      'this.#rejectAll(peer, peer.uploads);',
      'peer.uploads.length = 0;',
    ],
    [
      'served-while-choked',
      'a choked peer is served',
      'else if (peer.amChoking && !this.grants.take(peer, message)) {',
      'else if (false) {',
    ],
    [
      'upload-uncounted',
      'payload that was sent is not counted',
      'this.uploaded += block.length;',
      '',
    ],
  ),
  ...inFile(
    'protocol/torrent/upload/choking',
    [
      'choke-not-told',
      'a peer is choked and not told',
      'this.#torrent.send(peer, choking ? CHOKE : UNCHOKE);',
      'if (!choking) this.#torrent.send(peer, UNCHOKE);',
    ],
    ['choked-queue-kept', 'the requests of a choked peer stay', 'this.#upload.choke(peer);', ''],
    [
      'slot-lost',
      'the slot of a peer that left is lost',
      'if (peer.amChoking)\n            return;\n        this.#unchoked--;',
      'if (peer.amChoking)\n            return;',
    ],
    [
      'one-slot-too-many',
      'one peer more than there are slots is unchoked',
      'session.config.uploadSlots, now, picks);',
      'session.config.uploadSlots + 1, now, picks);',
    ],
    [
      'rechoke-never-again',
      'the choker is asked once',
      'if (this.#running && peers.size > 0)\n            this.#arm(behaviors.choker.interval);\n        else',
      '',
    ],
    [
      'rechoke-after-stop',
      'the timer of the choker outlives its torrent',
      'stop() {\n        this.#running = false;\n        this.#torrent.session.turn.timers.cancel(this.#timer);',
      'stop() {',
    ],
  ),
  ...inFile('protocol/torrent/upload/fast-grants', [
    'hidden-offered',
    'an allowed-fast set shows what is hidden',
    'if (peer.told !== null)\n            return;',
    '',
  ]),
  ...inFile('behaviors/chokers/steady', [
    'fibrillation',
    'a peer may lose its slot at once',
    'if (now - peer.unchokedAt < holdTime) {',
    'if (holdTime < 0) {',
  ]),
];

const peers: readonly Mutant[] = [
  ...inFile('protocol/torrent/upload/disclosing', [
    'bitfield-twice',
    'what we hold is told twice',
    "this.#torrent.send(peer, { type: 'bitfield', bits: held.toWire() });",
    "for (let i = 0; i < 2; i++) this.#torrent.send(peer, { type: 'bitfield', bits: held.toWire() });",
  ]),
  ...inFile(
    'protocol/torrent/peers/swarm',
    [
      'interest-stays',
      'interest is not reconsidered when a piece is verified',
      'this.#torrent.send(peer, have);\n            this.requests.updateInterest(peer);',
      'this.#torrent.send(peer, have);',
    ],
    [
      'have-twice',
      'a repeated `have` counts as another copy',
      'if (!peer.pieces.add(index))\n            return;',
      'peer.pieces.add(index);',
    ],
    [
      'peer-timer-left',
      'the timer of a peer outlives it',
      'session.turn.timers.cancel(peer.timer);\n        this.#uncount',
      'this.#uncount',
    ],
    [
      'leases-kept-on-new-bitfield',
      'requests stay out for what a peer no longer claims',
      'this.requests.withdraw(peer);',
      '',
    ],
    [
      'old-copies-stay',
      'a second bitfield adds to the first',
      '#setPieces(peer, pieces) {\n        const { availability, ledger } = this.#torrent;\n        this.#uncount(peer);',
      '#setPieces(peer, pieces) {\n        const { availability, ledger } = this.#torrent;',
    ],
    [
      'have-to-nobody-new',
      'the last peer is not told of a new piece',
      'for (const peer of this.peers.values()) {\n            if (!peer.pieces.has(index)) {',
      'for (const peer of [...this.peers.values()].slice(0, 2)) {\n            if (!peer.pieces.has(index)) {',
    ],
  ),
  ...inFile(
    'protocol/session/links',
    [
      'self-welcome',
      'a connection to ourselves is a peer',
      'if (same(handshake.peerId, torrent.peerId)) {',
      'if (false) {',
    ],
    [
      'twins-welcome',
      'two connections with one peer are two peers',
      'const twin = findTwin(torrent.peers, handshake.peerId, connectionsPerPeerIdMax);',
      'const twin = null;',
    ],
    [
      'handshake-timer-left',
      'the timer of a handshake outlives its connection',
      '#forget(link) {\n        this.#session.turn.timers.cancel(link.timer);',
      '#forget(link) {',
    ],
  ),
  ...inFile(
    'protocol/torrent/active-torrent',
    [
      'stop-leaves-dials',
      'dials go on after a stop',
      'this.#links.dropUnfinished(this);\n        this.announcing.stop();',
      'this.announcing.stop();',
    ],
    [
      'socket-pressure-ignored',
      'blocks are read for a peer that does not read',
      'peer.writePaused = paused;',
      'peer.writePaused = false;',
    ],
  ),
  ...inFile(
    'protocol/torrent/dialing/dialer',
    ['failures-forgotten', 'a dial that failed does not count', 'candidate.failures++;', ''],
    [
      'dial-timer-left',
      'the timer of the dialer outlives its torrent',
      'this.#stopped = true;\n        this.#torrent.session.turn.timers.cancel(this.#timer);',
      'this.#stopped = true;',
    ],
  ),
  ...inFile('protocol/torrent/dialing/candidates', [
    'dialled-stays-idle',
    'an address in use may be dialled again',
    "if (candidate.place === 'idle')\n            this.#idle.splice(this.#idle.indexOf(candidate), 1);",
    '',
  ]),
  ...inFile(
    'behaviors/dialing/dialing',
    [
      'no-back-off',
      'a dead address is dialled without rest',
      'const rest = restAfter(candidate.failures, options);',
      'const rest = 0;',
    ],
    [
      'dials-without-bound',
      'any number of dials is under way',
      'counts.dialling < diallingMax &&',
      '',
    ],
  ),
];

const lives: readonly Mutant[] = [
  ...inFile(
    'protocol/torrent/torrent',
    [
      'store-closed-at-completion',
      'the store is closed when the download is complete',
      'completed() {',
      "completed() {\n        this.session.turn.out.push({ type: 'store-close', job: this.session.turn.newJob({ jobDone() {} }), store: this.store });",
    ],
    [
      'totals-forgotten',
      'a stop forgets what was downloaded',
      'this.#downloadedBefore = this.downloaded;',
      '',
    ],
    [
      'completion-not-told',
      'nobody is told of completion',
      'if (this.view.complete)\n            this.completed();',
      '',
    ],
  ),
  ...inFile('protocol/torrent/life', [
    'stopped-before-closed',
    'the torrent is stopped before its store is closed',
    "this.#closing = { announce: this.#state === 'active', store: true };",
    "this.#closing = { announce: this.#state === 'active', store: false };",
  ]),
  ...inFile('protocol/torrent/data/existing', [
    'existing-trusted',
    'what is on the disk is trusted without a check',
    "if (existing === 'check')",
    "if (existing === 'check') for (let i = 0; i < ledger.geometry.pieceCount; i++) ledger.verify(i); if (false)",
  ]),
  ...inFile('protocol/torrent/data/checking', [
    'check-believes-anything',
    'a check takes what it finds',
    'const good = answer.digest !== null && digestMatches(metainfo.pieces, piece, answer.digest);',
    'const good = answer.digest !== null;',
  ]),
  ...inFile(
    'protocol/session/session',
    [
      'closed-too-soon',
      'the session says that it is closed while torrents stop',
      'if (!this.#shuttingDown || this.#torrents.size > 0 || this.#closed)',
      'if (!this.#shuttingDown || this.#closed)',
    ],
    [
      'strangers-outlive-shutdown',
      'a shutdown leaves connections that have no torrent yet',
      'this.#shuttingDown = true;\n        this.#links.close();',
      'this.#shuttingDown = true;',
    ],
  ),
  ...inFile(
    'protocol/tracker/announcer',
    [
      'completed-again',
      '`completed` is announced again and again',
      "if (event === 'completed')\n            tracker.incomplete = false;",
      '',
    ],
    [
      'announce-storm',
      'the interval of the tracker is not kept',
      'lane.dueAt = now + outcome.interval + this.#jitter(outcome.interval);',
      'lane.dueAt = now;',
    ],
    [
      'no-tracker-back-off',
      'a tracker that failed is asked again at once',
      'tracker.retryAt = now + backOff(outcome, tracker.failures, this.#random);',
      'tracker.retryAt = now;',
    ],
    [
      'leaves-without-a-word',
      'no tracker hears `stopped`',
      'if (!tracker.started || this.#goodbyes.length >= goodbyesMax)',
      'if (this.#goodbyes.length < Infinity)',
    ],
    ['started-twice', '`started` is announced each time', 'tracker.started = true;', ''],
  ),
  ...inFile('protocol/tracker/choose-tracker', [
    'completed-unsaid',
    '`completed` is never announced',
    "return complete && tracker.incomplete ? 'completed' : 'none';",
    "return 'none';",
  ]),
];

/** Found by what is judged over time. */
const duties: readonly Mutant[] = [
  ...inFile(
    'protocol/torrent/peers/peer-exchange',
    [
      'exchange-storm',
      'peers are told of others more than once a minute',
      'exchanged.dueAt = turn.now + EXCHANGE_EVERY;',
      'exchanged.dueAt = turn.now + EXCHANGE_LOOK;',
    ],
    [
      'exchange-of-oneself',
      'a peer is told of itself',
      'if (other === peer || address === null ||',
      'if (address === null ||',
    ],
    [
      'exchange-of-the-private',
      'peers of a private torrent are told of each other',
      'return !metainfo.private && session',
      'return session',
    ],
  ),
  ...inFile('protocol/torrent/download/download', [
    'redundant-not-counted',
    'payload that nobody needed counts as useful',
    'this.redundant += length;\n            this.#torrent',
    'this.#torrent',
  ]),
  ...inFile('protocol/torrent/active-torrent', [
    'requests-kept-when-off',
    'requests stay out when downloading is switched off',
    'if (!this.downloading)\n            this.#swarm.requests.cancelAll();',
    '',
  ]),
  ...inFile('protocol/torrent/peers/swarm', [
    'no-keep-alive',
    'keep-alives are never sent',
    'if (turn.now >= peer.lastSentAt + config.keepAliveEvery)\n            this.#torrent.send(peer, KEEP_ALIVE);',
    'if (turn.now >= peer.lastSentAt + config.keepAliveEvery)\n            peer.lastSentAt = turn.now;',
  ]),
  ...inFile('protocol/session/links', [
    'silent-strangers-stay',
    'who never shakes hands may stay',
    "const timer = turn.timers.set('handshake', conn, deadline);",
    'const timer = 0;',
  ]),
  ...inFile('protocol/session/links', [
    'tie-broken-alone',
    'of two connections each end keeps the one that it dialled',
    'const weDial = isGreater(ours, theirs);',
    'const weDial = true;',
  ]),
  ...inFile('protocol/torrent/peers/bans', [
    'banned-returns',
    'who was banned may come again',
    'this.#hosts.set(host, until);',
    '',
  ]),
  ...inFile('protocol/torrent/data/checking', [
    'check-without-bound',
    'everything is hashed at once',
    'this.#jobs.size < session.config.checkJobsMax',
    'true',
  ]),
  ...inFile('core/driver', [
    'alarm-never-earlier',
    'a deadline that comes nearer is not noticed',
    'if (deadline >= this.#armedFor && deadline < Infinity)',
    'if (this.#armedFor < Infinity && deadline < Infinity)',
  ]),
  ...inFile('protocol/torrent/active-torrent', [
    'fellow-seeds-stay',
    'seeds stay connected to seeds',
    'if (peer.closed)\n            return;\n        this.#links.drop(peer.conn, reason);',
    "if (peer.closed || reason === 'both-seeds')\n            return;\n        this.#links.drop(peer.conn, reason);",
  ]),
];

const carriers: readonly Mutant[] = [
  ...inFile('core/driver', [
    'alarm-rings-once',
    'the clock is not set again after it rang',
    '#wake() {\n        if (this.#ended)\n            return;\n        this.#armedFor = Infinity;',
    '#wake() {\n        if (this.#ended)\n            return;',
  ]),
  ...inFile('core/timer-queue', [
    'cancelled-fires',
    'a timer that was cancelled stays in the heap',
    'if (position >= 0)\n            this.#removeAt(position);',
    '',
  ]),
  ...inFile(
    'core/wire-network',
    [
      'loss-not-told',
      'the end of a connection is not told',
      'if (!this.#over)\n            this.#lose(reason, detail);',
      '',
    ],
    [
      'writing-never-resumes',
      'that the socket has room again is not told',
      "this.#hub.inputs.push({ type: 'resume-writing', conn: this.conn });",
      ';',
    ],
  ),
  ...inFile('protocol/wire/encode', [
    'begin-cut',
    'offsets of more than fifteen bits are cut off',
    'writeUint32(message.begin, bytes, body + 4);\n            writeUint32(message.length',
    'writeUint32(message.begin & 0x7fff, bytes, body + 4);\n            writeUint32(message.length',
  ]),
  ...inFile('protocol/wire/assembly', [
    'one-slab',
    'a frame is assembled over the one before it',
    'this.#slab = this.#other;',
    '',
  ]),
  ...inFile('protocol/wire/decode', [
    'byte-lost-after-handshake',
    'the byte after a handshake is overlooked',
    'return at + taken;',
    'return at + taken + 1;',
  ]),
];

/** All of them, room by room. */
export const catalogue: readonly Mutant[] = [
  ...books,
  ...downloads,
  ...rates,
  ...uploads,
  ...peers,
  ...lives,
  ...duties,
  ...carriers,
];

/** No bug at all: what was there is put in its place. */
export const canary: Mutant = {
  id: 'canary',
  says: 'nothing is wrong',
  file: 'protocol/torrent/torrent',
  find: 'completed() {',
  replace: 'completed() {',
};

/**
 * Mistakes that no run shows, and the law that would, or the test that does: not hunted, and not counted as found.
 */
export const unseen: readonly (Mutant & { readonly law: string })[] = [
  notYet(
    'what a full store puts in doubt: test/protocol/torrent/resume.spec.ts',
    inFile('protocol/torrent/data/doubts', [
      'unsettled-believed',
      'a piece that was never synced is believed after the store was full',
      'if (verified.has(each) && !this.#settled.has(each))',
      'if (false)',
    ]),
  ),
  notYet(
    'what is saved: test/protocol/torrent/resume.spec.ts',
    inFile('protocol/torrent/data/saving', [
      'failed-sync-saved',
      'what could not be synced is claimed',
      'if (answer.fault !== null) {',
      'if (false) {',
    ]),
  ),
  notYet(
    'how floods end: test/sim/adversaries/adversaries.spec.ts',
    inFile('protocol/torrent/active-torrent', [
      'flood-endured',
      'offenses have no end',
      'if (peer.offenses > this.session.config.offensesMax)',
      'if (false)',
    ]),
  ),
  notYet(
    'spent handles: test/core/timer-queue.spec.ts',
    inFile('core/timer-queue', [
      'handle-reused',
      'a spent handle cancels the timer of somebody else',
      'this.#generation[slot] = generation === generationMax ? 1 : generation + 1;',
      '',
    ]),
  ),
  notYet(
    'I-21: no connection with an honest peer ends as `bad-frame`',
    inFile('core/wire-network', [
      'runs-merged',
      'buffers that are not neighbours are written as if they were',
      'bytes.byteOffset === this.#runEnd && bytes.buffer === run.buffer',
      'bytes.buffer === run.buffer',
    ]),
  ),
  notYet(
    'judges hear messages, not frames: test/protocol/wire/decode.spec.ts',
    inFile('protocol/wire/frame', [
      'any-request-length',
      'a request of a wrong length is taken',
      "return length === id.RANGE_LENGTH ? 'known' : 'bad-length';",
      "return 'known';",
    ]),
  ),
];

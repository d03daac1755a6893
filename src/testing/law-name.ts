/**
 * The names of all laws, `capability: what it says`. A name never changes: skip lists are made of them.
 *
 * Literals of unions, so that a skip list with a misspelt or a removed law does not compile, and so that the compiler
 * holds that every name has its scenario: each file of laws is a table over its union.
 */
export type TimeLawName =
  | 'time: now never goes back'
  | 'time: a call fires once'
  | 'time: no call fires before its time'
  | 'time: never fires from inside a call'
  | 'time: calls fire in the order of their deadlines'
  | 'time: equal deadlines fire in the order in which they were set'
  | 'time: a cancelled call never fires'
  | 'time: reset moves a call, behind its equals'
  | 'time: cancel and reset do nothing to a call that is over'
  | 'time: active tells what is to come'
  | 'time: a call set by a call waits for its turn'
  | 'time: thousands of calls keep their order';

export type TcpPortLawName =
  | 'tcp: port 0 chooses a free port'
  | 'tcp: a port in use is refused as in-use'
  | 'tcp: an address of nobody is unavailable'
  | 'tcp: listenTCP reports once, from a later turn'
  | 'tcp: a dial to nobody is refused, and hears nothing else'
  | 'tcp: a dial that makes no sense is lost, and hears nothing else'
  | 'tcp: a factory that gives null refuses'
  | 'tcp: both ends learn the address of the other'
  | 'tcp: connectionMade comes once, and first'
  | 'tcp: stopListening refuses later dials, and keeps what was accepted'
  | 'tcp: a stopped port may be opened again'
  | 'tcp: stopListening may be called at any moment, and twice';

export type TcpStreamLawName =
  | 'tcp: bytes arrive in order and unchanged, however they are cut'
  | 'tcp: nothing is sent before flush'
  | 'tcp: an empty write is nothing'
  | 'tcp: received bytes are plain, and may be overwritten'
  | 'tcp: never calls back from inside a call'
  | 'tcp: pauseReading holds back, and resumeReading delivers all'
  | 'tcp: back-pressure reaches the writer'
  | 'tcp: pauseWriting and resumeWriting alternate'
  | 'tcp: many connections keep apart';

export type TcpEndLawName =
  | 'tcp: close flushes'
  | 'tcp: abort does not flush'
  | 'tcp: the other end hears closed after close, and reset after abort'
  | 'tcp: connectionLost comes once, and last'
  | 'tcp: after close or abort only the loss is heard'
  | 'tcp: close and abort may come twice, and in any order'
  | 'tcp: abort cuts a close short'
  | 'tcp: a lost transport takes every call'
  | 'tcp: an end may be closed from inside any call-back'
  | 'tcp: both ends may close at once'
  | 'tcp: close is clean while the other end still sends'
  | 'tcp: an end that reads no more may close';

export type UdpLawName =
  | 'udp: port 0 chooses a free port'
  | 'udp: a port in use is refused as in-use'
  | 'udp: an address of nobody is unavailable'
  | 'udp: listenUDP reports once, from a later turn'
  | 'udp: a datagram arrives whole, with its sender'
  | 'udp: received bytes are plain, and may be overwritten'
  | 'udp: never calls back from inside a call'
  | 'udp: a datagram to nobody is lost without a word'
  | 'udp: a datagram too long for the network is lost without a word'
  | 'udp: a stopped port hears and sends nothing';

export type StoreLawName =
  | 'store: answers come from a later turn'
  | 'store: each job is answered once, in its kind'
  | 'store: an answer has either its result or a fault'
  | 'store: a read sees every earlier write'
  | 'store: a hash sees every earlier write'
  | 'store: knows sha1 and sha256'
  | 'store: overlapping jobs keep the order of submission'
  | 'store: takes its copy of the data before submit returns'
  | 'store: what was read stays as it was'
  | 'store: one byte array over many files'
  | 'store: padding reads as zeros, and is never written'
  | 'store: the first and the last byte may be written alone'
  | 'store: what nobody wrote is missing'
  | 'store: a closed store answers closed'
  | 'store: what was synced and closed is there when it is opened again'
  | 'store: a selection changes no byte'
  | 'store: stores keep apart';

export type HttpLawName =
  | 'http: gives the status and the body'
  | 'http: a status of failure is a reply'
  | 'http: a request is answered once, from a later turn'
  | 'http: leaves escaped bytes of the target as they are'
  | 'http: asks for a range'
  | 'http: a reply to HEAD has no body'
  | 'http: leaves from the local address that it names'
  | 'http: a body over bytesMax is too-large'
  | 'http: a request over timeMax is timed-out'
  | 'http: a server that does not listen is refused'
  | 'http: a host that does not resolve is unresolved';

export type ResolverLawName =
  | 'resolver: a known name gives its addresses'
  | 'resolver: an unknown name is not-found'
  | 'resolver: a literal address is its own answer'
  | 'resolver: a name is answered once, from a later turn';

export type StopLawName =
  | 'reactor: after stop nothing fires'
  | 'reactor: after stop no handle is left open'
  | 'reactor: a stopped reactor takes every call, and answers none'
  | 'reactor: the others hear that a stopped reactor is gone';

export type TransferLawName =
  | 'transfer: one source fills three sinks'
  | 'transfer: sinks that leave and return lose nothing'
  | 'transfer: a sink that gives up leaves the others whole'
  | 'transfer: a sink that reads nothing holds back its source, and no other sink'
  | 'transfer: a source that closes after its last chunk has delivered it';

/** Every law by name. */
export type LawName =
  | TimeLawName
  | TcpPortLawName
  | TcpStreamLawName
  | TcpEndLawName
  | UdpLawName
  | StoreLawName
  | HttpLawName
  | ResolverLawName
  | StopLawName
  | TransferLawName;

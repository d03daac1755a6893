/** The layer table of docs/architecture.md, held by a machine. A room may import only what its row allows. */
const ROOMS = {
  core: ['core'],
  protocol: ['protocol', 'core'],
  behaviors: ['behaviors', 'core', 'protocol'],
  'reactors/node': ['reactors/node', 'core'],
  'reactors/memory': ['reactors/memory', 'core'],
  'reactors/rx': ['reactors/rx', 'core'],
  testing: ['testing', 'protocol', 'core'],
  sim: ['sim', 'behaviors', 'protocol', 'reactors', 'core'],
  tracker: ['tracker', 'protocol', 'core', 'client'],
  client: ['client', 'behaviors', 'protocol', 'reactors', 'core'],
  tools: ['tools', 'client', 'protocol', 'reactors/node', 'core'],
  lab: ['lab', 'client', 'sim', 'behaviors', 'protocol', 'reactors', 'core'],
  cli: [
    'cli',
    'client',
    'tools',
    'tracker',
    'lab',
    'sim',
    'behaviors',
    'protocol',
    'reactors',
    'core',
  ],
};
const PURE = '^src/(core|protocol|behaviors|reactors/memory)/';
const forbidden = Object.entries(ROOMS).map(([room, allowed]) => ({
  name: `${room.replace('/', '-')}-imports`,
  severity: 'error',
  from: { path: `^src/${room}/` },
  to: { path: '^src/', pathNot: `^src/(${allowed.join('|')})/` },
}));
module.exports = {
  forbidden: [
    ...forbidden,
    {
      name: 'no-circular',
      severity: 'error',
      from: {},
      to: { circular: true, dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-rooms-no-node',
      severity: 'error',
      from: { path: PURE },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'behaviors-see-the-public-index-of-protocol',
      severity: 'error',
      from: { path: '^src/behaviors/' },
      to: { path: '^src/protocol/', pathNot: '^src/protocol/index\\.ts$' },
    },
    {
      name: 'wire-is-a-leaf',
      severity: 'error',
      from: { path: '^src/protocol/wire/' },
      to: { path: '^src/protocol/(torrent|tracker|metainfo|extensions|bencode)/' },
    },
    // Each package of the pure rooms comes in through one file.
    {
      name: 'bencode-through-one-door',
      severity: 'error',
      from: { pathNot: '^src/protocol/bencode/decode\\.ts$' },
      to: { path: 'node_modules/bencode/' },
    },
    {
      name: 'bitfield-through-one-door',
      severity: 'error',
      from: { pathNot: '^src/protocol/torrent/pieces/piece-set\\.ts$' },
      to: { path: 'node_modules/bitfield/' },
    },
    {
      name: 'pure-rand-through-one-door',
      severity: 'error',
      from: { pathNot: '^src/core/random\\.ts$' },
      to: { path: 'node_modules/pure-rand/' },
    },
    {
      name: 'pure-rooms-no-other-packages',
      severity: 'error',
      from: { path: PURE },
      to: { path: 'node_modules/', pathNot: 'node_modules/(bencode|bitfield|pure-rand|@types)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};

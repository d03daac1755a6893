/**
 * libtorrent's core simulation tests by their own names, and what stands for each of them here.
 *
 * The list is that of libtorrent's `simulation/` folder (BSD; read at commit 069017e, nothing of it copied), without
 * what needs features outside of the core: web seeds, BEP 52, DHT, uTP, encryption, proxies. A test passes where a
 * scenario of ours asserts what it asserts, with our own numbers and in our own words; `note` says where the two differ.
 * `not yet` belongs to a feature that is still to come, and counts against us. `does not fit` can never apply to this
 * engine, and does not count. `catalogue.spec.ts` holds the list against the suite.
 */
export interface Counterpart {
  /** The title of our scenario; null: there is none. */
  readonly ours: string | null;
  readonly state: 'passes' | 'not yet' | 'does not fit';
  /** The spec that has the scenario; null: one of this folder. */
  readonly where: string | null;
  /** Why there is none, or how ours differs. */
  readonly note: string | null;
}

const passes = (ours: string, note: string | null = null): Counterpart => ({
  ours,
  state: 'passes',
  where: null,
  note,
});
const elsewhere = (where: string, ours: string, note: string | null = null): Counterpart => ({
  ours,
  state: 'passes',
  where,
  note,
});
const notYet = (note: string): Counterpart => ({ ours: null, state: 'not yet', where: null, note });
const unfit = (note: string): Counterpart => ({
  ours: null,
  state: 'does not fit',
  where: null,
  note,
});

const MULTI_HOMED = 'several listening addresses, one announce each';
const ALL_TRACKERS = 'announce to all trackers, or all tiers';
const FAST_SETS = 'test/protocol/torrent/allowed-fast.spec.ts';
const HTTP_CLIENT = 'test/reactors/node/http-client.spec.ts';

type Tests = Readonly<Record<string, Counterpart>>;

/** By libtorrent's file, then by its test. */
export const catalogue: Readonly<Record<string, Tests>> = {
  test_peer_connection: {
    alternate_have_all_have_none: passes(
      'have-all and have-none in turn: the last one counts, and silence alone ends it',
    ),
    alternate_have_all_have_none_seed: passes(
      'have-none, then have-all to a seed: two seeds part without a fault',
    ),
    bitfield_and_have_none: passes('a bitfield, then have-none: it has nothing'),
    bitfield_and_have_all: passes('a bitfield, then have-all: it has everything'),
    full_bitfield_and_have_all: passes('a full bitfield, then have-all: it is one seed, not two'),
    full_bitfield_and_have_none: passes('a full bitfield, then have-none: it is no seed any more'),
    invalid_request: passes('a request for a piece that we lack is rejected, and the peer kept'),
    large_message: passes(
      'a length prefix over the longest frame ends it before a byte of the frame came',
    ),
    have_all_invalid_msg: passes(
      'an unknown message after have-all changes nothing that was said',
      'ours steps over unknown ids, as BEP 3 leaves open',
    ),
    invalid_message: passes(
      'unknown message ids are stepped over a thousand times, and not once more',
      'libtorrent ends the connection at the first',
    ),
    short_bitfield: passes('a bitfield of a byte too few ends it'),
    long_bitfield: passes('a bitfield of a byte too many, or with a spare bit set, ends it'),
    disconnect_unknown_info_hash: passes(
      'a handshake for a torrent that is not here is told, and gets no word back',
    ),
  },

  test_fast_extensions: {
    allow_fast: elsewhere(
      FAST_SETS,
      'S-27, the other way: a leech begins with what it is allowed while choked',
    ),
    allow_fast_stress: elsewhere(
      'test/protocol/torrent/peer-messages.spec.ts',
      'that allows every piece fast is believed a hundred times, no more (allow_fast_stress)',
    ),
    peer_idle_timeout: passes(
      'a peer that is silent after its handshake goes 150 s later, to the millisecond',
    ),
    handshake_timeout: passes(
      'whoever connects, or accepts, and never shakes hands is dropped after 10 s',
    ),
  },

  test_timeout: {
    no_request_timeout: passes(
      'who is served and asks for nothing makes room after 60 s, and who asks stays',
      'ours lets it stay while there is room',
    ),
    no_request_timeout_slow_upload: passes(
      'a peer that waits for our slow upload is not taken for idle',
    ),
    no_interest_timeout: passes(
      'where all ten places are taken, one peer without interest goes after 120 s, and there is room',
      'ours sends away as many as are in the way; libtorrent’s all',
    ),
    no_interest_timeout_redundant_not_interested: passes(
      'a peer that says not interested again and again goes no later for it',
    ),
    no_interest_timeout_zero: passes(
      'with no patience for peers without interest, each makes room for the next at once',
    ),
    no_interest_timeout_few_peers: passes(
      'peers without interest in each other stay while there is room',
    ),
  },

  test_swarm: {
    seed_mode: passes('what is added as complete gives a whole download'),
    seed_mode_disable_hash_checks: passes(
      'what is added as complete is not hashed before it is given',
    ),
    seed_mode_suggest: passes(
      'what is added as complete suggests pieces, and gives whole downloads without a hash',
    ),
    plain: passes('a seed and a leech: everything is there, and right, in 10 s'),
    session_stats: passes(
      'the figures of a swarm of two: one torrent, one peer, one extended handshake',
    ),
    suggest: passes(
      'what is read for one leech is suggested to those that lack it, to none twice, and the swarm finishes',
    ),
    stop_start_download: passes(
      'a download stopped half way and started at once stops once and finishes',
    ),
    stop_start_download_graceful: passes(
      'a download stopped gracefully half way gets what it asked for, no block twice, and finishes',
    ),
    stop_start_download_graceful_no_peers: passes(
      'a torrent without peers that is stopped gracefully stops at once',
    ),
    stop_start_seed: passes(
      'a seed stopped after three blocks and started at once serves the rest',
    ),
    stop_start_seed_graceful: passes(
      'a seed stopped gracefully sends what was asked for, and serves the rest later',
    ),
    shutdown: passes('a session shut down in mid-download ends clean: nothing open, nothing due'),
    dead_peers: passes('three dead addresses: three time-outs of 10 s, then fewer and fewer tries'),
    self_connect: passes('told its own address, it meets itself once and does not come again'),
    delete_files: elsewhere(
      'test/client/resume.spec.ts',
      'removes a torrent with its data, and nothing but its data',
    ),
    delete_partfile: elsewhere(
      'test/client/resume-selection.spec.ts',
      'leave their part file behind, unless that alone is removed with the torrent',
    ),
    torrent_completed_alert: passes(
      'completion is told once, and so is every piece',
      'ours tells of pieces and of the torrent, not of single files',
    ),
    block_uploaded_alert: passes(
      'a seed sends every block once, and each of them',
      'ours has no event for a block; what is sent is counted',
    ),
    unlimited_connections: passes('connections without a limit: the swarm finishes'),
    default_connections_limit: passes(
      'no connections at all is refused when the session is made',
      'libtorrent reads 0 as its default',
    ),
    default_connections_limit_negative: passes(
      'fewer than no connections is refused when the session is made',
      'libtorrent reads -1 as no limit',
    ),
    redundant_have: passes('nobody is told of a piece that it has'),
    lazy_bitfields: passes(
      'a seed that tells half by bitfield and half by have is used as a seed',
      'ours never sends such a bitfield; it must cope with one',
    ),
    prioritize_partial_pieces: passes('pieces begun are finished before others are begun'),
    active_downloads: passes('as many downloads at once as there are numbers: the swarm finishes'),
    active_seeds: passes('as many seeds at once as there are numbers: the swarm finishes'),
    active_seeds_negative: passes('-1 seeds at once are all of them: the swarm finishes'),
    active_limit: passes('as many torrents at once as there are numbers: the swarm finishes'),
    active_limit_negative: passes('-1 torrents at once are all of them: the swarm finishes'),
    upload_rate_limit: passes('the highest upload limit that can be set: the swarm finishes'),
    upload_rate_limit_negative: passes('an upload limit of -1 is none: the swarm finishes'),
    download_rate_limit: passes('the highest download limit that can be set: the swarm finishes'),
    download_rate_limit_negative: passes('a download limit of -1 is none: the swarm finishes'),
    unchoke_slots_limit: passes('upload slots without a limit: the swarm finishes'),
    unchoke_slots_limit_negative: passes(
      'fewer than no upload slots is refused, and one is enough',
      'libtorrent reads -1 as no limit',
    ),
    settings_stress_test: passes(
      'every two of eleven settings thrown back and forth every second, at either end: 220 swarms finish',
      'the settings are those that our torrents can change while they run',
    ),
    pex: notYet('peer exchange'),
  },

  test_transfer: {
    no_proxy_tcp: passes('over IPv4 from end to end, each of eleven pieces verified once'),
    no_proxy_tcp_ipv6: passes('over IPv6 from end to end'),
    no_proxy_tcp_banned: passes(
      'a leech that filters its only seed gets nothing, and all once the filter is gone',
    ),
    piece_extent_affinity: passes(
      'a picker that begins pieces beside others goes through the torrent extent by extent',
    ),
    is_finished: passes('nothing more is wanted after the first piece: it is done, and no seed'),
    v1_only_magnet: passes(
      'a magnet finds the metadata, and each of eleven pieces is verified once',
    ),
    disk_full: passes(
      'space for five blocks: it stops in state error, full, and never becomes a seed',
    ),
    disk_full_recover: passes(
      'space comes back: it goes on by itself, keeps what was saved and finishes',
    ),
    disk_full_recover_large_pieces: passes(
      'space comes back in the middle of a large piece: it finishes by itself',
    ),
    simple_torrent: passes('a torrent of a few files'),
    odd_last_pad_file: passes('padding of an odd length at the very end'),
    small_piece_size: passes('pieces smaller than a block'),
    odd_piece_size: passes('pieces that are no multiple of a block'),
    large_pad_file: passes('four gibibytes of padding cost no more than the bytes around it'),
    unaligned_pad_file: passes('padding that aligns nothing'),
    piece_size_pad_file: passes('padding of exactly a piece'),
    block_size_pad_file: passes('padding of exactly a block'),
    back_to_back_pad_file: passes('padding after padding'),
    small_file_large_piece: passes('a file smaller than a block in a piece of a mebibyte'),
    empty_file: passes('files of no length before, between and behind'),
  },

  test_checking: {
    no_truncate_checking: passes(
      'a file longer than it should be passes the check and keeps its length',
    ),
    checking_first_piece_missing: passes('a wrong first piece: exactly that one is missing'),
    aligned_zero_priority: passes('a check with a file that is not wanted, and there: it is done'),
    aligned_zero_priority_no_file: elsewhere(
      'test/client/selection.spec.ts',
      'is done after a check without a file that is not wanted and shares nothing, and without a part file',
    ),
    zero_priority_missing_partfile: passes(
      'what a file that is gone and not wanted shares with another is missing, and no more',
    ),
    checking: passes(
      'a check finds everything that is there, tells how far it is, and starts as a seed',
    ),
  },

  test_metadata_extension: {
    ut_metadata_encryption_reverse: unfit('needs encryption'),
    ut_metadata_encryption_utp: unfit('needs encryption and uTP'),
    ut_metadata_reverse: passes('a seed that dials a magnet gives it the metadata, and all else'),
    ut_metadata_upload_only: passes(
      'a magnet that wants no payload gets the metadata, and asks for nothing more',
    ),
    ut_metadata_disconnect: passes(
      'the peer is dropped in the moment that the metadata is told: it comes again, and all is well',
    ),
    ut_metadata_disconnect_readd: passes(
      'a magnet is removed in the moment that the metadata is told, and added again',
    ),
    ut_metadata_upload_only_disconnect_readd: passes(
      'a magnet that wants no payload is removed when the metadata is told, and added again',
    ),
    ut_metadata_token_limit: passes(
      'metadata of more values than allowed is told once, and refused once',
      'the machine tells of bytes that have the info-hash; whoever adds the torrent reads them, and refuses',
    ),
    ut_metadata_v1_magnet_to_hybrid: unfit('needs BEP 52'),
    ut_metadata_v2_magnet_to_hybrid: unfit('needs BEP 52'),
  },

  test_pause: {
    torrent_paused_disconnect: passes('a torrent that is stopped leaves all three peers at once'),
    session_paused_disconnect: passes(
      'a session that is paused leaves all three peers at once, and lets nobody in',
    ),
    paused_session_add_torrent: passes(
      'a torrent that is added to a paused session and started touches nothing',
    ),
    paused_torrent_add_peers: passes(
      'peers named to a stopped torrent are dialled when it starts, and not before',
    ),
    torrent_paused_alert: passes(
      'stopped and started are told once each, however often they are asked for',
    ),
    session_paused_alert: passes(
      'a pause of the session is told once by each torrent that ran, and by no other',
    ),
    session_pause_resume: passes('paused and resumed, a torrent stops once and starts once'),
    session_pause_resume_connect: passes(
      'peers named to a torrent of a paused session are dialled when it is resumed',
    ),
  },

  test_session: {
    seed_mode: passes(
      'the swarm finishes with all timers five seconds late',
      'libtorrent ticks every 5 s; ours has no tick, so its timers are late',
    ),
    ip_notifier_setting: unfit('switches a watch over network interfaces of the system'),
    add_extension_while_transfer: passes(
      'a behavior put in half way hears that all has changed, and finishes the download',
    ),
    tie_listen_ports: notYet('a UDP port beside the TCP port'),
    construct_paused_session_deprecated: unfit('a second interface of the same thing in C++'),
    construct_paused_session: passes(
      'a session that is made paused does nothing for half a minute, and can be ended',
    ),
  },

  test_optimistic_unchoke: {
    optimistic_unchoke: passes(
      'twenty idle peers share one slot: in 1,800 s each has it 90 s, give or take 1.5 s',
    ),
  },

  test_super_seeding: {
    super_seeding: notYet('super seeding'),
    strict_super_seeding: notYet('super seeding'),
    summy: notYet('super seeding'),
  },

  test_save_resume: {
    seed_and_suggest_mode: passes('a seed that suggests pieces saves that it has all of them'),
  },

  test_allow_multiple_connections_per_pid: {
    allow_multiple_connections_per_pid_false: passes(
      'a second peer with the same peer id from another address is refused',
    ),
    allow_multiple_connections_per_pid_true: passes(
      'peers with one peer id are as many as the session allows, and we are none of them',
    ),
  },

  test_ip_filter: {
    apply_ip_filter: passes(
      'a filter that is there first: of five addresses the two that it leaves are dialled',
    ),
    update_ip_filter: passes(
      'a filter that comes later disconnects three of five, and they are dialled no more',
    ),
    apply_ip_filter_to_torrent: notYet('an IP filter that one torrent is exempt from'),
    ip_filter_trackers: notYet('an IP filter for trackers'),
  },

  test_error_handling: {
    error_handling: passes(
      'whichever operation fails first: no bug, no false byte, and started again it finishes',
      'libtorrent fails every allocation; ours every operation of the disk, the network and the names',
    ),
  },

  test_auto_manage: {
    dont_count_slow_torrents: passes(
      'slow downloads take no place: one place, and another one starts every minute',
    ),
    count_slow_torrents: passes('slow downloads take their place where there is no rule for them'),
    force_stopped_download: passes(
      'torrents that nobody started get no turn, however many places there are',
    ),
    force_started: passes(
      'torrents that are started by force run beside the limits, and are not stopped',
    ),
    seed_limit: passes('ten complete torrents, three places to seed: all are checked, three seed'),
    download_limit: passes('ten downloads, three places: all are looked at, three run'),
    checking_announce: passes('a torrent that is checked and has to wait does not announce'),
    paused_checking: passes(
      'complete torrents that nobody started are not checked, and nobody knows it',
    ),
    stop_when_ready: passes(
      'a torrent that is only checked knows what is there, stops, and never announces',
    ),
    resume_reject_when_paused: passes(
      'claims that do not fit are refused while it is stopped, and its data is checked when it starts',
    ),
    no_resume_when_paused: passes(
      'a torrent that was added and not started does not touch its disk',
    ),
    no_resume_when_started: passes(
      'the same torrent, started, is checked once and finds its pieces',
    ),
    pause_completed_torrents: passes('no places to seed: what is complete stops at that instant'),
    inactive_recovery_is_immediate: passes(
      'a download that is no longer slow takes its place again within a second',
    ),
  },

  test_torrent_status: {
    status_timers: passes('a seed of two days shows its time every hour, to the millisecond'),
    status_timers_last_upload: passes(
      'a seed that gives knows when it last did, and that it never took',
    ),
    status_timers_time_shift_with_active_torrent: passes(
      'two seconds of seeding, a day stopped, an hour of seeding: an hour and two seconds',
      'ours has no clock that must be shifted; the times are the same',
    ),
    finish_time_shift_active: passes(
      'a stop and a start at one moment cost a seed no time but that of opening',
    ),
    finish_time_shift_paused: passes(
      'a stop, a start and a stop at one moment leave its time where it was',
    ),
    status_timers_removed_while_paused: passes(
      'a torrent that is removed long after it was stopped shows the time until then',
    ),
    status_timers_removed_while_active: passes(
      'a torrent that is removed while it seeds shows all of its time',
    ),
    seeding_time_survives_force_recheck: passes(
      'a recheck takes no time from a seed, and gives it none',
    ),
    alert_order: passes(
      'the first thing told of a torrent is its state, and the last that it was removed',
    ),
    active_timer_no_seed: passes(
      'a download that finds no place to seed stops complete, and its clocks with it',
    ),
    active_timer_graceful_pause: passes(
      'a download that is stopped gracefully is active until it has stopped',
      'libtorrent’s clock stops when it is asked to',
    ),
    active_timer_pause: passes(
      'a download that is stopped has been active until then, and never finished',
    ),
    active_timer_session_pause: passes(
      'a pause of the session stops the clocks, and its end starts them',
    ),
  },

  test_tracker: {
    event_completed_downloading: passes(
      'a download says started first, completed once, stopped last',
    ),
    event_completed_downloading_replace_trackers: passes(
      'a tracker that comes in mid-download hears started, completed once and stopped, the old one stopped',
    ),
    event_completed_seeding: passes('what was added as a seed never says completed'),
    event_completed_seeding_replace_trackers: passes(
      'a tracker that comes to a seed never hears completed',
    ),
    announce_interval_440: passes(
      'an interval of 440 s is kept: never early, at most a thirty-second of it late',
    ),
    announce_interval_1800: passes(
      'an interval of 1,800 s is kept: never early, at most 30 s late',
    ),
    announce_interval_1200: passes(
      'an interval of 1,200 s is kept: never early, at most 30 s late',
    ),
    announce_ip_port: passes(
      'the port is told and no address, in two announces: at start and at stop',
      'ours has no setting for an address to tell',
    ),
    ipv6_support: notYet(MULTI_HOMED),
    announce_no_listen: notYet(MULTI_HOMED),
    announce_udp_no_listen: notYet(MULTI_HOMED),
    ipv6_support_bind_v4_v6_any: notYet(MULTI_HOMED),
    ipv6_support_bind_v6_any: notYet(MULTI_HOMED),
    ipv6_support_bind_v4: notYet(MULTI_HOMED),
    ipv6_support_bind_v6: notYet(MULTI_HOMED),
    ipv6_support_bind_v6_3interfaces: notYet(MULTI_HOMED),
    ipv6_support_bind_v4_v6: notYet(MULTI_HOMED),
    ipv6_support_bind_v6_v4: notYet(MULTI_HOMED),
    omit_stop_event: passes('no stopped to a tracker that has never answered a started'),
    test_error: passes('a failure reason is told in its words, as one failure'),
    test_no_announce_path: passes('a tracker without a path is asked at /'),
    paused_session: passes(
      'a stop says stopped and the next start says started',
      'of a torrent; libtorrent’s is of the session',
    ),
    paused_session_in_flight_announce: passes(
      'a stop cancels the announce under way, and its late answer means nothing',
      'of a torrent; libtorrent’s is of the session',
    ),
    test_warning: passes('a warning is told and is no failure'),
    test_scrape_data_in_announce: passes(
      'the seeds and leeches that an announce counts are told',
      'how often it was downloaded is not told',
    ),
    test_scrape: elsewhere(
      'test/protocol/tracker/scraper.spec.ts',
      'asks over HTTP and reports what the tracker counts',
    ),
    test_http_status: passes('the status of an HTTP failure is told'),
    test_interval: passes(
      'the min interval holds back an announce that is asked for, and the tracker id goes back',
    ),
    test_invalid_bencoding: passes('a reply that is no bencoding is a failure, and told as that'),
    try_next: passes('a tracker whose name is not found is passed over for the next'),
    clear_error: passes('an answer clears the failures before it: the next back-off begins anew'),
    force_reannounce_high_priority_skips_queue: passes(
      'an announce that is asked for goes out although another torrent’s tracker stalls',
      'ours has no queue of announces to skip',
    ),
    force_reannounce_url_high_priority_skips_queue: passes(
      'an announce that is asked for by URL goes to that tracker alone, though another torrent’s stalls',
      'ours has no queue of announces to skip',
    ),
    tracker_ipv6_argument: notYet(MULTI_HOMED),
    tracker_key_argument: passes('all trackers of a torrent hear the same key, from start to stop'),
    tracker_ipv6_argument_non_private: passes(
      'the tracker of a public torrent is told no address of ours',
    ),
    tracker_ipv6_argument_privacy_mode: passes(
      'the tracker of a private torrent is told no address of ours either',
    ),
    tracker_user_agent_privacy_mode_public_torrent: notYet('a privacy mode'),
    tracker_user_agent_privacy_mode_private_torrent: notYet('a privacy mode'),
    ssrf_localhost: passes('localhost is announced to at /announce, and nowhere else'),
    ssrf_IPv4: passes('an IPv4 loopback address is announced to at /announce, and nowhere else'),
    ssrf_IPv6: passes('an IPv6 loopback address is announced to at /announce, and nowhere else'),
    ssrf_query_string: passes(
      'a tracker URL that speaks in our name is refused, however it is written',
    ),
    tracker_idna: notYet('a setting for internationalised names'),
    tracker_idna_redirect: notYet('a setting for internationalised names'),
    tracker_tiers_multi_homed: notYet(MULTI_HOMED),
    tracker_tiers_all_trackers_multi_homed: notYet(ALL_TRACKERS),
    tracker_tiers_all_tiers_multi_homed: notYet(ALL_TRACKERS),
    tracker_tiers_all_trackers_and_tiers_multi_homed: notYet(ALL_TRACKERS),
    tracker_tiers: passes('of two tiers of two, one tracker of the first tier hears everything'),
    tracker_tiers_all_trackers: passes(
      'all trackers: both of the first tier hear everything, those of the second nothing until both fail',
    ),
    tracker_tiers_all_tiers: passes('all tiers: one tracker of each tier hears everything'),
    tracker_tiers_all_trackers_and_tiers: passes(
      'all trackers of all tiers: each hears everything, and keeps its own interval',
    ),
    tracker_tiers_unreachable_tracker: passes(
      'a tracker that cannot be reached leaves its tier to the other',
    ),
    tracker_tiers_v4_and_v6_same_tier: notYet(MULTI_HOMED),
    tracker_tiers_v4_and_v6_different_tiers: notYet(MULTI_HOMED),
    tracker_tiers_v4_and_v6_all_trackers: notYet(MULTI_HOMED),
    tracker_tiers_v4_and_v6_different_tiers_all_trackers: notYet(MULTI_HOMED),
    tracker_tiers_v4_and_v6_different_tiers_all_tiers: notYet(MULTI_HOMED),
    tracker_tiers_retry_all: passes(
      'a tracker that fails is tried again after 15 s, 30 s, ... an hour, and up to a quarter more',
      'libtorrent’s back-off is 17 s, 72 s, 189 s ...',
    ),
    tracker_tiers_retry_all_multiple_trackers_per_tier: passes(
      'while one tier fails the next is asked once per interval, and the first with it',
      'ours announces to one tracker at a time',
    ),
  },

  test_http_connection: {
    http_connection: elsewhere(
      HTTP_CLIENT,
      'follows redirects up to redirectsMax, and no loop for ever',
      'its neighbours there cover statuses, chunks, gzip, refusals and names',
    ),
    http_connection_timeout_server_stalls: elsewhere(
      HTTP_CLIENT,
      'timeMax bounds a stall at every stage',
    ),
    http_connection_timeout_server_does_not_accept: notYet(
      'no spec shows that each address of a name is tried',
    ),
  },

  test_file_pool: {
    close_file_interval: notYet('files that nobody uses are closed after a while'),
    file_pool_size: elsewhere(
      'test/reactors/node/file-pool.spec.ts',
      'keeps to openFilesMax while forty jobs share four',
    ),
  },
};

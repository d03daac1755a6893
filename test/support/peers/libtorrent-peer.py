"""One torrent in one libtorrent session, driven by JSON lines: a real peer for the interop tests and the bench.

Argument: one JSON object {address, port, torrent, magnet, content, preset}.  magnet: null, or a link in place of the
torrent file.  preset: "default", "high_performance_seed" or "super_seed" (BEP 16).
Standard input: {"dial": [host, port]} or {"scrape": true}; end of input (or SIGTERM) ends it, announcing `stopped`.
Standard output: {"type": "adding"}, {"type": "listening"}, {"type": "checked", "seeding": bool}, {"type": "connected"} (a dial succeeded),
{"type": "complete"}, {"type": "error", ...}.
Anything else that libtorrent says goes to standard error.
"""

import json
import os
import select
import signal
import sys
import threading

import libtorrent as lt


def say(**event):
    print(json.dumps(event), flush=True)


def settings_for(task):
    hurried = task["preset"] == "high_performance_seed"
    settings = lt.high_performance_seed() if hurried else lt.default_settings()
    settings.update({
        "listen_interfaces": "%s:%d" % (task["address"], task["port"]),
        "enable_dht": False,
        "enable_lsd": False,
        "enable_upnp": False,
        "enable_natpmp": False,
        "enable_incoming_utp": False,
        "enable_outgoing_utp": False,
        "in_enc_policy": 2,
        "out_enc_policy": 2,
        "allow_multiple_connections_per_ip": True,
        "unchoke_slots_limit": -1,
        "max_failcount": 20,
        "connection_speed": 500,
        "max_allowed_in_request_queue": 4000,
        "stop_tracker_timeout": 1,
        "ssrf_mitigation": False,
        "alert_mask": lt.alert.category_t.error_notification
        | lt.alert.category_t.status_notification
        | lt.alert.category_t.tracker_notification
        | lt.alert.category_t.connect_notification,
    })
    return settings


def add(session, task):
    if task.get("magnet"):
        params = lt.parse_magnet_uri(task["magnet"])
    else:
        params = lt.add_torrent_params()
        params.ti = lt.torrent_info(task["torrent"])
    params.save_path = task["content"]
    params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    if task["preset"] == "super_seed":
        params.flags |= lt.torrent_flags.super_seeding
    return session.add_torrent(params)


def obey(handle):
    """Reads commands until the input ends."""
    for line in sys.stdin:
        order = json.loads(line)
        if "scrape" in order:
            handle.scrape_tracker()
        else:
            host, port = order["dial"]
            handle.connect_peer((host, port))


def main():
    task = json.loads(sys.argv[1])
    ending = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ending.set())
    session = lt.session(settings_for(task))
    # What `wait_for_alert` returns may move while it is looked at, which ends the process one time in fifty. A pipe is told too.
    told, tell = os.pipe()
    session.set_alert_fd(tell)
    say(type="adding")
    handle = add(session, task)

    def read():
        obey(handle)
        ending.set()

    threading.Thread(target=read, daemon=True).start()
    while not ending.is_set():
        if select.select([told], [], [], 0.1)[0]:
            os.read(told, 4096)
        for alert in session.pop_alerts():
            if isinstance(alert, lt.listen_succeeded_alert):
                say(type="listening", port=alert.port)
            elif isinstance(alert, lt.listen_failed_alert):
                say(type="error", message=alert.message())
            elif isinstance(alert, lt.torrent_checked_alert):
                say(type="checked", seeding=handle.status().is_seeding)
            elif isinstance(alert, lt.peer_connect_alert):
                say(type="connected")
            elif isinstance(alert, lt.torrent_finished_alert):
                say(type="complete")
            else:
                print(alert.message(), file=sys.stderr, flush=True)
    del handle
    del session  # blocks until the trackers have been told, at most stop_tracker_timeout
    sys.stdout.flush()
    os._exit(0)


main()

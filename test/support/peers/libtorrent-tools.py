"""Reads and makes torrents with libtorrent, for comparison: one line of JSON on standard output.

read FILE                          info-hashes, name, piece length, number of files
make CONTENT FILE VERSION LENGTH   writes a torrent of CONTENT; VERSION is v1, v2 or hybrid, LENGTH the piece length
"""

import json
import os
import sys

import libtorrent

V1_ONLY, V2_ONLY = 64, 32


def read(path):
    info = libtorrent.torrent_info(path)
    hashes = info.info_hashes()
    return {
        "v1": str(hashes.v1) if hashes.has_v1() else None,
        "v2": str(hashes.v2) if hashes.has_v2() else None,
        "name": info.name(),
        "pieceLength": info.piece_length(),
        "length": sum(
            info.files().file_size(i)
            for i in range(info.num_files())
            if not info.files().file_flags(i) & libtorrent.file_storage.flag_pad_file
        ),
    }


def make(content, path, version, length):
    files = libtorrent.file_storage()
    libtorrent.add_files(files, content)
    flags = {"v1": V1_ONLY, "v2": V2_ONLY, "hybrid": 0}[version]
    torrent = libtorrent.create_torrent(files, int(length), flags)
    libtorrent.set_piece_hashes(torrent, os.path.dirname(content))
    with open(path, "wb") as out:
        out.write(libtorrent.bencode(torrent.generate()))
    return read(path)


verb, *words = sys.argv[1:]
print(json.dumps({"read": read, "make": make}[verb](*words)))

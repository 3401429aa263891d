package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A log's tree at one size, read from its tiles and not yet compared with any checkpoint. For one thread and one
 * question: what was read is kept.
 */
final class TileReader implements SubtreeHashes<IOException> {
    private static final int HASH = Sha256.SIZE;

    private final LogStorage storage;
    private final long size;
    private final Map<Tile, Bytes> read = new HashMap<>();

    TileReader(LogStorage storage, long size) {
        this.storage = storage;
        this.size = size;
    }

    @Override
    public Bytes at(int level, long index) throws IOException {
        int within = level % Tile.HEIGHT;
        long first = index << within;
        Bytes hashes = hashes(Tile.holding(level / Tile.HEIGHT, first, size));
        int from = (int) (first % Tile.FULL);
        return MerkleTree.rootOf(split(hashes).subList(from, from + (1 << within)));
    }

    /** The hashes of a tile, which must be one of this size of the tree. */
    Bytes hashes(Tile tile) throws IOException {
        Bytes known = read.get(tile);
        if (known == null) {
            known = load(tile);
            read.put(tile, known);
        }
        return known;
    }

    private Bytes load(Tile tile) throws IOException {
        Found found = find(tile, Tile.FULL * HASH);
        if (found.content.size() != found.tile.width() * HASH) {
            throw new DamagedLogException(
                    found.tile.path(), found.content.size() + " bytes, not " + found.tile.width() * HASH);
        }
        return found.content.slice(0, tile.width() * HASH);
    }

    /** The last hashes of a level that do not fill a tile yet. */
    List<Bytes> rest(int level) throws IOException {
        long count = Tile.count(level, size);
        return count % Tile.FULL == 0 ? List.of() : split(hashes(Tile.holding(level, count, size)));
    }

    /** The entries of a tile of entries. */
    List<Bytes> entries(Tile tile) throws IOException {
        Found found = find(tile, EntryBundle.MAX_BYTES);
        try {
            return EntryBundle.decode(found.content, found.tile.width()).subList(0, tile.width());
        } catch (MalformedReleasesException e) {
            throw new DamagedLogException(found.tile.path(), e.getMessage(), e);
        }
    }

    private Found find(Tile tile, int max) throws IOException {
        Optional<Bytes> own = storage.read(tile.path(), max);
        if (own.isPresent()) {
            return new Found(tile, own.get());
        }
        // "Partial Tiles": whoever copied the log may have dropped those that have become full since.
        Optional<Bytes> full = storage.read(tile.full().path(), max);
        if (full.isPresent()) {
            return new Found(tile.full(), full.get());
        }
        throw new DamagedLogException(tile.path(), "is missing, and the checkpoint asks for it");
    }

    private record Found(Tile tile, Bytes content) {}

    private static List<Bytes> split(Bytes hashes) {
        List<Bytes> each = new ArrayList<>();
        for (int at = 0; at < hashes.size(); at += HASH) {
            each.add(hashes.slice(at, at + HASH));
        }
        return each;
    }
}

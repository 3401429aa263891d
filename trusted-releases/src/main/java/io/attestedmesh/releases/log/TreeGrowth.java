package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Which tiles a tree has more, or fuller, after new entries. */
final class TreeGrowth {
    /** What becomes of each tile: written, or compared with the one that is there. */
    interface Sink {
        void tile(Tile tile, Bytes content) throws IOException;
    }

    private final TileReader old;
    private final long oldSize;

    TreeGrowth(LogStorage storage, long oldSize) {
        this.old = new TileReader(storage, oldSize);
        this.oldSize = oldSize;
    }

    void add(List<Bytes> entries, Sink sink) throws IOException {
        addEntries(entries, sink);
        List<Bytes> fresh = entries.stream().map(MerkleTree::hashLeaf).toList();
        for (int level = 0; !fresh.isEmpty(); level++) {
            fresh = addHashes(level, fresh, sink);
        }
    }

    private void addEntries(List<Bytes> entries, Sink sink) throws IOException {
        List<Bytes> row = new ArrayList<>(lastEntries());
        row.addAll(entries);
        for (Part part : parts(Tile.ENTRIES, row)) {
            sink.tile(part.tile, EntryBundle.encode(part.elements));
        }
    }

    /** They are signed again in their next tile, so they must be those of the tree. */
    private List<Bytes> lastEntries() throws IOException {
        if (oldSize % Tile.FULL == 0) {
            return List.of();
        }
        Tile last = Tile.holding(Tile.ENTRIES, oldSize, oldSize);
        List<Bytes> entries = old.entries(last);
        if (!entries.stream().map(MerkleTree::hashLeaf).toList().equals(old.rest(0))) {
            throw new DamagedLogException(last.path(), "other entries than those of the leaf hashes");
        }
        return entries;
    }

    /** The roots of the tiles that became full: new hashes one level of tiles above. */
    private List<Bytes> addHashes(int level, List<Bytes> fresh, Sink sink) throws IOException {
        List<Bytes> row = new ArrayList<>(old.rest(level));
        row.addAll(fresh);
        List<Bytes> above = new ArrayList<>();
        for (Part part : parts(level, row)) {
            sink.tile(part.tile, Bytes.concat(part.elements.toArray(Bytes[]::new)));
            if (part.tile.isFull()) {
                above.add(MerkleTree.rootOf(part.elements));
            }
        }
        return above;
    }

    /** {@code row} begins with the level's last tile that was not full. */
    private List<Part> parts(int level, List<Bytes> row) {
        List<Part> parts = new ArrayList<>();
        long index = Tile.count(level, oldSize) / Tile.FULL;
        for (int at = 0; at < row.size(); at += Tile.FULL) {
            List<Bytes> elements = row.subList(at, Math.min(at + Tile.FULL, row.size()));
            parts.add(new Part(new Tile(level, index++, elements.size()), elements));
        }
        return parts;
    }

    private record Part(Tile tile, List<Bytes> elements) {}
}

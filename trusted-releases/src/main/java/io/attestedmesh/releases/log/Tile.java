package io.attestedmesh.releases.log;

/**
 * The place of 1 to 256 neighbours in a log (C2SP tlog-tiles): hashes of one level, or entries.
 *
 * @param level 0 for the leaf hashes, each next one for the roots of the full tiles below; {@link #ENTRIES} for entries
 * @param index of the tile in its level
 * @param width how many there are: less than 256 in the last tile of a level only
 */
record Tile(int level, long index, int width) {
    static final int ENTRIES = -1;
    static final int FULL = 256;

    /** Tree levels between a tile's hashes and those one level of tiles above. */
    static final int HEIGHT = 8;

    Tile {
        if (level < ENTRIES || index < 0 || width < 1 || width > FULL) {
            throw new IllegalArgumentException("no tile: " + level + ", " + index + ", " + width);
        }
    }

    /** The tile that holds element {@code at} of its level, in a tree of {@code size} entries. */
    static Tile holding(int level, long at, long size) {
        long index = at / FULL;
        return new Tile(level, index, (int) Math.min(FULL, count(level, size) - index * FULL));
    }

    /** How many elements a level has in a tree of {@code size} entries. */
    static long count(int level, long size) {
        return size >> (HEIGHT * Math.max(0, level));
    }

    boolean isFull() {
        return width == FULL;
    }

    /** The same tile after all its neighbours have come. */
    Tile full() {
        return new Tile(level, index, FULL);
    }

    /** Below the log's folder or URL. */
    String path() {
        return "tile/" + (level == ENTRIES ? "entries" : level) + "/" + number() + (isFull() ? "" : ".p/" + width);
    }

    /** Groups of three digits, an x before all but the last: 1234067 is x001/x234/067. */
    private String number() {
        StringBuilder groups = new StringBuilder(String.format("%03d", index % 1000));
        for (long rest = index / 1000; rest > 0; rest /= 1000) {
            groups.insert(0, String.format("x%03d/", rest % 1000));
        }
        return groups.toString();
    }
}

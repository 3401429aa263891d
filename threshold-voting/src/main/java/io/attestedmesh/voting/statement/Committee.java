package io.attestedmesh.voting.statement;

import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Who votes, and how many have to agree. Another membership, threshold or voting key is another epoch: statements of two
 * epochs never meet.
 */
public final class Committee {
    public static final int LARGEST = 255;
    private static final int LONGEST_NODE = 253;

    private final String network;
    private final long epoch;
    private final int threshold;
    private final TreeSet<String> nodes;

    /**
     * A committee of at least one node.
     *
     * @param network 1 to 64 letters, digits, dots, hyphens and underscores
     * @param epoch from 1
     * @param threshold more than half of the nodes, so that two decisions share one
     * @param nodes names of their attested identities
     * @throws IllegalArgumentException if one of these does not hold
     */
    public Committee(String network, long epoch, int threshold, Collection<String> nodes) {
        if (!network.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "a voting network is named by 1 to 64 letters, digits, dots, hyphens and underscores");
        }
        if (epoch < 1) {
            throw new IllegalArgumentException("the first epoch is 1, not " + epoch);
        }
        this.nodes = new TreeSet<>(nodes);
        if (this.nodes.size() != nodes.size()) {
            throw new IllegalArgumentException("a node stands twice in the committee");
        }
        if (nodes.isEmpty() || nodes.size() > LARGEST) {
            throw new IllegalArgumentException("a committee has 1 to " + LARGEST + " nodes, not " + nodes.size());
        }
        if (nodes.stream().anyMatch(name -> !isNode(name))) {
            throw new IllegalArgumentException(
                    "a node is named by 1 to " + LONGEST_NODE + " printable ASCII characters");
        }
        if (threshold > nodes.size() || 2 * threshold <= nodes.size()) {
            throw new IllegalArgumentException("of " + nodes.size() + " nodes, " + (nodes.size() / 2 + 1) + " to "
                    + nodes.size() + " have to agree, not " + threshold);
        }
        this.network = network;
        this.epoch = epoch;
        this.threshold = threshold;
    }

    static boolean isNode(String name) {
        return !name.isEmpty()
                && name.length() <= LONGEST_NODE
                && name.chars().allMatch(character -> character > ' ' && character < 127);
    }

    public String network() {
        return network;
    }

    public long epoch() {
        return epoch;
    }

    /** So many votes for one value decide. */
    public int threshold() {
        return threshold;
    }

    /** Sorted by name. */
    public SortedSet<String> nodes() {
        return Collections.unmodifiableSortedSet(nodes);
    }

    public int size() {
        return nodes.size();
    }

    public boolean contains(String node) {
        return nodes.contains(node);
    }

    /** So many liars never bring two decisions about: two sets of threshold nodes share at least one more. */
    public int safeLiars() {
        return 2 * threshold - size() - 1;
    }

    /** So many may be silent, and the others still decide if they agree. */
    public int spareNodes() {
        return size() - threshold;
    }

    /** So many observers include an honest one, within the bound of {@link #safeLiars}. */
    public int believableObservers() {
        return safeLiars() + 1;
    }

    @Override
    public String toString() {
        return network + " epoch " + epoch + ", " + threshold + " of " + size();
    }
}

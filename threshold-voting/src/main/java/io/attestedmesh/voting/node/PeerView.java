package io.attestedmesh.voting.node;

import java.util.Optional;

/**
 * Another node as this one sees it.
 *
 * @param address host and port, where it is known
 * @param reached whether this node's connection to it works
 * @param calls whether its connection to this node works
 * @param key its voting key in hexadecimal, once it has announced one
 * @param acknowledged of this node's own statements, how many it has
 * @param heard of its own statements, how many are here without a gap
 * @param score 0 to 100
 */
public record PeerView(
        String node,
        Optional<String> address,
        boolean reached,
        boolean calls,
        Optional<String> key,
        long acknowledged,
        long heard,
        double score,
        boolean excluded) {}

package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.tls.AttestedPeer;
import java.util.Optional;

/**
 * Who calls.
 *
 * @param proved by its connection; empty without TLS
 * @param own a node of this implementation, by what it says itself
 */
record Caller(Optional<AttestedPeer> proved, boolean own) {
    /** What it is called in logs: only what is proved. */
    String name() {
        return proved.map(peer -> peer.identity().name()).orElse("unknown");
    }
}

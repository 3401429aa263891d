package io.attestedmesh.attest.verify;

import io.attestedmesh.attest.evidence.Bytes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Chains whose signatures were verified, by the exact bytes of all their certificates; the least recently used goes.
 *
 * <p>Only verified chains enter, so strangers cannot fill it; what comes out still has to be valid at the time.
 */
final class ChainCache {
    private final Map<List<Bytes>, CheckedChain> chains;

    ChainCache(int capacity) {
        chains = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<List<Bytes>, CheckedChain> eldest) {
                return size() > capacity;
            }
        };
    }

    synchronized Optional<CheckedChain> find(List<Bytes> certificates) {
        return Optional.ofNullable(chains.get(certificates));
    }

    /** @param certificates unmodifiable, DER in the order of the chain */
    synchronized void remember(List<Bytes> certificates, CheckedChain chain) {
        chains.put(certificates, chain);
    }

    synchronized int size() {
        return chains.size();
    }
}

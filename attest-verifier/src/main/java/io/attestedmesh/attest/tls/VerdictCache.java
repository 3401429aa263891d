package io.attestedmesh.attest.tls;

import io.attestedmesh.attest.x509.PathValidator.Usage;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Verdicts on the very same bytes in the very same role, each within its validity. It belongs to one state of roster,
 * policy and revocation lists and is dropped with it. Only acceptance is remembered.
 */
final class VerdictCache {
    private static final float DEFAULT_LOAD = 0.75f;

    /**
     * What a verdict is about.
     *
     * @param host the server that was meant, empty for a client
     */
    record Question(PresentedChain chain, Usage usage, Optional<String> host) {}

    /** An acceptance and the instants, both inclusive, between which it stands. */
    record Verdict(AttestedPeer peer, Instant from, Instant until) {
        boolean standsAt(Instant at) {
            return !at.isBefore(from) && !at.isAfter(until);
        }
    }

    private final Map<Question, Verdict> verdicts;

    VerdictCache(int capacity) {
        this.verdicts = new LinkedHashMap<>(16, DEFAULT_LOAD, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Question, Verdict> eldest) {
                return size() > capacity;
            }
        };
    }

    synchronized Optional<Verdict> find(Question question, Instant at) {
        Verdict verdict = verdicts.get(question);
        if (verdict == null) {
            return Optional.empty();
        }
        if (!verdict.standsAt(at)) {
            verdicts.remove(question);
            return Optional.empty();
        }
        return Optional.of(verdict);
    }

    synchronized void remember(Question question, Verdict verdict) {
        verdicts.put(question, verdict);
    }

    synchronized int size() {
        return verdicts.size();
    }
}

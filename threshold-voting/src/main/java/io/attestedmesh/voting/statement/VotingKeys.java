package io.attestedmesh.voting.statement;

import io.attestedmesh.attest.ed25519.Ed25519PublicKey;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The voting keys of a committee's epoch: what a node announces first holds. Thread-safe. */
public final class VotingKeys {
    private final Committee committee;
    private final Map<String, Ed25519PublicKey> keys = new ConcurrentHashMap<>();
    private final Map<String, Announcement> announcements = new ConcurrentHashMap<>();

    /** No keys yet. */
    public VotingKeys(Committee committee) {
        this.committee = committee;
    }

    /**
     * Holds the announced key from now on.
     *
     * @return false if it was known
     * @throws RejectedStatementException as {@link Announcement#verify}, or ANOTHER_KEY
     */
    public boolean pin(Announcement announcement) throws RejectedStatementException {
        if (announcement.equals(announcements.get(announcement.node()))) {
            return false; // as when it was verified
        }
        Ed25519PublicKey announced = announcement.verify(committee);
        Ed25519PublicKey before = keys.putIfAbsent(announcement.node(), announced);
        if (before != null && !before.raw().equals(announced.raw())) {
            throw new RejectedStatementException(
                    StatementReason.ANOTHER_KEY,
                    announcement.node() + "'s voting key " + before.raw().hex() + " of epoch " + committee.epoch(),
                    announced.raw().hex());
        }
        return announcements.putIfAbsent(announcement.node(), announcement) == null;
    }

    /** Empty until the node has announced one. */
    public Optional<Ed25519PublicKey> of(String node) {
        return Optional.ofNullable(keys.get(node));
    }

    /** What is held, each once. */
    public Collection<Announcement> announcements() {
        return announcements.values().stream()
                .sorted((a, b) -> a.node().compareTo(b.node()))
                .toList();
    }

    public Committee committee() {
        return committee;
    }
}

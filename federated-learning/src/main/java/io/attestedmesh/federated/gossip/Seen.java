package io.attestedmesh.federated.gossip;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import java.util.LinkedHashSet;

/**
 * Messages that came by before, the newest ones. They are known by all that is in them, not by the number that they are
 * given alone: nobody can keep a message from us by sending another under its number first.
 */
final class Seen {
    private final int most;
    private final LinkedHashSet<Bytes> digests = new LinkedHashSet<>();

    Seen(int most) {
        this.most = most;
    }

    /** True the first time. */
    boolean add(RootMessage message) {
        if (!digests.add(digest(message))) {
            return false;
        }
        if (digests.size() > most) {
            digests.remove(digests.iterator().next());
        }
        return true;
    }

    boolean contains(RootMessage message) {
        return digests.contains(digest(message));
    }

    /** Of everything but how often it may be passed on. */
    private static Bytes digest(RootMessage message) {
        RootMessage.Builder same = message.toBuilder();
        same.getGossipMessageBuilder().clearTtl();
        return Bytes.of(same.build().toByteArray()).sha384();
    }
}

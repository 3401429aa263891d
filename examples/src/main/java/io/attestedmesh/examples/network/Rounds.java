package io.attestedmesh.examples.network;

import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.Received;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionReason;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The rounds of one protocol over a session: in each, a message to some parties and one from each of them. Who sends nothing
 * in time is left out, so that the protocol can name it. Not thread-safe.
 */
public final class Rounds {
    /** One party's silence or bad end is for the protocol to judge; all else is not. */
    private static final Set<SessionReason> OF_A_PARTY =
            Set.of(SessionReason.TIMEOUT, SessionReason.RESTARTED, SessionReason.ABORTED, SessionReason.WRONG_KIND);

    private final NetworkSession session;
    private final Duration patience;

    /** @param patience how long a round waits for the slowest party */
    public Rounds(NetworkSession session, Duration patience) {
        this.session = session;
        this.patience = patience;
    }

    public NetworkSession session() {
        return session;
    }

    /** The same message to all of {@code others}; theirs come back. */
    public SortedMap<Integer, byte[]> broadcast(Collection<Integer> others, byte[] message)
            throws SessionException, InterruptedException {
        SortedMap<Integer, byte[]> messages = new TreeMap<>();
        others.forEach(other -> messages.put(other, message));
        return exchange(messages);
    }

    /** To each its own message; theirs come back. */
    public SortedMap<Integer, byte[]> exchange(Map<Integer, byte[]> messages)
            throws SessionException, InterruptedException {
        for (Map.Entry<Integer, byte[]> message : messages.entrySet()) {
            session.send(message.getKey(), message.getValue());
        }
        SortedMap<Integer, byte[]> received = gather(messages.keySet());
        session.nextRound();
        return received;
    }

    private SortedMap<Integer, byte[]> gather(Set<Integer> from) throws SessionException, InterruptedException {
        SortedMap<Integer, byte[]> received = new TreeMap<>();
        long end = System.nanoTime() + patience.toNanos();
        while (!received.keySet().equals(from)) {
            try {
                Received next = session.receiveAny(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
                if (from.contains(next.from().id())) {
                    received.put(next.from().id(), next.value());
                }
            } catch (SessionException e) {
                if (!OF_A_PARTY.contains(e.reason())) {
                    throw e;
                }
                return received;
            }
        }
        return received;
    }
}

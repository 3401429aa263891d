package io.attestedmesh.federated.secure;

import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.Received;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionReason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

/** Rounds of a run as rounds of its session; who does not answer in time is left out, and nobody waits for it again. */
final class Exchange {
    /** Rounds of the session. */
    enum Turn {
        KEYS(0),
        SHARES(1),
        ROSTER(2),
        INPUT(3),
        AGREEMENT(4),
        REVEAL(5);

        private final long round;

        Turn(long round) {
            this.round = round;
        }
    }

    private static final System.Logger LOG = System.getLogger(Exchange.class.getName());

    private final NetworkSession session;
    private final SecureTerms terms;

    /** @throws IllegalArgumentException if the session is another, has begun, or lacks a party */
    Exchange(NetworkSession session, SecureTerms terms) {
        if (!session.id().equals(terms.session()) || session.round() != Turn.KEYS.round) {
            throw new IllegalArgumentException("terms for session " + terms.session() + " in its first round; this is "
                    + session.id() + " in round " + session.round());
        }
        Set<Integer> parties = new TreeSet<>(terms.clients());
        parties.add(terms.aggregator());
        Set<Integer> known = new TreeSet<>(Set.of(session.self().id()));
        session.others().forEach(party -> known.add(party.id()));
        if (!known.containsAll(parties)) {
            throw new IllegalArgumentException("parties " + parties + ", and the context has " + known);
        }
        this.session = session;
        this.terms = terms;
    }

    NetworkSession session() {
        return session;
    }

    /** Goes on to that round. */
    void begin(Turn turn) {
        while (session.round() < turn.round) {
            session.nextRound();
        }
    }

    /** All clients but this party. */
    Set<Integer> otherClients() {
        Set<Integer> others = new TreeSet<>(terms.clients());
        others.remove(session.self().id());
        return others;
    }

    /** What cannot be sent to a party is not: it is left out for what it does not answer. */
    void send(int party, byte[] message) throws InterruptedException {
        var unused = sending(party, message);
    }

    private CompletableFuture<Void> sending(int party, byte[] message) throws InterruptedException {
        try {
            return session.send(party, message)
                    .<Void>handle((delivery, failure) -> null)
                    .toCompletableFuture();
        } catch (SessionException e) {
            LOG.log(
                    System.Logger.Level.DEBUG,
                    () -> "event=fl.secure.unsent session=" + session.id() + " party=" + party + " reason="
                            + e.reason());
            return CompletableFuture.completedFuture(null);
        }
    }

    /** Sends, and waits until all have it, or cannot be reached, or the time is over. */
    void deliver(Set<Integer> parties, byte[] message, Duration patience) throws InterruptedException {
        List<CompletableFuture<Void>> sent = new ArrayList<>();
        for (int party : parties) {
            sent.add(sending(party, message));
        }
        CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, patience.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    void send(Set<Integer> parties, byte[] message) throws InterruptedException {
        for (int party : parties) {
            send(party, message);
        }
    }

    /** The messages of this round of those parties that send one within so many times of a round. */
    Map<Integer, byte[]> collect(Set<Integer> parties, int times) throws InterruptedException {
        Map<Integer, byte[]> messages = new TreeMap<>();
        Set<Integer> waiting = new TreeSet<>(parties);
        for (int time = 0; time < times && !waiting.isEmpty(); time++) {
            Map<Integer, CompletableFuture<byte[]>> coming = new TreeMap<>();
            waiting.forEach(party -> coming.put(party, session.receiveAsync(party)));
            for (Map.Entry<Integer, CompletableFuture<byte[]>> one : coming.entrySet()) {
                int party = one.getKey();
                try {
                    messages.put(party, await(one.getValue()));
                    waiting.remove(party);
                } catch (SessionException e) {
                    if (e.reason() != SessionReason.TIMEOUT) {
                        waiting.remove(party);
                    }
                }
            }
        }
        return messages;
    }

    /** The same from when one of them has sent one, for which this waits longer. */
    Map<Integer, byte[]> collectOnceOneIsThere(Set<Integer> parties, Duration patience) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        Set<Integer> waiting = new TreeSet<>(parties);
        Map<Integer, byte[]> messages = new TreeMap<>();
        try {
            while (messages.isEmpty()) {
                Received first = session.receiveAny(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
                if (waiting.remove(first.from().id())) {
                    messages.put(first.from().id(), first.value());
                }
            }
        } catch (SessionException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "event=fl.secure.nobody reason=" + e.reason());
            return messages;
        }
        messages.putAll(collect(waiting, 1));
        return messages;
    }

    /** The message of this round of the aggregator, however long it takes while the session lasts. */
    byte[] fromAggregator() throws SecureAggregationException, InterruptedException {
        while (true) {
            try {
                return session.receive(terms.aggregator());
            } catch (SessionException e) {
                if (e.reason() != SessionReason.TIMEOUT) {
                    throw noAggregator(e);
                }
            }
        }
    }

    SecureAggregationException noAggregator(SessionException cause) {
        SecureAggregationException why = new SecureAggregationException(
                SecureReason.NO_AGGREGATOR,
                Set.of(terms.aggregator()),
                "a message of round " + session.round(),
                cause.reason().toString());
        why.initCause(cause);
        return why;
    }

    private static byte[] await(CompletableFuture<byte[]> coming) throws SessionException, InterruptedException {
        try {
            return coming.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SessionException why) {
                throw why;
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}

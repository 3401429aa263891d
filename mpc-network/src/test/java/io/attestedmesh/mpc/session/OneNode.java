package io.attestedmesh.mpc.session;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.party.Contexts;
import io.attestedmesh.mpc.party.MpcContext;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.transport.HandDriven;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Sessions of party 1 of four, in time by hand, with outlets that only remember. */
final class OneNode {
    static final String CONTEXT = "test";
    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    final HandDriven time = new HandDriven(START);
    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final Contexts contexts = new Contexts();
    final List<Remembering> outlets = new ArrayList<>();
    final List<SessionId> room = new ArrayList<>();
    final Sessions sessions;

    /** An outlet that sends nothing. */
    static final class Remembering implements Outlet {
        final Party to;
        final Listener listener;
        final List<Long> rounds = new ArrayList<>();
        Optional<Boolean> closed = Optional.empty();

        Remembering(Party to, Listener listener) {
            this.to = to;
            this.listener = listener;
        }

        @Override
        public CompletableFuture<Delivery> send(long round, byte[] value, Instant latest) {
            rounds.add(round);
            return new CompletableFuture<>();
        }

        @Override
        public CompletableFuture<Delivery> stream(long round, MessageSource source, Instant latest) {
            rounds.add(round);
            return new CompletableFuture<>();
        }

        @Override
        public void close(boolean drain, SessionException why) {
            closed = Optional.of(drain);
        }
    }

    OneNode(SessionLimits limits) {
        contexts.add(new MpcContext(
                CONTEXT, IntStream.rangeClosed(1, 4).mapToObj(OneNode::party).toList()));
        sessions = new Sessions(
                identity(1),
                contexts,
                limits,
                new Timing(time.clock(), time, Runnable::run),
                registry,
                (session, to, end, trace, listener) -> {
                    Remembering outlet = new Remembering(to, listener);
                    outlets.add(outlet);
                    return outlet;
                });
    }

    static PeerIdentity identity(int party) {
        return new PeerIdentity("party-" + party + ".example");
    }

    static Party party(int id) {
        return Party.of(id, identity(id), "127.0.0.1", 7000 + id);
    }

    static Origin from(int party) {
        return new Origin(identity(party), Optional.empty(), new UUID(party, party));
    }

    static SessionId id(int number) {
        return new SessionId(7, number);
    }

    static byte[] bytes(int... values) {
        byte[] bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) {
            bytes[i] = (byte) values[i];
        }
        return bytes;
    }

    Acceptance message(int from, SessionId session, long round, long sequence, byte... value) {
        return message(from(from), session, round, sequence, value);
    }

    Acceptance message(Origin from, SessionId session, long round, long sequence, byte... value) {
        Consumer<SessionId> hears = room::add;
        return sessions.accept(from, new Tag(session, round, sequence), value, hears);
    }

    NetworkSession open(SessionId session) throws SessionException {
        return sessions.open(session, CONTEXT, SessionOptions.DEFAULT);
    }

    double dropped(SessionMeters.Drop why) {
        Counter counter = registry.find("amesh.mpc.dropped")
                .tag("reason", why.name().toLowerCase(java.util.Locale.ROOT))
                .counter();
        return counter == null ? -1 : counter.count();
    }

    /** On the accounts of all parties. */
    long bytesKept() {
        return (long) registry.get("amesh.mpc.inbox.bytes").gauge().value();
    }
}

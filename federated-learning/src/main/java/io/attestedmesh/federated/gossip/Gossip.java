package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.gossip.wire.DirectMessage;
import io.attestedmesh.federated.gossip.wire.GossipMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;

/**
 * Sends messages to everybody: to the direct neighbours, who pass them on. What is passed on of one node has a rate far below
 * that which a neighbour takes of us, so that nobody uses up ours.
 */
final class Gossip {
    /** How often a message is passed on, at most. */
    static final int TTL = 10;

    private static final int RELAYED_PART = 10;

    private final String self;
    private final Neighbours neighbours;
    private final RandomGenerator random;
    private final Seen seen;
    private final Seen sent;
    private final int relayedPerSecond;
    private final Clock clock;
    private final Map<String, RateLimit> relayed = new HashMap<>();

    Gossip(String self, Neighbours neighbours, RandomGenerator random, GossipLimits limits, Clock clock) {
        this.self = self;
        this.neighbours = neighbours;
        this.random = random;
        this.seen = new Seen(limits.seen());
        this.sent = new Seen(limits.seen());
        this.relayedPerSecond = Math.max(1, limits.perSecond() / RELAYED_PART);
        this.clock = clock;
    }

    void broadcast(String command, int round, List<String> arguments) {
        RootMessage message = RootMessage.newBuilder()
                .setSource(self)
                .setRound(round)
                .setCmd(command)
                .setGossipMessage(GossipMessage.newBuilder()
                        .setTtl(TTL)
                        .setHash(random.nextLong())
                        .addAllArgs(arguments))
                .build();
        sent.add(message);
        spread(message, Optional.empty(), PeerLink::post);
    }

    /** A message to one node alone. */
    RootMessage direct(String command, int round, List<String> arguments) {
        return RootMessage.newBuilder()
                .setSource(self)
                .setRound(round)
                .setCmd(command)
                .setDirectMessage(DirectMessage.newBuilder().addAllArgs(arguments))
                .build();
    }

    /** Tells those of our own kind whom we hear from themselves. */
    void tellWhomWeHear(Set<String> others) {
        RootMessage message = direct(Commands.HEARS, Setup.NO_ROUND, List.copyOf(others));
        neighbours.direct().stream()
                .filter(Neighbour::own)
                .forEach(neighbour -> neighbour.link().post(message));
    }

    /** True the first time. */
    boolean isNew(RootMessage message) {
        return seen.add(message);
    }

    /** True if we sent it. */
    boolean isOurs(RootMessage message) {
        return sent.contains(message);
    }

    /** Passes on what a neighbour sent, of a member. */
    void relay(RootMessage message, Optional<String> caller) {
        int ttl = Math.min(message.getGossipMessage().getTtl(), TTL) - 1;
        RateLimit rate = relayed.computeIfAbsent(message.getSource(), source -> new RateLimit(relayedPerSecond, clock));
        if (ttl >= 0 && rate.allows()) {
            RootMessage.Builder next = message.toBuilder();
            next.getGossipMessageBuilder().setTtl(ttl);
            spread(next.build(), caller, PeerLink::relay);
        }
    }

    private void spread(RootMessage message, Optional<String> caller, BiConsumer<PeerLink, RootMessage> send) {
        boolean ownOnly = message.getCmd().equals(Commands.TRAIN_SET);
        Instant now = clock.instant();
        for (Neighbour neighbour : neighbours.direct()) {
            String address = neighbour.address();
            boolean hasIt = address.equals(message.getSource())
                    || caller.filter(address::equals).isPresent()
                    || (!message.getSource().equals(self) && neighbour.hears(message.getSource(), now));
            if (!hasIt && (!ownOnly || neighbour.own())) {
                send.accept(neighbour.link(), message);
            }
        }
    }
}

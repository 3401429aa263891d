package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.gossip.wire.DirectMessage;
import io.attestedmesh.federated.gossip.wire.GossipMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Sends messages to everybody: to the direct neighbours, who pass them on. */
final class Gossip {
    /** How often a message is passed on, at most. */
    static final int TTL = 10;

    private final String self;
    private final Neighbours neighbours;
    private final RandomGenerator random;
    private final Seen seen;
    private final Seen sent;

    Gossip(String self, Neighbours neighbours, RandomGenerator random, int remembered) {
        this.self = self;
        this.neighbours = neighbours;
        this.random = random;
        this.seen = new Seen(remembered);
        this.sent = new Seen(remembered);
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
        spread(message, Optional.empty());
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

    /** True the first time. */
    boolean isNew(RootMessage message) {
        return seen.add(message);
    }

    /** True if we sent it. */
    boolean isOurs(RootMessage message) {
        return sent.contains(message);
    }

    /** Passes on what a neighbour sent. */
    void relay(RootMessage message, Optional<String> caller) {
        int ttl = Math.min(message.getGossipMessage().getTtl(), TTL) - 1;
        if (ttl >= 0) {
            RootMessage.Builder next = message.toBuilder();
            next.getGossipMessageBuilder().setTtl(ttl);
            spread(next.build(), caller);
        }
    }

    private void spread(RootMessage message, Optional<String> caller) {
        boolean ownOnly = message.getCmd().equals(Commands.TRAIN_SET);
        for (Neighbour neighbour : neighbours.direct()) {
            String address = neighbour.address();
            boolean hasIt = address.equals(message.getSource())
                    || caller.filter(address::equals).isPresent();
            if (!hasIt && (!ownOnly || neighbour.own())) {
                neighbour.link().post(message);
            }
        }
    }
}

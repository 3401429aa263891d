package io.attestedmesh.federated.gossip;

import io.attestedmesh.federated.gossip.wire.DirectMessage;
import io.attestedmesh.federated.gossip.wire.GossipMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import java.util.List;

/** How large a message may be, whoever sends it. */
final class Bounds {
    private static final int LONGEST_COMMAND = 64;

    private Bounds() {}

    /** The message with nothing in it but what the protocol knows, if that is in bounds. */
    static RootMessage bounded(RootMessage message, GossipLimits limits) throws RefusedMessageException {
        RootMessage.Builder known = RootMessage.newBuilder()
                .setSource(message.getSource())
                .setRound(message.hasRound() ? message.getRound() : Setup.NO_ROUND)
                .setCmd(message.getCmd());
        if (message.getCmd().length() > LONGEST_COMMAND) {
            throw tooLarge(
                    LONGEST_COMMAND + " characters of a command",
                    message.getCmd().length());
        }
        if (known.getRound() < Setup.NO_ROUND || known.getRound() > Experiment.MOST_ROUNDS) {
            throw new RefusedMessageException(GossipReason.MALFORMED, "a round", String.valueOf(known.getRound()));
        }
        switch (message.getPayloadTypeCase()) {
            case GOSSIP_MESSAGE -> {
                GossipMessage gossip = message.getGossipMessage();
                requireBounded(gossip.getArgsList(), limits);
                known.setGossipMessage(GossipMessage.newBuilder()
                        .setTtl(gossip.getTtl())
                        .setHash(gossip.getHash())
                        .addAllArgs(gossip.getArgsList()));
            }
            case DIRECT_MESSAGE -> {
                requireBounded(message.getDirectMessage().getArgsList(), limits);
                known.setDirectMessage(DirectMessage.newBuilder()
                        .addAllArgs(message.getDirectMessage().getArgsList()));
            }
            case WEIGHTS -> {
                requireBounded(message.getWeights().getContributorsList(), limits);
                if (message.getWeights().getWeights().size() > limits.modelBytes()) {
                    throw tooLarge(
                            limits.modelBytes() + " bytes of a model",
                            message.getWeights().getWeights().size());
                }
                known.setWeights(message.getWeights());
            }
            case PAYLOADTYPE_NOT_SET -> {}
        }
        return known.build();
    }

    private static void requireBounded(List<String> arguments, GossipLimits limits) throws RefusedMessageException {
        if (arguments.size() > limits.arguments()) {
            throw tooLarge(limits.arguments() + " arguments", arguments.size());
        }
        for (String argument : arguments) {
            if (argument.length() > limits.argumentLength()) {
                throw tooLarge(limits.argumentLength() + " characters", argument.length());
            }
        }
    }

    private static RefusedMessageException tooLarge(String most, int actual) {
        return new RefusedMessageException(GossipReason.TOO_LARGE, most + " at most", String.valueOf(actual));
    }
}

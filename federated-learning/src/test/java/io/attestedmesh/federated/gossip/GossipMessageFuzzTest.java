package io.attestedmesh.federated.gossip;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import io.attestedmesh.federated.model.RejectedModelException;

/** Whatever a peer sends is refused with a reason, or in the bounds that the rest relies on. */
final class GossipMessageFuzzTest {
    private static final GossipLimits LIMITS = new GossipLimits(4, 8, 16, 8, 8, 8, 8, 1024, 8);

    @FuzzTest
    void message(byte[] input) {
        try {
            RootMessage message = Bounds.bounded(RootMessage.parseFrom(input), LIMITS);
            require(message.getRound() >= Setup.NO_ROUND, "a round below none");
            require(message.getGossipMessage().getArgsCount() <= LIMITS.arguments(), "too many arguments");
            require(message.getDirectMessage().getArgsCount() <= LIMITS.arguments(), "too many arguments");
            require(message.getWeights().getWeights().size() <= LIMITS.modelBytes(), "a model too large");
            require(Bounds.bounded(message, LIMITS).equals(message), "bounds that change what is in bounds");
            Vote.parse(message.getGossipMessage().getArgsList(), LIMITS.neighbours())
                    .forEach((node, points) -> require(points >= 0 && points <= Vote.MOST_POINTS, "points"));
        } catch (InvalidProtocolBufferException | RefusedMessageException e) {
            require(e.getMessage() != null, "a refusal without a reason");
        }
    }

    @FuzzTest
    void model(byte[] input) {
        try {
            new ModelFormats(true, 1 << 20)
                    .decode(ByteString.copyFrom(input), AddingLearner.model(1))
                    .requireLike(AddingLearner.model(1));
        } catch (RejectedModelException e) {
            require(e.reason() != null, "a refusal without a reason");
        }
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}

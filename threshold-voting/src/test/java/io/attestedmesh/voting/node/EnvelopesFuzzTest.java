package io.attestedmesh.voting.node;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.InvalidProtocolBufferException;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.TestCommittee;
import io.attestedmesh.voting.wire.v1.Envelope;
import java.util.Optional;

/** All that a member can send: it is a message that goes over the wire again as it is, or refused for a reason. */
final class EnvelopesFuzzTest {
    private static final Envelopes ENVELOPES = new Envelopes(new TestCommittee(4, 3).verifier());

    @FuzzTest
    void envelope(byte[] input) throws Exception {
        Envelope envelope;
        try {
            envelope = Envelope.parseFrom(input);
        } catch (InvalidProtocolBufferException e) {
            return; // gRPC ends the call
        }
        if (Envelopes.work(envelope) < 1) {
            throw new AssertionError("a message that costs nothing");
        }
        Optional<Message> read;
        try {
            read = ENVELOPES.read("n2", envelope, why -> {});
        } catch (RefusedMessageException | RejectedStatementException e) {
            return;
        }
        if (read.isPresent()) {
            Envelope again = Envelopes.write(read.get());
            Optional<Message> twice = ENVELOPES.read("n2", again, why -> {
                throw new AssertionError("it was believed before", why);
            });
            if (!Envelopes.write(twice.orElseThrow()).equals(again)) {
                throw new AssertionError("it changes on its way: " + again);
            }
        }
    }
}

package io.attestedmesh.mpc.exchange;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.wire.Answer;
import io.attestedmesh.mpc.wire.Batch;
import io.attestedmesh.mpc.wire.Message;
import io.attestedmesh.mpc.wire.Part;
import io.attestedmesh.mpc.wire.PingReply;
import io.attestedmesh.mpc.wire.PingRequest;
import io.attestedmesh.mpc.wire.Refusal;
import io.attestedmesh.mpc.wire.Tag;
import io.attestedmesh.mpc.wire.TransferAnswer;
import io.grpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/** Whatever a peer sends is refused by the one checked exception, or is in the ranges that the rest relies on. */
final class WireFuzzTest {
    private static final Metadata.Key<String> INCARNATION =
            Metadata.Key.of("amesh-incarnation", Metadata.ASCII_STRING_MARSHALLER);

    @FuzzTest
    void batch(byte[] input) {
        try {
            for (Message message : Methods.parse(input, Batch.parser()).getMessagesList()) {
                tag(message.getTag());
                require(message.getValue().toByteArray().length <= input.length, "a value larger than its batch");
            }
        } catch (InvalidProtocolBufferException e) {
            requireReason(e);
        }
    }

    @FuzzTest
    void part(byte[] input) {
        try {
            Part part = Methods.parse(input, Part.parser());
            if (part.hasBeginning()) {
                tag(part.getBeginning().getTag());
            }
            require(part.getData().size() <= input.length, "data larger than its part");
        } catch (InvalidProtocolBufferException e) {
            requireReason(e);
        }
    }

    @FuzzTest
    void answer(byte[] input) {
        try {
            Answer answer = Methods.parse(input, Answer.parser());
            answer.getRefusalsList().forEach(WireFuzzTest::refusal);
            for (ByteString id : answer.getRoomList()) {
                session(id);
            }
        } catch (InvalidProtocolBufferException e) {
            requireReason(e);
        }
    }

    @FuzzTest
    void transferAnswer(byte[] input) {
        try {
            TransferAnswer answer = Methods.parse(input, TransferAnswer.parser());
            if (answer.hasRefusal()) {
                refusal(answer.getRefusal());
            }
        } catch (InvalidProtocolBufferException e) {
            requireReason(e);
        }
    }

    @FuzzTest
    void ping(byte[] input) {
        try {
            int request =
                    Methods.parse(input, PingRequest.parser()).getPayload().size();
            int reply = Methods.parse(input, PingReply.parser()).getPayload().size();
            require(Math.max(request, reply) <= input.length, "a payload larger than its message");
        } catch (InvalidProtocolBufferException e) {
            requireReason(e);
        }
    }

    @FuzzTest
    void header(byte[] input) {
        String text = new String(input, StandardCharsets.US_ASCII);
        Metadata headers = new Metadata();
        headers.put(INCARNATION, text);
        Optional<UUID> process = Methods.incarnation(headers);
        require(process.isEmpty() || process.get().toString().equals(text), "a UUID in another form");
    }

    private static void tag(Tag wire) {
        Optional<io.attestedmesh.mpc.session.Tag> tag = Wire.tag(wire);
        if (tag.isPresent()) {
            require(tag.get().round() >= 0, "a round below zero");
            require(tag.get().sequence() > io.attestedmesh.mpc.session.Tag.NO_SEQUENCE, "a message without a number");
            require(
                    Arrays.equals(
                            tag.get().session().toByteArray(), wire.getSession().toByteArray()),
                    "another session");
        }
    }

    private static void session(ByteString bytes) {
        Optional<SessionId> id = Wire.session(bytes);
        require(id.isPresent() == (bytes.size() == SessionId.SIZE), "a session id of another size");
        require(id.isEmpty() || Wire.session(id.get()).equals(bytes), "a session id that does not survive writing");
    }

    private static void refusal(Refusal refusal) {
        require(Wire.reason(refusal) != Acceptance.ACCEPTED, "a refusal that accepts");
    }

    private static void requireReason(InvalidProtocolBufferException e) {
        require(e.getMessage() != null, "a refusal without a reason");
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}

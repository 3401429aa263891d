package io.attestedmesh.examples.frost;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import java.util.Arrays;
import java.util.List;

/** Whatever a party sends is refused by the one checked exception, which names it, or is written back as it came. */
final class FrostMessagesFuzzTest {
    private static final DkgParameters PARAMETERS = new DkgParameters(4, 3, Bytes.fromHex("5e5510"));
    private static final int SENDER = 2;

    @FuzzTest
    void commitment(byte[] message) {
        read(MessageKind.DKG_COMMITMENT, message, reader -> {
            DealerCommitment commitment = DealerCommitment.read(PARAMETERS, reader);
            byte[] again = commitment.encode();
            commitment.check(PARAMETERS, SENDER);
            return again;
        });
    }

    @FuzzTest
    void echo(byte[] message) {
        read(MessageKind.DKG_ECHO, message, reader -> {
            BroadcastEcho echo = BroadcastEcho.readField(reader, PARAMETERS.ids());
            reader.end();
            return echo.writeField(new MessageWriter(MessageKind.DKG_ECHO)).toByteArray();
        });
    }

    @FuzzTest
    void share(byte[] message) {
        read(MessageKind.DKG_SHARE, message, reader -> SignedShare.read(reader).encode());
    }

    @FuzzTest
    void complaints(byte[] message) {
        read(
                MessageKind.DKG_COMPLAINTS,
                message,
                reader -> Complaints.read(PARAMETERS, reader).encode());
    }

    @FuzzTest
    void answers(byte[] message) {
        read(
                MessageKind.DKG_ANSWERS,
                message,
                reader -> Answers.read(PARAMETERS, reader).encode());
    }

    @FuzzTest
    void nonces(byte[] message) {
        read(
                MessageKind.NONCE_COMMITMENT,
                message,
                reader -> NonceCommitment.read(reader).encode());
    }

    @FuzzTest
    void signatureShare(byte[] message) {
        read(
                MessageKind.SIGNATURE_SHARE,
                message,
                reader -> SignatureShare.read(reader, PARAMETERS.ids()).encode());
    }

    private interface Parser {
        byte[] again(MessageReader reader) throws PartyFaultException;
    }

    private static void read(MessageKind kind, byte[] message, Parser parser) {
        try {
            byte[] again = parser.again(MessageReader.open(SENDER, kind, message));
            require(Arrays.equals(again, message), "a message with two encodings");
        } catch (PartyFaultException e) {
            require(e.parties().equals(List.of(SENDER)), "a fault of somebody else");
            require(e.getMessage().chars().allMatch(c -> c >= ' ' && c <= '~'), "a message that is not one line");
        }
    }

    private static void require(boolean condition, String broken) {
        if (!condition) {
            throw new AssertionError(broken);
        }
    }
}

package io.attestedmesh.examples.frost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.examples.ed25519.EncodingReason;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageReason;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What peers send, byte by byte. */
class FrostMessagesTest {
    private static final DkgParameters PARAMETERS = new DkgParameters(4, 3, Bytes.fromHex("5e5510"));
    private static final int SENDER = 2;
    private static final SignedShare SHARE = new SignedShare(Scalar.of(9), Bytes.of(new byte[64]));
    private static final BroadcastEcho ECHO =
            BroadcastEcho.of(Map.of(1, Bytes.EMPTY, 2, Bytes.EMPTY, 3, Bytes.EMPTY, 4, Bytes.EMPTY));

    private enum Sample {
        COMMITMENT(MessageKind.DKG_COMMITMENT, 1 + 6 * 32) {
            @Override
            byte[] sent() {
                ProofOfPossession proof = new ProofOfPossession(Point.BASE, Scalar.of(8));
                return new DealerCommitment(List.of(Point.BASE, Point.BASE, Point.BASE), Point.BASE, proof).encode();
            }

            @Override
            byte[] again(MessageReader reader) throws PartyFaultException {
                return DealerCommitment.read(PARAMETERS, reader).encode();
            }
        },
        SIGNED_SHARE(MessageKind.DKG_SHARE, 1 + 32 + 64) {
            @Override
            byte[] sent() {
                return SHARE.encode();
            }

            @Override
            byte[] again(MessageReader reader) throws PartyFaultException {
                return SignedShare.read(reader).encode();
            }
        },
        COMPLAINTS(MessageKind.DKG_COMPLAINTS, 1 + 1 + 2 + 2 + 96) {
            @Override
            byte[] sent() {
                return new Complaints(new TreeMap<>(Map.of(1, Optional.empty(), 4, Optional.of(SHARE)))).encode();
            }

            @Override
            byte[] again(MessageReader reader) throws PartyFaultException {
                return Complaints.read(PARAMETERS, reader).encode();
            }
        },
        ANSWERS(MessageKind.DKG_ANSWERS, 1 + 4 * 48 + 1 + 2 * 97) {
            @Override
            byte[] sent() {
                return new Answers(ECHO, new TreeMap<>(Map.of(1, SHARE, 3, SHARE))).encode();
            }

            @Override
            byte[] again(MessageReader reader) throws PartyFaultException {
                return Answers.read(PARAMETERS, reader).encode();
            }
        },
        NONCES(MessageKind.NONCE_COMMITMENT, 1 + 2 * 32) {
            @Override
            byte[] sent() {
                return new NonceCommitment(Point.BASE, Point.BASE).encode();
            }

            @Override
            byte[] again(MessageReader reader) throws PartyFaultException {
                return NonceCommitment.read(reader).encode();
            }
        },
        SIGNATURE_SHARE(MessageKind.SIGNATURE_SHARE, 1 + 4 * 48 + 32) {
            @Override
            byte[] sent() {
                return new SignatureShare(ECHO, Scalar.of(5)).encode();
            }

            @Override
            byte[] again(MessageReader reader) throws PartyFaultException {
                return SignatureShare.read(reader, PARAMETERS.ids()).encode();
            }
        };

        private final MessageKind kind;
        private final int size;

        Sample(MessageKind kind, int size) {
            this.kind = kind;
            this.size = size;
        }

        abstract byte[] sent();

        abstract byte[] again(MessageReader reader) throws PartyFaultException;

        byte[] readBack(byte[] message) throws PartyFaultException {
            return again(MessageReader.open(SENDER, kind, message));
        }
    }

    @ParameterizedTest
    @EnumSource
    void read_whatWasWritten(Sample sample) throws Exception {
        byte[] sent = sample.sent();

        assertThat(sent).hasSize(sample.size);
        assertThat(sample.readBack(sent)).isEqualTo(sent);
    }

    @ParameterizedTest
    @EnumSource
    void read_cutAnywhere_isRefused(Sample sample) {
        for (int size = 0; size < sample.size; size++) {
            assertRefused(sample, Arrays.copyOf(sample.sent(), size), MessageReason.MESSAGE_LENGTH);
        }
    }

    @ParameterizedTest
    @EnumSource
    void read_more_isRefused(Sample sample) {
        assertRefused(sample, Arrays.copyOf(sample.sent(), sample.size + 1), MessageReason.MESSAGE_LENGTH);
        assertRefused(sample, Arrays.copyOf(sample.sent(), 1 << 20), MessageReason.MESSAGE_LENGTH);
    }

    @ParameterizedTest
    @EnumSource
    void read_anotherKind_isRefused(Sample sample) {
        byte[] sent = sample.sent();
        sent[0] ^= 0x40;

        assertRefused(sample, sent, MessageReason.MESSAGE_KIND);
    }

    @Test
    void commitment_coefficientIsIdentity() {
        byte[] sent = Sample.COMMITMENT.sent();
        Arrays.fill(sent, 33, 65, (byte) 0);
        sent[33] = 1;

        assertRefused(Sample.COMMITMENT, sent, EncodingReason.IDENTITY);
    }

    @Test
    void commitment_signingKeyHasSmallOrder() {
        byte[] sent = Sample.COMMITMENT.sent();
        Arrays.fill(sent, 97, 129, (byte) 0);

        assertRefused(Sample.COMMITMENT, sent, EncodingReason.NOT_IN_SUBGROUP);
    }

    @Test
    void commitment_responseIsNotCanonical() {
        byte[] sent = Sample.COMMITMENT.sent();
        sent[sent.length - 1] = (byte) 0x80;

        assertRefused(Sample.COMMITMENT, sent, EncodingReason.NOT_CANONICAL);
    }

    @Test
    void complaints_dealerOutOfRange() {
        assertComplaintsRefused(1, 0, 0);
        assertComplaintsRefused(1, 5, 0);
    }

    @Test
    void complaints_sameDealerTwice() {
        assertComplaintsRefused(2, 3, 0, 3, 0);
    }

    @Test
    void complaints_notInOrder() {
        assertComplaintsRefused(2, 3, 0, 1, 0);
    }

    @Test
    void complaints_moreThanThereAreDealers() {
        assertComplaintsRefused(4, 1, 0, 2, 0, 3, 0, 4, 0);
    }

    @Test
    void complaints_neitherOpenedNorNot() {
        assertComplaintsRefused(1, 3, 2);
    }

    @Test
    void answers_complainerTwice() {
        MessageWriter writer =
                ECHO.writeField(new MessageWriter(MessageKind.DKG_ANSWERS)).number(2);
        SHARE.writeField(SHARE.writeField(writer.number(3)).number(3));

        assertRefused(Sample.ANSWERS, writer.toByteArray(), MessageReason.MESSAGE_FIELD);
    }

    @Test
    void answers_complainerOutOfRange() {
        MessageWriter writer =
                ECHO.writeField(new MessageWriter(MessageKind.DKG_ANSWERS)).number(1);
        SHARE.writeField(writer.number(5));

        assertRefused(Sample.ANSWERS, writer.toByteArray(), MessageReason.MESSAGE_FIELD);
    }

    private static void assertComplaintsRefused(int... numbers) {
        MessageWriter writer = new MessageWriter(MessageKind.DKG_COMPLAINTS);
        Arrays.stream(numbers).forEach(writer::number);

        assertRefused(Sample.COMPLAINTS, writer.toByteArray(), MessageReason.MESSAGE_FIELD);
    }

    private static void assertRefused(Sample sample, byte[] message, Reason reason) {
        PartyFaultException fault = catchThrowableOfType(PartyFaultException.class, () -> sample.readBack(message));
        assertThat(fault.reason()).isEqualTo(reason);
        assertThat(fault.parties()).containsExactly(SENDER);
    }
}

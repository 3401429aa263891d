package io.attestedmesh.examples.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.examples.ed25519.EncodingReason;
import io.attestedmesh.examples.ed25519.InvalidEncodingException;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {
    private static final MessageKind KIND = MessageKind.DKG_SHARE;
    private static final int SENDER = 3;

    private final byte[] message = new MessageWriter(KIND)
            .number(200)
            .scalar(Scalar.of(-1))
            .point(Point.BASE)
            .bytes(Bytes.fromHex("0102"))
            .toByteArray();

    @Test
    void fields_areReadAsWritten() throws Exception {
        MessageReader reader = MessageReader.open(SENDER, KIND, message);

        assertThat(reader.number(200, 200)).isEqualTo(200);
        assertThat(reader.scalar()).isEqualTo(Scalar.of(-1));
        assertThat(reader.point()).isEqualTo(Point.BASE);
        assertThat(reader.bytes(2)).isEqualTo(Bytes.fromHex("0102"));
        reader.end();
        assertThat(reader.sender()).isEqualTo(SENDER);
        assertThat(reader.message()).isEqualTo(Bytes.of(message));
    }

    @Test
    void open_nothing() {
        assertFault(() -> MessageReader.open(SENDER, KIND, null), MessageReason.SILENT);
    }

    @Test
    void open_noBytes() {
        assertFault(() -> MessageReader.open(SENDER, KIND, new byte[0]), MessageReason.MESSAGE_LENGTH);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "DKG_SHARE")
    void open_anotherKind(MessageKind other) {
        byte[] sent = new MessageWriter(other).toByteArray();

        assertFault(() -> MessageReader.open(SENDER, KIND, sent), MessageReason.MESSAGE_KIND);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 255, 0x20})
    void open_noKind(int first) {
        byte[] sent = {(byte) first};

        assertFault(() -> MessageReader.open(SENDER, KIND, sent), MessageReason.MESSAGE_KIND);
    }

    @Test
    void kinds_haveCodesOfTheirOwn() {
        assertThat(MessageKind.values()).extracting(MessageKind::code).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 33, 34, 65, 66, 67})
    void fields_cutShort(int size) {
        byte[] cut = Arrays.copyOf(message, size);

        assertFault(() -> readAll(MessageReader.open(SENDER, KIND, cut)), MessageReason.MESSAGE_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 1000})
    void end_moreBytes(int more) {
        byte[] longer = Arrays.copyOf(message, message.length + more);

        assertFault(() -> readAll(MessageReader.open(SENDER, KIND, longer)), MessageReason.MESSAGE_LENGTH);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 255})
    void number_outOfRange(int number) {
        byte[] sent = new MessageWriter(KIND).number(number).toByteArray();

        assertFault(() -> MessageReader.open(SENDER, KIND, sent).number(1, 3), MessageReason.MESSAGE_FIELD);
    }

    @Test
    void scalar_notCanonical_keepsTheReasonAndTheCause() {
        byte[] sent =
                new MessageWriter(KIND).bytes(Bytes.fromHex("ff".repeat(32))).toByteArray();

        PartyFaultException fault =
                assertFault(() -> MessageReader.open(SENDER, KIND, sent).scalar(), EncodingReason.NOT_CANONICAL);
        assertThat(fault).hasCauseInstanceOf(InvalidEncodingException.class);
    }

    @Test
    void point_identity_keepsTheReasonAndTheCause() {
        byte[] sent = new MessageWriter(KIND)
                .bytes(Bytes.fromHex("01" + "00".repeat(31)))
                .toByteArray();

        PartyFaultException fault =
                assertFault(() -> MessageReader.open(SENDER, KIND, sent).point(), EncodingReason.IDENTITY);
        assertThat(fault).hasCauseInstanceOf(InvalidEncodingException.class);
    }

    @Test
    void openAll_namesAllThatAreSilent() {
        Map<Integer, byte[]> messages = new HashMap<>();
        messages.put(2, message);
        messages.put(4, null);

        assertThatExceptionOfType(PartyFaultException.class)
                .isThrownBy(() -> MessageReader.openAll(List.of(4, 3, 2), KIND, messages))
                .withMessage("SILENT by parties 3, 4: expected a message of DKG_SHARE, actual none")
                .satisfies(e -> assertThat(e.parties()).containsExactly(3, 4));
    }

    @Test
    void openAll_ofAStranger_isTheCallersError() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MessageReader.openAll(List.of(2), KIND, Map.of(2, message, 5, message)));
    }

    @Test
    void openAll_isInTheOrderOfTheSenders() throws Exception {
        assertThat(MessageReader.openAll(List.of(9, 2, 4), KIND, Map.of(2, message, 4, message, 9, message)))
                .containsOnlyKeys(2, 4, 9)
                .allSatisfy((sender, reader) -> assertThat(reader.sender()).isEqualTo(sender));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 256})
    void writer_numberThatIsNoByte(int number) {
        MessageWriter writer = new MessageWriter(KIND);

        assertThatIllegalArgumentException().isThrownBy(() -> writer.number(number));
    }

    @Test
    void fault_ofNobodyKnown() {
        PartyFaultException fault = new PartyFaultException(MessageReason.SILENT, List.of(), "a", "b");

        assertThat(fault).hasMessage("SILENT by an unknown party: expected a, actual b");
        assertThat(fault.parties()).isEmpty();
        assertThat(fault.expected()).isEqualTo("a");
        assertThat(fault.actual()).isEqualTo("b");
    }

    private static void readAll(MessageReader reader) throws PartyFaultException {
        reader.number(0, 255);
        reader.scalar();
        reader.point();
        reader.bytes(2);
        reader.end();
    }

    private static PartyFaultException assertFault(ThrowingCallable reading, Reason reason) {
        PartyFaultException fault = catchThrowableOfType(PartyFaultException.class, reading);
        assertThat(fault.reason()).isEqualTo(reason);
        assertThat(fault.parties()).containsExactly(SENDER);
        return fault;
    }
}

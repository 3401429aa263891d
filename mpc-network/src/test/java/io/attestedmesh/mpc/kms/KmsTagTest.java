package io.attestedmesh.mpc.kms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.attestedmesh.mpc.session.SessionId;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class KmsTagTest {
    private static final String SESSION = "1032547698badcfeefcdab8967452301";
    private static final String P1 = "0200000000000000" + "7031";
    private static final String ROUND_7 = "0700000000000000";
    private static final KmsTag TAG = new KmsTag(new SessionId(0x0123456789abcdefL, 0xfedcba9876543210L), "p1", 7);

    private static ByteString hex(String digits) {
        return ByteString.copyFrom(HexFormat.of().parseHex(digits));
    }

    /** One of the shared vectors. */
    record Vector(SessionId session, String sender, BigInteger round, ByteString tag, ByteString health) {
        boolean inRange() {
            return round.bitLength() < Long.SIZE;
        }
    }

    static Stream<Vector> vectors() throws Exception {
        Path root = System.getProperty("vectors.dir") == null
                ? Path.of(System.getProperty("project.root", ".."), "..", "shared", "vectors")
                : Path.of(System.getProperty("vectors.dir"));
        Path file = root.resolve("wire").resolve("kms_tag_vectors.json");
        assumeTrue(Files.exists(file), () -> "no test vectors at " + file.toAbsolutePath());
        List<Vector> vectors = new ArrayList<>();
        for (JsonNode node : new ObjectMapper().readTree(file.toFile()).get("vectors")) {
            vectors.add(new Vector(
                    id(new BigInteger(node.get("session_id_dec").asText())),
                    node.get("sender").asText(),
                    new BigInteger(node.get("round").asText()),
                    hex(node.get("tag_hex").asText()),
                    hex(node.get("health_tag_hex").asText())));
        }
        assertThat(vectors).hasSizeGreaterThan(3);
        return vectors.stream();
    }

    static Stream<Vector> vectorsInRange() throws Exception {
        return vectors().filter(Vector::inRange);
    }

    static Stream<Vector> vectorsOutOfRange() throws Exception {
        return vectors().filter(vector -> !vector.inRange());
    }

    private static SessionId id(BigInteger number) {
        return SessionId.of(ByteBuffer.wrap(HexFormat.of().parseHex(String.format("%032x", number))));
    }

    @ParameterizedTest
    @MethodSource("vectorsInRange")
    void vector_isReadAndWrittenByteForByte(Vector vector) throws Exception {
        KmsTag tag =
                new KmsTag(vector.session(), vector.sender(), vector.round().longValueExact());
        assertThat(tag.encode()).isEqualTo(vector.tag());
        assertThat(KmsTag.decode(vector.tag())).isEqualTo(tag);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void healthVector_isReadAndWrittenByteForByte(Vector vector) throws Exception {
        assertThat(new HealthTag(vector.sender()).encode()).isEqualTo(vector.health());
        assertThat(HealthTag.decode(vector.health()).sender()).isEqualTo(vector.sender());
    }

    @ParameterizedTest
    @MethodSource("vectorsOutOfRange")
    void vector_withARoundOfTheUpperHalf_isRefused(Vector vector) {
        assertThatThrownBy(() -> KmsTag.decode(vector.tag()))
                .isInstanceOf(MalformedTagException.class)
                .hasMessage("a round of 2^63 or more");
    }

    @Test
    void bytesBehindTheEnd_areIgnored() throws Exception {
        assertThat(KmsTag.decode(hex(SESSION + P1 + ROUND_7 + "ff00"))).isEqualTo(TAG);
        assertThat(HealthTag.decode(hex(P1 + "ff")).sender()).isEqualTo("p1");
    }

    @Test
    void tag_cutAnywhere_isRefused() {
        ByteString whole = TAG.encode();
        assertThat(whole).isEqualTo(hex(SESSION + P1 + ROUND_7));
        for (int length = 0; length < whole.size(); length++) {
            ByteString cut = whole.substring(0, length);
            assertThatThrownBy(() -> KmsTag.decode(cut))
                    .isInstanceOf(MalformedTagException.class)
                    .hasMessageStartingWith("it ends ");
        }
    }

    @Test
    void healthTag_cutAnywhere_isRefused() {
        ByteString whole = new HealthTag("p1").encode();
        for (int length = 0; length < whole.size(); length++) {
            ByteString cut = whole.substring(0, length);
            assertThatThrownBy(() -> HealthTag.decode(cut)).isInstanceOf(MalformedTagException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fe00000000000000",
                "0000000001000000",
                "0200000001000000",
                "ffffffffffffffff",
                "0000000000000080"
            })
    void senderOfMoreThan253Bytes_isRefusedBeforeItIsRead(String length) {
        ByteString tag = hex(SESSION + length).concat(ByteString.copyFrom(new byte[300]));
        assertThatThrownBy(() -> KmsTag.decode(tag))
                .isInstanceOf(MalformedTagException.class)
                .hasMessage("a sender of more than 253 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c328", "c080", "eda0", "70ff"})
    void senderThatIsNotUtf8_isRefused(String two) {
        assertThatThrownBy(() -> KmsTag.decode(hex(SESSION + "0200000000000000" + two + ROUND_7)))
                .isInstanceOf(MalformedTagException.class)
                .hasMessage("a sender that is not UTF-8");
    }

    @Test
    void senderOf253Bytes_isRead_andOneMoreIsNotWritten() throws Exception {
        String longest = "x".repeat(253);
        assertThat(KmsTag.decode(new KmsTag(TAG.session(), longest, 0).encode()).sender())
                .isEqualTo(longest);
        assertThatThrownBy(() -> new KmsTag(TAG.session(), longest + "x", 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HealthTag("\u03c0".repeat(127))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void halfASurrogatePair_orANegativeRound_isNotWritten() {
        assertThatThrownBy(() -> new HealthTag("a\ud800")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new KmsTag(TAG.session(), "a", -1)).isInstanceOf(IllegalArgumentException.class);
    }
}

package io.attestedmesh.voting.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StatementTest {
    private static final Statement VOTE =
            new Statement("test", 1, "n1", 7, new TransactionId("tx_1"), Optional.of(new Value("é42")));
    private static final String LABEL = "amesh-voting-statement-v1";

    @Provide
    Arbitrary<Statement> statements() {
        Arbitrary<String> names = Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(64);
        Arbitrary<Optional<Value>> values = Arbitraries.strings()
                .withCharRange('!', '~')
                .withChars('é', '√', '字')
                .ofMinLength(1)
                .ofMaxLength(300)
                .map(Value::new)
                .optional();
        Arbitrary<Long> numbers = Arbitraries.longs().greaterOrEqual(1);
        return Combinators.combine(names, numbers, names, numbers, names.map(TransactionId::new), values)
                .as(Statement::new);
    }

    @Property(tries = 300)
    void encoded_readBack(@ForAll("statements") Statement statement) throws Exception {
        assertThat(Statement.parse(statement.encoded())).isEqualTo(statement);
    }

    @Property(tries = 300)
    void twoStatements_neverTheSameBytes(@ForAll("statements") Statement one, @ForAll("statements") Statement other) {
        assertThat(one.encoded().equals(other.encoded())).isEqualTo(one.equals(other));
    }

    private static void assertMalformed(Bytes encoded) {
        assertThatThrownBy(() -> Statement.parse(encoded)).isInstanceOf(MalformedStatementException.class);
    }

    private static CanonicalWriter upToTransaction(String label, long epoch, long sequence) {
        return new CanonicalWriter()
                .text(label)
                .text("test")
                .number(epoch)
                .text("n1")
                .number(sequence);
    }

    @Test
    void everyTruncation_malformed() {
        for (int length = 0; length < VOTE.encoded().size(); length++) {
            assertMalformed(VOTE.encoded().slice(0, length));
        }
    }

    @Test
    void everyAppendedByte_malformed() {
        for (int appended = 0; appended < 256; appended++) {
            assertMalformed(Bytes.concat(VOTE.encoded(), Bytes.of(new byte[] {(byte) appended})));
        }
    }

    @Test
    void everyFlippedBitOfLabel_malformed() {
        for (int bit = 0; bit < 8 * (Integer.BYTES + LABEL.length()); bit++) {
            byte[] flipped = VOTE.encoded().toByteArray();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertMalformed(Bytes.of(flipped));
        }
    }

    @Test
    void anotherLabel_malformed() {
        assertMalformed(upToTransaction("amesh-voting-statement-v2", 1, 7)
                .text("tx_1")
                .number(0)
                .written());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void numbersBelowOne_malformed(long number) {
        assertMalformed(upToTransaction(LABEL, number, 7).text("tx_1").number(0).written());
        assertMalformed(upToTransaction(LABEL, 1, number).text("tx_1").number(0).written());
    }

    @ParameterizedTest
    @ValueSource(longs = {2, -1, Long.MAX_VALUE})
    void neitherVoteNorTimeout_malformed(long kind) {
        assertMalformed(
                upToTransaction(LABEL, 1, 7).text("tx_1").number(kind).text("a").written());
    }

    @Test
    void valueBehindTimeout_malformed() {
        assertMalformed(
                upToTransaction(LABEL, 1, 7).text("tx_1").number(0).text("a").written());
    }

    @Test
    void voteWithoutValue_malformed() {
        assertMalformed(upToTransaction(LABEL, 1, 7).text("tx_1").number(1).written());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a/b", "a\n", "ä"})
    void noTransaction_malformed(String transaction) {
        assertMalformed(upToTransaction(LABEL, 1, 7).text(transaction).number(0).written());
    }

    @Test
    void emptyValue_malformed() {
        assertMalformed(
                upToTransaction(LABEL, 1, 7).text("tx_1").number(1).text("").written());
    }

    @Test
    void longValue_malformed() {
        assertMalformed(upToTransaction(LABEL, 1, 7)
                .text("tx_1")
                .number(1)
                .text("x".repeat(Value.LONGEST + 1))
                .written());
    }

    @ParameterizedTest
    @ValueSource(strings = {"c3", "ff", "c080", "eda080", "f8888080", "e282"})
    void valueThatIsNoUtf8_malformed(String hex) {
        assertMalformed(upToTransaction(LABEL, 1, 7)
                .text("tx_1")
                .number(1)
                .bytes(Bytes.of(HexFormat.of().parseHex(hex)))
                .written());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, Integer.MIN_VALUE, Integer.MAX_VALUE, 24, 26})
    void wrongLengthOfLabel_malformed(int length) {
        byte[] encoded = VOTE.encoded().toByteArray();
        byte[] wrong = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
        System.arraycopy(wrong, 0, encoded, 0, wrong.length);

        assertMalformed(Bytes.of(encoded));
    }

    @Test
    void longestFields_fit() throws Exception {
        Statement longest = new Statement(
                "n".repeat(64),
                Long.MAX_VALUE,
                "n".repeat(253),
                Long.MAX_VALUE,
                new TransactionId("t".repeat(TransactionId.LONGEST)),
                Optional.of(new Value("v".repeat(Value.LONGEST))));
        SignedStatement signed = new SignedStatement(longest, Bytes.of(new byte[64]));

        assertThat(longest.encoded().size()).isLessThanOrEqualTo(Statement.LARGEST);
        assertThat(SignedStatement.parse(signed.encoded())).isEqualTo(signed);
    }

    @Test
    void longSignature_malformed() {
        Bytes encoded = new SignedStatement(VOTE, Bytes.of(new byte[65])).encoded();

        assertThatThrownBy(() -> SignedStatement.parse(encoded)).isInstanceOf(MalformedStatementException.class);
    }

    private static Statement vote(String network, long epoch, String node, String transaction, String value) {
        return new Statement(network, epoch, node, 1, new TransactionId(transaction), Optional.of(new Value(value)));
    }

    @Test
    void contradicts_onlyAnotherValueOfOneNodeAndTransaction() {
        Statement one = vote("test", 1, "n1", "tx", "a");

        assertThat(one.contradicts(vote("test", 1, "n1", "tx", "b"))).isTrue();
        assertThat(one.contradicts(new Statement("test", 1, "n1", 9, new TransactionId("tx"), Optional.empty())))
                .isTrue();
        assertThat(one.contradicts(vote("test", 1, "n1", "tx", "a"))).isFalse();
        assertThat(one.contradicts(vote("test", 1, "n2", "tx", "b"))).isFalse();
        assertThat(one.contradicts(vote("test", 1, "n1", "ty", "b"))).isFalse();
        assertThat(one.contradicts(vote("test", 2, "n1", "tx", "b"))).isFalse();
        assertThat(one.contradicts(vote("prod", 1, "n1", "tx", "b"))).isFalse();
    }

    @Test
    void encoded_isThisForEver() {
        assertThat(new String(VOTE.encoded().toByteArray(), StandardCharsets.ISO_8859_1))
                .isEqualTo("\0\0\0\u0019amesh-voting-statement-v1\0\0\0\u0004test\0\0\0\0\0\0\0\u0001"
                        + "\0\0\0\u0002n1\0\0\0\0\0\0\0\u0007\0\0\0\u0004tx_1\0\0\0\0\0\0\0\u0001"
                        + "\0\0\0\u0004\u00c3\u00a942");
    }
}

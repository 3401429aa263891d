package io.attestedmesh.voting.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.evidence.Bytes;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each reason why something signed is not believed; keys, statements and certificates. */
final class StatementVerifierTest {
    private static final TransactionId TX = new TransactionId("tx_1");

    private final TestCommittee committee = new TestCommittee(5, 4);
    private final StatementVerifier verifier = committee.verifier();

    private static void assertRejected(StatementReason reason, ThrowingCallable work) {
        assertThatThrownBy(work)
                .asInstanceOf(InstanceOfAssertFactories.type(RejectedStatementException.class))
                .extracting(RejectedStatementException::reason)
                .isEqualTo(reason);
    }

    private static Committee like(String network, long epoch) {
        return new Committee(network, epoch, 4, List.of("n1", "n2", "n3", "n4", "n5"));
    }

    private static StatementSigner signer(Committee committee, String node) {
        return new StatementSigner(committee, node, TestCommittee.key(node));
    }

    private SignedStatement vote(String node, String value) {
        return committee.vote(node, 1, "tx_1", value).signed();
    }

    private static Certificate certificate(Optional<Value> value, SignedStatement... statements) {
        return new Certificate(TX, value, List.of(statements));
    }

    private static Optional<Value> value(String text) {
        return Optional.of(new Value(text));
    }

    @Test
    void signedByItsNode_verified() throws Exception {
        assertThat(verifier.verify(vote("n1", "a")).node()).isEqualTo("n1");
    }

    @Test
    void otherNetwork_rejected() {
        SignedStatement other =
                signer(like("prod", 1), "n1").sign(1, TX, Optional.empty()).signed();

        assertRejected(StatementReason.NETWORK, () -> verifier.verify(other));
    }

    @Test
    void otherEpoch_rejected() {
        SignedStatement other =
                signer(like("test", 2), "n1").sign(1, TX, Optional.empty()).signed();

        assertRejected(StatementReason.EPOCH, () -> verifier.verify(other));
    }

    @Test
    void stranger_rejected() {
        Committee theirs = new Committee("test", 1, 1, List.of("n6"));

        assertRejected(
                StatementReason.NOT_A_MEMBER,
                () -> verifier.verify(
                        signer(theirs, "n6").sign(1, TX, Optional.empty()).signed()));
    }

    @Test
    void keyNotAnnounced_rejected() {
        StatementVerifier early = new StatementVerifier(new VotingKeys(committee.committee()));

        assertRejected(StatementReason.NO_KEY, () -> early.verify(vote("n1", "a")));
    }

    @Test
    void everyFlippedBitOfSignature_rejected() {
        SignedStatement signed = vote("n1", "a");
        for (int bit = 0; bit < 512; bit += 7) {
            byte[] flipped = signed.signature().toByteArray();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            assertRejected(
                    StatementReason.SIGNATURE,
                    () -> verifier.verify(new SignedStatement(signed.statement(), Bytes.of(flipped))));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 32, 63})
    void shortSignature_rejected(int size) {
        SignedStatement signed = vote("n1", "a");

        assertRejected(
                StatementReason.SIGNATURE,
                () -> verifier.verify(new SignedStatement(
                        signed.statement(), signed.signature().slice(0, size))));
    }

    @Test
    void verifiedBefore_anotherSignatureOrStatementStillRejected() throws Exception {
        SignedStatement signed = vote("n1", "a");
        VerifiedStatement first = verifier.verify(signed);
        byte[] flipped = signed.signature().toByteArray();
        flipped[0] ^= 1;

        assertThat(verifier.verify(SignedStatement.parse(signed.encoded()))).isSameAs(first);
        assertRejected(
                StatementReason.SIGNATURE,
                () -> verifier.verify(new SignedStatement(signed.statement(), Bytes.of(flipped))));
        assertRejected(
                StatementReason.SIGNATURE,
                () -> verifier.verify(new SignedStatement(vote("n1", "b").statement(), signed.signature())));
    }

    @Test
    void rejectedBefore_rejectedAgain() {
        SignedStatement forged =
                new SignedStatement(vote("n1", "a").statement(), vote("n1", "b").signature());

        assertRejected(StatementReason.SIGNATURE, () -> verifier.verify(forged));
        assertRejected(StatementReason.SIGNATURE, () -> verifier.verify(forged));
    }

    @Test
    void signatureOfAnotherStatement_rejected() {
        SignedStatement other =
                new SignedStatement(vote("n1", "a").statement(), vote("n1", "b").signature());

        assertRejected(StatementReason.SIGNATURE, () -> verifier.verify(other));
    }

    @Test
    void signedByAnotherNode_rejected() {
        SignedStatement other = new SignedStatement(
                vote("n1", "a").statement(),
                TestCommittee.key("n2").sign(vote("n1", "a").statement().encoded()));

        assertRejected(StatementReason.SIGNATURE, () -> verifier.verify(other));
    }

    // keys

    private VotingKeys fresh() {
        return new VotingKeys(committee.committee());
    }

    @Test
    void announcedTwice_knownTheSecondTime() throws Exception {
        VotingKeys keys = fresh();

        assertThat(keys.pin(committee.signer("n1").announcement())).isTrue();
        assertThat(keys.pin(committee.signer("n1").announcement())).isFalse();
        assertThat(keys.announcements()).containsExactly(committee.signer("n1").announcement());
    }

    @Test
    void anotherKey_rejectedAndTheFirstStays() throws Exception {
        VotingKeys keys = fresh();
        boolean unused = keys.pin(committee.signer("n1").announcement());
        Announcement other = Announcement.of(committee.committee(), "n1", TestCommittee.key("other"));

        assertRejected(StatementReason.ANOTHER_KEY, () -> keys.pin(other));
        assertThat(keys.of("n1").orElseThrow().raw())
                .isEqualTo(TestCommittee.key("n1").publicKey().raw());
    }

    private static Announcement withKey(Announcement of, Bytes key) {
        return new Announcement(of.network(), of.epoch(), of.node(), key, of.signature());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000080",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
                "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
                "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
            })
    void keyOfSmallOrderOrInAnotherEncoding_rejected(String hex) {
        Bytes key = Bytes.of(HexFormat.of().parseHex(hex));

        assertRejected(
                StatementReason.BAD_KEY,
                () -> fresh().pin(withKey(committee.signer("n1").announcement(), key)));
    }

    @Test
    void shortKey_rejected() {
        assertRejected(
                StatementReason.BAD_KEY,
                () -> fresh().pin(withKey(committee.signer("n1").announcement(), Bytes.of(new byte[31]))));
    }

    @Test
    void keyThatDidNotSign_rejected() {
        assertRejected(
                StatementReason.SIGNATURE,
                () -> fresh().pin(withKey(
                        committee.signer("n1").announcement(),
                        TestCommittee.key("other").publicKey().raw())));
    }

    @Test
    void keyOfOtherNetworkEpochOrNode_rejected() {
        Ed25519PrivateKey key = TestCommittee.key("n1");

        assertRejected(StatementReason.NETWORK, () -> fresh().pin(Announcement.of(like("prod", 1), "n1", key)));
        assertRejected(StatementReason.EPOCH, () -> fresh().pin(Announcement.of(like("test", 2), "n1", key)));
        assertRejected(
                StatementReason.NOT_A_MEMBER, () -> fresh().pin(Announcement.of(committee.committee(), "n6", key)));
    }

    @Test
    void announcementInAnothersName_rejected() {
        Announcement own = committee.signer("n1").announcement();

        assertRejected(
                StatementReason.SIGNATURE,
                () -> fresh().pin(new Announcement("test", 1, "n2", own.key(), own.signature())));
    }

    @Test
    void announcement_roundTripAndEveryTruncation() throws Exception {
        Bytes encoded = committee.signer("n1").announcement().encoded();

        assertThat(Announcement.parse(encoded)).isEqualTo(committee.signer("n1").announcement());
        for (int length = 0; length < encoded.size(); length++) {
            Bytes cut = encoded.slice(0, length);
            assertThatThrownBy(() -> Announcement.parse(cut)).isInstanceOf(MalformedStatementException.class);
        }
    }

    // certificates

    @Test
    void fourVotesForOneValue_verified() throws Exception {
        Certificate four = certificate(value("a"), vote("n4", "a"), vote("n2", "a"), vote("n3", "a"), vote("n1", "a"));

        assertThat(verifier.verify(four).value()).isEqualTo(value("a"));
        assertThat(Certificate.parse(four.encoded())).isEqualTo(four);
    }

    @Test
    void threeVotes_rejected() {
        assertRejected(
                StatementReason.THRESHOLD,
                () -> verifier.verify(certificate(value("a"), vote("n1", "a"), vote("n2", "a"), vote("n3", "a"))));
    }

    @Test
    void threeVotesAndAnotherValue_rejected() {
        assertRejected(
                StatementReason.THRESHOLD,
                () -> verifier.verify(
                        certificate(value("a"), vote("n1", "a"), vote("n2", "a"), vote("n3", "a"), vote("n4", "b"))));
    }

    @Test
    void saysAnotherValueThanItsVotes_rejected() {
        assertRejected(
                StatementReason.THRESHOLD,
                () -> verifier.verify(
                        certificate(value("b"), vote("n1", "a"), vote("n2", "a"), vote("n3", "a"), vote("n4", "a"))));
    }

    @Test
    void saysFailedWhereItIsDecided_rejected() {
        assertRejected(
                StatementReason.THRESHOLD,
                () -> verifier.verify(certificate(
                        Optional.empty(), vote("n1", "a"), vote("n2", "a"), vote("n3", "a"), vote("n4", "a"))));
    }

    @Test
    void oneNodeTwice_rejected() {
        assertRejected(
                StatementReason.NOT_OF_ONE_TRANSACTION,
                () -> verifier.verify(
                        certificate(value("a"), vote("n1", "a"), vote("n2", "a"), vote("n3", "a"), vote("n3", "a"))));
    }

    @Test
    void statementOfAnotherTransaction_rejected() {
        assertRejected(
                StatementReason.NOT_OF_ONE_TRANSACTION,
                () -> verifier.verify(certificate(
                        value("a"),
                        vote("n1", "a"),
                        vote("n2", "a"),
                        vote("n3", "a"),
                        committee.vote("n4", 1, "tx_2", "a").signed())));
    }

    @Test
    void oneForgedVote_rejected() {
        SignedStatement forged = new SignedStatement(vote("n4", "a").statement(), Bytes.of(new byte[64]));

        assertRejected(
                StatementReason.SIGNATURE,
                () -> verifier.verify(
                        certificate(value("a"), vote("n1", "a"), vote("n2", "a"), vote("n3", "a"), forged)));
    }

    @Test
    void voteOfAStranger_rejected() {
        Committee theirs = new Committee("test", 1, 1, List.of("n6"));
        SignedStatement stranger = signer(theirs, "n6").sign(1, TX, value("a")).signed();

        assertRejected(
                StatementReason.NOT_A_MEMBER,
                () -> verifier.verify(
                        certificate(value("a"), vote("n1", "a"), vote("n2", "a"), vote("n3", "a"), stranger)));
    }

    @Test
    void fourTimeouts_failed() throws Exception {
        SignedStatement[] timeouts = List.of("n1", "n2", "n3", "n4").stream()
                .map(node -> committee.timeout(node, 1, "tx_1").signed())
                .toArray(SignedStatement[]::new);

        assertThat(verifier.verify(certificate(Optional.empty(), timeouts)).value())
                .isEmpty();
    }

    @Test
    void mixedVotesThatRuleEachValueOut_failed() throws Exception {
        Certificate mixed = certificate(
                Optional.empty(),
                vote("n1", "a"),
                vote("n2", "b"),
                vote("n3", "c"),
                vote("n4", "d"),
                committee.timeout("n5", 1, "tx_1").signed());

        assertThat(verifier.verify(mixed).value()).isEmpty();
    }

    @Test
    void mixedVotesThatLeaveOneValueOpen_rejected() {
        assertRejected(
                StatementReason.THRESHOLD,
                () -> verifier.verify(certificate(
                        Optional.empty(),
                        vote("n1", "a"),
                        vote("n2", "a"),
                        vote("n3", "b"),
                        vote("n4", "b"),
                        committee.timeout("n5", 1, "tx_1").signed())));
    }

    @Test
    void noStatements_rejected() {
        assertRejected(StatementReason.THRESHOLD, () -> verifier.verify(certificate(Optional.empty())));
    }

    @Test
    void statementsOutOfOrder_malformed() {
        CanonicalWriter out = new CanonicalWriter()
                .text("amesh-voting-certificate-v1")
                .text("tx_1")
                .number(0)
                .number(2)
                .bytes(vote("n2", "a").encoded())
                .bytes(vote("n1", "a").encoded());

        assertThatThrownBy(() -> Certificate.parse(out.written()))
                .isInstanceOf(MalformedStatementException.class)
                .hasMessageContaining("out of order");
    }

    @Test
    void tooManyStatements_malformed() {
        CanonicalWriter out = new CanonicalWriter()
                .text("amesh-voting-certificate-v1")
                .text("tx_1")
                .number(0)
                .number(256);

        assertThatThrownBy(() -> Certificate.parse(out.written()))
                .isInstanceOf(MalformedStatementException.class)
                .hasMessageContaining("255 at most");
    }
}

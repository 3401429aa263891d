package io.attestedmesh.voting.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.StatementReason;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.TestCommittee;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.statement.VotingKeys;
import io.attestedmesh.voting.violation.DoubleVote;
import io.attestedmesh.voting.violation.Observation;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.attestedmesh.voting.violation.Violation;
import io.attestedmesh.voting.violation.ViolationType;
import io.attestedmesh.voting.wire.v1.Answer;
import io.attestedmesh.voting.wire.v1.Cursor;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.attestedmesh.voting.wire.v1.Evidence;
import io.attestedmesh.voting.wire.v1.Hello;
import io.attestedmesh.voting.wire.v1.Question;
import io.attestedmesh.voting.wire.v1.Statements;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

final class EnvelopesTest {
    private static final TransactionId TX = new TransactionId("tx_1");

    private final TestCommittee committee = new TestCommittee(4, 3);
    private final Envelopes envelopes = new Envelopes(committee.verifier());
    private final List<StatementReason> disbelieved = new ArrayList<>();

    private Optional<Message> read(String from, Envelope envelope) throws Exception {
        return envelopes.read(from, envelope, why -> disbelieved.add(why.reason()));
    }

    private void assertRefused(NodeReason reason, Envelope envelope) {
        assertThatThrownBy(() -> read("n2", envelope))
                .asInstanceOf(InstanceOfAssertFactories.type(RefusedMessageException.class))
                .extracting(RefusedMessageException::reason)
                .isEqualTo(reason);
    }

    private void assertRejected(StatementReason reason, Envelope envelope) {
        assertThatThrownBy(() -> read("n2", envelope))
                .asInstanceOf(InstanceOfAssertFactories.type(RejectedStatementException.class))
                .extracting(RejectedStatementException::reason)
                .isEqualTo(reason);
    }

    private void assertRoundTrip(Message message) throws Exception {
        Envelope written = Envelopes.write(message);
        Message read = read("n2", Envelope.parseFrom(written.toByteArray())).orElseThrow();

        assertThat(Envelopes.write(read)).isEqualTo(written);
        assertThat(read).hasSameClassAs(message);
        assertThat(disbelieved).isEmpty();
    }

    private static ByteString encoded(VerifiedStatement statement) {
        return Envelopes.write(statement.signed().encoded());
    }

    /** A statement whose signature is of another one. */
    private VerifiedStatement forged(String node) {
        Bytes other = committee.vote(node, 9, "tx_9", "z").signed().signature();
        return VerifiedStatement.readmit(
                new SignedStatement(committee.vote(node, 1, "tx_1", "a").statement(), other));
    }

    private static Envelope statements(ByteString... statements) {
        return Envelope.newBuilder()
                .setStatements(Statements.newBuilder().addAllStatements(List.of(statements)))
                .build();
    }

    private static Envelope evidence(Violation violation) {
        return Envelope.newBuilder()
                .setEvidence(Evidence.newBuilder().setViolation(Envelopes.write(violation.encoded())))
                .build();
    }

    @Test
    void cursor_roundTrip() throws Exception {
        assertRoundTrip(new Message.Cursor(0, Optional.empty()));
        assertRoundTrip(new Message.Cursor(7, Optional.of(committee.vote("n1", 7, "tx_1", "a"))));
    }

    @Test
    void statements_roundTrip() throws Exception {
        assertRoundTrip(new Message.Statements(
                List.of(committee.vote("n2", 1, "tx_1", "a"), committee.timeout("n2", 2, "tx_2"))));
    }

    @Test
    void question_roundTrip() throws Exception {
        assertRoundTrip(new Message.Question(List.of(TX, new TransactionId("tx_2"))));
    }

    @Test
    void answer_roundTrip() throws Exception {
        VerifiedCertificate decision = committee.decision("tx_1", "a", "n1", "n2", "n3");
        assertRoundTrip(new Message.Answer(TX, List.of(), Optional.empty()));
        assertRoundTrip(new Message.Answer(TX, decision.statements(), Optional.of(decision)));
    }

    @Test
    void evidence_roundTrip() throws Exception {
        assertRoundTrip(new Message.Evidence(VerifiedViolation.observed(
                committee.signer("n3"), ViolationType.SILENCE, "n4", Instant.EPOCH, Bytes.EMPTY)));
    }

    @Test
    void nothing_malformed() {
        assertRefused(NodeReason.MALFORMED, Envelope.getDefaultInstance());
    }

    @Test
    void hello_onlyFirst() {
        assertRefused(
                NodeReason.HELLO,
                Envelope.newBuilder().setHello(Hello.getDefaultInstance()).build());
    }

    @Test
    void negativeCursor_malformed() {
        assertRefused(
                NodeReason.MALFORMED,
                Envelope.newBuilder()
                        .setCursor(Cursor.newBuilder().setSequence(-1))
                        .build());
    }

    @Test
    void garbageForStatement_malformed() {
        assertRefused(NodeReason.MALFORMED, statements(ByteString.copyFromUtf8("garbage")));
    }

    @Test
    void emptyStatement_malformed() {
        assertRefused(NodeReason.MALFORMED, statements(ByteString.EMPTY));
    }

    @Test
    void hugeStatement_tooLarge() {
        assertRefused(NodeReason.TOO_LARGE, statements(ByteString.copyFrom(new byte[SignedStatement.LARGEST + 1])));
    }

    @Test
    void tooManyStatements_tooLarge() {
        ByteString one = encoded(committee.vote("n2", 1, "tx_1", "a"));

        assertRefused(
                NodeReason.TOO_LARGE, statements(Collections.nCopies(1025, one).toArray(ByteString[]::new)));
    }

    @Test
    void statementOfAnotherNode_notItsOwn() {
        assertRefused(NodeReason.NOT_ITS_OWN, statements(encoded(committee.vote("n3", 1, "tx_1", "a"))));
    }

    @Test
    void forgedStatementOfAnotherNode_notItsOwn() {
        assertRefused(NodeReason.NOT_ITS_OWN, statements(encoded(forged("n3"))));
    }

    @Test
    void forgedStatementOfItsOwn_rejected() {
        assertRejected(StatementReason.SIGNATURE, statements(encoded(forged("n2"))));
    }

    @Test
    void statementOfAnotherEpoch_rejected() {
        StatementSigner later = new StatementSigner(
                new Committee("test", 2, 3, committee.committee().nodes()), "n2", TestCommittee.key("n2"));

        assertRejected(StatementReason.EPOCH, statements(encoded(later.sign(1, TX, Optional.empty()))));
    }

    @Test
    void tooManyQuestions_tooLarge() {
        assertRefused(
                NodeReason.TOO_LARGE,
                Envelope.newBuilder()
                        .setQuestion(Question.newBuilder().addAllTransactions(Collections.nCopies(65, "tx")))
                        .build());
    }

    @Test
    void questionOfNoTransaction_malformed() {
        assertRefused(
                NodeReason.MALFORMED,
                Envelope.newBuilder()
                        .setQuestion(Question.newBuilder().addTransactions("no name\n"))
                        .build());
    }

    private static Answer.Builder answer() {
        return Answer.newBuilder().setTransaction("tx_1");
    }

    private static Envelope of(Answer.Builder answer) {
        return Envelope.newBuilder().setAnswer(answer).build();
    }

    @Test
    void answerOfNoTransaction_malformed() {
        assertRefused(NodeReason.MALFORMED, of(Answer.newBuilder()));
    }

    @Test
    void tooManyStatementsInAnswer_tooLarge() {
        ByteString one = encoded(committee.vote("n2", 1, "tx_1", "a"));

        assertRefused(NodeReason.TOO_LARGE, of(answer().addAllStatements(Collections.nCopies(256, one))));
    }

    @Test
    void garbageForCertificate_malformed() {
        assertRefused(NodeReason.MALFORMED, of(answer().setCertificate(ByteString.copyFromUtf8("garbage"))));
    }

    @Test
    void certificateOfTooFew_rejected() {
        VerifiedCertificate few = VerifiedCertificate.readmit(new Certificate(
                TX,
                Optional.of(new Value("a")),
                List.of(committee.vote("n1", 1, "tx_1", "a").signed())));

        assertRejected(StatementReason.THRESHOLD, of(answer().setCertificate(Envelopes.write(few.encoded()))));
    }

    @Test
    void garbageForEvidence_malformed() {
        assertRefused(
                NodeReason.MALFORMED,
                Envelope.newBuilder()
                        .setEvidence(Evidence.newBuilder().setViolation(ByteString.copyFromUtf8("garbage")))
                        .build());
    }

    @Test
    void evidenceThatProvesNothing_rejected() {
        SignedStatement vote = committee.vote("n3", 1, "tx_1", "a").signed();

        assertRejected(StatementReason.NO_PROOF, evidence(new DoubleVote(vote, vote)));
    }

    @Test
    void forgedObservationOfItsOwn_rejected() {
        Observation seen =
                Observation.of(committee.signer("n2"), ViolationType.SILENCE, "n3", Instant.EPOCH, Bytes.EMPTY);
        Violation forged = new Observation(
                seen.type(), seen.network(), seen.epoch(), "n2", "n4", seen.at(), seen.detail(), seen.signature());

        assertRejected(StatementReason.SIGNATURE, evidence(forged));
    }

    // n4 announces one key to n2 and another here: what n2 passes on of it does not verify, and n2 is not to blame

    @Test
    void passedOnStatementThatDoesNotVerify_leftOut() throws Exception {
        VerifiedStatement good = committee.vote("n3", 1, "tx_1", "a");
        Message read = read(
                        "n2", of(answer().addStatements(encoded(forged("n4"))).addStatements(encoded(good))))
                .orElseThrow();

        assertThat(((Message.Answer) read).statements())
                .extracting(VerifiedStatement::node)
                .containsExactly("n3");
        assertThat(disbelieved).containsExactly(StatementReason.SIGNATURE);
    }

    @Test
    void passedOnCertificateThatDoesNotVerify_leftOut() throws Exception {
        VerifiedCertificate decision = VerifiedCertificate.of(
                        committee.committee(),
                        TX,
                        List.of(
                                committee.vote("n1", 1, "tx_1", "a"),
                                committee.vote("n2", 1, "tx_1", "a"),
                                forged("n4")))
                .orElseThrow();
        Message read = read("n2", of(answer().setCertificate(Envelopes.write(decision.encoded()))))
                .orElseThrow();

        assertThat(((Message.Answer) read).certificate()).isEmpty();
        assertThat(disbelieved).containsExactly(StatementReason.SIGNATURE);
    }

    @Test
    void passedOnEvidenceThatDoesNotVerify_leftOut() throws Exception {
        VerifiedViolation proof = VerifiedViolation.doubleVote(forged("n4"), committee.vote("n4", 2, "tx_1", "b"))
                .orElseThrow();

        assertThat(read("n2", evidence(proof.violation()))).isEmpty();
        assertThat(disbelieved).containsExactly(StatementReason.SIGNATURE);
    }

    @Test
    void passedOnBeforeItsNodeHasAnnounced_leftOut() throws Exception {
        VotingKeys early = new VotingKeys(committee.committee());
        boolean unused = early.pin(committee.signer("n2").announcement());
        Envelopes withoutKeys = new Envelopes(new StatementVerifier(early));
        Envelope said = of(answer().addStatements(encoded(committee.vote("n4", 1, "tx_1", "a"))));

        Message read = withoutKeys
                .read("n2", said, why -> disbelieved.add(why.reason()))
                .orElseThrow();

        assertThat(((Message.Answer) read).statements()).isEmpty();
        assertThat(disbelieved).containsExactly(StatementReason.NO_KEY);
    }

    @Test
    void forgedStatementOfItsOwnInAnswer_rejected() {
        assertRejected(StatementReason.SIGNATURE, of(answer().addStatements(encoded(forged("n2")))));
    }

    @Test
    void work_countsEverySignature() {
        TestCommittee large = new TestCommittee(30, 20);
        VerifiedCertificate decision = large.decision(
                "t", "a", large.committee().nodes().stream().limit(20).toArray(String[]::new));
        VerifiedViolation minority = VerifiedViolation.minorityVote(large.vote("n9", 1, "t", "b"), decision)
                .orElseThrow();

        assertThat(Envelopes.work(of(answer().setCertificate(Envelopes.write(decision.encoded())))))
                .isBetween(20, 60);
        assertThat(Envelopes.work(evidence(minority.violation()))).isBetween(21, 60);
    }
}

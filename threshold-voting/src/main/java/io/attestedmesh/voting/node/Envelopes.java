package io.attestedmesh.voting.node;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.replica.Replica;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.MalformedStatementException;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.StatementReason;
import io.attestedmesh.voting.statement.StatementVerifier;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Observation;
import io.attestedmesh.voting.violation.Violation;
import io.attestedmesh.voting.violation.ViolationVerifier;
import io.attestedmesh.voting.wire.v1.Answer;
import io.attestedmesh.voting.wire.v1.Cursor;
import io.attestedmesh.voting.wire.v1.Envelope;
import io.attestedmesh.voting.wire.v1.Evidence;
import io.attestedmesh.voting.wire.v1.Question;
import io.attestedmesh.voting.wire.v1.Statements;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Messages as they go over the wire. Whatever is signed in one is verified as it is read. Thread-safe. */
final class Envelopes {
    private static final int STATEMENTS = 1024;
    /** Bytes of the shortest signed statement. */
    private static final int LEAST_SIGNED = 140;

    private final StatementVerifier statements;
    private final ViolationVerifier violations;

    Envelopes(StatementVerifier statements) {
        this.statements = statements;
        this.violations = new ViolationVerifier(statements);
    }

    static Envelope write(Message message) {
        Envelope.Builder envelope = Envelope.newBuilder();
        if (message instanceof Message.Cursor cursor) {
            Cursor.Builder out = Cursor.newBuilder().setSequence(cursor.sequence());
            cursor.last().ifPresent(last -> out.setLast(write(last)));
            envelope.setCursor(out);
        } else if (message instanceof Message.Statements said) {
            Statements.Builder out = Statements.newBuilder();
            said.statements().forEach(statement -> out.addStatements(write(statement)));
            envelope.setStatements(out);
        } else if (message instanceof Message.Question question) {
            Question.Builder out = Question.newBuilder();
            question.transactions().forEach(transaction -> out.addTransactions(transaction.text()));
            envelope.setQuestion(out);
        } else if (message instanceof Message.Answer answer) {
            Answer.Builder out =
                    Answer.newBuilder().setTransaction(answer.transaction().text());
            answer.statements().forEach(statement -> out.addStatements(write(statement)));
            answer.certificate()
                    .ifPresent(certificate ->
                            out.setCertificate(write(certificate.certificate().encoded())));
            envelope.setAnswer(out);
        } else if (message instanceof Message.Evidence evidence) {
            envelope.setEvidence(Evidence.newBuilder()
                    .setViolation(write(evidence.violation().violation().encoded())));
        }
        return envelope.build();
    }

    private static ByteString write(VerifiedStatement statement) {
        return write(statement.signed().encoded());
    }

    static ByteString write(Bytes bytes) {
        return ByteString.copyFrom(bytes.asByteBuffer());
    }

    static Bytes read(ByteString bytes) {
        return Bytes.of(bytes.asReadOnlyByteBuffer());
    }

    /** How many signatures there are to verify in it, or a little more. */
    static int work(Envelope envelope) {
        return 1
                + envelope.getStatements().getStatementsCount()
                + envelope.getAnswer().getStatementsCount()
                + envelope.getQuestion().getTransactionsCount()
                + envelope.getAnswer().getCertificate().size() / LEAST_SIGNED
                + envelope.getEvidence().getViolation().size() / LEAST_SIGNED;
    }

    /**
     * Reads what {@code from} sent. What others signed and {@code from} only passes on is left out if its signature does not
     * verify here: a liar that announces one key to some and another to the rest would make honest nodes accuse each other.
     *
     * @param disbelieved hears of what is left out
     * @return empty if nothing is left
     * @throws RefusedMessageException if it is no message of the protocol
     * @throws RejectedStatementException if something that {@code from} signed does not verify, or can never be believed
     */
    Optional<Message> read(String from, Envelope envelope, Consumer<RejectedStatementException> disbelieved)
            throws RefusedMessageException, RejectedStatementException {
        try {
            return switch (envelope.getContentCase()) {
                case CURSOR -> Optional.of(cursor(envelope.getCursor()));
                case STATEMENTS -> Optional.of(own(from, envelope.getStatements()));
                case QUESTION -> Optional.of(question(envelope.getQuestion()));
                case ANSWER -> Optional.of(answer(from, envelope.getAnswer(), disbelieved));
                case EVIDENCE -> evidence(from, envelope.getEvidence(), disbelieved);
                case HELLO -> throw new RefusedMessageException(NodeReason.HELLO, "one hello, first", "another");
                case CONTENT_NOT_SET ->
                    throw new RefusedMessageException(NodeReason.MALFORMED, "a message", "an envelope without one");
            };
        } catch (MalformedStatementException | IllegalArgumentException e) {
            throw new RefusedMessageException(
                    NodeReason.MALFORMED, "a well-formed " + envelope.getContentCase(), e.getMessage());
        }
    }

    private Message cursor(Cursor cursor)
            throws MalformedStatementException, RefusedMessageException, RejectedStatementException {
        if (cursor.getSequence() < 0) {
            throw new RefusedMessageException(NodeReason.MALFORMED, "a sequence", Long.toString(cursor.getSequence()));
        }
        Optional<VerifiedStatement> last =
                cursor.hasLast() ? Optional.of(statement(cursor.getLast())) : Optional.empty();
        return new Message.Cursor(cursor.getSequence(), last);
    }

    private Message own(String from, Statements said)
            throws MalformedStatementException, RefusedMessageException, RejectedStatementException {
        requireAtMost(said.getStatementsCount(), STATEMENTS);
        List<VerifiedStatement> verified = new ArrayList<>();
        for (ByteString one : said.getStatementsList()) {
            SignedStatement signed = signed(one);
            if (!signed.node().equals(from)) {
                throw new RefusedMessageException(NodeReason.NOT_ITS_OWN, "statements of " + from, signed.node());
            }
            verified.add(statements.verify(signed));
        }
        return new Message.Statements(verified);
    }

    private static Message question(Question question) throws RefusedMessageException {
        requireAtMost(question.getTransactionsCount(), Replica.QUESTION);
        return new Message.Question(
                question.getTransactionsList().stream().map(TransactionId::new).toList());
    }

    private Message answer(String from, Answer answer, Consumer<RejectedStatementException> disbelieved)
            throws MalformedStatementException, RefusedMessageException, RejectedStatementException {
        requireAtMost(answer.getStatementsCount(), Committee.LARGEST);
        List<VerifiedStatement> verified = new ArrayList<>();
        for (ByteString one : answer.getStatementsList()) {
            SignedStatement signed = signed(one);
            boolean own = signed.node().equals(from);
            passedOn(own, () -> statements.verify(signed), disbelieved).ifPresent(verified::add);
        }
        Optional<VerifiedCertificate> certificate = Optional.empty();
        if (answer.hasCertificate()) {
            Certificate settles = Certificate.parse(bounded(answer.getCertificate(), Certificate.LARGEST));
            certificate = passedOn(false, () -> statements.verify(settles), disbelieved);
        }
        return new Message.Answer(new TransactionId(answer.getTransaction()), verified, certificate);
    }

    private Optional<Message> evidence(String from, Evidence evidence, Consumer<RejectedStatementException> disbelieved)
            throws MalformedStatementException, RefusedMessageException, RejectedStatementException {
        Violation violation = Violation.parse(bounded(evidence.getViolation(), Violation.LARGEST));
        boolean own = violation instanceof Observation seen && seen.observer().equals(from);
        return passedOn(own, () -> violations.verify(violation), disbelieved).map(Message.Evidence::new);
    }

    /** Verifies something signed. */
    @FunctionalInterface
    private interface Verification<T> {
        T verified() throws RejectedStatementException;
    }

    private static <T> Optional<T> passedOn(
            boolean own, Verification<T> verification, Consumer<RejectedStatementException> disbelieved)
            throws RejectedStatementException {
        try {
            return Optional.of(verification.verified());
        } catch (RejectedStatementException e) {
            boolean keysMayDiffer = e.reason() == StatementReason.SIGNATURE || e.reason() == StatementReason.NO_KEY;
            if (own || !keysMayDiffer) {
                throw e;
            }
            disbelieved.accept(e);
            return Optional.empty();
        }
    }

    private VerifiedStatement statement(ByteString encoded)
            throws MalformedStatementException, RefusedMessageException, RejectedStatementException {
        return statements.verify(signed(encoded));
    }

    private static SignedStatement signed(ByteString encoded)
            throws MalformedStatementException, RefusedMessageException {
        return SignedStatement.parse(bounded(encoded, SignedStatement.LARGEST));
    }

    private static Bytes bounded(ByteString bytes, int most) throws RefusedMessageException {
        requireAtMost(bytes.size(), most);
        return read(bytes);
    }

    private static void requireAtMost(int count, int most) throws RefusedMessageException {
        if (count > most) {
            throw new RefusedMessageException(NodeReason.TOO_LARGE, most + " at most", Integer.toString(count));
        }
    }
}

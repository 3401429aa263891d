package io.attestedmesh.voting.simulation;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.replica.Message.Answer;
import io.attestedmesh.voting.replica.Message.Cursor;
import io.attestedmesh.voting.replica.Message.Evidence;
import io.attestedmesh.voting.replica.Message.Question;
import io.attestedmesh.voting.replica.Message.Statements;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.attestedmesh.voting.violation.ViolationType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** A node that has its key and keeps no rule. All liars know what all others were told, and say to each what suits. */
final class LyingMember implements Member {
    enum Lie {
        TWO_VALUES,
        VOTE_AND_TIMEOUT,
        OTHER_VALUE,
        SILENCE,
        BAD_SIGNATURES,
        ACCUSATIONS
    }

    private final StatementSigner signer;
    private final Network network;
    private final Random random;
    private final Lie lie;
    private final List<Value> values;
    private final Collection<HonestMember> honest;
    private final Map<String, List<VerifiedStatement>> told = new HashMap<>();

    LyingMember(
            StatementSigner signer,
            Network network,
            Random random,
            Lie lie,
            List<Value> values,
            Collection<HonestMember> honest) {
        this.signer = signer;
        this.network = network;
        this.random = random;
        this.lie = lie;
        this.values = values;
        this.honest = honest;
    }

    Lie lie() {
        return lie;
    }

    /** Says something of the transaction to everybody, and again later. */
    void lieAbout(TransactionId transaction, int times) {
        for (HonestMember to : honest) {
            if (lie != Lie.SILENCE) {
                tell(to, transaction);
            }
        }
        if (times > 0) {
            network.after(Duration.ofMillis(random.nextInt(5000)), () -> lieAbout(transaction, times - 1));
        }
    }

    private void tell(HonestMember to, TransactionId transaction) {
        List<VerifiedStatement> before = told.computeIfAbsent(to.name(), key -> new ArrayList<>());
        VerifiedStatement next = signer.sign(before.size() + 1, transaction, choice());
        before.add(next);
        network.send(name(), to.name(), new Statements(List.of(next)));
        if (lie == Lie.BAD_SIGNATURES) {
            network.after(Duration.ofMillis(random.nextInt(300)), () -> to.invalidSignature(name()));
        }
        if (lie == Lie.ACCUSATIONS) {
            List<HonestMember> all = List.copyOf(honest);
            VerifiedViolation invented = VerifiedViolation.observed(
                    signer,
                    random.nextBoolean() ? ViolationType.SILENCE : ViolationType.INVALID_SIGNATURE,
                    all.get(random.nextInt(all.size())).name(),
                    network.now(),
                    Bytes.EMPTY);
            network.send(name(), to.name(), new Evidence(invented));
        }
    }

    private Optional<Value> choice() {
        return switch (lie) {
            case TWO_VALUES -> Optional.of(values.get(random.nextInt(values.size())));
            case VOTE_AND_TIMEOUT ->
                random.nextBoolean() ? Optional.empty() : Optional.of(values.get(random.nextInt(values.size())));
            default -> Optional.of(values.get(values.size() - 1));
        };
    }

    @Override
    public String name() {
        return signer.node();
    }

    @Override
    public boolean isUp() {
        return true;
    }

    @Override
    public void connected(String to) {
        network.send(name(), to, new Cursor(random.nextInt(10), Optional.empty()));
    }

    @Override
    public void disconnected(String to) {
        // it does not care
    }

    @Override
    public void called(String from, boolean works) {
        // nor for that
    }

    @Override
    public void receive(String from, Message message) {
        if (lie == Lie.SILENCE) {
            return;
        }
        if (message instanceof Question question) {
            for (TransactionId transaction : question.transactions()) {
                network.send(
                        name(),
                        from,
                        new Answer(transaction, List.of(signer.sign(1, transaction, choice())), Optional.empty()));
            }
        } else if (message instanceof Statements statements) {
            long last = statements.statements().get(0).statement().sequence();
            network.send(name(), from, new Cursor(last + random.nextInt(3), Optional.empty()));
        }
    }
}

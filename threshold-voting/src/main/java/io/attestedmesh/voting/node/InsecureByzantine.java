package io.attestedmesh.voting.node;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Message;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedStatement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Breaks the rules in a node's name, to see that others notice. A node that has one of these is not to be trusted. */
public final class InsecureByzantine {
    /** Far above what an honest node signs, so that its own numbers go on. */
    private static final long SEQUENCE = Long.MAX_VALUE - 1;

    private final VotingNode node;
    private final StatementSigner signer;

    public InsecureByzantine(VotingNode node, StatementSigner signer) {
        this.node = node;
        this.signer = signer;
    }

    /** Votes for one value towards half of the others, and for another towards the rest. */
    public void doubleVote(TransactionId transaction, Value first, Value second) {
        List<String> others = others();
        for (int i = 0; i < others.size(); i++) {
            send(others.get(i), sign(transaction, i % 2 == 0 ? first : second));
        }
    }

    /** Votes for this value, whatever was decided. */
    public void vote(TransactionId transaction, Value value) {
        others().forEach(other -> send(other, sign(transaction, value)));
    }

    /** Sends everybody a vote whose signature is of another one. */
    public void invalidSignature(TransactionId transaction, Value value) {
        SignedStatement signed = sign(transaction, value).signed();
        Bytes wrong = Bytes.concat(
                signed.signature().slice(0, 32),
                Bytes.of(new byte[16]),
                signed.signature().slice(48, 64));
        VerifiedStatement forged = VerifiedStatement.readmit(new SignedStatement(signed.statement(), wrong));
        others().forEach(other -> send(other, forged));
    }

    /** Says nothing more, to anybody; or does again. */
    public CompletableFuture<Void> silence(boolean silent) {
        return node.mute(silent);
    }

    private VerifiedStatement sign(TransactionId transaction, Value value) {
        return signer.sign(SEQUENCE, transaction, Optional.of(value));
    }

    private List<String> others() {
        List<String> others = new ArrayList<>(signer.committee().nodes());
        others.remove(signer.node());
        return others;
    }

    private void send(String to, VerifiedStatement statement) {
        node.sendUnchecked(to, Envelopes.write(new Message.Statements(List.of(statement))));
    }
}

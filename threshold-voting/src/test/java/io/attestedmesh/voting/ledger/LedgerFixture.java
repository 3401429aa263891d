package io.attestedmesh.voting.ledger;

import io.attestedmesh.attest.ed25519.Ed25519PrivateKey;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.RejectedStatementException;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.statement.VotingKeys;
import io.attestedmesh.voting.violation.DoubleVote;
import io.attestedmesh.voting.violation.MinorityVote;
import io.attestedmesh.voting.violation.Observation;
import io.attestedmesh.voting.violation.ViolationType;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Five nodes with keys that are the same in each run, four of which decide; and what the first of them writes down. */
final class LedgerFixture {
    static final Instant TIME = Instant.parse("2026-11-29T10:00:00.123Z");
    static final Committee COMMITTEE =
            new Committee("test", 3, 4, List.of("a.example", "b.example", "c.example", "d.example", "e.example"));
    static final Chain CHAIN = Chain.of(COMMITTEE, "a.example");
    static final Value VALUE = new Value("42 € 𝛼 \\ ' \"");

    private LedgerFixture() {}

    static StatementSigner signer(String node) {
        Bytes seed = Bytes.of(node.getBytes(StandardCharsets.UTF_8)).sha384().slice(0, 32);
        try {
            return new StatementSigner(COMMITTEE, node, Ed25519PrivateKey.of(seed));
        } catch (InvalidKeyException e) {
            throw new IllegalStateException(e);
        }
    }

    static VotingKeys keys() {
        VotingKeys keys = new VotingKeys(COMMITTEE);
        for (String node : COMMITTEE.nodes()) {
            try {
                boolean unused = keys.pin(signer(node).announcement());
            } catch (RejectedStatementException e) {
                throw new IllegalStateException(e);
            }
        }
        return keys;
    }

    static SignedStatement said(String node, long sequence, String transaction, Optional<Value> value) {
        return signer(node)
                .sign(sequence, new TransactionId(transaction), value)
                .signed();
    }

    static VoteEntry vote(long sequence) {
        return VoteEntry.of(said("b.example", sequence, "tx_" + sequence, Optional.of(VALUE)), TIME);
    }

    /** What four nodes said of a transaction, and how it ended. */
    static List<LedgerEntry> settled(String transaction, Optional<Value> value) {
        List<SignedStatement> statements = new ArrayList<>();
        List<LedgerEntry> entries = new ArrayList<>();
        for (String node : List.of("a.example", "b.example", "c.example", "d.example")) {
            statements.add(said(node, 1, transaction, value));
        }
        statements.forEach(signed -> entries.add(VoteEntry.of(signed, TIME)));
        entries.add(TransactionEntry.of(certificate(transaction, statements), TIME.plusMillis(7)));
        return entries;
    }

    static Certificate certificate(String transaction, List<SignedStatement> statements) {
        List<VerifiedStatement> own =
                statements.stream().map(VerifiedStatement::readmit).toList();
        return VerifiedCertificate.of(COMMITTEE, new TransactionId(transaction), own)
                .orElseThrow()
                .certificate();
    }

    /** A chain of 16 entries with each kind in each shape: rows 5 and 10 are transactions, 11 to 14 violations. */
    static List<LedgerEntry> entries() {
        List<LedgerEntry> entries = new ArrayList<>(settled("tx_decided", Optional.of(VALUE)));
        entries.addAll(settled("tx_failed", Optional.empty()));
        SignedStatement one = said("e.example", 2, "tx_decided", Optional.of(new Value("41")));
        SignedStatement other = said("e.example", 3, "tx_decided", Optional.of(new Value("43")));
        List<SignedStatement> votes = new ArrayList<>();
        for (String node : List.of("a.example", "b.example", "c.example", "d.example")) {
            votes.add(said(node, 1, "tx_decided", Optional.of(VALUE)));
        }
        entries.add(ViolationEntry.of(new DoubleVote(one, other), TIME));
        entries.add(ViolationEntry.of(new MinorityVote(one, certificate("tx_decided", votes)), TIME));
        for (ViolationType type : List.of(ViolationType.SILENCE, ViolationType.INVALID_SIGNATURE)) {
            Bytes detail = Bytes.of((byte) 1).sha384();
            entries.add(ViolationEntry.of(Observation.of(signer("a.example"), type, "e.example", TIME, detail), TIME));
        }
        entries.add(ReputationEntry.of("e.example", 12.345, true, TIME, "it voted twice"));
        entries.add(ReputationEntry.of("b.example", 100, false, TIME, ""));
        return entries;
    }

    /** The rows that come after {@code head} for these entries. */
    static List<LedgerRow> rows(Chain chain, ChainHead head, List<? extends LedgerEntry> entries) {
        List<LedgerRow> rows = new ArrayList<>();
        ChainHead last = head;
        for (LedgerEntry entry : entries) {
            last = chain.after(last, entry.encoded());
            rows.add(new LedgerRow(last.position(), entry, last.hash()));
        }
        return rows;
    }

    /** Appends one batch, as the chain's recorder would. */
    static ChainHead append(Ledger ledger, Chain chain, ChainHead head, List<? extends LedgerEntry> entries)
            throws LedgerException {
        List<LedgerRow> rows = rows(chain, head, entries);
        LedgerRow last = rows.get(rows.size() - 1);
        ChainHead next = new ChainHead(last.position(), last.hash());
        ledger.append(chain, rows, SignedHead.of(next, signer(chain.recorder())));
        return next;
    }

    /** All of {@link #entries} in batches of five, the last of one. */
    static ChainHead appendAll(Ledger ledger) throws LedgerException {
        List<LedgerEntry> entries = entries();
        ChainHead head = ChainHead.EMPTY;
        for (int from = 0; from < entries.size(); from += 5) {
            head = append(ledger, CHAIN, head, entries.subList(from, Math.min(from + 5, entries.size())));
        }
        return head;
    }
}

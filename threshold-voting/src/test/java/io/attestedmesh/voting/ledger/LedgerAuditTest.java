package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.statement.Certificate;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VotingKeys;
import io.attestedmesh.voting.violation.DoubleVote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chains that hold, with rows that do not: what a recorder that lies can sign. */
final class LedgerAuditTest {
    private static final Optional<Value> OTHER = Optional.of(new Value("41"));

    @TempDir
    Path folder;

    private Ledger ledger;

    @BeforeEach
    void open() {
        ledger = SqlLedger.embedded(folder.resolve("ledger"));
    }

    @AfterEach
    void close() {
        ledger.close();
    }

    private AuditReport audit(List<? extends LedgerEntry> entries) throws LedgerException {
        ChainHead unused = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, entries);
        return new LedgerAudit(LedgerFixture.keys()).audit(ledger, "a.example");
    }

    private void assertFound(LedgerEntry entry, FindingType type) throws LedgerException {
        assertThat(audit(List.of(LedgerFixture.vote(1), entry)).findings())
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.type()).isEqualTo(type);
                    assertThat(finding.position()).isEqualTo(2);
                    assertThat(finding.table()).contains(entry.table());
                });
    }

    @Test
    void audit_withoutRows_isClean() throws Exception {
        AuditReport report = new LedgerAudit(LedgerFixture.keys()).audit(ledger, "a.example");
        assertThat(report.isClean()).isTrue();
        assertThat(report.last()).isEqualTo(ChainHead.EMPTY);
    }

    @Test
    void audit_ofAVoteThatNobodyCast_findsIt() throws Exception {
        VoteEntry vote = LedgerFixture.vote(2);
        assertFound(
                new VoteEntry(vote.node(), 2, vote.transaction(), OTHER, vote.signature(), vote.heardAt()),
                FindingType.VOTE);
    }

    @Test
    void audit_ofAVoteByAStranger_findsIt() throws Exception {
        VoteEntry vote = LedgerFixture.vote(2);
        assertFound(
                new VoteEntry("mallory", 2, vote.transaction(), vote.value(), vote.signature(), vote.heardAt()),
                FindingType.VOTE);
    }

    private static TransactionEntry decided() {
        List<LedgerEntry> entries = LedgerFixture.settled("tx_1", Optional.of(LedgerFixture.VALUE));
        return (TransactionEntry) entries.get(4);
    }

    @Test
    void audit_ofADecisionForAnotherValue_findsIt() throws Exception {
        TransactionEntry made = decided();
        assertFound(
                new TransactionEntry(made.transaction(), made.outcome(), OTHER, made.certificate(), made.at()),
                FindingType.CERTIFICATE);
    }

    @Test
    void audit_ofADecisionOfAnotherTransaction_findsIt() throws Exception {
        TransactionEntry made = decided();
        TransactionId other = new TransactionId("tx_2");
        assertFound(
                new TransactionEntry(other, made.outcome(), made.value(), made.certificate(), made.at()),
                FindingType.CERTIFICATE);
    }

    @Test
    void audit_ofADecisionWithoutACertificate_findsIt() throws Exception {
        TransactionEntry made = decided();
        Bytes nothing = Bytes.of((byte) 0);
        assertFound(
                new TransactionEntry(made.transaction(), made.outcome(), made.value(), nothing, made.at()),
                FindingType.CERTIFICATE);
    }

    @Test
    void audit_ofADecisionByTooFew_findsIt() throws Exception {
        List<SignedStatement> three = new ArrayList<>();
        for (String node : List.of("a.example", "b.example", "c.example")) {
            three.add(LedgerFixture.said(node, 1, "tx_1", OTHER));
        }
        Certificate certificate = new Certificate(new TransactionId("tx_1"), OTHER, three);
        assertFound(TransactionEntry.of(certificate, LedgerFixture.TIME), FindingType.CERTIFICATE);
    }

    @Test
    void audit_ofEvidenceThatProvesNothing_findsIt() throws Exception {
        SignedStatement one = LedgerFixture.said("e.example", 1, "tx_1", OTHER);
        assertFound(ViolationEntry.of(new DoubleVote(one, one), LedgerFixture.TIME), FindingType.EVIDENCE);
    }

    @Test
    void audit_ofAnAccusationOfAnother_findsIt() throws Exception {
        SignedStatement one = LedgerFixture.said("e.example", 1, "tx_1", OTHER);
        SignedStatement two = LedgerFixture.said("e.example", 2, "tx_1", Optional.empty());
        ViolationEntry proved = ViolationEntry.of(new DoubleVote(one, two), LedgerFixture.TIME);
        assertFound(
                new ViolationEntry(
                        proved.id(),
                        proved.type(),
                        "d.example",
                        proved.observer(),
                        proved.summary(),
                        proved.evidence(),
                        proved.at()),
                FindingType.EVIDENCE);
    }

    @Test
    void audit_ofMoreThanAReportHolds_countsTheRest() throws Exception {
        VoteEntry vote = LedgerFixture.vote(2);
        List<VoteEntry> forged = new ArrayList<>();
        for (long sequence = 1; sequence <= LedgerAudit.MOST_FINDINGS + 100; sequence++) {
            forged.add(new VoteEntry(
                    "mallory", sequence, vote.transaction(), vote.value(), vote.signature(), vote.heardAt()));
        }
        AuditReport report = audit(forged);
        assertThat(report.findings()).hasSize(LedgerAudit.MOST_FINDINGS);
        assertThat(report.found()).isEqualTo(forged.size());
    }

    @Test
    void audit_withoutTheRecordersKey_believesNoHead() throws Exception {
        ChainHead unused = LedgerFixture.appendAll(ledger);
        AuditReport report = new LedgerAudit(new VotingKeys(LedgerFixture.COMMITTEE)).audit(ledger, "a.example");
        assertThat(report.findings()).extracting(Finding::type).contains(FindingType.HEAD, FindingType.UNSIGNED);
    }

    @Test
    void audit_ofAnotherCommitteesChain_isOfNothing() throws Exception {
        ChainHead unused = LedgerFixture.appendAll(ledger);
        assertThat(new LedgerAudit(LedgerFixture.keys())
                        .audit(ledger, "b.example")
                        .rows())
                .isZero();
    }
}

package io.attestedmesh.voting.journal;

import static io.attestedmesh.voting.journal.JournalFixture.COMMITTEE;
import static io.attestedmesh.voting.journal.JournalFixture.ballot;
import static io.attestedmesh.voting.journal.JournalFixture.open;
import static io.attestedmesh.voting.journal.JournalFixture.put;
import static io.attestedmesh.voting.journal.JournalFixture.statement;
import static io.attestedmesh.voting.journal.JournalFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.replica.Outcome;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.StatementSigner;
import io.attestedmesh.voting.statement.TestCommittee;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.violation.Conduct;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.attestedmesh.voting.violation.ViolationType;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FileJournalTest {
    private static final int MORE_THAN_THE_STORE_BUFFERS = 40_000;

    @TempDir
    private Path directory;

    private Path file;

    @BeforeEach
    void name() {
        file = directory.resolve("journal.mv");
    }

    private Path copy() throws Exception {
        Path copy = directory.resolve("copy.mv");
        Files.copy(file, copy);
        return copy;
    }

    private void fill(int statements) {
        try (FileJournal journal = open(file)) {
            for (int i = 1; i <= statements; i++) {
                put(journal, i);
            }
        }
    }

    @Test
    void newFile_holdsNothing() {
        try (FileJournal journal = open(file)) {
            assertThat(journal.lastOwn()).isZero();
            assertThat(journal.own(1)).isEmpty();
            assertThat(journal.ballot(transaction(1))).isEmpty();
            assertThat(journal.pending()).isEmpty();
            assertThat(journal.heard("n2")).isZero();
            assertThat(journal.violations()).isEmpty();
            assertThat(journal.spool("ledger").size()).isZero();
        }
    }

    @Test
    void reopened_holdsWhatWasPut() {
        fill(3);

        try (FileJournal journal = open(file)) {
            assertThat(journal.lastOwn()).isEqualTo(3);
            assertThat(journal.own(2).orElseThrow().signed())
                    .isEqualTo(statement(2).signed());
            assertThat(journal.ballot(transaction(3)).orElseThrow().encoded())
                    .isEqualTo(ballot(statement(3)).encoded());
            assertThat(journal.pending()).containsExactlyInAnyOrder(transaction(1), transaction(2), transaction(3));
            assertThat(journal.spool("ledger").size()).isEqualTo(3);
        }
    }

    @Test
    void settledBallot_pendingNoMore() {
        TestCommittee committee = new TestCommittee(4, 3);
        VerifiedCertificate decision = committee.decision("tx_1", "a", "n1", "n2", "n3");
        try (FileJournal journal = open(file)) {
            put(journal, 1);
            journal.put(new Ballot(transaction(1), "n1", Instant.EPOCH, decision.statements(), Optional.of(decision)));
        }

        try (FileJournal journal = open(file)) {
            assertThat(journal.pending()).isEmpty();
            assertThat(journal.ballot(transaction(1)).orElseThrow().outcome()).isEqualTo(Outcome.DECIDED);
        }
    }

    @Test
    void heardViolationsActsAndKeys_reopened() {
        StatementSigner signer = new TestCommittee(4, 3).signer("n2");
        VerifiedViolation seen = VerifiedViolation.observed(
                signer, ViolationType.SILENCE, "n3", Instant.EPOCH.plusSeconds(9), Bytes.EMPTY);
        Reinstatement act = Reinstatement.of(COMMITTEE, "n3", Instant.EPOCH.plusSeconds(10), TestCommittee.key("op"));
        try (FileJournal journal = open(file)) {
            journal.heard("n1", statement(7));
            journal.put(new Conduct.Known(seen, Instant.EPOCH.plusMillis(5)));
            journal.put(act);
            journal.put(signer.announcement());
        }

        try (FileJournal journal = open(file)) {
            assertThat(journal.heard("n1")).isEqualTo(7);
            assertThat(journal.violations()).singleElement().satisfies(known -> {
                assertThat(known.violation().violation()).isEqualTo(seen.violation());
                assertThat(known.since()).isEqualTo(Instant.EPOCH.plusMillis(5));
            });
            assertThat(journal.reinstatements()).containsExactly(act);
            assertThat(journal.announcements()).containsExactly(signer.announcement());
        }
    }

    @Test
    void removedViolation_gone() {
        StatementSigner signer = new TestCommittee(4, 3).signer("n2");
        VerifiedViolation seen =
                VerifiedViolation.observed(signer, ViolationType.SILENCE, "n3", Instant.EPOCH, Bytes.EMPTY);
        try (FileJournal journal = open(file)) {
            journal.put(new Conduct.Known(seen, Instant.EPOCH));
            journal.remove(seen.id());
            journal.remove(seen.id());
        }

        try (FileJournal journal = open(file)) {
            assertThat(journal.violations()).isEmpty();
        }
    }

    @Test
    void beforeCommit_fileHasNothingOfIt() throws Exception {
        try (FileJournal journal = open(file)) {
            put(journal, 1);
            journal.commit();
            put(journal, 2);

            try (FileJournal copy = open(copy())) {
                assertThat(copy.lastOwn()).isEqualTo(1);
                assertThat(copy.ballot(transaction(2))).isEmpty();
                assertThat(copy.spool("ledger").size()).isEqualTo(1);
            }
        }
    }

    @Test
    void muchBeforeCommit_fileHasNothingOfIt() throws Exception {
        try (FileJournal journal = open(file)) {
            put(journal, 1);
            journal.commit();
            for (int i = 2; i < MORE_THAN_THE_STORE_BUFFERS; i++) {
                journal.append(statement(i));
            }

            try (FileJournal copy = open(copy())) {
                assertThat(copy.lastOwn()).isEqualTo(1);
            }
        }
    }

    @Test
    void afterCommit_fileHasIt() throws Exception {
        try (FileJournal journal = open(file)) {
            put(journal, 1);
            journal.commit();

            try (FileJournal copy = open(copy())) {
                assertThat(copy.lastOwn()).isEqualTo(1);
            }
        }
    }

    @Test
    void inUse_notOpened() {
        try (FileJournal journal = open(file)) {
            assertThat(journal.lastOwn()).isZero();
            assertThatThrownBy(() -> open(file))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("journal.mv cannot be opened");
        }
    }

    @Test
    void otherNode_notOpened() {
        fill(1);

        assertThatThrownBy(() -> FileJournal.open(file, COMMITTEE, "n2"))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("is of test epoch 1 node n1, not of test epoch 1 node n2");
    }

    @Test
    void otherEpoch_notOpened() {
        fill(1);
        Committee later = new Committee("test", 2, 3, COMMITTEE.nodes());

        assertThatThrownBy(() -> FileJournal.open(file, later, "n1"))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("another epoch needs a directory of its own");
    }

    @Test
    void otherNetwork_notOpened() {
        fill(1);
        Committee other = new Committee("prod", 1, 3, COMMITTEE.nodes());

        assertThatThrownBy(() -> FileJournal.open(file, other, "n1"))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("not of prod epoch 1");
    }

    @Test
    void refusedOwner_leavesTheFileUsable() {
        fill(1);
        assertThatThrownBy(() -> FileJournal.open(file, COMMITTEE, "n2")).isInstanceOf(JournalException.class);

        try (FileJournal journal = open(file)) {
            assertThat(journal.lastOwn()).isEqualTo(1);
        }
    }

    @Test
    void fileInsteadOfDirectory_saysSo() throws Exception {
        Files.writeString(file, "no directory");

        assertThatThrownBy(() -> open(file.resolve("journal.mv"))).isInstanceOf(JournalException.class);
    }

    @Test
    void fileOfAnotherKind_saysSo() throws Exception {
        Files.writeString(file, "this is no journal\n".repeat(1000));

        assertThatThrownBy(() -> open(file))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("journal.mv cannot be opened");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
    void damagedFile_opensOrIsRefusedAsSuch(int seed) throws Exception {
        fill(50);
        Random random = new Random(seed);
        byte[] content = Files.readAllBytes(file);
        int from = random.nextInt(content.length);
        for (int i = from; i < Math.min(content.length, from + 8192); i++) {
            content[i] = (byte) random.nextInt();
        }
        Files.write(file, content);

        try (FileJournal journal = open(file)) {
            for (long i = 1; i <= journal.lastOwn(); i++) {
                assertThat(journal.own(i).orElseThrow().signed())
                        .isEqualTo(statement(i).signed());
            }
        } catch (JournalException e) {
            assertThat(e).hasMessageContaining("journal");
        }
    }

    @Test
    void fileCutUnderneath_failsAndCommitsNoMore() throws Exception {
        fill(5000);
        FileJournal journal = open(file);
        try (RandomAccessFile under = new RandomAccessFile(file.toFile(), "rw")) {
            under.setLength(8192);
        }

        assertThatThrownBy(() -> {
                    for (long i = 1; i <= 5000; i++) {
                        assertThat(journal.own(i)).isPresent();
                    }
                })
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("cannot be read or written");
        assertThatThrownBy(journal::commit).isInstanceOf(JournalException.class).hasMessageContaining("failed before");
        journal.close();
        assertThat(Files.size(file)).isEqualTo(8192);
    }

    @Test
    void isAhead_untilItIsCommitted() {
        try (FileJournal journal = open(file)) {
            journal.commit();
            assertThat(journal.isAhead()).isFalse();

            journal.put(ballot(statement(1)));
            assertThat(journal.isAhead()).isTrue();
            journal.commit();
            assertThat(journal.isAhead()).isFalse();

            journal.heard("n2", statement(1));
            assertThat(journal.isAhead()).isTrue();
            journal.commit();
            assertThat(journal.isAhead()).isFalse();

            long unused = journal.spool("ledger").append(Bytes.of((byte) 1));
            assertThat(journal.isAhead()).isTrue();
        }
    }

    @Test
    void nothingChanged_fileNotWritten() throws Exception {
        try (FileJournal journal = open(file)) {
            put(journal, 1);
            journal.commit();
            byte[] before = Files.readAllBytes(file);
            journal.commit();

            assertThat(Files.readAllBytes(file)).isEqualTo(before);
        }
    }

    @Test
    void ballotPutTwice_lastOneStays() {
        Ballot first = ballot(statement(1));
        Ballot last = new Ballot(
                first.transaction(),
                first.opener(),
                first.since().plusSeconds(1),
                first.statements(),
                Optional.empty());
        try (FileJournal journal = open(file)) {
            journal.put(first);
            journal.put(last);
            assertThat(journal.ballot(transaction(1)).orElseThrow().since()).isEqualTo(last.since());
        }

        try (FileJournal journal = open(file)) {
            assertThat(journal.ballot(transaction(1)).orElseThrow().since()).isEqualTo(last.since());
        }
    }

    @Test
    void closed_commitsNoMoreAndSaysSo() {
        FileJournal journal = open(file);
        journal.close();

        assertThat(journal.isAhead()).isTrue();
        assertThatThrownBy(journal::commit).isInstanceOf(JournalException.class).hasMessageContaining("closed");
        journal.close();
    }
}

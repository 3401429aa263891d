package io.attestedmesh.voting.journal;

import static io.attestedmesh.voting.journal.JournalFixture.COMMITTEE;
import static io.attestedmesh.voting.journal.JournalFixture.ballot;
import static io.attestedmesh.voting.journal.JournalFixture.copy;
import static io.attestedmesh.voting.journal.JournalFixture.logOf;
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
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;
import org.h2.mvstore.type.LongDataType;
import org.h2.mvstore.type.StringDataType;
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

    /** More than are remembered once they are settled. */
    @Test
    void manyBallots_eachAsItWasPutLast() {
        TestCommittee committee = new TestCommittee(4, 3);
        List<Ballot> settled = new ArrayList<>();
        try (FileJournal journal = open(file)) {
            for (int i = 1; i <= 600; i++) {
                put(journal, i);
                journal.commit();
                if (i % 2 == 0) {
                    VerifiedCertificate decision = committee.decision("tx_" + i, "a", "n1", "n2", "n3");
                    settled.add(new Ballot(
                            transaction(i), "n1", Instant.EPOCH, decision.statements(), Optional.of(decision)));
                    journal.put(settled.get(settled.size() - 1));
                }
            }
            journal.commit();

            for (Ballot ballot : settled) {
                assertThat(journal.ballot(ballot.transaction()).map(Ballot::encoded))
                        .contains(ballot.encoded());
            }
            assertThat(journal.pending()).hasSize(300);
            assertThat(journal.ballot(transaction(1)).orElseThrow().outcome()).isEqualTo(Outcome.PENDING);
        }
    }

    /** More than are remembered at all, so that the first is read from the file between its changes. */
    @Test
    void ballotReadAgainAndChanged_lastOneStays() {
        Ballot first = ballot(statement(1));
        Ballot last = new Ballot(
                first.transaction(),
                first.opener(),
                Instant.EPOCH.plusSeconds(1),
                first.statements(),
                Optional.empty());
        try (FileJournal journal = open(file)) {
            journal.put(first);
            putOpen(journal, 10_000, 20_000);
            assertThat(journal.ballot(transaction(1)).map(Ballot::encoded)).contains(first.encoded());
            journal.put(last);
            putOpen(journal, 20_000, 30_000);

            assertThat(journal.ballot(transaction(1)).map(Ballot::encoded)).contains(last.encoded());
        }
    }

    private static void putOpen(FileJournal journal, int from, int to) {
        for (int i = from; i < to; i++) {
            journal.put(new Ballot(transaction(i), "n1", Instant.EPOCH, List.of(), Optional.empty()));
        }
        journal.commit();
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

            try (FileJournal copy = open(copy(file))) {
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

            try (FileJournal copy = open(copy(file))) {
                assertThat(copy.lastOwn()).isEqualTo(1);
            }
        }
    }

    @Test
    void afterCommit_fileHasIt() throws Exception {
        try (FileJournal journal = open(file)) {
            put(journal, 1);
            journal.commit();

            try (FileJournal copy = open(copy(file))) {
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
            assertThat(journal.lastOwn()).isEqualTo(50);
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
            byte[] before = Files.readAllBytes(logOf(file));
            journal.commit();

            assertThat(Files.readAllBytes(logOf(file))).isEqualTo(before);
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

    private static void assertHolds(FileJournal journal, long statements) {
        assertThat(journal.lastOwn()).isEqualTo(statements);
        for (long i = 1; i <= statements; i++) {
            assertThat(journal.own(i).orElseThrow().signed())
                    .isEqualTo(statement(i).signed());
            assertThat(journal.ballot(transaction(i))).isPresent();
        }
        assertThat(journal.spool("ledger").last()).isEqualTo(statements);
    }

    private static void commitEach(FileJournal journal, int from, int to) {
        for (int i = from; i <= to; i++) {
            put(journal, i);
            journal.commit();
        }
    }

    @Test
    void logIsLarge_storeIsWrittenAndLogBegunAnew() throws Exception {
        try (FileJournal journal = open(file)) {
            commitEach(journal, 1, 3000);
            assertThat(Files.size(logOf(file))).isLessThan(9L << 20);
            assertHolds(journal, 3000);

            try (FileJournal copy = open(copy(file))) {
                assertHolds(copy, 3000);
                commitEach(copy, 3001, 3002);
            }
        }
    }

    @Test
    void rest_logIsRatherLarge_storeIsWritten() throws Exception {
        try (FileJournal journal = open(file)) {
            commitEach(journal, 1, 400);
            long before = Files.size(logOf(file));
            journal.rest();

            assertThat(before).isGreaterThan(1L << 20);
            assertThat(Files.size(logOf(file))).isLessThan(10_000);
            try (FileJournal copy = open(copy(file))) {
                assertHolds(copy, 400);
            }
        }
    }

    @Test
    void rest_logIsSmall_nothingIsWritten() throws Exception {
        try (FileJournal journal = open(file)) {
            commitEach(journal, 1, 3);
            byte[] before = Files.readAllBytes(logOf(file));
            journal.rest();

            assertThat(Files.readAllBytes(logOf(file))).isEqualTo(before);
        }
    }

    @Test
    void rest_somethingIsNotCommitted_nothingIsWritten() throws Exception {
        try (FileJournal journal = open(file)) {
            commitEach(journal, 1, 400);
            put(journal, 401);
            journal.rest();

            try (FileJournal copy = open(copy(file))) {
                assertHolds(copy, 400);
                assertThat(copy.ballot(transaction(401))).isEmpty();
            }
        }
    }

    @Test
    void rest_failedBefore_fails() {
        FileJournal journal = open(file);
        journal.abandon();

        assertThatThrownBy(journal::rest).isInstanceOf(JournalException.class).hasMessageContaining("failed before");
        journal.close();
    }

    /** Killed after the store was written, before the log was begun anew, however often. */
    @Test
    void logOfTheStateBefore_opens() throws Exception {
        try (FileJournal journal = open(file)) {
            commitEach(journal, 1, 3);
            Files.copy(logOf(file), directory.resolve("before"));
        }
        Files.copy(directory.resolve("before"), logOf(file), StandardCopyOption.REPLACE_EXISTING);
        Path inTheWay = Files.createDirectories(directory.resolve("journal.mv.log.new/inTheWay"));
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> open(file)).isInstanceOf(JournalException.class);
        }
        Files.delete(inTheWay);
        Files.delete(inTheWay.getParent());

        try (FileJournal journal = open(file)) {
            assertHolds(journal, 3);
        }
    }

    @Test
    void removedAndKilled_isNotThereAgain() throws Exception {
        VerifiedViolation seen = VerifiedViolation.observed(
                new TestCommittee(4, 3).signer("n2"), ViolationType.SILENCE, "n3", Instant.EPOCH, Bytes.EMPTY);
        VerifiedCertificate decision = new TestCommittee(4, 3).decision("tx_1", "a", "n1", "n2", "n3");
        try (FileJournal journal = open(file)) {
            put(journal, 1);
            journal.put(new Conduct.Known(seen, Instant.EPOCH));
            journal.commit();
            journal.remove(seen.id());
            journal.put(new Ballot(transaction(1), "n1", Instant.EPOCH, decision.statements(), Optional.of(decision)));
            journal.commit();

            try (FileJournal killed = open(copy(file))) {
                assertThat(killed.violations()).isEmpty();
                assertThat(killed.pending()).isEmpty();
            }
        }
    }

    @Test
    void journalOfBeforeThereWasALog_goesOn() {
        MVStore store = DurableFile.open(file);
        String unused = store.openMap(
                        "committee",
                        new MVMap.Builder<String, String>()
                                .keyType(StringDataType.INSTANCE)
                                .valueType(StringDataType.INSTANCE))
                .put("committee", "test epoch 1 node n1");
        byte[] unusedToo = store.openMap(
                        "own",
                        new MVMap.Builder<Long, byte[]>()
                                .keyType(LongDataType.INSTANCE)
                                .valueType(ByteArrayDataType.INSTANCE))
                .put(7L, statement(7).signed().encoded().toByteArray());
        store.commit();
        store.close();

        try (FileJournal journal = open(file)) {
            put(journal, 8);
        }

        try (FileJournal journal = open(file)) {
            assertThat(journal.own(7).orElseThrow().signed())
                    .isEqualTo(statement(7).signed());
            assertThat(journal.lastOwn()).isEqualTo(8);
        }
    }

    @Test
    void abandoned_whatWasNotCommittedIsNotThere() {
        try (FileJournal journal = open(file)) {
            commitEach(journal, 1, 2);
            journal.append(statement(3)); // and its ballot would have come next
            journal.abandon();
            assertThatThrownBy(journal::commit).isInstanceOf(JournalException.class);
        }

        try (FileJournal journal = open(file)) {
            assertHolds(journal, 2);
        }
    }

    @Test
    void logOfAnOlderState_notOpened() throws Exception {
        try (FileJournal journal = open(file)) {
            commitEach(journal, 1, 3);
            Files.copy(logOf(file), directory.resolve("before"));
        }
        open(file).close();
        Files.copy(directory.resolve("before"), logOf(file), StandardCopyOption.REPLACE_EXISTING);

        assertNotOpened("missing or does not belong");
    }

    @Test
    void logOfAnotherNode_notOpened() throws Exception {
        fill(1);
        Path others = directory.resolve("others.mv");
        FileJournal.open(others, COMMITTEE, "n2").close();
        Files.copy(logOf(others), logOf(file), StandardCopyOption.REPLACE_EXISTING);

        assertNotOpened("missing or does not belong");
    }

    @Test
    void logMissing_notOpened() throws Exception {
        fill(1);
        Files.delete(logOf(file));

        assertNotOpened("missing or does not belong");
    }

    @Test
    void storeMissing_notOpened() throws Exception {
        fill(1);
        Files.delete(file);

        assertNotOpened("missing or does not belong");
    }

    private void assertNotOpened(String why) {
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("journal.mv.log")
                .hasMessageContaining(why);
    }

    /** A kill while the last commit is written leaves any part of it: its second half is zeros, mostly. */
    @Test
    void logEndsAnywhereInTheLastCommit_allBeforeIsThere() throws Exception {
        try (FileJournal journal = open(file)) {
            commitEach(journal, 1, 2);
            long before = Files.size(logOf(file));
            commitEach(journal, 3, 3);
            byte[] log = Files.readAllBytes(logOf(copy(file)));
            Path copy = directory.resolve("copy.mv");
            byte[] store = Files.readAllBytes(copy);
            for (int end = (int) before; end < before + (log.length - before) / 2; end += 97) {
                Files.write(copy, store);
                Files.write(logOf(copy), Arrays.copyOf(log, end));
                try (FileJournal killed = open(copy)) {
                    assertHolds(killed, 2);
                    commitEach(killed, 3, 4);
                }
                try (FileJournal again = open(copy)) {
                    assertHolds(again, 4);
                }
            }
        }
    }

    /** What was on the disk once and followed by more was not cut off by a kill: to go on would be to forget a vote. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3, 4, 8, 15, 16, 40, 500})
    void logDamagedBeforeItsLastCommit_notOpened(int at) throws Exception {
        try (FileJournal journal = open(file)) {
            long first = Files.size(logOf(file));
            commitEach(journal, 1, 3);
            Path copy = copy(file);
            byte[] log = Files.readAllBytes(logOf(copy));
            log[(int) first + at] ^= 0x40;
            Files.write(logOf(copy), log);

            assertThatThrownBy(() -> open(copy))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("copy.mv.log is damaged at byte " + first);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 8, 20})
    void logDamagedAtItsBeginning_notOpened(int at) throws Exception {
        fill(1);
        byte[] log = Files.readAllBytes(logOf(file));
        log[at] ^= 1;
        Files.write(logOf(file), log);

        assertNotOpened("is damaged at byte 0");
    }

    @Test
    void logNotWritable_failsAndCommitsNoMore() throws Exception {
        Path own = Files.createDirectory(directory.resolve("own"));
        file = own.resolve("journal.mv");
        FileJournal journal = open(file);
        commitEach(journal, 1, 2);
        Files.delete(logOf(file));
        Files.delete(file);
        Files.delete(own); // the next log cannot be begun

        assertThatThrownBy(() -> commitEach(journal, 3, 5000))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("cannot be read or written");
        assertThatThrownBy(journal::commit).isInstanceOf(JournalException.class).hasMessageContaining("failed before");
        journal.close();
    }
}

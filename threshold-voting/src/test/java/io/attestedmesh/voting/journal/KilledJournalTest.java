package io.attestedmesh.voting.journal;

import static io.attestedmesh.voting.journal.JournalFixture.SPOOL;
import static io.attestedmesh.voting.journal.JournalFixture.open;
import static io.attestedmesh.voting.journal.JournalFixture.put;
import static io.attestedmesh.voting.journal.JournalFixture.statement;
import static io.attestedmesh.voting.journal.JournalFixture.transaction;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A process that commits is killed: all that it said was committed is there, and no half of what was not. */
@Timeout(120)
final class KilledJournalTest {
    private static final int PER_COMMIT = 7;

    @TempDir
    private Path directory;

    /** Commits so many at a time for ever, and says after each up to where. */
    public static void main(String[] arguments) {
        FileJournal journal = open(Path.of(arguments[0]));
        FileSpool spool = journal.spool(SPOOL);
        for (long next = journal.lastOwn() + 1; ; next += PER_COMMIT) {
            for (int i = 0; i < PER_COMMIT; i++) {
                put(journal, next + i);
            }
            journal.commit();
            spool.removeThrough(next / 2);
            System.out.println(next + PER_COMMIT - 1);
        }
    }

    private static long runAndKill(Path file, int commits) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        Optional.ofNullable(System.getProperty("surefire.test.class.path"))
                                .orElse(System.getProperty("java.class.path")),
                        KilledJournalTest.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long committed = 0;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < commits; i++) {
                committed = Long.parseLong(lines.readLine());
            }
            boolean unused = process.toHandle().destroyForcibly(); // what it wrote before is still to be read
            List<String> rest =
                    lines.lines().filter(line -> line.matches("[0-9]+")).toList();
            return rest.isEmpty() ? committed : Math.max(committed, Long.parseLong(rest.get(rest.size() - 1)));
        } finally {
            int unused = process.destroyForcibly().waitFor();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 40, 300})
    void killedWhileCommitting_whatIsThereIsWholeCommits(int commits) throws Exception {
        Path file = directory.resolve("journal.mv");
        long first = runAndKill(file, commits);
        long said = runAndKill(file, commits);
        assertThat(said).isGreaterThan(first);

        try (FileJournal journal = open(file)) {
            long last = journal.lastOwn();
            assertThat(last).isGreaterThanOrEqualTo(said);
            assertThat(last % PER_COMMIT).isZero();
            for (long i = 1; i <= last; i++) {
                assertThat(journal.own(i).orElseThrow().signed())
                        .isEqualTo(statement(i).signed());
                assertThat(journal.ballot(transaction(i))).isPresent();
            }
            assertThat(journal.ballot(transaction(last + 1))).isEmpty();
            List<Spool.Item> items = journal.spool(SPOOL).first(Integer.MAX_VALUE);
            assertThat(items.get(items.size() - 1).position()).isEqualTo(last);
        }
    }
}

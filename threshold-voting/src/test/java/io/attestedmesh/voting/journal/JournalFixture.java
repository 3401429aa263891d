package io.attestedmesh.voting.journal;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.replica.Ballot;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.SignedStatement;
import io.attestedmesh.voting.statement.Statement;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.Value;
import io.attestedmesh.voting.statement.VerifiedStatement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a node puts into its journal; nobody verifies it there, so nothing is signed. */
final class JournalFixture {
    static final Committee COMMITTEE = new Committee("test", 1, 3, List.of("n1", "n2", "n3", "n4"));
    static final String SPOOL = "ledger";

    private JournalFixture() {}

    static FileJournal open(Path file) {
        return FileJournal.open(file, COMMITTEE, "n1");
    }

    static Path logOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".log");
    }

    /** What would be there if the process ended now. */
    static Path copy(Path file) throws IOException {
        Path copy = file.resolveSibling("copy.mv");
        Files.copy(logOf(file), logOf(copy));
        return Files.copy(file, copy);
    }

    static TransactionId transaction(long number) {
        return new TransactionId("tx_" + number);
    }

    static VerifiedStatement statement(long number) {
        return VerifiedStatement.readmit(new SignedStatement(
                new Statement("test", 1, "n1", number, transaction(number), Optional.of(new Value("x".repeat(1000)))),
                Bytes.of(new byte[64])));
    }

    static Ballot ballot(VerifiedStatement of) {
        return new Ballot(of.transaction(), of.node(), Instant.EPOCH, List.of(of), Optional.empty());
    }

    /** A statement, its ballot and an item of the spool: what belongs into one commit. */
    static void put(FileJournal journal, long number) {
        VerifiedStatement own = statement(number);
        journal.append(own);
        journal.put(ballot(own));
        long unused = journal.spool(SPOOL).append(own.signed().encoded());
    }
}

package io.attestedmesh.benchmarks.parties;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.voting.coordination.Coordination;
import io.attestedmesh.voting.coordination.EmbeddedCoordination;
import io.attestedmesh.voting.coordination.EtcdCoordination;
import io.attestedmesh.voting.coordination.EtcdSettings;
import io.attestedmesh.voting.ledger.Ledger;
import io.attestedmesh.voting.ledger.SqlLedger;
import io.attestedmesh.voting.statement.Committee;
import io.attestedmesh.voting.statement.TransactionId;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** A voter's ledger and coordination store, and how fast they are by themselves. */
final class Stores implements AutoCloseable {
    private static final String USER = "voting";
    private static final int ROW_BYTES = 300;
    private static final int CERTIFICATE_BYTES = 700;

    private final Ledger ledger;
    private final Coordination coordination;
    private final Optional<Connection> connection;
    private Optional<PreparedStatement> bare = Optional.empty();
    private int swapped;

    /**
     * Servers that run.
     *
     * @param password the file with it
     */
    record Servers(String etcd, String postgres, Path password) {
        String secret() throws Exception {
            return Files.readString(password, StandardCharsets.US_ASCII).strip();
        }
    }

    private Stores(Ledger ledger, Coordination coordination, Optional<Connection> connection) {
        this.ledger = ledger;
        this.coordination = coordination;
        this.connection = connection;
    }

    static Stores embedded(Path own, Committee committee, MeterRegistry meters) throws Exception {
        return new Stores(
                SqlLedger.embedded(own.resolve("ledger").toAbsolutePath()),
                EmbeddedCoordination.open(own.resolve("coordination.mv"), committee, meters, Clock.systemUTC()),
                Optional.empty());
    }

    static Stores of(Servers servers, Committee committee, MeterRegistry meters) throws Exception {
        String secret = servers.secret();
        return new Stores(
                SqlLedger.postgresql(servers.postgres(), USER, () -> secret),
                EtcdCoordination.connect(
                        committee, EtcdSettings.plaintext(List.of(URI.create(servers.etcd()))), meters),
                Optional.of(DriverManager.getConnection(servers.postgres(), USER, secret)));
    }

    Ledger ledger() {
        return ledger;
    }

    Coordination coordination() {
        return coordination;
    }

    /** A compare-and-set of a value as long as a certificate. */
    void swap() throws Exception {
        swapped++;
        if (!coordination.compareAndSet(
                new TransactionId("bare" + swapped), 0, Bytes.of(new byte[CERTIFICATE_BYTES]))) {
            throw new IllegalStateException("there is one already");
        }
    }

    /** An insert, which is a transaction, of a row as long as a vote's. */
    void insert() throws Exception {
        if (bare.isEmpty()) { // not before, for the ledger makes its tables where there are none
            bare = Optional.of(bare(connection.orElseThrow()));
        }
        PreparedStatement insert = bare.get();
        insert.setBytes(1, new byte[ROW_BYTES]);
        int unused = insert.executeUpdate();
    }

    private static PreparedStatement bare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            boolean unused = statement.execute("create table if not exists bare (id bigserial primary key, row bytea)");
        }
        return connection.prepareStatement("insert into bare (row) values (?)");
    }

    @Override
    public void close() throws SQLException {
        try (ledger) { // it too, whatever the other one does
            coordination.close();
        }
        if (connection.isPresent()) {
            connection.get().close();
        }
    }
}

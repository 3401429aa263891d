package io.attestedmesh.voting.ledger;

import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * A database as the ledger uses it: one transaction for each thing that is asked, on tables that are there.
 *
 * <p>The tables are made when the database is first reached, since a node starts while it is away.
 */
final class LedgerDatabase implements AutoCloseable {
    private static final String MIGRATIONS = "classpath:io/attestedmesh/voting/ledger";

    /** What is done with a connection. */
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    private final String name;
    private final HikariDataSource pool;
    private final Optional<DataSource> migrated;
    private final Optional<String> afterCommit;
    private boolean ready;

    /**
     * A database.
     *
     * @param name for messages, so without a password
     * @param migrated where the tables are made if they are not there; empty for who only reads
     * @param afterCommit what makes a commit durable, where commits are not
     */
    LedgerDatabase(String name, HikariDataSource pool, Optional<DataSource> migrated, Optional<String> afterCommit) {
        this.name = name;
        this.pool = pool;
        this.migrated = migrated;
        this.afterCommit = afterCommit;
    }

    /** All of it is durable when this returns, or none of it is there, or nobody knows: then it throws. */
    void write(String doing, Work<?> work) throws LedgerException {
        if (migrated.isEmpty()) {
            throw new LedgerException(told(doing) + ": it was opened for reading only");
        }
        migrate(doing);
        // the pool rolls back what is left open when it takes a connection back
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            Object unused = work.on(connection);
            connection.commit();
            if (afterCommit.isPresent()) {
                try (Statement durable = connection.createStatement()) {
                    durable.execute(afterCommit.get());
                }
            }
        } catch (SQLException e) {
            throw new LedgerException(told(doing), e);
        }
    }

    /** Everything that {@code work} reads is of one moment. */
    <T> T read(String doing, Work<T> work) throws LedgerException {
        migrate(doing);
        try (Connection connection = pool.getConnection()) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            return work.on(connection);
        } catch (SQLException e) {
            throw new LedgerException(told(doing), e);
        }
    }

    private synchronized void migrate(String doing) throws LedgerException {
        if (ready || migrated.isEmpty()) {
            return;
        }
        try {
            var unused = Flyway.configure(getClass().getClassLoader())
                    .dataSource(migrated.get())
                    .locations(MIGRATIONS)
                    .table("ledger_schema_history")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            throw new LedgerException(told(doing), e);
        }
        ready = true;
    }

    private String told(String doing) {
        return "could not " + doing + " the ledger at " + name;
    }

    @Override
    public void close() {
        pool.close();
    }
}

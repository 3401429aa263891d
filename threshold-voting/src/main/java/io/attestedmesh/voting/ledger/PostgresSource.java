package io.attestedmesh.voting.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.Serial;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.postgresql.ds.PGSimpleDataSource;

/** Connections to a PostgreSQL server. The password is asked for each of them, and kept by none. */
final class PostgresSource extends PGSimpleDataSource {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int CONNECT_SECONDS = 3;
    private static final int ANSWER_SECONDS = 30;
    private static final int MOST_CONNECTIONS = 3;

    /** A commit that was answered has to survive the server: a server that says otherwise by default is overruled. */
    private static final String DURABLE_COMMITS = "select set_config('synchronous_commit', 'on', false)"
            + " where current_setting('synchronous_commit') = 'off'";

    private final transient Supplier<String> password;

    private PostgresSource(String url, String user, Supplier<String> password) {
        if (url.toLowerCase(Locale.ROOT).contains("password")) {
            throw new IllegalArgumentException("a ledger's address holds no password: give that apart");
        }
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("a ledger's address begins with jdbc:postgresql:");
        }
        this.password = password;
        setConnectTimeout(CONNECT_SECONDS);
        setSocketTimeout(ANSWER_SECONDS); // a server that went without a word
        setTcpKeepAlive(true);
        setReWriteBatchedInserts(true);
        setApplicationName("amesh-voting-ledger");
        setURL(url); // last: the operator's word counts
        setUser(user);
    }

    static LedgerDatabase writing(String url, String user, Supplier<String> password) {
        PostgresSource source = new PostgresSource(url, user, password);
        return new LedgerDatabase(url, pool(source, false), Optional.of(source), Optional.empty());
    }

    static LedgerDatabase reading(String url, String user, Supplier<String> password) {
        PostgresSource source = new PostgresSource(url, user, password);
        return new LedgerDatabase(url, pool(source, true), Optional.empty(), Optional.empty());
    }

    private static HikariDataSource pool(PostgresSource source, boolean readOnly) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setPoolName("voting-ledger");
        config.setMaximumPoolSize(MOST_CONNECTIONS);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setValidationTimeout(PATIENCE.toMillis() / 2);
        config.setInitializationFailTimeout(-1); // a node starts while its ledger is away
        config.setReadOnly(readOnly);
        config.setConnectionInitSql(DURABLE_COMMITS);
        return new HikariDataSource(config);
    }

    @Override
    public Connection getConnection() throws SQLException {
        return getConnection(getUser(), password.get());
    }
}

package io.attestedmesh.voting.ledger;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.attestedmesh.voting.journal.DurableFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.h2.jdbcx.JdbcDataSource;
import org.h2.mvstore.MVStoreException;

/** Connections to a file of this process's own. */
final class EmbeddedSource {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MOST_CONNECTIONS = 3;

    /**
     * With WRITE_DELAY=0 a commit writes to the file at once; without, up to half a second later. No setting makes it force
     * the file to the disk, ACCESS_MODE_DATA=rwd neither (strace, H2 2.5; h2database issue 2599): this statement does, one
     * fsync for each.
     */
    private static final String FORCE_TO_DISK = "checkpoint sync";

    private static final String SUFFIX = ".mv.db";
    private static final System.Logger LOG = System.getLogger(EmbeddedSource.class.getName());

    private EmbeddedSource() {}

    /** What was written before the process ended, however it did, is there again; H2 alone may go back some commits. */
    static LedgerDatabase writing(Path file) {
        try {
            DurableFile.mend(file.resolveSibling(file.getFileName() + SUFFIX));
        } catch (MVStoreException e) {
            // H2 says so again, each time that the ledger is tried
            LOG.log(System.Logger.Level.WARNING, "event=voting.ledger.unmended", e);
        }
        // a node that stops still writes: H2's own hook would close the file under it
        JdbcDataSource source = source(file, "WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE");
        return new LedgerDatabase(file.toString(), pool(source, 1), Optional.of(source), Optional.of(FORCE_TO_DISK));
    }

    static LedgerDatabase reading(Path file) {
        JdbcDataSource source = source(file, "ACCESS_MODE_DATA=r;IFEXISTS=TRUE");
        return new LedgerDatabase(file.toString(), pool(source, 0), Optional.empty(), Optional.empty());
    }

    private static JdbcDataSource source(Path file, String settings) {
        String path = file.toAbsolutePath().normalize().toString();
        if (path.contains(";")) {
            throw new IllegalArgumentException("a ledger's file has no semicolon in its path");
        }
        JdbcDataSource source = new JdbcDataSource();
        source.setURL(
                "jdbc:h2:file:" + path + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE;TRACE_LEVEL_FILE=0;" + settings);
        source.setUser("sa");
        source.setPassword("");
        return source;
    }

    /** The file is open as long as there is a connection, so one is kept where opening it costs each write. */
    private static HikariDataSource pool(JdbcDataSource source, int kept) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(source);
        config.setPoolName("voting-ledger");
        config.setMaximumPoolSize(MOST_CONNECTIONS);
        config.setMinimumIdle(kept);
        config.setMaxLifetime(0);
        config.setConnectionTimeout(PATIENCE.toMillis());
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }
}

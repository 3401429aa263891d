package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.sql.Connection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables on a PostgreSQL server that somebody altered, also to what only such a server holds. */
final class PostgresTamperingTest extends TamperingContract {
    private PostgresServer server;
    private String url;

    @Override
    Ledger open() throws Exception {
        server = PostgresServer.start();
        url = server.newDatabase();
        return SqlLedger.postgresql(url, PostgresServer.USER, () -> PostgresServer.PASSWORD);
    }

    @Override
    Connection connect() throws Exception {
        return server.connect(url);
    }

    @AfterAll
    void stop() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void audit_ofAScoreThatIsNoNumber_namesTheRow() throws Exception {
        execute("update reputation_scores set score = 'NaN' where position = 15");
        assertThat(audit().findings())
                .extracting(Finding::type, Finding::position)
                .contains(tuple(FindingType.UNREADABLE, 15L));
    }

    @ParameterizedTest
    @ValueSource(strings = {"infinity", "-infinity", "0044-03-15 12:00:00 BC"})
    void audit_ofATimeThatNoNodeHas_namesTheRow(String time) throws Exception {
        execute("update votes set heard_at = '" + time + "' where position = 2");
        assertThat(audit().findings())
                .extracting(Finding::type, Finding::position)
                .contains(tuple(FindingType.UNREADABLE, 2L));
    }
}

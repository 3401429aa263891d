package io.attestedmesh.voting.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.mpc.network.PlainParties;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The contract over a PostgreSQL server, and what is so of servers alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class PostgresLedgerTest extends LedgerContract {
    private PostgresServer server;
    private String url;

    @BeforeAll
    void startServer() throws Exception {
        server = PostgresServer.start();
    }

    @BeforeEach
    void createDatabase() throws Exception {
        url = server.newDatabase();
    }

    @AfterAll
    void stopServer() throws Exception {
        if (server != null) {
            server.close();
        }
    }

    @Override
    Ledger open() {
        return SqlLedger.postgresql(url, PostgresServer.USER, () -> PostgresServer.PASSWORD);
    }

    @Override
    Ledger openForReading() {
        return SqlLedger.postgresqlForReading(url, PostgresServer.USER, () -> PostgresServer.PASSWORD);
    }

    @Override
    Connection sql() throws Exception {
        return server.connect(url);
    }

    @Test
    void openedForReading_byAUserWhoMayOnlySelect_showsAll() throws Exception {
        try (Ledger ledger = open()) {
            ChainHead unused = LedgerFixture.appendAll(ledger);
        }
        alter(
                "drop role if exists auditor",
                "create role auditor login password 'reads'",
                "grant select on all tables in schema public to auditor");
        try (Ledger reading = SqlLedger.postgresqlForReading(url, "auditor", () -> "reads")) {
            assertThat(shown(reading, LedgerFixture.CHAIN).rows()).hasSize(16);
        } finally {
            alter("drop owned by auditor");
        }
    }

    @Test
    void firstUse_byManyNodesAtOnce_makesTheTablesOnce() throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(3);
        try {
            List<Callable<ChainHead>> firsts = IntStream.range(0, 3)
                    .mapToObj(i -> (Callable<ChainHead>) () -> {
                        String node =
                                List.copyOf(LedgerFixture.COMMITTEE.nodes()).get(i);
                        try (Ledger ledger = open()) {
                            Chain chain = Chain.of(LedgerFixture.COMMITTEE, node);
                            return LedgerFixture.append(ledger, chain, ChainHead.EMPTY, votes(1, 2));
                        }
                    })
                    .toList();
            for (Future<ChainHead> first : nodes.invokeAll(firsts)) {
                assertThat(first.get().position()).isEqualTo(2);
            }
        } finally {
            nodes.shutdownNow();
        }
    }

    @Test
    void writing_withAWrongPassword_saysSoAndNotWhich() {
        try (Ledger ledger = SqlLedger.postgresql(url, PostgresServer.USER, () -> "wr0ng-one")) {
            assertThatThrownBy(() -> ledger.tail(LedgerFixture.CHAIN))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("password authentication failed")
                    .satisfies(failure -> assertThat(all(failure)).doesNotContain("wr0ng-one"));
        }
    }

    private static String all(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    void writing_whereNobodyListens_saysSo() throws Exception {
        String nobody = "jdbc:postgresql://127.0.0.1:" + PlainParties.freePort() + "/ledger";
        try (Ledger ledger = SqlLedger.postgresql(nobody, PostgresServer.USER, () -> PostgresServer.PASSWORD)) {
            assertThatThrownBy(() -> ledger.tail(LedgerFixture.CHAIN))
                    .isInstanceOf(LedgerException.class)
                    .hasMessageContaining("refused");
        }
    }

    @Test
    void passwords_thatChange_areAskedForAgain() throws Exception {
        StringBuilder password = new StringBuilder("not yet");
        try (Ledger ledger = SqlLedger.postgresql(url, PostgresServer.USER, password::toString)) {
            assertThatThrownBy(() -> ledger.tail(LedgerFixture.CHAIN)).isInstanceOf(LedgerException.class);
            password.replace(0, password.length(), PostgresServer.PASSWORD);
            assertThat(ledger.tail(LedgerFixture.CHAIN).row()).isEqualTo(ChainHead.EMPTY);
        }
    }

    @Test
    void address_withAPasswordInIt_isRefusedWithoutSayingIt() {
        assertThatThrownBy(() -> SqlLedger.postgresql(url + "?password=hunter2", "ledger", () -> ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void commits_onAServerThatDoesNotWaitForItsDisk_areDurableAllTheSame() throws Exception {
        alter("alter role ledger set synchronous_commit = off");
        try (Ledger ledger = open()) {
            ChainHead unused = LedgerFixture.append(ledger, LedgerFixture.CHAIN, ChainHead.EMPTY, votes(1, 1));
            alter(
                    "create table seen (setting text)",
                    "create function note() returns trigger language plpgsql as"
                            + " $$begin insert into seen values (current_setting('synchronous_commit')); return new; end$$",
                    "create trigger note before insert on votes execute function note()");
            ChainHead head = ledger.tail(LedgerFixture.CHAIN).row();
            ChainHead unusedToo = LedgerFixture.append(ledger, LedgerFixture.CHAIN, head, votes(2, 2));
            try (Connection connection = sql();
                    var statement = connection.createStatement();
                    var rows = statement.executeQuery("select setting from seen")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1)).isEqualTo("on");
            }
        } finally {
            alter("alter role ledger reset synchronous_commit");
        }
    }
}

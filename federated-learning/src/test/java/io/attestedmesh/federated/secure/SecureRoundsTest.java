package io.attestedmesh.federated.secure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.federated.model.DType;
import io.attestedmesh.federated.model.Model;
import io.attestedmesh.federated.model.Shape;
import io.attestedmesh.federated.secure.Exchange.Turn;
import io.attestedmesh.mpc.session.MessageSource;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionId;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Four clients and an aggregator over attested TLS on loopback, and a model of 4 MB. */
@Timeout(120)
class SecureRoundsTest {
    private static final int AGGREGATOR = 5;
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Layout LAYOUT =
            new Layout(List.of(new Layout.Entry("w", DType.FLOAT32, Shape.of(1000, 1000))));

    private final SecureTerms terms = SecureTerms.of(
            SessionId.random(LocalRun.RANDOM), 1, AGGREGATOR, List.of(1, 2, 3, 4), LocalRun.QUANTISER, 1000, LAYOUT);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private AttestedClients parties;
    private LocalRun plain;

    @BeforeEach
    void start() throws Exception {
        parties = new AttestedClients(5);
        plain = new LocalRun(terms, new Random(4)); // for its updates, and what their sum is
    }

    @AfterEach
    void stop() throws Exception {
        parties.close();
        plain.close();
        threads.shutdownNow();
        threads.awaitTermination(10, TimeUnit.SECONDS);
    }

    private Future<SecureParticipant.Outcome> participant(int id, Duration roundTime) throws Exception {
        NetworkSession session = parties.open(id, terms.session(), roundTime);
        Model update = plain.updates.get(id);
        return threads.submit(() -> {
            try (session) {
                return new SecureParticipant(LocalRun.RANDOM, parties.node(id).meters)
                        .run(terms, session, update, plain.examples.get(id));
            }
        });
    }

    private Future<SecureSum> collector(Duration roundTime, Duration inputTime) throws Exception {
        NetworkSession session = parties.open(AGGREGATOR, terms.session(), roundTime);
        return threads.submit(() -> {
            try (session) {
                return new SecureCollector(terms, PATIENCE, inputTime, parties.node(AGGREGATOR).meters).run(session);
            }
        });
    }

    private void assertSum(SecureSum sum, List<Integer> survivors) {
        assertThat(sum.survivors()).containsExactlyElementsOf(survivors);
        assertThat(LocalRun.numbers(sum, terms)).isEqualTo(plain.plainSum(survivors));
    }

    @Test
    void sumOfAllClients_isThePlainSum() throws Exception {
        List<Future<SecureParticipant.Outcome>> outcomes = new ArrayList<>();
        for (int id : terms.clients()) {
            outcomes.add(participant(id, PATIENCE));
        }

        SecureSum sum = collector(PATIENCE, PATIENCE).get(60, TimeUnit.SECONDS);

        assertSum(sum, terms.clients());
        for (Future<SecureParticipant.Outcome> outcome : outcomes) {
            SecureParticipant.Outcome of = outcome.get(10, TimeUnit.SECONDS);
            assertThat(of.survivors()).containsExactlyInAnyOrderElementsOf(terms.clients());
            assertThat(of.refused()).isEmpty();
            assertThat(of.clipped()).isPositive();
        }
        assertThat(parties.node(AGGREGATOR)
                        .meters
                        .counter("amesh.fl.secure.runs", "role", "aggregator", "result", "COMPLETED")
                        .count())
                .isEqualTo(1);
    }

    @Test
    void clientKilledWhileItSendsItsUpdate_isRecoveredFrom() throws Exception {
        CountDownLatch killed = new CountDownLatch(1);
        var unused = threads.submit(dying(3, killed));
        List<Future<SecureParticipant.Outcome>> outcomes = new ArrayList<>();
        for (int id : List.of(1, 2, 4)) {
            outcomes.add(participant(id, PATIENCE));
        }

        SecureSum sum = collector(PATIENCE, Duration.ofSeconds(20)).get(60, TimeUnit.SECONDS);

        assertThat(killed.await(1, TimeUnit.SECONDS)).isTrue();
        assertSum(sum, List.of(1, 2, 4));
        for (Future<SecureParticipant.Outcome> outcome : outcomes) {
            assertThat(outcome.get(10, TimeUnit.SECONDS).survivors()).containsExactlyInAnyOrder(1, 2, 4);
        }
    }

    /** Does as a participant does, until a megabyte of its masked update has gone; then its process is gone. */
    private Callable<Void> dying(int id, CountDownLatch killed) throws Exception {
        NetworkSession session = parties.open(id, terms.session(), PATIENCE);
        return () -> {
            SecureClient client =
                    new SecureClient(terms, id, plain.updates.get(id), plain.examples.get(id), LocalRun.RANDOM);
            Exchange exchange = new Exchange(session, terms);
            byte[] advert = client.advertise();
            exchange.send(exchange.otherClients(), advert);
            exchange.send(AGGREGATOR, advert);
            Map<Integer, byte[]> shares = new TreeMap<>(client.share(exchange.collect(exchange.otherClients(), 1)));
            exchange.begin(Turn.SHARES);
            for (Map.Entry<Integer, byte[]> one : shares.entrySet()) {
                exchange.send(one.getKey(), one.getValue());
            }
            byte[] holding = client.hold(exchange.collect(shares.keySet(), 1));
            exchange.begin(Turn.ROSTER);
            exchange.send(AGGREGATOR, holding);
            MaskedInput input = client.mask(exchange.fromAggregator());
            exchange.begin(Turn.INPUT);
            var unused = session.send(AGGREGATOR, new Deadly(input, 1_000_000, () -> {
                threads.execute(parties.node(id)::kill);
                killed.countDown();
            }));
            return null;
        };
    }

    /** A source that ends in the death of who sends it. */
    private record Deadly(MaskedInput input, long after, Runnable death) implements MessageSource {
        @Override
        public long size() {
            return input.size();
        }

        @Override
        public InputStream from(long offset) throws IOException {
            return new FilterInputStream(input.from(offset)) {
                private long given = offset;

                @Override
                public int read(byte[] into, int at, int most) throws IOException {
                    if (given >= after) {
                        death.run();
                        throw new IOException("killed");
                    }
                    int count = super.read(into, at, most);
                    given += Math.max(0, count);
                    return count;
                }
            };
        }
    }

    @Test
    void updateOfAnEarlierRun_isNotMaskedAgain() throws Exception {
        SecureParticipant first = new SecureParticipant(LocalRun.RANDOM, parties.node(1).meters);
        for (int id : List.of(2, 3, 4)) {
            var unused = participant(id, PATIENCE);
        }
        Future<SecureSum> sum = collector(PATIENCE, PATIENCE);
        try (NetworkSession session = parties.open(1, terms.session(), PATIENCE)) {
            first.run(terms, session, plain.updates.get(1), plain.examples.get(1));
        }
        sum.get(60, TimeUnit.SECONDS);

        assertReused(first, 2, plain.updates.get(1), "the update of an earlier run");
        assertReused(first, 1, plain.updates.get(2), "run 1");
        assertReused(first, -1, plain.updates.get(2), "run -1");
    }

    private void assertReused(SecureParticipant participant, long run, Model update, String actual) throws Exception {
        SecureTerms next = SecureTerms.of(
                SessionId.random(LocalRun.RANDOM),
                run,
                AGGREGATOR,
                terms.clients(),
                terms.quantiser(),
                terms.mostExamples(),
                LAYOUT);
        try (NetworkSession session = parties.open(1, next.session(), PATIENCE)) {
            assertThatThrownBy(() -> participant.run(next, session, update, 1))
                    .isInstanceOfSatisfying(SecureAggregationException.class, e -> {
                        assertThat(e.reason()).isEqualTo(SecureReason.REUSED);
                        assertThat(e.actual()).isEqualTo(actual);
                    });
        }
    }

    @Test
    void clientThatNeverComes_isLeftOut() throws Exception {
        Duration roundTime = Duration.ofSeconds(8);
        List<Future<SecureParticipant.Outcome>> outcomes = new ArrayList<>();
        for (int id : List.of(1, 2, 3)) {
            outcomes.add(participant(id, roundTime));
        }

        SecureSum sum = collector(roundTime, PATIENCE).get(60, TimeUnit.SECONDS);

        assertSum(sum, List.of(1, 2, 3));
        assertThat(outcomes)
                .allSatisfy(one ->
                        assertThat(one.get(10, TimeUnit.SECONDS).survivors()).containsExactlyInAnyOrder(1, 2, 3));
    }

    @Test
    void tooFewClients_areNamedByAllThatAreThere() throws Exception {
        Duration roundTime = Duration.ofSeconds(8);
        Future<SecureParticipant.Outcome> one = participant(1, roundTime);
        Future<SecureParticipant.Outcome> two = participant(2, roundTime);

        Future<SecureSum> sum = collector(roundTime, roundTime);

        assertThatThrownBy(() -> sum.get(60, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseInstanceOf(SecureAggregationException.class)
                .hasStackTraceContaining("TOO_FEW: expected 3 clients at least, actual 2: clients [1, 2]");
        for (Future<SecureParticipant.Outcome> outcome : List.of(one, two)) {
            assertThatThrownBy(() -> outcome.get(60, TimeUnit.SECONDS))
                    .hasStackTraceContaining("TOO_FEW: expected 3 clients at least, actual 2: clients [1, 2]");
        }
    }

    @Test
    void sessionOfOtherTerms_isRefused() throws Exception {
        try (NetworkSession other = parties.open(AGGREGATOR, SessionId.random(LocalRun.RANDOM), PATIENCE)) {
            SecureCollector collector = new SecureCollector(terms, PATIENCE, PATIENCE, parties.node(AGGREGATOR).meters);

            assertThatIllegalArgumentException().isThrownBy(() -> collector.run(other));
        }
    }
}

package io.attestedmesh.federated.secure;

import static io.attestedmesh.federated.secure.SecureRunTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.federated.secure.SecureMessage.Kind;
import io.attestedmesh.federated.secure.SecureMessage.Secret;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an aggregator cannot learn, and that the same attack succeeds with one share more. Clients 3, 6, … 21; threshold 5. */
class SecrecyTest {
    private static final int CLIENTS = 7;
    private static final int THRESHOLD = 5;

    private LocalRun run;

    @BeforeEach
    void begin() throws Exception {
        run = new LocalRun(CLIENTS, LocalRun.layout(40), new Random(7));
        assertThat(run.terms.threshold()).isEqualTo(THRESHOLD);
    }

    @AfterEach
    void end() {
        run.close();
    }

    @Test
    void wholeStateAndAShareTooFew_giveNoSingleUpdate() throws Exception {
        run.run();
        CuriousAggregator curious = new CuriousAggregator(run);

        for (int target : run.terms.clients()) {
            long[] guess = curious.update(target, Secret.KEY, curious.leaked(Secret.KEY, target, THRESHOLD - 1));
            assertThat(matching(guess, run.quantised(target))).isLessThan(guess.length / 10);
        }
    }

    @Test
    void wholeStateAndAsManySharesAsTheThreshold_giveEachUpdate() throws Exception {
        run.run();
        CuriousAggregator curious = new CuriousAggregator(run);

        for (int target : run.terms.clients()) {
            long[] guess = curious.update(target, Secret.KEY, curious.leaked(Secret.KEY, target, THRESHOLD));
            assertThat(guess).isEqualTo(run.quantised(target));
        }
    }

    @Test
    void lateUpdateOfADroppedClient_staysMasked() throws Exception {
        run.drops.put(9, LocalRun.Point.INPUT);
        run.run(); // inputs keep what client 9 masked, and everybody has revealed a share of its key
        CuriousAggregator curious = new CuriousAggregator(run);

        long[] guess = curious.update(9, Secret.SEED, curious.leaked(Secret.SEED, 9, THRESHOLD - 1));

        assertThat(matching(guess, run.quantised(9))).isLessThan(guess.length / 10);
    }

    @Test
    void lateUpdateOfADroppedClient_isReadByThoseWithItsSeed() throws Exception {
        run.drops.put(9, LocalRun.Point.INPUT);
        run.run();
        CuriousAggregator curious = new CuriousAggregator(run);

        long[] guess = curious.update(9, Secret.SEED, curious.leaked(Secret.SEED, 9, THRESHOLD));

        assertThat(guess).isEqualTo(run.quantised(9));
    }

    private static int matching(long[] one, long[] other) {
        int same = 0;
        for (int i = 0; i < one.length; i++) {
            same += one[i] == other[i] ? 1 : 0;
        }
        return same;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3})
    void aggregatorThatTellsDifferentSurvivors_getsNothing(int lies) throws Exception {
        run.collect();
        byte[] all = run.messages.set(Kind.SURVIVORS, run.aggregator.roster());
        TreeSet<Integer> without = new TreeSet<>(run.aggregator.roster());
        without.remove(21);
        byte[] fewer = run.messages.set(Kind.SURVIVORS, without);
        Map<Integer, byte[]> agreements = new TreeMap<>();
        for (int client : run.clients.keySet()) {
            agreements.put(client, run.clients.get(client).agree(client > 3 * lies ? all : fewer));
        }

        int reveals = 0;
        for (int client : run.clients.keySet()) {
            try {
                run.clients.get(client).reveal(LocalRun.without(agreements, client));
                reveals++;
            } catch (SecureAggregationException e) {
                assertThat(e.reason()).isIn(SecureReason.SETS_DIFFER, SecureReason.TOO_FEW);
            }
        }

        // one kind of share of client 21 is all that it can have, of whom were told the same in sufficient number
        assertThat(reveals).isIn(0, CLIENTS - lies);
        assertThat(reveals == 0 || CLIENTS - lies >= THRESHOLD).isTrue();
    }

    @Test
    void aggregatorThatTellsHalfOfThemEach_isNamedWithWhoDiffers() throws Exception {
        run.collect();
        TreeSet<Integer> without = new TreeSet<>(run.aggregator.roster());
        without.remove(21);
        byte[] all = run.messages.set(Kind.SURVIVORS, run.aggregator.roster());
        byte[] fewer = run.messages.set(Kind.SURVIVORS, without);
        Map<Integer, byte[]> agreements = new TreeMap<>();
        for (int client : run.clients.keySet()) {
            agreements.put(client, run.clients.get(client).agree(client > 9 ? all : fewer));
        }

        for (int client : run.clients.keySet()) {
            assertRefused(
                    SecureReason.SETS_DIFFER,
                    () -> run.clients.get(client).reveal(LocalRun.without(agreements, client)));
        }
    }

    @Test
    void aggregatorThatTellsDifferentRosters_getsNothing() throws Exception {
        for (int client : run.clients.keySet()) {
            run.adverts.put(client, run.clients.get(client).advertise());
        }
        for (int client : run.clients.keySet()) {
            run.shares.put(client, run.clients.get(client).share(LocalRun.without(run.adverts, client)));
        }
        TreeSet<Integer> some = new TreeSet<>(List.of(3, 6, 9, 12, 15, 18));
        Map<Integer, byte[]> agreements = new TreeMap<>();
        for (int client : some) {
            Map<Integer, byte[]> theirs = new TreeMap<>();
            LocalRun.without(run.shares, client).forEach((from, out) -> theirs.put(from, out.get(client)));
            run.clients.get(client).hold(theirs);
            Set<Integer> roster = client < 10 ? some : run.clients.keySet();
            LocalRun.bytes(run.clients.get(client).mask(run.messages.set(Kind.ROSTER, new TreeSet<>(roster))));
            agreements.put(client, run.clients.get(client).agree(run.messages.set(Kind.SURVIVORS, some)));
        }

        for (int client : some) {
            assertRefused(
                    SecureReason.SETS_DIFFER,
                    () -> run.clients.get(client).reveal(LocalRun.without(agreements, client)));
        }
    }

    @Test
    void secondSetOfSurvivors_isRefused() throws Exception {
        run.collect();
        run.fold();
        SecureClient client = run.clients.get(3);
        client.agree(run.survivors);
        TreeSet<Integer> without = new TreeSet<>(run.aggregator.roster());
        without.remove(21);

        assertRefused(SecureReason.OUT_OF_ORDER, () -> client.agree(run.messages.set(Kind.SURVIVORS, without)));
        assertRefused(SecureReason.OUT_OF_ORDER, () -> client.agree(run.survivors));
        assertThat(client.survivors()).containsExactlyElementsOf(run.terms.clients());
    }

    @Test
    void secondReveal_isRefused() throws Exception {
        run.run();

        for (SecureClient client : run.clients.values()) {
            assertRefused(SecureReason.OUT_OF_ORDER, () -> client.reveal(Map.of()));
        }
    }

    @Test
    void revealThatFailed_isNotTriedAgain() throws Exception {
        run.collect();
        run.fold();
        SecureClient client = run.clients.get(3);
        client.agree(run.survivors);
        Map<Integer, byte[]> agreements = new TreeMap<>();
        for (int other : LocalRun.without(run.clients, 3).keySet()) {
            agreements.put(other, run.clients.get(other).agree(run.survivors));
        }
        assertRefused(SecureReason.TOO_FEW, () -> client.reveal(Map.of()));

        assertRefused(SecureReason.OUT_OF_ORDER, () -> client.reveal(agreements));
    }

    @Test
    void reveal_hasOneKindOfShareForEachClient() throws Exception {
        run.drops.put(9, LocalRun.Point.INPUT);
        run.run();

        run.reveals.forEach((from, message) -> assertThat(message).hasSize(33 + 33 * CLIENTS));
        for (byte[] message : run.reveals.values()) {
            for (int i = 0; i < CLIENTS; i++) {
                byte expected = run.terms.clients().get(i) == 9 ? Secret.KEY.code() : Secret.SEED.code();
                assertThat(message[33 + 33 * i]).isEqualTo(expected);
            }
        }
    }

    @Test
    void texts_haveNoSecrets() throws Exception {
        run.run();

        assertThat(run.clients.get(3)).hasToString("client 3, REVEALED");
        assertThat(run.aggregator).hasToString("aggregator, DONE, inputs of clients " + run.terms.clients());
    }
}

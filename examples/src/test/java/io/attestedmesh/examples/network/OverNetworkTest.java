package io.attestedmesh.examples.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.bgw.BgwParty;
import io.attestedmesh.examples.bgw.SharedValue;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.frost.JcaEd25519;
import io.attestedmesh.examples.frost.KeyShare;
import io.attestedmesh.examples.frost.SigningRound;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.mpc.network.PlainParties;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The protocols between four parties on loopback. */
@Timeout(120)
class OverNetworkTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Bytes MESSAGE = Bytes.of("message".getBytes(StandardCharsets.US_ASCII));

    private static PlainParties parties;
    private static ExecutorService threads;

    /** What one party does. */
    private interface Part<T> {
        T play(Rounds rounds) throws Exception;
    }

    @BeforeAll
    static void start() throws Exception {
        parties = new PlainParties(4);
        threads = Executors.newCachedThreadPool();
    }

    @AfterAll
    static void stop() {
        parties.close();
        threads.shutdownNow();
    }

    private static <T> SortedMap<Integer, Object> all(Duration patience, Part<T> part) throws Exception {
        return these(Set.of(1, 2, 3, 4), patience, part);
    }

    /** What came of it, by party: the result or the exception. */
    private static <T> SortedMap<Integer, Object> these(Set<Integer> ids, Duration patience, Part<T> part)
            throws Exception {
        SessionId id = SessionId.random(RANDOM);
        SortedMap<Integer, Future<T>> running = new TreeMap<>();
        List<NetworkSession> sessions = new ArrayList<>();
        for (int party : new TreeSet<>(ids)) {
            NetworkSession session = parties.open(party, id);
            sessions.add(session);
            running.put(party, threads.submit(() -> {
                T result = part.play(new Rounds(session, patience));
                session.complete();
                return result;
            }));
        }
        SortedMap<Integer, Object> results = new TreeMap<>();
        for (var one : running.entrySet()) {
            try {
                results.put(one.getKey(), one.getValue().get(60, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                results.put(one.getKey(), e.getCause());
            }
        }
        sessions.forEach(NetworkSession::close);
        return results;
    }

    private static SortedMap<Integer, KeyShare> keys() throws Exception {
        SortedMap<Integer, KeyShare> keys = new TreeMap<>();
        all(PATIENCE, rounds -> Frost.generateKey(rounds, 3, RANDOM))
                .forEach((party, key) -> keys.put(party, (KeyShare) key));
        return keys;
    }

    private static void assertNames(Object result, int cheater) {
        assertThat(result)
                .isInstanceOfSatisfying(
                        PartyFaultException.class, e -> assertThat(e.parties()).containsExactly(cheater));
    }

    @Test
    void threeOfFour_signWithAKeyThatAllMade() throws Exception {
        SortedMap<Integer, KeyShare> keys = keys();

        var signatures = these(
                Set.of(1, 2, 4),
                PATIENCE,
                rounds -> Frost.sign(rounds, keys.get(rounds.session().self().id()), Set.of(1, 2, 4), MESSAGE, RANDOM));

        assertThat(keys.values())
                .extracting(KeyShare::publicKey)
                .containsOnly(keys.get(1).publicKey());
        assertThat(new TreeSet<>(signatures.keySet())).containsExactly(1, 2, 4);
        assertThat(signatures.values())
                .allSatisfy(signature -> assertThat(
                                JcaEd25519.verifies(keys.get(1).publicKey(), MESSAGE, (Bytes) signature))
                        .isTrue());
    }

    @Test
    void signerWithABadShare_isNamedByTheOthers() throws Exception {
        SortedMap<Integer, KeyShare> keys = keys();
        Set<Integer> signers = Set.of(1, 2, 3);

        var results = these(signers, PATIENCE, rounds -> {
            int self = rounds.session().self().id();
            SigningRound round = new SigningRound(keys.get(self), signers, MESSAGE, RANDOM);
            byte[] share = round.share(rounds.broadcast(round.others(), round.commitment()));
            if (self == 2) {
                share[share.length - 32] ^= 1; // of the scalar, which comes last
            }
            return round.signature(rounds.broadcast(round.others(), share));
        });

        assertNames(results.get(1), 2);
        assertNames(results.get(3), 2);
    }

    @Test
    void partyThatIsSilent_isNamedByTheOthers() throws Exception {
        keys(); // with connections and code that are warm, only the silent one is late
        var results = these(Set.of(1, 2, 3), Duration.ofSeconds(8), rounds -> Frost.generateKey(rounds, 3, RANDOM));

        assertThat(results.values()).allSatisfy(result -> assertNames(result, 4));
    }

    @Test
    void sumAndProduct_areOpenedByAll() throws Exception {
        var results = all(PATIENCE, rounds -> {
            int self = rounds.session().self().id();
            BgwParty party = new BgwParty(self, 4, 1, RANDOM);
            SortedMap<Integer, SharedValue> inputs = Bgw.share(rounds, party, Scalar.of(10L + self));
            SharedValue sum = inputs.get(1).plus(inputs.get(2));
            SharedValue product = Bgw.multiply(rounds, party, sum, inputs.get(4));
            return Bgw.open(rounds, party, product);
        });

        assertThat(results.values()).containsOnly(Scalar.of((11 + 12) * 14));
    }
}

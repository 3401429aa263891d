package io.attestedmesh.cli.demo;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.demo.Scene.Outcome;
import io.attestedmesh.examples.frost.JcaEd25519;
import io.attestedmesh.examples.frost.KeyShare;
import io.attestedmesh.examples.frost.SigningRound;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.examples.network.Frost;
import io.attestedmesh.examples.network.Rounds;
import io.attestedmesh.mpc.network.MpcNetwork;
import io.attestedmesh.mpc.session.NetworkSession;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionOptions;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** FROST between the parties of the mesh, each over its own attested connections: a key, a signature, a cheater. */
final class Signing {
    static final String CONTEXT = "demo";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MIN_SIGNERS = 3;
    private static final int CHEATER = 2;
    /** A signature share ends with its scalar. */
    private static final int SCALAR_BYTES = 32;

    private static final SortedSet<Integer> SIGNERS = new TreeSet<>(Set.of(1, CHEATER, 4));
    private static final Bytes MESSAGE = Bytes.of("released together".getBytes(StandardCharsets.US_ASCII));

    private final List<MpcNetwork> networks;
    private final SecureRandom random;

    /** What one party does in a session. */
    private interface Part<T> {
        T play(Rounds rounds) throws Exception;
    }

    /** What came of it for each party: a result or a failure. */
    private record Outcomes<T>(SortedMap<Integer, T> results, SortedMap<Integer, Throwable> failures) {}

    /** @param networks of the parties, in the order of their ids */
    Signing(List<MpcNetwork> networks, SecureRandom random) {
        this.networks = networks;
        this.random = random;
    }

    List<Scene> scenes() throws InterruptedException, GeneralSecurityException {
        SortedSet<Integer> all = new TreeSet<>();
        for (int id = 1; id <= networks.size(); id++) {
            all.add(id);
        }
        long start = System.nanoTime();
        Outcomes<KeyShare> keys = together(all, rounds -> Frost.generateKey(rounds, MIN_SIGNERS, random));
        Set<Bytes> publicKeys = new HashSet<>();
        keys.results().values().forEach(key -> publicKeys.add(key.publicKey()));
        if (keys.results().size() < all.size() || publicKeys.size() != 1) {
            return List.of(scene("a key of all four, for any three", Outcome.ACCEPTED, failed(keys)));
        }
        Bytes publicKey = publicKeys.iterator().next();
        String made = "public key " + publicKey.hex().substring(0, 16) + "..., " + all.size() + " shares, 5 rounds, "
                + (System.nanoTime() - start) / 1_000_000 + " ms";
        return List.of(
                scene("a key of all four, for any three", Outcome.ACCEPTED, ended(Outcome.ACCEPTED, made)),
                scene(names(SIGNERS) + " sign", Outcome.ACCEPTED, signed(keys.results(), publicKey)),
                scene(name(CHEATER) + " sends a false share", Outcome.REFUSED, cheated(keys.results())));
    }

    /** How it ended, and why. */
    private record End(Outcome outcome, Optional<String> reason, String detail) {}

    private static End ended(Outcome outcome, String detail) {
        return new End(outcome, Optional.empty(), detail);
    }

    private static Scene scene(String title, Outcome expected, End end) {
        return new Scene(title, expected, end.outcome(), end.reason(), end.detail(), Optional.empty());
    }

    private static End failed(Outcomes<?> outcomes) {
        return ended(Outcome.FAILED, String.valueOf(outcomes.failures()));
    }

    private End signed(SortedMap<Integer, KeyShare> keys, Bytes publicKey)
            throws InterruptedException, GeneralSecurityException {
        Outcomes<Bytes> signatures = together(
                SIGNERS,
                rounds -> Frost.sign(rounds, keys.get(rounds.session().self().id()), SIGNERS, MESSAGE, random));
        if (signatures.results().size() < SIGNERS.size()) {
            return failed(signatures);
        }
        Bytes signature = signatures.results().get(SIGNERS.first());
        boolean valid = JcaEd25519.verifies(publicKey, MESSAGE, signature);
        return ended(
                valid ? Outcome.ACCEPTED : Outcome.FAILED,
                "Ed25519 signature " + signature.hex().substring(0, 16) + "..., "
                        + (valid ? "valid to the JCA" : "NOT valid to the JCA"));
    }

    /** One signer changes a bit of its share: the others find out who it was, and there is no signature. */
    private End cheated(SortedMap<Integer, KeyShare> keys) throws InterruptedException {
        Outcomes<Bytes> outcomes = together(SIGNERS, rounds -> {
            int self = rounds.session().self().id();
            SigningRound round = new SigningRound(keys.get(self), SIGNERS, MESSAGE, random);
            byte[] share = round.share(rounds.broadcast(round.others(), round.commitment()));
            if (self == CHEATER) {
                share[share.length - SCALAR_BYTES] ^= 1;
            }
            return round.signature(rounds.broadcast(round.others(), share));
        });
        SortedSet<Integer> honest = new TreeSet<>(SIGNERS);
        honest.remove(CHEATER);
        SortedSet<Integer> found = new TreeSet<>();
        Optional<String> reason = Optional.empty();
        for (int party : honest) {
            if (outcomes.failures().get(party) instanceof PartyFaultException fault
                    && fault.parties().equals(List.of(CHEATER))) {
                found.add(party);
                reason = Optional.of(fault.reason().name());
            }
        }
        boolean named = found.equals(honest);
        return new End(
                named ? Outcome.REFUSED : Outcome.FAILED,
                reason,
                named ? "named by " + names(found) + "; no signature" : String.valueOf(outcomes));
    }

    private String name(int party) {
        return networks.get(party - 1).self().name();
    }

    private String names(SortedSet<Integer> parties) {
        return String.join(
                ", ",
                parties.stream().map(party -> name(party).replace(".demo", "")).toList());
    }

    /** All of {@code parties} at once, in one session. */
    private <T> Outcomes<T> together(SortedSet<Integer> parties, Part<T> part) throws InterruptedException {
        SessionId id = SessionId.random(random);
        ExecutorService threads = Executors.newFixedThreadPool(parties.size());
        try {
            SortedMap<Integer, Future<T>> running = new TreeMap<>();
            for (int party : parties) {
                running.put(party, threads.submit(() -> play(id, party, part)));
            }
            Outcomes<T> outcomes = new Outcomes<>(new TreeMap<>(), new TreeMap<>());
            for (int party : parties) {
                try {
                    outcomes.results().put(party, running.get(party).get());
                } catch (ExecutionException e) {
                    outcomes.failures().put(party, e.getCause());
                }
            }
            return outcomes;
        } finally {
            threads.shutdownNow();
        }
    }

    private <T> T play(SessionId id, int party, Part<T> part) throws Exception {
        try (NetworkSession session = networks.get(party - 1).open(id, CONTEXT, SessionOptions.DEFAULT)) {
            T result = part.play(new Rounds(session, PATIENCE));
            session.complete();
            return result;
        }
    }
}

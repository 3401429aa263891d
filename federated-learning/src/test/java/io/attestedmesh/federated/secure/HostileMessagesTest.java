package io.attestedmesh.federated.secure;

import static io.attestedmesh.federated.secure.SecureRunTest.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.federated.secure.SecureMessage.Advert;
import io.attestedmesh.federated.secure.SecureMessage.Kind;
import io.attestedmesh.federated.secure.SecureMessage.Secret;
import io.attestedmesh.mpc.session.SessionId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What parties send that is wrong: it is refused by name, and the others have their sum. Clients 3, 6, 9, 12, 15; threshold 4. */
class HostileMessagesTest {
    private static final Layout LAYOUT = LocalRun.layout(20);

    private LocalRun run;

    @BeforeEach
    void begin() throws Exception {
        run = new LocalRun(5, LAYOUT, new Random(1));
    }

    @AfterEach
    void end() {
        run.close();
    }

    private void advertise() throws Exception {
        for (int client : run.clients.keySet()) {
            run.adverts.put(client, run.clients.get(client).advertise());
        }
    }

    private void share() throws Exception {
        advertise();
        for (int client : run.clients.keySet()) {
            run.shares.put(client, run.clients.get(client).share(LocalRun.without(run.adverts, client)));
        }
    }

    private Map<Integer, byte[]> sharesFor(int client) {
        Map<Integer, byte[]> theirs = new TreeMap<>();
        LocalRun.without(run.shares, client).forEach((from, out) -> theirs.put(from, out.get(client)));
        return theirs;
    }

    private static byte[] changed(byte[] message, int at) {
        byte[] other = message.clone();
        other[at] ^= 1;
        return other;
    }

    private void assertAdvertRefused(SecureReason reason, UnaryOperator<byte[]> change) throws Exception {
        advertise();
        Map<Integer, byte[]> seen = LocalRun.without(run.adverts, 3);
        seen.put(9, change.apply(seen.get(9)));

        Map<Integer, byte[]> out = run.clients.get(3).share(seen);

        assertThat(out).containsOnlyKeys(6, 12, 15);
        assertThat(run.clients.get(3).refused()).singleElement().satisfies(refused -> {
            assertThat(refused.party()).isEqualTo(9);
            assertThat(refused.reason()).isEqualTo(reason);
        });
    }

    @Test
    void advertThatIsTooShort_isRefused() throws Exception {
        assertAdvertRefused(SecureReason.MALFORMED, message -> Arrays.copyOf(message, message.length - 1));
    }

    @Test
    void advertThatIsTooLong_isRefused() throws Exception {
        assertAdvertRefused(SecureReason.MALFORMED, message -> Arrays.copyOf(message, message.length + 1));
    }

    @Test
    void emptyAdvert_isRefused() throws Exception {
        assertAdvertRefused(SecureReason.MALFORMED, message -> new byte[0]);
    }

    @Test
    void advertOfAnotherKind_isRefused() throws Exception {
        assertAdvertRefused(SecureReason.MALFORMED, message -> changed(message, 0));
    }

    @Test
    void advertOfOtherTerms_isRefused() throws Exception {
        assertAdvertRefused(SecureReason.OTHER_RUN, message -> changed(message, 1));
    }

    @Test
    void advertWithAKeyOfSmallOrder_isRefused() throws Exception {
        assertAdvertRefused(SecureReason.BAD_KEY, message -> {
            byte[] zero = message.clone();
            Arrays.fill(zero, 33, 65, (byte) 0);
            return zero;
        });
    }

    @Test
    void advertReplayedFromAnotherRun_isRefused() throws Exception {
        SecureTerms next = new SecureTerms(
                run.terms.session(),
                2,
                run.terms.aggregator(),
                run.terms.clients(),
                run.terms.threshold(),
                run.terms.quantiser(),
                run.terms.mostExamples(),
                LAYOUT);
        try (LocalRun other = new LocalRun(next, new Random(2))) {
            byte[] replayed = other.clients.get(9).advertise();
            assertAdvertRefused(SecureReason.OTHER_RUN, message -> replayed);
        }
    }

    @Test
    void advertOfAPartyThatIsNoClient_isRefused() throws Exception {
        advertise();
        Map<Integer, byte[]> seen = LocalRun.without(run.adverts, 3);
        seen.put(LocalRun.AGGREGATOR, seen.get(9));
        seen.put(3, seen.get(9));

        assertThat(run.clients.get(3).share(seen)).containsOnlyKeys(6, 9, 12, 15);
        assertThat(run.clients.get(3).refused())
                .extracting(Refused::reason)
                .containsExactly(SecureReason.NOT_A_CLIENT, SecureReason.NOT_A_CLIENT);
    }

    private void assertShareRefused(SecureReason reason, byte[] message) throws Exception {
        Map<Integer, byte[]> theirs = sharesFor(3);
        theirs.put(9, message);

        byte[] holding = run.clients.get(3).hold(theirs);

        assertThat(run.messages.holding(holding)).containsOnlyKeys(3, 6, 12, 15);
        assertThat(run.clients.get(3).refused()).singleElement().satisfies(refused -> {
            assertThat(refused.party()).isEqualTo(9);
            assertThat(refused.reason()).isEqualTo(reason);
        });
    }

    @Test
    void shareThatWasNotCommittedTo_isRefused() throws Exception {
        share();
        assertShareRefused(SecureReason.WRONG_SHARE, changed(run.shares.get(9).get(3), 40));
    }

    @Test
    void shareForAnotherClient_isRefused() throws Exception {
        share();
        assertShareRefused(SecureReason.WRONG_SHARE, run.shares.get(9).get(6));
    }

    @Test
    void shareOfAnotherClient_isRefused() throws Exception {
        share();
        assertShareRefused(SecureReason.WRONG_SHARE, run.shares.get(6).get(3));
    }

    @Test
    void shareForAnotherSession_isRefused() throws Exception {
        share();
        SecureTerms elsewhere = SecureTerms.of(
                new SessionId(1, 2),
                1,
                run.terms.aggregator(),
                run.terms.clients(),
                run.terms.quantiser(),
                run.terms.mostExamples(),
                LAYOUT);
        try (LocalRun other = new LocalRun(elsewhere, new Random(2))) {
            Map<Integer, byte[]> adverts = new TreeMap<>();
            for (int client : List.of(3, 9)) {
                adverts.put(client, other.clients.get(client).advertise());
            }
            byte[] theirs =
                    other.clients.get(9).share(Map.of(3, adverts.get(3))).get(3);
            assertShareRefused(SecureReason.OTHER_RUN, theirs);
        }
    }

    @Test
    void shareOfOneThatDidNotAdvertise_isRefused() throws Exception {
        run.drops.put(9, LocalRun.Point.KEYS);
        for (int client : List.of(3, 6, 12, 15)) {
            run.adverts.put(client, run.clients.get(client).advertise());
        }
        run.clients.get(3).share(LocalRun.without(run.adverts, 3));

        run.clients.get(3).hold(Map.of(9, run.messages.shares(1, new byte[32], new byte[32])));

        assertThat(run.clients.get(3).refused()).extracting(Refused::reason).containsExactly(SecureReason.OUT_OF_ORDER);
    }

    /** As client 9 does that tells client 3 another key than everybody else. */
    private void tellAnotherKey(Set<Integer> to) throws Exception {
        Advert honest = run.messages.advert(run.adverts.get(9));
        Bytes otherKey = run.messages.advert(run.adverts.get(12)).key();
        byte[] other =
                run.messages.advert(new Advert(otherKey, honest.seed(), honest.seedShares(), honest.keyShares()));
        for (int client : run.clients.keySet()) {
            Map<Integer, byte[]> seen = LocalRun.without(run.adverts, client);
            seen.computeIfPresent(9, (from, told) -> to.contains(client) ? other : told);
            run.shares.put(client, run.clients.get(client).share(seen));
        }
        run.aggregator.adverts(run.adverts);
        for (int client : run.clients.keySet()) {
            run.holdings.put(client, run.clients.get(client).hold(sharesFor(client)));
        }
    }

    @Test
    void keyThatDiffersFromReceiverToReceiver_leavesItsOwnerOut() throws Exception {
        advertise();
        tellAnotherKey(Set.of(3, 6));

        run.aggregator.roster(run.holdings);

        assertThat(run.aggregator.roster()).containsExactly(3, 6, 12, 15);
    }

    @Test
    void keyThatDiffersForOne_leavesOutBothForNobodyKnowsWhoLies() throws Exception {
        advertise();
        tellAnotherKey(Set.of(3));

        assertRefused(SecureReason.TOO_FEW, () -> run.aggregator.roster(run.holdings));
        assertThat(run.aggregator.roster()).containsExactly(6, 12, 15);
    }

    @Test
    void rosterOfClientsThatSawDifferentKeys_isNotAgreedOn() throws Exception {
        advertise();
        tellAnotherKey(Set.of(3, 6));
        SortedSet<Integer> all = new TreeSet<>(run.terms.clients());
        Map<Integer, byte[]> agreements = new TreeMap<>();
        for (int client : all) {
            run.clients.get(client).mask(run.messages.set(Kind.ROSTER, all)).close();
            agreements.put(client, run.clients.get(client).agree(run.messages.set(Kind.SURVIVORS, all)));
        }

        assertRefused(SecureReason.SETS_DIFFER, () -> run.clients.get(3).reveal(LocalRun.without(agreements, 3)));
    }

    @Test
    void holdingOfAnotherLength_isRefused() throws Exception {
        share();
        byte[] holding = run.clients.get(3).hold(sharesFor(3));

        assertRefused(
                SecureReason.MALFORMED,
                () -> run.messages.holding(java.util.Arrays.copyOf(holding, holding.length - 1)));
    }

    @Test
    void setWithABitAfterTheLastClient_isRefused() throws Exception {
        byte[] set = run.messages.set(Kind.ROSTER, new TreeSet<>(run.terms.clients()));
        set[set.length - 1] |= 1;

        assertRefused(SecureReason.MALFORMED, () -> run.messages.set(Kind.ROSTER, set));
    }

    @Test
    void rosterOfTooFew_isRefused() throws Exception {
        share();
        run.clients.get(3).hold(sharesFor(3));
        byte[] few = run.messages.set(Kind.ROSTER, new TreeSet<>(List.of(3, 6, 9)));

        assertRefused(SecureReason.TOO_FEW, () -> run.clients.get(3).mask(few));
    }

    @Test
    void survivorsOutsideTheRoster_areRefused() throws Exception {
        share();
        run.clients.get(3).hold(sharesFor(3));
        run.clients
                .get(3)
                .mask(run.messages.set(Kind.ROSTER, new TreeSet<>(List.of(3, 6, 9, 12))))
                .close();
        byte[] other = run.messages.set(Kind.SURVIVORS, new TreeSet<>(List.of(3, 6, 9, 15)));

        assertRefused(SecureReason.NOT_A_CLIENT, () -> run.clients.get(3).agree(other));
    }

    @Test
    void rosterInPlaceOfSurvivors_isRefused() throws Exception {
        run.collect();

        assertRefused(SecureReason.MALFORMED, () -> run.clients.get(3).agree(run.roster));
    }

    @Test
    void inputThatIsTooShort_isRefusedAndTheOthersAreSummed() throws Exception {
        run.collect();
        IncomingInput part = run.aggregator.receive(9);
        part.write(ByteBuffer.wrap(run.inputs.get(9), 0, 100));
        assertRefused(SecureReason.WRONG_SIZE, () -> run.aggregator.fold(part));
        run.drops.put(9, LocalRun.Point.INPUT);
        run.fold();

        SecureSum sum = run.unmask();

        assertThat(LocalRun.numbers(sum, run.terms)).isEqualTo(run.plainSum(List.of(3, 6, 12, 15)));
        assertThat(run.aggregator.refused()).extracting(Refused::party).containsExactly(9);
    }

    @Test
    void inputThatIsTooLong_isRefusedWhileItComes() throws Exception {
        run.collect();
        IncomingInput input = run.aggregator.receive(9);
        input.write(ByteBuffer.wrap(run.inputs.get(9)));

        assertThatThrownBy(() -> input.write(ByteBuffer.allocate(1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("client 9 sends more than");
    }

    @Test
    void inputThatBrokeOff_leavesNothingInTheSum() throws Exception {
        run.collect();
        IncomingInput broken = run.aggregator.receive(9);
        broken.write(ByteBuffer.wrap(run.inputs.get(9), 0, 100));
        run.fold();

        SecureSum sum = run.unmask();

        assertThat(LocalRun.numbers(sum, run.terms)).isEqualTo(run.plainSum(run.terms.clients()));
    }

    @Test
    void secondInput_isRefused() throws Exception {
        run.collect();
        IncomingInput input = run.aggregator.receive(9);
        input.write(ByteBuffer.wrap(run.inputs.get(9)));
        run.aggregator.fold(input);

        assertRefused(SecureReason.DUPLICATE, () -> run.aggregator.receive(9));
    }

    @Test
    void inputOfNoClient_isRefused() throws Exception {
        run.collect();

        assertRefused(SecureReason.NOT_A_CLIENT, () -> run.aggregator.receive(4));
    }

    @Test
    void agreementOfADroppedClient_doesNotCount() throws Exception {
        run.drops.put(9, LocalRun.Point.INPUT);
        run.collect();
        run.fold();
        byte[] agreement = run.clients.get(6).agree(run.survivors);
        SecureClient client = run.clients.get(3);
        client.agree(run.survivors);
        Map<Integer, byte[]> others = Map.of(6, agreement, 9, agreement, 12, agreement, 1000, agreement);

        assertRefused(SecureReason.TOO_FEW, () -> client.reveal(others));
    }

    @Test
    void revealWithAWrongShare_isRefusedAndNamed() throws Exception {
        run.collect();
        run.fold();
        Map<Integer, byte[]> agreements = new TreeMap<>();
        for (int client : run.clients.keySet()) {
            agreements.put(client, run.clients.get(client).agree(run.survivors));
        }
        for (int client : run.clients.keySet()) {
            run.reveals.put(client, run.clients.get(client).reveal(LocalRun.without(agreements, client)));
        }
        run.reveals.put(3, changed(run.reveals.get(3), 50));

        SecureSum sum = run.aggregator.unmask(run.reveals);

        assertThat(LocalRun.numbers(sum, run.terms)).isEqualTo(run.plainSum(run.terms.clients()));
        assertThat(run.aggregator.refused())
                .containsExactly(new Refused(
                        3,
                        SecureReason.WRONG_SHARE,
                        "the share of the SEED of client 3 that it committed to",
                        "another, of kind 1"));
    }

    @Test
    void sharesThatMakeNoSecret_areRefusedNamingWhoDealtThem() throws Exception {
        // client 9 commits to shares, each of which is right, of a seed that is not theirs
        byte[][] noShares = new byte[5][Shamir.BYTES];
        List<Bytes> commitments = new ArrayList<>();
        for (int i = 0; i < noShares.length; i++) {
            LocalRun.RANDOM.nextBytes(noShares[i]);
            commitments.add(run.messages.commitment(Secret.SEED, 9, i + 1, noShares[i]));
        }
        advertise();
        Advert honest = run.messages.advert(run.adverts.get(9));
        run.adverts.put(
                9, run.messages.advert(new Advert(honest.key(), honest.seed(), commitments, honest.keyShares())));
        for (int client : run.clients.keySet()) {
            run.shares.put(client, run.clients.get(client).share(LocalRun.without(run.adverts, client)));
        }
        run.shares.get(9).replaceAll((to, message) -> {
            byte[] wrong = message.clone();
            System.arraycopy(noShares[run.terms.place(to) - 1], 0, wrong, 34, Shamir.BYTES);
            return wrong;
        });
        run.aggregator.adverts(run.adverts);
        for (int client : run.clients.keySet()) {
            run.holdings.put(client, run.clients.get(client).hold(sharesFor(client)));
        }
        run.holdings.put(9, run.holdings.get(3)); // it knows which advert it has sent
        run.drops.put(9, LocalRun.Point.REVEAL);
        run.roster = run.aggregator.roster(run.holdings);
        for (int client : run.aggregator.roster()) {
            run.inputs.put(client, LocalRun.bytes(run.clients.get(client).mask(run.roster)));
        }
        run.fold();

        assertThatThrownBy(run::unmask).isInstanceOfSatisfying(SecureAggregationException.class, e -> {
            assertThat(e.reason()).isEqualTo(SecureReason.INCONSISTENT_SHARES);
            assertThat(e.parties()).containsExactly(9);
        });
    }

    @Test
    void stepsOfAnotherOrder_areRefused() throws Exception {
        SecureClient client = run.clients.get(3);
        byte[] any = {};
        assertRefused(SecureReason.OUT_OF_ORDER, () -> client.share(Map.of()));
        assertRefused(SecureReason.OUT_OF_ORDER, () -> client.hold(Map.of()));
        assertRefused(SecureReason.OUT_OF_ORDER, () -> client.mask(any));
        assertRefused(SecureReason.OUT_OF_ORDER, () -> client.agree(any));
        assertRefused(SecureReason.OUT_OF_ORDER, () -> client.reveal(Map.of()));
        client.advertise();
        assertRefused(SecureReason.OUT_OF_ORDER, client::advertise);
        client.close();
        assertRefused(SecureReason.OUT_OF_ORDER, () -> client.share(Map.of()));
    }

    @Test
    void stepsOfTheAggregatorInAnotherOrder_areRefused() throws Exception {
        assertRefused(SecureReason.OUT_OF_ORDER, () -> run.aggregator.roster(Map.of()));
        assertRefused(SecureReason.OUT_OF_ORDER, run.aggregator::survivors);
        assertRefused(SecureReason.OUT_OF_ORDER, () -> run.aggregator.unmask(Map.of()));
        run.run();
        assertRefused(SecureReason.OUT_OF_ORDER, () -> run.aggregator.adverts(Map.of()));
        assertRefused(SecureReason.OUT_OF_ORDER, () -> run.aggregator.unmask(run.reveals));
    }
}

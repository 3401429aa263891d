package io.attestedmesh.federated.gossip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.federated.aggregate.Rules;
import io.attestedmesh.federated.aggregate.Update;
import io.attestedmesh.federated.gossip.wire.GossipMessage;
import io.attestedmesh.federated.gossip.wire.RootMessage;
import io.attestedmesh.transport.HandDriven;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The parts of a node, one by one. */
class PartsTest {
    @TempDir
    Path folder;

    private static void assertRefused(GossipReason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedMessageException.class,
                        e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private static Update update(String... contributors) {
        return new Update(List.of(contributors), AddingLearner.model(1), contributors.length);
    }

    @Test
    void exchange_takesEachContributorOnce_andOnlyOfTheTrainSet() throws Exception {
        Updates exchange = new Updates(List.of("a", "b", "c"), Rules.of("fedavg", Map.of()), false);
        exchange.add("x", update("a", "b"));
        assertRefused(GossipReason.OVERLAPPING, () -> exchange.add("x", update("b", "c")));
        assertRefused(GossipReason.NOT_IN_TRAIN_SET, () -> exchange.add("d", update("d")));
        assertRefused(GossipReason.MALFORMED, () -> exchange.requireUseful("x", List.of(), 0));
        assertRefused(GossipReason.MALFORMED, () -> exchange.requireUseful("x", List.of("c", "c"), 2));
        assertThat(exchange.contributors()).containsExactly("a", "b");
    }

    @Test
    void exchangeOfARobustRule_takesNoAverages() {
        Updates exchange = new Updates(List.of("a", "b", "c"), Rules.of("fedmedian", Map.of()), true);
        assertRefused(GossipReason.NOT_EXPECTED, () -> exchange.add("a", update("a", "b")));
    }

    @Test
    void exchange_gives_oneUpdateOrAllThatAreLacking() throws Exception {
        for (boolean averages : new boolean[] {true, false}) {
            Updates exchange = new Updates(List.of("a", "b", "c"), Rules.of("fedavg", Map.of()), averages);
            for (String node : List.of("c", "a", "b")) {
                exchange.add(node, update(node));
            }
            assertThat(exchange.lackedBy("a", Set.of("a")))
                    .extracting(lacked -> lacked.contributors().first())
                    .containsExactlyElementsOf(averages ? List.of("b", "c") : List.of("b"));
            assertThat(exchange.lackedBy("a", Set.of("a", "b", "c"))).isEmpty();
        }
    }

    @Test
    void exchangeOfARobustRule_takesUpdatesFromTheirContributorsAlone() throws Exception {
        Updates exchange = new Updates(List.of("a", "b", "c"), Rules.of("fedmedian", Map.of()), false);
        assertRefused(GossipReason.NOT_EXPECTED, () -> exchange.add("c", update("a")));
        exchange.add("a", update("a"));
        assertRefused(GossipReason.OVERLAPPING, () -> exchange.add("a", update("a")));
        assertThat(exchange.lackedBy("b", Set.of())).isEmpty();
        assertThat(exchange.lackedBy("a", Set.of())).hasSize(1);
    }

    @Test
    void exchange_updateFromItsContributor_replacesWhatOthersSaidIsIts() throws Exception {
        Updates exchange = new Updates(List.of("a", "b", "c"), Rules.of("fedavg", Map.of()), false);
        exchange.add("c", update("a"));
        Update own = new Update(List.of("a"), AddingLearner.model(7), 1);
        exchange.add("a", own);
        assertThat(exchange.all()).containsExactly(own);
        assertRefused(GossipReason.OVERLAPPING, () -> exchange.add("c", update("a", "b")));
        assertRefused(GossipReason.OVERLAPPING, () -> exchange.add("a", update("a")));
    }

    @Test
    void exchange_updateFromItsContributor_isOfNoUse_whenItIsInAnAverage() throws Exception {
        Updates exchange = new Updates(List.of("a", "b", "c"), Rules.of("fedavg", Map.of()), true);
        exchange.add("c", update("a", "b")); // others were told that both are here
        assertRefused(GossipReason.OVERLAPPING, () -> exchange.add("a", update("a")));
        assertThat(exchange.contributors()).containsExactly("a", "b");
    }

    @Test
    void vote_moreThanIsDrawn_isRefused() throws Exception {
        assertThat(Vote.parse(List.of("a", "1000", "b", "500", "c", "333"), 3)).hasSize(3);
        assertRefused(GossipReason.BAD_VOTE, () -> Vote.parse(List.of("a", "1000", "b", "501"), 3));
    }

    @Test
    void ballots_takeAFewChanges_andForgetRounds() throws Exception {
        Ballots ballots = new Ballots();
        for (int points = 0; points <= 3; points++) {
            ballots.put(1, "a", true, Map.of("b", points));
        }
        assertRefused(GossipReason.VOTE_FLOOD, () -> ballots.put(1, "a", true, Map.of("b", 4)));
        ballots.put(1, "a", true, Map.of("b", 3));
        assertThat(ballots.of(1, Set.of("a", "x"))).containsExactly(Map.of("b", 3));
        assertThat(ballots.of(1, Set.of("x"))).isEmpty();
        assertThat(ballots.hasAll(1, Set.of("a"))).isTrue();
        ballots.forgetBefore(2);
        assertThat(ballots.hasAll(1, Set.of("a"))).isFalse();
    }

    @Test
    void ballots_ofTheVoterItself_goBeforeThoseThatOthersPassOn() throws Exception {
        Ballots ballots = new Ballots();
        for (int points = 0; points <= 3; points++) {
            ballots.put(1, "a", false, Map.of("b", points));
        }
        assertRefused(GossipReason.VOTE_FLOOD, () -> ballots.put(1, "a", false, Map.of("b", 4)));
        ballots.put(1, "a", true, Map.of("b", 7));
        ballots.put(1, "a", false, Map.of("b", 5));
        assertThat(ballots.of(1, Set.of("a"))).containsExactly(Map.of("b", 7));
    }

    private static RootMessage message(int ttl, long hash, String argument) {
        return RootMessage.newBuilder()
                .setSource("a")
                .setGossipMessage(
                        GossipMessage.newBuilder().setTtl(ttl).setHash(hash).addArgs(argument))
                .build();
    }

    @Test
    void seen_goesByContent_notByNumber_andForgetsTheOldest() {
        Seen seen = new Seen(2);
        assertThat(seen.add(message(9, 1, "x"))).isTrue();
        assertThat(seen.add(message(3, 1, "x"))).isFalse();
        assertThat(seen.add(message(9, 1, "y"))).isTrue();
        assertThat(seen.add(message(9, 2, "x"))).isTrue();
        assertThat(seen.contains(message(9, 1, "x"))).isFalse();
        assertThat(seen.contains(message(9, 2, "x"))).isTrue();
    }

    @Test
    void rateLimit_refillsWithTime() {
        HandDriven time = new HandDriven(Instant.EPOCH);
        RateLimit limit = new RateLimit(2, time.clock());
        for (int i = 0; i < 20; i++) {
            assertThat(limit.allows()).isTrue();
        }
        assertThat(limit.allows()).isFalse();
        time.advance(Duration.ofMillis(1500));
        assertThat(List.of(limit.allows(), limit.allows(), limit.allows(), limit.allows()))
                .containsExactly(true, true, true, false);
    }

    @Test
    void neighbour_isSentWhatItDoesNotHearItself_andAllOnceItsWordIsOld() {
        HandDriven time = new HandDriven(Instant.EPOCH);
        Neighbour neighbour = new Neighbour(
                new Member("127.0.0.1:5001", new PeerIdentity("a.example")),
                null,
                time.clock().instant());
        assertThat(neighbour.hears("b", time.clock().instant())).isFalse();
        neighbour.hears(Set.of("b"), time.clock().instant().plusSeconds(10));
        assertThat(neighbour.hears("b", time.clock().instant())).isTrue();
        assertThat(neighbour.hears("c", time.clock().instant())).isFalse();
        neighbour.hears(Set.of("c"), time.clock().instant().plusSeconds(10));
        assertThat(neighbour.hears("b", time.clock().instant())).isFalse();
        time.advance(Duration.ofSeconds(10));
        assertThat(neighbour.hears("c", time.clock().instant())).isFalse();
    }

    @Test
    void turns_areIdleAfterEnoughOfTheSame() {
        Turns turns = new Turns(2);
        assertThat(List.of(turns.idle("a"), turns.idle("a"), turns.idle("b"), turns.idle("b"), turns.idle("b")))
                .containsExactly(false, false, false, false, true);
    }

    @Test
    void member_isAnAddressWithAPort() {
        PeerIdentity identity = new PeerIdentity("a.example");
        assertThat(new Member("[::1]:5001", identity).host()).isEqualTo("::1");
        assertThat(new Member("127.0.0.1:5001", identity).port()).isEqualTo(5001);
        for (String wrong :
                List.of("", ":1", "a", "a:", "a:0", "a:65536", "a:x", "unix:///x", "a".repeat(300) + ":1")) {
            assertThatThrownBy(() -> new Member(wrong, identity)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void pickles_areKnown_whateverTheirLength() {
        byte[] framed = new byte[12];
        framed[0] = (byte) 0x80;
        framed[1] = 4;
        framed[2] = (byte) 0x95;
        assertThat(ModelFormats.isPickle(ByteString.copyFrom(framed))).isTrue();
        byte[] safetensors = new byte[12];
        safetensors[0] = (byte) 0x80;
        safetensors[1] = 4;
        safetensors[8] = '{';
        assertThat(ModelFormats.isPickle(ByteString.copyFrom(safetensors))).isFalse();
        assertThat(ModelFormats.isPickle(ByteString.EMPTY)).isFalse();
    }

    @Test
    void savedRounds_giveBackWhatIsUnfinished_andKeepTwoModels() throws Exception {
        Experiment experiment = new Experiment("x", 3, 1, 4);
        SavedRounds saved = new SavedRounds(folder);
        assertThat(saved.unfinished()).isEmpty();
        for (int done = 0; done < 3; done++) {
            saved.write(new SavedRounds.Saved(experiment, done, AddingLearner.model(done)));
            assertThat(new SavedRounds(folder).unfinished())
                    .contains(new SavedRounds.Saved(experiment, done, AddingLearner.model(done)));
        }
        assertThat(folder.resolve("round-0.safetensors")).doesNotExist();
        assertThat(folder.resolve("round-1.safetensors")).exists();
        saved.write(new SavedRounds.Saved(experiment, 3, AddingLearner.model(3)));
        assertThat(saved.unfinished()).isEmpty();
    }

    @Test
    void savedRoundsThatAreDamaged_areRefused() throws Exception {
        SavedRounds saved = new SavedRounds(folder);
        saved.write(new SavedRounds.Saved(new Experiment("x", 3, 1, 4), 1, AddingLearner.model(1)));
        Files.writeString(folder.resolve("round-1.safetensors"), "x");
        assertThatThrownBy(saved::unfinished).isInstanceOf(IOException.class);
        Files.writeString(folder.resolve("state.json"), "{");
        assertThatThrownBy(saved::unfinished).isInstanceOf(IOException.class);
        Files.writeString(folder.resolve("state.json"), "{\"rounds\": -4}");
        assertThatThrownBy(saved::unfinished).isInstanceOf(IOException.class);
    }
}

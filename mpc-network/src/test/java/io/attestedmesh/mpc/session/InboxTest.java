package io.attestedmesh.mpc.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** What one party's messages in one session become. */
class InboxTest {
    private static final UUID PROCESS = new UUID(0, 1);
    private static final SessionId ID = new SessionId(1, 2);
    private static final SessionLimits LIMITS = SessionLimits.DEFAULT
            .withMessageBytes(1000)
            .withQueues(3000, 50_000)
            .withParked(2, 2500, Duration.ofMinutes(15));

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SessionMeters meters = new SessionMeters(registry);
    private final Account account = new Account(LIMITS);
    private final Inbox inbox = new Inbox(LIMITS, account, meters, false);
    private final List<SessionId> room = new ArrayList<>();

    private Acceptance accept(long round, long sequence, byte... value) {
        return inbox.accept(PROCESS, new Tag(ID, round, sequence), value, room::add);
    }

    private double dropped(SessionMeters.Drop why) {
        return registry.get("amesh.mpc.dropped")
                .tag("reason", why.name().toLowerCase(Locale.ROOT))
                .counter()
                .count();
    }

    private static byte[] sized(int size) {
        return new byte[size];
    }

    @Test
    void messageOfTheRound_isTaken() {
        assertThat(accept(0, 1, (byte) 5)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(inbox.take()).containsExactly(5);
        assertThat(account.bytes()).isZero();
    }

    @Test
    void repeatedMessage_isAcceptedAndDroppedOnce() {
        accept(0, 1, (byte) 5);
        inbox.take();

        assertThat(accept(0, 1, (byte) 5)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(inbox.hasCurrent()).isFalse();
        assertThat(dropped(SessionMeters.Drop.REPEATED)).isEqualTo(1);
    }

    @Test
    void repeatedMessageOfARoundThatHasPassed_isDropped() {
        accept(0, 1, (byte) 5);
        inbox.advance(1);

        assertThat(accept(0, 1, (byte) 6)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(inbox.hasCurrent()).isFalse();
    }

    @Test
    void anotherMessageUnderTheSameNumber_isEquivocation() {
        accept(0, 1, (byte) 5);

        assertThat(accept(0, 1, (byte) 6)).isEqualTo(Acceptance.EQUIVOCATION);
        assertThat(inbox.take()).containsExactly(5);
    }

    @Test
    void anotherMessageUnderTheSameNumberAfterItWasTaken_isEquivocation() {
        accept(0, 1, (byte) 5);
        inbox.take();

        assertThat(accept(0, 1, (byte) 6)).isEqualTo(Acceptance.EQUIVOCATION);
        assertThat(dropped(SessionMeters.Drop.EQUIVOCATION)).isEqualTo(1);
    }

    @Test
    void anotherMessageOfTheRound_isEquivocation() {
        accept(0, 1, (byte) 5);

        assertThat(accept(0, 2, (byte) 6)).isEqualTo(Acceptance.EQUIVOCATION);
        assertThat(inbox.take()).containsExactly(5);
    }

    @Test
    void anotherMessageOfAFutureRound_isEquivocation() {
        accept(3, 1, (byte) 5);

        assertThat(accept(3, 2, (byte) 6)).isEqualTo(Acceptance.EQUIVOCATION);
    }

    @Test
    void theSameMessageUnderAnotherNumber_isADuplicate() {
        accept(0, 1, (byte) 5);
        inbox.take();

        assertThat(accept(0, 2, (byte) 5)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(inbox.hasCurrent()).isFalse();
        assertThat(dropped(SessionMeters.Drop.DUPLICATE)).isEqualTo(1);
    }

    @Test
    void messageBeforeItsTurn_isOutOfOrder() {
        assertThat(accept(1, 2, (byte) 5)).isEqualTo(Acceptance.OUT_OF_ORDER);
        assertThat(inbox.size()).isZero();
    }

    @Test
    void staleMessage_isDroppedAndTheNextIsInOrder() {
        inbox.advance(3);

        assertThat(accept(2, 1, (byte) 5)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(accept(3, 2, (byte) 6)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(inbox.take()).containsExactly(6);
        assertThat(dropped(SessionMeters.Drop.STALE)).isEqualTo(1);
    }

    @Test
    void judgedStaleMessage_hasUsedItsNumber() {
        inbox.advance(1);

        assertThat(inbox.judge(PROCESS, new Tag(ID, 0, 1), 900)).contains(Acceptance.ACCEPTED);
        assertThat(accept(1, 2, (byte) 6)).isEqualTo(Acceptance.ACCEPTED);
    }

    @Test
    void repeatedMessage_isJudgedByItsBytesWhereTheyCanBeCompared() {
        accept(0, 1, (byte) 5);
        accept(1, 2, (byte) 6);

        assertThat(inbox.preview(PROCESS, new Tag(ID, 0, 1), 900)).isEmpty();
        inbox.take();
        assertThat(inbox.preview(PROCESS, new Tag(ID, 0, 1), 900)).isEmpty();
        assertThat(accept(0, 1, (byte) 7)).isEqualTo(Acceptance.EQUIVOCATION);
        inbox.advance(1);
        assertThat(inbox.preview(PROCESS, new Tag(ID, 0, 1), 900)).contains(Acceptance.ACCEPTED);
        assertThat(inbox.preview(PROCESS, new Tag(ID, 1, 2), 900)).isEmpty();
    }

    @Test
    void staleStream_hasUsedItsNumber() {
        inbox.advance(1);

        assertThat(inbox.open(PROCESS, new Tag(ID, 0, 1), 9, new RememberedCall(), coming -> {}))
                .isEqualTo(Acceptance.ACCEPTED);
        assertThat(accept(1, 2, (byte) 6)).isEqualTo(Acceptance.ACCEPTED);
    }

    @Test
    void lastFutureRound_isKept() {
        assertThat(accept(LIMITS.futureRounds(), 1, (byte) 5)).isEqualTo(Acceptance.ACCEPTED);
        inbox.advance(LIMITS.futureRounds());
        assertThat(inbox.take()).containsExactly(5);
    }

    @Test
    void roundAfterTheLastFutureOne_isTooFarAheadUntilTheRoundAdvances() {
        assertThat(accept(LIMITS.futureRounds() + 1L, 1, (byte) 5)).isEqualTo(Acceptance.TOO_FAR_AHEAD);
        inbox.advance(1);

        inbox.waitingForRoom().orElseThrow().accept(ID);
        assertThat(room).containsExactly(ID);
        assertThat(accept(LIMITS.futureRounds() + 1L, 1, (byte) 5)).isEqualTo(Acceptance.ACCEPTED);
    }

    @Test
    void whoWaitsForRoom_isToldOnce() {
        accept(LIMITS.futureRounds() + 1L, 1, (byte) 5);
        inbox.waitingForRoom();

        assertThat(inbox.waitingForRoom()).isEmpty();
    }

    @Test
    void largestMessage_isKept() {
        assertThat(accept(0, 1, sized(1000))).isEqualTo(Acceptance.ACCEPTED);
    }

    @Test
    void messageOneByteLarger_isTooLarge() {
        assertThat(accept(0, 1, sized(1001))).isEqualTo(Acceptance.TOO_LARGE);
        assertThat(account.bytes()).isZero();
    }

    @Test
    void futureMessages_fillTheInboxToTheByte() {
        int all = 1000 - Inbox.OVERHEAD;
        accept(1, 1, sized(all));
        accept(2, 2, sized(all));

        assertThat(accept(3, 3, sized(all))).isEqualTo(Acceptance.ACCEPTED);
        assertThat(account.bytes()).isEqualTo(LIMITS.inboxBytes());
    }

    @Test
    void futureMessageOneByteOverTheInbox_hasNoRoom() {
        int all = 1000 - Inbox.OVERHEAD;
        accept(1, 1, sized(all));
        accept(2, 2, sized(all));

        assertThat(accept(3, 3, sized(all + 1))).isEqualTo(Acceptance.NO_ROOM);
        assertThat(account.bytes()).isEqualTo(2000);
    }

    @Test
    void messageOfTheRound_fitsBesideAFullInbox() {
        int all = 1000 - Inbox.OVERHEAD;
        for (int round = 1; round <= 3; round++) {
            accept(round, round, sized(all));
        }

        assertThat(accept(0, 4, sized(1000))).isEqualTo(Acceptance.ACCEPTED);
    }

    @Test
    void messageOverTheAccount_hasNoRoom() {
        account.take(LIMITS.peerBytes() - Inbox.OVERHEAD);

        assertThat(accept(0, 1, (byte) 1)).isEqualTo(Acceptance.NO_ROOM);
        assertThat(accept(0, 1)).isEqualTo(Acceptance.ACCEPTED);
    }

    @Test
    void otherProcess_isRefusedWhateverItSends() {
        accept(0, 1, (byte) 5);

        assertThat(inbox.accept(new UUID(0, 2), new Tag(ID, 0, 1), new byte[] {5}, room::add))
                .isEqualTo(Acceptance.OTHER_INCARNATION);
    }

    @Test
    void messagesWithoutNumbers_areTakenInAnyOrder() {
        assertThat(accept(1, Tag.NO_SEQUENCE, (byte) 6)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(accept(0, Tag.NO_SEQUENCE, (byte) 5)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(inbox.take()).containsExactly(5);
        inbox.advance(1);
        assertThat(inbox.take()).containsExactly(6);
    }

    @Test
    void advance_dropsWhatWasNotTakenAndGivesItBack() {
        accept(0, 1, (byte) 5);
        accept(1, 2, (byte) 6);
        accept(5, 3, (byte) 7);

        inbox.advance(5);

        assertThat(inbox.take()).containsExactly(7);
        assertThat(account.bytes()).isZero();
        assertThat(dropped(SessionMeters.Drop.STALE)).isEqualTo(2);
    }

    @Test
    void clear_givesEverythingBack() {
        accept(1, 1, (byte) 5);
        accept(2, 2, (byte) 6);
        RememberedCall calls = new RememberedCall();
        inbox.open(PROCESS, new Tag(ID, 0, 3), 9, calls, coming -> {});

        inbox.clear(SessionMeters.Drop.SESSION_ENDED);

        assertThat(account.bytes()).isZero();
        assertThat(inbox.size()).isZero();
        assertThat(calls.refused).containsExactly(Acceptance.SESSION_ABORTED);
        assertThat(dropped(SessionMeters.Drop.SESSION_ENDED)).isEqualTo(2);
    }

    @Test
    void unpark_freesTheParkedShareOnly() {
        account.parkSession();
        Inbox parked = new Inbox(LIMITS, account, meters, true);
        parked.accept(PROCESS, new Tag(ID, 0, 1), sized(1000), room::add);

        parked.unpark();

        assertThat(account.bytes()).isEqualTo(1000 + Inbox.OVERHEAD);
        assertThat(account.parked()).isZero();
        assertThat(account.park(LIMITS.parkedBytes())).isTrue();
    }

    @Test
    void clearOfAParkedInbox_emptiesTheAccount() {
        account.parkSession();
        Inbox parked = new Inbox(LIMITS, account, meters, true);
        parked.accept(PROCESS, new Tag(ID, 0, 1), sized(1000), room::add);

        parked.clear(SessionMeters.Drop.PARKED_TOO_LONG);

        assertThat(account.isEmpty()).isTrue();
        assertThat(account.park(LIMITS.parkedBytes())).isTrue();
    }

    @Test
    void parkedBytes_areLimitedBelowTheAccount() {
        Inbox parked = new Inbox(LIMITS, account, meters, true);
        parked.accept(PROCESS, new Tag(ID, 0, 1), sized(1000), room::add);
        parked.accept(PROCESS, new Tag(ID, 1, 2), sized(1000), room::add);

        assertThat(parked.accept(PROCESS, new Tag(ID, 2, 3), sized(400), room::add))
                .isEqualTo(Acceptance.NO_ROOM);
        assertThat(account.bytes()).isEqualTo(2 * (1000 + Inbox.OVERHEAD));
    }

    @Test
    void streamThatFailed_isNoEquivocationWhenItIsTriedAgain() {
        RememberedCall calls = new RememberedCall();
        inbox.open(PROCESS, new Tag(ID, 0, 1), 9, calls, coming -> {});
        inbox.failStreamed();

        assertThat(inbox.open(PROCESS, new Tag(ID, 0, 1), 9, new RememberedCall(), coming -> {}))
                .isEqualTo(Acceptance.SINK_FAILED);
        assertThat(account.bytes()).isZero();
    }

    @Test
    void streamOfAnotherSize_isEquivocation() {
        inbox.open(PROCESS, new Tag(ID, 0, 1), 9, new RememberedCall(), coming -> {});

        assertThat(inbox.open(PROCESS, new Tag(ID, 0, 1), 10, new RememberedCall(), coming -> {}))
                .isEqualTo(Acceptance.EQUIVOCATION);
    }

    @Test
    void streamThatComesAgain_costsNothingMore() {
        RememberedCall first = new RememberedCall();
        inbox.open(PROCESS, new Tag(ID, 0, 1), 9, first, coming -> {});
        long before = account.bytes();

        inbox.open(PROCESS, new Tag(ID, 0, 1), 9, new RememberedCall(), coming -> {});

        assertThat(account.bytes()).isEqualTo(before).isPositive();
        assertThat(first.refused).containsExactly(Acceptance.NO_ROOM);
    }

    /**
     * Against a model of a few lines: what is accepted is delivered at most once and in the order of rounds, the first
     * message of a round wins, and the account is exact after every step.
     */
    @Property(tries = 500)
    void anySequenceOfMessages_isWhatTheModelSays(
            @ForAll @Size(max = 150) List<@IntRange(min = 0, max = 9999) Integer> actions) {
        Model model = new Model();
        for (int action : actions) {
            int choice = action / 8;
            switch (action % 8) {
                case 0, 1, 2, 3 -> model.send(choice % 6 - 1, choice / 6 % 3);
                case 4 -> model.sendAgain(choice);
                case 5 -> model.skip(choice % 3);
                case 6 -> model.take();
                default -> model.advance(1 + choice % 2);
            }
            assertThat(model.kept.bytes()).isEqualTo(model.bytes);
        }
        model.tested.clear(SessionMeters.Drop.SESSION_ENDED);
        assertThat(model.kept.isEmpty()).isTrue();
        assertThat(model.delivered).isSorted().doesNotHaveDuplicates();
    }

    private static final class Model {
        private final SessionLimits limits = LIMITS.withQueues(300, 50_000);
        private final Account kept = new Account(limits);
        private final Inbox tested = new Inbox(limits, kept, new SessionMeters(new SimpleMeterRegistry()), false);
        private final Map<Long, Integer> first = new HashMap<>();
        private final List<Tag> sent = new ArrayList<>();
        private final List<Integer> values = new ArrayList<>();
        private final List<Long> delivered = new ArrayList<>();
        private boolean taken;
        private long round;
        private long bytes;

        private static byte[] value(int kind) {
            byte[] value = new byte[7 * kind];
            java.util.Arrays.fill(value, (byte) kind);
            return value;
        }

        private Acceptance accept(Tag tag, int kind) {
            return tested.accept(PROCESS, tag, value(kind), session -> {});
        }

        void send(int ahead, int kind) {
            Tag tag = new Tag(ID, round + ahead, sent.size() + 1L);
            if (tag.round() < 0) {
                return;
            }
            Acceptance expected = expected(tag.round(), kind);
            assertThat(accept(tag, kind)).isEqualTo(expected);
            if (!expected.later()) {
                sent.add(tag);
                values.add(kind);
            }
        }

        private Acceptance expected(long of, int kind) {
            if (of < round) {
                return Acceptance.ACCEPTED;
            }
            if (first.containsKey(of)) {
                return first.get(of) == kind ? Acceptance.ACCEPTED : Acceptance.EQUIVOCATION;
            }
            long cost = 7L * kind + Inbox.OVERHEAD;
            if (of > round && bytes + cost > limits.inboxBytes()) {
                return Acceptance.NO_ROOM;
            }
            first.put(of, kind);
            bytes += cost;
            return Acceptance.ACCEPTED;
        }

        void sendAgain(int choice) {
            if (!sent.isEmpty()) {
                int which = choice % sent.size();
                Tag tag = sent.get(which);
                boolean contradicts = tag.round() >= round
                        && first.get(tag.round()) != values.get(which).intValue();
                assertThat(accept(tag, values.get(which)))
                        .isEqualTo(contradicts ? Acceptance.EQUIVOCATION : Acceptance.ACCEPTED);
            }
        }

        void skip(int more) {
            assertThat(accept(new Tag(ID, round, sent.size() + 2L + more), 1)).isEqualTo(Acceptance.OUT_OF_ORDER);
        }

        void take() {
            boolean there = first.containsKey(round) && !taken;
            assertThat(tested.hasCurrent()).isEqualTo(there);
            if (there) {
                assertThat(tested.take()).isEqualTo(value(first.get(round)));
                bytes -= 7L * first.get(round) + Inbox.OVERHEAD;
                delivered.add(round);
                taken = true;
            }
        }

        void advance(int by) {
            for (long passed = round; passed < round + by; passed++) {
                if (first.containsKey(passed) && !(passed == round && taken)) {
                    bytes -= 7L * first.get(passed) + Inbox.OVERHEAD;
                }
            }
            round += by;
            taken = false;
            tested.advance(round);
        }
    }
}

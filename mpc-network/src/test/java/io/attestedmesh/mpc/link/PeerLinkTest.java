package io.attestedmesh.mpc.link;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.party.Party;
import io.attestedmesh.mpc.session.Acceptance;
import io.attestedmesh.mpc.session.Delivery;
import io.attestedmesh.mpc.session.MessageSource;
import io.attestedmesh.mpc.session.Outlet;
import io.attestedmesh.mpc.session.SessionException;
import io.attestedmesh.mpc.session.SessionId;
import io.attestedmesh.mpc.session.SessionReason;
import io.attestedmesh.mpc.session.Timing;
import io.attestedmesh.transport.HandDriven;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What goes to one party, over connections that do what the test says. */
@Timeout(60)
class PeerLinkTest {
    private static final UUID PROCESS = new UUID(1, 1);
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration GIVE_UP = LinkLimits.DEFAULT.giveUp();

    private final HandDriven time = new HandDriven(Instant.parse("2026-01-01T00:00:00Z"));
    private final Party party = Party.of(2, new PeerIdentity("party-2.example"), "127.0.0.1", 7002);
    private final List<ByHand> connections = new ArrayList<>();
    private final List<SessionId> restarted = new ArrayList<>();
    private final List<SessionReason> gaveUp = new ArrayList<>();
    private PeerLink link = link(LinkLimits.DEFAULT);

    private PeerLink link(LinkLimits limits) {
        return new PeerLink(
                party.identity(),
                limits,
                new Timing(time.clock(), time, Runnable::run),
                new LinkMeters(new SimpleMeterRegistry()),
                listener -> {
                    connections.add(new ByHand(listener));
                    return last();
                },
                () -> -1L); // the whole of each wait
    }

    private ByHand last() {
        return connections.get(connections.size() - 1);
    }

    private static SessionId id(int number) {
        return new SessionId(1, number);
    }

    private Outlet outlet(int session) {
        return link.open(id(session), party, time.now().plus(HOUR), Optional.empty(), new Outlet.Listener() {
            @Override
            public void restarted() {
                restarted.add(id(session));
            }

            @Override
            public void gaveUp(SessionException why) {
                gaveUp.add(why.reason());
            }
        });
    }

    /** Without patience: a full queue fails at once. */
    private CompletionStage<Delivery> send(Outlet outlet) throws Exception {
        return outlet.send(0, new byte[10], time.now());
    }

    private List<CompletionStage<Delivery>> send(Outlet outlet, int count) throws Exception {
        List<CompletionStage<Delivery>> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(send(outlet));
        }
        return sent;
    }

    private static List<Long> numbers(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private static SessionReason reason(CompletionStage<?> failed) {
        try {
            throw new AssertionError(
                    "it did not fail: " + failed.toCompletableFuture().getNow(null));
        } catch (CompletionException e) {
            return ((SessionException) e.getCause()).reason();
        }
    }

    private static SessionException ended() {
        return new SessionException(SessionReason.SESSION_ENDED, id(0), "an open session", "it was closed");
    }

    private void assertNothingIsLeft() {
        assertThat(link.queuedMessages()).isZero();
        assertThat(link.queuedBytes()).isZero();
        assertThat(link.isIdle()).isTrue();
    }

    @Test
    void firstMessage_connects() throws Exception {
        assertThat(connections).isEmpty();
        CompletionStage<Delivery> sent = send(outlet(1));
        assertThat(last().batches).isEmpty();

        last().open(PROCESS);
        last().acceptAll();

        assertThat(sent).isCompletedWithValue(Delivery.ACCEPTED);
        assertNothingIsLeft();
    }

    @Test
    void waitingMessages_goTogetherInOrder() throws Exception {
        send(outlet(1), 5);
        last().open(PROCESS);

        assertThat(last().batches).hasSize(1);
        assertThat(last().sequences()).isEqualTo(numbers(1, 5));
    }

    @Test
    void messagesSentBack_goAgainInOrderAfterAWhile() throws Exception {
        List<CompletionStage<Delivery>> sent = send(outlet(1), 4);
        last().open(PROCESS);
        last().answer(Acceptance.ACCEPTED, Acceptance.TOO_FAR_AHEAD, Acceptance.OUT_OF_ORDER, Acceptance.OUT_OF_ORDER);
        assertThat(last().sequences()).isEqualTo(numbers(1, 4));

        time.advance(Duration.ofMillis(110));

        assertThat(last().sequences()).containsExactly(1L, 2L, 3L, 4L, 2L, 3L, 4L);
        last().acceptAll();
        assertThat(sent).allSatisfy(each -> assertThat(each).isCompletedWithValue(Delivery.ACCEPTED));
        assertNothingIsLeft();
    }

    @Test
    void attempts_restLongerEachTime() throws Exception {
        send(outlet(1));
        last().open(PROCESS);
        double rest = 100;
        for (int attempt = 0; attempt < 20; attempt++) {
            last().answer(Acceptance.NO_ROOM);
            Duration wait = Duration.between(time.now(), time.nextTask().orElseThrow());
            assertThat(wait.toNanos() / 1e6).isBetween(rest - 0.01, rest + 0.01);
            time.advance(wait);
            rest *= 1.1;
        }
    }

    @Test
    void connections_restLongerEachTime() throws Exception {
        send(outlet(1));
        double rest = 100;
        for (int attempt = 1; attempt <= 20; attempt++) {
            assertThat(connections).hasSize(attempt);
            last().breakDown();
            Duration wait = Duration.between(time.now(), time.nextTask().orElseThrow());
            assertThat(wait.toNanos() / 1e6).isBetween(rest - 0.01, rest + 0.01);
            time.advance(wait);
            rest *= 1.1;
        }
    }

    @Test
    void otherSessions_passOneThatRests() throws Exception {
        send(outlet(1));
        last().open(PROCESS);
        last().answer(Acceptance.TOO_MANY_SESSIONS);

        CompletionStage<Delivery> other = send(outlet(2));
        last().acceptAll();
        assertThat(other).isCompletedWithValue(Delivery.ACCEPTED);
    }

    @Test
    void room_endsTheRest() throws Exception {
        CompletionStage<Delivery> sent = send(outlet(1));
        last().open(PROCESS);
        last().answer(Acceptance.TOO_FAR_AHEAD);
        last().room(id(1));

        last().acceptAll();
        assertThat(sent).isCompletedWithValue(Delivery.ACCEPTED);
    }

    @Test
    void roomWhileOthersAreUnderway_isHeard() throws Exception {
        send(outlet(1), 2);
        last().open(PROCESS);
        last().answer(Acceptance.TOO_FAR_AHEAD);
        last().room(id(1));
        last().answer(Acceptance.OUT_OF_ORDER);

        assertThat(last().sequences()).containsExactly(1L, 2L, 1L, 2L);
    }

    @Test
    void brokenConnection_sendsTheUnansweredAgainAndNoOthers() throws Exception {
        List<CompletionStage<Delivery>> sent = send(outlet(1), 5);
        last().open(PROCESS);
        last().answer(Acceptance.ACCEPTED, Acceptance.ACCEPTED);
        last().breakDown();
        time.advance(Duration.ofMillis(110));
        last().open(PROCESS);

        assertThat(connections).hasSize(2);
        assertThat(last().sequences()).isEqualTo(numbers(3, 5));
        last().acceptAll();
        assertThat(sent).allSatisfy(each -> assertThat(each).isCompletedWithValue(Delivery.ACCEPTED));
        assertNothingIsLeft();
    }

    @Test
    void connectionThatBreaksWhileMessagesComeBack_keepsTheirOrder() throws Exception {
        send(outlet(1), 5);
        last().open(PROCESS);
        last().answer(Acceptance.ACCEPTED, Acceptance.TOO_FAR_AHEAD, Acceptance.OUT_OF_ORDER);
        last().breakDown();
        time.advance(Duration.ofMillis(110));
        last().open(PROCESS);

        assertThat(last().sequences()).isEqualTo(numbers(2, 5));
    }

    @Test
    void messageSentWhileOthersComeBack_staysBehindThem() throws Exception {
        Outlet outlet = outlet(1);
        send(outlet, 2);
        last().open(PROCESS);
        last().answer(Acceptance.NO_ROOM);
        send(outlet);
        last().answer(Acceptance.OUT_OF_ORDER);
        time.advance(Duration.ofMillis(110));

        assertThat(last().sequences()).containsExactly(1L, 2L, 1L, 2L, 3L);
    }

    @Test
    void singleMessage_waitsForNoMoreThanABatchOfAnotherSession() throws Exception {
        Outlet many = outlet(1);
        Outlet single = outlet(2);
        send(many);
        last().open(PROCESS);
        last().ready = false;
        send(many, 1000);
        send(single);
        last().becomeReady();

        assertThat(last().batches.get(1))
                .anySatisfy(message -> assertThat(message.session()).isEqualTo(id(2)));
        last().acceptAll();
        assertNothingIsLeft();
    }

    @Test
    void window_boundsWhatIsUnderWay() throws Exception {
        link = link(new LinkLimits(1024, 1 << 20, 1 << 20, 3, 1 << 20, GIVE_UP));
        send(outlet(1));
        last().open(PROCESS);
        send(outlet(2));
        send(outlet(3));
        send(outlet(4));
        assertThat(last().unanswered).hasSize(3);

        last().answer(Acceptance.ACCEPTED);
        assertThat(last().unanswered).hasSize(3);
    }

    @Test
    void unreachableParty_failsTheMessageInTime() throws Exception {
        CompletionStage<Delivery> sent = send(outlet(1));
        time.advance(GIVE_UP.minusNanos(1));
        link.tick();
        assertThat(sent).isNotDone();

        time.advance(Duration.ofNanos(1));
        link.tick();

        assertThat(reason(sent)).isEqualTo(SessionReason.UNREACHABLE);
        assertNothingIsLeft();
    }

    @Test
    void partyThatIsTriedAgain_isGivenUpWithWhatFailedBefore() throws Exception {
        CompletionStage<Delivery> sent = send(outlet(1));
        assertThat(link.state()).isEqualTo("connecting");
        last().breakDown();
        assertThat(link.state()).isEqualTo("broken");
        time.advance(Duration.ofMillis(110));
        assertThat(link.state()).isEqualTo("connecting again after: broken");

        time.advance(GIVE_UP);
        link.tick();

        assertThat(sent.toCompletableFuture())
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withMessageContaining("connecting again after: broken");
    }

    @Test
    void connectionThatOpens_isConnected_whateverFailedBefore() throws Exception {
        send(outlet(1));
        last().breakDown();
        time.advance(Duration.ofMillis(110));
        last().open(PROCESS);
        assertThat(link.state()).isEqualTo("connected");
    }

    @Test
    void sessionThatEndsEarlier_givesUpEarlier() throws Exception {
        link = link(LinkLimits.DEFAULT.withGiveUp(HOUR.multipliedBy(2)));
        CompletionStage<Delivery> sent = send(outlet(1));
        time.advance(HOUR);
        link.tick();

        assertThat(reason(sent)).isEqualTo(SessionReason.UNREACHABLE);
    }

    @Test
    void connectionThatDoesNotOpen_isCutOff() throws Exception {
        send(outlet(1));
        time.advance(Duration.ofSeconds(30));
        link.tick();

        assertThat(last().cancelled).isPresent();
    }

    @Test
    void silentConnection_isCutOff() throws Exception {
        send(outlet(1));
        last().open(PROCESS);
        time.advance(GIVE_UP);
        link.tick();

        assertThat(last().cancelled).isPresent();
    }

    @Test
    void idleConnection_isKept() throws Exception {
        send(outlet(1));
        last().open(PROCESS);
        last().acceptAll();
        time.advance(GIVE_UP);
        link.tick();

        assertThat(last().cancelled).isEmpty();
    }

    @Test
    void restart_failsTheSessionsThatItKnewAndNoOthers() throws Exception {
        Outlet known = outlet(1);
        send(known);
        last().open(PROCESS);
        last().acceptAll();
        CompletionStage<Delivery> lost = send(known);
        CompletionStage<Delivery> fresh = send(outlet(2));
        last().breakDown();
        time.advance(Duration.ofMillis(110));
        last().open(new UUID(2, 2));

        assertThat(reason(lost)).isEqualTo(SessionReason.RESTARTED);
        assertThat(restarted).containsExactly(id(1));
        last().acceptAll();
        assertThat(fresh).isCompletedWithValue(Delivery.ACCEPTED);
        assertThatThrownBy(() -> send(known)).hasMessageContaining("RESTARTED");
        assertNothingIsLeft();
    }

    @Test
    void sameProcessAgain_isNoRestart() throws Exception {
        Outlet outlet = outlet(1);
        send(outlet);
        last().open(PROCESS);
        last().acceptAll();
        send(outlet);
        last().breakDown();
        time.advance(Duration.ofMillis(110));
        last().open(PROCESS);

        assertThat(restarted).isEmpty();
        assertThat(last().sequences()).containsExactly(2L);
    }

    @Test
    void completedSession_needsNothingMore() throws Exception {
        Outlet outlet = outlet(1);
        List<CompletionStage<Delivery>> sent = send(outlet, 3);
        last().open(PROCESS);
        last().ready = false;
        CompletionStage<Delivery> waiting = send(outlet);
        last().answer(Acceptance.ACCEPTED, Acceptance.COMPLETED, Acceptance.COMPLETED);

        assertThat(sent.get(1)).isCompletedWithValue(Delivery.COMPLETED);
        assertThat(waiting).isCompletedWithValue(Delivery.COMPLETED);
        assertThat(send(outlet)).isCompletedWithValue(Delivery.COMPLETED);
        assertNothingIsLeft();
    }

    @Test
    void refusal_failsItsSessionOnly() throws Exception {
        Outlet refused = outlet(1);
        List<CompletionStage<Delivery>> sent = send(refused, 2);
        CompletionStage<Delivery> other = send(outlet(2));
        last().open(PROCESS);
        last().answer(Acceptance.NOT_IN_CONTEXT);
        last().answer(Acceptance.ACCEPTED, Acceptance.NOT_IN_CONTEXT);

        assertThat(reason(sent.get(0))).isEqualTo(SessionReason.REFUSED);
        assertThat(reason(sent.get(1))).isEqualTo(SessionReason.REFUSED);
        assertThat(other).isCompletedWithValue(Delivery.ACCEPTED);
        assertThat(gaveUp).isEmpty();
        assertNothingIsLeft();
    }

    @Test
    void abortedSession_isToldToItsListener() throws Exception {
        CompletionStage<Delivery> sent = send(outlet(1));
        last().open(PROCESS);
        last().answer(Acceptance.SESSION_ABORTED);

        assertThat(reason(sent)).isEqualTo(SessionReason.ABORTED);
        assertThat(gaveUp).containsExactly(SessionReason.ABORTED);
        assertNothingIsLeft();
    }

    @Test
    void messagesThatTheReceiverDiscarded_areLost() throws Exception {
        Outlet outlet = outlet(1);
        send(outlet);
        last().open(PROCESS);
        last().acceptAll();
        CompletionStage<Delivery> next = send(outlet);
        last().answer(Acceptance.OUT_OF_ORDER);

        assertThat(reason(next)).isEqualTo(SessionReason.MESSAGES_LOST);
        assertNothingIsLeft();
    }

    @Test
    void fullQueue_failsWhenPatienceEnds() throws Exception {
        link = link(LinkLimits.DEFAULT.withQueue(2, 1000));
        Outlet outlet = outlet(1);
        send(outlet, 2);

        assertThatThrownBy(() -> send(outlet)).hasMessageContaining("QUEUE_FULL");
        last().open(PROCESS);
        last().answer(Acceptance.ACCEPTED);
        assertThat(send(outlet)).isNotDone();
    }

    @Test
    void fullQueueOfAllSessions_givesTheSessionsShareBack() throws Exception {
        link = link(new LinkLimits(10, 1 << 20, 2 * (10 + Outgoing.OVERHEAD), 10, 1 << 20, GIVE_UP));
        send(outlet(1), 2);
        Outlet other = outlet(2);

        assertThatThrownBy(() -> send(other)).hasMessageContaining("QUEUE_FULL");
        last().open(PROCESS);
        last().acceptAll();
        send(other);
        last().acceptAll();
        assertNothingIsLeft();
    }

    private FutureTask<CompletionStage<Delivery>> blocked(Outlet outlet) {
        Callable<CompletionStage<Delivery>> sending =
                () -> outlet.send(0, new byte[10], time.now().plus(HOUR));
        FutureTask<CompletionStage<Delivery>> task = new FutureTask<>(sending);
        Thread thread = new Thread(task);
        thread.start();
        while (thread.getState() != Thread.State.TIMED_WAITING) {
            Thread.onSpinWait();
        }
        return task;
    }

    @Test
    void senderThatWaits_goesOnWhenThereIsRoom() throws Exception {
        link = link(LinkLimits.DEFAULT.withQueue(1, 1000));
        Outlet outlet = outlet(1);
        send(outlet);
        last().open(PROCESS);
        FutureTask<CompletionStage<Delivery>> next = blocked(outlet);
        last().answer(Acceptance.ACCEPTED);

        assertThat(next.get()).isNotDone();
    }

    @Test
    void senderThatWaitsForItsOwnQueue_isReleasedWhenTheSessionCloses() {
        link = link(LinkLimits.DEFAULT.withQueue(1, 1000));
        Outlet outlet = outlet(1);
        assertThatThrownBy(() -> {
                    send(outlet);
                    FutureTask<CompletionStage<Delivery>> next = blocked(outlet);
                    outlet.close(false, ended());
                    next.get();
                })
                .isInstanceOf(ExecutionException.class)
                .hasMessageContaining("SESSION_ENDED");
    }

    @Test
    void senderThatWaitsForTheCommonQueue_isReleasedWhenTheSessionCloses() throws Exception {
        link = link(new LinkLimits(10, 1 << 20, 10 + Outgoing.OVERHEAD, 10, 1 << 20, GIVE_UP));
        send(outlet(1));
        Outlet outlet = outlet(2);
        FutureTask<CompletionStage<Delivery>> next = blocked(outlet);
        outlet.close(false, ended());

        assertThatThrownBy(next::get).hasMessageContaining("SESSION_ENDED");
        assertThat(link.queuedMessages()).isEqualTo(1);
    }

    @Test
    void closedSession_dropsWhatWaits() throws Exception {
        Outlet outlet = outlet(1);
        List<CompletionStage<Delivery>> sent = send(outlet, 2);
        outlet.close(false, ended());

        assertThat(sent).allSatisfy(each -> assertThat(reason(each)).isEqualTo(SessionReason.SESSION_ENDED));
        assertNothingIsLeft();
    }

    @Test
    void closedSession_takesAnswersToWhatIsUnderWay() throws Exception {
        Outlet outlet = outlet(1);
        List<CompletionStage<Delivery>> sent = send(outlet, 2);
        last().open(PROCESS);
        outlet.close(false, ended());
        last().answer(Acceptance.ACCEPTED, Acceptance.NO_ROOM);

        assertThat(sent.get(0)).isCompletedWithValue(Delivery.ACCEPTED);
        assertThat(reason(sent.get(1))).isEqualTo(SessionReason.SESSION_ENDED);
        assertNothingIsLeft();
    }

    @Test
    void completedSession_sendsWhatWaitsUnderAllCircumstances() throws Exception {
        Outlet outlet = outlet(1);
        List<CompletionStage<Delivery>> sent = send(outlet, 2);
        outlet.close(true, ended());
        last().open(PROCESS);
        last().answer(Acceptance.NO_ROOM, Acceptance.OUT_OF_ORDER);
        last().breakDown();
        time.advance(Duration.ofMillis(250));
        last().open(PROCESS);
        time.advance(Duration.ofMillis(250));
        last().acceptAll();

        assertThat(sent).allSatisfy(each -> assertThat(each).isCompletedWithValue(Delivery.ACCEPTED));
        assertThatThrownBy(() -> send(outlet)).hasMessageContaining("SESSION_ENDED");
        assertNothingIsLeft();
    }

    @Test
    void messageSentBeforeCompletingWhileTheLinkIsBusy_isSent() throws Exception {
        send(outlet(1));
        Outlet outlet = outlet(2);
        List<CompletionStage<Delivery>> sent = new ArrayList<>();
        last().whileCarrying = () -> {
            last().whileCarrying = () -> {};
            try {
                sent.add(send(outlet));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            outlet.close(true, ended());
        };
        last().open(PROCESS);
        last().acceptAll();

        assertThat(sent.get(0)).isCompletedWithValue(Delivery.ACCEPTED);
        assertNothingIsLeft();
    }

    private static MessageSource endless() {
        return new MessageSource() {
            @Override
            public long size() {
                return Long.MAX_VALUE;
            }

            @Override
            public InputStream from(long offset) {
                return InputStream.nullInputStream();
            }
        };
    }

    @Test
    void largeMessage_goesAlone() throws Exception {
        Outlet outlet = outlet(1);
        send(outlet);
        CompletionStage<Delivery> large = outlet.send(0, new byte[PeerLink.LARGE + 1], time.now());
        send(outlet);
        last().open(PROCESS);
        assertThat(last().sequences()).containsExactly(1L);

        last().acceptAll();
        assertThat(last().sequences()).containsExactly(1L, 2L, 3L);
        assertThat(last().batches).hasSize(3);
        last().acceptAll();
        assertThat(large).isCompletedWithValue(Delivery.ACCEPTED);
        assertNothingIsLeft();
    }

    @Test
    void streamUnderWay_isAbandonedWhenItsSessionCloses() throws Exception {
        Outlet outlet = outlet(1);
        CompletableFuture<Delivery> sent = outlet.stream(0, endless(), time.now());
        last().open(PROCESS);
        last().unanswered.element().onAbandon(() -> last().answer(Acceptance.NO_ROOM));
        outlet.close(false, ended());

        assertThat(reason(sent)).isEqualTo(SessionReason.SESSION_ENDED);
        assertNothingIsLeft();
    }

    @Test
    void streamOfACompletedSession_isAbandonedWhenTheSessionsTimeIsOver() throws Exception {
        Outlet outlet = outlet(1);
        CompletableFuture<Delivery> sent = outlet.stream(0, endless(), time.now());
        last().open(PROCESS);
        last().unanswered.element().onAbandon(() -> last().answer(Acceptance.NO_ROOM));
        outlet.close(true, ended());
        time.advance(HOUR.minusNanos(1));
        link.tick();
        assertThat(sent).isNotDone();

        time.advance(Duration.ofNanos(1));
        link.tick();
        assertThat(reason(sent)).isEqualTo(SessionReason.SESSION_ENDED);
        assertNothingIsLeft();
    }

    @Test
    void closedLink_failsEverythingAndConnectsNoMore() throws Exception {
        Outlet outlet = outlet(1);
        List<CompletionStage<Delivery>> sent = send(outlet, 2);
        last().open(PROCESS);
        CompletionStage<Delivery> waiting = waitingBehind(outlet);
        link.close();
        last().breakDown();
        time.advance(HOUR);

        assertThat(sent).allSatisfy(each -> assertThat(reason(each)).isEqualTo(SessionReason.SHUT_DOWN));
        assertThat(reason(waiting)).isEqualTo(SessionReason.SHUT_DOWN);
        assertThat(connections).hasSize(1);
        assertNothingIsLeft();
    }

    private CompletionStage<Delivery> waitingBehind(Outlet outlet) throws Exception {
        last().ready = false;
        return send(outlet);
    }
}

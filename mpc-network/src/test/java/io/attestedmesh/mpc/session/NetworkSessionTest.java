package io.attestedmesh.mpc.session;

import static io.attestedmesh.mpc.session.OneNode.bytes;
import static io.attestedmesh.mpc.session.OneNode.id;
import static io.attestedmesh.mpc.session.OneNode.party;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Rounds, and those who wait for their messages. */
@Timeout(60)
class NetworkSessionTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final OneNode node = new OneNode(SessionLimits.DEFAULT);
    private NetworkSession session;

    @BeforeEach
    void open() throws Exception {
        session = node.open(id(1));
    }

    private Acceptance message(int from, long round, long sequence, int... value) {
        return node.message(from, id(1), round, sequence, bytes(value));
    }

    private static SessionException failure(CompletableFuture<?> waiting) {
        assertThat(waiting).isCompletedExceptionally();
        try {
            waiting.getNow(null);
            throw new AssertionError("it did not fail");
        } catch (java.util.concurrent.CompletionException e) {
            return (SessionException) e.getCause();
        }
    }

    private static void assertFails(SessionReason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void messageThatComes_wakesWhoWaits() {
        CompletableFuture<byte[]> waiting = session.receiveAsync(2);
        assertThat(waiting).isNotDone();

        message(2, 0, 1, 5);
        assertThat(waiting.getNow(bytes())).containsExactly(5);
    }

    @Test
    void futureMessage_waitsForItsRound() {
        message(2, 1, 1, 5);
        CompletableFuture<byte[]> now = session.receiveAsync(2);
        assertThat(now).isNotDone();
        now.cancel(false);

        session.nextRound();
        assertThat(session.receiveAsync(2).getNow(bytes())).containsExactly(5);
    }

    @Test
    void secondReceiveOfARound_isRefused() throws Exception {
        message(2, 0, 1, 5);
        session.receive(2);

        assertFails(SessionReason.ALREADY_RECEIVED, () -> session.receive(2));
    }

    @Test
    void receive_waitsARoundsTime() {
        CompletableFuture<byte[]> waiting = session.receiveAsync(2);
        node.time.advance(MINUTE.minusNanos(1));
        assertThat(waiting).isNotDone();

        node.time.advance(Duration.ofNanos(1));
        assertThat(failure(waiting).reason()).isEqualTo(SessionReason.TIMEOUT);
        assertThat(failure(waiting).parties()).containsExactly(party(2));
    }

    @Test
    void earlierDeadlineOfALaterCall_isKept() {
        CompletableFuture<byte[]> longer = session.receiveAsync(2);
        CompletableFuture<Received> shorter = session.receiveAnyAsync(Duration.ofSeconds(1));

        node.time.advance(Duration.ofSeconds(1));
        assertThat(failure(shorter).reason()).isEqualTo(SessionReason.TIMEOUT);
        assertThat(longer).isNotDone();
        node.time.advance(MINUTE);
        assertThat(failure(longer).reason()).isEqualTo(SessionReason.TIMEOUT);
    }

    @Test
    void receive_waitsNoLongerThanTheSession() {
        CompletableFuture<Received> waiting = session.receiveAnyAsync(Duration.ofDays(1));

        node.time.advance(SessionOptions.DEFAULT.lifetime());
        assertThat(failure(waiting).reason()).isEqualTo(SessionReason.SESSION_EXPIRED);
    }

    @Test
    void receiveAll_namesThoseThatAreMissingAndKeepsTheRest() throws Exception {
        message(3, 0, 1, 5);
        CompletableFuture<Map<Integer, byte[]>> waiting = session.receiveAllAsync(0, Duration.ofSeconds(1));

        node.time.advance(Duration.ofSeconds(1));
        assertThat(failure(waiting).parties()).containsExactly(party(2), party(4));
        assertThat(session.receive(3)).containsExactly(5);
    }

    @Test
    void receiveAll_isThoseNotReceivedBefore() throws Exception {
        message(2, 0, 1, 2);
        session.receive(2);
        message(3, 0, 1, 3);
        CompletableFuture<Map<Integer, byte[]>> waiting = session.receiveAllAsync(0, MINUTE);
        message(4, 0, 1, 4);

        assertThat(waiting.getNow(Map.of())).containsOnlyKeys(3, 4);
    }

    @Test
    void receiveAllOfAnotherRound_isRefused() {
        assertThatThrownBy(() -> session.receiveAll(1, MINUTE)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void receiveAll_failsAtOnceWhicheverPartyFails() throws Exception {
        session.sendAll(bytes(1));
        CompletableFuture<Map<Integer, byte[]>> waiting = session.receiveAllAsync(0, MINUTE);

        node.outlets.get(1).listener.restarted();

        assertThat(failure(waiting).reason()).isEqualTo(SessionReason.RESTARTED);
        assertThat(failure(waiting).parties()).containsExactly(party(3));
    }

    @Test
    void receiveAny_goesOnWhileOneMayCome() throws Exception {
        session.sendAll(bytes(1));
        CompletableFuture<Received> waiting = session.receiveAnyAsync(MINUTE);
        node.outlets.get(0).listener.restarted();
        node.outlets.get(1).listener.restarted();
        assertThat(waiting).isNotDone();

        message(4, 0, 1, 4);
        assertThat(waiting.get(1, TimeUnit.SECONDS).from()).isEqualTo(party(4));
    }

    @Test
    void receiveAny_failsWhenNobodyIsLeft() throws Exception {
        session.sendAll(bytes(1));
        CompletableFuture<Received> waiting = session.receiveAnyAsync(MINUTE);
        node.outlets.forEach(outlet -> outlet.listener.restarted());

        assertThat(failure(waiting).reason()).isEqualTo(SessionReason.RESTARTED);
    }

    private void stream(int from) {
        node.sessions.open(OneNode.from(from), new Tag(id(1), 0, 1), 2, new RememberedCall(), message -> {});
    }

    @Test
    void receiveAny_givesBytesThatCameBesideAStream() throws Exception {
        stream(2);
        CompletableFuture<Received> waiting = session.receiveAnyAsync(MINUTE);
        assertThat(waiting).isNotDone();

        message(4, 0, 1, 4);
        assertThat(waiting.get(1, TimeUnit.SECONDS).from()).isEqualTo(party(4));
    }

    @Test
    void receiveAny_ofStreamsAlone_isOfTheWrongKind() {
        stream(2);
        stream(3);
        CompletableFuture<Received> waiting = session.receiveAnyAsync(MINUTE);
        assertThat(waiting).isNotDone();

        stream(4);
        assertThat(failure(waiting).reason()).isEqualTo(SessionReason.WRONG_KIND);
    }

    @Test
    void traffic_countsWhatWasQueuedAndWhatWasKept() throws Exception {
        session.send(2, bytes(1, 2, 3));
        message(2, 0, 1, 5);
        message(2, 0, 1, 5);
        message(2, 1, 2, 5, 6);

        assertThat(session.traffic(2)).isEqualTo(new Traffic(1, 3, 2, 3));
        assertThat(session.traffic(3)).isEqualTo(new Traffic(0, 0, 0, 0));
    }

    @Test
    void trace_isThatOfTheFirstMessageThatTellsOne() {
        TraceContext first = new TraceContext(1, 2, 3, (byte) 1);
        message(2, 0, 1, 5);
        assertThat(session.trace(2)).isEmpty();
        node.sessions.accept(OneNode.from(2), new Tag(id(1), 1, 2, Optional.of(first)), bytes(5), room -> {});
        TraceContext second = new TraceContext(1, 2, 4, (byte) 1);
        node.sessions.accept(OneNode.from(2), new Tag(id(1), 2, 3, Optional.of(second)), bytes(5), room -> {});

        assertThat(session.trace(2)).contains(first);
        assertThat(session.trace(3)).isEmpty();
    }

    @Test
    void messageThatCameBeforeItsPartyFailed_isReceived() throws Exception {
        session.sendAll(bytes(1));
        message(2, 0, 1, 2);
        node.outlets.get(0).listener.restarted();

        assertThat(session.receive(2)).containsExactly(2);
        session.nextRound();
        assertFails(SessionReason.RESTARTED, () -> session.receive(2));
    }

    @Test
    void cancelledReceive_takesNoMessage() throws Exception {
        session.receiveAsync(2).cancel(false);
        message(2, 0, 1, 5);

        assertThat(session.receive(2)).containsExactly(5);
    }

    @Test
    void cancelledReceiveAny_takesNoMessage() throws Exception {
        session.receiveAnyAsync(MINUTE).cancel(false);
        message(2, 0, 1, 5);

        assertThat(session.receiveAny(MINUTE).value()).containsExactly(5);
    }

    @Test
    void cancelledReceiveAll_takesNoMessage() throws Exception {
        session.receiveAllAsync(0, MINUTE).cancel(false);
        message(2, 0, 1, 2);
        message(3, 0, 1, 3);
        message(4, 0, 1, 4);

        assertThat(session.receiveAll(0, MINUTE)).hasSize(3);
    }

    @Test
    @SuppressWarnings("Interruption") // is what is tested
    void interruptedReceive_takesNoMessage() throws Exception {
        FutureTask<byte[]> task = new FutureTask<>(() -> session.receive(2));
        Thread thread = waiting(task);
        thread.interrupt();
        assertThatThrownBy(task::get).hasCauseInstanceOf(InterruptedException.class);

        message(2, 0, 1, 5);
        assertThat(session.receive(2)).containsExactly(5);
    }

    /** Whichever comes first: the message is received, there or afterwards. */
    @Test
    @SuppressWarnings("Interruption")
    void interruptionWhileTheMessageComes_losesNothing() throws Exception {
        for (int round = 0; round < 300; round++) {
            FutureTask<byte[]> task = new FutureTask<>(() -> session.receive(2));
            Thread thread = waiting(task);
            Thread interrupter = new Thread(thread::interrupt);
            interrupter.start();
            message(2, round, round + 1, round);
            byte[] received;
            try {
                received = task.get();
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(InterruptedException.class);
                received = session.receiveAsync(2).get(5, TimeUnit.SECONDS);
            }
            assertThat(received).containsExactly((byte) round);
            interrupter.join();
            session.nextRound();
        }
    }

    private static Thread waiting(Runnable task) {
        Thread thread = new Thread(task);
        thread.start();
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        return thread;
    }

    @Test
    void equivocation_isReportedWithItsRoundAndTheFirstCounts() throws Exception {
        message(2, 0, 1, 5);
        assertThat(message(2, 0, 2, 6)).isEqualTo(Acceptance.EQUIVOCATION);
        message(2, 1, 3, 7);
        message(2, 1, 4, 8);

        assertThat(session.equivocations()).containsOnly(Map.entry(party(2), 0L));
        assertThat(session.receive(2)).containsExactly(5);
    }

    @Test
    void repetition_isNoEquivocation() {
        message(2, 0, 1, 5);
        message(2, 0, 1, 5);
        message(2, 0, 2, 5);

        assertThat(session.equivocations()).isEmpty();
    }

    @Test
    void messageOfAnotherProcess_failsItsParty() {
        message(2, 0, 1, 5);
        session.nextRound();
        CompletableFuture<byte[]> waiting = session.receiveAsync(2);
        Origin restarted = new Origin(OneNode.from(2).identity(), Optional.empty(), new UUID(9, 9));

        assertThat(node.message(restarted, id(1), 1, 1)).isEqualTo(Acceptance.OTHER_INCARNATION);
        assertThat(failure(waiting).reason()).isEqualTo(SessionReason.RESTARTED);
    }

    @Test
    void nextRound_tellsWhoWasTooFarAhead() {
        message(2, 33, 1, 5);
        assertThat(node.room).isEmpty();

        session.nextRound();
        assertThat(node.room).containsExactly(id(1));
    }

    @Test
    void end_tellsWhoWasTooFarAhead() {
        message(2, 33, 1, 5);
        session.complete();

        assertThat(node.room).containsExactly(id(1));
    }

    @Test
    void end_failsAllWhoWait() {
        CompletableFuture<byte[]> one = session.receiveAsync(2);
        CompletableFuture<Map<Integer, byte[]>> all = session.receiveAllAsync(0, MINUTE);
        CompletableFuture<Received> any = session.receiveAnyAsync(MINUTE);
        session.close();

        assertThat(failure(one).reason()).isEqualTo(SessionReason.SESSION_ENDED);
        assertThat(failure(all).reason()).isEqualTo(SessionReason.SESSION_ENDED);
        assertThat(failure(any).reason()).isEqualTo(SessionReason.SESSION_ENDED);
        assertThat(node.time.nextTask()).isEmpty();
    }

    @Test
    void complete_drainsAndCloseDrops() throws Exception {
        session.send(2, bytes(1));
        NetworkSession other = node.open(id(2));
        other.send(2, bytes(1));
        session.complete();
        other.close();

        assertThat(node.outlets.get(0).closed).contains(true);
        assertThat(node.outlets.get(1).closed).contains(false);
    }

    @Test
    void sendAfterTheEnd_fails() {
        session.complete();

        assertFails(SessionReason.SESSION_ENDED, () -> session.send(2, bytes(1)));
    }

    @Test
    void sendToItself_isACallersError() {
        assertThatThrownBy(() -> session.send(1, bytes(1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void sendOfTooMuch_fails() {
        byte[] large = new byte[SessionLimits.DEFAULT.messageBytes() + 1];

        assertFails(SessionReason.TOO_LARGE, () -> session.send(2, large));
    }

    @Test
    void message_isSentInTheRoundItWasGivenIn() throws Exception {
        session.send(2, bytes(1));
        session.nextRound();
        session.send(2, bytes(1));

        assertThat(node.outlets.get(0).rounds).containsExactly(0L, 1L);
    }

    @Test
    void streamedReceive_completesWithTheLastByte() throws Exception {
        RememberedCall call = new RememberedCall();
        Arriving[] coming = new Arriving[1];
        Tag tag = new Tag(id(1), 0, 1);
        node.sessions.open(OneNode.from(2), tag, 2, call, message -> coming[0] = message);
        CompletableFuture<Long> waiting = session.receiveAsync(2, part -> {}, MINUTE);
        coming[0].add(call, java.nio.ByteBuffer.wrap(bytes(1, 2)));
        assertThat(waiting).isNotDone();

        assertThat(node.sessions.finish(OneNode.from(2), tag, coming[0], call)).isTrue();
        assertThat(waiting).isCompletedWithValue(2L);
        assertThat(node.bytesKept()).isZero();
    }

    @Test
    void streamedReceiveThatTimesOut_refusesTheStream() {
        RememberedCall call = new RememberedCall();
        CompletableFuture<Long> waiting = session.receiveAsync(2, part -> {}, Duration.ofSeconds(1));
        node.sessions.open(OneNode.from(2), new Tag(id(1), 0, 1), 2, call, message -> {});
        node.time.advance(Duration.ofSeconds(1));

        assertThat(failure(waiting).reason()).isEqualTo(SessionReason.TIMEOUT);
        assertThat(call.refused).containsExactly(Acceptance.SINK_FAILED);
    }

    @Test
    void streamWhoseSinkFailed_isRefusedAgainWithoutAnAccusation() {
        RememberedCall call = new RememberedCall();
        Tag tag = new Tag(id(1), 0, 1);
        CompletableFuture<Long> first = session.receiveAsync(2, part -> {}, Duration.ofSeconds(1));
        node.sessions.open(OneNode.from(2), tag, 2, call, message -> {});
        node.time.advance(Duration.ofSeconds(1));
        assertThat(first).isCompletedExceptionally();
        assertThat(failure(session.receiveAsync(2, part -> {}, MINUTE)).reason())
                .isEqualTo(SessionReason.STREAM_FAILED);

        assertThat(node.sessions.open(OneNode.from(2), tag, 2, new RememberedCall(), message -> {}))
                .isEqualTo(Acceptance.SINK_FAILED);
        assertThat(session.equivocations()).isEmpty();
    }

    @Test
    void cancelledStreamedReceive_refusesTheStreamAtOnce() {
        RememberedCall call = new RememberedCall();
        node.sessions.open(OneNode.from(2), new Tag(id(1), 0, 1), 2, call, message -> {});
        session.receiveAsync(2, part -> {}, MINUTE).cancel(false);

        assertThat(call.refused).containsExactly(Acceptance.SINK_FAILED);
    }
}

package io.attestedmesh.mpc.session;

import static io.attestedmesh.mpc.session.OneNode.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.tls.PeerIdentity;
import io.attestedmesh.mpc.party.MpcContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Sessions that wait to be opened, are open, or have ended. */
class SessionsTest {
    private static final Duration LIFE = Duration.ofMinutes(15);
    private static final SessionLimits LIMITS =
            new SessionLimits(1000, 32, 100_000, 200_000, 3, 5000, LIFE, 4, 2, Duration.ofHours(24));

    private final OneNode node = new OneNode(LIMITS);

    private static void assertFails(SessionReason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        SessionException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private void park(int sender, int sessions) {
        for (int session = 0; session < sessions; session++) {
            assertThat(node.message(sender, id(session), 0, 1, (byte) sender)).isEqualTo(Acceptance.ACCEPTED);
        }
    }

    @Test
    void strangersMessage_isOfAnUnknownParty() {
        Origin stranger = new Origin(new PeerIdentity("stranger.example"), Optional.empty(), new UUID(0, 0));

        assertThat(node.message(stranger, id(1), 0, 1)).isEqualTo(Acceptance.UNKNOWN_PARTY);
        assertThat(node.sessions.parked()).isZero();
    }

    @Test
    void strangersReservation_isOfAnUnknownParty() {
        Origin stranger = new Origin(new PeerIdentity("stranger.example"), Optional.empty(), new UUID(0, 0));

        assertThat(node.sessions.reserve(stranger, new Tag(id(1), 0, 1), 10)).contains(Acceptance.UNKNOWN_PARTY);
    }

    @Test
    void parkedSessions_areCountedUpToTheLimit() {
        park(2, LIMITS.parkedSessions());

        assertThat(node.sessions.parked()).isEqualTo(LIMITS.parkedSessions());
    }

    @Test
    void oneMoreParkedSession_isRefusedAndOtherSendersAreNot() {
        park(2, LIMITS.parkedSessions());

        assertThat(node.message(2, id(99), 0, 1)).isEqualTo(Acceptance.TOO_MANY_SESSIONS);
        assertThat(Acceptance.TOO_MANY_SESSIONS.code().name()).isEqualTo("RESOURCE_EXHAUSTED");
        assertThat(node.message(3, id(99), 0, 1)).isEqualTo(Acceptance.ACCEPTED);
    }

    @Test
    void defaultLimits_areThoseOfTheSpecification() {
        assertThat(SessionLimits.DEFAULT.parkedSessions()).isEqualTo(2000);
        assertThat(SessionLimits.DEFAULT.parkedLife()).isEqualTo(LIFE);
        assertThat(SessionLimits.DEFAULT.futureRounds()).isEqualTo(32);
        assertThat(SessionLimits.DEFAULT.endedLife()).isEqualTo(Duration.ofHours(24));
    }

    @Test
    void anotherSessionAfterOneWasOpened_isParkedAgain() throws Exception {
        park(2, LIMITS.parkedSessions());
        node.open(id(0));

        assertThat(node.message(2, id(99), 0, 1)).isEqualTo(Acceptance.ACCEPTED);
    }

    @Test
    void refusedMessagesOfUnknownSessions_leaveNothing() {
        assertThat(node.message(2, id(1), 99, 1)).isEqualTo(Acceptance.TOO_FAR_AHEAD);

        assertThat(node.sessions.parked()).isZero();
        assertThat(node.bytesKept()).isZero();
    }

    @Test
    void parkedMessages_areThereInTheirRounds() throws Exception {
        node.message(2, id(1), 0, 1, (byte) 10);
        node.message(3, id(1), 0, 1, (byte) 20);
        node.message(2, id(1), 1, 2, (byte) 11);

        NetworkSession session = node.open(id(1));

        assertThat(session.receive(2)).containsExactly(10);
        assertThat(session.receive(3)).containsExactly(20);
        session.nextRound();
        assertThat(session.receive(2)).containsExactly(11);
        assertThat(node.bytesKept()).isZero();
        assertThat(node.sessions.parked()).isZero();
    }

    @Test
    void messageAfterOpening_followsTheParkedOnes() throws Exception {
        node.message(2, id(1), 0, 1, (byte) 10);
        NetworkSession session = node.open(id(1));

        assertThat(node.message(2, id(1), 1, 2, (byte) 11)).isEqualTo(Acceptance.ACCEPTED);
        session.nextRound();
        assertThat(session.receive(2)).containsExactly(11);
    }

    @Test
    void parkedMessages_liveFifteenMinutes() throws Exception {
        park(2, 1);
        node.time.advance(LIFE.minusNanos(1));
        node.sessions.tick();

        assertThat(node.open(id(0)).receive(2)).containsExactly(2);
    }

    @Test
    void parkedMessagesAfterFifteenMinutes_areDiscardedAndCounted() {
        park(2, 2);
        node.time.advance(LIFE);
        node.sessions.tick();

        assertThat(node.sessions.parked()).isZero();
        assertThat(node.bytesKept()).isZero();
        assertThat(node.dropped(SessionMeters.Drop.PARKED_TOO_LONG)).isEqualTo(2);
    }

    @Test
    void discarding_takesOneSenderOfASessionOnly() throws Exception {
        park(2, 1);
        node.time.advance(Duration.ofMinutes(5));
        park(3, 1);
        node.time.advance(Duration.ofMinutes(10));
        node.sessions.tick();

        NetworkSession session = node.open(id(0));
        assertThat(session.receive(3)).containsExactly(3);
        assertThat(session.receiveAsync(2)).isNotDone();
    }

    @Test
    void openedSession_isNotDiscardedLater() throws Exception {
        park(2, 1);
        NetworkSession session = node.open(id(0));
        node.time.advance(LIFE);
        node.sessions.tick();

        assertThat(session.receive(2)).containsExactly(2);
    }

    @Test
    void messageAfterTheOnesThatWereDiscarded_isOutOfOrder() {
        park(2, 1);
        node.time.advance(LIFE);
        node.sessions.tick();

        assertThat(node.message(2, id(0), 1, 2)).isEqualTo(Acceptance.OUT_OF_ORDER);
        assertThat(node.sessions.parked()).isZero();
    }

    @Test
    void parkedMessagesOfNoParty_areDroppedOnOpening() throws Exception {
        park(4, 1);
        node.contexts.add(new MpcContext("three", List.of(OneNode.party(1), OneNode.party(2), OneNode.party(3))));
        node.sessions.open(id(0), "three", SessionOptions.DEFAULT);

        assertThat(node.dropped(SessionMeters.Drop.NOT_IN_CONTEXT)).isEqualTo(1);
        assertThat(node.bytesKept()).isZero();
        assertThat(node.sessions.parked()).isZero();
    }

    @Test
    void openSessions_areLimited() throws Exception {
        for (int session = 0; session < LIMITS.openSessions(); session++) {
            node.open(id(session));
        }

        assertFails(SessionReason.TOO_MANY_SESSIONS, () -> node.open(id(99)));
    }

    @Test
    void sessionThatEnds_makesRoomForAnother() throws Exception {
        for (int session = 0; session < LIMITS.openSessions() - 1; session++) {
            node.open(id(session));
        }
        node.open(id(98)).close();

        assertThat(node.open(id(99)).round()).isZero();
    }

    @Test
    void openId_isUsed() throws Exception {
        node.open(id(1));

        assertFails(SessionReason.ID_USED, () -> node.open(id(1)));
        assertThat(node.sessions.openSessions()).hasSize(1);
    }

    @Test
    void completedId_isUsed() throws Exception {
        node.open(id(1)).complete();

        assertFails(SessionReason.ID_USED, () -> node.open(id(1)));
    }

    @Test
    void completedSession_answersSoForADay() throws Exception {
        node.open(id(1)).complete();
        node.time.advance(Duration.ofHours(24).minusNanos(1));
        node.sessions.tick();

        assertThat(node.message(2, id(1), 0, 1)).isEqualTo(Acceptance.COMPLETED);
    }

    @Test
    void completedSessionAfterADay_isForgotten() throws Exception {
        node.open(id(1)).complete();
        node.time.advance(Duration.ofHours(24));
        node.sessions.tick();

        assertThat(node.message(2, id(1), 0, 1)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(node.sessions.parked()).isEqualTo(1);
    }

    @Test
    void endedSessions_areRememberedUpToTheLimit() throws Exception {
        for (int session = 0; session < LIMITS.endedSessions() + 1; session++) {
            node.open(id(session)).complete();
        }

        assertThat(node.message(2, id(0), 0, 1)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(node.message(2, id(1), 0, 1)).isEqualTo(Acceptance.COMPLETED);
    }

    @Test
    void closedSession_answersThatItWasGivenUp() throws Exception {
        node.open(id(1)).close();

        assertThat(node.message(2, id(1), 0, 1)).isEqualTo(Acceptance.SESSION_ABORTED);
    }

    @Test
    void closeAfterComplete_changesNothing() throws Exception {
        NetworkSession session = node.open(id(1));
        session.complete();
        session.close();

        assertThat(node.message(2, id(1), 0, 1)).isEqualTo(Acceptance.COMPLETED);
    }

    @Test
    void endOfASession_givesEverythingBack() throws Exception {
        NetworkSession session = node.open(id(1));
        node.message(2, id(1), 0, 1, new byte[500]);
        node.message(2, id(1), 3, 2, new byte[500]);
        session.complete();

        assertThat(node.bytesKept()).isZero();
        assertThat(node.dropped(SessionMeters.Drop.SESSION_ENDED)).isEqualTo(2);
    }

    @Test
    void unknownContext_isRefused() {
        assertFails(SessionReason.UNKNOWN_CONTEXT, () -> node.sessions.open(id(1), "other", SessionOptions.DEFAULT));
    }

    @Test
    void contextOfOthers_isRefused() {
        node.contexts.add(new MpcContext("others", List.of(OneNode.party(2), OneNode.party(3))));

        assertFails(SessionReason.NOT_A_PARTY, () -> node.sessions.open(id(1), "others", SessionOptions.DEFAULT));
    }

    @Test
    void sessionTime_endsIt() throws Exception {
        NetworkSession session = node.open(id(1));
        node.time.advance(SessionOptions.DEFAULT.lifetime());
        node.sessions.tick();

        assertFails(SessionReason.SESSION_EXPIRED, () -> session.receive(2));
        assertThat(node.sessions.openSessions()).isEmpty();
    }

    @Test
    void shutDown_endsSessionsAndOpensNoMore() throws Exception {
        NetworkSession session = node.open(id(1));
        node.sessions.shutDown();

        assertFails(SessionReason.SHUT_DOWN, () -> session.receive(2));
        assertFails(SessionReason.SHUT_DOWN, () -> node.open(id(2)));
        assertThat(node.sessions.openSessions()).isEmpty();
    }

    @Test
    void contextThatIsRemoved_endsItsSessions() throws Exception {
        NetworkSession session = node.open(id(1));
        node.contexts.remove(OneNode.CONTEXT);
        node.sessions.contextsChanged();

        assertFails(SessionReason.UNKNOWN_CONTEXT, () -> session.receive(2));
    }

    @Test
    void reservedBytes_comeBackThoughTheContextWasRemovedMeanwhile() {
        node.sessions.reserve(OneNode.from(2), new Tag(id(1), 0, 1), 1000);
        node.contexts.remove(OneNode.CONTEXT);
        node.sessions.contextsChanged();
        node.sessions.giveBack(OneNode.from(2).identity(), 1000);

        assertThat(node.bytesKept()).isZero();
    }

    @Test
    void reservation_isLimitedByTheAccount() {
        for (int i = 0; i < LIMITS.peerBytes() / 1000; i++) {
            assertThat(node.sessions.reserve(OneNode.from(2), new Tag(id(i), 0, 1), 1000))
                    .isEmpty();
        }

        assertThat(node.sessions.reserve(OneNode.from(2), new Tag(id(999), 0, 1), 1000))
                .contains(Acceptance.NO_ROOM);
        assertThat(node.sessions.reserve(OneNode.from(3), new Tag(id(999), 0, 1), 1000))
                .isEmpty();
    }

    @Test
    void reservationOfTooMuch_takesNothing() {
        assertThat(node.sessions.reserve(OneNode.from(2), new Tag(id(1), 0, 1), 1001))
                .contains(Acceptance.TOO_LARGE);
        assertThat(node.bytesKept()).isZero();
    }

    @Test
    void staleReservation_leavesTheNextMessageInOrder() throws Exception {
        NetworkSession session = node.open(id(1));
        session.nextRound();

        assertThat(node.sessions.reserve(OneNode.from(2), new Tag(id(1), 0, 1), 900))
                .contains(Acceptance.ACCEPTED);
        assertThat(node.message(2, id(1), 1, 2, (byte) 5)).isEqualTo(Acceptance.ACCEPTED);
        assertThat(session.receive(2)).containsExactly(5);
    }

    @Test
    void reservationOfAnotherProcess_tellsTheReceiver() throws Exception {
        NetworkSession session = node.open(id(1));
        node.message(2, id(1), 0, 1);
        session.nextRound();

        Origin restarted = new Origin(OneNode.from(2).identity(), Optional.empty(), new UUID(9, 9));
        assertThat(node.sessions.reserve(restarted, new Tag(id(1), 1, 1), 900)).contains(Acceptance.OTHER_INCARNATION);
        assertFails(SessionReason.RESTARTED, () -> session.receive(2));
    }

    @Test
    void reservationForACompletedSession_isAnsweredSo() throws Exception {
        node.open(id(1)).complete();

        assertThat(node.sessions.reserve(OneNode.from(2), new Tag(id(1), 0, 1), 10))
                .contains(Acceptance.COMPLETED);
    }
}

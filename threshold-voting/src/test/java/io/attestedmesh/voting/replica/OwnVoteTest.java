package io.attestedmesh.voting.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.ViolationType;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** Of one transaction this node signs one statement, whatever happens around it. */
final class OwnVoteTest {
    private final ReplicaFixture fixture = new ReplicaFixture();

    private void assertRefused(VoteReason reason, String transaction, String value) {
        long before = fixture.journal.lastOwn();
        assertThatThrownBy(() -> fixture.vote(transaction, value))
                .asInstanceOf(InstanceOfAssertFactories.type(RefusedVoteException.class))
                .extracting(RefusedVoteException::reason)
                .isEqualTo(reason);
        assertThat(fixture.journal.lastOwn()).isEqualTo(before);
    }

    private void accuseSelf() {
        for (String observer : List.of("n2", "n3", "n4")) {
            fixture.receive(observer, new Message.Evidence(fixture.observation(observer, "n1", ViolationType.SILENCE)));
        }
        assertThat(fixture.replica.isExcluded("n1")).isTrue();
    }

    @Test
    void vote_signedJournaledAndSentToAll() throws Exception {
        fixture.ready();

        VerifiedStatement own = fixture.vote("tx_1", "a");

        assertThat(fixture.said("tx_1", "n1")).contains(own);
        assertThat(fixture.flush()).extracting(Outgoing::to).containsExactlyInAnyOrder("n2", "n3", "n4", "n5");
    }

    @Test
    void anotherVote_alreadySaid() throws Exception {
        fixture.ready().vote("tx_1", "a");

        assertRefused(VoteReason.ALREADY_SAID, "tx_1", "b");
    }

    @Test
    void theSameVoteAgain_alreadySaid() throws Exception {
        fixture.ready().vote("tx_1", "a");

        assertRefused(VoteReason.ALREADY_SAID, "tx_1", "a");
    }

    @Test
    void voteAfterTimeout_alreadySaid() {
        fixture.ready().votes("n2", 1, "tx_1", "a");
        fixture.after(ReplicaFixture.SETTINGS.deadline());

        assertRefused(VoteReason.ALREADY_SAID, "tx_1", "a");
    }

    @Test
    void timeoutAfterVote_neverSigned() throws Exception {
        fixture.ready().vote("tx_1", "a");

        fixture.after(ReplicaFixture.SETTINGS.deadline().multipliedBy(3));

        assertThat(fixture.journal.lastOwn()).isEqualTo(1);
    }

    @Test
    void secondVoteWhileSelfIsExcluded_alreadySaid() throws Exception {
        fixture.ready();
        accuseSelf();
        VerifiedStatement unused = fixture.vote("tx_1", "a");

        assertRefused(VoteReason.ALREADY_SAID, "tx_1", "b");
    }

    @Test
    void timeoutsWhileSelfIsExcluded_signedOnce() {
        fixture.ready().votes("n2", 1, "tx_1", "a");
        accuseSelf();

        fixture.after(ReplicaFixture.SETTINGS.deadline());
        fixture.after(ReplicaFixture.SETTINGS.deadline());

        assertThat(fixture.journal.lastOwn()).isEqualTo(1);
    }

    @Test
    void voteOfAnotherSaysDecided_settled() {
        fixture.ready().adopt(fixture.committee.decision("tx_1", "a", "n2", "n3", "n4", "n5"));

        assertRefused(VoteReason.SETTLED, "tx_1", "b");
    }

    @Test
    void lateVoteForWhatWasDecided_signed() throws Exception {
        fixture.ready().adopt(fixture.committee.decision("tx_1", "a", "n2", "n3", "n4", "n5"));

        assertThat(fixture.vote("tx_1", "a").node()).isEqualTo("n1");
    }

    @Test
    void twoOthersHaveSaid_notReady() {
        for (String node : List.of("n2", "n3")) {
            fixture.connect(node);
            fixture.receive(node, new Message.Cursor(0, Optional.empty()));
        }

        assertRefused(VoteReason.NOT_READY, "tx_1", "a");
    }

    @Test
    void onlyConnected_notReady() {
        List.of("n2", "n3", "n4", "n5").forEach(fixture::connect);

        assertRefused(VoteReason.NOT_READY, "tx_1", "a");
    }

    @Test
    void oneSaysItThrice_notReady() {
        fixture.connect("n2");
        for (int i = 0; i < 3; i++) {
            fixture.receive("n2", new Message.Cursor(0, Optional.empty()));
        }

        assertRefused(VoteReason.NOT_READY, "tx_1", "a");
    }

    @Test
    void restarted_notReadyBeforeOthersSpeak() {
        fixture.ready().restart();

        assertRefused(VoteReason.NOT_READY, "tx_1", "a");
    }

    @Test
    void deadlinePassesBeforeReady_nothingSigned() {
        List.of("n2", "n3", "n4", "n5").forEach(fixture::connect);
        fixture.votes("n2", 1, "tx_1", "a");

        fixture.after(ReplicaFixture.SETTINGS.deadline());

        assertThat(fixture.journal.lastOwn()).isZero();
    }

    @Test
    void noRoom_spoolFull() {
        fixture.ready();
        fixture.recorder.room(false);

        assertRefused(VoteReason.SPOOL_FULL, "tx_1", "a");
    }

    @Test
    void noRoomAtDeadline_signedOnceThereIs() {
        fixture.ready().votes("n2", 1, "tx_1", "a");
        fixture.recorder.room(false);
        fixture.after(ReplicaFixture.SETTINGS.deadline());
        assertThat(fixture.journal.lastOwn()).isZero();

        fixture.recorder.room(true);
        fixture.after(ReplicaFixture.SETTINGS.deadline());

        assertThat(fixture.journal.lastOwn()).isEqualTo(1);
    }

    @Test
    void cursorShowsForgottenStatement_rolledBack() {
        fixture.ready().receive("n2", cursor("tx_0"));

        assertRefused(VoteReason.ROLLED_BACK, "tx_1", "a");
        assertThat(fixture.recorder.contradictions())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("n2 shows n1 #1 tx_0");
    }

    private Message cursor(String transaction) {
        return new Message.Cursor(1, Optional.of(fixture.committee.vote("n1", 1, transaction, "a")));
    }

    @Test
    void cursorShowsAnotherStatementOfThatSequence_rolledBack() throws Exception {
        fixture.ready().vote("tx_1", "a");

        fixture.receive("n2", cursor("tx_0"));

        assertRefused(VoteReason.ROLLED_BACK, "tx_2", "a");
    }

    @Test
    void cursorShowsWhatTheJournalHas_notRolledBack() throws Exception {
        VerifiedStatement own = fixture.ready().vote("tx_1", "a");

        fixture.receive("n2", new Message.Cursor(1, Optional.of(own)));

        assertThat(fixture.replica.isRolledBack()).isFalse();
        assertThat(fixture.replica.acknowledged("n2")).isEqualTo(1);
    }

    @Test
    void answerShowsForgottenStatement_rolledBack() {
        fixture.ready()
                .receive(
                        "n2",
                        new Message.Answer(
                                ReplicaFixture.TX,
                                List.of(fixture.committee.vote("n1", 7, "tx_1", "a")),
                                Optional.empty()));

        assertRefused(VoteReason.ROLLED_BACK, "tx_2", "a");
    }

    @Test
    void certificateHoldsForgottenVote_rolledBack() {
        fixture.ready().adopt(fixture.committee.decision("tx_1", "a", "n1", "n2", "n3", "n4"));

        assertRefused(VoteReason.ROLLED_BACK, "tx_2", "a");
    }

    @Test
    void rolledBack_noTimeoutsEither() {
        fixture.ready().votes("n2", 1, "tx_1", "a");
        fixture.receive("n2", cursor("tx_0"));

        fixture.after(ReplicaFixture.SETTINGS.deadline());

        assertThat(fixture.journal.lastOwn()).isZero();
    }

    @Test
    void rolledBack_saidOnce() {
        fixture.ready().receive("n2", cursor("tx_0"));

        fixture.receive("n3", cursor("tx_0"));

        assertThat(fixture.recorder.contradictions()).hasSize(1);
    }

    @Test
    void crashBeforeCommit_signsAnew() throws Exception {
        VerifiedStatement lost = fixture.ready().vote("tx_1", "a");
        fixture.journal.crash();
        fixture.restart().ready();

        assertThat(fixture.vote("tx_1", "b").statement().sequence())
                .isEqualTo(lost.statement().sequence());
    }

    @Test
    void restartFromCopy_knowsWhatItSaid() throws Exception {
        fixture.ready().vote("tx_1", "a");
        List<Outgoing> unused = fixture.flush();
        fixture.journal = fixture.journal.copy();
        fixture.restart().ready();

        assertRefused(VoteReason.ALREADY_SAID, "tx_1", "b");
    }

    @Test
    void deadlineOfTransactionFromBeforeRestart_stillSigned() {
        fixture.ready().votes("n2", 1, "tx_1", "a");
        fixture.restart().ready();

        fixture.after(ReplicaFixture.SETTINGS.deadline());

        assertThat(fixture.said("tx_1", "n1"))
                .hasValueSatisfying(
                        said -> assertThat(said.statement().isTimeout()).isTrue());
    }

    @Test
    void beforeDeadline_nothingSigned() {
        fixture.ready().votes("n2", 1, "tx_1", "a");

        fixture.after(ReplicaFixture.SETTINGS.deadline().minus(Duration.ofMillis(1)));

        assertThat(fixture.journal.lastOwn()).isZero();
    }

    @Test
    void failureImpossible_noTimeout() {
        fixture.ready();
        for (String node : List.of("n2", "n3")) {
            fixture.votes(node, 1, "tx_1", "a");
        }

        fixture.after(ReplicaFixture.SETTINGS.deadline());

        assertThat(fixture.journal.lastOwn()).isZero();
    }

    @Test
    void tooManyPending_refused() throws Exception {
        ReplicaSettings d = ReplicaFixture.SETTINGS;
        ReplicaFixture small = new ReplicaFixture(
                        new ReplicaSettings(d.deadline(), d.ask(), d.grace(), d.resend(), 2, 2, d.batch(), d.conduct()))
                .ready();
        VerifiedStatement unused = small.vote("tx_1", "a");
        VerifiedStatement unusedToo = small.vote("tx_2", "a");

        assertThatThrownBy(() -> small.vote("tx_3", "a"))
                .asInstanceOf(InstanceOfAssertFactories.type(RefusedVoteException.class))
                .extracting(RefusedVoteException::reason)
                .isEqualTo(VoteReason.TOO_MANY_PENDING);
    }
}

package io.attestedmesh.voting.replica;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.voting.statement.TestCommittee;
import io.attestedmesh.voting.statement.TransactionId;
import io.attestedmesh.voting.statement.VerifiedCertificate;
import io.attestedmesh.voting.statement.VerifiedStatement;
import io.attestedmesh.voting.violation.Reinstatement;
import io.attestedmesh.voting.violation.VerifiedViolation;
import io.attestedmesh.voting.violation.ViolationType;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a replica makes of others: counting, asking, sending again, and what follows from misbehaviour. */
final class ReplicaTest {
    private static final ReplicaSettings SETTINGS = ReplicaFixture.SETTINGS;

    private final ReplicaFixture fixture = new ReplicaFixture().ready();

    private static List<Long> sequences(List<Message.Statements> messages) {
        return messages.stream()
                .flatMap(message -> message.statements().stream())
                .map(statement -> statement.statement().sequence())
                .toList();
    }

    private List<Long> heardFromN2() {
        fixture.tick();
        return fixture.sent("n2", Message.Cursor.class).stream()
                .map(Message.Cursor::sequence)
                .toList();
    }

    // counting

    @Test
    void fourVotesOfOthers_decided() {
        for (String node : List.of("n2", "n3", "n4", "n5")) {
            fixture.votes(node, 1, "tx_1", "a");
        }

        assertThat(fixture.outcome("tx_1")).isEqualTo(Outcome.DECIDED);
        assertThat(fixture.recorder.settled()).hasSize(1);
    }

    @Test
    void oneVoteFourTimes_countsOnce() {
        for (int i = 1; i <= 4; i++) {
            fixture.votes("n2", i, "tx_1", "a");
        }

        assertThat(fixture.outcome("tx_1")).isEqualTo(Outcome.PENDING);
        assertThat(fixture.recorder.violations()).isEmpty();
    }

    @Test
    void excludedNode_doesNotCount() {
        fixture.exclude("n2");
        for (String node : List.of("n2", "n3", "n4", "n5")) {
            fixture.votes(node, 1, "tx_1", "a");
        }

        assertThat(fixture.outcome("tx_1")).isEqualTo(Outcome.PENDING);
    }

    @Test
    void excludedNodesVote_isKeptAndCountsOnceItIsBack() {
        fixture.exclude("n2");
        for (String node : List.of("n2", "n3", "n4", "n5")) {
            fixture.votes(node, 1, "tx_1", "a");
        }
        assertThat(fixture.said("tx_1", "n2")).isPresent();

        fixture.replica.reinstate(
                Reinstatement.of(fixture.committee.committee(), "n2", fixture.now, TestCommittee.key("op")),
                fixture.now);
        fixture.after(SETTINGS.ask());

        assertThat(fixture.outcome("tx_1")).isEqualTo(Outcome.DECIDED);
    }

    @Test
    void certificateWithExcludedNode_counts() {
        fixture.exclude("n2");
        fixture.adopt(fixture.committee.decision("tx_1", "a", "n2", "n3", "n4", "n5"));

        assertThat(fixture.outcome("tx_1")).isEqualTo(Outcome.DECIDED);
    }

    @Test
    void reinstatedNode_countsAgain() {
        fixture.exclude("n2");
        fixture.replica.reinstate(
                Reinstatement.of(fixture.committee.committee(), "n2", fixture.now, TestCommittee.key("op")),
                fixture.now);
        fixture.votes("n2", 1, "tx_1", "a");

        assertThat(fixture.said("tx_1", "n2")).isPresent();
        assertThat(fixture.recorder.exclusions()).containsExactly("n2 excluded", "n2 reinstated", "n2 back");
    }

    private void reinstate(Instant until) {
        fixture.replica.reinstate(
                Reinstatement.of(fixture.committee.committee(), "n2", until, TestCommittee.key("op")), fixture.now);
    }

    @Test
    void reinstatedForLessThanItDid_saidToBeExcludedStill() {
        fixture.exclude("n2");
        reinstate(fixture.now.minusSeconds(1));

        assertThat(fixture.replica.isExcluded("n2")).isTrue();
        assertThat(fixture.recorder.exclusions()).containsExactly("n2 excluded", "n2 reinstated and still excluded");
    }

    @Test
    void reinstatedAgainByTheSameAct_nothingIsRecorded() {
        fixture.exclude("n2");
        reinstate(fixture.now);
        reinstate(fixture.now);
        reinstate(fixture.now.minusSeconds(1));

        assertThat(fixture.recorder.exclusions()).containsExactly("n2 excluded", "n2 reinstated", "n2 back");
        assertThat(fixture.journal.reinstatements()).hasSize(1);
    }

    @Test
    void secondOutcome_reported() {
        fixture.adopt(fixture.committee.decision("tx_1", "a", "n2", "n3", "n4", "n5"));
        fixture.adopt(fixture.committee.decision("tx_1", "b", "n2", "n3", "n4", "n5"));

        assertThat(fixture.recorder.contradictions()).hasSize(1);
        assertThat(fixture.replica.ballot(ReplicaFixture.TX).orElseThrow().value())
                .hasValueSatisfying(value -> assertThat(value.text()).isEqualTo("a"));
    }

    @Test
    void sameOutcomeAgain_notReported() {
        fixture.adopt(fixture.committee.decision("tx_1", "a", "n2", "n3", "n4", "n5"));
        fixture.adopt(fixture.committee.decision("tx_1", "a", "n2", "n3", "n4", "n5"));

        assertThat(fixture.recorder.contradictions()).isEmpty();
        assertThat(fixture.recorder.settled()).hasSize(1);
    }

    // room

    @Test
    void noRoom_cursorStays() {
        fixture.recorder.room(false);
        fixture.votes("n2", 1, "tx_1", "a");

        assertThat(heardFromN2()).containsExactly(0L);
        assertThat(fixture.replica.ballot(ReplicaFixture.TX)).isEmpty();
    }

    @Test
    void roomAgain_cursorMoves() {
        fixture.recorder.room(false);
        fixture.votes("n2", 1, "tx_1", "a");
        fixture.recorder.room(true);
        fixture.votes("n2", 1, "tx_1", "a");

        assertThat(heardFromN2()).containsExactly(1L);
    }

    @Test
    void fewHeard_cursorWaitsForTheTick() {
        fixture.tick();
        fixture.votes("n2", 1, "tx_1", "a");
        fixture.votes("n2", 2, "tx_2", "a");

        assertThat(fixture.sent("n2", Message.Cursor.class)).isEmpty();
        assertThat(heardFromN2()).containsExactly(2L);
    }

    @Test
    void manyHeard_cursorAtOnce() {
        for (int i = 1; i <= 256; i++) {
            fixture.votes("n2", i, "tx_" + i, "a");
        }

        assertThat(fixture.sent("n2", Message.Cursor.class))
                .extracting(Message.Cursor::sequence)
                .containsExactly(256L);
    }

    @Test
    void gap_cursorStays() {
        fixture.votes("n2", 2, "tx_1", "a");

        assertThat(heardFromN2()).containsExactly(0L);
    }

    private static ReplicaFixture pending(int all, int ofOne) {
        return new ReplicaFixture(new ReplicaSettings(
                        SETTINGS.deadline(),
                        SETTINGS.ask(),
                        SETTINGS.grace(),
                        SETTINGS.resend(),
                        all,
                        ofOne,
                        SETTINGS.batch(),
                        SETTINGS.conduct()))
                .ready();
    }

    @Test
    void opensMoreThanItMay_cursorStaysAndOthersOpen() {
        ReplicaFixture small = pending(100, 2);
        for (int i = 1; i <= 3; i++) {
            small.votes("n2", i, "tx_" + i, "a");
        }
        small.votes("n3", 1, "tx_4", "a");

        small.tick();

        assertThat(small.replica.pending()).isEqualTo(3);
        assertThat(small.replica.ballot(new TransactionId("tx_3"))).isEmpty();
        assertThat(small.sent("n2", Message.Cursor.class))
                .extracting(Message.Cursor::sequence)
                .containsExactly(2L);
    }

    @Test
    void othersOpenAllTheyMay_roomForOwnVotes() throws Exception {
        ReplicaFixture small = pending(10, 10);
        for (String node : List.of("n2", "n3", "n4", "n5")) {
            for (int i = 1; i <= 10; i++) {
                small.votes(node, i, node + "_" + i, "a");
            }
        }
        assertThat(small.replica.pending()).isEqualTo(8);

        assertThat(small.vote("own_1", "a")).isNotNull();
        assertThat(small.vote("own_2", "a")).isNotNull();
        assertThatThrownBy(() -> small.vote("own_3", "a")).hasMessageContaining("10 transactions are pending");
    }

    /** Else a node that opens all it may would keep others from learning what is decided with it. */
    @Test
    void certificateThatBeginsWithNodeThatMayOpenNoMore_counts() {
        ReplicaFixture small = pending(100, 2);
        small.votes("n2", 1, "tx_1", "a");
        small.votes("n2", 2, "tx_2", "a");

        small.adopt(small.committee.decision("tx_3", "a", "n2", "n3", "n4", "n5"));

        assertThat(small.outcome("tx_3")).isEqualTo(Outcome.DECIDED);
        assertThat(small.replica.pending()).isEqualTo(2);
    }

    // sending

    private void voteThrice() throws RefusedVoteException {
        for (int i = 1; i <= 3; i++) {
            VerifiedStatement unused = fixture.vote("tx_" + i, "a");
        }
    }

    @Test
    void notAcknowledged_sentAgainAfterAWhile() throws Exception {
        voteThrice();
        assertThat(sequences(fixture.sent("n2", Message.Statements.class))).containsExactly(1L, 2L, 3L);
        fixture.receive("n2", new Message.Cursor(1, fixture.journal.own(1)));
        fixture.after(SETTINGS.resend());

        assertThat(sequences(fixture.sent("n2", Message.Statements.class))).containsExactly(2L, 3L);
    }

    @Test
    void acknowledged_notSentAgain() throws Exception {
        voteThrice();
        List<Outgoing> unused = fixture.flush();
        fixture.receive("n2", new Message.Cursor(3, fixture.journal.own(3)));
        fixture.after(SETTINGS.resend());

        assertThat(fixture.sent("n2", Message.Statements.class)).isEmpty();
    }

    @Test
    void beforeAWhile_notSentAgain() throws Exception {
        voteThrice();
        List<Outgoing> unused = fixture.flush();
        fixture.after(SETTINGS.resend().minusMillis(1));

        assertThat(fixture.sent("n2", Message.Statements.class)).isEmpty();
    }

    @Test
    void cursorGoesBackAgainAndAgain_sentOnceInAWhile() throws Exception {
        voteThrice();
        List<Outgoing> unused = fixture.flush();
        fixture.receive("n2", new Message.Cursor(3, fixture.journal.own(3)));
        for (int i = 0; i < 10; i++) {
            fixture.receive("n2", new Message.Cursor(0, Optional.empty()));
            assertThat(fixture.sent("n2", Message.Statements.class)).isEmpty();
        }
        fixture.after(SETTINGS.resend());

        assertThat(sequences(fixture.sent("n2", Message.Statements.class))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void cursorBeyondWhatWasSigned_bounded() {
        fixture.receive("n2", new Message.Cursor(Long.MAX_VALUE, Optional.empty()));

        assertThat(fixture.replica.acknowledged("n2")).isZero();
    }

    @Test
    void disconnected_nothingSent() throws Exception {
        fixture.replica.disconnected("n2");
        voteThrice();

        assertThat(fixture.flush()).extracting(Outgoing::to).isNotEmpty().doesNotContain("n2");
    }

    // questions, and silence

    private List<Message.Question> questions() {
        return fixture.sent("n2", Message.Question.class);
    }

    /** So that it is the one that is asked. */
    private void onlyN2IsConnected() {
        List.of("n3", "n4", "n5").forEach(fixture.replica::disconnected);
    }

    private List<String> asked() {
        return fixture.flush().stream()
                .filter(one -> one.message() instanceof Message.Question)
                .map(Outgoing::to)
                .toList();
    }

    @Test
    void pending_oneIsAskedThenTwoOthersThenAll() {
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(Duration.ofSeconds(1));
        List<String> first = asked();
        fixture.after(Duration.ofSeconds(2));
        List<String> second = asked();
        for (String node : List.of("n2", "n3", "n4", "n5")) {
            fixture.receive(node, new Message.Answer(ReplicaFixture.TX, List.of(), Optional.empty()));
        }
        fixture.after(Duration.ofSeconds(4));

        assertThat(first).hasSize(1);
        assertThat(second).hasSize(2).doesNotContainAnyElementsOf(first);
        assertThat(asked()).containsExactlyInAnyOrder("n2", "n3", "n4", "n5");
    }

    @Test
    void stalledWhileNobodyWasConnected_askedOnceSomebodyIs() {
        onlyN2IsConnected();
        fixture.replica.disconnected("n2");
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(Duration.ofSeconds(8));
        List<String> nobody = asked();
        fixture.connect("n4");
        fixture.after(Duration.ofSeconds(8));

        assertThat(nobody).isEmpty();
        assertThat(asked()).containsExactly("n4");
    }

    /** Whatever the hash of a transaction's name is: whoever names it can choose that. */
    @Test
    void stallsForLong_everyPeerIsAskedAboutEachTransaction() {
        for (int i = 1; i <= 200; i++) {
            ReplicaFixture one = new ReplicaFixture().ready();
            one.replica.disconnected("n5"); // three are left, which is no power of two
            one.votes("n3", 1, "tx_" + i * 7919L, "a");
            one.after(Duration.ofSeconds(7));

            assertThat(one.flush().stream()
                            .filter(sent -> sent.message() instanceof Message.Question)
                            .map(Outgoing::to))
                    .contains("n2", "n3", "n4");
        }
    }

    @Test
    void somethingFailsWhileOneIsLookedAt_allAreLookedAtAgain() {
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.votes("n3", 2, "tx_2", "a");
        fixture.after(SETTINGS.deadline().minusSeconds(1));
        fixture.recorder.fails(true);
        assertThatThrownBy(() -> fixture.after(Duration.ofSeconds(2))).isInstanceOf(IllegalStateException.class);
        fixture.recorder.fails(false);
        fixture.after(SETTINGS.deadline());

        assertThat(fixture.said("tx_1", "n1")).isPresent();
        assertThat(fixture.said("tx_2", "n1")).isPresent();
    }

    @Test
    void restartedWithTwoStatements_askedAfterTheFirstPause() {
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.votes("n4", 1, "tx_1", "b");
        fixture.journal.commit();
        fixture.restart().ready();
        onlyN2IsConnected();
        fixture.after(SETTINGS.ask());

        assertThat(questions()).hasSize(1);
    }

    @Test
    void pending_askedAfterOneTwoAndFourSeconds() {
        onlyN2IsConnected();
        fixture.votes("n3", 1, "tx_1", "a");
        List<Long> asked = new ArrayList<>();
        for (long second = 1; second < 16; second++) {
            fixture.after(Duration.ofSeconds(1));
            fixture.receive("n2", new Message.Answer(ReplicaFixture.TX, List.of(), Optional.empty()));
            if (!questions().isEmpty()) {
                asked.add(second);
            }
        }

        assertThat(asked).containsExactly(1L, 3L, 7L, 15L);
    }

    @Test
    void questionUnanswered_noSecondOneUntilItIs() {
        onlyN2IsConnected();
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(Duration.ofSeconds(4)); // it is due after one second, and after three
        List<Message.Question> unanswered = questions();
        fixture.receive("n2", new Message.Answer(ReplicaFixture.TX, List.of(), Optional.empty()));
        fixture.tick();

        assertThat(unanswered).hasSize(1);
        assertThat(questions()).hasSize(1);
    }

    @Test
    void questionOrAnswerLost_askedAgainAfterEightSeconds() {
        onlyN2IsConnected();
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(Duration.ofSeconds(8));
        int before = questions().size();
        fixture.after(Duration.ofSeconds(1));

        assertThat(before).isEqualTo(1);
        assertThat(questions()).hasSize(1);
    }

    @Test
    void oneOpensMany_thoseOfOthersAreAskedAboutAtOnce() {
        onlyN2IsConnected();
        for (int i = 1; i <= 100; i++) {
            fixture.votes("n3", i, "tx_" + i, "a");
        }
        fixture.votes("n4", 1, "tx_other", "a");
        fixture.after(SETTINGS.ask());

        assertThat(questions())
                .singleElement()
                .satisfies(question -> assertThat(question.transactions()).contains(new TransactionId("tx_other")));
    }

    @Test
    void settledBeforeItIsAskedAbout_notAsked() {
        onlyN2IsConnected();
        for (int i = 1; i <= 100; i++) {
            fixture.votes("n3", i, "tx_" + i, "a");
        }
        fixture.after(SETTINGS.ask());
        List<Message.Question> first = questions();
        fixture.adopt(fixture.committee.decision("tx_100", "a", "n2", "n3", "n4", "n5"));
        fixture.receive("n2", new Message.Answer(ReplicaFixture.TX, List.of(), Optional.empty()));
        fixture.after(SETTINGS.ask());

        assertThat(first.get(0).transactions()).doesNotContain(new TransactionId("tx_100"));
        assertThat(questions().get(0).transactions())
                .hasSize(100 - 1 - Replica.QUESTION)
                .doesNotContain(new TransactionId("tx_100"));
    }

    @Test
    void manyPending_askedInPartsASecondApart() {
        onlyN2IsConnected();
        for (int i = 1; i <= 100; i++) {
            fixture.votes("n3", i, "tx_" + i, "a");
        }
        fixture.after(SETTINGS.ask());
        List<Message.Question> first = questions();
        fixture.receive("n2", new Message.Answer(ReplicaFixture.TX, List.of(), Optional.empty()));
        fixture.tick();
        List<Message.Question> tooSoon = questions();
        fixture.after(SETTINGS.ask());
        List<Message.Question> second = questions();

        assertThat(first).extracting(one -> one.transactions().size()).containsExactly(Replica.QUESTION);
        assertThat(tooSoon).isEmpty();
        assertThat(second).extracting(one -> one.transactions().size()).containsExactly(100 - Replica.QUESTION);
        assertThat(second.get(0).transactions())
                .doesNotContainAnyElementsOf(first.get(0).transactions());
    }

    @Test
    void moreIsHeardInEachSecond_notAskedUntilItStalls() {
        onlyN2IsConnected();
        fixture.votes("n2", 1, "tx_1", "a");
        fixture.votes("n3", 1, "tx_1", "b");
        fixture.after(SETTINGS.ask());
        List<Message.Question> whileItGrows = new ArrayList<>(questions());
        fixture.votes("n4", 1, "tx_1", "b");
        fixture.after(SETTINGS.ask());
        whileItGrows.addAll(questions());
        fixture.after(SETTINGS.ask());

        assertThat(whileItGrows).isEmpty();
        assertThat(questions())
                .singleElement()
                .satisfies(question -> assertThat(question.transactions()).containsExactly(ReplicaFixture.TX));
    }

    @Test
    void stalls_askedAgainAfterTwiceAsLong() {
        onlyN2IsConnected();
        fixture.votes("n2", 1, "tx_1", "a");
        fixture.after(SETTINGS.ask());
        List<Message.Question> first = questions();
        fixture.receive("n2", new Message.Answer(ReplicaFixture.TX, List.of(), Optional.empty()));
        fixture.after(SETTINGS.ask());
        List<Message.Question> tooSoon = questions();
        fixture.after(SETTINGS.ask());

        assertThat(first).hasSize(1);
        assertThat(tooSoon).isEmpty();
        assertThat(questions()).hasSize(1);
    }

    @Test
    void settled_notAsked() {
        fixture.adopt(fixture.committee.decision("tx_1", "a", "n2", "n3", "n4", "n5"));
        fixture.after(SETTINGS.ask());

        assertThat(questions()).isEmpty();
    }

    @Test
    void question_answeredWithAllThatIsKnown() {
        VerifiedCertificate decision = fixture.committee.decision("tx_1", "a", "n2", "n3", "n4", "n5");
        fixture.adopt(decision);
        fixture.receive("n2", new Message.Question(List.of(ReplicaFixture.TX, new TransactionId("tx_2"))));

        List<Message.Answer> answers = fixture.sent("n2", Message.Answer.class);
        assertThat(answers).extracting(answer -> answer.statements().size()).containsExactly(4, 0);
        assertThat(answers.get(0).certificate()).isPresent();
    }

    private void askAndWait() {
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(SETTINGS.ask().multipliedBy(7)); // until all are asked
        fixture.after(SETTINGS.grace().plusMillis(1));
    }

    private List<String> silent() {
        return fixture.recorder.violations().stream()
                .filter(violation -> violation.type() == ViolationType.SILENCE)
                .map(VerifiedViolation::accused)
                .toList();
    }

    @Test
    void noAnswerOverWorkingConnections_silent() {
        askAndWait();

        assertThat(silent()).containsExactlyInAnyOrder("n2", "n3", "n4", "n5");
    }

    @Test
    void heldUpItself_accusesNobody() {
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(SETTINGS.ask());
        fixture.jumpTo(fixture.now.plus(SETTINGS.grace().multipliedBy(2)));

        assertThat(silent()).isEmpty();
    }

    @Test
    void clockSetBack_accusesNobody() {
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(SETTINGS.ask());
        fixture.jumpTo(fixture.now.minusSeconds(3600));
        fixture.jumpTo(fixture.now.plusSeconds(3600));

        assertThat(silent()).isEmpty();
    }

    @Test
    void clockSetBack_givesUpAfterTheDeadlineAllTheSame() {
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.jumpTo(fixture.now.minusSeconds(3600));
        fixture.after(SETTINGS.deadline().minusSeconds(1));
        assertThat(fixture.said("tx_1", "n1")).isEmpty();

        fixture.after(Duration.ofSeconds(1));

        assertThat(fixture.said("tx_1", "n1"))
                .hasValueSatisfying(
                        said -> assertThat(said.statement().isTimeout()).isTrue());
    }

    @Test
    void clockSetBackWhileItWasDown_givesUpAfterTheDeadlineAllTheSame() {
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.journal.commit();
        fixture.now = fixture.now.minusSeconds(3600);
        fixture.restart().ready();
        fixture.after(SETTINGS.deadline());

        assertThat(fixture.said("tx_1", "n1")).isPresent();
    }

    @Test
    void clockSetBack_whatIsNotAcknowledgedIsSentAgainSoon() throws Exception {
        voteThrice();
        assertThat(sequences(fixture.sent("n2", Message.Statements.class))).containsExactly(1L, 2L, 3L);

        fixture.jumpTo(fixture.now.minusSeconds(3600));
        fixture.after(SETTINGS.resend());

        assertThat(sequences(fixture.sent("n2", Message.Statements.class))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void talksAndDoesNotAnswer_silentMuchLater() {
        List.of("n3", "n5").forEach(fixture.replica::disconnected);
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(SETTINGS.ask());
        long seconds = SETTINGS.grace().toSeconds() * 6;
        for (long i = 0; i < seconds; i++) {
            fixture.receive("n2", new Message.Cursor(0, Optional.empty()));
            fixture.after(Duration.ofSeconds(1));
        }
        assertThat(silent()).contains("n4").doesNotContain("n2");

        fixture.after(Duration.ofSeconds(4));
        assertThat(silent()).contains("n2");
    }

    @Test
    void itsOwnConnectionDoesNotWork_notSilent() {
        fixture.replica.called("n2", false);
        askAndWait();

        assertThat(silent()).doesNotContain("n2");
    }

    @Test
    void connectionToItDoesNotWork_notSilent() {
        fixture.replica.disconnected("n2");
        askAndWait();

        assertThat(silent()).doesNotContain("n2");
    }

    @Test
    void connectionBreaksBeforeTheAnswer_notSilent() {
        onlyN2IsConnected();
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(SETTINGS.ask());
        fixture.replica.called("n2", false);
        fixture.replica.called("n2", true);
        fixture.after(SETTINGS.grace().minusSeconds(1));

        assertThat(silent()).isEmpty();
    }

    @Test
    void answers_notSilent() {
        onlyN2IsConnected();
        fixture.votes("n3", 1, "tx_1", "a");
        fixture.after(SETTINGS.ask());
        fixture.receive("n2", new Message.Answer(ReplicaFixture.TX, List.of(), Optional.empty()));
        fixture.after(SETTINGS.grace().plusMillis(1));

        assertThat(silent()).doesNotContain("n2");
    }

    // evidence

    @Test
    void evidence_spreadOnceAndNotBack() {
        VerifiedViolation proof = fixture.doubleVote("n5", "tx_1");
        fixture.receive("n2", new Message.Evidence(proof));
        List<Outgoing> first = fixture.flush();
        fixture.receive("n3", new Message.Evidence(proof));

        assertThat(first).extracting(Outgoing::to).containsExactlyInAnyOrder("n3", "n4", "n5");
        assertThat(fixture.flush()).isEmpty();
    }

    @Test
    void twoVotesOfOneNode_provedAndExcluded() {
        fixture.votes("n2", 1, "tx_1", "a");
        fixture.votes("n2", 2, "tx_1", "b");

        assertThat(fixture.recorder.violations())
                .extracting(VerifiedViolation::type)
                .containsExactly(ViolationType.DOUBLE_VOTE);
        assertThat(fixture.replica.isExcluded("n2")).isTrue();
    }

    @Test
    void minorityVote_provedAndNotExcluded() {
        fixture.adopt(fixture.committee.decision("tx_1", "a", "n1", "n3", "n4", "n5"));
        fixture.votes("n2", 1, "tx_1", "b");

        assertThat(fixture.recorder.violations())
                .extracting(VerifiedViolation::type)
                .containsExactly(ViolationType.MINORITY_VOTE);
        assertThat(fixture.replica.isExcluded("n2")).isFalse();
    }

    @Test
    void connected_toldWhatIsKnown() {
        fixture.exclude("n2");
        List<Outgoing> unused = fixture.flush();
        fixture.connect("n3");

        assertThat(fixture.sent("n3", Message.Evidence.class)).hasSize(1);
    }

    @Test
    void restartedFromCopy_goesOn() throws Exception {
        fixture.exclude("n5");
        voteThrice();
        fixture.votes("n2", 1, "tx_1", "a");
        List<Outgoing> unused = fixture.flush();
        fixture.journal = fixture.journal.copy();
        fixture.restart().ready();

        assertThat(fixture.replica.isExcluded("n5")).isTrue();
        assertThat(fixture.replica.pending()).isEqualTo(3);
        assertThat(fixture.said("tx_1", "n2")).isPresent();
        assertThat(fixture.replica.isRolledBack()).isFalse();
    }
}

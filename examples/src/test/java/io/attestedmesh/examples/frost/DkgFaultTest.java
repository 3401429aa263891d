package io.attestedmesh.examples.frost;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.frost.DkgRun.Interference;
import io.attestedmesh.examples.frost.DkgRun.Round;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageReason;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.examples.shamir.Polynomial;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Party 2 of four has another mind, or party 3 where a receiver cheats; all others follow the protocol. */
class DkgFaultTest {
    private static final DkgParameters PARAMETERS = new DkgParameters(4, 3, Bytes.fromHex("5e5510"));
    private static final DkgParameters ELSEWHERE = new DkgParameters(4, 3, Bytes.fromHex("5e5511"));
    private static final int CHEAT = 2;

    private final SecureRandom random = new SecureRandom();
    private final Polynomial polynomial = Polynomial.random(Scalar.random(random), 2, random);
    private final ShareSigner signer = new ShareSigner(random);
    private final DealerCommitment commitment =
            DealerCommitment.of(PARAMETERS, CHEAT, polynomial, signer.publicKey(), random);

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SHARE")
    void silent_isNamedByAll(Round silence) {
        DkgRun run = run((round, from, to, sent) -> round == silence && from == CHEAT ? null : sent);

        assertNamed(run, MessageReason.SILENT, Map.of(1, CHEAT, 3, CHEAT, 4, CHEAT));
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SHARE")
    void messageCutShort_isNamedByAll(Round spoilt) {
        DkgRun run = run((round, from, to, sent) ->
                round == spoilt && from == CHEAT ? Arrays.copyOf(sent, sent.length - 1) : sent);

        assertNamed(run, MessageReason.MESSAGE_LENGTH, Map.of(1, CHEAT, 3, CHEAT, 4, CHEAT));
    }

    @Test
    void proof_wrongResponse() {
        ProofOfPossession proof = commitment.proof();
        ProofOfPossession wrong =
                new ProofOfPossession(proof.commitment(), proof.response().plus(Scalar.ONE));

        assertProofRefused(new DealerCommitment(commitment.coefficients(), commitment.signingKey(), wrong));
    }

    @Test
    void proof_ofAnotherContext() {
        assertProofRefused(DealerCommitment.of(ELSEWHERE, CHEAT, polynomial, signer.publicKey(), random));
    }

    @Test
    void proof_ofAnotherParty() {
        assertProofRefused(DealerCommitment.of(PARAMETERS, 3, polynomial, signer.publicKey(), random));
    }

    @Test
    void proof_ofOtherCoefficients() {
        Polynomial other = Polynomial.of(List.of(polynomial.coefficients().get(0), Scalar.ONE, Scalar.ONE));
        DealerCommitment otherCommitment = DealerCommitment.of(PARAMETERS, CHEAT, other, signer.publicKey(), random);

        assertProofRefused(
                new DealerCommitment(otherCommitment.coefficients(), commitment.signingKey(), commitment.proof()));
    }

    @Test
    void proof_ofAnotherSigningKey() {
        assertProofRefused(new DealerCommitment(
                commitment.coefficients(), new ShareSigner(random).publicKey(), commitment.proof()));
    }

    @Test
    void commitment_ofAnotherPartyRepeated() {
        byte[][] first = new byte[1][];
        DkgRun run = run((round, from, to, sent) -> {
            if (round == Round.COMMITMENT && from == 1) {
                first[0] = sent;
            }
            return round == Round.COMMITMENT && from == CHEAT && to != 1 ? first[0] : sent;
        });

        assertNamed(run, FrostReason.PROOF_OF_POSSESSION, Map.of(3, CHEAT, 4, CHEAT));
    }

    @Test
    void commitment_anotherToEach_namesTheSender() {
        DkgRun run = run((round, from, to, sent) ->
                round == Round.COMMITMENT && from == CHEAT ? anotherCommitment().encode() : sent);

        assertNamed(run, FrostReason.EQUIVOCATION, Map.of(1, CHEAT, 3, CHEAT, 4, CHEAT));
    }

    /** Who got what nobody else got knows whose fault it is; the others cannot tell whether it lies. */
    @Test
    void commitment_anotherToOne_namesTheSenderOrBoth() {
        DkgRun run = run((round, from, to, sent) -> round == Round.COMMITMENT && from == CHEAT && to == 3
                ? anotherCommitment().encode()
                : sent);

        assertThat(run.faults.get(3).parties()).containsExactly(CHEAT);
        assertThat(run.faults.get(1).parties()).containsExactly(CHEAT, 3);
        assertThat(run.faults.get(4).parties()).containsExactly(CHEAT, 3);
        assertThat(run.faults.values())
                .allSatisfy(fault -> assertThat(fault.reason()).isEqualTo(FrostReason.EQUIVOCATION));
    }

    @Test
    void share_wrongAndSigned_namesTheDealer() {
        DkgRun run = run(replace(Round.SHARE, CHEAT, 3, signed(3, Scalar.ONE).encode()));

        assertNamed(run, FrostReason.BAD_SHARE, Map.of(1, CHEAT, 2, CHEAT, 3, CHEAT, 4, CHEAT));
        assertThat(run.faults.get(1))
                .hasMessage("BAD_SHARE by party 2: expected a share for party 3 on its polynomial, actual another one");
    }

    @Test
    void share_missing_isOpenedAndAllGoesOn() {
        assertAllFinish(run(replace(Round.SHARE, CHEAT, 3, null)));
    }

    @Test
    void share_malformed_isOpenedAndAllGoesOn() {
        assertAllFinish(run(replace(Round.SHARE, CHEAT, 3, new byte[] {3, 1})));
    }

    @Test
    void share_notSigned_isOpenedAndAllGoesOn() {
        SignedShare unsigned = new SignedShare(polynomial.at(3), Bytes.of(new byte[ShareSigner.SIGNATURE]));

        assertAllFinish(run(replace(Round.SHARE, CHEAT, 3, unsigned.encode())));
    }

    @Test
    void share_signedForAnotherReceiver_isOpenedAndAllGoesOn() {
        assertAllFinish(
                run(replace(Round.SHARE, CHEAT, 3, signed(4, polynomial.at(4)).encode())));
    }

    @Test
    void share_signedInAnotherContext_isOpenedAndAllGoesOn() {
        SignedShare elsewhere = SignedShare.of(ELSEWHERE, CHEAT, 3, polynomial.at(3), signer);

        assertAllFinish(run(replace(Round.SHARE, CHEAT, 3, elsewhere.encode())));
    }

    @Test
    void answer_wrongShare_namesTheDealer() {
        DkgRun run = run(missingShareAnswered(Map.of(3, signed(3, Scalar.ONE))));

        assertNamed(run, FrostReason.BAD_SHARE, Map.of(1, CHEAT, 3, CHEAT, 4, CHEAT));
    }

    @Test
    void answer_notSigned_namesTheDealer() {
        DkgRun run = run(missingShareAnswered(Map.of(3, signed(4, polynomial.at(3)))));

        assertNamed(run, FrostReason.COMPLAINT_NOT_ANSWERED, Map.of(1, CHEAT, 3, CHEAT, 4, CHEAT));
    }

    @Test
    void answer_none_namesTheDealer() {
        DkgRun run = run(missingShareAnswered(Map.of()));

        assertNamed(run, FrostReason.COMPLAINT_NOT_ANSWERED, Map.of(1, CHEAT, 3, CHEAT, 4, CHEAT));
    }

    @Test
    void answer_toAnotherParty_namesTheDealer() {
        DkgRun run = run(missingShareAnswered(Map.of(4, signed(4, polynomial.at(4)))));

        assertNamed(run, FrostReason.COMPLAINT_NOT_ANSWERED, Map.of(1, CHEAT, 3, CHEAT, 4, CHEAT));
        assertThat(run.faults.get(1))
                .hasMessage("COMPLAINT_NOT_ANSWERED by party 2: expected answers to parties [3], actual to [4]");
    }

    @Test
    void complaint_ofARightShare_namesTheComplainer() {
        Complaints unfounded = new Complaints(new TreeMap<>(Map.of(CHEAT, Optional.of(signed(3, polynomial.at(3))))));

        DkgRun run = run((round, from, to, sent) -> round == Round.COMPLAINTS && from == 3 ? unfounded.encode() : sent);

        assertNamed(run, FrostReason.UNFOUNDED_COMPLAINT, Map.of(1, 3, 2, 3, 4, 3));
    }

    @Test
    void complaint_ofAnInventedShare_namesTheComplainer() {
        SignedShare invented = SignedShare.of(PARAMETERS, CHEAT, 3, Scalar.ONE, new ShareSigner(random));
        Complaints unfounded = new Complaints(new TreeMap<>(Map.of(CHEAT, Optional.of(invented))));

        DkgRun run = run((round, from, to, sent) -> round == Round.COMPLAINTS && from == 3 ? unfounded.encode() : sent);

        assertNamed(run, FrostReason.UNFOUNDED_COMPLAINT, Map.of(1, 3, 2, 3, 4, 3));
    }

    /** The share of another receiver is no evidence, though the dealer signed it. */
    @Test
    void complaint_withTheShareOfAnother_namesTheComplainer() {
        Complaints unfounded = new Complaints(new TreeMap<>(Map.of(CHEAT, Optional.of(signed(4, polynomial.at(4))))));

        DkgRun run = run((round, from, to, sent) -> round == Round.COMPLAINTS && from == 3 ? unfounded.encode() : sent);

        assertNamed(run, FrostReason.UNFOUNDED_COMPLAINT, Map.of(1, 3, 2, 3, 4, 3));
    }

    /** Its own echo says that it did not complain. */
    @Test
    void complaint_otherThanItSaysLater_namesTheComplainer() {
        Complaints bare = new Complaints(new TreeMap<>(Map.of(CHEAT, Optional.empty())));
        DkgRun run = run((round, from, to, sent) -> round == Round.COMPLAINTS && from == 3 ? bare.encode() : sent);

        assertNamed(run, FrostReason.EQUIVOCATION, Map.of(1, 3, 2, 3, 4, 3));
    }

    @Test
    void complaint_toOneOnly_namesTheComplainerOrBoth() {
        Complaints bare = new Complaints(new TreeMap<>(Map.of(CHEAT, Optional.empty())));
        DkgRun run = run(
                (round, from, to, sent) -> round == Round.COMPLAINTS && from == 3 && to == 1 ? bare.encode() : sent);

        assertThat(run.faults.get(1).parties()).containsExactly(3);
        assertThat(run.faults.get(2).parties()).containsExactly(1, 3);
        assertThat(run.faults.get(4).parties()).containsExactly(1, 3);
    }

    private void assertProofRefused(DealerCommitment sent) {
        DkgRun run =
                run((round, from, to, message) -> round == Round.COMMITMENT && from == CHEAT ? sent.encode() : message);

        assertNamed(run, FrostReason.PROOF_OF_POSSESSION, Map.of(1, CHEAT, 3, CHEAT, 4, CHEAT));
    }

    private static void assertNamed(DkgRun run, Reason reason, Map<Integer, Integer> namedBy) {
        namedBy.forEach((judge, named) -> {
            assertThat(run.faults).as("fault found by party %d", judge).containsKey(judge);
            assertThat(run.faults.get(judge).reason()).isEqualTo(reason);
            assertThat(run.faults.get(judge).parties()).containsExactly(named);
        });
        assertThat(run.keys.keySet()).doesNotContainAnyElementsOf(namedBy.keySet());
    }

    private static void assertAllFinish(DkgRun run) {
        assertThat(run.faults).isEmpty();
        assertThat(run.keys).containsOnlyKeys(1, 2, 3, 4);
        assertThat(run.keys.values())
                .allSatisfy(key -> assertThat(key.verificationShares())
                        .isEqualTo(run.keys.get(1).verificationShares()));
    }

    private static Interference replace(Round where, int sender, int receiver, byte[] message) {
        return (round, from, to, sent) -> round == where && from == sender && to == receiver ? message : sent;
    }

    /** Party 3 gets no share and complains; the answers are these. */
    private static Interference missingShareAnswered(Map<Integer, SignedShare> answers) {
        return (round, from, to, sent) -> {
            if (from != CHEAT) {
                return sent;
            }
            return switch (round) {
                case SHARE -> to == 3 ? null : sent;
                case ANSWERS -> withAnswers(sent, answers);
                default -> sent;
            };
        };
    }

    private static byte[] withAnswers(byte[] sent, Map<Integer, SignedShare> answers) {
        try {
            MessageReader reader = MessageReader.open(CHEAT, MessageKind.DKG_ANSWERS, sent);
            return new Answers(Answers.read(PARAMETERS, reader).echo(), new TreeMap<>(answers)).encode();
        } catch (PartyFaultException e) {
            throw new AssertionError(e);
        }
    }

    private SignedShare signed(int receiver, Scalar share) {
        return SignedShare.of(PARAMETERS, CHEAT, receiver, share, signer);
    }

    private DealerCommitment anotherCommitment() {
        Polynomial other = Polynomial.random(Scalar.random(random), 2, random);
        return DealerCommitment.of(PARAMETERS, CHEAT, other, signer.publicKey(), random);
    }

    private DkgRun run(Interference interference) {
        Map<Integer, DkgParticipant> parties = new TreeMap<>();
        Set.of(1, 3, 4).forEach(id -> parties.put(id, new DkgParticipant(PARAMETERS, id, random)));
        parties.put(CHEAT, new DkgParticipant(PARAMETERS, CHEAT, polynomial, signer, random));
        return new DkgRun(parties, interference);
    }
}

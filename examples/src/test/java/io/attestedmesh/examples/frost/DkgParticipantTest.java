package io.attestedmesh.examples.frost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.shamir.Interpolation;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs in which all follow the protocol; {@link DkgFaultTest} has the others. */
class DkgParticipantTest {
    private static final Bytes CONTEXT = Bytes.fromHex("5e5510");
    private static final DkgParameters THREE_OF_FOUR = new DkgParameters(4, 3, CONTEXT);

    @Property(tries = 5)
    void keyShare_isOfOneKey(
            @ForAll @IntRange(min = 2, max = 5) int parties, @ForAll @IntRange(min = 2, max = 5) int anyMinSigners)
            throws Exception {
        int minSigners = Math.min(anyMinSigners, parties);
        Map<Integer, KeyShare> keys = generate(new DkgParameters(parties, minSigners, CONTEXT));

        Set<Integer> fewest = keys.keySet().stream().skip(parties - minSigners).collect(Collectors.toSet());
        Map<Integer, Scalar> secrets = new TreeMap<>();
        fewest.forEach(id -> secrets.put(id, keys.get(id).secret()));
        assertThat(keys).hasSize(parties).allSatisfy((id, key) -> {
            assertThat(key.id()).isEqualTo(id);
            assertThat(key.minSigners()).isEqualTo(minSigners);
            assertThat(key.groupPublicKey()).isEqualTo(Point.ofSecret(Interpolation.atZero(secrets)));
            assertThat(key.verificationShares()).isEqualTo(keys.get(1).verificationShares());
        });
        Bytes signature = SigningRun.sign(keys, fewest, CONTEXT).get(parties);
        assertThat(JcaEd25519.verifies(keys.get(1).publicKey(), CONTEXT, signature))
                .isTrue();
    }

    @Test
    void keyShare_threeOfFour_anyThreeSign() throws Exception {
        Map<Integer, KeyShare> keys = generate(THREE_OF_FOUR);
        Bytes message = Bytes.fromHex("0a0b0c");

        for (Set<Integer> signers : Set.of(Set.of(1, 2, 3), Set.of(1, 2, 4), Set.of(1, 3, 4), Set.of(2, 3, 4))) {
            assertThat(SigningRun.sign(keys, signers, message).values())
                    .allSatisfy(signature -> assertThat(
                                    JcaEd25519.verifies(keys.get(1).publicKey(), message, signature))
                            .isTrue());
        }
    }

    @Test
    void keyShare_twoRuns_areOfTwoKeys() {
        assertThat(generate(THREE_OF_FOUR).get(1).publicKey())
                .isNotEqualTo(generate(THREE_OF_FOUR).get(1).publicKey());
    }

    @Test
    void keyShare_fewerThanTheThreshold_doNotGiveTheKey() {
        Map<Integer, KeyShare> keys = generate(THREE_OF_FOUR);
        Map<Integer, Scalar> two =
                Map.of(1, keys.get(1).secret(), 2, keys.get(2).secret());

        assertThat(Point.ofSecret(Interpolation.atZero(two)))
                .isNotEqualTo(keys.get(1).groupPublicKey());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 5, 256})
    void new_idOfNoParty_throws(int id) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DkgParticipant(THREE_OF_FOUR, id, new SecureRandom()));
    }

    @ParameterizedTest
    @CsvSource({"1,1", "4,1", "4,0", "4,-1", "4,5", "256,3", "0,0"})
    void parameters_sizesOutOfRange_throw(int parties, int minSigners) {
        assertThatIllegalArgumentException().isThrownBy(() -> new DkgParameters(parties, minSigners, CONTEXT));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 256})
    void parameters_contextOutOfRange_throws(int size) {
        Bytes context = Bytes.of(new byte[size]);

        assertThatIllegalArgumentException().isThrownBy(() -> new DkgParameters(4, 3, context));
    }

    @Test
    void methods_outOfOrder_throw() throws Exception {
        DkgParticipant party = new DkgParticipant(THREE_OF_FOUR, 1, new SecureRandom());

        assertThatIllegalStateException().isThrownBy(() -> party.echo(Map.of()));
        assertThatIllegalStateException().isThrownBy(() -> party.shares(Map.of()));
        assertThatIllegalStateException().isThrownBy(() -> party.complaints(Map.of()));
        assertThatIllegalStateException().isThrownBy(() -> party.answers(Map.of()));
        assertThatIllegalStateException().isThrownBy(() -> party.keyShare(Map.of()));
        party.commitment();
        assertThatIllegalStateException()
                .isThrownBy(party::commitment)
                .withMessage("commitment called, the turn is echo's");
    }

    @Test
    void echo_withOnesOwnMessage_isTheCallersError() {
        DkgParticipant party = new DkgParticipant(THREE_OF_FOUR, 1, new SecureRandom());
        byte[] own = party.commitment();

        assertThatIllegalArgumentException().isThrownBy(() -> party.echo(Map.of(1, own)));
    }

    @Test
    void complaints_withAShareOfAStranger_isTheCallersError() throws Exception {
        DkgParameters parameters = new DkgParameters(2, 2, CONTEXT);
        DkgParticipant one = new DkgParticipant(parameters, 1, new SecureRandom());
        DkgParticipant two = new DkgParticipant(parameters, 2, new SecureRandom());
        byte[] commitment = one.commitment();
        byte[] echo = one.echo(Map.of(2, two.commitment()));
        SortedMap<Integer, byte[]> shares = one.shares(Map.of(2, two.echo(Map.of(1, commitment))));

        assertThat(shares).containsOnlyKeys(2);
        assertThat(two.shares(Map.of(1, echo))).containsOnlyKeys(1);
        assertThatIllegalArgumentException().isThrownBy(() -> one.complaints(Map.of(1, shares.get(2))));
    }

    private static Map<Integer, KeyShare> generate(DkgParameters parameters) {
        SortedMap<Integer, DkgParticipant> parties = new TreeMap<>();
        parameters.ids().forEach(id -> parties.put(id, new DkgParticipant(parameters, id, new SecureRandom())));
        DkgRun run = new DkgRun(parties, DkgRun.Interference.NONE);
        assertThat(run.faults).isEmpty();
        return run.keys;
    }
}

package io.attestedmesh.examples.frost;

import static io.attestedmesh.examples.frost.SigningRun.without;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.Reason;
import io.attestedmesh.examples.ed25519.EncodingReason;
import io.attestedmesh.examples.ed25519.Point;
import io.attestedmesh.examples.ed25519.Scalar;
import io.attestedmesh.examples.message.MessageKind;
import io.attestedmesh.examples.message.MessageReader;
import io.attestedmesh.examples.message.MessageReason;
import io.attestedmesh.examples.message.MessageWriter;
import io.attestedmesh.examples.message.PartyFaultException;
import io.attestedmesh.examples.shamir.Polynomial;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class SigningRoundTest {
    private static final Bytes MESSAGE = Bytes.fromHex("c0ffee");
    private static final Set<Integer> SIGNERS = Set.of(1, 2, 4);

    private final SecureRandom random = new SecureRandom();
    private final SortedMap<Integer, KeyShare> keys =
            TrustedDealer.deal(Polynomial.random(Scalar.random(random), 2, random), 4);
    private final SigningRun run = new SigningRun(keys, SIGNERS, MESSAGE);

    @Property(tries = 12)
    void signature_ofAnySigners_isEd25519(
            @ForAll @Size(min = 3, max = 4) Set<@IntRange(min = 1, max = 4) Integer> signers,
            @ForAll @Size(max = 200) byte[] message)
            throws Exception {
        Bytes signed = Bytes.of(message);

        SortedMap<Integer, Bytes> signatures = SigningRun.sign(keys, signers, signed);

        assertThat(Set.copyOf(signatures.values())).hasSize(1);
        Bytes signature = signatures.get(signatures.firstKey());
        assertThat(JcaEd25519.verifies(keys.get(1).publicKey(), signed, signature))
                .isTrue();
        assertThat(JcaEd25519.verifies(keys.get(1).publicKey(), Bytes.concat(signed, MESSAGE), signature))
                .isFalse();
    }

    @Test
    void signature_twiceOfOneMessage_differs() throws Exception {
        assertThat(SigningRun.sign(keys, SIGNERS, MESSAGE)).isNotEqualTo(SigningRun.sign(keys, SIGNERS, MESSAGE));
    }

    @Test
    void signature_shareChanged_namesItsSigner() throws Exception {
        SortedMap<Integer, byte[]> shares = run.shares(run.commitments());
        shares.put(2, withShare(shares.get(2), Scalar.ONE));

        assertFault(() -> signature(1, shares), FrostReason.BAD_SIGNATURE_SHARE, 2);
        assertFault(() -> signature(4, shares), FrostReason.BAD_SIGNATURE_SHARE, 2);
    }

    /** Errors that cancel out give a right signature; the shares are wrong all the same. */
    @Test
    void signature_twoSharesExchanged_namesBothSigners() throws Exception {
        SortedMap<Integer, byte[]> shares = run.shares(run.commitments());
        shares.put(2, shares.put(4, shares.get(2)));

        assertFault(() -> signature(1, shares), FrostReason.BAD_SIGNATURE_SHARE, 2, 4);
    }

    @Test
    void signature_shareOfAnotherMessage_namesItsSigner() throws Exception {
        SortedMap<Integer, byte[]> commitments = run.commitments();
        SigningRound other = new SigningRound(keys.get(2), SIGNERS, Bytes.fromHex("00"), random);
        commitments.put(2, other.commitment());
        run.signer(1).share(without(1, commitments));
        byte[] share2 = other.share(without(2, commitments));
        byte[] share4 = run.signer(4).share(without(4, commitments));

        assertFault(() -> run.signer(1).signature(Map.of(2, share2, 4, share4)), FrostReason.BAD_SIGNATURE_SHARE, 2);
    }

    /** Three signers, and two of them say different things of the third. */
    @Test
    void signature_commitmentsDiffered_namesTheSignerOrBoth() throws Exception {
        SortedMap<Integer, byte[]> commitments = run.commitments();
        byte[] share1 = run.signer(1).share(without(1, commitments));
        byte[] share4 = run.signer(4).share(without(4, commitments));
        commitments.put(4, commitment(7));
        byte[] share2 = run.signer(2).share(without(2, commitments));

        assertFault(() -> run.signer(1).signature(Map.of(2, share2, 4, share4)), FrostReason.EQUIVOCATION, 2, 4);
        assertFault(() -> run.signer(2).signature(Map.of(1, share1, 4, share4)), FrostReason.EQUIVOCATION, 4);
        assertFault(() -> run.signer(4).signature(Map.of(1, share1, 2, share2)), FrostReason.EQUIVOCATION, 2);
    }

    @Test
    void signature_silent_namesAll() throws Exception {
        run.shares(run.commitments());

        assertFault(() -> run.signer(4).signature(Map.of()), MessageReason.SILENT, 1, 2);
    }

    @Test
    void signature_shareNotCanonical_namesItsSigner() throws Exception {
        SortedMap<Integer, byte[]> shares = run.shares(run.commitments());
        shares.put(4, message(MessageKind.SIGNATURE_SHARE, "ff".repeat(3 * 48 + 32)));

        assertFault(() -> signature(1, shares), EncodingReason.NOT_CANONICAL, 4);
    }

    @Test
    void signature_shareTooLong_namesItsSigner() throws Exception {
        SortedMap<Integer, byte[]> shares = run.shares(run.commitments());
        shares.put(4, Arrays.copyOf(shares.get(4), shares.get(4).length + 1));

        assertFault(() -> signature(1, shares), MessageReason.MESSAGE_LENGTH, 4);
    }

    @Test
    void share_silent_namesAll() {
        run.commitments();

        assertFault(() -> run.signer(1).share(Map.of(4, commitment(3))), MessageReason.SILENT, 2);
    }

    @Test
    void share_commitmentToIdentity_namesItsSigner() {
        SortedMap<Integer, byte[]> commitments = run.commitments();
        String base = Point.BASE.encode().hex();
        commitments.put(2, message(MessageKind.NONCE_COMMITMENT, base + "01" + "00".repeat(31)));

        assertFault(() -> run.signer(1).share(without(1, commitments)), EncodingReason.IDENTITY, 2);
    }

    @Test
    void share_commitmentCutShort_namesItsSigner() {
        SortedMap<Integer, byte[]> commitments = run.commitments();
        commitments.put(2, Arrays.copyOf(commitments.get(2), 64));

        assertFault(() -> run.signer(1).share(without(1, commitments)), MessageReason.MESSAGE_LENGTH, 2);
    }

    @Test
    void share_afterAFault_throws() {
        run.commitments();
        assertFault(() -> run.signer(1).share(Map.of()), MessageReason.SILENT, 2, 4);

        assertThatIllegalStateException()
                .isThrownBy(() -> run.signer(1).share(Map.of(2, commitment(2), 4, commitment(4))))
                .withMessage("share called, the turn is signature's");
    }

    @Test
    void share_twice_throws() throws Exception {
        SortedMap<Integer, byte[]> commitments = run.commitments();
        run.shares(commitments);

        assertThatIllegalStateException().isThrownBy(() -> run.signer(1).share(without(1, commitments)));
    }

    @Test
    void methods_outOfOrder_throw() throws Exception {
        SigningRound signer = run.signer(1);
        assertThatIllegalStateException().isThrownBy(() -> signer.share(Map.of()));
        assertThatIllegalStateException().isThrownBy(() -> signer.signature(Map.of()));

        SortedMap<Integer, byte[]> shares = run.shares(run.commitments());
        assertThatIllegalStateException().isThrownBy(signer::commitment);
        signature(1, shares);
        assertThatIllegalStateException()
                .isThrownBy(() -> signature(1, shares))
                .withMessage("signature called, the turn is nobody's");
    }

    @Test
    void new_tooFewSigners_throws() {
        assertThatIllegalArgumentException().isThrownBy(() -> round(List.of(1, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> round(List.of(1, 2, 2)));
    }

    @Test
    void new_aSignerThatHasNoShare_throws() {
        assertThatIllegalArgumentException().isThrownBy(() -> round(List.of(1, 2, 5)));
    }

    @Test
    void new_withoutOneself_throws() {
        assertThatIllegalArgumentException().isThrownBy(() -> round(List.of(2, 3, 4)));
    }

    private SigningRound round(List<Integer> signers) {
        return new SigningRound(keys.get(1), signers, MESSAGE, random);
    }

    private Bytes signature(int id, Map<Integer, byte[]> shares) throws PartyFaultException {
        return run.signer(id).signature(without(id, shares));
    }

    private static byte[] withShare(byte[] message, Scalar share) throws PartyFaultException {
        MessageReader reader = MessageReader.open(1, MessageKind.SIGNATURE_SHARE, message);
        return new SignatureShare(SignatureShare.read(reader, SIGNERS).commitments(), share).encode();
    }

    private static byte[] commitment(long nonce) {
        return SigningNonces.of(Scalar.of(nonce), Scalar.of(nonce + 1))
                .commitment()
                .encode();
    }

    private static byte[] message(MessageKind kind, String hex) {
        return new MessageWriter(kind).bytes(Bytes.fromHex(hex)).toByteArray();
    }

    private static void assertFault(ThrowingCallable step, Reason reason, Integer... parties) {
        PartyFaultException fault = catchThrowableOfType(PartyFaultException.class, step);
        assertThat(fault.reason()).isEqualTo(reason);
        assertThat(fault.parties()).containsExactly(parties);
    }
}

package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.ReleasesReason.CHECKPOINT_UNSIGNED;
import static io.attestedmesh.releases.ReleasesReason.SIGNATURE_INVALID;
import static io.attestedmesh.releases.ReleasesReason.WITNESSES_MISSING;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LOG;
import static io.attestedmesh.releases.log.Logs.NOW;
import static io.attestedmesh.releases.log.Logs.ORIGIN;
import static io.attestedmesh.releases.log.Logs.assertRejected;
import static io.attestedmesh.releases.log.Logs.checkpoint;
import static io.attestedmesh.releases.log.Logs.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignedCheckpointTest {
    private final NoteSigner log = signer(ORIGIN);
    private final NoteSigner alice = signer("alice.example/witness");
    private final NoteSigner bob = signer("bob.example/witness");
    private final NoteSigner carol = signer("carol.example/witness");
    private final List<NoteKey> logKeys = List.of(log.key());
    private final List<NoteKey> witnesses = List.of(alice.cosigningKey(), bob.cosigningKey(), carol.cosigningKey());
    private final Checkpoint tree = checkpoint(7);
    private final SignedCheckpoint signed = SignedCheckpoint.sign(tree, log, NOW);

    private SignedCheckpoint cosigned(NoteSigner witness, int secondsLater) {
        return signed.with(witness.cosign(tree, NOW.plusSeconds(secondsLater)));
    }

    @Test
    void parse_whatWasSigned_isTheSame() throws Exception {
        SignedCheckpoint read = SignedCheckpoint.parse(StrictText.utf8(signed.encode()));

        assertThat(read).isEqualTo(signed).hasSameHashCodeAs(signed);
        assertThat(read.checkpoint()).isEqualTo(tree);
        read.requireSignedBy(ORIGIN, logKeys);
        assertThat(read.signedAt(logKeys)).contains(NOW);
    }

    @Test
    void parse_noteThatIsNoCheckpoint_isMalformed() {
        String note = "no checkpoint\n\n" + log.sign(tree).line();

        assertThatExceptionOfType(MalformedReleasesException.class).isThrownBy(() -> SignedCheckpoint.parse(note));
    }

    /** As many as a trust root may name, while the log changes its key. */
    @Test
    void witnessedAt_64WitnessesBesideTwoKeysOfTheLog_isTheTime() throws Exception {
        NoteSigner nextKey = signer(ORIGIN);
        SignedCheckpoint note = signed.with(nextKey.sign(tree)).with(nextKey.cosign(tree, NOW));
        List<NoteKey> all = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            NoteSigner witness = signer("witness-" + i + ".example");
            all.add(witness.cosigningKey());
            note = note.with(witness.cosign(tree, NOW));
        }

        assertThat(SignedCheckpoint.parse(note.encode()).witnessedAt(all, 64)).isEqualTo(NOW);
    }

    @Test
    void requireSignedBy_otherOrigin_isTheWrongLog() {
        assertRejected(WRONG_LOG, () -> signed.requireSignedBy("other.example/log", logKeys));
    }

    @Test
    void requireSignedBy_keyOfAnotherLogOfThatName_isUnsigned() {
        List<NoteKey> others = List.of(signer(ORIGIN).key());

        assertRejected(CHECKPOINT_UNSIGNED, () -> signed.requireSignedBy(ORIGIN, others));
    }

    @Test
    void requireSignedBy_noKeys_isUnsigned() {
        assertRejected(CHECKPOINT_UNSIGNED, () -> signed.requireSignedBy(ORIGIN, List.of()));
    }

    @Test
    void requireSignedBy_onlyTheLogsCosignature_isUnsigned() throws Exception {
        SignedCheckpoint only = SignedCheckpoint.parse(
                tree.text() + "\n" + log.cosign(tree, NOW).line());

        assertRejected(CHECKPOINT_UNSIGNED, () -> only.requireSignedBy(ORIGIN, logKeys));
    }

    /** Of two keys, as while one follows the other, one is enough. */
    @Test
    void requireSignedBy_oneOfTwoKeys_isAccepted() throws Exception {
        signed.requireSignedBy(ORIGIN, List.of(signer(ORIGIN).key(), log.key()));
        assertThat(signed.note().signatures()).hasSize(2);
    }

    @Test
    void requireSignedBy_unknownSignaturesBesides_areIgnored() throws Exception {
        SignedCheckpoint more = cosigned(alice, 0).with(signer(ORIGIN).sign(tree));

        SignedCheckpoint.parse(more.encode()).requireSignedBy(ORIGIN, logKeys);
        assertThat(more.note().signatures()).hasSize(4);
    }

    @Test
    void requireSignedBy_signatureOfAnotherTree_isInvalid() {
        SignedCheckpoint forged = signed.with(log.sign(checkpoint(8)));

        assertRejected(SIGNATURE_INVALID, () -> forged.requireSignedBy(ORIGIN, logKeys));
    }

    /** A right one beside it does not heal it: somebody forged a line of this log. */
    @Test
    void requireSignedBy_forgedLineBesideTheRightOne_isInvalid() throws Exception {
        NoteSignature forged = new NoteSignature(ORIGIN, log.key().id(), Bytes.of(Logs.filled(64, (byte) 1)));
        for (String note : List.of(
                signed.encode() + forged.line(),
                tree.text() + "\n" + forged.line() + log.sign(tree).line())) {
            SignedCheckpoint both = SignedCheckpoint.parse(note);

            assertRejected(SIGNATURE_INVALID, () -> both.requireSignedBy(ORIGIN, logKeys));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 65, 72})
    void requireSignedBy_signatureOfAnotherLength_isInvalid(int length) throws Exception {
        NoteSignature odd = new NoteSignature(ORIGIN, log.key().id(), Bytes.of(Logs.filled(length, (byte) 7)));
        SignedCheckpoint note = SignedCheckpoint.parse(tree.text() + "\n" + odd.line());

        assertRejected(SIGNATURE_INVALID, () -> note.requireSignedBy(ORIGIN, logKeys));
    }

    @Test
    void requireSignedBy_sameLineTwice_isAccepted() throws Exception {
        SignedCheckpoint twice =
                SignedCheckpoint.parse(signed.encode() + log.sign(tree).line());

        twice.requireSignedBy(ORIGIN, logKeys);
        assertThat(twice.note().signatures()).hasSize(3);
    }

    @Test
    void requireSignedBy_keyForCosignatures_isAMistakeOfTheCaller() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> signed.requireSignedBy(ORIGIN, List.of(log.cosigningKey())));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> signed.cosignatures(logKeys));
    }

    @Test
    void witnessedAt_threshold_isTheTimeOfTheLastOneNeeded() throws Exception {
        SignedCheckpoint all = cosigned(alice, 30)
                .with(bob.cosign(tree, NOW.plusSeconds(10)))
                .with(carol.cosign(tree, NOW.plusSeconds(20)));

        assertThat(all.witnessedAt(witnesses, 1)).isEqualTo(NOW.plusSeconds(30));
        assertThat(all.witnessedAt(witnesses, 2)).isEqualTo(NOW.plusSeconds(20));
        assertThat(all.witnessedAt(witnesses, 3)).isEqualTo(NOW.plusSeconds(10));
    }

    @Test
    void witnessedAt_tooFew_areMissing() {
        assertRejected(WITNESSES_MISSING, () -> signed.witnessedAt(witnesses, 1));
        assertRejected(WITNESSES_MISSING, () -> cosigned(alice, 0).witnessedAt(witnesses, 2));
        assertRejected(WITNESSES_MISSING, () -> cosigned(signer("mallory"), 0).witnessedAt(witnesses, 1));
    }

    @Test
    void witnessedAt_oneWitnessTwice_countsOnce() throws Exception {
        SignedCheckpoint twice = SignedCheckpoint.parse(cosigned(alice, 5).encode()
                + alice.cosign(tree, NOW.plusSeconds(50)).line());

        assertRejected(WITNESSES_MISSING, () -> twice.witnessedAt(witnesses, 2));
        assertThat(twice.witnessedAt(witnesses, 1)).isEqualTo(NOW.plusSeconds(50));
    }

    @Test
    void witnessedAt_oneKeyUnderTwoNames_countsOnce() throws Exception {
        NoteKey alias =
                new NoteKey("alias", NoteKey.Type.COSIGNATURE, alice.key().publicKey());
        NoteSignature own = alice.cosign(tree, NOW);
        SignedCheckpoint both = signed.with(own).with(new NoteSignature("alias", alias.id(), own.signature()));

        assertThat(both.cosignatures(List.of(alice.cosigningKey(), alias))).hasSize(1);
        assertRejected(WITNESSES_MISSING, () -> both.witnessedAt(List.of(alice.cosigningKey(), alias), 2));
    }

    /** The plain signature of a note says nothing of consistency: it never counts as a witness's. */
    @Test
    void witnessedAt_plainSignatureByAWitness_isMissing() {
        assertRejected(WITNESSES_MISSING, () -> signed.with(alice.sign(tree)).witnessedAt(witnesses, 1));
    }

    @Test
    void cosignatures_timeChanged_isInvalid() {
        Bytes right = alice.cosign(tree, NOW).signature();
        Bytes later = Bytes.concat(
                Bytes.of(
                        ByteBuffer.allocate(8).putLong(NOW.getEpochSecond() + 1).array()),
                right.slice(8, 72));
        SignedCheckpoint forged = signed.with(
                new NoteSignature(alice.key().name(), alice.cosigningKey().id(), later));

        assertRejected(SIGNATURE_INVALID, () -> forged.cosignatures(witnesses));
    }

    @Test
    void cosignatures_ofAnotherTree_isInvalid() {
        SignedCheckpoint forged = signed.with(alice.cosign(checkpoint(8), NOW));

        assertRejected(SIGNATURE_INVALID, () -> forged.cosignatures(witnesses));
    }

    @Test
    void cosignatures_plainSignatureUnderTheIdForCosignatures_isInvalid() {
        NoteSignature plain = alice.sign(tree);
        SignedCheckpoint forged = signed.with(new NoteSignature(
                plain.name(), alice.cosigningKey().id(), Bytes.concat(Bytes.of(new byte[8]), plain.signature())));

        assertRejected(SIGNATURE_INVALID, () -> forged.cosignatures(witnesses));
    }

    /** Signed rightly by the witness, but with a time that no calendar here shows. */
    @ParameterizedTest
    @ValueSource(longs = {-1, 253_402_300_800L, Long.MIN_VALUE, Long.MAX_VALUE})
    void cosignatures_timeBeyondTheYear9999_isInvalid(long seconds) {
        Bytes time = Bytes.of(ByteBuffer.allocate(8).putLong(seconds).array());
        Bytes signature = alice.cosign(tree, NOW).signature().slice(8, 72);
        SignedCheckpoint odd = signed.with(
                new NoteSignature(alice.key().name(), alice.cosigningKey().id(), Bytes.concat(time, signature)));

        assertRejected(SIGNATURE_INVALID, () -> odd.cosignatures(witnesses));
    }

    @Test
    void cosign_fractionOfASecond_isCut() throws Exception {
        Instant between = NOW.plusMillis(999);

        assertThat(signed.with(alice.cosign(tree, between)).witnessedAt(witnesses, 1))
                .isEqualTo(NOW);
    }

    @Test
    void signedAt_withoutCosignatureOfTheLog_isUnknown() throws Exception {
        SignedCheckpoint bare =
                SignedCheckpoint.parse(tree.text() + "\n" + log.sign(tree).line());

        assertThat(bare.signedAt(logKeys)).isEmpty();
        assertThat(bare.with(alice.cosign(tree, NOW)).signedAt(logKeys)).isEmpty();
    }

    @Test
    void anyByteOfTheNote_changed_isNeverAccepted() {
        byte[] note = cosigned(alice, 5).encode().getBytes(java.nio.charset.StandardCharsets.UTF_8);
        List<Integer> accepted = new ArrayList<>();
        for (int at = 0; at < note.length; at++) {
            for (int change : new int[] {1, 0x20, 0x80}) {
                byte[] changed = note.clone();
                changed[at] ^= (byte) change;
                if (isFullySigned(Bytes.of(changed))) {
                    accepted.add(at);
                }
            }
        }
        assertThat(accepted).isEmpty();
    }

    private boolean isFullySigned(Bytes note) {
        try {
            SignedCheckpoint read = SignedCheckpoint.parse(note);
            read.requireSignedBy(ORIGIN, logKeys);
            return read.signedAt(logKeys).isPresent()
                    && !read.cosignatures(witnesses).isEmpty();
        } catch (MalformedReleasesException | io.attestedmesh.releases.RejectedReleasesException e) {
            return false;
        }
    }
}

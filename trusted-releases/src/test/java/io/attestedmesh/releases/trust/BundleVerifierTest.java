package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.fixture.Publisher.LIFE_OF_A_LIST;
import static io.attestedmesh.releases.fixture.Publisher.LIFE_OF_A_ROOT;
import static io.attestedmesh.releases.fixture.Publisher.NOW;
import static io.attestedmesh.releases.fixture.Publisher.register;
import static io.attestedmesh.releases.fixture.Publisher.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.evidence.PcrBank;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.NamedKey;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.fixture.TestLog;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.list.ReleaseStatus;
import io.attestedmesh.releases.log.Checkpoint;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.NoteKey;
import io.attestedmesh.releases.log.NoteSignature;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.releases.log.SignedCheckpoint;
import io.attestedmesh.releases.root.TrustRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The steps of the verification by their numbers; what is remembered between bundles is TrustedReleasesTest's. */
class BundleVerifierTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private final Publisher publisher = Publisher.withoutLog();

    private VerifiedList verify(Bundle bundle, Instant at) throws Exception {
        return new BundleVerifier(publisher.requirements()).verify(bundle, at);
    }

    private static void refuses(Requirements requirements, Bundle bundle, Instant at, ReleasesReason reason) {
        assertThat(Client.rejection(() -> new BundleVerifier(requirements).verify(bundle, at))
                        .reason())
                .isEqualTo(reason);
    }

    private void refuses(Bundle bundle, Instant at, ReleasesReason reason) {
        refuses(publisher.requirements(), bundle, at, reason);
    }

    private void refuses(ReleaseList list, ReleasesReason reason) {
        refuses(publisher.unchecked(publisher.sign(list)), publisher.clock().instant(), reason);
    }

    @Test
    void verify_goodBundle_tellsRootListAndSigners() throws Exception {
        Bundle bundle = publisher.publish(publisher.list(7));
        VerifiedList verified = verify(bundle, NOW);

        assertThat(verified.version()).isEqualTo(7);
        assertThat(verified.list()).isEqualTo(publisher.list(7));
        assertThat(verified.signers()).extracting(NamedKey::name).containsExactly("alice", "bob");
        assertThat(verified.root().version()).isEqualTo(1);
        assertThat(verified.payloadDigest()).isEqualTo(bundle.list().payloadDigest());
        assertThat(verified.checkpoint()).isEmpty();
    }

    @Test
    void step1_rotatedRoot_isReachedFromTheAnchor() throws Exception {
        publisher.replace("bob");
        publisher.replace("carol");

        assertThat(verify(publisher.publish(publisher.list(1)), NOW).root().version())
                .isEqualTo(3);
    }

    @Test
    void step1_rootsFromTheAnchorOnOnly_areEnough() throws Exception {
        publisher.replace("bob");
        Requirements newer = Requirements.of(Publisher.signed(publisher.roots().get(1)));
        publisher.replace("carol");
        Bundle bundle =
                new Bundle(publisher.roots().subList(1, 3), publisher.sign(publisher.list(1)), Optional.empty());

        assertThat(new BundleVerifier(newer).verify(bundle, NOW).root().version())
                .isEqualTo(3);
    }

    @Test
    void step1_nextRootWithoutTheThresholdOfTheOldOne_isRefused() {
        Signer newcomer =
                Signer.generate("dora", publisher.signer("alice").key().algorithm());
        SignedEnvelope next = Publisher.signRoot(
                nextRoot(List.of(publisher.signer("alice"), newcomer)), newcomer, publisher.signer("alice"));

        refuses(
                new Bundle(
                        List.of(publisher.roots().get(0), next), publisher.sign(publisher.list(1)), Optional.empty()),
                NOW,
                ReleasesReason.THRESHOLD_NOT_MET);
    }

    @Test
    void step1_nextRootWithoutItsOwnThreshold_isRefused() {
        List<Signer> strangers = Publisher.withoutLog().signers();
        SignedEnvelope next =
                Publisher.signRoot(nextRoot(strangers), publisher.signer("alice"), publisher.signer("bob"));

        refuses(
                new Bundle(
                        List.of(publisher.roots().get(0), next), publisher.sign(publisher.list(1)), Optional.empty()),
                NOW,
                ReleasesReason.THRESHOLD_NOT_MET);
    }

    private TrustRoot nextRoot(List<Signer> signers) {
        TrustRoot root = publisher.root();
        return new TrustRoot(
                root.list(), 2, root.issuedAt(), root.expiresAt(), Publisher.keys(2, signers), 1, Optional.empty());
    }

    @Test
    void step2_newestRootExpired_isRefusedToTheSecond() throws Exception {
        publisher.clock().advance(LIFE_OF_A_ROOT.minus(SECOND));
        Bundle bundle = publisher.publish(publisher.list(1));

        verify(bundle, NOW.plus(LIFE_OF_A_ROOT).minusNanos(1));
        refuses(bundle, NOW.plus(LIFE_OF_A_ROOT), ReleasesReason.ROOT_EXPIRED);
    }

    @Test
    void step2_onlyAnOlderRootExpired_isAccepted() throws Exception {
        publisher.clock().advance(LIFE_OF_A_ROOT.minus(SECOND));
        publisher.rotate(publisher.signers(), UnaryOperator.identity());
        publisher.clock().advance(SECOND);

        assertThat(verify(
                                publisher.publish(publisher.list(1)),
                                publisher.clock().instant())
                        .root()
                        .version())
                .isEqualTo(2);
    }

    @Test
    void step2_comesBeforeStep3() {
        SignedEnvelope unsigned = SignedEnvelope.unsigned(publisher.list(1).encode());

        refuses(publisher.unchecked(unsigned), NOW.plus(LIFE_OF_A_ROOT), ReleasesReason.ROOT_EXPIRED);
    }

    @Test
    void step3_anyTwoOfTheThree_areEnough() throws Exception {
        Signer alice = publisher.signer("alice");
        Signer bob = publisher.signer("bob");
        Signer carol = publisher.signer("carol");
        for (Signer[] two : new Signer[][] {{alice, bob}, {carol, alice}, {bob, carol}}) {
            SignedEnvelope list = Publisher.sign(publisher.list(1), two);
            assertThat(verify(publisher.unchecked(list), NOW).signers()).containsExactly(two[0].key(), two[1].key());
        }
    }

    @Test
    void step3_signatureOfAStrangerBesideEnough_isPassedOver() throws Exception {
        Signer stranger =
                Signer.generate("mallory", publisher.signer("alice").key().algorithm());
        SignedEnvelope list = stranger.sign(DocumentType.RELEASE_LIST, publisher.sign(publisher.list(1)));

        assertThat(verify(publisher.unchecked(list), NOW).signers()).hasSize(2);
    }

    @Test
    void step3_brokenThirdSignatureBesideEnough_isRefused() {
        SignedEnvelope good = publisher.sign(publisher.list(1));
        SignedEnvelope other = Publisher.sign(publisher.list(2), publisher.signer("carol"));
        SignedEnvelope mixed = new SignedEnvelope(
                good.payload(),
                List.of(
                        good.signatures().get(0),
                        good.signatures().get(1),
                        other.signatures().get(0)));

        refuses(publisher.unchecked(mixed), NOW, ReleasesReason.SIGNATURE_INVALID);
    }

    @Test
    void step3_payloadIsNoList_isMalformed() {
        SignedEnvelope nothing = Signer.signAll(
                DocumentType.RELEASE_LIST,
                Bytes.of("{}".getBytes(StandardCharsets.UTF_8)),
                publisher.signer("alice"),
                publisher.signer("bob"));

        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> verify(publisher.unchecked(nothing), NOW));
    }

    @Test
    void step3_comesBeforeThePayloadIsLookedAt() {
        SignedEnvelope nothing = SignedEnvelope.unsigned(Bytes.of("{}".getBytes(StandardCharsets.UTF_8)));

        refuses(publisher.unchecked(nothing), NOW, ReleasesReason.THRESHOLD_NOT_MET);
    }

    @Test
    void step4_anotherList_isRefused() {
        ReleaseList own = publisher.list(1);

        refuses(
                new ReleaseList("acme-kms-test", 1, own.issuedAt(), own.expiresAt(), own.releases()),
                ReleasesReason.WRONG_LIST);
    }

    @Test
    void step5_expiry_isExact() throws Exception {
        Bundle bundle = publisher.publish(publisher.list(1));

        verify(bundle, NOW.plus(LIFE_OF_A_LIST).minusNanos(1));
        refuses(bundle, NOW.plus(LIFE_OF_A_LIST), ReleasesReason.LIST_EXPIRED);
    }

    @Test
    void step5_issuedInTheFuture_isAllowedWithinTheClockSkew() throws Exception {
        Bundle bundle = publisher.publish(publisher.list(1));
        Instant earliest = NOW.minus(Requirements.DEFAULT_CLOCK_SKEW);

        verify(bundle, earliest);
        refuses(bundle, earliest.minusNanos(1), ReleasesReason.LIST_NOT_YET_VALID);
    }

    @Test
    void step6_belowTheConfiguredMinimum_isRefused() throws Exception {
        Requirements seven = publisher.requirements().withMinimumVersion(7);

        refuses(seven, publisher.publish(publisher.list(6)), NOW, ReleasesReason.LIST_ROLLBACK);
        new BundleVerifier(seven).verify(publisher.publish(publisher.list(7)), NOW);
    }

    @Test
    void step6_belowTheMinimumOfTheRoot_isRefused() {
        publisher.rotate(
                publisher.signers(),
                root -> new TrustRoot(
                        root.list(), root.version(), root.issuedAt(), root.expiresAt(), root.keys(), 7, root.log()));

        refuses(publisher.list(6), ReleasesReason.LIST_ROLLBACK);
    }

    @Test
    void step8_emptyList_isRefused() {
        refuses(publisher.list(1, new Release[0]), ReleasesReason.EMPTY_LIST);
    }

    @Test
    void step8_releaseTwice_isRefused() {
        refuses(
                publisher.list(1, release("kms-core", "1.0.0", 1), release("kms-core", "1.0.0", 2)),
                ReleasesReason.DUPLICATE_RELEASE);
    }

    @Test
    void step8_registerMissing_isRefused() {
        Map<Integer, Bytes> registers = new TreeMap<>(Publisher.code(1).values());
        registers.remove(2);

        refuses(
                publisher.list(1, Release.of("kms-core", "1.0.0", PcrBank.of(registers))),
                ReleasesReason.REGISTER_MISSING);
    }

    @Test
    void step8_registerZero_isRefused() {
        Map<Integer, Bytes> registers = new TreeMap<>(Publisher.code(1).values());
        registers.put(0, Bytes.of(new byte[48]));

        refuses(
                publisher.list(1, Release.of("kms-core", "1.0.0", PcrBank.of(registers))),
                ReleasesReason.REGISTER_ZERO);
    }

    @Test
    void step8_registerOfAnotherSigner_isRefused() {
        Map<Integer, Bytes> registers = new TreeMap<>(Publisher.code(1).values());
        registers.put(8, register(1, 8));
        Release release = new Release(
                "kms-core",
                "1.0.0",
                ReleaseStatus.ACTIVE,
                PcrBank.of(registers),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(Bytes.of((byte) 0x30, (byte) 0)));

        refuses(publisher.list(1, release), ReleasesReason.SIGNER_MISMATCH);
    }

    // The log: with a publisher who has one.

    private Publisher logged(int witnesses) {
        return Publisher.withLog(folder.resolve("log"), witnesses);
    }

    private static Bundle with(Bundle bundle, LogProof proof) {
        return new Bundle(bundle.roots(), bundle.list(), Optional.of(proof));
    }

    private static Bundle with(Bundle bundle, SignedCheckpoint checkpoint) {
        LogProof shown = bundle.log().orElseThrow();
        return with(bundle, new LogProof(checkpoint, shown.index(), shown.inclusion(), shown.consistency()));
    }

    @Test
    void step9_inTheLog_tellsTheCheckpointAndItsTime() throws Exception {
        Publisher logging = logged(0);
        Bundle bundle = logging.publish(logging.list(1));

        SeenCheckpoint seen = new BundleVerifier(logging.requirements().requiringInclusion())
                .verify(bundle, NOW)
                .checkpoint()
                .orElseThrow();
        assertThat(seen.checkpoint().size()).isEqualTo(1);
        assertThat(seen.time()).contains(NOW);
    }

    @Test
    void step9_noLogInTheRoot_isRefusedIfRequired() throws Exception {
        Publisher logging = logged(0);
        SignedEnvelope list = publisher.sign(publisher.list(1));
        Bundle bundle = Publisher.entered(publisher.roots(), list, logging.log(), publisher.clock());

        assertThat(verify(bundle, NOW).checkpoint()).isEmpty();
        refuses(publisher.requirements().requiringInclusion(), bundle, NOW, ReleasesReason.INCLUSION_MISSING);
    }

    @Test
    void step9_noLogInTheBundle_isRefusedIfRequired() throws Exception {
        Publisher logging = logged(0);
        Bundle bundle = logging.unchecked(logging.sign(logging.list(1)));

        assertThat(new BundleVerifier(logging.requirements())
                        .verify(bundle, NOW)
                        .checkpoint())
                .isEmpty();
        refuses(logging.requirements().requiringInclusion(), bundle, NOW, ReleasesReason.INCLUSION_MISSING);
        refuses(logging.requirements().withMaxCheckpointAge(SECOND), bundle, NOW, ReleasesReason.INCLUSION_MISSING);
    }

    @Test
    void step9a_signatureOfTheLogMissing_isRefusedThoughInclusionIsNotRequired() throws Exception {
        Publisher logging = logged(0);
        Bundle bundle = logging.publish(logging.list(1));
        Checkpoint checkpoint = bundle.log().orElseThrow().checkpoint().checkpoint();
        NoteSigner stranger = TestLog.noteSigner("stranger.example");
        SignedCheckpoint byStranger = SignedCheckpoint.parse(
                checkpoint.text() + "\n" + stranger.sign(checkpoint).line());

        refuses(logging.requirements(), with(bundle, byStranger), NOW, ReleasesReason.CHECKPOINT_UNSIGNED);
    }

    @Test
    void step9b_anotherIndex_isRefused() throws Exception {
        Publisher logging = logged(0);
        logging.publish(logging.list(1));
        Bundle bundle = logging.publish(logging.list(2));
        LogProof shown = bundle.log().orElseThrow();

        refuses(
                logging.requirements(),
                with(bundle, new LogProof(shown.checkpoint(), 0, shown.inclusion(), shown.consistency())),
                NOW,
                ReleasesReason.INCLUSION_INVALID);
    }

    @Test
    void step9d_tooFewWitnesses_isRefusedThoughInclusionIsNotRequired() throws Exception {
        Publisher logging = logged(2);
        SignedEnvelope list = logging.sign(logging.list(1));
        Bundle uncosigned = Publisher.entered(logging.roots(), list, logging.log(), logging.clock());
        SignedCheckpoint note = uncosigned.log().orElseThrow().checkpoint();
        NoteSigner witness = logging.log().witnesses().get(0);
        Bundle byOne = with(uncosigned, note.with(witness.cosign(note.checkpoint(), NOW)));

        refuses(logging.requirements(), uncosigned, NOW, ReleasesReason.WITNESSES_MISSING);
        refuses(logging.requirements(), byOne, NOW, ReleasesReason.WITNESSES_MISSING);
    }

    @Test
    void step9d_witnessesOfTwoTimes_theEarlierCountsAsTheCheckpoints() throws Exception {
        Publisher logging = logged(2);
        Bundle bundle = logging.publish(logging.list(1));
        SignedCheckpoint note = bundle.log().orElseThrow().checkpoint();
        NoteSigner witness = logging.log().witnesses().get(0);
        Bundle oneLater = with(bundle, note.with(witness.cosign(note.checkpoint(), NOW.plusSeconds(60))));

        VerifiedList verified = new BundleVerifier(logging.requirements()).verify(oneLater, NOW);
        assertThat(verified.checkpoint().orElseThrow().time()).contains(NOW);
    }

    @Test
    void step9e_ageOfTheCheckpoint_isExact() throws Exception {
        Publisher logging = logged(0);
        Bundle bundle = logging.publish(logging.list(1));
        Requirements hour = logging.requirements().withMaxCheckpointAge(Duration.ofHours(1));

        new BundleVerifier(hour).verify(bundle, NOW.plus(Duration.ofHours(1)));
        refuses(hour, bundle, NOW.plus(Duration.ofHours(1)).plusNanos(1), ReleasesReason.CHECKPOINT_STALE);
    }

    @Test
    void step9e_checkpointWithoutATime_isStale() throws Exception {
        Publisher logging = logged(0);
        Bundle bundle = logging.publish(logging.list(1));
        Checkpoint checkpoint = bundle.log().orElseThrow().checkpoint().checkpoint();
        SignedCheckpoint timeless = SignedCheckpoint.parse(
                checkpoint.text() + "\n" + logging.log().key().sign(checkpoint).line());

        new BundleVerifier(logging.requirements()).verify(with(bundle, timeless), NOW);
        refuses(
                logging.requirements().withMaxCheckpointAge(Duration.ofHours(1)),
                with(bundle, timeless),
                NOW,
                ReleasesReason.CHECKPOINT_STALE);
    }

    @Test
    void step9e_checkpointFromTheFuture_isStale() throws Exception {
        Publisher logging = logged(0);
        Bundle bundle = logging.publish(logging.list(1));
        SignedCheckpoint note = bundle.log().orElseThrow().checkpoint();
        Instant latest = NOW.plus(Requirements.DEFAULT_CLOCK_SKEW);
        Requirements hour = logging.requirements().withMaxCheckpointAge(Duration.ofHours(1));
        NoteSigner key = logging.log().key();

        new BundleVerifier(hour).verify(with(bundle, note.with(key.cosign(note.checkpoint(), latest))), NOW);
        refuses(
                hour,
                with(bundle, note.with(key.cosign(note.checkpoint(), latest.plus(SECOND)))),
                NOW,
                ReleasesReason.CHECKPOINT_STALE);
    }

    @Test
    void step9e_freshByTheLogAloneWhereWitnessesAreConfigured_isStale() throws Exception {
        Publisher logging = logged(1);
        Bundle bundle = logging.publish(logging.list(1));
        logging.clock().advance(Duration.ofHours(2));
        SignedCheckpoint renewed = logging.log().tiles().renew(logging.log().key(), logging.clock());

        refuses(
                logging.requirements().withMaxCheckpointAge(Duration.ofHours(1)),
                with(bundle, renewed),
                logging.clock().instant(),
                ReleasesReason.CHECKPOINT_STALE);
    }

    @Test
    void severalRulesBroken_isTheFirst() throws Exception {
        Publisher logged = Publisher.withLog(folder.resolve("log"), 0);
        Instant late = NOW.plus(LIFE_OF_A_LIST);
        ReleaseList list = logged.list(1);
        ReleaseList empty = new ReleaseList(list.name(), 1, list.issuedAt(), list.expiresAt(), List.of());
        ReleaseList other = new ReleaseList("other", 1, list.issuedAt(), list.expiresAt(), List.of());
        Requirements second = logged.requirements().withMinimumVersion(2);
        refuses(second, logged.unchecked(logged.sign(other)), late, ReleasesReason.WRONG_LIST);
        refuses(second, logged.unchecked(logged.sign(empty)), late, ReleasesReason.LIST_EXPIRED);
        refuses(second, logged.unchecked(logged.sign(empty)), NOW, ReleasesReason.LIST_ROLLBACK);
        Requirements included = logged.requirements().requiringInclusion();
        Bundle good = logged.publish(logged.list(3));
        refuses(included, new Bundle(logged.roots(), logged.sign(empty), good.log()), NOW, ReleasesReason.EMPTY_LIST);
        TestLog strange = TestLog.create(folder.resolve("strange"), logged.clock(), TestLog.ORIGIN, 0);
        Bundle ofAStranger = Publisher.entered(logged.roots(), logged.sign(logged.list(4)), strange, logged.clock());
        refuses(
                included,
                new Bundle(logged.roots(), logged.sign(logged.list(5)), ofAStranger.log()),
                NOW,
                ReleasesReason.CHECKPOINT_UNSIGNED);
    }

    /** C2SP signed-note: a signature by a known key that does not verify refuses the note. */
    @ParameterizedTest
    @CsvSource({"0,true", "0,false", "1,true", "1,false"})
    void step9a_forgedLineOfAKnownKey_isRefusedThoughItIsNotAskedFor(int threshold, boolean ofTheWitness)
            throws Exception {
        Publisher logged = Publisher.withLog(folder.resolve("log"), 0);
        TestLog log = TestLog.create(folder.resolve("witnessed"), logged.clock(), TestLog.ORIGIN, 1);
        logged.moveTo(log, threshold);
        Bundle good = logged.publish(logged.list(1));
        NoteKey key =
                ofTheWitness ? log.witnesses().get(0).cosigningKey() : log.key().cosigningKey();
        LogProof proof = good.log().orElseThrow();
        LogProof forged =
                proof.with(proof.checkpoint().with(new NoteSignature(key.name(), key.id(), Bytes.of(new byte[72]))));
        refuses(
                logged.requirements(),
                new Bundle(good.roots(), good.list(), Optional.of(forged)),
                NOW,
                ReleasesReason.SIGNATURE_INVALID);
    }
}

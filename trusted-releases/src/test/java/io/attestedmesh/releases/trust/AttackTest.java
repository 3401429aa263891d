package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.fixture.Publisher.LIFE_OF_A_LIST;
import static io.attestedmesh.releases.fixture.Publisher.release;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.envelope.SigningAlgorithm;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.fixture.TestLog;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.ConsistencyProof;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.root.TrustRoot;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one who controls the source may try. Version 2 is in force, and must still be afterwards. */
class AttackTest {
    @TempDir
    Path folder;

    private Publisher publisher;
    private Bundle first;
    private Bundle second;
    private Client client;

    @BeforeEach
    void acceptTwoLists() throws Exception {
        publisher = Publisher.withLog(folder.resolve("log"), 0);
        client = Client.of(publisher, folder.resolve("state"));
        first = publisher.publish(publisher.list(1));
        client.offer(first);
        second = publisher.publish(publisher.list(2));
        client.offer(second);
    }

    @AfterEach
    void lastGoodListIsInForce() throws Exception {
        assertThat(client.version()).isEqualTo(2);
        assertThat(client.releaseOf(2).name()).isEqualTo("kms-core 1.2.0");
        client.close();
    }

    @Test
    void rolledBackList() throws Exception {
        RejectedReleasesException refused = client.refuses(first, ReleasesReason.LIST_ROLLBACK);

        assertThat(refused.expected()).isEqualTo("at least 2, the highest version accepted");
        assertThat(refused.actual()).isEqualTo("version 1");
    }

    @Test
    void rolledBackList_afterARestart() throws Exception {
        client.restart();

        client.refuses(first, ReleasesReason.LIST_ROLLBACK);
    }

    @Test
    void rolledBackList_withRollbackOfTheState_isStoppedByTheLowestVersionOfTheImage() throws Exception {
        Client image = new Client(
                publisher.requirements().withMinimumVersion(2),
                Optional.of(folder.resolve("empty-state")),
                publisher.clock());

        image.refuses(first, ReleasesReason.LIST_ROLLBACK);
        image.close();
    }

    @Test
    void frozenList() throws Exception {
        publisher.clock().advance(LIFE_OF_A_LIST);
        RejectedReleasesException refused = Client.rejection(() -> client.offer(second));

        assertThat(refused.reason()).isEqualTo(ReleasesReason.LIST_EXPIRED);
        // The last good list is still there, and has come to its own end.
        assertThat(client.refusalOf(2)).isEqualTo(PolicyReason.RELEASES_EXPIRED);
        publisher.clock().set(Publisher.NOW);
    }

    @Test
    void frozenList_youngerThanItsExpiry_isStoppedByTheAgeOfTheCheckpoint() throws Exception {
        Client demanding = new Client(
                publisher.requirements().withMaxCheckpointAge(Duration.ofHours(1)),
                Optional.empty(),
                publisher.clock());
        publisher.clock().advance(Duration.ofHours(1).plusSeconds(1));

        demanding.refuses(second, ReleasesReason.CHECKPOINT_STALE);
        demanding.close();
    }

    @Test
    void mixOfTwoLists_signaturesOfOneOnTheOther() throws Exception {
        SignedEnvelope third = publisher.sign(publisher.list(3));
        SignedEnvelope mix = new SignedEnvelope(
                publisher.list(3, release("evil", "1.0.0", 666)).encode(), third.signatures());

        client.refuses(publisher.unchecked(mix), ReleasesReason.SIGNATURE_INVALID);
    }

    @Test
    void mixOfTwoLists_oneSignerEach() throws Exception {
        Signer alice = publisher.signer("alice");
        Signer bob = publisher.signer("bob");
        SignedEnvelope byAlice = Publisher.sign(publisher.list(3), alice);
        SignedEnvelope byBob = Publisher.sign(publisher.list(3, release("other", "1.0.0", 3)), bob);
        SignedEnvelope mix = new SignedEnvelope(
                byAlice.payload(),
                List.of(byAlice.signatures().get(0), byBob.signatures().get(0)));

        client.refuses(publisher.unchecked(mix), ReleasesReason.SIGNATURE_INVALID);
    }

    @Test
    void mixOfTwoLists_listOfAnotherName() throws Exception {
        ReleaseList own = publisher.list(3);
        ReleaseList other = new ReleaseList("acme-voting", 3, own.issuedAt(), own.expiresAt(), own.releases());

        client.refuses(publisher.unchecked(publisher.sign(other)), ReleasesReason.WRONG_LIST);
    }

    @Test
    void mixOfTwoLists_proofOfOneBesideTheOther() throws Exception {
        Bundle third = publisher.publish(publisher.list(3));
        SignedEnvelope unlogged = publisher.sign(publisher.list(4));

        client.refuses(new Bundle(third.roots(), unlogged, third.log()), ReleasesReason.INCLUSION_INVALID);
    }

    @Test
    void sameVersionOtherContent() throws Exception {
        SignedEnvelope fork = publisher.sign(publisher.list(2, release("evil", "1.0.0", 666)));

        client.refuses(publisher.unchecked(fork), ReleasesReason.LIST_FORK);
    }

    @Test
    void thresholdNotMet() throws Exception {
        SignedEnvelope byOne = Publisher.sign(publisher.list(3), publisher.signer("alice"));

        RejectedReleasesException refused =
                client.refuses(publisher.unchecked(byOne), ReleasesReason.THRESHOLD_NOT_MET);
        assertThat(refused.expected()).contains("2 of").contains("bob");
        assertThat(refused.actual()).contains("alice");
    }

    @Test
    void thresholdNotMet_bySignersWhoAreNotOfTheRoot() throws Exception {
        SignedEnvelope byStrangers = Publisher.sign(
                publisher.list(3),
                Signer.generate("alice", SigningAlgorithm.ES384),
                Signer.generate("bob", SigningAlgorithm.ES256),
                publisher.signer("carol"));

        client.refuses(publisher.unchecked(byStrangers), ReleasesReason.THRESHOLD_NOT_MET);
    }

    @Test
    void oneKeyTwice() throws Exception {
        Signer alice = publisher.signer("alice");
        ReleaseList third = publisher.list(3);
        // ECDSA is randomised: two different signatures, both good.
        SignedEnvelope twice = Publisher.sign(third, alice).merge(Publisher.sign(third, alice));
        assertThat(twice.signatures()).hasSize(2);

        client.refuses(publisher.unchecked(twice), ReleasesReason.THRESHOLD_NOT_MET);
    }

    @Test
    void revokedKey() throws Exception {
        Signer lost = publisher.signer("bob");
        publisher.replace("bob");
        SignedEnvelope byLost = Publisher.sign(publisher.list(3), publisher.signer("alice"), lost);

        RejectedReleasesException refused = Client.rejection(() -> client.offer(publisher.unchecked(byLost)));
        assertThat(refused.reason()).isEqualTo(ReleasesReason.THRESHOLD_NOT_MET);
    }

    @Test
    void revokedKey_withTheRotationKeptBack_isRefusedOnceTheRotationWasSeen() throws Exception {
        Signer lost = publisher.signer("bob");
        List<SignedEnvelope> oldRoots = publisher.roots();
        publisher.replace("bob");
        SignedEnvelope byLost = Publisher.sign(publisher.list(3), publisher.signer("alice"), lost);
        Client.rejection(() -> client.offer(publisher.unchecked(byLost)));

        RejectedReleasesException refused =
                Client.rejection(() -> client.offer(new Bundle(oldRoots, byLost, Optional.empty())));
        assertThat(refused.reason()).isEqualTo(ReleasesReason.ROOT_ROLLBACK);
    }

    @Test
    void swappedAlgorithm() throws Exception {
        SignedEnvelope swapped = withHeader(publisher.sign(publisher.list(3)), "ES384", "ES256");

        client.refuses(publisher.unchecked(swapped), ReleasesReason.ALGORITHM_MISMATCH);
    }

    @Test
    void swappedAlgorithm_none() throws Exception {
        SignedEnvelope swapped = withHeader(publisher.sign(publisher.list(3)), "ES384", "none");

        client.refuses(publisher.unchecked(swapped), ReleasesReason.ALGORITHM_MISMATCH);
    }

    @Test
    void signatureOfAnotherPayload() throws Exception {
        SignedEnvelope third = publisher.sign(publisher.list(3));
        SignedEnvelope moved = new SignedEnvelope(third.payload(), second.list().signatures());

        client.refuses(publisher.unchecked(moved), ReleasesReason.SIGNATURE_INVALID);
    }

    @Test
    void signatureOfAnotherKindOfDocument() throws Exception {
        SignedEnvelope asRoot = Signer.signAll(
                DocumentType.TRUST_ROOT,
                publisher.list(3).encode(),
                publisher.signer("alice"),
                publisher.signer("bob"));

        client.refuses(publisher.unchecked(asRoot), ReleasesReason.WRONG_TYPE);
    }

    @Test
    void rootDowngrade() throws Exception {
        List<SignedEnvelope> oldRoots = publisher.roots();
        publisher.rotate(publisher.signers(), UnaryOperator.identity());
        // Refused for its list, and the root is believed all the same.
        Client.rejection(() -> client.offer(publisher.unchecked(first.list())));
        SignedEnvelope third = publisher.sign(publisher.list(3));

        RejectedReleasesException refused =
                client.refuses(new Bundle(oldRoots, third, Optional.empty()), ReleasesReason.ROOT_ROLLBACK);
        assertThat(refused.expected()).contains("version 2");
    }

    @Test
    void rootSkip() throws Exception {
        publisher.rotate(publisher.signers(), UnaryOperator.identity());
        publisher.rotate(publisher.signers(), UnaryOperator.identity());
        List<SignedEnvelope> roots = publisher.roots();
        SignedEnvelope third = publisher.sign(publisher.list(3));

        client.refuses(
                new Bundle(List.of(roots.get(0), roots.get(2)), third, Optional.empty()),
                ReleasesReason.ROOT_VERSION_GAP);
    }

    @Test
    void rootFork() throws Exception {
        Publisher stranger = Publisher.withoutLog();

        client.refuses(stranger.publish(stranger.list(3)), ReleasesReason.ROOT_FORK);
    }

    @Test
    void rootByItsOwnKeysOnly() throws Exception {
        Publisher stranger = Publisher.withoutLog();
        TrustRoot own = publisher.root();
        SignedEnvelope usurping = Publisher.signRoot(
                new TrustRoot(
                        own.list(),
                        2,
                        own.issuedAt(),
                        own.expiresAt(),
                        Publisher.keys(2, stranger.signers()),
                        1,
                        Optional.empty()),
                stranger.signers().toArray(Signer[]::new));
        SignedEnvelope third = stranger.sign(stranger.list(3));

        client.refuses(
                new Bundle(List.of(publisher.roots().get(0), usurping), third, Optional.empty()),
                ReleasesReason.THRESHOLD_NOT_MET);
    }

    @Test
    void truncatedFile() throws Exception {
        byte[] whole = publisher.publish(publisher.list(3)).encode().toByteArray();
        // Its last byte is a line end, which nothing depends on.
        IntStream sampled = IntStream.concat(IntStream.range(0, 30), new Random(384).ints(170, 0, whole.length - 1));

        sampled.forEach(length -> {
            Throwable refused = catchThrowable(() -> client.releases().offer(Bytes.of(Arrays.copyOf(whole, length))));
            assertThat(refused).as("of %d bytes", length).isInstanceOf(MalformedReleasesException.class);
            assertThat(client.version()).isEqualTo(2);
        });
    }

    @Test
    void logFork() throws Exception {
        // The log's key signs a second history, in which other lists came first.
        TestLog forked = publisher.log().forked(folder.resolve("fork"), publisher.clock());
        entered(publisher.sign(publisher.list(1, release("evil", "1.0.0", 666))), forked);
        entered(publisher.sign(publisher.list(2, release("evil", "1.0.1", 667))), forked);

        client.refuses(entered(publisher.sign(publisher.list(3)), forked), ReleasesReason.LOG_FORK);
    }

    @Test
    void logFork_ofTheSizeSeen() throws Exception {
        TestLog forked = publisher.log().forked(folder.resolve("fork"), publisher.clock());
        entered(first.list(), forked);

        client.refuses(entered(publisher.sign(publisher.list(3)), forked), ReleasesReason.LOG_FORK);
    }

    @Test
    void logRollback() throws Exception {
        TestLog forked = publisher.log().forked(folder.resolve("fork"), publisher.clock());

        client.refuses(entered(publisher.sign(publisher.list(3)), forked), ReleasesReason.LOG_ROLLBACK);
    }

    @Test
    void logFork_behindAListWithoutALog() throws Exception {
        client.offer(publisher.unchecked(second.list()));
        TestLog forked = publisher.log().forked(folder.resolve("fork"), publisher.clock());
        entered(publisher.sign(publisher.list(1, release("evil", "1.0.0", 666))), forked);
        entered(publisher.sign(publisher.list(2, release("evil", "1.0.1", 667))), forked);

        client.refuses(entered(publisher.sign(publisher.list(3)), forked), ReleasesReason.LOG_FORK);
    }

    @Test
    void missingConsistency() throws Exception {
        Bundle third = publisher.publish(publisher.list(3));
        LogProof shown = third.log().orElseThrow();
        List<ConsistencyProof> others =
                shown.consistency().stream().filter(proof -> proof.size() != 2).toList();
        LogProof less = new LogProof(shown.checkpoint(), shown.index(), shown.inclusion(), others);

        client.refuses(new Bundle(third.roots(), third.list(), Optional.of(less)), ReleasesReason.CONSISTENCY_MISSING);
    }

    @Test
    void missingInclusion() throws Exception {
        Client demanding =
                new Client(publisher.requirements().requiringInclusion(), Optional.empty(), publisher.clock());
        Bundle bare = publisher.unchecked(publisher.sign(publisher.list(3)));

        demanding.refuses(bare, ReleasesReason.INCLUSION_MISSING);
        demanding.close();
    }

    @Test
    void logOfSomebodyElse() throws Exception {
        TestLog other = TestLog.create(folder.resolve("other"), publisher.clock(), TestLog.ORIGIN, 0);
        Bundle logged = entered(publisher.sign(publisher.list(3)), other);

        client.refuses(logged, ReleasesReason.CHECKPOINT_UNSIGNED);
    }

    @Test
    void logOfAnotherName() throws Exception {
        TestLog other = TestLog.create(folder.resolve("other"), publisher.clock(), "evil.example/log", 0);
        Bundle logged = entered(publisher.sign(publisher.list(3)), other);

        client.refuses(logged, ReleasesReason.WRONG_LOG);
    }

    @Test
    void fiftyMegabytes() {
        byte[] large = new byte[50 << 20];
        Arrays.fill(large, (byte) ' ');

        MalformedReleasesException refused = catchThrowableOfType(
                MalformedReleasesException.class, () -> client.releases().offer(Bytes.of(large)));
        assertThat(refused).hasMessageContaining("52428800 bytes, more than 25165824");
    }

    private Bundle entered(SignedEnvelope list, TestLog log) throws Exception {
        return Publisher.entered(publisher.roots(), list, log, publisher.clock());
    }

    /** The envelope with another text in the protected header of its first signature. */
    private static SignedEnvelope withHeader(SignedEnvelope envelope, String from, String to) throws Exception {
        String json = new String(envelope.encode().toByteArray(), StandardCharsets.UTF_8);
        Matcher header = Pattern.compile("\"protected\": \"([^\"]+)\"").matcher(json);
        assertThat(header.find()).isTrue();
        String plain = new String(Base64.getUrlDecoder().decode(header.group(1)), StandardCharsets.UTF_8);
        assertThat(plain).contains(from);
        String changed = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(plain.replace(from, to).getBytes(StandardCharsets.UTF_8));
        return SignedEnvelope.parse(
                Bytes.of(json.replace(header.group(1), changed).getBytes(StandardCharsets.UTF_8)));
    }
}

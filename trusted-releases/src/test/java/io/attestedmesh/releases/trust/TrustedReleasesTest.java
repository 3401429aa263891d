package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.fixture.Publisher.LIFE_OF_A_LIST;
import static io.attestedmesh.releases.fixture.Publisher.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.attest.policy.ReferenceValues;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.DocumentType;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.fixture.TestLog;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogEntry;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.TrustedReleases.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class TrustedReleasesTest {
    private static final long HIGHEST = (1L << 53) - 1;

    @TempDir
    Path folder;

    private Path state;
    private Publisher publisher;
    private Client client;

    @BeforeEach
    void open() throws Exception {
        state = folder.resolve("state");
        publisher = Publisher.withLog(folder.resolve("log"), 0);
        client = Client.of(publisher, state);
    }

    @AfterEach
    void close() throws Exception {
        client.close();
    }

    private Bundle unlogged(long version) {
        return publisher.unchecked(publisher.sign(publisher.list(version)));
    }

    private Object fileId() throws IOException {
        return Files.readAttributes(state, BasicFileAttributes.class).fileKey();
    }

    @Test
    void get_beforeTheFirstList_refusesEverything() {
        assertThat(client.releases().current()).isEmpty();
        assertThat(client.refusalOf(1)).isEqualTo(PolicyReason.RELEASES_UNAVAILABLE);
    }

    @Test
    void offer_firstList_isInForce() throws Exception {
        assertThat(client.offer(publisher.publish(publisher.list(1)))).isEqualTo(Outcome.UPDATED);

        assertThat(client.version()).isEqualTo(1);
        assertThat(client.releaseOf(1).name()).isEqualTo("kms-core 1.1.0");
    }

    @Test
    void offer_nextList_takesItsPlace() throws Exception {
        client.offer(publisher.publish(publisher.list(1)));
        ReferenceValues first = client.releases().get();

        assertThat(client.offer(publisher.publish(publisher.list(2)))).isEqualTo(Outcome.UPDATED);
        assertThat(client.releases().get()).isNotSameAs(first);
        assertThat(client.releaseOf(2).name()).isEqualTo("kms-core 1.2.0");
        assertThat(client.refusalOf(1)).isEqualTo(PolicyReason.UNKNOWN_RELEASE);
    }

    @Test
    void offer_versionsLeftOut_areNotMissed() throws Exception {
        client.offer(unlogged(3));

        assertThat(client.offer(unlogged(9))).isEqualTo(Outcome.UPDATED);
    }

    @Test
    void offer_sameBundleAgain_changesAndWritesNothing() throws Exception {
        Bundle bundle = publisher.publish(publisher.list(1));
        client.offer(bundle);
        ReferenceValues values = client.releases().get();
        Object before = fileId();

        assertThat(client.offer(bundle)).isEqualTo(Outcome.UNCHANGED);
        assertThat(client.releases().get()).isSameAs(values);
        assertThat(fileId()).isEqualTo(before);
    }

    @Test
    void offer_sameListWithAFresherCheckpoint_isRememberedForARestart() throws Exception {
        client.close();
        client = new Client(
                publisher.requirements().withMaxCheckpointAge(Duration.ofHours(1)),
                Optional.of(state),
                publisher.clock());
        ReleaseList list = publisher.list(1);
        client.offer(publisher.publish(list));
        ReferenceValues values = client.releases().get();
        publisher.clock().advance(Duration.ofMinutes(50));
        publisher.renewCheckpoint();

        assertThat(client.offer(publisher.publish(list))).isEqualTo(Outcome.UNCHANGED);
        assertThat(client.releases().get()).isSameAs(values);
        assertThat(client.releases()
                        .current()
                        .orElseThrow()
                        .checkpoint()
                        .orElseThrow()
                        .time())
                .contains(NOW.plus(Duration.ofMinutes(50)));

        publisher.clock().advance(Duration.ofMinutes(50));
        client.restart();
        assertThat(client.version()).isEqualTo(1);
    }

    @Test
    void offer_sameListWithAnOlderCheckpoint_changesNothing() throws Exception {
        ReleaseList list = publisher.list(1);
        Bundle older = publisher.publish(list);
        publisher.clock().advance(Duration.ofMinutes(50));
        publisher.renewCheckpoint();
        client.offer(publisher.publish(list));
        Object before = fileId();

        assertThat(client.offer(older)).isEqualTo(Outcome.UNCHANGED);
        assertThat(client.releases()
                        .current()
                        .orElseThrow()
                        .checkpoint()
                        .orElseThrow()
                        .time())
                .contains(NOW.plus(Duration.ofMinutes(50)));
        assertThat(fileId()).isEqualTo(before);
    }

    @Test
    void offer_sameListInALargerLog_remembersTheLog() throws Exception {
        ReleaseList first = publisher.list(1);
        client.offer(publisher.publish(first));
        LogEntry ofAnotherList = new LogEntry("acme-web", 1, Publisher.register(1, 30));
        publisher.log().tiles().append(List.of(ofAnotherList), publisher.log().key(), publisher.clock());
        assertThat(client.offer(publisher.publish(first))).isEqualTo(Outcome.UNCHANGED);
        client.restart();
        TestLog forked = publisher.log().forked(folder.resolve("fork"), publisher.clock());
        Publisher.entered(publisher.roots(), publisher.sign(first), forked, publisher.clock());

        // Consistent with the one entry of the first offer, and not with the two of the second.
        client.refuses(
                Publisher.entered(publisher.roots(), publisher.sign(publisher.list(3)), forked, publisher.clock()),
                ReleasesReason.LOG_FORK);
    }

    @Test
    void offer_sameListUnderANewRoot_keepsTheObjectAndRemembersTheRoot() throws Exception {
        ReleaseList list = publisher.list(1);
        client.offer(publisher.publish(list));
        ReferenceValues values = client.releases().get();
        publisher.replace("alice");

        assertThat(client.offer(publisher.publish(list))).isEqualTo(Outcome.UNCHANGED);
        assertThat(client.releases().get()).isSameAs(values);
        client.restart();
        assertThat(client.version()).isEqualTo(1);
        assertThat(client.releases().current().orElseThrow().root().version()).isEqualTo(2);
    }

    @Test
    void offer_sameListSignedAnewAfterItsRootWasAdopted_isRememberedForARestart() throws Exception {
        ReleaseList list = publisher.list(1);
        Bundle old = publisher.publish(list);
        client.offer(old);
        publisher.replace("alice");
        Client.rejection(() -> client.offer(publisher.unchecked(old.list())));

        assertThat(client.offer(publisher.unchecked(publisher.sign(list)))).isEqualTo(Outcome.UNCHANGED);
        client.restart();
        assertThat(client.version()).isEqualTo(1);
    }

    @Test
    void offer_refusedListWithANewerRoot_rootIsBelievedAndTheOldListStays() throws Exception {
        Bundle first = publisher.publish(publisher.list(1));
        client.offer(first);
        List<Signer> old = publisher.signers();
        publisher.replace("bob");

        RejectedReleasesException refused = Client.rejection(() -> client.offer(publisher.unchecked(first.list())));
        assertThat(refused.reason()).isEqualTo(ReleasesReason.THRESHOLD_NOT_MET);
        assertThat(client.releaseOf(1).name()).isEqualTo("kms-core 1.1.0");
        Bundle underTheOldRoot = new Bundle(
                publisher.roots().subList(0, 1),
                Publisher.sign(publisher.list(2), old.get(0), old.get(1)),
                Optional.empty());
        assertThat(Client.rejection(() -> client.offer(underTheOldRoot)).reason())
                .isEqualTo(ReleasesReason.ROOT_ROLLBACK);
        client.restart();
        assertThat(Client.rejection(() -> client.offer(underTheOldRoot)).reason())
                .isEqualTo(ReleasesReason.ROOT_ROLLBACK);
        assertThat(client.offer(unlogged(2))).isEqualTo(Outcome.UPDATED);
    }

    @Test
    void offer_malformedListWithANewerRoot_rootIsBelieved() throws Exception {
        List<Signer> old = publisher.signers();
        publisher.replace("bob");
        Bundle malformed = publisher.unchecked(Signer.signAll(
                DocumentType.RELEASE_LIST,
                Bytes.of((byte) '{'),
                publisher.signers().get(0),
                publisher.signers().get(1)));

        assertThatExceptionOfType(MalformedReleasesException.class).isThrownBy(() -> client.offer(malformed));
        Bundle underTheOldRoot = new Bundle(
                publisher.roots().subList(0, 1),
                Publisher.sign(publisher.list(2), old.get(0), old.get(1)),
                Optional.empty());
        assertThat(Client.rejection(() -> client.offer(underTheOldRoot)).reason())
                .isEqualTo(ReleasesReason.ROOT_ROLLBACK);
    }

    @Test
    void offer_afterARotationOfKeys_versionsBeginAnew() throws Exception {
        client.offer(unlogged(HIGHEST));
        publisher.replace("bob");

        assertThat(client.offer(unlogged(2))).isEqualTo(Outcome.UPDATED);
        client.refuses(unlogged(1), ReleasesReason.LIST_ROLLBACK);
    }

    @Test
    void offer_afterAChangeOfTheThreshold_versionsBeginAnew() throws Exception {
        client.offer(unlogged(9));
        publisher.rotate(
                publisher.signers(),
                root -> new TrustRoot(
                        root.list(),
                        root.version(),
                        root.issuedAt(),
                        root.expiresAt(),
                        Publisher.keys(1, publisher.signers()),
                        1,
                        root.log()));

        assertThat(client.offer(unlogged(2))).isEqualTo(Outcome.UPDATED);
    }

    @Test
    void offer_afterARotationOfTheSameKeys_versionsGoOn() throws Exception {
        client.offer(unlogged(9));
        publisher.rotate(publisher.signers(), UnaryOperator.identity());

        client.refuses(unlogged(8), ReleasesReason.LIST_ROLLBACK);
    }

    @Test
    void offer_afterARotationOfKeys_theMinimumOfTheRootHolds() throws Exception {
        client.offer(unlogged(9));
        publisher.rotate(
                Publisher.withoutLog().signers(),
                root -> new TrustRoot(
                        root.list(), root.version(), root.issuedAt(), root.expiresAt(), root.keys(), 7, root.log()));

        assertThat(Client.rejection(() -> client.offer(unlogged(6))).reason()).isEqualTo(ReleasesReason.LIST_ROLLBACK);
        assertThat(client.offer(unlogged(7))).isEqualTo(Outcome.UPDATED);
    }

    @Test
    void offer_afterARotationOfKeys_theConfiguredMinimumHolds() throws Exception {
        client.close();
        client = new Client(publisher.requirements().withMinimumVersion(7), Optional.of(state), publisher.clock());
        client.offer(unlogged(9));
        publisher.replace("bob");

        assertThat(Client.rejection(() -> client.offer(unlogged(6))).reason()).isEqualTo(ReleasesReason.LIST_ROLLBACK);
    }

    @Test
    void offer_afterARotationToAnotherLog_itsHistoryBeginsAnew() throws Exception {
        client.close();
        client = new Client(publisher.requirements().requiringInclusion(), Optional.of(state), publisher.clock());
        client.offer(publisher.publish(publisher.list(1)));
        client.offer(publisher.publish(publisher.list(2)));
        publisher.moveTo(TestLog.create(folder.resolve("new"), publisher.clock(), "acme.example/second", 0), 0);

        assertThat(Client.rejection(() -> client.offer(unlogged(3))).reason())
                .isEqualTo(ReleasesReason.INCLUSION_MISSING);
        // The first entry of the new log.
        assertThat(client.offer(publisher.publish(publisher.list(3)))).isEqualTo(Outcome.UPDATED);
    }

    @Test
    void offer_afterTheListExpired_isAccepted() throws Exception {
        client.offer(unlogged(1));
        publisher.clock().advance(LIFE_OF_A_LIST);
        assertThat(client.refusalOf(1)).isEqualTo(PolicyReason.RELEASES_EXPIRED);

        client.offer(unlogged(2));
        assertThat(client.releaseOf(2).name()).isEqualTo("kms-core 1.2.0");
    }

    @Test
    void offer_stateCannotBeWritten_isRefusedAndTheLastListStays() throws Exception {
        client.offer(unlogged(1));
        ReferenceValues values = client.releases().get();
        blockState();

        assertThatExceptionOfType(IOException.class).isThrownBy(() -> client.offer(unlogged(2)));
        assertThat(client.releases().get()).isSameAs(values);
        // It was not remembered either: the same version may still come with other content.
        unblockState();
        assertThat(client.offer(
                        publisher.unchecked(publisher.sign(publisher.list(2, Publisher.release("other", "1.0.0", 5))))))
                .isEqualTo(Outcome.UPDATED);
    }

    @Test
    void offer_rootCannotBeWritten_tellsBothTroubles() throws Exception {
        Bundle first = unlogged(1);
        client.offer(first);
        publisher.replace("bob");
        blockState();

        IOException failed =
                catchThrowableOfType(IOException.class, () -> client.offer(publisher.unchecked(first.list())));
        assertThat(failed.getSuppressed()).singleElement().isInstanceOf(RejectedReleasesException.class);
        unblockState();
    }

    /** Nothing can be moved over a folder that is not empty; permissions would not stop root. */
    private void blockState() throws IOException {
        Files.delete(state);
        Files.createDirectories(state.resolve("something"));
    }

    private void unblockState() throws IOException {
        Files.delete(state.resolve("something"));
        Files.delete(state);
    }

    @Test
    void offer_withoutAStateFile_isInForce() throws Exception {
        try (TrustedReleases releases =
                TrustedReleases.open(publisher.requirements(), Optional.empty(), publisher.clock())) {
            assertThat(releases.offer(unlogged(1).encode())).isEqualTo(Outcome.UPDATED);
            assertThat(releases.current().orElseThrow().version()).isEqualTo(1);
        }
    }

    @Test
    void offer_afterClosing_isNotTaken() throws Exception {
        client.offer(unlogged(1));
        client.close();

        assertThatIllegalStateException().isThrownBy(() -> client.offer(unlogged(2)));
        assertThat(client.releaseOf(1).name()).isEqualTo("kms-core 1.1.0");
    }

    /** Shows when the verification asks for the time, and keeps it waiting. */
    private static final class Gate extends Clock {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch opened = new CountDownLatch(1);

        @Override
        public Instant instant() {
            reached.countDown();
            try {
                assertThat(opened.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return NOW;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    @Timeout(60)
    void get_whileAnOfferIsBeingVerified_doesNotWait() throws Exception {
        Gate gate = new Gate();
        ExecutorService other = Executors.newSingleThreadExecutor();
        try (TrustedReleases releases = TrustedReleases.open(publisher.requirements(), Optional.empty(), gate)) {
            Future<Outcome> offer =
                    other.submit(() -> releases.offer(unlogged(1).encode()));
            gate.reached.await();

            assertThat(releases.get()).isNotNull();
            assertThat(releases.current()).isEmpty();
            assertThat(offer.isDone()).isFalse();
            gate.opened.countDown();
            assertThat(offer.get()).isEqualTo(Outcome.UPDATED);
        } finally {
            other.shutdownNow();
        }
    }

    @Test
    void offer_manyAtOnce_theHighestVersionIsInForceOnDiskToo() throws Exception {
        List<Callable<Boolean>> offers = new ArrayList<>();
        for (long version = 1; version <= 24; version++) {
            Bundle bundle = unlogged(version);
            offers.add(() -> {
                try {
                    return client.offer(bundle) == Outcome.UPDATED;
                } catch (RejectedReleasesException e) {
                    assertThat(e.reason()).isEqualTo(ReleasesReason.LIST_ROLLBACK);
                    return false;
                }
            });
        }
        Collections.shuffle(offers, new Random(7));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Boolean> offer : threads.invokeAll(offers)) {
                offer.get();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(client.version()).isEqualTo(24);
        client.restart();
        assertThat(client.version()).isEqualTo(24);
    }

    @Test
    void offer_sameListInANewLogThatIsSmaller_remembersTheNewLog() throws Exception {
        for (long version = 1; version <= 3; version++) {
            client.offer(publisher.publish(publisher.list(version)));
        }
        TestLog log = TestLog.create(folder.resolve("new"), publisher.clock(), "new.example/releases", 0);
        publisher.moveTo(log, 0);
        SignedEnvelope list = publisher.sign(publisher.list(4));
        client.offer(publisher.unchecked(list));
        client.offer(publisher.publish(list));
        TestLog fork = log.forked(folder.resolve("fork"), publisher.clock());
        Publisher.entered(publisher.roots(), publisher.sign(publisher.list(3)), fork, publisher.clock());

        client.refuses(
                Publisher.entered(publisher.roots(), publisher.sign(publisher.list(5)), fork, publisher.clock()),
                ReleasesReason.LOG_FORK);
    }

    @Test
    void open_stateOfAnotherClient_isRefused() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> TrustedReleases.open(publisher.requirements(), Optional.of(state), publisher.clock()))
                .withMessage("the state file " + state + " is in use; each client needs one of its own");
    }

    @Test
    void open_folderOfTheStateMissing_fails() {
        Path nowhere = folder.resolve("none/state");

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(
                        () -> TrustedReleases.open(publisher.requirements(), Optional.of(nowhere), publisher.clock()));
    }

    @Test
    void offer_sameListNowWithALog_isRemembered() throws Exception {
        SignedEnvelope list = publisher.sign(publisher.list(1));
        client.offer(publisher.unchecked(list));
        assertThat(client.offer(publisher.publish(list))).isEqualTo(Outcome.UNCHANGED);
        assertThat(client.releases().current().orElseThrow().checkpoint()).isPresent();
        client.close();
        try (Client demanding =
                new Client(publisher.requirements().requiringInclusion(), Optional.of(state), publisher.clock())) {
            assertThat(demanding.version()).isEqualTo(1);
        }
    }

    @Test
    void offer_refusedWithNothingNewer_writesNothing() throws Exception {
        client.offer(publisher.publish(publisher.list(2)));
        Object before = Files.readAttributes(state, BasicFileAttributes.class).fileKey();
        Client.rejection(() -> client.offer(publisher.unchecked(publisher.sign(publisher.list(1)))));
        assertThat(Files.readAttributes(state, BasicFileAttributes.class).fileKey())
                .isEqualTo(before);
    }

    @Test
    void offer_rollbackAndForkAtOnce_isTheRollback() throws Exception {
        client.offer(publisher.unchecked(publisher.sign(publisher.list(2))));
        client.close();
        try (Client later =
                new Client(publisher.requirements().withMinimumVersion(3), Optional.of(state), publisher.clock())) {
            SignedEnvelope fork = publisher.sign(publisher.list(2, Publisher.release("other", "1.0.0", 9)));
            later.refuses(publisher.unchecked(fork), ReleasesReason.LIST_ROLLBACK);
        }
    }

    @Test
    void offer_severalRulesOfTheLogBroken_isTheFirst() throws Exception {
        TestLog log = TestLog.create(folder.resolve("witnessed"), publisher.clock(), TestLog.ORIGIN, 1);
        publisher.moveTo(log, 1);
        client.offer(publisher.publish(publisher.list(1)));
        client.offer(publisher.publish(publisher.list(2)));
        TestLog fork = log.forked(folder.resolve("fork"), publisher.clock());
        Bundle smallerAndUnwitnessed =
                Publisher.entered(publisher.roots(), publisher.sign(publisher.list(3)), fork, publisher.clock());
        client.refuses(smallerAndUnwitnessed, ReleasesReason.LOG_ROLLBACK);
        Bundle ofAnotherListBesides =
                new Bundle(publisher.roots(), publisher.sign(publisher.list(4)), smallerAndUnwitnessed.log());
        client.refuses(ofAnotherListBesides, ReleasesReason.INCLUSION_INVALID);
    }

    /** Whoever offers these has shown no signature yet: none but the first is read further than its version. */
    @Test
    void offer_rootsThatNobodySigned_areRefusedAtTheFirst() throws Exception {
        List<SignedEnvelope> roots = new ArrayList<>(publisher.roots());
        roots.add(SignedEnvelope.unsigned(Publisher.utf8("{\"version\":2,\"nothing\":[{\"more\":null}]}")));
        roots.add(SignedEnvelope.unsigned(Publisher.utf8("{\"version\":3}")));
        Bundle bundle = new Bundle(roots, publisher.sign(publisher.list(1)), Optional.empty());
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> client.offer(bundle))
                .withMessageContaining("unknown member \"nothing\"");
    }

    @Test
    void offer_rootsInAnyOrder_areTaken() throws Exception {
        publisher.rotate(publisher.signers(), UnaryOperator.identity());
        List<SignedEnvelope> roots = publisher.roots();
        client.offer(new Bundle(
                List.of(roots.get(1), roots.get(0), roots.get(1)),
                publisher.sign(publisher.list(1)),
                Optional.empty()));
        assertThat(client.version()).isEqualTo(1);
    }
}

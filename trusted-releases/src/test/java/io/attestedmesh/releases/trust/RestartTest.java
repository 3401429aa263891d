package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.fixture.Publisher.LIFE_OF_A_LIST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.policy.PolicyReason;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.Signer;
import io.attestedmesh.releases.fixture.TestLog;
import io.attestedmesh.releases.list.ReleaseList;
import io.attestedmesh.releases.log.LogProof;
import io.attestedmesh.releases.log.NoteSignature;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.releases.root.SignedRoot;
import io.attestedmesh.releases.root.TrustRoot;
import io.attestedmesh.releases.trust.TrustedReleases.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client still knows after a restart, and what one who holds its disk can do. */
class RestartTest {
    @TempDir
    Path folder;

    private Path state;
    private Publisher publisher;

    @BeforeEach
    void acceptTwoLists() throws Exception {
        state = folder.resolve("state");
        publisher = Publisher.withLog(folder.resolve("log"), 0);
        run(publisher.requirements(), client -> {
            client.offer(publisher.publish(publisher.list(1)));
            client.offer(publisher.publish(publisher.list(2)));
        });
    }

    private interface Life {
        void live(Client client) throws Exception;
    }

    /** From a start to a stop. */
    private void run(Requirements requirements, Life life) throws Exception {
        try (Client client = new Client(requirements, Optional.of(state), publisher.clock())) {
            life.live(client);
        }
    }

    private Bundle unlogged(long version) {
        return publisher.unchecked(publisher.sign(publisher.list(version)));
    }

    private void refusesToStart(Requirements requirements, ReleasesReason cause) {
        RejectedReleasesException refused = Client.rejection(() -> run(requirements, client -> {}));
        assertThat(refused.reason()).isEqualTo(ReleasesReason.STATE_INVALID);
        assertThat(refused.actual()).startsWith(cause.name());
    }

    private void refusesToStart() {
        RejectedReleasesException refused = Client.rejection(() -> run(publisher.requirements(), client -> {}));
        assertThat(refused.reason()).isEqualTo(ReleasesReason.STATE_INVALID);
    }

    @Test
    void restart_listIsInForceBeforeTheFirstFetch() throws Exception {
        run(publisher.requirements(), client -> {
            assertThat(client.version()).isEqualTo(2);
            assertThat(client.releaseOf(2).name()).isEqualTo("kms-core 1.2.0");
        });
    }

    @Test
    void state_isForItsOwnerOnly() throws Exception {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rw-------");
    }

    @Test
    void restart_versionsAndHistoryOfTheLogStillBind() throws Exception {
        run(publisher.requirements(), client -> {
            client.refuses(unlogged(1), ReleasesReason.LIST_ROLLBACK);
            client.refuses(
                    publisher.unchecked(publisher.sign(publisher.list(2, Publisher.release("x", "1.0.0", 9)))),
                    ReleasesReason.LIST_FORK);
            TestLog forked = publisher.log().forked(folder.resolve("fork"), publisher.clock());
            client.refuses(
                    Publisher.entered(publisher.roots(), publisher.sign(publisher.list(3)), forked, publisher.clock()),
                    ReleasesReason.LOG_ROLLBACK);
        });
    }

    @Test
    void restart_historyOfTheLogBindsThoughTheLastListCameWithoutIt() throws Exception {
        run(publisher.requirements(), client -> client.offer(unlogged(3)));

        run(publisher.requirements(), client -> {
            assertThat(client.version()).isEqualTo(3);
            TestLog forked = publisher.log().forked(folder.resolve("fork"), publisher.clock());
            client.refuses(
                    Publisher.entered(publisher.roots(), publisher.sign(publisher.list(4)), forked, publisher.clock()),
                    ReleasesReason.LOG_ROLLBACK);
        });
    }

    @Test
    void restart_afterTheListExpired_nothingIsInForceAndVersionsStillBind() throws Exception {
        publisher.clock().advance(LIFE_OF_A_LIST);

        run(publisher.requirements(), client -> {
            assertThat(client.version()).isZero();
            assertThat(client.refusalOf(2)).isEqualTo(PolicyReason.RELEASES_UNAVAILABLE);
            client.refuses(unlogged(1), ReleasesReason.LIST_ROLLBACK);
            assertThat(client.offer(unlogged(3))).isEqualTo(Outcome.UPDATED);
        });
    }

    @Test
    void restart_afterTheCheckpointBecameStale_nothingIsInForceUntilAFresherOneComes() throws Exception {
        Requirements hour = publisher.requirements().withMaxCheckpointAge(Duration.ofHours(1));
        publisher.clock().advance(Duration.ofHours(2));

        run(hour, client -> {
            assertThat(client.version()).isZero();
            publisher.renewCheckpoint();
            assertThat(client.offer(publisher.publish(publisher.list(3)))).isEqualTo(Outcome.UPDATED);
        });
    }

    @Test
    void restart_withAHigherMinimumVersion_listOfTheStateIsNotInForce() throws Exception {
        run(
                publisher.requirements().withMinimumVersion(3),
                client -> assertThat(client.version()).isZero());
    }

    @Test
    void restart_underARotatedRoot_versionsBeginAnewAsWithoutARestart() throws Exception {
        run(publisher.requirements(), client -> client.offer(unlogged(9)));
        publisher.replace("bob");
        run(publisher.requirements(), client -> {
            Client.rejection(() -> client.offer(publisher.unchecked(SignedEnvelope.unsigned(Bytes.EMPTY))));
        });

        run(publisher.requirements(), client -> {
            assertThat(client.version()).isZero();
            assertThat(client.offer(unlogged(3))).isEqualTo(Outcome.UPDATED);
        });
    }

    // One who holds the disk.

    @Test
    void rolledBackState_ofAnEarlierList_isStoppedByTheMinimumOfTheImage() throws Exception {
        byte[] earlier = Files.readAllBytes(state);
        run(publisher.requirements(), client -> client.offer(publisher.publish(publisher.list(3))));
        Files.write(state, earlier);

        // Nothing tells this state from one that was never behind: it is what docs/releases.md does not promise.
        run(publisher.requirements(), client -> assertThat(client.version()).isEqualTo(2));
        run(publisher.requirements().withMinimumVersion(3), client -> {
            assertThat(client.version()).isZero();
            client.refuses(unlogged(2), ReleasesReason.LIST_ROLLBACK);
        });
    }

    @Test
    void rolledBackState_isStoppedByTheAgeOfItsCheckpoint() throws Exception {
        byte[] earlier = Files.readAllBytes(state);
        Requirements hour = publisher.requirements().withMaxCheckpointAge(Duration.ofHours(1));
        publisher.clock().advance(Duration.ofHours(2));
        run(hour, client -> client.offer(publisher.publish(publisher.list(3))));
        Files.write(state, earlier);

        run(hour, client -> assertThat(client.version()).isZero());
    }

    @Test
    void rolledBackState_ofAnEarlierRoot_isStoppedByTheAnchorOfTheImage() throws Exception {
        byte[] earlier = Files.readAllBytes(state);
        publisher.replace("bob");
        run(publisher.requirements(), client -> client.offer(unlogged(3)));
        Files.write(state, earlier);
        Requirements newImage =
                Requirements.of(Publisher.signed(publisher.roots().get(1)));

        run(newImage, client -> {
            assertThat(client.version()).isZero();
            assertThat(client.offer(unlogged(3))).isEqualTo(Outcome.UPDATED);
        });
    }

    @Test
    void stateOfAnotherAnchor_isAnError() throws Exception {
        refusesToStart(Publisher.withoutLog().requirements(), ReleasesReason.ROOT_FORK);
    }

    @Test
    void emptyState_isAnError() throws Exception {
        Files.write(state, new byte[0]);

        refusesToStart();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.3, 0.6, 0.9, 0.999})
    void truncatedState_isAnError(double part) throws Exception {
        Bytes whole = Bytes.of(Files.readAllBytes(state));
        Files.write(state, whole.slice(0, (int) (part * whole.size())).toByteArray());

        refusesToStart();
    }

    @Test
    void stateLargerThanAnyIs_isAnError() throws Exception {
        Files.write(state, new byte[ReleaseState.MAX_BYTES + 1]);

        refusesToStart();
    }

    /** Every flip is an error, or nothing of what the state says has changed. */
    @Test
    void tamperedState_bitsFlipped_isAnErrorOrChangesNothing() throws Exception {
        byte[] whole = Files.readAllBytes(state);
        Random random = new Random(384);
        int errors = 0;
        for (int i = 0; i < 150; i++) {
            byte[] flipped = whole.clone();
            flipped[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(state, flipped);
            try {
                run(publisher.requirements(), client -> {
                    client.refuses(unlogged(1), ReleasesReason.LIST_ROLLBACK);
                    if (client.version() != 0) {
                        assertThat(client.releaseOf(2).name()).isEqualTo("kms-core 1.2.0");
                    }
                });
            } catch (RejectedReleasesException e) {
                assertThat(e.reason()).isEqualTo(ReleasesReason.STATE_INVALID);
                errors++;
            }
        }
        assertThat(errors).isGreaterThan(100);
    }

    @Test
    void tamperedState_listOfStrangers_isAnError() throws Exception {
        Publisher stranger = Publisher.withoutLog();
        SignedEnvelope theirs = stranger.sign(stranger.list(1));
        Bundle forged = new Bundle(publisher.roots(), theirs, Optional.empty());
        write(new ReleaseState(publisher.roots(), Optional.of(forged), Optional.empty()));

        refusesToStart(publisher.requirements(), ReleasesReason.THRESHOLD_NOT_MET);
    }

    @Test
    void tamperedState_listUnderARootOfStrangers_isAnError() throws Exception {
        Publisher stranger = Publisher.withoutLog();
        Bundle theirs = stranger.publish(stranger.list(1));
        write(new ReleaseState(publisher.roots(), Optional.of(theirs), Optional.empty()));

        refusesToStart(publisher.requirements(), ReleasesReason.STATE_INVALID);
    }

    @Test
    void tamperedState_checkpointOfAStranger_isAnError() throws Exception {
        TestLog forged = TestLog.create(folder.resolve("forged"), publisher.clock(), TestLog.ORIGIN, 0);
        write(new ReleaseState(
                publisher.roots(),
                Optional.of(unlogged(2)),
                Optional.of(forged.tiles().checkpoint())));

        refusesToStart(publisher.requirements(), ReleasesReason.CHECKPOINT_UNSIGNED);
    }

    @Test
    void tamperedState_checkpointOfAnotherLog_isAnError() throws Exception {
        TestLog other = TestLog.create(folder.resolve("other"), publisher.clock(), "acme.example/other", 0);
        write(new ReleaseState(
                publisher.roots(),
                Optional.of(unlogged(2)),
                Optional.of(other.tiles().checkpoint())));

        refusesToStart(publisher.requirements(), ReleasesReason.WRONG_LOG);
    }

    @Test
    void tamperedState_rootsMissing_isAnError() throws Exception {
        Files.write(state, "{\"roots\":[],\"accepted\":null}".getBytes(StandardCharsets.UTF_8));

        refusesToStart();
    }

    private void write(ReleaseState forged) throws Exception {
        Files.write(state, forged.encode().toByteArray());
    }

    // Another image over the same state.

    @Test
    void imageWithANewerAnchor_keysUnchanged_versionsStillBind() throws Exception {
        publisher.rotate(publisher.signers(), UnaryOperator.identity());
        Requirements newImage =
                Requirements.of(Publisher.signed(publisher.roots().get(1)));

        run(newImage, client -> {
            assertThat(client.version()).isEqualTo(2);
            client.refuses(unlogged(1), ReleasesReason.LIST_ROLLBACK);
        });
    }

    @Test
    void imageWithANewerAnchor_thatTheStateKnows_listIsInForce() throws Exception {
        publisher.replace("bob");
        run(publisher.requirements(), client -> client.offer(publisher.publish(publisher.list(3))));
        Requirements newImage =
                Requirements.of(Publisher.signed(publisher.roots().get(1)));

        run(newImage, client -> assertThat(client.version()).isEqualTo(3));
    }

    @Test
    void imageWithTheOlderAnchorAgain_findsItsWayFromThere() throws Exception {
        publisher.replace("bob");
        publisher.replace("carol");
        run(publisher.requirements(), client -> client.offer(publisher.publish(publisher.list(3))));
        run(
                Requirements.of(Publisher.signed(publisher.roots().get(2))),
                client -> client.offer(publisher.publish(publisher.list(4))));

        run(publisher.requirements(), client -> assertThat(client.version()).isEqualTo(4));
    }

    @Test
    void logWithAnotherKeyOfTheSameName_historyStillBinds() throws Exception {
        TestLog other = TestLog.create(folder.resolve("other"), publisher.clock(), TestLog.ORIGIN, 0);
        publisher.moveTo(other, 0);
        run(publisher.requirements(), client -> client.offer(unlogged(3)));

        run(publisher.requirements(), client -> {
            client.refuses(
                    Publisher.entered(publisher.roots(), publisher.sign(publisher.list(4)), other, publisher.clock()),
                    ReleasesReason.LOG_ROLLBACK);
        });
    }

    @Test
    void imageWithANewerAnchorAndAnotherLog_startsAgainAfterOnlyARootWasAdopted() throws Exception {
        publisher.moveTo(TestLog.create(folder.resolve("other"), publisher.clock(), "other.example/releases", 0), 0);
        Requirements newImage =
                Requirements.of(Publisher.signed(publisher.roots().get(1)));
        publisher.rotate(publisher.signers(), UnaryOperator.identity());

        run(newImage, client -> client.refuses(unlogged(1), ReleasesReason.LIST_ROLLBACK));
    }

    @Test
    void stateOfAnotherListOfTheSameSigners_isAnError() {
        TrustRoot root = publisher.root();
        TrustRoot other = new TrustRoot(
                "acme-web",
                root.version() + 1,
                root.issuedAt(),
                root.expiresAt(),
                root.keys(),
                root.minimumListVersion(),
                Optional.empty());
        SignedRoot anchor =
                Publisher.signed(Publisher.signRoot(other, publisher.signers().toArray(Signer[]::new)));

        refusesToStart(Requirements.of(anchor), ReleasesReason.WRONG_LIST);
    }

    @Test
    void tamperedState_anotherListOfTheSameSigners_isAnError() throws Exception {
        ReleaseList list = publisher.list(900);
        ReleaseList other =
                new ReleaseList("acme-web", list.version(), list.issuedAt(), list.expiresAt(), list.releases());
        write(new ReleaseState(
                publisher.roots(), Optional.of(publisher.unchecked(publisher.sign(other))), Optional.empty()));

        refusesToStart(publisher.requirements(), ReleasesReason.WRONG_LIST);
    }

    @Test
    void open_thatBreaks_letsGoOfTheState() throws Exception {
        Clock beyondAllTimes = Clock.offset(Clock.fixed(Instant.MAX, ZoneOffset.UTC), Duration.ofDays(1));
        assertThatExceptionOfType(DateTimeException.class)
                .isThrownBy(() -> TrustedReleases.open(publisher.requirements(), Optional.of(state), beyondAllTimes));

        run(publisher.requirements(), client -> assertThat(client.version()).isEqualTo(2));
    }

    @Test
    void draftsOfKilledWriters_areRemoved() throws Exception {
        Path draft = folder.resolve(".state.123e4567-e89b-42d3-a456-426614174000");
        Files.write(draft, new byte[100]);
        run(publisher.requirements(), client -> assertThat(draft).doesNotExist());
    }

    @Test
    void restart_signersOfTheStateAreTold() throws Exception {
        List<Signer> signers = publisher.signers();

        run(
                publisher.requirements(),
                client -> assertThat(client.releases().current().orElseThrow().signers())
                        .containsExactly(signers.get(0).key(), signers.get(1).key()));
    }

    private static final SignedEnvelope NO_LIST = SignedEnvelope.unsigned(Bytes.EMPTY);

    private static RejectedReleasesException refusesRoots(Client client, Publisher publisher) {
        return Client.rejection(() -> client.offer(publisher.unchecked(NO_LIST)));
    }

    /** Else a source could hand a client a bundle that is accepted, and with which it does not start again. */
    @Test
    void bundleWithALogThatNoRootNames_opensAgain() throws Exception {
        Publisher plain = Publisher.withoutLog();
        TestLog log = TestLog.create(folder.resolve("unnamed"), plain.clock(), TestLog.ORIGIN, 0);
        Bundle bundle = Publisher.entered(plain.roots(), plain.sign(plain.list(1)), log, plain.clock());
        try (Client client = Client.of(plain, folder.resolve("other"))) {
            client.offer(bundle);
            client.restart();
            assertThat(client.version()).isEqualTo(1);
        }
    }

    /** Bob's key is replaced: what alice and carol signed before still counts, and still binds. */
    @Test
    void listSignedByOldAndNewKeys_isInForceAgainAndBinds() throws Exception {
        Publisher plain = Publisher.withoutLog();
        SignedEnvelope nine = Publisher.sign(plain.list(9), plain.signer("alice"), plain.signer("carol"));
        try (Client client = Client.of(plain, folder.resolve("other"))) {
            client.offer(plain.unchecked(nine));
            plain.replace("bob");
            refusesRoots(client, plain);
            client.restart();
            assertThat(client.version()).isEqualTo(9);
            client.refuses(plain.unchecked(plain.sign(plain.list(3))), ReleasesReason.LIST_ROLLBACK);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void keysThatComeBack_bindAgainWhetherRestartedOrNot(boolean restarted) throws Exception {
        Publisher plain = Publisher.withoutLog();
        List<Signer> first = plain.signers();
        try (Client client = Client.of(plain, folder.resolve("other"))) {
            client.offer(plain.unchecked(plain.sign(plain.list(9))));
            plain.replace("bob");
            refusesRoots(client, plain);
            if (restarted) {
                client.restart();
            }
            plain.rotate(first, UnaryOperator.identity());
            assertThat(Client.rejection(() -> client.offer(plain.unchecked(plain.sign(plain.list(2)))))
                            .reason())
                    .isEqualTo(ReleasesReason.LIST_ROLLBACK);
        }
    }

    @Test
    void newerAnchor_listNotInForceAndOnlyARootAdopted_opensAgain() throws Exception {
        Publisher plain = Publisher.withoutLog();
        Path file = folder.resolve("other");
        try (Client client = Client.of(plain, file)) {
            client.offer(plain.unchecked(plain.sign(plain.list(2))));
        }
        plain.rotate(plain.signers(), UnaryOperator.identity());
        Requirements image = Requirements.of(Publisher.signed(plain.roots().get(1)));
        plain.rotate(plain.signers(), UnaryOperator.identity());
        plain.clock().advance(LIFE_OF_A_LIST);
        try (Client client = new Client(image, Optional.of(file), plain.clock())) {
            refusesRoots(client, plain);
            client.restart();
            client.refuses(plain.unchecked(plain.sign(plain.list(1))), ReleasesReason.LIST_ROLLBACK);
        }
    }

    @Test
    void checkpointOfAStrangersOlderRoot_isNotBelieved() throws Exception {
        publisher.rotate(publisher.signers(), UnaryOperator.identity());
        Publisher stranger = Publisher.withLog(folder.resolve("theirs"), 0);
        stranger.publish(stranger.list(1));
        stranger.publish(stranger.list(2));
        stranger.publish(stranger.list(3));
        stranger.publish(stranger.list(4));
        write(new ReleaseState(
                List.of(stranger.roots().get(0), publisher.roots().get(1)),
                Optional.empty(),
                Optional.of(stranger.log().tiles().checkpoint())));
        run(
                Requirements.of(Publisher.signed(publisher.roots().get(1))),
                client -> assertThat(client.offer(publisher.publish(publisher.list(3))))
                        .isEqualTo(Outcome.UPDATED));
    }

    /** The witnesses were counted when it was accepted, by what was asked for then. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void newerAnchorAsksForAWitness_historyOfTheLogStillBinds(boolean withAForgedLine) throws Exception {
        TestLog log = TestLog.create(folder.resolve("witnessed"), publisher.clock(), TestLog.ORIGIN, 1);
        NoteSigner witness = log.witnesses().get(0);
        Publisher plain = Publisher.withoutLog();
        // Of a witness that no root names yet, so that its line is passed over.
        plain.moveTo(new TestLog(log.tiles(), log.key(), List.of()), 0);
        SignedRoot before = Publisher.signed(plain.roots().get(1));
        plain.publish(plain.list(1));
        Bundle second = plain.publish(plain.list(2));
        LogProof proof = second.log().orElseThrow();
        NoteSignature forged = new NoteSignature(
                witness.cosigningKey().name(), witness.cosigningKey().id(), Bytes.of(new byte[72]));
        LogProof shown = withAForgedLine ? proof.with(proof.checkpoint().with(forged)) : proof;
        Path file = folder.resolve("other");
        try (Client client = new Client(Requirements.of(before), Optional.of(file), plain.clock())) {
            client.offer(new Bundle(second.roots(), second.list(), Optional.of(shown)));
        }
        plain.rotate(plain.signers(), root -> Publisher.with(root, Optional.of(log.trust(1))));
        TestLog fork = log.forked(folder.resolve("fork"), plain.clock());
        SignedEnvelope third = plain.sign(plain.list(3));
        Publisher.entered(plain.roots(), third, fork, plain.clock());
        fork.tiles()
                .addCosignature(
                        witness.cosigningKey(),
                        witness.cosign(
                                fork.tiles().checkpoint().checkpoint(),
                                plain.clock().instant()));
        Requirements image = Requirements.of(Publisher.signed(plain.roots().get(2)));
        try (Client client = new Client(image, Optional.of(file), plain.clock())) {
            client.refuses(
                    new Bundle(plain.roots(), third, Optional.of(fork.tiles().prove(0))), ReleasesReason.LOG_ROLLBACK);
        }
    }

    @Test
    void olderStateOfAnotherListWithoutAList_isAnError() throws Exception {
        TrustRoot root = publisher.root();
        TrustRoot other =
                new TrustRoot("acme-web", 2, root.issuedAt(), root.expiresAt(), root.keys(), 1, Optional.empty());
        write(new ReleaseState(publisher.roots(), Optional.empty(), Optional.empty()));
        refusesToStart(
                Requirements.of(Publisher.signed(
                        Publisher.signRoot(other, publisher.signers().toArray(Signer[]::new)))),
                ReleasesReason.WRONG_LIST);
    }

    @Test
    void stateWithoutAccepted_isAnError() throws Exception {
        write(new ReleaseState(publisher.roots(), Optional.empty(), Optional.empty()));
        Files.writeString(state, Files.readString(state).replaceAll(",\\s*\"accepted\": null", ""));
        refusesToStart();
    }

    @Test
    void rootsOfTheState_areThoseOfTheChainEachOnce() throws Exception {
        publisher.rotate(publisher.signers(), UnaryOperator.identity());
        publisher.rotate(publisher.signers(), UnaryOperator.identity());
        run(publisher.requirements(), client -> {
            client.offer(publisher.publish(publisher.list(3)));
            client.offer(publisher.publish(publisher.list(4)));
        });
        assertThat(ReleaseState.parse(Bytes.of(Files.readAllBytes(state))).roots())
                .isEqualTo(publisher.roots());
    }

    @Test
    void stateBehindALink_isTheOneThatIsKept() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), state);
        try (Client client = Client.of(publisher, link)) {
            client.offer(unlogged(5));
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> Client.of(publisher, state))
                    .withMessageContaining("is in use");
        }
        assertThat(link).isSymbolicLink();
        run(publisher.requirements(), client -> assertThat(client.version()).isEqualTo(5));
    }

    @Test
    void stateBehindALinkThatLeadsNowhere_isAnError() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("unmounted/state"));
        assertThatExceptionOfType(IOException.class).isThrownBy(() -> Client.of(publisher, link));
    }
}

package io.attestedmesh.releases.trust;

import static io.attestedmesh.releases.fixture.Publisher.release;
import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import io.attestedmesh.releases.fixture.Publisher;
import io.attestedmesh.releases.fixture.TestLog;
import io.attestedmesh.releases.list.Release;
import io.attestedmesh.releases.log.NoteSigner;
import io.attestedmesh.releases.log.TileLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublicationTest {
    @TempDir
    Path folder;

    private Publisher publisher(int witnesses) {
        return Publisher.withLog(folder.resolve("log"), witnesses);
    }

    private static Publication publication(Publisher publisher) throws Exception {
        return new Publication(publisher.roots(), publisher.clock());
    }

    private static void refusesToEnter(Publisher publisher, SignedEnvelope list, ReleasesReason reason)
            throws Exception {
        TileLog log = publisher.log().tiles();
        long before = log.checkpoint().checkpoint().size();
        Publication publication = publication(publisher);
        NoteSigner key = publisher.log().key();

        assertThat(Client.rejection(() -> publication.enter(list, log, key)).reason())
                .isEqualTo(reason);
        assertThat(log.checkpoint().checkpoint().size()).isEqualTo(before);
    }

    @Test
    void enter_newList_isTheNextEntry() throws Exception {
        Publisher publisher = publisher(0);
        publisher.publish(publisher.list(1));

        assertThat(publication(publisher)
                        .enter(
                                publisher.sign(publisher.list(2)),
                                publisher.log().tiles(),
                                publisher.log().key()))
                .isEqualTo(1);
    }

    @Test
    void enter_listThatIsThere_findsItsEntry() throws Exception {
        Publisher publisher = publisher(0);
        SignedEnvelope list = publisher.sign(publisher.list(1));
        publisher.publish(list);

        assertThat(publication(publisher)
                        .enter(list, publisher.log().tiles(), publisher.log().key()))
                .isZero();
        assertThat(publisher.log().tiles().checkpoint().checkpoint().size()).isEqualTo(1);
    }

    @Test
    void enter_listThatIsThereBeforeALaterOne_isRefused() throws Exception {
        Publisher publisher = publisher(0);
        SignedEnvelope list = publisher.sign(publisher.list(1));
        publisher.publish(list);
        publisher.publish(publisher.list(2));

        refusesToEnter(publisher, list, ReleasesReason.LIST_ROLLBACK);
    }

    @Test
    void enter_byTwoAtOnce_isOneEntry() throws Exception {
        Publisher publisher = publisher(0);
        SignedEnvelope list = publisher.sign(publisher.list(1));

        assertThat(atOnce(publisher, list, list)).containsExactly("entry 0", "entry 0");
        assertThat(publisher.log().tiles().entries()).hasSize(1);
    }

    @Test
    void enter_otherContentByTwoAtOnce_oneIsRefused() throws Exception {
        Publisher publisher = publisher(0);
        SignedEnvelope list = publisher.sign(publisher.list(1));
        SignedEnvelope other = publisher.sign(publisher.list(1, release("other", "1.0.0", 9)));

        assertThat(atOnce(publisher, list, other)).containsExactlyInAnyOrder("entry 0", "LIST_FORK");
        assertThat(publisher.log().tiles().entries()).hasSize(1);
    }

    /** What comes of publications that begin together: the index of an entry, or the reason of a refusal. */
    private static List<String> atOnce(Publisher publisher, SignedEnvelope... lists) throws Exception {
        CyclicBarrier together = new CyclicBarrier(lists.length);
        ExecutorService threads = Executors.newFixedThreadPool(lists.length);
        try {
            List<Future<String>> running = new ArrayList<>();
            for (SignedEnvelope list : lists) {
                running.add(threads.submit(() -> {
                    together.await();
                    return patiently(publisher, list);
                }));
            }
            List<String> results = new ArrayList<>();
            for (Future<String> each : running) {
                results.add(each.get(1, TimeUnit.MINUTES));
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** A publication of its own, tried again while the other one holds the log. */
    private static String patiently(Publisher publisher, SignedEnvelope list) throws Exception {
        while (true) {
            try {
                TileLog log = publisher.log().tiles();
                return "entry "
                        + publication(publisher)
                                .enter(list, log, publisher.log().key());
            } catch (RejectedReleasesException e) {
                return e.reason().toString();
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("somebody else is writing");
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void enter_lowerVersionThanInTheLog_isRefused() throws Exception {
        Publisher publisher = publisher(0);
        publisher.publish(publisher.list(2));

        refusesToEnter(publisher, publisher.sign(publisher.list(1)), ReleasesReason.LIST_ROLLBACK);
    }

    @Test
    void enter_versionOfTheLogWithOtherContent_isRefused() throws Exception {
        Publisher publisher = publisher(0);
        publisher.publish(publisher.list(2));

        refusesToEnter(
                publisher, publisher.sign(publisher.list(2, release("other", "1.0.0", 9))), ReleasesReason.LIST_FORK);
    }

    @Test
    void enter_tooFewSignatures_isRefused() throws Exception {
        Publisher publisher = publisher(0);

        refusesToEnter(
                publisher,
                Publisher.sign(publisher.list(1), publisher.signer("alice")),
                ReleasesReason.THRESHOLD_NOT_MET);
    }

    @Test
    void enter_whatNoListMaySay_isRefused() throws Exception {
        Publisher publisher = publisher(0);

        refusesToEnter(publisher, publisher.sign(publisher.list(1, new Release[0])), ReleasesReason.EMPTY_LIST);
    }

    @Test
    void enter_expiredList_isRefused() throws Exception {
        Publisher publisher = publisher(0);
        SignedEnvelope list = publisher.sign(publisher.list(1));
        publisher.clock().advance(Publisher.LIFE_OF_A_LIST);

        refusesToEnter(publisher, list, ReleasesReason.LIST_EXPIRED);
    }

    @Test
    void bundle_listNotInTheLog_isRefused() throws Exception {
        Publisher publisher = publisher(0);
        Publication publication = publication(publisher);
        SignedEnvelope list = publisher.sign(publisher.list(1));

        assertThat(Client.rejection(
                                () -> publication.bundle(list, publisher.log().tiles()))
                        .reason())
                .isEqualTo(ReleasesReason.INCLUSION_MISSING);
    }

    @Test
    void bundle_beforeTheWitnessesSigned_isRefused() throws Exception {
        Publisher publisher = publisher(1);
        Publication publication = publication(publisher);
        SignedEnvelope list = publisher.sign(publisher.list(1));
        TileLog log = publisher.log().tiles();
        publication.enter(list, log, publisher.log().key());
        assertThat(Client.rejection(() -> publication.bundle(list, log)).reason())
                .isEqualTo(ReleasesReason.WITNESSES_MISSING);

        publisher.renewCheckpoint();
        assertThat(publication.bundle(list, log).log()).isPresent();
    }

    @Test
    void bundle_provesConsistencyFromEarlierSizes() throws Exception {
        Publisher publisher = publisher(0);
        for (int version = 1; version <= 5; version++) {
            publisher.publish(publisher.list(version));
        }

        assertThat(publisher.publish(publisher.list(6)).log().orElseThrow().consistency())
                .extracting(proof -> proof.size())
                .containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    void bundle_ofAnEarlierList_isProvedInTheLogOfNow() throws Exception {
        Publisher publisher = publisher(0);
        SignedEnvelope first = publisher.sign(publisher.list(1));
        publisher.publish(first);
        publisher.publish(publisher.list(2));
        Bundle bundle = publication(publisher).bundle(first, publisher.log().tiles());

        assertThat(bundle.log().orElseThrow().index()).isZero();
        assertThat(bundle.log().orElseThrow().checkpoint().checkpoint().size()).isEqualTo(2);
    }

    @Test
    void enter_intoALogThatTheRootDoesNotName_writesNothing() throws Exception {
        Publisher publisher = publisher(0);
        TestLog other = TestLog.create(folder.resolve("other"), publisher.clock(), "other.example/log", 0);
        Publication publication = publication(publisher);
        SignedEnvelope list = publisher.sign(publisher.list(1));
        assertThat(Client.rejection(() -> publication.enter(list, other.tiles(), other.key()))
                        .reason())
                .isEqualTo(ReleasesReason.WRONG_LOG);
        assertThat(other.tiles().checkpoint().checkpoint().size()).isZero();
    }

    @Test
    void enter_byAKeyThatTheRootDoesNotName_writesNothing() throws Exception {
        Publisher publisher = publisher(0);
        TestLog other = TestLog.create(folder.resolve("other"), publisher.clock(), TestLog.ORIGIN, 0);
        Publication publication = publication(publisher);
        SignedEnvelope list = publisher.sign(publisher.list(1));
        TileLog log = publisher.log().tiles();
        assertThat(Client.rejection(() -> publication.enter(list, log, other.key()))
                        .reason())
                .isEqualTo(ReleasesReason.CHECKPOINT_UNSIGNED);
        assertThat(Client.rejection(() -> publication.enter(list, other.tiles(), other.key()))
                        .reason())
                .isEqualTo(ReleasesReason.CHECKPOINT_UNSIGNED);
        assertThat(log.checkpoint().checkpoint().size()).isZero();
    }

    @Test
    void bundle_rootNamesNoLog_isRefused() throws Exception {
        Publisher publisher = Publisher.withoutLog();
        TestLog log = TestLog.create(folder.resolve("log"), publisher.clock(), TestLog.ORIGIN, 0);
        SignedEnvelope list = publisher.sign(publisher.list(1));
        Publisher.entered(publisher.roots(), list, log, publisher.clock());
        Publication publication = publication(publisher);
        assertThat(Client.rejection(() -> publication.bundle(list, log.tiles())).reason())
                .isEqualTo(ReleasesReason.INCLUSION_MISSING);
        assertThat(Client.rejection(() -> publication.enter(list, log.tiles(), log.key()))
                        .reason())
                .isEqualTo(ReleasesReason.WRONG_LOG);
    }
}

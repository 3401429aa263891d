package io.attestedmesh.releases.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.file.AtomicFile;
import io.attestedmesh.releases.source.LookResult.Failed;
import io.attestedmesh.releases.source.LookResult.Refused;
import io.attestedmesh.releases.source.LookResult.Updated;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FeedOfAFileTest {
    private static final SourceSettings SETTINGS = SourceSettings.upTo(1000);
    private static final Duration HARDLY_EVER = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final ScriptedAcceptor acceptor = new ScriptedAcceptor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final ExecutorService fetcher = Executors.newSingleThreadExecutor();
    private Path file;

    @BeforeEach
    void prepare() {
        file = folder.resolve("bundle.json");
    }

    @AfterEach
    void end() {
        timer.shutdownNow();
        fetcher.shutdownNow();
    }

    @Test
    void look_atAFileThatIsBeingWritten_refusesTheHalfAndTakesTheWhole() throws IOException {
        SourceReader reader = new SourceReader(new FileSource(file, 1000), acceptor);
        replace("good 1");
        reader.look();

        Files.writeString(file, "half");
        assertThat(reader.look()).isInstanceOf(Refused.class);
        assertThat(acceptor.inForce()).isEqualTo("good 1");

        Files.writeString(file, "good 2");
        assertThat(reader.look()).isInstanceOf(Updated.class);
        assertThat(acceptor.inForce()).isEqualTo("good 2");
    }

    @Test
    void look_atAFileThatWasRemoved_keepsWhatIsInForce() throws IOException {
        SourceReader reader = new SourceReader(new FileSource(file, 1000), acceptor);
        replace("good 1");
        reader.look();
        Files.delete(file);

        assertThat(reader.look()).isInstanceOf(Failed.class);
        assertThat(acceptor.inForce()).isEqualTo("good 1");
    }

    @Test
    @Timeout(60)
    void feed_ofAFile_seesAReplacementLongBeforeThePromise() throws Exception {
        replace("good 1");
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch second = new CountDownLatch(2);
        try (ReleaseFeed feed = start(SourceLocation.parse(folder + "/").open(SETTINGS))) {
            feed.onChange(() -> {
                first.countDown();
                second.countDown();
            });
            first.await();

            replace("good 2");

            second.await();
            assertThat(acceptor.inForce()).isEqualTo("good 2");
        }
    }

    @Test
    @Timeout(60)
    void close_whileAServerSaysNothing_freesTheFetcher() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (LoopbackServer server = LoopbackServer.start()) {
            server.answers(exchange -> {
                asked.countDown();
                server.keepSilent();
            });
            SourceSettings patient = SETTINGS.withTimeouts(Duration.ofMinutes(1), Duration.ofHours(1));
            ReleaseFeed feed = start(new WebSource(server.url("/"), patient));
            asked.await();

            feed.close();

            fetcher.shutdown();
            assertThat(fetcher.awaitTermination(50, TimeUnit.SECONDS)).isTrue();
        }
    }

    private ReleaseFeed start(ReleaseSource source) {
        return ReleaseFeed.start(
                source,
                acceptor,
                HARDLY_EVER,
                FeedEvents.NONE,
                new Workers(timer, fetcher, Clock.systemUTC(), new Random(7)));
    }

    private void replace(String content) throws IOException {
        AtomicFile.write(file, content.getBytes(StandardCharsets.UTF_8), AtomicFile.Access.PUBLIC);
    }
}

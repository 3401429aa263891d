package io.attestedmesh.enclave.parent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.enclave.vsock.EventLoop;
import io.attestedmesh.enclave.vsock.StreamConnection;
import io.attestedmesh.enclave.vsock.StreamServer;
import io.attestedmesh.enclave.vsock.UnixAddress;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.assertj.core.api.ThrowingConsumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@SuppressWarnings("try") // what is open serves the block
class ParentServicesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private UnixAddress address;
    private EventLoop loop;

    @BeforeEach
    void start() throws IOException {
        address = new UnixAddress(folder.resolve("socket"));
        loop = EventLoop.start("services");
    }

    @AfterEach
    void stop() {
        loop.close();
    }

    private StreamServer serve(StreamServer.Service service) throws IOException {
        return new StreamServer(loop, address, 2, PATIENCE, service);
    }

    @Test
    void fetch_getsWhatTheFolderHoldsNow() throws IOException {
        Path config = Files.createDirectory(folder.resolve("config"));
        Files.write(config.resolve("big"), new byte[1_000_000]);
        try (StreamServer server = serve(new ConfigService(config))) {
            assertThat(ConfigService.fetch(server.address(), PATIENCE).files()).containsOnlyKeys("big");
            Files.write(config.resolve("second"), new byte[1]);
            assertThat(ConfigService.fetch(server.address(), PATIENCE).encoded())
                    .isEqualTo(ConfigArchive.ofFolder(config).encoded());
        }
    }

    @Test
    void fetch_announcedTooLarge_isRefusedBeforeItIsRead() throws IOException {
        try (StreamServer server = serve(connection -> {
            connection.output().write(new byte[] {(byte) 0xff, 0, 0, 0});
            connection.input().read();
        })) {
            assertThatThrownBy(() -> ConfigService.fetch(server.address(), PATIENCE))
                    .isInstanceOf(RejectedArchiveException.class)
                    .hasMessageContaining("TOO_LARGE");
        }
    }

    @Test
    void fetch_thatEndsEarly_isRefused() throws IOException {
        try (StreamServer server = serve(connection -> connection.output().write(new byte[] {0, 0, 0, 9, 1}))) {
            assertThatThrownBy(() -> ConfigService.fetch(server.address(), PATIENCE))
                    .isInstanceOf(RejectedArchiveException.class)
                    .hasMessageContaining("TRUNCATED");
        }
    }

    @Test
    void fetch_fromSilentParent_endsInTime() throws IOException {
        try (StreamServer server = serve(connection -> connection.input().read())) {
            assertThatThrownBy(() -> ConfigService.fetch(server.address(), Duration.ofMillis(50)))
                    .isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void fetch_fromNobody_saysSo() {
        assertThatThrownBy(() -> ConfigService.fetch(address, PATIENCE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("connecting to unix:");
    }

    @Test
    void heartbeat_isAnswered() throws IOException {
        try (StreamServer server =
                serve(connection -> connection.output().write(connection.input().read()))) {
            Heartbeat.send(server.address(), PATIENCE);
        }
    }

    @Test
    void heartbeat_wrongAnswer_fails() throws IOException {
        try (StreamServer server = serve(connection -> {
            // Read first: who closes with bytes unread may break the other's writing.
            connection.input().read();
            connection.output().write(1);
        })) {
            assertThatThrownBy(() -> Heartbeat.send(server.address(), PATIENCE))
                    .hasMessage("heartbeat: expected 0xb7, actual 1");
        }
    }

    @Test
    void server_withAllThreadsBusy_closesTheNextAndTheIdlest() throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        try (StreamServer server = serve(connection -> {
                    connection.output().write(1);
                    connection.input().read();
                    done.countDown();
                });
                StreamConnection first = StreamConnection.connect(address, PATIENCE)) {
            // One after the other: the first is the idlest then.
            assertThat(first.input().read()).isEqualTo(1);
            try (StreamConnection second = StreamConnection.connect(address, PATIENCE)) {
                assertThat(second.input().read()).isEqualTo(1);
                try (StreamConnection third = StreamConnection.connect(address, PATIENCE)) {
                    assertThat(third.input().read()).isEqualTo(-1);
                    assertThat(first.input().read()).isEqualTo(-1);
                }
            }
            assertThat(server.address()).isEqualTo(address);
        }
        assertThat(done.await(30, TimeUnit.SECONDS))
                .as("close ends those that wait")
                .isTrue();
    }

    @Test
    void log_isShippedAndWritten() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        LogSink sink = new LogSink(lines::add, 100, Clock.systemUTC());
        try (StreamServer server = serve(sink);
                LogShipper shipper = LogShipper.start(server.address())) {
            shipper.send("one\u001b[31m");
            shipper.send("two");
            assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("one\\u001b[31m");
            assertThat(lines.poll(30, TimeUnit.SECONDS)).isEqualTo("two");
            assertThat(shipper.dropped()).isZero();
        }
    }

    @Test
    void log_withoutParent_dropsAndNeverWaits() {
        LogShipper shipper = LogShipper.start(address);
        for (int i = 0; i < 5000; i++) {
            shipper.send("line");
        }
        assertThat(shipper.dropped()).isGreaterThan(2000);
        shipper.close();
    }

    @Test
    void close_servesWhatCameBefore() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        AtomicLong received = new AtomicLong();
        StreamServer server = serve(connection -> {
            byte[] part = new byte[100];
            for (int count = connection.input().read(part);
                    count >= 0;
                    count = connection.input().read(part)) {
                began.countDown();
                received.addAndGet(count);
            }
        });
        try (StreamConnection connection = StreamConnection.connect(address, PATIENCE)) {
            connection.output().write(new byte[100_000]);
            began.await();
            server.close();
            assertThat(received).hasValue(100_000);
        }
    }

    private static List<String> warnings(ThrowingConsumer<Logger> work) throws Throwable {
        List<String> warnings = new CopyOnWriteArrayList<>();
        Logger logger = Logger.getLogger(StreamServer.class.getName());
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord entry) {
                if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                    warnings.add(entry.getMessage());
                }
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        logger.addHandler(handler);
        try {
            work.accept(logger);
        } finally {
            logger.removeHandler(handler);
        }
        return warnings;
    }

    @Test
    void failureOfTheServiceItself_isAWarningOnce() throws Throwable {
        assertThat(warnings(logger -> {
                    try (StreamServer server = serve(new ConfigService(folder.resolve("missing")))) {
                        for (int i = 0; i < 3; i++) {
                            assertThatThrownBy(() -> ConfigService.fetch(server.address(), PATIENCE))
                                    .isInstanceOf(IOException.class);
                        }
                    }
                }))
                .singleElement()
                .asString()
                .contains("could not be served")
                .contains("missing");
    }

    @Test
    void failureOfThePeer_isNoWarning() throws Throwable {
        assertThat(warnings(logger -> {
                    CountDownLatch gone = new CountDownLatch(1);
                    try (StreamServer server = serve(connection -> {
                        try {
                            gone.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        connection.output().write(new byte[1_000_000]);
                    })) {
                        StreamConnection.connect(server.address(), PATIENCE).close();
                        gone.countDown();
                    }
                }))
                .isEmpty();
    }

    @Test
    void log_afterLinesWereDropped_saysHowMany() throws Exception {
        BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        LogSink sink = new LogSink(lines::add, 10_000, Clock.systemUTC());
        try (LogShipper shipper = LogShipper.start(address)) {
            for (int i = 0; i < 5000; i++) {
                shipper.send("line");
            }
            long dropped = shipper.dropped();
            assertThat(dropped).isPositive();
            try (StreamServer server = serve(sink)) {
                String line = lines.poll(30, TimeUnit.SECONDS);
                while (line != null && line.equals("line")) {
                    line = lines.poll(30, TimeUnit.SECONDS);
                }
                assertThat(line).isEqualTo("(" + dropped + " lines were dropped)");
            }
        }
    }
}

package io.attestedmesh.voting.coordination;

import static io.attestedmesh.voting.coordination.CoordinationContract.ONE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.COMMITTEE;
import static io.attestedmesh.voting.coordination.CoordinationFixture.id;
import static io.attestedmesh.voting.coordination.CoordinationFixture.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserChangePasswordRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.AuthenticateRequest;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An etcd whose authentication is on. */
@Timeout(120)
@SuppressWarnings("try") // what is closed at the end is not always named in between
class EtcdLoginTest {
    private static final String PASSWORD = "correct horse";

    @TempDir
    Path folder;

    private EtcdServer etcd;

    @BeforeAll
    static void requireEtcd() {
        assumeThat(EtcdServer.isInstalled())
                .as("etcd is on PATH (Debian's etcd-server)")
                .isTrue();
    }

    @BeforeEach
    void enable() throws Exception {
        etcd = EtcdServer.start(folder);
        boolean enabled = etcd.raw(channel -> {
            AuthGrpc.AuthBlockingStub auth = AuthGrpc.newBlockingStub(channel);
            auth.userAdd(AuthUserAddRequest.newBuilder()
                    .setName("root")
                    .setPassword(PASSWORD)
                    .build());
            auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("root").build());
            auth.userGrantRole(AuthUserGrantRoleRequest.newBuilder()
                    .setUser("root")
                    .setRole("root")
                    .build());
            return auth.authEnable(AuthEnableRequest.getDefaultInstance()).hasHeader();
        });
        assertThat(enabled).isTrue();
    }

    @AfterEach
    void stop() {
        etcd.close();
    }

    private Coordination as(String user, Supplier<String> password) throws CoordinationException {
        return EtcdCoordination.connect(
                COMMITTEE,
                etcd.settings().withLogin(new EtcdSettings.Login(user, password)),
                new SimpleMeterRegistry());
    }

    @Test
    void compareAndSet_rightPassword_writes() throws Exception {
        try (Coordination store = as("root", () -> PASSWORD)) {
            assertThat(store.compareAndSet(id("tx"), 0, ONE)).isTrue();
        }
    }

    @Test
    void outcome_wrongPassword_failsAndSaysNoSecret() throws Exception {
        try (Coordination store = as("root", () -> "wrong-secret")) {
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> store.outcome(id("tx")))
                    .withMessageContaining("authentication failed")
                    .satisfies(e -> assertThat(Throwables.getStackTrace(e)).doesNotContain("wrong-secret"));
        }
    }

    @Test
    void outcome_unknownUser_fails() throws Exception {
        try (Coordination store = as("mallory", () -> PASSWORD)) {
            assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> store.outcome(id("tx")));
        }
    }

    @Test
    void outcome_noLogin_fails() throws Exception {
        try (Coordination store = EtcdCoordination.connect(COMMITTEE, etcd.settings(), new SimpleMeterRegistry())) {
            assertThatExceptionOfType(CoordinationException.class)
                    .isThrownBy(() -> store.outcome(id("tx")))
                    .withMessageContaining("user name is empty");
        }
    }

    @Test
    void outcome_supplierThrows_failsAndWorksOnceItDoesNot() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Supplier<String> late = () -> {
            if (asked.incrementAndGet() == 1) {
                throw new IllegalStateException("no password yet");
            }
            return PASSWORD;
        };
        try (Coordination store = as("root", late)) {
            assertThatExceptionOfType(CoordinationException.class).isThrownBy(() -> store.outcome(id("tx")));
            assertThat(store.outcome(id("tx"))).isEmpty();
        }
    }

    /** A password that is set, be it the same, ends what was given for the one before. */
    private void forgetTokens() throws Exception {
        boolean changed = etcd.raw(channel -> {
            String token = AuthGrpc.newBlockingStub(channel)
                    .authenticate(AuthenticateRequest.newBuilder()
                            .setName("root")
                            .setPassword(PASSWORD)
                            .build())
                    .getToken();
            Metadata headers = new Metadata();
            headers.put(Metadata.Key.of("token", Metadata.ASCII_STRING_MARSHALLER), token);
            return AuthGrpc.newBlockingStub(channel)
                    .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
                    .userChangePassword(AuthUserChangePasswordRequest.newBuilder()
                            .setName("root")
                            .setPassword(PASSWORD)
                            .build())
                    .hasHeader();
        });
        assertThat(changed).isTrue();
    }

    @Test
    void member_tokenIsForgotten_isHeldOn() throws Exception {
        try (Coordination store = as("root", () -> PASSWORD);
                Membership membership = store.join(member("a"), Duration.ofSeconds(2))) {
            forgetTokens();
            long end = System.nanoTime() + Duration.ofSeconds(4).toNanos();
            Eventually.holds(() -> System.nanoTime() > end);
            Eventually.holds(membership::held);
            assertThat(store.members()).containsExactly(member("a"));
        }
    }

    @Test
    void watch_tokenIsForgottenAndConnectionBreaks_goesOn() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher();
        try (Coordination store = as("root", () -> PASSWORD);
                Watch unused = store.watch(WatchFrom.NOW, watcher)) {
            forgetTokens();
            etcd.kill();
            etcd.start();
            store.compareAndSet(id("tx"), 0, ONE);
            Eventually.holds(() -> watcher.outcomes.contains(id("tx")));
        }
    }

    @Test
    void outcome_tokenIsForgotten_logsInAgain() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        Supplier<String> counting = () -> {
            asked.incrementAndGet();
            return PASSWORD;
        };
        try (Coordination store = as("root", counting)) {
            store.compareAndSet(id("tx"), 0, ONE);
            assertThat(asked.get()).isEqualTo(1);
            forgetTokens();
            assertThat(store.outcome(id("tx"))).isPresent();
            assertThat(asked.get()).isEqualTo(2);
        }
    }

    @Test
    void watch_andMember_goOnOverARestart() throws Exception {
        RecordingWatcher watcher = new RecordingWatcher();
        try (Coordination store = as("root", () -> PASSWORD);
                Watch unused = store.watch(WatchFrom.NOW, watcher);
                Membership membership = store.join(member("a"), Duration.ofSeconds(2))) {
            Eventually.holds(() -> watcher.members.contains(member("a")));
            etcd.kill();
            etcd.start();
            store.compareAndSet(id("after"), 0, ONE);
            Eventually.holds(() -> watcher.outcomes.contains(id("after")));
            long end = System.nanoTime() + Duration.ofSeconds(3).toNanos();
            Eventually.holds(() -> System.nanoTime() > end);
            Eventually.holds(membership::held);
            Eventually.holds(() -> !store.members().isEmpty());
        }
    }
}

package io.attestedmesh.attest.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.AttestationDocument;
import io.attestedmesh.attest.evidence.AttestationRequest;
import io.attestedmesh.attest.evidence.AttesterException;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.verify.TrustedRoot;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {
    private static final AttestationRequest NOTHING =
            new AttestationRequest(Optional.empty(), Optional.empty(), Optional.empty());

    @TempDir
    private Path temporary;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-20T08:00:00Z"));
    private Path folder;

    @BeforeEach
    void name() {
        folder = temporary.resolve("below").resolve("cloud");
    }

    @Test
    void openOrCreate_newFolder_isPrivateAndItsKeysToo() throws IOException {
        open();

        assertThat(mode(folder)).isEqualTo("rwx------");
        assertThat(mode(folder.resolve("root.pem"))).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("regional.pem"))).isEqualTo("rw-------");
        assertThat(mode(folder.resolve("zonal.pem"))).isEqualTo("rw-------");
        assertThat(Files.readString(folder.resolve("root.crt"))).doesNotContain("KEY");
        assertThat(folder.toFile().list()).noneMatch(file -> file.endsWith(".tmp"));
    }

    @Test
    void openOrCreate_again_findsTheSameCloud() throws IOException {
        X509Certificate root = open().rootCertificate();
        byte[] zonal = Files.readAllBytes(folder.resolve("zonal.pem"));

        assertThat(open().rootCertificate()).isEqualTo(root);
        assertThat(folder.resolve("zonal.pem")).hasBinaryContent(zonal);
    }

    @Test
    void readRoot_ofACloud_isItsRootAndSimulated() throws IOException {
        X509Certificate root = open().rootCertificate();

        TrustedRoot read = SimulatedNitro.readRoot(folder);

        assertThat(read.certificate()).isEqualTo(root);
        assertThat(read.simulated()).isTrue();
    }

    @Test
    void readRoot_noCloud_saysSo() {
        assertThatThrownBy(() -> SimulatedNitro.readRoot(folder))
                .isInstanceOf(SimulatorStateException.class)
                .hasMessageContaining("root.crt does not exist");
    }

    @Test
    void openOrCreate_folderOthersCanRead_isRefused() throws IOException {
        open();
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));

        assertThatThrownBy(this::open)
                .isInstanceOf(SimulatorStateException.class)
                .hasMessageContaining("permissions rwxr-x---, expected rwx------");
    }

    @Test
    void openOrCreate_keyOthersCanRead_isRefused() throws IOException {
        open();
        Files.setPosixFilePermissions(folder.resolve("zonal.pem"), PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(this::open)
                .isInstanceOf(SimulatorStateException.class)
                .hasMessageContaining("zonal.pem has permissions rw-r--r--");
    }

    @Test
    void openOrCreate_fileInPlaceOfFolder_isRefused() throws IOException {
        Files.createDirectories(folder.getParent());
        Files.createFile(folder);

        assertThatThrownBy(this::open)
                .isInstanceOf(SimulatorStateException.class)
                .hasMessageContaining("is not a folder");
    }

    @Test
    void openOrCreate_truncatedKey_isRefusedByName() throws IOException {
        open();
        Path file = folder.resolve("root.pem");
        Files.writeString(file, Files.readString(file).substring(0, 120));

        assertThatThrownBy(this::open)
                .isInstanceOf(SimulatorStateException.class)
                .hasMessageContaining("root.pem is damaged: no PEM block PRIVATE KEY");
    }

    @Test
    void openOrCreate_keyOfAnotherFile_isRefusedAndNotShown() throws IOException {
        open();
        Path file = folder.resolve("root.pem");
        String otherKey = block(Files.readString(folder.resolve("zonal.pem")), 0);
        Files.writeString(file, otherKey + block(Files.readString(file), 1));

        assertThatThrownBy(this::open)
                .isInstanceOf(SimulatorStateException.class)
                .hasMessageContaining("root.pem has a key that is not the certificate's")
                .hasMessageNotContaining(otherKey.lines().skip(1).findFirst().orElseThrow());
    }

    @Test
    void openOrCreate_garbageInKey_isRefused() throws IOException {
        open();
        Path file = folder.resolve("regional.pem");
        String text = Files.readString(file);
        Files.writeString(file, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n" + block(text, 1));

        assertThatThrownBy(this::open)
                .isInstanceOf(SimulatorStateException.class)
                .hasMessageContaining("regional.pem has no readable EC private key");
    }

    @Test
    void openOrCreate_certificateMissing_isRefused() throws IOException {
        open();
        Path file = folder.resolve("root.pem");
        Files.writeString(file, block(Files.readString(file), 0));

        assertThatThrownBy(this::open)
                .isInstanceOf(SimulatorStateException.class)
                .hasMessageContaining("root.pem is damaged: no PEM block CERTIFICATE");
    }

    @Test
    void openOrCreate_oversizedFile_isRefusedUnread() throws IOException {
        open();
        Files.write(folder.resolve("root.pem"), new byte[100_000]);

        assertThatThrownBy(this::open)
                .isInstanceOf(SimulatorStateException.class)
                .hasMessageContaining("larger than 16384 bytes");
    }

    @Test
    void openOrCreate_rootGone_doesNotFoundAnotherCloud() throws IOException {
        open();
        Files.delete(folder.resolve("root.pem"));

        assertThatThrownBy(this::open).hasMessageContaining("has lost its root");
        assertThat(folder.resolve("root.pem")).doesNotExist();
    }

    @Test
    void openOrCreate_beforeTheRootsLife_isRefused() throws IOException {
        open();
        clock.advance(Duration.ofDays(-1));

        assertThatThrownBy(this::open).hasMessageContaining("is not valid at");
    }

    @Test
    void attest_cloudReplacedMeanwhile_isRefused() throws Exception {
        SimulatedNsm nsm = open().launch(EnclaveSpec.of(EnclaveImage.of("image", Bytes.EMPTY)));
        nsm.attest(NOTHING);
        for (Path file : files()) {
            Files.delete(file);
        }
        open();
        clock.advance(Duration.ofDays(7));

        assertThatThrownBy(() -> nsm.attest(NOTHING))
                .isInstanceOf(AttesterException.class)
                .hasMessageContaining("was replaced");
    }

    @Test
    void attest_twoClouds_afterTheZonesEnd_shareTheRenewedZone() throws Exception {
        EnclaveSpec spec = EnclaveSpec.of(EnclaveImage.of("image", Bytes.EMPTY));
        SimulatedNsm one = open().launch(spec);
        SimulatedNsm two = open().launch(spec);
        List<Bytes> before = issuers(one);
        clock.advance(Duration.ofDays(7));

        List<Bytes> after = issuers(one);

        assertThat(issuers(two)).isEqualTo(after);
        assertThat(after.get(1)).isEqualTo(before.get(1));
        assertThat(after.get(2)).isNotEqualTo(before.get(2));
    }

    @Test
    @Timeout(60)
    void openOrCreate_manyThreadsAtOnce_foundOneCloud() throws Exception {
        int threads = 8;
        CyclicBarrier start = new CyclicBarrier(threads);
        ExecutorService executor = Executors.newFixedThreadPool(threads);
        try {
            Callable<X509Certificate> opening = () -> {
                start.await(20, TimeUnit.SECONDS);
                return open().rootCertificate();
            };
            List<Future<X509Certificate>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                futures.add(executor.submit(opening));
            }
            Set<X509Certificate> roots = new HashSet<>();
            for (Future<X509Certificate> future : futures) {
                roots.add(future.get(30, TimeUnit.SECONDS));
            }
            assertThat(roots).hasSize(1);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    @Timeout(60)
    void openOrCreate_twoProcessesAtOnce_foundOneCloud() throws Exception {
        Files.createDirectories(folder.getParent());
        Files.createDirectory(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        List<Process> founders = new ArrayList<>();
        List<String> roots = new ArrayList<>();
        try (FileChannel gate =
                FileChannel.open(folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            gate.lock();
            for (int i = 0; i < 2; i++) {
                founders.add(founder());
            }
            for (Process founder : founders) {
                assertThat(founder.inputReader().readLine()).isEqualTo("ready");
            }
            assertThat(folder.resolve("root.pem")).doesNotExist();
        }
        for (Process founder : founders) {
            try (BufferedReader output = founder.inputReader()) {
                roots.add(output.readLine());
            }
            assertThat(founder.waitFor(30, TimeUnit.SECONDS)).isTrue();
        }

        String root =
                SimulatedNitro.readRoot(folder).certificate().getSerialNumber().toString(16);
        assertThat(roots).containsExactly(root, root);
    }

    private static List<Bytes> issuers(SimulatedNsm nsm) throws Exception {
        return AttestationDocument.parse(nsm.attest(NOTHING)).cabundle().subList(0, 3);
    }

    private SimulatedNitro open() throws IOException {
        return SimulatedNitro.openOrCreate(folder, clock, new SecureRandom());
    }

    private Process founder() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        return new ProcessBuilder(
                        java, "-XX:TieredStopAtLevel=1", "-cp", classPath, Founder.class.getName(), folder.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    private static String block(String pem, int index) {
        return pem.split("(?<=-----END [A-Z ]{1,20}-----\n)", -1)[index];
    }
}

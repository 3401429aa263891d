package io.attestedmesh.releases.trust;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.fixture.Publisher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a value, or one of the two exceptions. CONTRIBUTING says how to run. */
class BundleFuzzTest {
    private static final Requirements REQUIREMENTS = Publisher.withoutLog().requirements();

    static Stream<byte[]> bundles() throws IOException {
        Publisher plain = Publisher.withoutLog();
        Bundle logged = inLog();
        return Stream.of(plain.publish(plain.list(1)), logged)
                .map(bundle -> bundle.encode().toByteArray());
    }

    static Stream<byte[]> states() throws IOException {
        Bundle logged = inLog();
        return Stream.of(
                        new ReleaseState(logged.roots(), Optional.empty(), Optional.empty()),
                        new ReleaseState(logged.roots(), Optional.of(logged), Optional.empty()),
                        new ReleaseState(
                                logged.roots(), Optional.empty(), logged.log().map(proof -> proof.checkpoint())))
                .map(state -> state.encode().toByteArray());
    }

    /** The second list of a log with a witness, after a rotation. */
    private static Bundle inLog() throws IOException {
        Path folder = Files.createTempDirectory("BundleFuzzTest");
        try {
            Publisher publisher = Publisher.withLog(folder.resolve("log"), 1);
            publisher.publish(publisher.list(1));
            publisher.replace("carol");
            return publisher.publish(publisher.list(2));
        } finally {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @MethodSource("bundles")
    @FuzzTest
    void bundle_readsTheSameAfterWritingItAgain(byte[] input) throws MalformedReleasesException {
        Bundle read;
        try {
            read = Bundle.parse(Bytes.of(input));
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage()).hasSizeLessThan(2000).doesNotContain("\n");
            return;
        }
        assertThat(Bundle.parse(read.encode())).isEqualTo(read);
        assertThat(read.roots()).isNotEmpty();
    }

    @MethodSource("bundles")
    @FuzzTest
    void bundle_ofStrangers_isNeverAccepted(byte[] input) {
        try {
            VerifiedList accepted =
                    new BundleVerifier(REQUIREMENTS).verify(Bundle.parse(Bytes.of(input)), Publisher.NOW);
            throw new AssertionError("accepted version " + accepted.version());
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage()).hasSizeLessThan(2000).doesNotContain("\n");
        } catch (RejectedReleasesException e) {
            assertThat(e.getMessage()).hasSizeLessThan(8000).doesNotContain("\n");
        }
    }

    @MethodSource("states")
    @FuzzTest
    void state_readsTheSameAfterWritingItAgain(byte[] input) throws MalformedReleasesException {
        ReleaseState read;
        try {
            read = ReleaseState.parse(Bytes.of(input));
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage()).hasSizeLessThan(2000).doesNotContain("\n");
            return;
        }
        assertThat(ReleaseState.parse(read.encode())).isEqualTo(read);
    }
}

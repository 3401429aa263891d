package io.attestedmesh.releases.log;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.ReleasesReason;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.assertj.core.api.Assertions;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Keys, entries and times that the tests of the log share. */
final class Logs {
    static final String ORIGIN = "acme.example/releases";
    static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    static final Clock CLOCK = at(NOW);

    private Logs() {}

    static Clock at(Instant time) {
        return Clock.fixed(time, ZoneOffset.UTC);
    }

    /** A signer with a key of its own. */
    static NoteSigner signer(String name) {
        try {
            return NoteSigner.of(name, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static LogEntry entry(long version) {
        return new LogEntry("acme-kms", version, Bytes.of(filled(48, (byte) version)));
    }

    /** Versions {@code from} to {@code to}, both included. */
    static List<LogEntry> entries(long from, long to) {
        return LongStream.rangeClosed(from, to).mapToObj(Logs::entry).toList();
    }

    static byte[] filled(int size, byte value) {
        byte[] content = new byte[size];
        java.util.Arrays.fill(content, value);
        return content;
    }

    /** Different leaf hashes. */
    static List<Bytes> leaves(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> MerkleTree.hashLeaf(Bytes.of((byte) (i >> 8), (byte) i)))
                .toList();
    }

    static Checkpoint checkpoint(int size) {
        return new Checkpoint(ORIGIN, size, MerkleTree.rootOf(leaves(size)));
    }

    /** From {@code from} entries of {@link #leaves} to {@code to}. */
    static ConsistencyProof consistency(int from, int to) {
        return new ConsistencyProof(from, MerkleTree.consistencyProof(leaves(to), from));
    }

    static void assertRejected(ReleasesReason reason, ThrowingCallable action) {
        Assertions.assertThatExceptionOfType(RejectedReleasesException.class)
                .isThrownBy(action)
                .satisfies(e -> {
                    Assertions.assertThat(e.reason()).isEqualTo(reason);
                    Assertions.assertThat(e.expected()).isNotBlank();
                    Assertions.assertThat(e.actual()).isNotBlank().doesNotContain("\n");
                });
    }
}

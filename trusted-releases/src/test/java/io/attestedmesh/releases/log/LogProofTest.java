package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.ReleasesReason.CONSISTENCY_MISSING;
import static io.attestedmesh.releases.ReleasesReason.INCLUSION_INVALID;
import static io.attestedmesh.releases.ReleasesReason.LOG_FORK;
import static io.attestedmesh.releases.ReleasesReason.LOG_ROLLBACK;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LOG;
import static io.attestedmesh.releases.log.Logs.NOW;
import static io.attestedmesh.releases.log.Logs.ORIGIN;
import static io.attestedmesh.releases.log.Logs.assertRejected;
import static io.attestedmesh.releases.log.Logs.checkpoint;
import static io.attestedmesh.releases.log.Logs.consistency;
import static io.attestedmesh.releases.log.Logs.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.json.Encodings;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LogProofTest {
    private static final List<Bytes> LEAVES =
            Logs.entries(1, 9).stream().map(LogEntry::leafHash).toList();
    private static final Checkpoint TREE = new Checkpoint(ORIGIN, 9, MerkleTree.rootOf(LEAVES));
    private static final LogProof PROOF = new LogProof(
            SignedCheckpoint.sign(TREE, signer(ORIGIN), NOW),
            6,
            MerkleTree.inclusionProof(LEAVES, 6),
            List.of(earlier(5), earlier(8)));

    private static ConsistencyProof earlier(int size) {
        return new ConsistencyProof(size, MerkleTree.consistencyProof(LEAVES, size));
    }

    private static Checkpoint seen(int size) {
        return new Checkpoint(ORIGIN, size, MerkleTree.rootOf(LEAVES.subList(0, size)));
    }

    private static LogProof read(String json) throws MalformedReleasesException {
        return JsonReader.read("bundle", Bytes.of(json.getBytes(StandardCharsets.UTF_8)), 1 << 24, LogProof::read);
    }

    private static String json(LogProof proof) {
        return new String(JsonWriter.document(proof::write).toByteArray(), StandardCharsets.UTF_8);
    }

    @Test
    void requireIncludes_itsEntry_isAccepted() throws Exception {
        PROOF.requireIncludes(Logs.entry(7));

        assertThat(PROOF.inclusion()).hasSize(4);
    }

    @Test
    void requireIncludes_anyOtherEntry_isInvalid() {
        for (int version : new int[] {1, 6, 8, 9, 77}) {
            assertRejected(INCLUSION_INVALID, () -> PROOF.requireIncludes(Logs.entry(version)));
        }
    }

    @Test
    void requireIncludes_sameVersionWithAnotherDigest_isInvalid() {
        LogEntry other = new LogEntry("acme-kms", 7, Bytes.of(Logs.filled(48, (byte) 99)));

        assertRejected(INCLUSION_INVALID, () -> PROOF.requireIncludes(other));
    }

    @Test
    void requireIncludes_indexOutsideOfTheTree_isInvalid() {
        LogProof outside = new LogProof(PROOF.checkpoint(), 9, PROOF.inclusion(), List.of());

        assertRejected(INCLUSION_INVALID, () -> outside.requireIncludes(Logs.entry(7)));
    }

    @Test
    void requireExtends_sizesWithAProof_areAccepted() throws Exception {
        PROOF.requireExtends(seen(5));
        PROOF.requireExtends(seen(8));
        PROOF.requireExtends(seen(9));
        PROOF.requireExtends(new Checkpoint(ORIGIN, 0, MerkleTree.EMPTY_ROOT));
    }

    @Test
    void requireExtends_sizeWithoutProof_isMissing() {
        assertRejected(CONSISTENCY_MISSING, () -> PROOF.requireExtends(seen(6)));
    }

    @Test
    void requireExtends_largerTreeSeen_isARollback() {
        Checkpoint larger = new Checkpoint(ORIGIN, 10, TREE.rootHash());

        assertRejected(LOG_ROLLBACK, () -> PROOF.requireExtends(larger));
    }

    @Test
    void requireExtends_otherPast_isAFork() {
        assertRejected(LOG_FORK, () -> PROOF.requireExtends(checkpoint(5)));
        assertRejected(LOG_FORK, () -> PROOF.requireExtends(checkpoint(9)));
    }

    @Test
    void requireExtends_otherLog_isTheWrongLog() {
        Checkpoint other = new Checkpoint("other.example/log", 5, seen(5).rootHash());

        assertRejected(WRONG_LOG, () -> PROOF.requireExtends(other));
    }

    @Test
    void read_whatWasWritten_isTheSame() throws Exception {
        assertThat(read(json(PROOF))).isEqualTo(PROOF);
    }

    @Test
    void read_smallestProof_isTheSame() throws Exception {
        Checkpoint one = new Checkpoint(ORIGIN, 1, LEAVES.get(0));
        LogProof smallest = new LogProof(SignedCheckpoint.sign(one, signer(ORIGIN), NOW), 0, List.of(), List.of());

        assertThat(read(json(smallest))).isEqualTo(smallest);
        smallest.requireIncludes(Logs.entry(1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"index\": 6|\"index\": -1",
                "\"index\": 6|\"index\": 6.0",
                "\"index\": 6|\"index\": \"6\"",
                "\"index\": 6|\"index\": 1099511627776",
                "\"index\": 6|\"index\": 6, \"index\": 6",
                "\"index\": 6|\"index\": 6, \"more\": 6",
                "\"index\": 6|\"more\": 6",
                "\"index\": 6,|",
                "\"inclusion\"|\"exclusion\"",
                "\"size\": 5|\"size\": 8",
                "\"size\": 5|\"size\": 9",
                "\"size\": 5|\"size\": 0",
                "\"size\": 5|\"size\": 1099511627777",
                "\"size\": 5|\"size\": 5, \"root\": 5",
                "\"size\": 5,|",
                "acme.example/releases|acme.example releases",
                "acme.example/releases|\\\\ud800",
                "\\u2014|-",
            })
    void read_memberChanged_isMalformed(String part, String instead) {
        String right = json(PROOF);
        String part1 = part.replace("\\u2014", "\u2014");
        String wrong = right.replaceFirst(part1, instead == null ? "" : instead);

        assertThat(wrong).isNotEqualTo(right);
        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> read(wrong))
                .satisfies(e -> assertThat(e.getMessage()).startsWith("bundle").doesNotContain("\n"));
    }

    @ParameterizedTest
    @CsvSource({"31", "33", "0"})
    void read_hashOfAnotherLength_isMalformed(int length) {
        String right = Encodings.base64(PROOF.inclusion().get(0));
        String wrong = Encodings.base64(Bytes.of(new byte[length]));

        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> read(json(PROOF).replace(right, wrong)));
    }

    @Test
    void read_hashWithoutPadding_isMalformed() {
        String right = Encodings.base64(PROOF.inclusion().get(0));

        assertThatExceptionOfType(MalformedReleasesException.class)
                .isThrownBy(() -> read(json(PROOF).replace(right, right.replace("=", ""))));
    }

    @Test
    void newProof_moreThan64Hashes_isRefused() {
        List<Bytes> hashes = Collections.nCopies(65, LEAVES.get(0));

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new LogProof(PROOF.checkpoint(), 6, hashes, List.of()));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> new ConsistencyProof(5, hashes));
    }

    @Test
    void newProof_moreThan1024Sizes_isRefused() {
        List<ConsistencyProof> most = new ArrayList<>(
                LongStream.rangeClosed(1, 1024).mapToObj(ConsistencyProof::none).toList());

        assertThat(new LogProof(PROOF.checkpoint(), 6, PROOF.inclusion(), most).consistency())
                .hasSize(1024);
        most.add(ConsistencyProof.none(1025));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new LogProof(PROOF.checkpoint(), 6, PROOF.inclusion(), most));
    }

    @Test
    void newProof_sizesNotAscending_isRefused() {
        List<ConsistencyProof> twice = List.of(consistency(5, 9), consistency(5, 9));

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new LogProof(PROOF.checkpoint(), 6, PROOF.inclusion(), twice));
    }
}

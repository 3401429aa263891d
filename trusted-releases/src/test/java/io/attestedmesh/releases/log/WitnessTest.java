package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.ReleasesReason.CHECKPOINT_UNSIGNED;
import static io.attestedmesh.releases.ReleasesReason.CONSISTENCY_MISSING;
import static io.attestedmesh.releases.ReleasesReason.LOG_FORK;
import static io.attestedmesh.releases.ReleasesReason.LOG_ROLLBACK;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LOG;
import static io.attestedmesh.releases.log.Logs.CLOCK;
import static io.attestedmesh.releases.log.Logs.NOW;
import static io.attestedmesh.releases.log.Logs.ORIGIN;
import static io.attestedmesh.releases.log.Logs.assertRejected;
import static io.attestedmesh.releases.log.Logs.checkpoint;
import static io.attestedmesh.releases.log.Logs.consistency;
import static io.attestedmesh.releases.log.Logs.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.LockFile;
import io.attestedmesh.releases.MalformedReleasesException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WitnessTest {
    @TempDir
    Path folder;

    private final NoteSigner log = signer(ORIGIN);
    private final NoteSigner key = signer("witness.example/w1");
    private Path state;
    private Witness witness;

    @BeforeEach
    void create() throws Exception {
        state = folder.resolve("witness.state");
        witness = Witness.create(state, key, CLOCK);
    }

    private NoteSignature cosign(Checkpoint tree, ConsistencyProof proof) throws Exception {
        return witness.cosign(ORIGIN, List.of(log.key()), SignedCheckpoint.sign(tree, log, NOW), proof);
    }

    private NoteSignature cosignFirst(int size) throws Exception {
        return cosign(checkpoint(size), ConsistencyProof.none(0));
    }

    @Test
    void cosign_firstCheckpoint_isSignedWithItsTime() throws Exception {
        NoteSignature line = cosignFirst(5);

        SignedCheckpoint cosigned =
                SignedCheckpoint.sign(checkpoint(5), log, NOW).with(line);
        assertThat(cosigned.witnessedAt(List.of(witness.key()), 1)).isEqualTo(NOW);
        assertThat(witness.lastSeen(ORIGIN)).contains(checkpoint(5));
    }

    @Test
    void cosign_largerTree_isSignedAfterAnother() throws Exception {
        cosignFirst(5);
        cosign(checkpoint(9), consistency(5, 9));

        assertThat(Witness.open(state, key, CLOCK).lastSeen(ORIGIN)).contains(checkpoint(9));
    }

    @Test
    void cosign_sameTree_isSignedAgainWithANewTime() throws Exception {
        cosignFirst(5);
        Witness later = Witness.open(state, key, Logs.at(NOW.plusSeconds(60)));
        SignedCheckpoint offered = SignedCheckpoint.sign(checkpoint(5), log, NOW);

        NoteSignature line = later.cosign(ORIGIN, List.of(log.key()), offered, ConsistencyProof.none(5));

        assertThat(offered.with(line).witnessedAt(List.of(witness.key()), 1)).isEqualTo(NOW.plusSeconds(60));
    }

    @Test
    void cosign_twoLogs_areKeptApart() throws Exception {
        cosignFirst(5);
        NoteSigner other = signer("other.example/log");
        Checkpoint tree = new Checkpoint("other.example/log", 2, checkpoint(2).rootHash());
        witness.cosign(
                "other.example/log",
                List.of(other.key()),
                SignedCheckpoint.sign(tree, other, NOW),
                ConsistencyProof.none(0));

        assertThat(witness.lastSeen(ORIGIN)).contains(checkpoint(5));
        assertThat(witness.lastSeen("other.example/log")).contains(tree);
        assertThat(witness.lastSeen("third.example/log")).isEmpty();
    }

    @Test
    void cosign_smallerTree_isARollback() throws Exception {
        cosignFirst(9);

        assertRejected(LOG_ROLLBACK, () -> cosign(checkpoint(5), ConsistencyProof.none(0)));
        assertRejected(LOG_ROLLBACK, () -> cosign(checkpoint(5), consistency(5, 9)));
        assertThat(witness.lastSeen(ORIGIN)).contains(checkpoint(9));
    }

    @Test
    void cosign_sameSizeAndAnotherRoot_isAFork() throws Exception {
        cosignFirst(9);
        Checkpoint fork = new Checkpoint(ORIGIN, 9, checkpoint(8).rootHash());

        assertRejected(LOG_FORK, () -> cosign(fork, ConsistencyProof.none(9)));
        assertThat(witness.lastSeen(ORIGIN)).contains(checkpoint(9));
    }

    @Test
    void cosign_largerTreeWithAnotherPast_isAFork() throws Exception {
        cosignFirst(5);
        List<Bytes> rewritten = new ArrayList<>(Logs.leaves(9));
        rewritten.set(2, MerkleTree.hashLeaf(Bytes.EMPTY));
        Checkpoint fork = new Checkpoint(ORIGIN, 9, MerkleTree.rootOf(rewritten));
        ConsistencyProof proof = new ConsistencyProof(5, MerkleTree.consistencyProof(rewritten, 5));

        assertRejected(LOG_FORK, () -> cosign(fork, proof));
        assertThat(witness.lastSeen(ORIGIN)).contains(checkpoint(5));
    }

    /** Whoever says "you have seen nothing yet" does not get a signature without a proof. */
    @Test
    void cosign_proofFromAnotherSize_isMissing() throws Exception {
        cosignFirst(5);

        assertRejected(CONSISTENCY_MISSING, () -> cosign(checkpoint(9), ConsistencyProof.none(0)));
        assertRejected(CONSISTENCY_MISSING, () -> cosign(checkpoint(9), consistency(4, 9)));
        assertRejected(CONSISTENCY_MISSING, () -> cosign(checkpoint(5), ConsistencyProof.none(0)));
        assertRejected(CONSISTENCY_MISSING, () -> cosign(checkpoint(9), consistency(9, 9)));
    }

    @Test
    void cosign_firstWithHashes_isAFork() {
        ConsistencyProof odd = new ConsistencyProof(0, consistency(5, 9).hashes());

        assertRejected(LOG_FORK, () -> cosign(checkpoint(9), odd));
    }

    @Test
    void cosign_logThatIsNotConfigured_isTheWrongLog() {
        SignedCheckpoint offered = SignedCheckpoint.sign(checkpoint(5), log, NOW);

        assertRejected(
                WRONG_LOG,
                () -> witness.cosign("other.example/log", List.of(log.key()), offered, ConsistencyProof.none(0)));
    }

    @Test
    void cosign_checkpointByAStranger_isUnsignedAndNotRemembered() throws Exception {
        SignedCheckpoint offered = SignedCheckpoint.sign(checkpoint(5), signer(ORIGIN), NOW);

        assertRejected(
                CHECKPOINT_UNSIGNED,
                () -> witness.cosign(ORIGIN, List.of(log.key()), offered, ConsistencyProof.none(0)));
        assertThat(witness.lastSeen(ORIGIN)).isEmpty();
    }

    /** The signature must not exist before what it commits to is on disk. */
    @Test
    void cosign_stateThatCannotBeWritten_givesNoSignature() throws Exception {
        Path readOnly = Files.createDirectory(folder.resolve("gone"));
        Path moved = readOnly.resolve("witness.state");
        Witness inFolder = Witness.create(moved, key, CLOCK);
        Files.delete(moved);
        Files.createDirectory(moved);
        SignedCheckpoint offered = SignedCheckpoint.sign(checkpoint(5), log, NOW);

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> inFolder.cosign(ORIGIN, List.of(log.key()), offered, ConsistencyProof.none(0)));
    }

    @Test
    void cosign_whileAnotherDoes_fails() throws Exception {
        try (LockFile lock = LockFile.take(folder.resolve("witness.state.lock"))) {
            lock.requireHeld();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> cosignFirst(5));
        }
        assertThat(cosignFirst(5).name()).isEqualTo("witness.example/w1");
    }

    @Test
    void create_overAState_leavesIt() throws Exception {
        cosignFirst(5);

        assertThatExceptionOfType(FileAlreadyExistsException.class).isThrownBy(() -> Witness.create(state, key, CLOCK));
        assertThat(witness.lastSeen(ORIGIN)).contains(checkpoint(5));
    }

    /** A deleted file is not a witness that has seen nothing. */
    @Test
    void open_stateMissing_fails() throws Exception {
        Files.delete(state);

        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> Witness.open(state, key, CLOCK));
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> cosignFirst(5));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "amesh-witness-v1",
                "amesh-witness-v2\n",
                "amesh-witness-v1\n\n",
                "amesh-witness-v1\nCHECKPOINT",
                "amesh-witness-v1\n\nCHECKPOINT\n",
                "amesh-witness-v1\n\nCHECKPOINT\nCHECKPOINT",
                "amesh-witness-v1\n\n\nCHECKPOINT",
                "\namesh-witness-v1\n\nCHECKPOINT",
                "CHECKPOINT",
            })
    void open_stateMalformed_fails(String content) throws Exception {
        Files.writeString(state, content.replace("CHECKPOINT", checkpoint(3).text()));

        assertThatExceptionOfType(MalformedReleasesException.class).isThrownBy(() -> Witness.open(state, key, CLOCK));
        assertThatExceptionOfType(MalformedReleasesException.class).isThrownBy(() -> cosignFirst(5));
    }

    @Test
    void open_stateTooLong_fails() throws Exception {
        Files.write(state, new byte[(1 << 20) + 1]);

        assertThatExceptionOfType(MalformedReleasesException.class).isThrownBy(() -> Witness.open(state, key, CLOCK));
    }

    @Test
    void state_isTheOwnersAndReadable() throws Exception {
        cosignFirst(3);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(state)))
                .isEqualTo("rw-------");
        assertThat(state).hasContent("amesh-witness-v1\n\n" + checkpoint(3).text());
    }

    /** A log and its witness as two programs: what the log returns is what the witness asks for next. */
    @Test
    void cosign_growingLog_goesFromItsLastSeen() throws Exception {
        TileLog published = TileLog.create(folder.resolve("log"), log, CLOCK);
        for (int size : new int[] {1, 4, 9}) {
            long known = published.checkpoint().checkpoint().size();
            SignedCheckpoint grown = published.append(Logs.entries(known + 1, size), log, CLOCK);
            long seen = witness.lastSeen(ORIGIN).map(Checkpoint::size).orElse(0L);
            NoteSignature line =
                    witness.cosign(ORIGIN, List.of(log.key()), grown, published.consistencyProof(seen, size));
            published.addCosignature(witness.key(), line);
        }
        assertThat(published.checkpoint().witnessedAt(List.of(witness.key()), 1))
                .isEqualTo(NOW);
        assertThat(published.checkpoint().checkpoint().size()).isEqualTo(9);
    }
}

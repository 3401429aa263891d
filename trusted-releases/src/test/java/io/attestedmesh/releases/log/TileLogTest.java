package io.attestedmesh.releases.log;

import static io.attestedmesh.releases.ReleasesReason.CHECKPOINT_UNSIGNED;
import static io.attestedmesh.releases.ReleasesReason.LIST_FORK;
import static io.attestedmesh.releases.ReleasesReason.LIST_ROLLBACK;
import static io.attestedmesh.releases.ReleasesReason.SIGNATURE_INVALID;
import static io.attestedmesh.releases.ReleasesReason.WITNESSES_MISSING;
import static io.attestedmesh.releases.ReleasesReason.WRONG_LOG;
import static io.attestedmesh.releases.log.Logs.CLOCK;
import static io.attestedmesh.releases.log.Logs.NOW;
import static io.attestedmesh.releases.log.Logs.ORIGIN;
import static io.attestedmesh.releases.log.Logs.assertRejected;
import static io.attestedmesh.releases.log.Logs.entries;
import static io.attestedmesh.releases.log.Logs.entry;
import static io.attestedmesh.releases.log.Logs.signer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.attest.file.LockFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TileLogTest {
    @TempDir
    Path temp;

    private final NoteSigner signer = signer(ORIGIN);
    private final List<NoteKey> keys = List.of(signer.key());
    private Path folder;
    private TileLog log;

    @BeforeEach
    void create() throws Exception {
        folder = temp.resolve("log");
        log = TileLog.create(folder, signer, CLOCK);
    }

    private SignedCheckpoint append(long from, long to) throws Exception {
        return log.append(entries(from, to), signer, CLOCK);
    }

    private static List<Bytes> leaves(long count) {
        return entries(1, count).stream().map(LogEntry::leafHash).toList();
    }

    @Test
    void create_newFolder_isAnEmptySignedLog() throws Exception {
        SignedCheckpoint empty = TileLog.open(folder).checkpoint();

        empty.requireSignedBy(ORIGIN, keys);
        assertThat(empty.checkpoint()).isEqualTo(new Checkpoint(ORIGIN, 0, MerkleTree.EMPTY_ROOT));
        assertThat(log.check()).isEqualTo(empty.checkpoint());
        assertThat(log.entries()).isEmpty();
    }

    @Test
    void create_overALog_leavesIt() throws Exception {
        append(1, 3);

        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> TileLog.create(folder, signer, CLOCK));
        assertThat(log.check().size()).isEqualTo(3);
    }

    @Test
    void open_noLog_fails() {
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(() -> TileLog.open(temp));
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(() -> TileLog.open(temp.resolve("none")));
    }

    @Test
    void append_oneByOne_everyTreeIsThatOfItsEntries() throws Exception {
        for (int size = 1; size <= 20; size++) {
            SignedCheckpoint grown = append(size, size);

            grown.requireSignedBy(ORIGIN, keys);
            assertThat(grown.signedAt(keys)).contains(NOW);
            assertThat(grown.checkpoint()).isEqualTo(new Checkpoint(ORIGIN, size, MerkleTree.rootOf(leaves(size))));
        }
        assertThat(TileLog.open(folder).check().size()).isEqualTo(20);
        assertThat(log.entries()).isEqualTo(entries(1, 20));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 255, 256, 257, 511, 512, 513, 700})
    void append_manyAtOnceAndOneMore_treeIsThatOfTheEntries(int count) throws Exception {
        append(1, count);
        append(count + 1, count + 1);

        assertThat(log.check().rootHash()).isEqualTo(MerkleTree.rootOf(leaves(count + 1)));
        assertThat(log.entries()).isEqualTo(entries(1, count + 1));
    }

    /** The specification's example: full tiles at every level, and partial ones of what is left over. */
    @Test
    void append_treeOf70000_hasTheSpecificationsTiles() throws Exception {
        MemoryStorage storage = new MemoryStorage();
        TileLog large = TileLog.create(folder, storage, signer, CLOCK);
        large.append(entries(1, 69_999), signer, CLOCK);
        large.append(entries(70_000, 70_000), signer, CLOCK);

        assertThat(storage.files().keySet().stream().filter(file -> file.matches("tile/0/[0-9]{3}")))
                .hasSize(273);
        assertThat(storage.files().keySet())
                .contains("tile/0/273.p/111", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1")
                .contains("tile/entries/272", "tile/entries/273.p/112", "checkpoint")
                .noneMatch(file -> file.startsWith("tile/3"))
                .noneMatch(file -> file.startsWith("tile/1/000.p"));
        assertThat(storage.files().get("tile/0/000").size()).isEqualTo(8192);
        assertThat(storage.files().get("tile/1/001.p/17").size()).isEqualTo(17 * 32);
        assertThat(large.check().size()).isEqualTo(70_000);
        LogProof proof = large.prove(12_345);
        proof.requireIncludes(entry(12_346));
        proof.requireExtends(new Checkpoint(ORIGIN, 69_999, MerkleTree.rootOf(leaves(69_999))));
    }

    @Test
    void append_nothing_changesNothing() throws Exception {
        SignedCheckpoint before = append(1, 3);

        assertThat(log.append(List.of(), signer, Logs.at(NOW.plusSeconds(9)))).isEqualTo(before);
        assertThat(log.checkpoint()).isEqualTo(before);
    }

    @Test
    void append_otherKeyOfThatName_isUnsigned() throws Exception {
        append(1, 3);
        NoteSigner other = signer(ORIGIN);

        assertRejected(CHECKPOINT_UNSIGNED, () -> log.append(entries(4, 4), other, CLOCK));
        assertThat(log.check().size()).isEqualTo(3);
    }

    @Test
    void append_signerOfAnotherLog_isTheWrongLog() {
        NoteSigner other = signer("other.example/log");

        assertRejected(WRONG_LOG, () -> log.append(entries(1, 1), other, CLOCK));
    }

    @Test
    void enter_newEntry_isTheNext() throws Exception {
        append(1, 3);

        assertThat(log.enter(entry(4), signer, CLOCK)).isEqualTo(3);
        assertThat(log.entries()).isEqualTo(entries(1, 4));
        assertThat(log.check().size()).isEqualTo(4);
    }

    @Test
    void enter_entryThatIsThere_writesNothing() throws Exception {
        SignedCheckpoint before = append(1, 3);

        assertThat(log.enter(entry(3), signer, CLOCK)).isEqualTo(2);
        assertThat(log.checkpoint()).isEqualTo(before);
    }

    @Test
    void enter_entryThatIsThereBeforeALaterVersion_isARollback() throws Exception {
        SignedCheckpoint before = append(1, 3);

        assertRejected(LIST_ROLLBACK, () -> log.enter(entry(2), signer, CLOCK));
        assertThat(log.checkpoint()).isEqualTo(before);
    }

    @Test
    void enter_otherContentOfTheVersion_isAForkAndWritesNothing() throws Exception {
        SignedCheckpoint before = append(1, 3);
        LogEntry other = new LogEntry("acme-kms", 3, Bytes.of(Logs.filled(48, (byte) 99)));

        assertRejected(LIST_FORK, () -> log.enter(other, signer, CLOCK));
        assertThat(log.checkpoint()).isEqualTo(before);
    }

    @Test
    void enter_lowerVersion_isARollbackAndWritesNothing() throws Exception {
        SignedCheckpoint before = append(2, 3);

        assertRejected(LIST_ROLLBACK, () -> log.enter(entry(1), signer, CLOCK));
        assertThat(log.checkpoint()).isEqualTo(before);
    }

    @Test
    void enter_lowerVersionOfAnotherList_isTheNext() throws Exception {
        append(2, 3);

        assertThat(log.enter(new LogEntry("acme-db", 1, entry(1).payloadSha384()), signer, CLOCK))
                .isEqualTo(2);
    }

    @Test
    void enter_otherKeyOfThatName_isUnsigned() throws Exception {
        append(1, 3);
        NoteSigner other = signer(ORIGIN);

        assertRejected(CHECKPOINT_UNSIGNED, () -> log.enter(entry(3), other, CLOCK));
    }

    @Test
    void enter_whileAnotherLooks_fails() throws Exception {
        append(1, 3);
        List<Throwable> met = new ArrayList<>();
        LogStorage watched = new LogStorage() {
            private final LogStorage files = new FolderStorage(folder);

            @Override
            public Optional<Bytes> read(String name, int limit) throws IOException {
                if (name.startsWith("tile/entries/")) {
                    met.add(catchThrowable(() -> log.enter(entry(5), signer, CLOCK)));
                }
                return files.read(name, limit);
            }

            @Override
            public void write(String name, Bytes content) throws IOException {
                files.write(name, content);
            }
        };

        assertThat(TileLog.open(folder, watched).enter(entry(4), signer, CLOCK)).isEqualTo(3);
        assertThat(met)
                .isNotEmpty()
                .allSatisfy(e -> assertThat(e).isInstanceOf(IOException.class).hasMessageContaining("writing"));
        assertThat(log.entries()).isEqualTo(entries(1, 4));
    }

    @Test
    void append_whileAnotherWrites_fails() throws Exception {
        try (LockFile lock = LockFile.take(folder.resolve(".lock"))) {
            lock.requireHeld();
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> append(1, 1))
                    .withMessageContaining("writing");
        }
        assertThat(append(1, 1).checkpoint().size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tile/0/000.p/3", "tile/entries/000.p/3"})
    void append_lastTileOrEntriesChanged_areDamageAndNotSigned(String file) throws Exception {
        append(1, 3);
        SignedCheckpoint before = log.checkpoint();
        damage(folder.resolve(file));

        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(() -> append(4, 4));
        assertThat(log.checkpoint()).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tile/0/000.p/3", "tile/entries/000.p/3", "checkpoint"})
    void append_lastTileOrEntriesMissing_areDamage(String file) throws Exception {
        append(1, 3);
        Files.delete(folder.resolve(file));

        assertThatExceptionOfType(DamagedLogException.class)
                .isThrownBy(() -> append(4, 4))
                .satisfies(e -> assertThat(e.file()).isEqualTo(file));
    }

    @Test
    void renew_sameTree_keepsWitnessesAndHasTheNewTime() throws Exception {
        Checkpoint tree = append(1, 3).checkpoint();
        NoteSigner witness = signer("witness");
        log.addCosignature(witness.cosigningKey(), witness.cosign(tree, NOW));

        SignedCheckpoint renewed = log.renew(signer, Logs.at(NOW.plusSeconds(3600)));

        assertThat(renewed).isEqualTo(log.checkpoint());
        assertThat(renewed.checkpoint()).isEqualTo(tree);
        assertThat(renewed.signedAt(keys)).contains(NOW.plusSeconds(3600));
        assertThat(renewed.witnessedAt(List.of(witness.cosigningKey()), 1)).isEqualTo(NOW);
        assertThat(renewed.note().signatures()).hasSize(3);
    }

    @Test
    void renew_otherKey_isUnsigned() {
        assertRejected(CHECKPOINT_UNSIGNED, () -> log.renew(signer(ORIGIN), CLOCK));
    }

    @Test
    void rotate_newKeyGoesOn_oldOneNoMore() throws Exception {
        append(1, 3);
        NoteSigner next = signer(ORIGIN);

        SignedCheckpoint both = log.rotate(List.of(signer.key()), next, CLOCK);
        both.requireSignedBy(ORIGIN, keys);
        both.requireSignedBy(ORIGIN, List.of(next.key()));
        SignedCheckpoint grown = log.append(entries(4, 4), next, CLOCK);

        grown.requireSignedBy(ORIGIN, List.of(next.key()));
        assertRejected(CHECKPOINT_UNSIGNED, () -> grown.requireSignedBy(ORIGIN, keys));
        assertRejected(CHECKPOINT_UNSIGNED, () -> append(5, 5));
    }

    @Test
    void rotate_fromAKeyThatDidNotSign_isUnsigned() {
        NoteSigner stranger = signer(ORIGIN);

        assertRejected(CHECKPOINT_UNSIGNED, () -> log.rotate(List.of(stranger.key()), stranger, CLOCK));
    }

    @Test
    void rotate_toAnotherName_isRefused() {
        assertRejected(WRONG_LOG, () -> log.rotate(List.of(signer.key()), signer("other.example/log"), CLOCK));
    }

    @Test
    void rotate_damagedFolder_isNotSigned() throws Exception {
        append(1, 300);
        damage(folder.resolve("tile/entries/000"));

        assertThatExceptionOfType(DamagedLogException.class)
                .isThrownBy(() -> log.rotate(List.of(signer.key()), signer(ORIGIN), CLOCK));
    }

    @Test
    void addCosignature_ofAnotherTree_isInvalidAndNotKept() throws Exception {
        NoteSigner witness = signer("witness");
        Checkpoint before = append(1, 3).checkpoint();
        append(4, 4);

        assertRejected(
                SIGNATURE_INVALID, () -> log.addCosignature(witness.cosigningKey(), witness.cosign(before, NOW)));
        assertThat(log.checkpoint().note().signatures()).hasSize(2);
    }

    @Test
    void addCosignature_byAnotherKey_isMissing() throws Exception {
        NoteSigner witness = signer("witness");
        NoteSignature stranger = signer("witness").cosign(log.checkpoint().checkpoint(), NOW);

        assertRejected(WITNESSES_MISSING, () -> log.addCosignature(witness.cosigningKey(), stranger));
    }

    @Test
    void find_entry_isItsFirstPlace() throws Exception {
        append(1, 5);
        append(2, 2);

        assertThat(log.find(entry(2))).isEqualTo(OptionalLong.of(1));
        assertThat(log.find(entry(9))).isEmpty();
    }

    @Test
    void proofs_everyEntryAndSize_verify() throws Exception {
        int size = 300;
        append(1, size);
        List<Bytes> leaves = leaves(size);
        for (int index = 0; index < size; index += 7) {
            List<Bytes> proof = log.inclusionProof(index, size);
            MerkleTree.verifyInclusion(leaves.get(index), index, size, proof, MerkleTree.rootOf(leaves));
            assertThat(proof).isEqualTo(MerkleTree.inclusionProof(leaves, index));
        }
        for (int from = 0; from <= size; from += 5) {
            assertThat(log.consistencyProof(from, size))
                    .isEqualTo(new ConsistencyProof(from, MerkleTree.consistencyProof(leaves, from)));
        }
        assertThat(log.consistencyProof(100, 200).hashes())
                .isEqualTo(MerkleTree.consistencyProof(leaves.subList(0, 200), 100));
    }

    @Test
    void proofs_outsideOfTheTree_areRefused() throws Exception {
        append(1, 3);

        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> log.inclusionProof(3, 3));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> log.inclusionProof(-1, 3));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> log.consistencyProof(3, 2));
        assertThatExceptionOfType(IllegalArgumentException.class).isThrownBy(() -> log.prove(3));
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(() -> log.inclusionProof(3, 4));
    }

    @Test
    void prove_manySizes_carriesTheNewest128() throws Exception {
        append(1, 200);
        LogProof proof = log.prove(0);

        assertThat(proof.consistency()).hasSize(128);
        assertThat(proof.consistency().get(0).size()).isEqualTo(72);
        assertThat(proof.consistency().get(127).size()).isEqualTo(199);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44"})
    void check_anyFileChangedCutOrMissing_isDamage(String name) throws Exception {
        append(1, 300);
        assertThat(log.check().size()).isEqualTo(300);
        Path file = folder.resolve(name);
        byte[] right = Files.readAllBytes(file);

        damage(file);
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(log::check);
        Files.write(file, java.util.Arrays.copyOf(right, right.length - 1));
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(log::check);
        Files.write(file, java.util.Arrays.copyOf(right, right.length + 1));
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(log::check);
        Files.write(file, new byte[0]);
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(log::check);
        Files.delete(file);
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(log::check);
        Files.write(file, right);
        assertThat(log.check().size()).isEqualTo(300);
    }

    @Test
    void check_checkpointOfAnotherRoot_isDamage() throws Exception {
        append(1, 3);
        Checkpoint wrong = new Checkpoint(ORIGIN, 3, MerkleTree.rootOf(leaves(2)));
        Files.writeString(
                folder.resolve("checkpoint"),
                SignedCheckpoint.sign(wrong, signer, NOW).encode());

        assertThatExceptionOfType(DamagedLogException.class)
                .isThrownBy(log::check)
                .satisfies(e -> assertThat(e.file()).isEqualTo("checkpoint"));
    }

    /** Entries, tiles and checkpoint agree, but an entry is nothing that this log holds. */
    @Test
    void check_entryOfAnotherFormat_isDamage() throws Exception {
        Bytes odd = StrictText.utf8("something else");
        FolderStorage storage = new FolderStorage(folder);
        new TreeGrowth(storage, 0).add(List.of(odd), (tile, content) -> storage.write(tile.path(), content));
        Checkpoint tree = new Checkpoint(ORIGIN, 1, MerkleTree.hashLeaf(odd));
        Files.writeString(
                folder.resolve("checkpoint"),
                SignedCheckpoint.sign(tree, signer, NOW).encode());

        assertThatExceptionOfType(DamagedLogException.class)
                .isThrownBy(log::check)
                .satisfies(e -> assertThat(e.file()).isEqualTo("entry 0"));
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(log::entries);
    }

    @Test
    void open_checkpointTooLong_isDamage() throws Exception {
        Files.write(folder.resolve("checkpoint"), new byte[SignedNote.MAX_BYTES + 1]);

        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(() -> TileLog.open(folder));
    }

    /** A copy may drop partial tiles whose full ones are there (C2SP tlog-tiles, "Partial Tiles"). */
    @Test
    void proofs_partialTilesDropped_areMadeFromTheFullOnes() throws Exception {
        append(1, 200);
        Bytes root = log.check().rootHash();
        append(201, 300);
        for (String dropped : List.of("tile/0/000.p/200", "tile/entries/000.p/200")) {
            Files.delete(folder.resolve(dropped));
        }

        List<Bytes> proof = log.inclusionProof(17, 200);
        MerkleTree.verifyInclusion(entry(18).leafHash(), 17, 200, proof, root);
    }

    private static void damage(Path file) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[content.length / 2] ^= 1;
        Files.write(file, content);
    }

    @Test
    void renew_overDamagedTiles_isDamageAndNotSigned() throws Exception {
        SignedCheckpoint before = append(1, 2);
        damage(folder.resolve("tile/0/000.p/2"));
        assertThatExceptionOfType(DamagedLogException.class).isThrownBy(() -> log.renew(signer, CLOCK));
        assertThat(log.checkpoint()).isEqualTo(before);
    }

    /** An empty log in the place of one that lost its checkpoint would be a fork of it. */
    @Test
    void create_overTilesWithoutACheckpoint_isRefused() throws Exception {
        append(1, 2);
        Files.delete(folder.resolve("checkpoint"));
        assertThatExceptionOfType(FileAlreadyExistsException.class)
                .isThrownBy(() -> TileLog.create(folder, signer, CLOCK));
    }

    @Test
    void addCosignature_beyondWhatANoteHolds_isRefused() throws Exception {
        append(1, 1);
        Checkpoint tree = log.checkpoint().checkpoint();
        for (int i = log.checkpoint().note().signatures().size(); i < SignedNote.MAX_SIGNATURES; i++) {
            NoteSigner witness = signer("witness-" + i);
            log.addCosignature(witness.cosigningKey(), witness.cosign(tree, NOW));
        }
        NoteSigner last = signer("witness-last");
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> log.addCosignature(last.cosigningKey(), last.cosign(tree, NOW)))
                .withMessageContaining("no room for another");
    }
}

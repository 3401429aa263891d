package io.attestedmesh.releases.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.releases.MalformedReleasesException;
import io.attestedmesh.releases.RejectedReleasesException;
import io.attestedmesh.releases.json.JsonReader;
import io.attestedmesh.releases.json.JsonWriter;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the bytes: a value that is written as it was read, or {@link MalformedReleasesException}. */
class LogFuzzTest {
    private static final NoteSigner LOG = Logs.signer(Logs.ORIGIN);
    private static final NoteSigner WITNESS = Logs.signer("witness.example/w1");

    private static SignedCheckpoint signed(int size) {
        Checkpoint tree = Logs.checkpoint(size);
        return SignedCheckpoint.sign(tree, LOG, Logs.NOW).with(WITNESS.cosign(tree, Logs.NOW));
    }

    static Stream<byte[]> notes() {
        return Stream.of(signed(0), signed(7))
                .map(checkpoint -> StrictText.utf8(checkpoint.encode()).toByteArray());
    }

    @MethodSource("notes")
    @FuzzTest
    void note_readsTheSameAfterWritingItAgain(byte[] input) {
        SignedNote note;
        try {
            note = SignedNote.parse(Bytes.of(input));
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000);
            return;
        }
        assertThat(StrictText.utf8(note.encode())).isEqualTo(Bytes.of(input));
    }

    @MethodSource("notes")
    @FuzzTest
    void checkpoint_neverSignedByWhoeverChangedIt(byte[] input) {
        try {
            SignedCheckpoint read = SignedCheckpoint.parse(Bytes.of(input));
            assertThat(read.note().text()).isEqualTo(read.checkpoint().text());
            read.requireSignedBy(Logs.ORIGIN, List.of(LOG.key()));
            assertThat(read.checkpoint()).isIn(Logs.checkpoint(0), Logs.checkpoint(7));
        } catch (MalformedReleasesException | RejectedReleasesException e) {
            assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000);
        }
    }

    static Stream<byte[]> vkeys() {
        return Stream.of(LOG.key(), WITNESS.cosigningKey())
                .map(key -> StrictText.utf8(key.vkey()).toByteArray());
    }

    @MethodSource("vkeys")
    @FuzzTest
    void vkey_readsTheSameAfterWritingItAgain(byte[] input) {
        String text = new String(input, java.nio.charset.StandardCharsets.UTF_8);
        NoteKey key;
        try {
            key = NoteKey.parse(text);
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000);
            return;
        }
        assertThat(key.vkey()).isEqualTo(text);
    }

    static Stream<byte[]> proofs() {
        List<Bytes> leaves = Logs.leaves(7);
        LogProof proof = new LogProof(
                signed(7),
                3,
                MerkleTree.inclusionProof(leaves, 3),
                List.of(Logs.consistency(5, 7), Logs.consistency(6, 7)));
        return Stream.of(JsonWriter.document(proof::write).toByteArray());
    }

    @MethodSource("proofs")
    @FuzzTest
    void proof_readsTheSameAfterWritingItAgain(byte[] input) throws MalformedReleasesException {
        LogProof proof;
        try {
            proof = JsonReader.read("log", Bytes.of(input), 1 << 20, LogProof::read);
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000);
            return;
        }
        assertThat(JsonReader.read("log", JsonWriter.document(proof::write), 1 << 20, LogProof::read))
                .isEqualTo(proof);
    }

    static Stream<byte[]> entries() {
        return Stream.of(Logs.entry(7).encode().toByteArray());
    }

    @MethodSource("entries")
    @FuzzTest
    void entry_readsTheSameAfterWritingItAgain(byte[] input) {
        LogEntry entry;
        try {
            entry = LogEntry.parse(Bytes.of(input));
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000);
            return;
        }
        assertThat(entry.encode()).isEqualTo(Bytes.of(input));
    }

    static Stream<byte[]> bundles() {
        return Stream.of(EntryBundle.encode(
                        Logs.entries(1, 3).stream().map(LogEntry::encode).toList())
                .toByteArray());
    }

    @MethodSource("bundles")
    @FuzzTest
    void entryBundle_readsTheSameAfterWritingItAgain(byte[] input) {
        List<Bytes> entries;
        try {
            entries = EntryBundle.decode(Bytes.of(input), 3);
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage()).doesNotContain("\n");
            return;
        }
        assertThat(EntryBundle.encode(entries)).isEqualTo(Bytes.of(input));
    }

    static Stream<byte[]> states() {
        return Stream.of(
                WitnessState.EMPTY.encode(),
                WitnessState.EMPTY.with(Logs.checkpoint(7)).encode(),
                WitnessState.EMPTY
                        .with(Logs.checkpoint(7))
                        .with(new Checkpoint("zeta.example/log", 0, MerkleTree.EMPTY_ROOT))
                        .encode());
    }

    @MethodSource("states")
    @FuzzTest
    void witnessState_readsTheSameAfterWritingItAgain(byte[] input) throws MalformedReleasesException {
        WitnessState state;
        try {
            state = WitnessState.parse(Bytes.of(input));
        } catch (MalformedReleasesException e) {
            assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(1000);
            return;
        }
        assertThat(WitnessState.parse(Bytes.of(state.encode()))).isEqualTo(state);
    }
}

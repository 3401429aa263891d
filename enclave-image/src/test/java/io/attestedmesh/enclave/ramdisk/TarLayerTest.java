package io.attestedmesh.enclave.ramdisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Archives that are broken, or made to be. */
class TarLayerTest {
    private static final int RECORD = 512;
    private static final byte[] HEADERS = {
        TarConstants.LF_GNUTYPE_LONGNAME,
        TarConstants.LF_GNUTYPE_LONGLINK,
        TarConstants.LF_PAX_EXTENDED_HEADER_LC,
        TarConstants.LF_PAX_EXTENDED_HEADER_UC,
        TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER
    };

    @TempDir
    private Path folder;

    private Spool spool;

    @BeforeEach
    void open() throws IOException {
        spool = Spool.in(folder);
    }

    @AfterEach
    void close() throws IOException {
        spool.close();
    }

    @Test
    void unpack_ofWhatIsNoArchive_isRefused() {
        assertRefused(RamdiskReason.BAD_ARCHIVE, new byte[0]);
        assertRefused(RamdiskReason.BAD_ARCHIVE, "a text of a line".getBytes(StandardCharsets.UTF_8));
        assertRefused(RamdiskReason.BAD_ARCHIVE, "7".repeat(511).getBytes(StandardCharsets.UTF_8));
        assertRefused(RamdiskReason.BAD_ARCHIVE, "7".repeat(5000).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void unpack_ofAnArchiveCutAnywhere_isRefused() throws Exception {
        byte[] whole =
                Tar.of().file("a", 0644, "a".repeat(700)).file("b", 0644, "b").bytes();
        int end = 5 * RECORD;
        for (int length = 0; length < end + RECORD; length += 64) {
            assertRefused(RamdiskReason.BAD_ARCHIVE, Arrays.copyOf(whole, length));
        }
    }

    @Test
    void unpack_ofOneBlockOfZeros_isAnEnd() throws Exception {
        byte[] whole = Tar.of().file("a", 0644, "a").bytes();
        FileTree tree = new FileTree();

        TarLayer.unpack(new ByteArrayInputStream(Arrays.copyOf(whole, 3 * RECORD)), tree, spool);

        assertThat(tree.entries()).containsOnlyKeys("a");
    }

    @Test
    void unpack_ofAHeaderWithAnotherChecksum_isRefused() throws Exception {
        byte[] flipped = Tar.of().file("a", 0644, "a").bytes();
        flipped[0] ^= 1;

        assertRefused(RamdiskReason.BAD_ARCHIVE, flipped);
    }

    @Test
    void unpack_ofAGzipFileThatBreaksOff_isRefused() throws Exception {
        byte[] whole = gzip(Tar.of().file("a", 0644, noise()).bytes());
        for (int length : new int[] {2, 9, 20, whole.length / 2, whole.length - 1}) {
            assertRefused(RamdiskReason.BAD_ARCHIVE, Arrays.copyOf(whole, length));
        }
        byte[] flipped = whole.clone();
        flipped[whole.length - 6] ^= 1;
        assertRefused(RamdiskReason.BAD_ARCHIVE, flipped);
    }

    @Test
    void unpack_whereTheSpoolCannotBeWritten_isNoFaultOfTheArchive() throws Exception {
        byte[] whole = Tar.of().file("a", 0644, "a").bytes();
        spool.close();

        assertThatThrownBy(() -> unpack(whole)).isInstanceOf(IOException.class);
    }

    @Test
    void unpack_ofALongHeader_isRefusedBeforeItIsInMemory() throws Exception {
        for (byte type : HEADERS) {
            byte[] archive = Tar.of()
                    .typed(type, paxed("comment", BoundedTar.MAX_EXTENSION))
                    .file("a", 0644, "a")
                    .bytes();
            InputStream in = new ByteArrayInputStream(archive);

            assertThatThrownBy(() -> TarLayer.unpack(in, new FileTree(), spool))
                    .as(Character.toString(type))
                    .isInstanceOfSatisfying(RamdiskException.class, e -> {
                        assertThat(e.reason()).isEqualTo(RamdiskReason.BAD_ARCHIVE);
                        assertThat(e.expected()).contains("65536");
                    });
        }
    }

    @Test
    void unpack_ofManyHeadersBeforeAFile_isRefused() throws Exception {
        for (byte type : HEADERS) {
            Tar archive = Tar.of();
            for (int i = 0; i <= BoundedTar.MAX_EXTENSIONS; i++) {
                archive.typed(type, paxed("comment", 20));
            }
            assertRefused(
                    RamdiskReason.BAD_ARCHIVE, archive.file("a", 0644, "a").bytes());
        }
    }

    @Test
    void unpack_ofManyGlobalHeaders_isRefused() throws Exception {
        Tar archive = Tar.of();
        for (int i = 0; i < 3; i++) {
            archive.typed(TarConstants.LF_PAX_GLOBAL_EXTENDED_HEADER, paxed("comment" + i, 30_000))
                    .file("a" + i, 0644, "a");
        }

        assertRefused(RamdiskReason.BAD_ARCHIVE, archive.bytes());
    }

    @Test
    void unpack_ofSparseFiles_isRefused() throws Exception {
        assertRefused(
                RamdiskReason.SPECIAL_FILE,
                Tar.of().typed(TarConstants.LF_GNUTYPE_SPARSE, bytes("x")).bytes());
        assertRefused(
                RamdiskReason.SPECIAL_FILE,
                Tar.of()
                        .typed(
                                TarConstants.LF_PAX_EXTENDED_HEADER_LC,
                                bytes("22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n25 GNU.sparse.realsize=9\n"))
                        .file("a", 0644, "1\n0\n9\n")
                        .bytes());
    }

    @Test
    void unpack_ofLongNamesWithinBounds_hasThem() throws Exception {
        String name = "n".repeat(200) + "/" + "m".repeat(200);
        FileTree tree = unpack(Tar.of().file(name, 0644, "a").bytes());

        assertThat(tree.entries()).containsKey(name);
    }

    @Test
    void unpack_ofAFileWithoutAName_isRefused() throws Exception {
        for (String name : new String[] {".", "./."}) {
            assertRefused(
                    RamdiskReason.UNSAFE_NAME, Tar.of().file(name, 0644, "a").bytes());
        }
    }

    @Test
    void unpack_ofMoreThanTheSpoolHolds_isRefused() throws Exception {
        byte[] archive =
                Tar.of().file("a", 0644, "123456").file("a", 0644, "123456").bytes();
        try (Spool small = Spool.in(folder, 10)) {
            assertThatThrownBy(() -> TarLayer.unpack(new ByteArrayInputStream(archive), new FileTree(), small))
                    .isInstanceOfSatisfying(
                            RamdiskException.class, e -> assertThat(e.reason()).isEqualTo(RamdiskReason.TOO_LARGE));
        }
    }

    @Test
    void unpack_ofMoreNamesThanFitInMemory_isRefused() throws Exception {
        byte[] one = Tar.of().symbolicLink("link", "t".repeat(4000)).bytes();
        byte[] entry = Arrays.copyOf(one, (1 + 8 + 1) * RECORD);
        int count = FileTree.MAX_TEXT / 4000 + 1;
        InputStream in =
                new SequenceInputStream(Collections.enumeration(Stream.generate(() -> new ByteArrayInputStream(entry))
                        .limit(count)
                        .toList()));

        assertThatThrownBy(() -> TarLayer.unpack(in, new FileTree(), spool))
                .isInstanceOfSatisfying(
                        RamdiskException.class, e -> assertThat(e.reason()).isEqualTo(RamdiskReason.TOO_LARGE));
    }

    @Test
    void put_ofMoreNamesThanFitInMemory_isRefused() {
        Entry folder = new Entry.Folder(0755);
        FileTree tree = new FileTree();

        assertThatThrownBy(() -> {
                    for (int i = 0; i < FileTree.MAX_TEXT; i++) {
                        tree.put("/" + i + ("/" + "p".repeat(14)).repeat(250), folder);
                    }
                })
                .isInstanceOfSatisfying(
                        RamdiskException.class, e -> assertThat(e.reason()).isEqualTo(RamdiskReason.TOO_LARGE));
        assertThat(tree.size()).isLessThan(100_000);
    }

    @Test
    void put_countsTheFoldersThatANameNeeds() throws Exception {
        FileTree tree = new FileTree(3);
        tree.put("a/b/c", new Entry.Folder(0755));

        assertThatThrownBy(() -> new FileTree(3).put("a/b/c/d", new Entry.Folder(0755)))
                .isInstanceOfSatisfying(
                        RamdiskException.class, e -> assertThat(e.reason()).isEqualTo(RamdiskReason.TOO_MANY_FILES));
        assertThat(tree.size()).isEqualTo(3);
    }

    @Test
    void unpack_ofANameTooDeep_isRefused() throws Exception {
        String deepest = "a/".repeat(FileTree.MAX_DEPTH - 1) + "a";

        assertThat(unpack(Tar.of().file(deepest, 0644, "a").bytes()).size()).isEqualTo(FileTree.MAX_DEPTH);
        assertRefused(
                RamdiskReason.NAME_TOO_LONG,
                Tar.of().file(deepest + "/a", 0644, "a").bytes());
    }

    @Test
    void unpack_ofUnsafeTargets_isRefused() throws Exception {
        for (String target : new String[] {"a\nb", "a\u001b[31m", "\ufffd", ""}) {
            assertRefused(
                    RamdiskReason.UNSAFE_NAME,
                    Tar.of().symbolicLink("link", target).bytes());
        }
        FileTree tree = new FileTree();
        tree.put("link", new Entry.SymbolicLink("t".repeat(4095)));
        assertThatThrownBy(() -> tree.put("link", new Entry.SymbolicLink("t".repeat(4096))))
                .isInstanceOfSatisfying(
                        RamdiskException.class, e -> assertThat(e.reason()).isEqualTo(RamdiskReason.NAME_TOO_LONG));
        assertThatThrownBy(() -> tree.put("link", new Entry.SymbolicLink("a\0b")))
                .isInstanceOfSatisfying(
                        RamdiskException.class, e -> assertThat(e.reason()).isEqualTo(RamdiskReason.UNSAFE_NAME));
    }

    @Test
    void unpack_ofFilesOfOtherOwners_dropsSetuidAndCountsThem() throws Exception {
        byte[] archive = Tar.of()
                .file("root", 06755, 0, 0, bytes("x"))
                .file("other", 07755, 1000, 0, bytes("x"))
                .file("group", 07755, 0, 42, bytes("x"))
                .bytes();
        FileTree tree = new FileTree();

        int others = TarLayer.unpack(new ByteArrayInputStream(archive), tree, spool);

        assertThat(others).isEqualTo(2);
        assertThat(mode(tree, "root")).isEqualTo(06755);
        assertThat(mode(tree, "other")).isEqualTo(01755);
        assertThat(mode(tree, "group")).isEqualTo(05755);
    }

    private static int mode(FileTree tree, String name) {
        return ((Entry.RegularFile) tree.entries().get(name)).mode();
    }

    private FileTree unpack(byte[] archive) throws IOException, RamdiskException {
        FileTree tree = new FileTree();
        try (InputStream in = TarLayer.decompressed(new ByteArrayInputStream(archive))) {
            TarLayer.unpack(in, tree, spool);
        }
        return tree;
    }

    private void assertRefused(RamdiskReason reason, byte[] archive) {
        assertThatThrownBy(() -> unpack(archive))
                .as(archive.length + " bytes")
                .isInstanceOfSatisfying(
                        RamdiskException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    /** One record of an extended header, {@code length} bytes of value long. */
    private static Bytes paxed(String key, int length) {
        int rest = key.length() + length + 3;
        int size = rest + Integer.toString(rest + 5).length();
        return bytes(size + " " + key + "=" + "v".repeat(length) + "\n");
    }

    private static Bytes bytes(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes that do not become fewer by compression, the same each time. */
    private static Bytes noise() {
        byte[] noise = new byte[5000];
        new Random(1).nextBytes(noise);
        return Bytes.of(noise);
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }
}

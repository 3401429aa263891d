package io.attestedmesh.enclave.ramdisk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attestedmesh.attest.evidence.Bytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveInputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApplicationTest {
    @TempDir
    private Path folder;

    private Path temporary;

    @BeforeEach
    void makeTemporary() throws IOException {
        temporary = Files.createDirectory(folder.resolve("temporary"));
    }

    @Test
    void ramdisk_ofAFolder_isSortedAndOwnedByRootAtTimeZero() throws Exception {
        Path source = Files.createDirectories(folder.resolve("app"));
        Files.createDirectories(source.resolve("bin"));
        Files.writeString(source.resolve("bin/tool"), "#!tool");
        Files.setPosixFilePermissions(source.resolve("bin/tool"), PosixFilePermissions.fromString("rwx------"));
        Files.writeString(source.resolve("bin-2"), "plain");
        Files.setPosixFilePermissions(source.resolve("bin-2"), PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.createSymbolicLink(source.resolve("link"), Path.of("../nowhere"));
        Files.createDirectories(source.resolve("empty"));

        List<String> lines = new ArrayList<>();
        try (CpioArchiveInputStream cpio = new CpioArchiveInputStream(new ByteArrayInputStream(ramdisk(source)))) {
            for (CpioArchiveEntry each = cpio.getNextEntry(); each != null; each = cpio.getNextEntry()) {
                String content = new String(cpio.readAllBytes(), StandardCharsets.UTF_8);
                lines.add(String.format(
                        "%s %o %d/%d %d %d %s",
                        each.getName(),
                        each.getMode(),
                        each.getUID(),
                        each.getGID(),
                        each.getTime(),
                        each.getInode(),
                        content));
            }
        }

        assertThat(lines)
                .containsExactly(
                        "bin 40755 0/0 0 1 ",
                        "bin-2 100644 0/0 0 2 plain",
                        "bin/tool 100755 0/0 0 3 #!tool",
                        "empty 40755 0/0 0 4 ",
                        "link 120777 0/0 0 5 ../nowhere");
    }

    @Test
    void ramdisk_ofTheSameFilesElsewhere_isTheSame() throws Exception {
        Path one = Files.createDirectories(folder.resolve("one"));
        Path other = Files.createDirectories(folder.resolve("a/longer/path/to/the/other"));
        for (String name : new String[] {"z", "a", "é"}) {
            Files.writeString(one.resolve(name), name);
        }
        for (String name : new String[] {"é", "z", "a"}) {
            Files.writeString(other.resolve(name), name);
            Files.setLastModifiedTime(other.resolve(name), FileTime.fromMillis(86_400_000));
        }
        Files.setPosixFilePermissions(other, PosixFilePermissions.fromString("rwx------"));

        assertThat(ramdisk(other)).isEqualTo(ramdisk(one)).hasSizeGreaterThan(500);
        assertThat(ramdisk(one).length % 512).isZero();
    }

    @Test
    void read_ofATar_hasItsModesAndLinks() throws Exception {
        Path tar = Files.write(
                folder.resolve("app.tar"),
                Tar.of()
                        .folder("tmp/", 01777)
                        .file("./bin/su", 04755, 0, 0, utf8("su"))
                        .link("bin/copy", "bin/su")
                        .symbolicLink("sh", "bin/su")
                        .bytes());

        assertThat(listing(tar))
                .containsExactly(
                        "bin folder 755",
                        "bin/copy file 4755 su",
                        "bin/su file 4755 su",
                        "sh -> bin/su",
                        "tmp folder 1777");
    }

    @Test
    void read_ofATarGz_isThatOfTheTar() throws Exception {
        byte[] plain = Tar.of().file("a", 0644, "a").bytes();
        Path tar = Files.write(folder.resolve("app.tar"), plain);
        Path compressed = Files.write(folder.resolve("app.tar.gz"), gzip(plain));

        assertThat(ramdisk(compressed)).isEqualTo(ramdisk(tar));
    }

    @Test
    void read_ofAContainerImage_appliesItsLayers() throws Exception {
        byte[] base = Tar.of()
                .file("etc/keep", 0644, "base")
                .file("etc/gone", 0644, "gone")
                .file("opt/old/file", 0644, "old")
                .file("bin/sh", 0755, "shell")
                .bytes();
        byte[] top = Tar.of()
                .file("etc/.wh.gone", 0644, "")
                .file("opt/.wh..wh..opq", 0644, "")
                .file("opt/new", 0644, "new")
                .file("etc/keep", 0600, "top")
                .bytes();

        for (Path source : List.of(ociFolder(base, top), ociTar(base, top), dockerTar(base, top))) {
            assertThat(listing(source))
                    .as(source.toString())
                    .containsExactly(
                            "bin folder 755",
                            "bin/sh file 755 shell",
                            "etc folder 755",
                            "etc/keep file 600 top",
                            "opt folder 755",
                            "opt/new file 644 new");
            try (Application application = Application.read(source, "amd64", temporary)) {
                assertThat(application.launch())
                        .isEqualTo(new Launch(List.of("/bin/sh", "-c", "run"), List.of("PATH=/bin", "A=b c")));
            }
        }
    }

    @Test
    void read_ofALayerWithMarks_keepsTheFilesOfThatLayer() throws Exception {
        byte[] base = Tar.of()
                .file("a/lower", 0644, "lower")
                .file("b/lower", 0644, "lower")
                .file("c", 0644, "lower")
                .bytes();
        byte[] top = Tar.of()
                .file("a/upper", 0644, "upper")
                .file("a/.wh..wh..opq", 0644, "")
                .file("b/upper", 0644, "upper")
                .file(".wh.b", 0644, "")
                .file("c", 0644, "upper")
                .file(".wh.c", 0644, "")
                .link("d", "c")
                .bytes();

        assertThat(listing(ociFolder(base, top)))
                .containsExactly(
                        "a folder 755",
                        "a/upper file 644 upper",
                        "b folder 755",
                        "b/upper file 644 upper",
                        "c file 644 upper",
                        "d file 644 upper");
    }

    @Test
    void read_ofAMarkWithoutAName_isRefused() throws Exception {
        for (String mark : new String[] {".wh.", ".wh..", ".wh...", "a/.wh.."}) {
            assertRefused(
                    RamdiskReason.UNSAFE_NAME,
                    ociFolder(
                            Tar.of().file("a/b", 0644, "b").file(mark, 0644, "").bytes()));
        }
    }

    @Test
    void forNitroInit_putsTheFilesBelowRootfs() throws Exception {
        try (Application application =
                Application.read(ociFolder(Tar.of().file("a", 0644, "a").bytes()), "amd64", temporary)) {
            FileTree tree = application.files().forNitroInit(application.launch());

            assertThat(lines(tree))
                    .contains("rootfs/a file 644 a", "cmd file 644 /bin/sh\n-c\nrun", "env file 644 PATH=/bin\nA=b c")
                    .contains("rootfs/proc folder 755");
        }
    }

    @Test
    void read_ofAnImageForAnotherMachine_isRefused() throws Exception {
        Path layout = ociFolder(Tar.of().file("a", 0644, "a").bytes());
        String index = Files.readString(layout.resolve("index.json"));
        Files.writeString(
                layout.resolve("index.json"),
                index.replace("\"digest\"", "\"platform\":{\"architecture\":\"arm64\",\"os\":\"linux\"},\"digest\""));

        assertRefused(RamdiskReason.NOT_AN_IMAGE, layout);
    }

    @Test
    void read_ofALayoutWithTwoImages_isRefused() throws Exception {
        Path layout = ociFolder(Tar.of().file("a", 0644, "a").bytes());
        String index = Files.readString(layout.resolve("index.json"));
        String entry = index.substring(index.indexOf('[') + 1, index.lastIndexOf(']'));
        Files.writeString(layout.resolve("index.json"), index.replace(entry, entry + "," + entry));

        assertRefused(RamdiskReason.SEVERAL_IMAGES, layout);
    }

    @Test
    void read_ofALayerThatIsNotWhatItsDigestSays_isRefused() throws Exception {
        Path layout = ociFolder(Tar.of().file("a", 0644, "a").bytes());
        byte[] other = gzip(Tar.of().file("a", 0644, "b").bytes());
        Files.write(layerOf(layout), other);

        assertRefused(RamdiskReason.DIGEST_MISMATCH, layout);
    }

    @Test
    void read_ofAConfigurationThatIsNotWhatItsDigestSays_isRefused() throws Exception {
        Path layout = ociFolder(Tar.of().file("a", 0644, "a").bytes());
        for (Path blob : blobs(layout)) {
            String text = new String(Files.readAllBytes(blob), StandardCharsets.ISO_8859_1);
            if (text.contains("diff_ids")) {
                Files.writeString(blob, text.replace("/bin/sh", "/bin/no"));
            }
        }

        assertRefused(RamdiskReason.DIGEST_MISMATCH, layout);
    }

    @Test
    void read_ofALayoutWithoutItsBlobs_isRefused() throws Exception {
        Path layout = ociFolder(Tar.of().file("a", 0644, "a").bytes());
        Files.delete(layerOf(layout));

        assertRefused(RamdiskReason.BAD_MANIFEST, layout);
    }

    @Test
    void read_ofAManifestThatLeadsOutOfTheLayout_isRefused() throws Exception {
        Path layout = ociFolder(Tar.of().file("a", 0644, "a").bytes());
        String index = Files.readString(layout.resolve("index.json"));
        Files.writeString(
                layout.resolve("index.json"), index.replaceAll("sha256:[0-9a-f]{64}", "sha256:../../../../etc/passwd"));

        assertRefused(RamdiskReason.BAD_MANIFEST, layout);
    }

    @Test
    void read_ofAnIndexInNoEncodingOfJson_isRefused() throws Exception {
        Path layout = ociFolder(Tar.of().file("a", 0644, "a").bytes());
        Files.write(layout.resolve("index.json"), new byte[] {0, 0, 0, '{', '{', '!', 's', 'c'});

        assertRefused(RamdiskReason.BAD_MANIFEST, layout);
    }

    @Test
    void read_ofAZstdLayer_saysThatItIsNotRead() throws Exception {
        Path file = Files.write(folder.resolve("app.tar.zst"), HexFormat.of().parseHex("28b52ffd0458"));

        assertRefused(RamdiskReason.UNSUPPORTED_LAYER, file);
    }

    @Test
    void read_ofNamesThatLeadOut_isRefused() throws Exception {
        for (String name : new String[] {"../a", "a/../../b", "a\nb", "a\u001bb"}) {
            assertRefused(RamdiskReason.UNSAFE_NAME, tar(Tar.of().file(name, 0644, "x")));
        }
    }

    @Test
    void read_ofAnAbsoluteName_isInsideTheTree() throws Exception {
        assertThat(listing(tar(Tar.of().file("/etc/a", 0644, "x"))))
                .containsExactly("etc folder 755", "etc/a file 644 x");
    }

    @Test
    void read_ofAFileBelowALink_isRefused() throws Exception {
        assertRefused(
                RamdiskReason.NOT_A_FOLDER,
                tar(Tar.of().symbolicLink("etc", "/").file("etc/passwd", 0644, "x")));
    }

    @Test
    void read_ofSpecialFiles_isRefused() throws Exception {
        assertRefused(RamdiskReason.SPECIAL_FILE, tar(Tar.of().device("dev/mem")));
        assertRefused(RamdiskReason.SPECIAL_FILE, tar(Tar.of().pipe("pipe")));
    }

    @Test
    void read_ofALinkToNothing_isRefused() throws Exception {
        assertRefused(RamdiskReason.DANGLING_LINK, tar(Tar.of().link("a", "b")));
        assertRefused(
                RamdiskReason.DANGLING_LINK, tar(Tar.of().folder("b/", 0755).link("a", "b")));
    }

    @Test
    void read_ofAnArchiveThatBreaksOff_isRefused() throws Exception {
        byte[] whole = Tar.of().file("a", 0644, "x".repeat(5000)).bytes();
        Path cut = Files.write(folder.resolve("cut.tar"), Arrays.copyOf(whole, 2000));

        assertRefused(RamdiskReason.BAD_ARCHIVE, cut);
    }

    @Test
    void read_ofNoArchive_isRefused() throws Exception {
        Path text = Files.writeString(folder.resolve("text"), "no archive ".repeat(100));

        assertRefused(RamdiskReason.BAD_ARCHIVE, text);
    }

    @Test
    void close_deletesWhatWasUnpacked() throws Exception {
        try (Application application = Application.read(tar(Tar.of().file("a", 0644, "x")), "amd64", temporary)) {
            assertThat(application.files().size()).isEqualTo(1);
            assertThat(temporary).isNotEmptyDirectory();
        }

        assertThat(temporary).isEmptyDirectory();
    }

    @Test
    void read_ofALinkToAFolder_isThatOfTheFolder() throws Exception {
        Path source = Files.createDirectories(folder.resolve("app"));
        Files.writeString(source.resolve("a"), "a");
        Path link = Files.createSymbolicLink(folder.resolve("link"), source);

        assertThat(listing(link)).containsExactly("a file 644 a");
    }

    @Test
    void read_ofNoFiles_isRefused() throws Exception {
        assertRefused(RamdiskReason.EMPTY, Files.createDirectories(folder.resolve("app")));
        Files.createDirectories(folder.resolve("folders/a/b"));
        assertRefused(RamdiskReason.EMPTY, folder.resolve("folders"));
        assertRefused(RamdiskReason.EMPTY, tar(Tar.of()));
        assertRefused(RamdiskReason.EMPTY, ociFolder(Tar.of().bytes()));
        assertRefused(RamdiskReason.EMPTY, ociTar(Tar.of().bytes()));
        assertRefused(RamdiskReason.EMPTY, dockerTar());
    }

    @Test
    void read_ofNamesBeyondAscii_needsAPlatformOfUtf8() throws Exception {
        Path names = Files.createDirectories(folder.resolve("names"));
        Files.writeString(names.resolve("é"), "x");
        Path targets = Files.createDirectories(folder.resolve("targets"));
        Files.createSymbolicLink(targets.resolve("link"), Path.of("é"));

        for (Path source : List.of(names, targets)) {
            assertThat(SourceFolder.read(source, "UTF-8").size()).isEqualTo(1);
            for (String encoding : new String[] {"ANSI_X3.4-1968", "ISO-8859-1"}) {
                assertReason(RamdiskReason.NAME_ENCODING, () -> SourceFolder.read(source, encoding));
            }
        }
    }

    @Test
    void write_ofANameThatEndsTheArchive_isRefused() throws Exception {
        Path source = tar(Tar.of().file("TRAILER!!!", 0644, "x").file("z", 0644, "z"));
        try (Application application = Application.read(source, "amd64", temporary)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();

            assertReason(RamdiskReason.UNSAFE_NAME, () -> Ramdisk.write(application.files(), out));
            assertThat(out.size()).isZero();
            Ramdisk.write(application.files().forNitroInit(Launch.NONE), out);
            assertThat(out.size()).isPositive();
        }
    }

    private static void assertReason(RamdiskReason reason, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RamdiskException.class, e -> assertThat(e.reason()).isEqualTo(reason));
    }

    private void assertRefused(RamdiskReason reason, Path source) {
        assertReason(reason, () -> Application.read(source, "amd64", temporary));
        assertThat(temporary).isEmptyDirectory();
    }

    private Path tar(Tar tar) throws IOException {
        return Files.write(folder.resolve("test.tar"), tar.bytes());
    }

    private byte[] ramdisk(Path source) throws Exception {
        try (Application application = Application.read(source, "amd64", temporary)) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            Ramdisk.write(application.files(), out);
            return out.toByteArray();
        }
    }

    private List<String> listing(Path source) throws Exception {
        try (Application application = Application.read(source, "amd64", temporary)) {
            return lines(application.files());
        }
    }

    private static List<String> lines(FileTree tree) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Map.Entry<String, Entry> each : tree.entries().entrySet()) {
            if (each.getValue() instanceof Entry.Folder found) {
                lines.add(each.getKey() + " folder " + Integer.toOctalString(found.mode()));
            } else if (each.getValue() instanceof Entry.SymbolicLink link) {
                lines.add(each.getKey() + " -> " + link.target());
            } else if (each.getValue() instanceof Entry.RegularFile file) {
                ByteArrayOutputStream content = new ByteArrayOutputStream();
                file.content().writeTo(content);
                lines.add(each.getKey() + " file " + Integer.toOctalString(file.mode()) + " "
                        + content.toString(StandardCharsets.UTF_8));
            }
        }
        return lines;
    }

    private Path ociFolder(byte[]... layers) throws Exception {
        Path layout = Files.createTempDirectory(folder, "oci");
        for (Map.Entry<String, Bytes> file : oci(layers).entrySet()) {
            Path path = layout.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue().toByteArray());
        }
        return layout;
    }

    private Path ociTar(byte[]... layers) throws Exception {
        Tar tar = Tar.of();
        for (Map.Entry<String, Bytes> file : oci(layers).entrySet()) {
            tar.file(file.getKey(), 0644, file.getValue());
        }
        return Files.write(folder.resolve("oci.tar"), tar.bytes());
    }

    private Path dockerTar(byte[]... layers) throws Exception {
        Tar tar = Tar.of();
        List<String> names = new ArrayList<>();
        for (byte[] layer : layers) {
            names.add(sha256(layer) + "/layer.tar");
            tar.file(names.get(names.size() - 1), 0644, Bytes.of(layer));
        }
        tar.file("config.json", 0644, config(layers));
        tar.file(
                "manifest.json",
                0644,
                "[{\"Config\":\"config.json\",\"RepoTags\":null,\"Layers\":[" + quoted(names) + "]}]");
        return Files.write(folder.resolve("docker.tar"), tar.bytes());
    }

    private static Map<String, Bytes> oci(byte[]... layers) throws Exception {
        Map<String, Bytes> files = new LinkedHashMap<>();
        files.put("oci-layout", utf8("{\"imageLayoutVersion\":\"1.0.0\"}"));
        List<String> descriptors = new ArrayList<>();
        for (byte[] layer : layers) {
            descriptors.add(blob(files, gzip(layer)));
        }
        String config = blob(files, config(layers).getBytes(StandardCharsets.UTF_8));
        String manifest =
                "{\"schemaVersion\":2,\"config\":" + config + ",\"layers\":[" + String.join(",", descriptors) + "]}";
        files.put(
                "index.json", utf8("{\"manifests\":[" + blob(files, manifest.getBytes(StandardCharsets.UTF_8)) + "]}"));
        return files;
    }

    private static String config(byte[]... layers) throws Exception {
        List<String> ids = new ArrayList<>();
        for (byte[] layer : layers) {
            ids.add("sha256:" + sha256(layer));
        }
        return "{\"config\":{\"Entrypoint\":[\"/bin/sh\",\"-c\"],\"Cmd\":[\"run\"],\"Env\":[\"PATH=/bin\",\"A=b c\"]},"
                + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[" + quoted(ids) + "]}}";
    }

    private static String blob(Map<String, Bytes> files, byte[] content) throws Exception {
        files.put("blobs/sha256/" + sha256(content), Bytes.of(content));
        return "{\"digest\":\"sha256:" + sha256(content) + "\",\"size\":" + content.length + "}";
    }

    private static Path layerOf(Path layout) throws IOException {
        for (Path blob : blobs(layout)) {
            if (Files.readAllBytes(blob)[0] == 0x1f) {
                return blob;
            }
        }
        throw new AssertionError("no layer");
    }

    private static List<Path> blobs(Path layout) throws IOException {
        try (Stream<Path> files = Files.list(layout.resolve("blobs/sha256"))) {
            return files.toList();
        }
    }

    private static String quoted(List<String> texts) {
        return texts.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(","));
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        }
        return out.toByteArray();
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private static Bytes utf8(String text) {
        return Bytes.of(text.getBytes(StandardCharsets.UTF_8));
    }
}

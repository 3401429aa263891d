package io.attestedmesh.cli.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.CommandException;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputFileTest {
    @TempDir
    static Path folder;

    private static SigningDesk desk;

    @BeforeAll
    static void makeOneOfEach() {
        desk = new SigningDesk(folder).signedList().publish("list.json");
    }

    private static InputFile read(String name) throws Exception {
        return InputFile.read(folder.resolve(name));
    }

    private static InputFile reading(byte[] content) throws Exception {
        return InputFile.read(Files.write(folder.resolve("other"), content));
    }

    private static void refused(String words, ThrowingCallable use) {
        assertThatExceptionOfType(CommandException.class)
                .isThrownBy(use)
                .withMessageContaining(words)
                .satisfies(e -> assertThat(e.status()).isEqualTo(ExitStatus.USAGE));
    }

    @ParameterizedTest
    @CsvSource({
        "draft.json, LIST_DRAFT",
        "list.json, SIGNED_LIST",
        "root.json, ROOT_DRAFT",
        "root.1.json, SIGNED_ROOT",
        "bundle.json, BUNDLE",
        "log/checkpoint, NOTE",
        "alice.pub, PEM",
        "log.vkey, OTHER"
    })
    void kind_isToldByContent(String name, FileKind kind) throws Exception {
        assertThat(read(name).kind()).isEqualTo(kind);
    }

    @ParameterizedTest
    @ValueSource(strings = {"draft.json", "list.json", "bundle.json"})
    void list_inEachForm_hasTheSamePayload(String name) throws Exception {
        assertThat(read(name).list().payload().toByteArray())
                .isEqualTo(Files.readAllBytes(folder.resolve("draft.json")));
        assertThat(read(name).releases().version()).isEqualTo(1);
    }

    @Test
    void list_ofADraft_hasNoSignatures() throws Exception {
        assertThat(read("draft.json").list().signatures()).isEmpty();
        assertThat(read("list.json").list().signatures()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"root.json", "root.1.json", "log/checkpoint", "alice.pub", "log.vkey"})
    void list_ofAnythingElse_isRefused(String name) throws Exception {
        InputFile file = read(name);
        refused("not a release list, signed or not, or a bundle", file::list);
        refused("not a release list", file::releases);
    }

    @ParameterizedTest
    @ValueSource(strings = {"draft.json", "list.json", "bundle.json", "log/checkpoint", "alice.key"})
    void root_ofAnythingElse_isRefused(String name) throws Exception {
        InputFile file = read(name);
        refused("not a trust root, signed or not", file::root);
        refused("not a trust root", file::trustRoot);
    }

    @ParameterizedTest
    @ValueSource(strings = {"draft.json", "list.json", "root.json", "log/checkpoint"})
    void roots_ofWhatHasNoSignedOnes_areRefused(String name) throws Exception {
        refused("not a signed trust root, or a bundle", read(name)::roots);
    }

    @ParameterizedTest
    @ValueSource(strings = {"draft.json", "list.json", "root.json", "root.1.json"})
    void bundle_ofAnythingElse_isRefused(String name) throws Exception {
        refused("not a bundle", read(name)::bundle);
    }

    @Test
    void roots_ofABundle_areAllOfThem() throws Exception {
        assertThat(read("bundle.json").roots())
                .containsExactly(read("root.1.json").root());
    }

    @Test
    void read_directory_isUsage() {
        assertThat(desk.run("release show @log").status()).isEqualTo(ExitStatus.USAGE);
    }

    @Test
    void read_absentFile_isAnIoFailure() {
        assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> read("none"));
    }

    @Test
    void kind_ofLeadingSpace_isNotMistaken() throws Exception {
        byte[] draft = Files.readAllBytes(folder.resolve("draft.json"));
        byte[] spaced = (" \n\t" + new String(draft, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        assertThat(reading(spaced).kind()).isEqualTo(FileKind.LIST_DRAFT);
    }

    @Test
    void kind_ofDeepNesting_isSomethingElse() throws Exception {
        byte[] deep = ("{\"a\":" + "[".repeat(100_000)).getBytes(StandardCharsets.UTF_8);
        assertThat(reading(deep).kind()).isEqualTo(FileKind.OTHER_JSON);
    }

    /** What is cut off is refused for what it lacks, and never with a fault of the program. */
    @ParameterizedTest
    @ValueSource(strings = {"draft.json", "list.json", "root.1.json", "bundle.json"})
    void truncatedAnywhere_isRefusedInWords(String name) throws Exception {
        byte[] whole = Files.readAllBytes(folder.resolve(name));
        for (int length = 0; length < whole.length - 2; length += 41) {
            byte[] part = Arrays.copyOf(whole, length);
            assertThatExceptionOfType(CommandException.class)
                    .as(name + " cut to " + length)
                    .isThrownBy(() -> {
                        InputFile file = reading(part);
                        if (name.startsWith("root")) {
                            file.trustRoot();
                        } else {
                            file.releases();
                        }
                    });
        }
    }

    /** One byte changed: refused or accepted, and nothing else. */
    @Test
    void verify_anyByteChanged_isNeverAFault() throws Exception {
        byte[] whole = Files.readAllBytes(folder.resolve("bundle.json"));
        Random random = new Random(20261120);
        for (int i = 0; i < 150; i++) {
            byte[] changed = whole.clone();
            int at = random.nextInt(changed.length);
            changed[at] = (byte) (changed[at] ^ 1 << random.nextInt(8));
            Files.write(folder.resolve("changed.json"), changed);
            assertThat(desk.run("release verify @changed.json --root @root.1.json --require-inclusion"))
                    .as("byte " + at + " from " + whole[at] + " to " + changed[at])
                    .satisfies(run -> assertThat(run.err()).doesNotContain("unexpected"))
                    .satisfies(run -> assertThat(run.status()).isNotEqualTo(ExitStatus.FAILED));
        }
    }
}

package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code amesh release show} and {@code diff}. */
class ShowTest {
    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder);
    }

    @Test
    void show_draft_hasEveryRegister() {
        desk.draft("draft.json");
        CommandRun run = desk.done("release show @draft.json");
        assertThat(run.outLines())
                .contains(
                        "release list acme-kms, version 1",
                        "  issued      2026-11-20T10:00:00Z (in 0 seconds)",
                        "  expires     2026-12-20T10:00:00Z (in 30 days)",
                        "  releases    1 release (1 active)",
                        "  signatures  none: a draft",
                        "  kms-core 1.4.2, active",
                        "    PCR0        " + "11".repeat(48));
    }

    @Test
    void show_bundle_hasRootListAndLog() {
        desk.signedList().publish("list.json");
        CommandRun run = desk.done("release show @bundle.json");
        assertThat(run.outLines())
                .contains(
                        "trust root of acme-kms, version 1",
                        "release list acme-kms, version 1",
                        "log log, entry 0 of 1",
                        "  signatures  log, not verified");
    }

    @Test
    void show_bundleAsJson_isOneLineForEach() {
        desk.signedList().publish("list.json");
        CommandRun run = desk.done("release show @bundle.json --json");
        assertThat(run.outLines()).hasSize(3);
        assertThat(run.outLines().get(0)).contains("\"type\":\"trust root\"");
        assertThat(run.outLines().get(1))
                .contains("\"type\":\"release list\"", "\"pcrs\":{\"0\":\"1111", "\"algorithm\":\"ES384\"");
        assertThat(run.outLines().get(2)).contains("\"type\":\"log proof\"", "\"index\":0");
    }

    @Test
    void show_reasonOfAStranger_cannotWriteToTheTerminal() throws Exception {
        desk.draft("draft.json");
        desk.done("release revoke @draft.json kms-core 1.4.2 --reason R");
        Files.writeString(
                folder.resolve("draft.json"),
                Files.readString(folder.resolve("draft.json")).replace("\"R\"", "\"\u202eevil\""));
        assertThat(desk.done("release show @draft.json").out()).contains("\\u202eevil");
    }

    @ParameterizedTest
    @CsvSource({
        "'', is empty",
        "hello, is neither JSON nor PEM",
        "'{}', is JSON of another kind",
        "-----BEGIN CERTIFICATE-----, is a PEM file",
        "'{\"payload\":\"e30\",\"signatures\":[]}', is a signed envelope of something else"
    })
    void show_somethingElse_saysWhatItIs(String content, String words) throws Exception {
        Files.writeString(folder.resolve("file"), content);
        desk.wrong(words, "release", "show", "@file");
    }

    @Test
    void show_checkpoint_saysWhatItIs() {
        desk.log();
        desk.wrong("is a checkpoint or another signed note", "release show @log/checkpoint");
    }

    @Test
    void show_absentFile_isAnIoFailure() {
        assertThat(desk.run("release show @none").status()).isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void diff_editedDraft_tellsEveryChange() {
        desk.draft("a.json").add("a.json", "1.4.1", "10").add("a.json", "1.4.0", "0f");
        desk.done("release init acme-kms --from @a.json --expires 60d --out @b.json");
        desk.done("release revoke @b.json kms-core 1.4.1 --reason leaked");
        desk.done("release remove @b.json kms-core 1.4.0");
        desk.done("release deprecate @b.json kms-core 1.4.2");
        desk.add("b.json", "1.4.3", "12");
        assertThat(desk.done("release diff @a.json @b.json").outLines())
                .containsExactly(
                        "version 1 became 2",
                        "expires 2026-12-20T10:00:00Z became 2027-01-19T10:00:00Z",
                        "kms-core 1.4.2: active became deprecated",
                        "kms-core 1.4.1: active became revoked: leaked (2026-11-20T10:00:00Z)",
                        "kms-core 1.4.3: added, active, PCR0 1212121212121212…",
                        "kms-core 1.4.0: removed, was active");
    }

    @Test
    void diff_sameVersionOtherRegisters_isSeen() {
        desk.draft("a.json");
        desk.done("release init acme-kms --out @b.json");
        desk.add("b.json", "1.4.2", "99");
        assertThat(desk.done("release diff @a.json @b.json --json").outLines())
                .containsExactly("{\"change\":\"registers\",\"release\":\"kms-core 1.4.2\"," + "\"words\":\"PCR0 "
                        + "11".repeat(48) + " became " + "99".repeat(48) + "\"}");
    }

    @Test
    void diff_otherSigners_areNamedWhereARootIsKnown() {
        desk.keys().root().draft("draft.json");
        desk.sign("draft.json", "a.json", "alice", "bob").sign("draft.json", "b.json", "bob", "carol");
        CommandRun named = desk.done("release diff @a.json @b.json --root @root.1.json");
        assertThat(named.outLines()).hasSize(2);
        assertThat(named.outLines().get(0)).startsWith("signed by carol (").endsWith("), who had not");
        assertThat(named.outLines().get(1)).startsWith("not signed by alice (");
        assertThat(desk.done("release diff @a.json @b.json").out()).contains("signed by key ");
    }

    @Test
    void diff_same_saysSo() {
        desk.draft("a.json");
        CommandRun run = desk.done("release diff @a.json @a.json");
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).contains("The two lists are the same.");
    }

    @Test
    void diff_sameInOtherBytes_saysSo() throws Exception {
        desk.draft("a.json");
        Files.writeString(folder.resolve("b.json"), Files.readString(folder.resolve("a.json")) + "\n");
        CommandRun run = desk.done("release diff @a.json @b.json");
        assertThat(run.err()).contains("in different bytes");
    }

    @Test
    void diff_rootWithList_saysWhatItIs() {
        desk.keys().rootDraft().draft("a.json");
        desk.wrong("is a draft of a trust root, not a release list", "release diff @a.json @root.json");
    }
}

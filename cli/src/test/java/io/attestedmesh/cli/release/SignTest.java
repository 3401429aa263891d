package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code amesh release sign} and {@code assemble}. */
class SignTest {
    @TempDir
    Path folder;

    private SigningDesk desk;

    @BeforeEach
    void sit() {
        desk = new SigningDesk(folder).keys().root().draft("draft.json");
    }

    private SignedEnvelope envelope(String name) throws Exception {
        return SignedEnvelope.parse(Bytes.of(Files.readAllBytes(folder.resolve(name))));
    }

    @Test
    void sign_draft_keepsItsBytes() throws Exception {
        CommandRun run = desk.done("release", "sign", "@draft.json", "--key", "@alice.key", "--root", "@root.1.json");
        assertThat(run.outLines()).containsExactly(desk.path("draft.signed.json"));
        assertThat(run.err())
                .contains("1 of 2 signatures (alice); next: amesh release sign by 1 of bob, carol")
                .contains("PCR0        " + "11".repeat(48));
        assertThat(envelope("draft.signed.json").payload().toByteArray())
                .isEqualTo(Files.readAllBytes(folder.resolve("draft.json")));
    }

    @Test
    void sign_listOfAnother_addsTheSignature() throws Exception {
        desk.sign("draft.json", "list.json", "alice");
        CommandRun run = desk.done(
                "release", "sign", "@list.json", "--key", "@carol.key", "--root", "@root.1.json", "--yes", "--json");
        assertThat(run.out()).contains("\"signers\":[\"alice\",\"carol\"]").contains("\"complete\":true");
        assertThat(envelope("list.json").signatures()).hasSize(2);
    }

    @Test
    void sign_withTheListBefore_showsTheChanges() {
        desk.done("release", "init", "acme-kms", "--from", "@draft.json", "--out", "@next.json");
        desk.add("next.json", "1.4.3", "12");
        CommandRun run = desk.done(
                "release",
                "sign",
                "@next.json",
                "--key",
                "@alice.key",
                "--previous",
                "@draft.json",
                "--out",
                "@l.json");
        assertThat(run.err())
                .contains("changes since version 1 of acme-kms:")
                .contains("kms-core 1.4.3: added, active, PCR0 1212121212121212…")
                .doesNotContain("kms-core 1.4.2");
    }

    @Test
    void sign_keyOutsideTheRoot_isRefused() {
        desk.key("mallory", "p384");
        CommandRun run = desk.rejected(
                "KEY_NOT_NAMED", "release", "sign", "@draft.json", "--key", "@mallory.key", "--root", "@root.1.json");
        assertThat(run.err()).contains("its signature would not count");
        assertThat(folder.resolve("draft.signed.json")).doesNotExist();
    }

    @Test
    void sign_listOfAnotherName_isRefused() {
        desk.done("release", "init", "other", "--out", "@o.json");
        desk.add("o.json", "1.0.0", "11");
        desk.rejected("WRONG_LIST", "release", "sign", "@o.json", "--key", "@alice.key", "--root", "@root.1.json");
    }

    @Test
    void sign_emptyList_isRefused() {
        desk.done("release", "init", "acme-kms", "--out", "@empty.json");
        desk.rejected("EMPTY_LIST", "release", "sign", "@empty.json", "--key", "@alice.key");
    }

    @Test
    void sign_expiredList_isWarnedOf() {
        desk.at(SigningDesk.NOW.plusSeconds(60L * 24 * 3600));
        CommandRun run = desk.done("release", "sign", "@draft.json", "--key", "@alice.key");
        assertThat(run.err()).contains("amesh: warning: the list expired at");
    }

    @Test
    void sign_wrongPassphrase_signsNothing() {
        new CommandRun.Setting()
                .variable("PHRASE", "sesame")
                .run("release", "key", "dave", "--out", folder.toString(), "--passphrase-env", "PHRASE");
        CommandRun run = new CommandRun.Setting()
                .variable("PHRASE", "wrong")
                .run(
                        "release",
                        "sign",
                        desk.path("draft.json"),
                        "--key",
                        desk.path("dave.key"),
                        "--passphrase-env",
                        "PHRASE");
        assertThat(run.status()).isEqualTo(ExitStatus.USAGE);
        assertThat(run.err()).contains("the password does not open this key");
        assertThat(folder.resolve("draft.signed.json")).doesNotExist();
    }

    @Test
    void sign_encryptedKey_withItsPassphrase_signs() throws Exception {
        Path phrase = Files.writeString(folder.resolve("phrase"), "sesame\n");
        Files.setPosixFilePermissions(phrase, PosixFilePermissions.fromString("rw-------"));
        desk.done("release", "key", "dave", "--out", "@", "--passphrase-file", "@phrase");
        desk.done("release", "sign", "@draft.json", "--key", "@dave.key", "--passphrase-file", "@phrase");
        assertThat(envelope("draft.signed.json").signatures()).hasSize(1);
    }

    @Test
    void sign_trustRoot_saysWhatItIs() {
        desk.wrong(
                "is a signed trust root, not a release list", "release", "sign", "@root.1.json", "--key", "@bob.key");
    }

    @Test
    void sign_brokenEnvelope_saysWhere() throws Exception {
        Files.writeString(folder.resolve("bad.json"), "{\"payload\":\"e30\",\"signatures\":[],\"more\":1}");
        desk.wrong("unknown member \"more\"", "release", "sign", "@bad.json", "--key", "@alice.key");
    }

    @Test
    void sign_forgedSignatureOfAnother_isRefusedWithTheRoot() throws Exception {
        desk.sign("draft.json", "list.json", "alice");
        String list = Files.readString(folder.resolve("list.json"));
        int at = list.lastIndexOf("\"signature\": \"") + 20;
        char other = list.charAt(at) == 'A' ? 'B' : 'A';
        Files.writeString(folder.resolve("list.json"), list.substring(0, at) + other + list.substring(at + 1));
        desk.rejected(
                "SIGNATURE_INVALID", "release", "sign", "@list.json", "--key", "@bob.key", "--root", "@root.1.json");
    }

    @Test
    void sign_absentFile_isAnIoFailure() {
        assertThat(desk.run("release", "sign", "@none.json", "--key", "@alice.key")
                        .status())
                .isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void assemble_signaturesMadeApart_countTogether() throws Exception {
        desk.sign("draft.json", "a.json", "alice").sign("draft.json", "b.json", "bob");
        CommandRun run =
                desk.done("release", "assemble", "@a.json", "@b.json", "--root", "@root.1.json", "--out", "@list.json");
        assertThat(run.err()).contains("2 of 2 signatures (alice, bob); next: amesh release publish");
        assertThat(envelope("list.json").signatures()).hasSize(2);
    }

    @Test
    void assemble_sameSignatureTwice_countsOnce() {
        desk.sign("draft.json", "a.json", "alice");
        CommandRun run = desk.done(
                "release", "assemble", "@a.json", "@a.json", "--root", "@root.1.json", "--out", "@list.json", "--json");
        assertThat(run.out()).contains("\"signers\":[\"alice\"]").contains("\"complete\":false");
    }

    @Test
    void assemble_differentLists_areRefused() {
        desk.sign("draft.json", "a.json", "alice")
                .add("draft.json", "1.4.3", "12")
                .sign("draft.json", "b.json", "bob");
        CommandRun run = desk.wrong(
                "cannot be put together", "release", "assemble", "@a.json", "@b.json", "--out", "@list.json");
        assertThat(run.err()).contains("amesh release diff");
        assertThat(folder.resolve("list.json")).doesNotExist();
    }

    @Test
    void assemble_draft_saysWhatItIs() {
        desk.wrong(
                "is a draft of a release list, not a signed release list",
                "release",
                "assemble",
                "@draft.json",
                "--out",
                "@list.json");
    }
}

package io.attestedmesh.cli.release;

import static org.assertj.core.api.Assertions.assertThat;

import io.attestedmesh.attest.evidence.Bytes;
import io.attestedmesh.cli.CommandRun;
import io.attestedmesh.cli.SigningDesk;
import io.attestedmesh.cli.command.ExitStatus;
import io.attestedmesh.cli.command.Person;
import io.attestedmesh.releases.envelope.SignedEnvelope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        CommandRun run = desk.done("release sign @draft.json --key @alice.key --root @root.1.json");
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
        CommandRun run = desk.done("release sign @list.json --key @carol.key --root @root.1.json --yes --json");
        assertThat(run.out()).contains("\"signers\":[\"alice\",\"carol\"]").contains("\"complete\":true");
        assertThat(envelope("list.json").signatures()).hasSize(2);
    }

    /** {@code next.json}, the draft after {@code draft.json}. */
    private String[] signNext(String... more) {
        desk.done("release init acme-kms --from @draft.json --out @next.json");
        desk.add("next.json", "1.4.3", "12");
        return SigningDesk.words("release sign @next.json --key @alice.key", more);
    }

    @Test
    void sign_withTheListBefore_showsTheChanges() {
        desk.sign("draft.json", "list.json", "alice", "bob");
        CommandRun run = desk.done(signNext("--root", "@root.1.json", "--previous", "@list.json"));
        assertThat(run.err())
                .contains("changes since version 1 of acme-kms:")
                .contains("kms-core 1.4.3: added, active, PCR0 1212121212121212…")
                .doesNotContain("kms-core 1.4.2");
    }

    @Test
    void sign_withAListBeforeThatStrangersSigned_isRefused() {
        desk.key("mallory", "p384").sign("draft.json", "list.json", "mallory", "alice");
        CommandRun run =
                desk.rejected("THRESHOLD_NOT_MET", signNext("--root", "@root.1.json", "--previous", "@list.json"));
        assertThat(run.err()).contains("leave out --previous, and all of the list is shown");
        assertThat(folder.resolve("next.signed.json")).doesNotExist();
    }

    @Test
    void sign_withADraftBefore_isRefused() {
        desk.wrong(
                "is a draft of a release list, not a signed release list",
                signNext("--root", "@root.1.json", "--previous", "@draft.json"));
    }

    @Test
    void sign_withTheListBeforeAndNoRoot_isRefused() {
        desk.sign("draft.json", "list.json", "alice", "bob");
        desk.wrong("--previous needs --root", signNext("--previous", "@list.json"));
    }

    @Test
    void sign_withTheSameVersionBefore_isRefused() {
        desk.sign("draft.json", "list.json", "alice", "bob");
        desk.wrong(
                "is version 1 of acme-kms, not one before version 1",
                "release sign @draft.json --key @alice.key --root @root.1.json --previous @list.json");
    }

    /** The threshold of the root before signed the one given: what its keys signed then was the list. */
    @Test
    void sign_withABundleOfTheRootBefore_showsTheChanges() {
        desk.sign("draft.json", "list.json", "alice", "bob");
        publishUnderRoot1();
        nextRoot("alice", "bob");
        CommandRun run = desk.done(signNext("--root", "@root.2.json", "--previous", "@bundle.json"));
        assertThat(run.err()).contains("changes since version 1 of acme-kms:").doesNotContain("kms-core 1.4.2");
    }

    @Test
    void sign_withABundleOfARootThatLeadsNowhere_isRefused() throws Exception {
        desk.key("mallory", "p384").sign("draft.json", "list.json", "mallory");
        desk.done("root init acme-kms --key mallory=@mallory.pub --threshold 1 --out @evil.json");
        desk.done("root sign @evil.json --key @mallory.key --out @evil.1.json");
        desk.done("release publish @list.json --root @evil.1.json --out @bundle.json");
        nextRoot("alice", "bob");
        desk.rejected("THRESHOLD_NOT_MET", signNext("--root", "@root.2.json", "--previous", "@bundle.json"));
    }

    private void publishUnderRoot1() {
        desk.done("release publish @list.json --root @root.1.json --out @bundle.json");
    }

    /** Carol's and dave's from now on. */
    private void nextRoot(String... signers) {
        desk.key("dave", "p384");
        desk.done("root next @root.1.json --remove-key bob --add-key dave=@dave.pub --out @root.json --force");
        for (String signer : signers) {
            String from = signer.equals(signers[0]) ? "@root.json" : "@root.2.json";
            desk.done("root", "sign", from, "--key", "@" + signer + ".key", "--previous", "@root.1.json");
        }
        desk.done("root sign @root.2.json --key @dave.key");
    }

    /** Somebody at the terminal who answers this, and what is done while they read. */
    private static Person answering(String answer, Runnable meanwhile) {
        return new Person() {
            @Override
            public Optional<String> answer(String question) {
                assertThat(question).isEqualTo("Sign version 1 of acme-kms? [yes/no] ");
                meanwhile.run();
                return Optional.of(answer);
            }

            @Override
            public Optional<char[]> secret(String question) {
                return Optional.empty();
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"no", "", "y", "yes please"})
    void sign_answeredOtherwise_signsNothing(String answer) {
        CommandRun run =
                desk.person(answering(answer, () -> {})).run("release", "sign", "@draft.json", "--key", "@alice.key");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("nothing was signed");
        assertThat(folder.resolve("draft.signed.json")).doesNotExist();
    }

    @Test
    void sign_answeredYes_signs() throws Exception {
        desk.person(answering(" YES", () -> {})).done("release", "sign", "@draft.json", "--key", "@alice.key");
        assertThat(envelope("draft.signed.json").signatures()).hasSize(1);
    }

    @Test
    void sign_whileAnotherSigns_keepsBothSignatures() throws Exception {
        desk.sign("draft.json", "list.json", "carol");
        SigningDesk other = new SigningDesk(folder);
        CommandRun run = desk.person(answering("yes", () -> other.sign("list.json", "list.json", "bob")))
                .done("release", "sign", "@list.json", "--key", "@alice.key", "--root", "@root.1.json");
        assertThat(run.err()).contains("3 of 2 signatures (bob, carol, alice)");
        assertThat(envelope("list.json").signatures()).hasSize(3);
    }

    @Test
    void sign_whileTheListIsExchanged_writesNothing() throws Exception {
        desk.sign("draft.json", "list.json", "carol");
        desk.add("draft.json", "1.4.3", "12").sign("draft.json", "other.json", "carol");
        byte[] exchanged = Files.readAllBytes(folder.resolve("other.json"));
        CommandRun run = desk.person(answering("yes", () -> copy("other.json", "list.json")))
                .run("release", "sign", "@list.json", "--key", "@alice.key");
        assertThat(run.status()).isEqualTo(ExitStatus.FAILED);
        assertThat(run.err()).contains("was changed while it was being signed");
        assertThat(Files.readAllBytes(folder.resolve("list.json"))).isEqualTo(exchanged);
    }

    private void copy(String from, String to) {
        try {
            Files.copy(folder.resolve(from), folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void sign_throughALink_signsWhatItLeadsTo() throws Exception {
        desk.sign("draft.json", "list.json", "carol");
        Files.createSymbolicLink(folder.resolve("link.json"), Path.of("list.json"));
        desk.done("release sign @link.json --key @alice.key");
        assertThat(envelope("list.json").signatures()).hasSize(2);
        assertThat(folder.resolve("link.json")).isSymbolicLink();
    }

    @Test
    void sign_again_saysSo() {
        desk.sign("draft.json", "list.json", "alice");
        assertThat(desk.done("release sign @list.json --key @alice.key").err()).contains("This key had signed before");
    }

    @Test
    void sign_underAnExpiredRoot_isWarnedOf() {
        desk.at(SigningDesk.NOW.plusSeconds(400L * 24 * 3600));
        assertThat(desk.done("release sign @draft.json --key @alice.key --root @root.1.json")
                        .err())
                .contains("amesh: warning: the trust root expired at");
    }

    @Test
    void sign_keyThatIsAFolder_saysSo() {
        desk.wrong("is a folder, not a file", "release sign @draft.json --key @");
    }

    @Test
    void sign_keyOutsideTheRoot_isRefused() {
        desk.key("mallory", "p384");
        CommandRun run =
                desk.rejected("KEY_NOT_NAMED", "release sign @draft.json --key @mallory.key --root @root.1.json");
        assertThat(run.err()).contains("its signature would not count");
        assertThat(folder.resolve("draft.signed.json")).doesNotExist();
    }

    @Test
    void sign_listOfAnotherName_isRefused() {
        desk.done("release init other --out @o.json");
        desk.add("o.json", "1.0.0", "11");
        desk.rejected("WRONG_LIST", "release sign @o.json --key @alice.key --root @root.1.json");
    }

    @Test
    void sign_emptyList_isRefused() {
        desk.done("release init acme-kms --out @empty.json");
        desk.rejected("EMPTY_LIST", "release sign @empty.json --key @alice.key");
    }

    @Test
    void sign_expiredList_isWarnedOf() {
        desk.at(SigningDesk.NOW.plusSeconds(60L * 24 * 3600));
        CommandRun run = desk.done("release sign @draft.json --key @alice.key");
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
        desk.done("release key dave --out @ --passphrase-file @phrase");
        desk.done("release sign @draft.json --key @dave.key --passphrase-file @phrase");
        assertThat(envelope("draft.signed.json").signatures()).hasSize(1);
    }

    @Test
    void sign_trustRoot_saysWhatItIs() {
        desk.wrong("is a signed trust root, not a release list", "release sign @root.1.json --key @bob.key");
    }

    @Test
    void sign_brokenEnvelope_saysWhere() throws Exception {
        Files.writeString(folder.resolve("bad.json"), "{\"payload\":\"e30\",\"signatures\":[],\"more\":1}");
        desk.wrong("unknown member \"more\"", "release sign @bad.json --key @alice.key");
    }

    @Test
    void sign_forgedSignatureOfAnother_isRefusedWithTheRoot() throws Exception {
        desk.sign("draft.json", "list.json", "alice");
        String list = Files.readString(folder.resolve("list.json"));
        int at = list.lastIndexOf("\"signature\": \"") + 20;
        char other = list.charAt(at) == 'A' ? 'B' : 'A';
        Files.writeString(folder.resolve("list.json"), list.substring(0, at) + other + list.substring(at + 1));
        desk.rejected("SIGNATURE_INVALID", "release sign @list.json --key @bob.key --root @root.1.json");
    }

    @Test
    void sign_absentFile_isAnIoFailure() {
        assertThat(desk.run("release sign @none.json --key @alice.key").status())
                .isEqualTo(ExitStatus.FAILED);
    }

    @Test
    void assemble_signaturesMadeApart_countTogether() throws Exception {
        desk.sign("draft.json", "a.json", "alice").sign("draft.json", "b.json", "bob");
        CommandRun run = desk.done("release assemble @a.json @b.json --root @root.1.json --out @list.json");
        assertThat(run.err()).contains("2 of 2 signatures (alice, bob); next: amesh release publish");
        assertThat(envelope("list.json").signatures()).hasSize(2);
    }

    @Test
    void assemble_sameSignatureTwice_countsOnce() {
        desk.sign("draft.json", "a.json", "alice");
        CommandRun run = desk.done("release assemble @a.json @a.json --root @root.1.json --out @list.json --json");
        assertThat(run.out()).contains("\"signers\":[\"alice\"]").contains("\"complete\":false");
    }

    @Test
    void assemble_differentLists_areRefused() {
        desk.sign("draft.json", "a.json", "alice")
                .add("draft.json", "1.4.3", "12")
                .sign("draft.json", "b.json", "bob");
        CommandRun run = desk.wrong("cannot be put together", "release assemble @a.json @b.json --out @list.json");
        assertThat(run.err()).contains("amesh release diff");
        assertThat(folder.resolve("list.json")).doesNotExist();
    }

    @Test
    void assemble_draft_saysWhatItIs() {
        desk.wrong(
                "is a draft of a release list, not a signed release list",
                "release assemble @draft.json --out @list.json");
    }
}
